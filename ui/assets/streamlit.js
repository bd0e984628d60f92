// The maps as a Streamlit component: data come from Python, the selection goes back.

import { drawMaps } from "../../som_core/drawing/scripts/maps.js";

const shown = new WeakMap(); // what lives in which element of the page
const calls = new WeakMap(); // how often it was shown there
let plotly;

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

/** What this tab has sent as one kind of event, until Python answers the newest one. */
function mailbox(name, setStateValue) {
  const box = { sent: null, count: 0 };
  box.send = (says) => {
    box.count += 1;
    box.sent = `${Date.now()}-${box.count}`;
    setStateValue(name, { id: box.sent, says });
  };
  // An answer to an older event would undo a newer one that is still on its way.
  box.isAnswered = (answered) => box.sent === null || answered === box.sent;
  return box;
}

function mount(Plotly, element, setStateValue) {
  const selecting = mailbox("event", setStateValue);
  const enlarging = mailbox("enlarged", setStateValue);
  const state = { text: null, drawing: null };
  const maps = drawMaps(Plotly, element, {
    onSelect: (nodes) => selecting.send(nodes),
    onEnlarge: (name) => {
      state.large = name;
      enlarging.send(name);
    },
  });
  state.show = (data) => {
    if (data.drawing !== state.text) state.drawing = JSON.parse(data.drawing);
    state.text = data.drawing;
    if (selecting.isAnswered(data.answered)) state.selected = data.selected;
    if (enlarging.isAnswered(data.enlarged)) state.large = data.large;
    maps.show(state.drawing, {
      selected: state.selected,
      large: state.large,
      height: data.height,
    });
  };
  state.remove = maps.remove;
  return state;
}

export default async function ({ data, parentElement, setStateValue }) {
  const element = parentElement.querySelector(".atlas-mount");
  const call = (calls.get(element) ?? 0) + 1;
  calls.set(element, call);
  const Plotly = await loadPlotly(data.plotly);
  if (!data.drawing) return; // it was to be loaded ahead only
  if (!shown.has(element)) shown.set(element, mount(Plotly, element, setStateValue));
  const state = shown.get(element);
  state.show(data);
  return () => {
    if (calls.get(element) !== call) return; // Streamlit also cleans up after an outrun call
    state.remove();
    shown.delete(element);
  };
}
