// The maps as a Streamlit component: data come from Python, the selection goes back.

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

function mount(Plotly, element, setStateValue) {
  const state = { sent: null, version: null, drawing: null, count: 0 };
  const maps = drawMaps(Plotly, element, (nodes) => {
    state.count += 1;
    state.sent = `${Date.now()}-${state.count}`;
    setStateValue("event", { id: state.sent, nodes });
  });
  state.show = (data) => {
    if (data.version !== state.version) state.drawing = JSON.parse(data.drawing);
    state.version = data.version;
    // An answer to an older click would undo a newer one that is still on its way.
    const isStale = state.sent !== null && data.answered !== state.sent;
    if (!isStale) state.selected = data.selected;
    maps.show(state.drawing, state.version, state.selected, data.marked);
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
