// The histograms as a Streamlit component: bins come from Python once, the chosen ranges go back.

import { drawBrush } from "../../som_core/drawing/scripts/brush.js";
import { mailbox } from "./mailbox.js";

const MOST_KEPT = 3; // maps whose bins stay in the browser
const kept = new Map(); // what was sent of bins, by version
const shown = new WeakMap(); // what lives in which element of the page
const calls = new WeakMap(); // how often it was shown there

function mount(element, setStateValue) {
  const state = {};
  const held = () => [...kept.keys()];
  const releasing = mailbox("ranged", setStateValue, held);
  const dragging = mailbox("dragged", setStateValue, held);
  const missing = mailbox("missed", setStateValue, held);
  let answered = null, next = null; // one question at a time while a range is dragged

  const light = (shares) => window.dispatchEvent(new CustomEvent("atlas-shares", { detail: shares }));
  const brush = drawBrush(element, {
    onLight: light,
    onRelease: (ranges) => {
      next = null;
      releasing.send(ranges);
    },
    onDrag: (ranges) => {
      if (dragging.isAnswered(answered)) dragging.send(ranges);
      else next = ranges;
    },
  });

  state.show = (data) => {
    const { version, json } = data.binned;
    if (json) kept.set(version, JSON.parse(json));
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    if (!kept.has(version)) return missing.send([version]);
    answered = data.dragged;
    if (next && dragging.isAnswered(answered)) {
      dragging.send(next);
      next = null;
    }
    if (releasing.isAnswered(data.answered)) brush.show(kept.get(version), data.state);
  };
  window.addEventListener("atlas-maps-are-there", brush.lightAgain);
  state.remove = () => {
    window.removeEventListener("atlas-maps-are-there", brush.lightAgain);
    brush.remove();
    light(null);
  };
  return state;
}

export default function ({ data, parentElement, setStateValue }) {
  const element = parentElement.querySelector(".atlas-mount");
  const call = (calls.get(element) ?? 0) + 1;
  calls.set(element, call);
  if (!shown.has(element)) shown.set(element, mount(element, setStateValue));
  const state = shown.get(element);
  state.show(data);
  return () => {
    if (calls.get(element) !== call) return; // Streamlit also cleans up after an outrun call
    state.remove();
    shown.delete(element);
  };
}
