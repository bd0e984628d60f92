// Histograms of columns: a range dragged over one lights cells on the maps, and selects rows when it is let go.

import {
  barsPath, binsOf, boundsOf, dragged, endsTyped, isPart, keyed, rangeText, rowsIn, saidOf, sharesOf, tally, withRows,
} from "./bins.js";
import { ROWS } from "./colours.js";
import { part } from "./furniture.js";
import { svgPart } from "./overlays.js";

const GRIP = 9; // pixels on each side of an end within which the pointer takes it
const LEAST = 0.04; // of the height: the bar of a single row can be seen
const MOST_NAMED = 4; // levels whose names stand below their bars
const REST = 700; // milliseconds without a key until a range is taken as chosen
const LONGEST_BOUND = 40; // letters that can be typed

/**
 * Draw histograms into an element. `onLight(shares)` is called with the share of each node's rows that lie in
 * the ranges, or null where there is none; `onRelease(ranges)` once a range is chosen, and `onDrag(ranges)`
 * while one is dragged where the rows are not in the browser.
 * Ranges are said as `[place, range]`: two bins, the texts that were typed in the place of one or both, or a condition.
 * Returns `show(binned, state)`, `lightAgain()` and `remove()`. The state has the `ranges`, as `[place, range]`, and
 * `nSelected` and, by bin of each column, `selected` rows (null: none are); also `shares` by node where the ranges are
 * but a part of how these were found, or where the rows are not in the browser: of those dragged last; and whether what was asked last `isRefused`.
 * `lightAgain()` says once more what is lit.
 */
export function drawBrush(element, { onLight, onRelease, onDrag = () => {} }) {
  const root = part("div", "atlas-brush");
  const said = part("div", "atlas-brush-said");
  said.setAttribute("aria-live", "polite");
  const grid = part("div", "atlas-brush-grid");
  root.append(said, grid);
  element.replaceChildren(root);

  let binned = null, rows = null, hits = null, about = null;
  let columns = [];
  let ranges = new Map();
  const typed = new Map(); // by place the texts of both bounds, and what they say until Python has read or refused it
  let drag = null, resting = null, lit = null;

  const sizeOf = (place) => binned.columns[place].ends.length;
  const wholeOf = (place) => [0, sizeOf(place) - 1];
  const hasBins = (place) => ranges.has(place) && binsOf(ranges.get(place)) !== null; // else it asks for missing values alone
  const rangeOf = (place) => (hasBins(place) ? binsOf(ranges.get(place)) : wholeOf(place));

  function allSaid() {
    const all = new Map([...ranges].map(([place, range]) => [place, saidOf(range)]));
    typed.forEach(({ ends }, place) => {
      if (ends) all.set(place, ends);
    });
    return [...all];
  }

  // ---- what the analyst does

  function setRange(place, range) {
    typed.delete(place);
    if (isPart(range, sizeOf(place))) ranges.set(place, range);
    else ranges.delete(place);
    showRange(place);
    if (rows) showTally();
    else onDrag(allSaid());
  }

  function release() {
    clearTimeout(resting);
    resting = null;
    onRelease(allSaid());
  }

  /** Say the bounds that were typed, which hold once Python has read them. */
  function takeTyped(place) {
    const texts = columns[place].fields.map((field) => field.value.trim());
    const ends = endsTyped(binned.columns[place], ranges.get(place) ?? wholeOf(place), texts);
    typed.set(place, { texts, ends });
    onRelease(allSaid());
  }

  const binAt = (column, event) => {
    const box = column.plot.getBoundingClientRect();
    const bin = Math.floor(((event.clientX - box.left) / box.width) * sizeOf(column.place));
    return Math.max(0, Math.min(sizeOf(column.place) - 1, bin));
  };

  /** What the pointer takes hold of: an end of the range, all of it, or a new one. */
  function grabbed(column, event) {
    if (!hasBins(column.place)) return "new";
    const box = column.plot.getBoundingClientRect();
    const [low, high] = endsOf(column.place).map((end) => box.left + end * box.width);
    const fromLow = Math.abs(event.clientX - low);
    const fromHigh = Math.abs(event.clientX - high);
    if (Math.min(fromLow, fromHigh) <= GRIP) return fromLow < fromHigh ? "low" : "high";
    return event.clientX > low && event.clientX < high ? "all" : "new";
  }

  function beginDrag(column, event) {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    column.plot.setPointerCapture(event.pointerId);
    drag = { id: event.pointerId, from: binAt(column, event), part: grabbed(column, event), range: rangeOf(column.place) };
    if (drag.part === "new") setRange(column.place, [drag.from, drag.from]);
  }

  function goOn(column, event) {
    if (drag?.id !== event.pointerId) return;
    const range = dragged(drag, drag.from, binAt(column, event), sizeOf(column.place));
    if (String(range) !== String(rangeOf(column.place))) setRange(column.place, range);
  }

  function endDrag(event) {
    if (drag?.id !== event.pointerId) return;
    drag = null;
    release();
  }

  function pressKey(place, end, event) {
    const range = keyed(rangeOf(place), end, event.key, sizeOf(place));
    if (range) {
      setRange(place, range);
      clearTimeout(resting);
      resting = setTimeout(release, REST);
    } else if (event.key === "Escape" && ranges.has(place)) clear(place);
    else if (event.key === "Enter" && resting) release();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function clear(place) {
    setRange(place, wholeOf(place));
    release();
  }

  // ---- what the analyst sees

  function light(shares) {
    lit = shares;
    onLight(shares);
  }

  const endsOf = (place) => {
    const [first, last] = rangeOf(place);
    return [first / sizeOf(place), (last + 1) / sizeOf(place)];
  };

  function showRange(place) {
    const { element: box, text, clearing, veil, handles, fields } = columns[place];
    const column = binned.columns[place];
    const isSet = ranges.has(place);
    const [low, high] = endsOf(place);
    const [first, last] = rangeOf(place);
    box.classList.toggle("atlas-bins-set", hasBins(place));
    text.textContent = isSet ? rangeText(column, ranges.get(place)) : "";
    text.title = text.textContent;
    clearing.hidden = !isSet;
    veil.style.left = `${100 * low}%`;
    veil.style.width = `${100 * (high - low)}%`;
    [["low", first, low], ["high", last, high]].forEach(([end, bin, at]) => {
      handles[end].style.left = `${100 * at}%`;
      handles[end].setAttribute("aria-valuenow", bin);
      handles[end].setAttribute("aria-valuetext", rangeText(column, [bin, bin]));
    });
    const texts = typed.get(place)?.texts ?? boundsOf(column, ranges.get(place) ?? wholeOf(place));
    fields.forEach((field, k) => {
      field.setAttribute("aria-invalid", typed.has(place));
      if (document.activeElement !== field || field.value === field.dataset.shown) field.value = texts[k]; // else it is being written
      field.dataset.shown = texts[k];
    });
  }

  /** Count the rows in the ranges, and show them here and on the maps. */
  function showTally() {
    const found = ranges.size ? tally(rows, ranges, about) : null;
    light(found && sharesOf(found.nodes, hits));
    showCounts(found?.columns ?? null, found?.total ?? null);
  }

  /** Show how many rows of each bin are meant, and of all; null: none are. */
  function showCounts(counts, total) {
    said.textContent = total === null
      ? "Drag over a histogram: cells light up by the share of their rows in that range."
      : `${total.toLocaleString("en")} of ${binned.nRows.toLocaleString("en")} rows`;
    columns.forEach(({ here }, place) => {
      const of = counts?.[place] ?? [];
      here.setAttribute("d", barsPath(of, Math.max(...binned.columns[place].counts), LEAST));
    });
  }

  function makeColumn(column, place) {
    const made = {
      place,
      element: part("section", "atlas-bins"),
      plot: part("div", "atlas-bins-plot"),
      text: part("span", "atlas-bins-range"),
      clearing: part("button", "atlas-bins-clear", "×"),
      veil: part("div", "atlas-bins-veil"),
      handles: { low: part("div", "atlas-bins-handle"), high: part("div", "atlas-bins-handle") },
      here: svgPart("path", { class: "atlas-bins-here" }),
    };
    const head = part("div", "atlas-bins-head");
    const name = part("span", "atlas-bins-name", column.name);
    name.title = column.name;
    made.element.setAttribute("role", "group");
    made.element.setAttribute("aria-label", column.name);
    made.clearing.type = "button";
    made.clearing.setAttribute("aria-label", `${column.name}: clear the range`);
    made.clearing.addEventListener("click", () => clear(place));
    head.append(name, made.text, made.clearing);
    const picture = svgPart("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    picture.append(svgPart("path", { d: barsPath(column.counts, Math.max(...column.counts), LEAST), fill: ROWS }), made.here);
    made.plot.append(picture, made.veil);
    Object.entries(made.handles).forEach(([end, handle]) => {
      handle.tabIndex = 0;
      handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", `${column.name}: ${end === "low" ? "from" : "to"}`);
      handle.setAttribute("aria-valuemin", 0);
      handle.setAttribute("aria-valuemax", column.ends.length - 1);
      handle.addEventListener("keydown", (event) => pressKey(place, end, event));
      handle.addEventListener("blur", () => { if (resting) release(); });
      made.plot.append(handle);
    });
    made.plot.addEventListener("pointerdown", (event) => beginDrag(made, event));
    made.plot.addEventListener("pointermove", (event) => goOn(made, event));
    made.plot.addEventListener("pointerup", endDrag);
    made.plot.addEventListener("pointercancel", endDrag);
    made.plot.addEventListener("pointermove", (event) => {
      const bin = binAt(made, event);
      made.plot.title = `${rangeText(column, [bin, bin])}: ${column.counts[bin].toLocaleString("en")} rows`;
    });
    const foot = column.kind === "levels" ? levelsFoot(column) : part("div", "atlas-bins-foot");
    made.fields = column.kind === "levels" ? [] : boundFields(column);
    made.fields.forEach((field) => {
      field.addEventListener("change", () => takeTyped(place));
      field.addEventListener("keydown", (event) => {
        if (event.key === "Escape") field.value = field.dataset.shown;
        event.stopPropagation(); // keys of the page mean something else
      });
    });
    foot.append(...made.fields);
    made.element.append(head, made.plot, foot);
    return made;
  }

  function show(newBinned, state) {
    if (newBinned !== binned) {
      binned = newBinned;
      rows = rowsIn(binned);
      hits = binned.hits;
      about = { nNodes: hits.length, sizes: binned.columns.map(({ ends }) => ends.length) };
      columns = binned.columns.map(makeColumn);
      grid.replaceChildren(...columns.map((column) => column.element));
      ranges = new Map();
      typed.clear();
    }
    const isAhead = drag !== null || resting !== null; // of this answer
    if (!isAhead) {
      ranges = new Map(state.ranges.map(([place, range]) => [place, withRows(range, binned.nRows)]));
      if (state.isRefused) typed.forEach((one) => { one.ends = null; });
      else typed.clear();
      columns.forEach(({ place }) => showRange(place));
    }
    if (rows && ranges.size && (isAhead || !state.shares)) return showTally();
    light(ranges.size ? state.shares ?? lit : null);
    showCounts(state.selected, state.nSelected);
  }

  function remove() {
    clearTimeout(resting);
    root.remove();
  }

  return { show, lightAgain: () => onLight(lit), remove };
}

/** The lowest and the highest of a column, as the first and the last bin say it. */
const reachOf = ({ ends }) => [ends[0][0] || `≤ ${ends[0][1]}`, ends.at(-1)[1] || `≥ ${ends.at(-1)[0]}`];

/** The names of a few levels below their bars; of more, the first and the last. */
function levelsFoot(column) {
  const isFew = column.ends.length <= MOST_NAMED;
  const names = isFew ? column.ends.map(([name]) => name) : reachOf(column);
  const foot = part("div", isFew ? "atlas-bins-foot atlas-bins-few" : "atlas-bins-foot");
  foot.append(...names.map((name) => {
    const named = part("span", "", name);
    named.title = name;
    return named;
  }));
  return foot;
}

/** Fields for both bounds, where a column's own ends stand until something is typed over them. */
function boundFields(column) {
  return reachOf(column).map((end, k) => {
    const field = part("input", "atlas-bins-bound");
    field.type = "text";
    field.maxLength = LONGEST_BOUND;
    field.autocomplete = "off";
    field.spellcheck = false;
    field.placeholder = end;
    field.title = `${k === 0 ? "From" : "To"} this value, with it; ${k === 0 ? ">" : "<"} before it leaves it out.`;
    field.setAttribute("aria-label", `${column.name}: type ${k === 0 ? "from" : "to"}`);
    return field;
  });
}
