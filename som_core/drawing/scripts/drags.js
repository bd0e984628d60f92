// A drag with the pointer: a lasso or a box around cells, which may begin and end beside the map.

const FEWEST_PIXELS = 6; // less is a click with an unsteady hand
const FINEST = 2; // pixels between two corners of a lasso

/**
 * Watch for drags that begin on an element; a click that ends one goes no further.
 *
 * `toMap(event)` gives a place on the map, `toolNow()` is "lasso", "select" (a box) or null, `onDraw` gets
 * the corners while they are drawn and null at the end, `onRegion(corners, isAdding)` those of the whole.
 */
export function watchDrags(element, { toMap, toolNow, onDraw, onRegion }) {
  let press = null; // where the pointer went down, and whether it was dragged since

  const end = () => {
    if (press?.corners) onDraw(null);
    if (press) press.corners = null;
  };

  element.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return end();
    press = event.button === 0 && toolNow()
      ? { id: event.pointerId, x: event.clientX, y: event.clientY, start: toMap(event), tool: toolNow(), isAdding: addsTo(event), isDrag: false }
      : null;
  });

  element.addEventListener("pointermove", (event) => {
    if (press?.id !== event.pointerId || (press.isDrag && !press.corners)) return;
    if (event.buttons === 0) return; // it only passes over
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (!press.isDrag && far < FEWEST_PIXELS) return;
    if (!press.isDrag) {
      element.setPointerCapture(event.pointerId);
      Object.assign(press, { isDrag: true, corners: [press.start] });
    } else if (far < FINEST) return;
    Object.assign(press, { x: event.clientX, y: event.clientY });
    const here = toMap(event);
    press.corners = press.tool === "lasso" ? [...press.corners, here] : boxBetween(press.start, here);
    onDraw(press.corners);
  });

  element.addEventListener("pointerup", (event) => {
    if (press?.id !== event.pointerId) return;
    const { corners, isAdding } = press;
    end();
    if (corners) onRegion(corners, isAdding);
  });

  element.addEventListener("pointercancel", end); // the page scrolls instead

  // Without this, a device that has no hover selects the cell where the lasso ended.
  element.addEventListener("click", (event) => {
    if (press?.isDrag) event.stopPropagation();
  }, true);
}

export const addsTo = (event) => event.shiftKey || event.ctrlKey || event.metaKey;

const boxBetween = ([x0, y0], [x1, y1]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
