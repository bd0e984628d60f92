// Colours of a layer: which pixel gets which, on a light and on a dark page.

import PALETTE from "../palette.json" with { type: "json" };

export const INK = PALETTE.ink;
export const PAPER = PALETTE.paper;
export const MARK = PALETTE.mark;
export const ROWS = PALETTE.rows;

// What a pixel can be, as numbers on Plotly's colour scale; 1 to 2 are values, low to high.
const NOTHING_Z = 0;
const INK_Z = 0.4;
const PAPER_Z = 0.8;
const BRIGHT_Z = 1.55; // on Viridis, from here on a dark dot shows better than a light one

export function scaleOf(layer, theme) {
  if (layer.circle) return PALETTE.circle;
  if (layer.kind !== "count") return PALETTE.sequential;
  // On a dark page the other way round, so that more stands out more.
  return theme === "dark" ? PALETTE.counts.slice(0, -2).reverse() : PALETTE.counts;
}

/** The levels with a colour of their own, and those without as one. */
export function legendOf(layer) {
  const entries = layer.levels.map((label, k) => ({ label, colour: layer.colours[k] }));
  const own = entries.filter(({ colour }) => colour !== PALETTE.other);
  const others = entries.length - own.length;
  return others ? [...own, { label: `other (${others} more)`, colour: PALETTE.other }] : own;
}

/**
 * The smallest and largest value shown, or both ends of a circle, which are one place; a count of
 * nothing is shown as nothing, not as low.
 */
export function rangeOf(layer) {
  if (layer.circle) return { low: layer.circle[0], high: layer.circle[1] };
  const shown = layer.values.filter((value) => value !== null && !(layer.kind === "count" && value === 0));
  return shown.length ? { low: Math.min(...shown), high: Math.max(...shown) } : null;
}

/** Plotly's colour scale of a layer and the number on it for each node. */
export function paintOf(layer, theme) {
  if (layer.kind === "category") {
    const colours = legendOf(layer).map((entry) => entry.colour);
    const last = Math.max(colours.length - 1, 1);
    const numberOf = layer.colours.map((colour) => 1 + colours.indexOf(colour) / last);
    return { colours, numbers: layer.values.map((level) => (level === null ? NOTHING_Z : numberOf[level])) };
  }
  const range = rangeOf(layer);
  const span = range ? range.high - range.low : 0;
  return {
    colours: scaleOf(layer, theme),
    numbers: layer.values.map((value) => {
      if (value === null || (layer.kind === "count" && value === 0)) return NOTHING_Z;
      return span ? 1 + (value - range.low) / span : 1.5;
    }),
  };
}

export function colourScale(colours, theme) {
  const nothing = PALETTE.nothing[theme];
  const last = Math.max(colours.length - 1, 1);
  const values = colours.length > 1 ? colours : [colours[0], colours[0]];
  const marks = [[0, nothing], [0.1, nothing], [0.1, INK], [0.3, INK], [0.3, PAPER], [0.5, PAPER]];
  return [...marks, ...values.map((colour, k) => [0.5 + (0.5 * k) / last, colour])];
}

/** Half of the hairline between cells that are large enough for one, in lattice steps. */
export const gapOf = ({ stepX }) => (1 / stepX >= 14 ? 0.55 * stepX : 0);

/**
 * The pixels of one layer as rows of numbers on its colour scale; null shows the page.
 * A node without rows is hollow on counts, and has a dot in its middle where it has a number.
 */
export function pixelsOf(numbers, isEmpty, raster, layer) {
  const { columns, rows, nodes, depths, stepX } = raster;
  const gap = gapOf(raster);
  const rim = Math.max(1.2 * stepX, 0.06); // of hollow cells
  const dot = 0.5 - Math.max(0.11, 0.9 * stepX); // how deep inside a cell its dot begins
  const pixels = [];
  for (let row = 0; row < rows; row += 1) {
    const line = new Array(columns);
    for (let column = 0; column < columns; column += 1) {
      const pixel = row * columns + column;
      const node = nodes[pixel];
      const depth = depths[pixel];
      line[column] = null;
      if (node < 0) continue;
      const isNothing = numbers[node] === NOTHING_Z;
      if (isNothing && layer.kind === "count" && depth > gap + rim) continue;
      const dotted = !isNothing && layer.kind === "sequential" && isEmpty[node] && depth > dot;
      if (dotted) line[column] = numbers[node] > BRIGHT_Z ? INK_Z : PAPER_Z;
      else line[column] = numbers[node];
    }
    pixels.push(line);
  }
  return pixels;
}
