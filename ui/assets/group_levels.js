// Other numbers of groups on the maps as soon as the analyst moves the slider; the server follows.

const watches = new WeakMap(); // of each element: what it watches, and whether the slider was moved

/** `data` has the class of the slider's element, and as JSON the borders of each number of groups. */
export default function ({ data, parentElement }) {
  const watch = watches.get(parentElement) ?? { isMoved: false };
  watches.set(parentElement, watch);
  watch.end?.();
  const levels = JSON.parse(data.levels);
  const place = document.querySelector(`.${data.slider}`);
  const slider = () => place?.querySelector("input");
  const hasFocus = () => document.activeElement === slider();

  const show = (borders) => window.dispatchEvent(new CustomEvent("atlas-borders", { detail: borders }));
  const showMoved = () => show(watch.isMoved ? levels[slider().value] ?? null : null);

  // The server moves the slider as well: after groups were united, or go back to what was proposed.
  const observer = new MutationObserver(() => {
    watch.isMoved = hasFocus();
    showMoved();
  });
  if (place) observer.observe(place, { attributeFilter: ["value"], subtree: true });
  watch.isMoved &&= hasFocus();
  showMoved();
  watch.end = () => observer.disconnect();
  return () => {
    watch.end();
    if (!parentElement.isConnected) show(null);
  };
}
