// What stands around the maps: titles, colour bars, legends, the hover card, the toolbar.

import { legendOf, rangeOf, scaleOf } from "./colours.js";

const ICONS = {
  lasso: "M12 4c5 0 8 2.2 8 5s-3 5-8 5-8-2.2-8-5 3-5 8-5zM8 13.5c-1.5 1-1.5 3 0 3.5s2 2 .5 3.5",
  select: "M4 4h16v16H4z",
  clear: "M6 6l12 12M18 6L6 18",
};

export function makeToolbar({ onTool, onClear }) {
  const element = part("div", "atlas-toolbar");
  element.setAttribute("role", "toolbar");
  element.setAttribute("aria-label", "Select cells");
  const count = part("span", "atlas-count");
  const tools = { lasso: toolButton("lasso", "Lasso"), select: toolButton("select", "Box") };
  const press = (chosen) => {
    Object.entries(tools).forEach(([name, button]) => button.setAttribute("aria-pressed", name === chosen));
  };
  Object.entries(tools).forEach(([name, button]) => {
    button.addEventListener("click", () => {
      press(name);
      onTool(name);
    });
  });
  press("lasso");
  const clear = toolButton("clear", "Clear selection");
  clear.addEventListener("click", onClear);
  const key = part("span", "atlas-key", "Dot or hollow: no rows in the cell");
  element.append(tools.lasso, tools.select, clear, count, key);
  const say = (size) => {
    clear.disabled = size === 0;
    count.textContent = size === 0
      ? "Click a cell, or drag around several; Shift adds"
      : `${size} ${size === 1 ? "cell" : "cells"} selected`;
  };
  return { element, say };
}

function toolButton(icon, label) {
  const button = part("button", "atlas-tool");
  button.type = "button";
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[icon]);
  picture.append(path);
  button.append(picture, part("span", "", label));
  return button;
}

/** The layer's name and how to read it; where `onEnlarge` is given, the name is a button for it. */
export function headContent(layer, onEnlarge) {
  const name = part("h4", "atlas-name", onEnlarge ? "" : layer.name);
  name.title = layer.name;
  if (onEnlarge) {
    const button = part("button", "atlas-enlarge", layer.name);
    button.type = "button";
    button.setAttribute("aria-label", `${layer.name}: show as the large map`);
    button.addEventListener("click", onEnlarge);
    name.title = `${layer.name}: click to enlarge`;
    name.append(button);
  }
  if (!layer.description) return [name];
  const about = part("span", "atlas-about", "?");
  about.title = layer.description;
  about.setAttribute("role", "note");
  about.setAttribute("aria-label", `How to read it: ${layer.description}`);
  return [name, about];
}

export function footContent(layer, theme) {
  if (layer.kind === "category") return legendOf(layer).map(({ label, colour }) => {
    const entry = part("span", "atlas-level");
    const swatch = part("i", "atlas-swatch");
    swatch.style.background = colour;
    const text = part("span", "atlas-label", label);
    text.title = label;
    entry.append(swatch, text);
    return entry;
  });
  const range = rangeOf(layer);
  if (!range) return [part("span", "atlas-low", "nothing to show")];
  const bar = part("span", "atlas-bar");
  bar.style.background = `linear-gradient(to right, ${scaleOf(layer, theme).join(", ")})`;
  const number = numberFormat(layer);
  const high = part("span", "atlas-high", number(range.high));
  const unit = part("span", "atlas-unit", unitText(layer));
  unit.title = unit.textContent;
  return [part("span", "atlas-low", number(range.low)), bar, high, unit];
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
function unitText(layer) {
  return layer.unit in CALENDAR ? "" : layer.unit;
}

/** Numbers with as many decimals as tell the layer's values apart, and no more; dates as dates. */
function numberFormat(layer) {
  if (layer.unit in CALENDAR) return CALENDAR[layer.unit](rangeOf(layer) ?? { low: 0, high: 0 });
  const written = writtenBy(layer);
  return (value) => written(value).replace("-", "−").replace(/^−0$/, "0");
}

function writtenBy(layer) {
  const range = rangeOf(layer) ?? { low: 0, high: 0 };
  const largest = Math.max(Math.abs(range.low), Math.abs(range.high));
  if (largest >= 1e9 || (largest > 0 && largest < 1e-4)) return (value) => value.toPrecision(3);
  const span = range.high - range.low || largest;
  const decimals = span ? Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(span)))) : 0;
  const format = new Intl.NumberFormat("en", { maximumFractionDigits: decimals, useGrouping: "min2" });
  return (value) => format.format(value);
}

function valueText(layer, node) {
  const value = layer.values[node];
  if (value === null) return "–";
  if (layer.kind === "category") return layer.levels[value];
  const number = numberFormat(layer)(value);
  const unit = layer.kind === "count" ? "" : unitText(layer);
  return unit ? `${number} ${unit}` : number;
}

function rowsText(drawing, node) {
  if (!drawing.hits) return "";
  const hits = drawing.hits[node];
  return hits === 0 ? "no rows" : `${hits.toLocaleString("en")} ${hits === 1 ? "row" : "rows"}`;
}

function placeText(drawing, node) {
  return `Cell ${(node % drawing.width) + 1} across, ${Math.floor(node / drawing.width) + 1} down`;
}

export function cardContent(drawing, node, ownLayer) {
  const head = part("div", "atlas-card-head");
  head.append(part("strong", "", rowsText(drawing, node)), part("span", "", placeText(drawing, node)));
  const list = part("div", drawing.layers.length > 12 ? "atlas-values atlas-values-wide" : "atlas-values");
  drawing.layers.forEach((layer) => {
    const line = part("div", layer === ownLayer ? "atlas-value atlas-own" : "atlas-value");
    line.append(part("span", "", layer.name), part("b", "", valueText(layer, node)));
    list.append(line);
  });
  const note = drawing.notes?.[node];
  return note ? [head, list, part("div", "atlas-note", note)] : [head, list];
}

export function spokenText(drawing, node, isSelected) {
  const values = drawing.layers.map((layer) => `${layer.name}: ${valueText(layer, node)}`);
  const state = isSelected ? "selected" : "not selected";
  return [placeText(drawing, node), state, rowsText(drawing, node), ...values].filter(Boolean).join("; ");
}

/** Beside the pointer, on the side where the window has room. */
export function placeCard(card, { x, y }) {
  const distance = 18;
  const { offsetWidth: width, offsetHeight: height } = card;
  const right = x + distance + width < window.innerWidth;
  const top = Math.min(Math.max(8, y - height / 3), Math.max(8, window.innerHeight - height - 8));
  card.style.transform = `translate(${Math.max(8, right ? x + distance : x - distance - width)}px, ${top}px)`;
}

export function part(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
