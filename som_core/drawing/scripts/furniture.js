// What stands around the maps: titles, colour bars, legends, the card beside the pointer, the toolbar.
// Texts come from the analyst's file and reach the page through textContent only, never as markup.

import { legendOf, rangeOf, scaleOf } from "./colours.js";
import { legendEntries, svgPart } from "./overlays.js";
import { cardLines, numberFormat, placeText, rowsText, unitText } from "./words.js";

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
  const picture = svgPart("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  picture.append(svgPart("path", { d: ICONS[icon] }));
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
    const text = part("span", "atlas-label", label);
    text.title = label;
    entry.append(swatch(colour), text);
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

export function cardContent(drawing, node, ownLayer) {
  const head = part("div", "atlas-card-head");
  head.append(part("strong", "", rowsText(drawing, node)), part("span", "", placeText(drawing, node)));
  const lines = cardLines(drawing, node);
  const hasMeans = lines.some(({ mean }) => mean);
  // What the cell stands for is under its key, also where no row of the cell has a value.
  const isKeyed = ({ layer }) => hasMeans && Boolean(layer?.rowMeans);
  const lists = [lines.filter((line) => !isKeyed(line)), lines.filter(isKeyed)].flatMap((some, keyed) => {
    if (!some.length) return [];
    const isWide = some.length > 12;
    const list = part("div", isWide ? "atlas-values atlas-values-wide" : "atlas-values");
    list.append(...some.map((line) => cardLine(line, ownLayer, Boolean(keyed))));
    return keyed ? [keysOfCard(isWide ? 2 : 1), list] : [list];
  });
  const note = drawing.notes?.[node];
  return [head, ...lists, ...(note ? [part("div", "atlas-note", note)] : [])];
}

function cardLine({ name, value, mean, layer }, ownLayer, isKeyed) {
  const line = part("div", layer === ownLayer ? "atlas-value atlas-own" : "atlas-value");
  line.append(part("span", "", name), part("b", "", value));
  if (isKeyed) line.append(part("i", "", mean || "no value"));
  return line;
}

/** What the two numbers of a line are, above each column of lines. */
function keysOfCard(n_columns) {
  const keys = part("div", n_columns > 1 ? "atlas-values-wide" : "");
  keys.append(...Array.from({ length: n_columns }, keyOfCard));
  return keys;
}

function keyOfCard() {
  const key = part("div", "atlas-value atlas-card-key");
  key.append(part("b", "", "the cell stands for"), part("i", "", "mean of its rows"));
  return key;
}

/** What the colours and shapes over the maps mean, or that cells are too small for them. */
export function legendContent(overlays, fits = () => true) {
  const small = overlays.some((overlay) => !fits(overlay));
  const note = small ? [part("span", "", "The cells are too small here to draw anything in them. A wider window gives them room.")] : [];
  const entries = overlays.filter(fits).flatMap((overlay) => {
    const [title, parts] = [overlay.title, legendEntries(overlay)];
    return [...(parts.length && title ? [part("b", "atlas-label", title)] : []), ...parts.map(legendPart)];
  });
  return [...entries, ...note];
}

function legendPart({ name, colour, shape }) {
  const entry = part("span", "atlas-level");
  if (shape) {
    const picture = svgPart("svg", { viewBox: "-1.2 -1.2 2.4 2.4", class: "atlas-shape", "aria-hidden": "true" });
    picture.append(svgPart("polygon", { points: shape.join(" "), fill: colour }));
    entry.append(picture);
  } else entry.append(swatch(colour));
  const text = part("span", "atlas-label", name);
  text.title = name;
  entry.append(text);
  return entry;
}

function swatch(colour) {
  const spot = part("i", "atlas-swatch");
  spot.style.background = colour;
  return spot;
}

/** Beside the pointer, on the side where the window has room. */
export function placeCard(card, { x, y }) {
  const distance = 18;
  const { offsetWidth: width, offsetHeight: height } = card;
  const right = x + distance + width < window.innerWidth;
  const left = Math.max(8, right ? x + distance : x - distance - width);
  const top = Math.min(Math.max(8, y - height / 3), Math.max(8, window.innerHeight - height - 8));
  const moveBy = (across, down) => { card.style.transform = `translate(${across}px, ${down}px)`; };
  moveBy(left, top);
  // “Fixed” is to the window, but to a box on the page where that keeps what it holds apart (Jupyter).
  const stands = card.getBoundingClientRect();
  if (stands.x !== left || stands.y !== top) moveBy(2 * left - stands.x, 2 * top - stands.y);
}

export function part(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
