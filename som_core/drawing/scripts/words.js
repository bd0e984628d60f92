// What is said of cells and layers, in words and numbers for people.

import { rangeOf } from "./colours.js";

const formats = new WeakMap(); // of each layer

/** Numbers with as many decimals as tell the layer's values apart, the same for all; dates as dates. */
export function numberFormat(layer) {
  if (!formats.has(layer)) {
    const calendar = CALENDAR[layer.unit];
    formats.set(layer, calendar ? calendar(rangeOf(layer) ?? { low: 0, high: 0 }) : formatFor(layer.values));
  }
  return formats.get(layer);
}

const MINUTES_A_DAY = 24 * 60;
const twoDigits = (number) => String(number).padStart(2, "0");

/** Units whose numbers are dates or times for people; each returns how to write them. */
const CALENDAR = {
  "days since 1970": ({ low, high }) => {
    const letters = high - low < 2 ? 16 : 10; // with the time where the day says little
    return (days) => {
      const minutes = high - low < 2 ? Math.round(days * MINUTES_A_DAY) : Math.floor(days) * MINUTES_A_DAY;
      return new Date(minutes * 60_000).toISOString().slice(0, letters).replace("T", " ");
    };
  },
  "hours since midnight": () => (hours) => {
    const minutes = Math.round(hours * 60);
    return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
  },
};

/** The unit that follows a number; dates and times say theirs themselves. */
export const unitText = (layer) => (layer.unit in CALENDAR ? "" : layer.unit);

const NAMED = [[1e12, "trillion"], [1e9, "billion"]];
const MOST_DIGITS = 15; // that a number can have
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A function that writes any of these values (null is none); nobody has to read “1.67e+10”. */
export function formatFor(values) {
  const shown = values.filter((value) => value !== null);
  const largest = shown.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const span = shown.length ? largestOf(shown) + largestOf(shown.map((value) => -value)) || largest : 0;
  const isWhole = shown.every(Number.isInteger);
  if (largest >= 10 ** MOST_DIGITS || (largest > 0 && largest < 1e-4)) return powerFormat(largest, span);
  const [unit, name] = NAMED.find(([size]) => largest >= size) ?? [1, ""];
  if (unit > 1 && decimalsFor(span / unit) <= 3) return plainFormat(decimalsFor(span / unit), unit, ` ${name}`);
  const held = Math.max(0, MOST_DIGITS - Math.ceil(Math.log10(largest || 1)));
  return plainFormat(isWhole ? 0 : Math.min(decimalsFor(span), held, 8));
}

const largestOf = (values) => values.reduce((most, value) => Math.max(most, value), -Infinity);

/** Decimals that tell hundredths of a span apart; 0.09999, which is written 0.100, needs three. */
const decimalsFor = (span) => (span ? Math.max(0, 2 - Math.floor(Math.log10(1.005 * span))) : 0);

function plainFormat(decimals, unit = 1, name = "") {
  const format = new Intl.NumberFormat("en", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: "min2", signDisplay: "negative",
  });
  return (value) => (value === 0 ? "0" : format.format(value / unit).replace("-", "−") + name);
}

/** As 1.67 × 10⁻⁵, the power the same for all values. */
function powerFormat(largest, span) {
  const power = Math.floor(Math.log10(largest));
  const raised = String(Math.abs(power)).replace(/./g, (digit) => SUPERSCRIPTS[digit]);
  const digits = Math.min(decimalsFor(span / 10 ** power), 8);
  const write = plainFormat(digits);
  const times = ` × 10${power < 0 ? "⁻" : ""}${raised}`;
  return (value) => (value === 0 ? "0" : write(value / 10 ** power) + times);
}

export function valueText(layer, node) {
  const value = layer.values[node];
  if (value === null) return "–";
  if (layer.kind === "category") return layer.levels[value];
  const number = numberFormat(layer)(value);
  const unit = layer.kind === "count" ? "" : unitText(layer);
  return unit ? `${number} ${unit}` : number;
}

/** The mean of a cell's own rows, where the layer shows what the cell stands for; "" where none is. */
export function rowMeanText(layer, node) {
  const mean = layer.rowMeans?.[node] ?? null;
  return mean === null ? "" : numberFormat(layer)(mean);
}

/** Whether a layer is coloured by the very groups that have these borders, so that it names them itself. */
const isLayer = ({ names }, drawing) => drawing.layers.some(({ kind, levels }) => (
  kind === "category" && levels.length === names.length && levels.every((level, k) => level === names[k])));

/** The names of the groups that a cell is in, each with what such a group is called; none that a layer says, too. */
export function groupsOf(drawing, node) {
  return drawing.overlays
    .filter((overlay) => overlay.kind === "borders" && overlay.names[overlay.labels[node]] !== undefined)
    .filter((overlay) => !isLayer(overlay, drawing))
    .map((overlay) => ({ name: overlay.title, value: overlay.names[overlay.labels[node]] }));
}

/** What is said of a cell: its groups, and its value in each layer, with its rows' mean. */
export function cardLines(drawing, node) {
  const values = drawing.layers.map((layer) => (
    { name: layer.name, value: valueText(layer, node), mean: rowMeanText(layer, node), layer }));
  return [...groupsOf(drawing, node), ...values];
}

export function rowsText(drawing, node) {
  if (!drawing.hits) return "";
  const hits = drawing.hits[node];
  return hits === 0 ? "no rows" : `${hits.toLocaleString("en")} ${hits === 1 ? "row" : "rows"}`;
}

export function placeText(drawing, node) {
  return `Cell ${(node % drawing.width) + 1} across, ${Math.floor(node / drawing.width) + 1} down`;
}

export function spokenText(drawing, node, isSelected) {
  const lines = cardLines(drawing, node).map(({ name, value, mean }) => (
    `${name}: ${value}${mean ? ` (mean of its rows ${mean})` : ""}`));
  const state = isSelected ? "selected" : "not selected";
  return [placeText(drawing, node), state, rowsText(drawing, node), ...lines].filter(Boolean).join("; ");
}
