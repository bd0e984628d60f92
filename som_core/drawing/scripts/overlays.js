// What lies over the maps: one function says what any overlay looks like, another puts it on a page.
//
// An overlay becomes pieces: `{ path, line, width, fill, opacity }` in lattice steps, with widths in
// pixels, or `{ lines, x, y, spot }` for a name, with its middle in pixels.

import { INK, MARK, PAPER } from "./colours.js";
import { linesPath, pointText } from "./geometry.js";
import { borderEdges, innerCells, ownCellsFirst, placedLabels, wrapped } from "./regions.js";

const DIAMOND = [[0, -1], [1, 0], [0, 1], [-1, 0]];
const BORDER_WIDTHS = [2, 1.3, 0.8]; // pixels, by how deep a division is nested
const HALO = 1.1; // pixels on each side of a border
const DIMMED = 0.35;
const DIMMED_NAME = 0.75; // a paler halo would leave ink on dark cells
const SMALLEST_GLYPH = 14; // pixels of a cell that holds one
const SMALLEST_ROW_CELL = 12; // pixels of a cell in which rows can be told apart
const NAME_SIZE = 13; // pixels
const LINE_HEIGHT = 1.2;
const SPOT = 14; // pixels that a spot of colour needs before a name
const TOUCHED = 0.4; // of a step: so far from its middle a cell lies under a name as well

/**
 * The pieces of an overlay on one map, in the order they are drawn.
 * A scale is `{ stepX, stepY, isLarge, measure }`: pixels of a lattice step, whether the map has room for
 * names and glyphs, and the width of a text in pixels.
 */
export function piecesOf(overlay, geometry, scale) {
  const pieces = DRAWN[overlay.kind](overlay, geometry, scale);
  return overlay.isDimmed ? pieces.map((piece) => ({ ...piece, opacity: DIMMED })) : pieces;
}

/**
 * Overlays with other borders in the place of those of the same title. Where cells are selected, groups
 * without any of them are pale, as they are in what comes from Python.
 */
export function withBorders(overlays, borders, selected) {
  const isReplaced = ({ kind, title }) => kind === "borders" && title === borders[0].title;
  const place = overlays.findIndex(isReplaced);
  if (place < 0) return overlays;
  const last = borders.at(-1);
  const touched = new Set([...selected].map((node) => last.labels[node]));
  const dimmed = selected.size ? [...new Set(last.labels)].filter((group) => group >= 0 && !touched.has(group)) : [];
  const shown = [...borders.slice(0, -1), { ...last, dimmed }];
  return [...overlays.slice(0, place), ...shown, ...overlays.slice(place).filter((overlay) => !isReplaced(overlay))];
}

const DRAWN = {
  borders: (overlay, geometry, scale) => [...borderPieces(overlay, geometry, scale), ...namePieces(overlay, geometry, scale)],
  outline: ({ nodes }, geometry, scale) => doubleLine(geometry.outline(nodes), scale),
  lit: ({ node }, geometry, scale) => {
    const [dark, light] = doubleLine(geometry.stamp([node], geometry.corners), scale);
    return [dark, { ...light, fill: "rgba(255,255,255,0.30)" }];
  },
  marks: ({ nodes }, geometry, { stepX }) => {
    const radius = Math.max(0.3, 5 / stepX);
    const path = geometry.stamp(nodes, DIAMOND.map(([dx, dy]) => [dx * radius, dy * radius]));
    return [{ path, fill: MARK, line: PAPER, width: 1.5 }];
  },
  lasso: ({ corners }) => [
    { path: `M${corners.map(([px, py]) => pointText(px, py)).join("L")}Z`, fill: "rgba(255,45,85,0.10)", line: PAPER, width: 4 },
    { path: `M${corners.map(([px, py]) => pointText(px, py)).join("L")}Z`, line: MARK, width: 2 },
  ],
  path: pathPieces,
  shares: sharePieces,
  glyphs: glyphPieces,
  rows: () => [], // so many that they have a canvas of their own
};

/** Thinner where cells are small, so that these stay visible. */
const thinness = ({ stepX }) => Math.min(1, Math.max(0.6, stepX / 16));

/** A dark line under a light one reads on every colour, on a light and on a dark page. */
function doubleLine(path, scale) {
  const thin = thinness(scale);
  return [
    { path, line: INK, width: 5 * thin },
    { path, line: PAPER, width: 2.2 * thin },
  ];
}

/** A light line under a dark one, thinner than that of a selection. */
function borderPieces({ labels, level, dimmed }, geometry, scale) {
  const width = BORDER_WIDTHS[Math.min(level, BORDER_WIDTHS.length - 1)] * thinness(scale);
  const pale = new Set(dimmed);
  const edges = borderEdges(geometry, labels);
  const isPale = ({ groups }) => pale.size > 0 && groups.every((group) => group < 0 || pale.has(group));
  const drawn = (some, opacity) => {
    const path = linesPath(some.map(({ line }) => line));
    return [
      { path, line: PAPER, width: width + 2 * HALO * thinness(scale), opacity: 0.8 * opacity },
      { path, line: INK, width, opacity },
    ];
  };
  return [
    ...drawn(edges.filter(isPale), DIMMED),
    ...drawn(edges.filter((edge) => !isPale(edge)), 1),
  ].filter(({ path }) => path);
}

function namePieces({ labels, names, colours, dimmed }, geometry, scale) {
  if (!scale.isLarge || names.length === 0) return [];
  const [width, height] = [geometry.spanX * scale.stepX, geometry.spanY * scale.stepY];
  const widest = Math.max(60, Math.min(170, 0.4 * width));
  const middleOf = (node) => ({
    x: (geometry.x[node] - geometry.left) * scale.stepX,
    y: (geometry.y[node] - geometry.top) * scale.stepY,
  });
  const map = { width, cells: labels.map((label, node) => ({ ...middleOf(node), label })), reach: TOUCHED * scale.stepX };
  const wanted = innerCells(geometry, labels).map((cells, group) => {
    const lines = wrapped(names[group], scale.measure, widest);
    const spot = colours[group] ?? null;
    const room = Math.max(...lines.map(scale.measure)) + (spot ? SPOT : 0) + 6;
    const size = { width: room, height: lines.length * NAME_SIZE * LINE_HEIGHT + 4 };
    const middles = cells.map(middleOf);
    const places = spot ? besideSpots(middles, room, width) : middles;
    return { group, lines, spot, ...size, places: ownCellsFirst(places, size, map, group) };
  });
  return placedLabels(wanted.filter(({ lines }) => lines[0]), { width, height })
    .map(({ group, lines, spot, side, x, y, width: room }) => (
      { lines, spot, side, x, y, width: room, opacity: dimmed.includes(group) ? DIMMED_NAME : 1 }));
}

/**
 * Where a name stands so that its spot of colour is in a cell of its group, though the name may be wider
 * than the group: to the right of the spot or, at the right rim, to its left.
 */
function besideSpots(middles, room, width) {
  const sides = middles.flatMap(({ x, y }) => [1, -1].map((side) => ({ x: x + side * (room - SPOT) / 2, y, side })));
  const isWhole = ({ x }) => x >= room / 2 && x <= width - room / 2;
  return [...sides.filter(isWhole), ...sides.filter((place) => !isWhole(place))];
}

const VEIL_STEPS = 10; // as many kinds of veil at most, so that they are drawn at once
const THICKEST_VEIL = 0.88;

/** A veil over each cell, the thicker the smaller its share: cells are lit in proportion. */
function sharePieces({ shares }, geometry) {
  const veiled = Array.from({ length: VEIL_STEPS }, () => []);
  shares.forEach((share, node) => {
    const step = share > 0 ? Math.floor((1 - share) * VEIL_STEPS) : VEIL_STEPS; // a single row can be seen
    if (step > 0) veiled[step - 1].push(node);
  });
  return veiled
    .map((nodes, k) => ({
      path: geometry.stamp(nodes, geometry.corners),
      fill: "var(--atlas-page)",
      line: "none",
      opacity: (THICKEST_VEIL * (k + 1)) / VEIL_STEPS,
    }))
    .filter(({ path }) => path);
}

/** A line through the middles of cells, with an arrow at its end; on a toroid it takes the shorter way. */
function pathPieces({ nodes, colour }, geometry, scale) {
  if (nodes.length === 0) return [];
  const thin = thinness(scale);
  const steps = nodes.slice(1).flatMap((node, k) => stepsBetween(geometry, nodes[k], node));
  const path = linesPath(steps);
  const start = geometry.stamp([nodes[0]], DIAMOND.map(([dx, dy]) => [dx * 0.22, dy * 0.22]));
  const last = steps.filter(([[ax, ay], [bx, by]]) => ax !== bx || ay !== by).at(-1);
  return [
    { path, line: PAPER, width: 5 * thin },
    { path, line: colour, width: 2.6 * thin },
    { path: start, fill: colour, line: PAPER, width: 1 },
    ...(last ? [{ path: arrowHead(...last), fill: colour, line: PAPER, width: 1 }] : []),
  ];
}

function stepsBetween(geometry, from, to) {
  const start = [geometry.x[from], geometry.y[from]];
  const end = [geometry.x[to], geometry.y[to]];
  if (!geometry.period) return [[start, end]];
  const around = geometry.period.map((length, axis) => length * Math.round((end[axis] - start[axis]) / length));
  if (around.every((shift) => shift === 0)) return [[start, end]];
  // Out of the map at one rim, and in at the other.
  const beyondEnd = end.map((place, axis) => place - around[axis]);
  const beyondStart = start.map((place, axis) => place + around[axis]);
  return [[start, rimBetween(geometry, start, beyondEnd)], [rimBetween(geometry, end, beyondStart), end]];
}

/** Where a line from a place on the map to one beyond it crosses the rim. */
function rimBetween({ left, top, spanX, spanY }, inside, outside) {
  const rims = [[left, left + spanX], [top, top + spanY]];
  const shares = rims.map(([low, high], axis) => {
    const rim = outside[axis] < low ? low : high;
    const isBeyond = outside[axis] < low || outside[axis] > high;
    return isBeyond ? (rim - inside[axis]) / (outside[axis] - inside[axis]) : 1;
  });
  const share = Math.min(...shares);
  return inside.map((place, axis) => place + share * (outside[axis] - place));
}

function arrowHead([ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
  const [size, half] = [0.42, 0.2]; // lattice steps
  const corner = (side) => pointText(bx - size * ux - side * half * uy, by - size * uy + side * half * ux);
  return `M${pointText(bx, by)}L${corner(1)}L${corner(-1)}Z`;
}

function glyphPieces({ values, shape, colours }, geometry, scale) {
  if (!fits({ kind: "glyphs" }, scale)) return [];
  const part = shape === "pie" ? sectorPath : barPath;
  return colours
    .map((fill, k) => ({
      path: values.map((parts, node) => part(parts, k, geometry.x[node], geometry.y[node])).join(""),
      fill,
      line: PAPER,
      width: 0.7,
    }))
    .filter(({ path }) => path);
}

const PIE_RADIUS = 0.36; // lattice steps
const BAR_ROOM = 0.62;

/** Part k of a pie, clockwise from the top. */
function sectorPath(parts, k, cx, cy) {
  const whole = parts.reduce((sum, value) => sum + value, 0);
  if (!(parts[k] > 0)) return "";
  const before = parts.slice(0, k).reduce((sum, value) => sum + value, 0) / whole;
  const share = parts[k] / whole;
  const at = (turn) => pointText(cx + PIE_RADIUS * Math.sin(2 * Math.PI * turn), cy - PIE_RADIUS * Math.cos(2 * Math.PI * turn));
  const arc = (turn, large) => `A${PIE_RADIUS},${PIE_RADIUS},0,${large},1,${at(turn)}`;
  if (share > 1 - 1e-6) return `M${at(0)}${arc(0.5, 0)}${arc(1, 0)}Z`; // an arc can't end where it begins
  return `M${pointText(cx, cy)}L${at(before)}${arc(before + share, share > 0.5 ? 1 : 0)}Z`;
}

/** Bar k of a row of bars that stand on one line. */
function barPath(parts, k, cx, cy) {
  const tall = BAR_ROOM * Math.min(1, parts[k]);
  if (!(tall > 0)) return "";
  const wide = BAR_ROOM / parts.length;
  const left = cx - BAR_ROOM / 2 + k * wide;
  const right = left + 0.9 * wide;
  const floor = cy + BAR_ROOM / 2;
  return `M${pointText(left, floor)}L${pointText(right, floor)}L${pointText(right, floor - tall)}L${pointText(left, floor - tall)}Z`;
}

/** Whether the cells of a map are large enough for what this overlay draws in them. */
export function fits(overlay, { stepX, isLarge }) {
  if (overlay.kind === "glyphs") return isLarge && stepX >= SMALLEST_GLYPH;
  return overlay.kind !== "rows" || stepX >= SMALLEST_ROW_CELL;
}

/** What the colours of glyphs and rows mean: `{ name, colour }` each, and the rows' `shape`. */
export function legendEntries({ kind, names, colours }) {
  if (kind !== "glyphs" && kind !== "rows") return [];
  const shapeOf = (k) => (kind === "rows" ? ROW_SHAPES[k % ROW_SHAPES.length] : null);
  return names
    .map((name, k) => ({ name, colour: colours[k], shape: shapeOf(k) }))
    .filter(({ name }) => name);
}

// ---- rows: marks on a canvas, as there may be 20,000

// Kinds have shapes of their own, for readers who don't see colours: corners around a middle.
export const ROW_SHAPES = [
  [[0.7, 0.7], [-0.7, 0.7], [-0.7, -0.7], [0.7, -0.7]],
  [[0, -1], [0.9, 0.7], [-0.9, 0.7]],
  DIAMOND,
  [[0, 1], [0.9, -0.7], [-0.9, -0.7]],
  [[0.3, -1], [0.3, -0.3], [1, -0.3], [1, 0.3], [0.3, 0.3], [0.3, 1], [-0.3, 1], [-0.3, 0.3], [-1, 0.3], [-1, -0.3], [-0.3, -0.3], [-0.3, -1]],
];

/** Draw rows into a canvas's context whose unit is a pixel of the page. */
export function drawRows(context, overlay, geometry, { stepX, stepY }) {
  const radius = Math.max(1.5, Math.min(4, (0.6 * stepX) / Math.sqrt(overlay.x.length / geometry.x.length + 1)));
  context.globalAlpha = overlay.isDimmed ? DIMMED : 1;
  context.lineWidth = radius < 2.5 ? 0.5 : 1;
  context.strokeStyle = PAPER;
  overlay.colours.forEach((colour, kind) => {
    const shape = ROW_SHAPES[kind % ROW_SHAPES.length];
    context.beginPath();
    overlay.kinds.forEach((one, row) => {
      if (one !== kind) return;
      const px = (overlay.x[row] - geometry.left) * stepX;
      const py = (overlay.y[row] - geometry.top) * stepY;
      shape.forEach(([dx, dy], k) => context[k ? "lineTo" : "moveTo"](px + dx * radius, py + dy * radius));
      context.closePath();
    });
    context.fillStyle = colour;
    context.fill();
    context.stroke();
  });
  context.globalAlpha = 1;
}

// ---- on the page

const SVG = "http://www.w3.org/2000/svg";

export function svgPart(tag, attributes = {}) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}

/** The elements for pieces. Paths scale with the map, their lines don't; names come as text only. */
export function elementsOf(pieces, geometry, { stepX, stepY }) {
  const transform = `scale(${stepX} ${stepY}) translate(${-geometry.left} ${-geometry.top})`;
  return pieces.map((piece) => (piece.lines ? nameElement(piece) : svgPart("path", {
    d: piece.path,
    transform,
    fill: piece.fill ?? "none",
    stroke: piece.line,
    "stroke-width": piece.width,
    opacity: piece.opacity ?? 1,
    "vector-effect": "non-scaling-stroke",
  })));
}

function nameElement({ lines, spot, side, x, y, width, opacity }) {
  const group = svgPart("g", { class: "atlas-label-of-group", opacity });
  const indent = spot ? (side * SPOT) / 2 : 0;
  lines.forEach((line, k) => {
    const text = svgPart("text", {
      x: x + indent,
      y: y + (k - (lines.length - 1) / 2) * NAME_SIZE * LINE_HEIGHT,
      "font-size": NAME_SIZE,
    });
    text.textContent = line;
    group.append(text);
  });
  if (spot) group.append(svgPart("circle", { cx: x - (side * (width - SPOT)) / 2, cy: y, r: 4.5, fill: spot, stroke: PAPER, "stroke-width": 1.5 }));
  return group;
}

/** The width of a name in pixels, as the page writes it. */
export function nameMeasure(font) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `600 ${NAME_SIZE}px ${font}`;
  return (text) => context.measureText(text).width;
}
