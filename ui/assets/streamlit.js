// The maps as a Streamlit component: data come from Python, the selection goes back.

import { drawMaps } from "../../som_core/drawing/scripts/maps.js";
import { mailbox } from "./mailbox.js";

const shown = new WeakMap(); // what lives in which element of the page
const calls = new WeakMap(); // how often it was shown there
const SETTLED = 1000; // ms after the first maps
let plotly;
let chartsAreAsked = false;

function loadPlotly(address) {
  plotly ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("The drawing library could not be loaded. Reload the page."));
    document.head.append(script);
  });
  return plotly;
}

/** Load what draws the charts of an answer while the browser rests: the first one would wait for it. */
function loadCharts(address) {
  if (!address || chartsAreAsked) return;
  chartsAreAsked = true;
  const load = () => import(new URL(address, document.baseURI)).catch(() => {}); // Streamlit asks again
  const whenIdle = window.requestIdleCallback ?? ((then) => then()); // Safari has none
  setTimeout(() => whenIdle(load), SETTLED);
}

function mount(Plotly, element, setStateValue) {
  const state = { parts: new Map(), order: "", drawing: null };
  const held = () => [...state.parts.keys()];
  const selecting = mailbox("event", setStateValue, held);
  const enlarging = mailbox("enlarged", setStateValue, held);
  const missing = mailbox("missed", setStateValue, held);
  const maps = drawMaps(Plotly, element, {
    onSelect: (nodes) => selecting.send(nodes),
    onEnlarge: (name) => {
      state.large = name;
      enlarging.send(name);
    },
  });

  /** Keep what is new of the drawing, and return the versions of what is still to come. */
  function take({ layers, overlays }) {
    const sent = [layers, ...overlays];
    const parts = new Map(sent.map(({ version, json }) => [version, state.parts.get(version) ?? JSON.parse(json)]));
    const missed = [...parts.keys()].filter((version) => parts.get(version) === null);
    const order = sent.map(({ version }) => version).join(" ");
    if (missed.length || order === state.order) return missed;
    Object.assign(state, { parts, order });
    const drawn = ({ version }) => parts.get(version);
    state.drawing = { ...drawn(layers), version: layers.version, overlays: overlays.map(drawn) };
    return missed;
  }

  state.show = (data) => {
    const missed = take(data);
    if (missed.length) return missing.send(missed);
    if (selecting.isAnswered(data.answered)) state.selected = data.selected;
    if (enlarging.isAnswered(data.enlarged)) state.large = data.large;
    maps.show(state.drawing, { selected: state.selected, large: state.large, height: data.height });
  };
  const tryBorders = ({ detail }) => maps.tryBorders(detail);
  const light = ({ detail }) => maps.light(detail);
  window.addEventListener("atlas-borders", tryBorders); // of group_levels.js
  window.addEventListener("atlas-shares", light); // of brush.js, which may have been there before
  window.dispatchEvent(new CustomEvent("atlas-maps-are-there"));
  state.remove = () => {
    window.removeEventListener("atlas-borders", tryBorders);
    window.removeEventListener("atlas-shares", light);
    maps.remove();
  };
  return state;
}

export default async function ({ data, parentElement, setStateValue }) {
  const element = parentElement.querySelector(".atlas-mount");
  const call = (calls.get(element) ?? 0) + 1;
  calls.set(element, call);
  const Plotly = await loadPlotly(data.plotly);
  if (!data.layers) return; // it was to be loaded ahead only
  if (!shown.has(element)) shown.set(element, mount(Plotly, element, setStateValue));
  const state = shown.get(element);
  state.show(data);
  loadCharts(data.charts);
  return () => {
    if (calls.get(element) !== call) return; // Streamlit also cleans up after an outrun call
    state.remove();
    shown.delete(element);
  };
}
