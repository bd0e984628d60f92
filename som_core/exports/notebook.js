// The linked maps in a notebook, by the rules of anywidget: what is drawn comes from Python, what is
// selected goes back.

import { drawMaps } from "../drawing/scripts/maps.js";

export default {
  async render({ model, el }) {
    while (!el.isConnected) await new Promise(requestAnimationFrame); // before, it has neither colours nor width
    el.dataset.lmSuppressShortcuts = "true"; // Jupyter's own keys wait while somebody walks over the maps
    takeColours(el);
    const element = document.createElement("div");
    el.append(element);
    const send = (name) => (value) => {
      model.set(name, value);
      model.save_changes();
    };
    const maps = drawMaps(window.Plotly, element, { onSelect: send("selected"), onEnlarge: send("large") });
    const drawing = JSON.parse(model.get("drawing"));
    const show = () => maps.show(drawing, {
      selected: model.get("selected"), large: model.get("large"), height: model.get("height"),
    });
    const changes = "change:selected change:large change:height";
    model.on(changes, show);
    show();
    return () => {
      model.off(changes, show);
      maps.remove();
    };
  },
};

/** Letters and ground as the notebook has them there, whether it is light or dark. */
function takeColours(el) {
  const letters = getComputedStyle(el).color;
  let place = el;
  while (place && /^(transparent|rgba\(.*, 0\))$/.test(getComputedStyle(place).backgroundColor)) {
    place = place.parentElement ?? place.getRootNode().host;
  }
  el.style.setProperty("--st-text-color", letters);
  el.style.setProperty("--st-background-color", place ? getComputedStyle(place).backgroundColor : "Canvas");
}
