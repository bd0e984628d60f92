import assert from "node:assert/strict";
import { test } from "node:test";

import PALETTE from "../../som_core/drawing/palette.json" with { type: "json" };
import { latticeGeometry } from "../../som_core/drawing/scripts/geometry.js";
import { drawRows, fits, legendEntries, piecesOf, withBorders } from "../../som_core/drawing/scripts/overlays.js";
import { lattice } from "./lattice.js";

const geometry = latticeGeometry(lattice(6, 8, "hexagonal"));
const measure = (text) => 7 * text.length;
const large = { stepX: 50, stepY: 50, isLarge: true, measure };
const small = { stepX: 15, stepY: 15, isLarge: false, measure };
const halves = geometry.x.map((x) => (x < 3.4 ? 0 : 1));
const borders = { kind: "borders", labels: halves, names: ["young, app", "old"], colours: [], title: "Group", level: 0, dimmed: [] };
const names = (pieces) => pieces.filter((piece) => piece.lines).map((piece) => piece.lines.join(" "));
const widths = (pieces) => pieces.filter((piece) => piece.path).map((piece) => piece.width);

test("borders are on every map, names on the large one only", () => {
  assert.deepEqual(names(piecesOf(borders, geometry, large)), ["young, app", "old"]);
  assert.deepEqual(names(piecesOf(borders, geometry, small)), []);
  assert.equal(widths(piecesOf(borders, geometry, small)).length, 2);
});

test("a border is ink within a light halo, thinner than a selection and thinner still when nested", () => {
  const [halo, ink] = piecesOf(borders, geometry, large);
  assert.deepEqual([halo.line, ink.line], [PALETTE.paper, PALETTE.ink]);
  assert.equal(halo.path, ink.path);
  const selection = widths(piecesOf({ kind: "outline", nodes: [1, 2] }, geometry, large));
  assert.ok(Math.max(...widths([halo, ink])) < Math.max(...selection));
  const nested = widths(piecesOf({ ...borders, level: 1 }, geometry, large));
  assert.ok(nested[1] < ink.width);
});

test("the spot beside a name is in a cell of its group, however narrow that is", () => {
  const strips = geometry.x.map((x) => (x < 1 ? 0 : x < 6 ? 1 : 2));
  const narrow = { ...borders, labels: strips, names: ["a name at the left", "in the middle", "and one at the right"], colours: ["red", "green", "blue"] };
  const placed = piecesOf(narrow, geometry, large).filter(({ lines }) => lines);
  assert.deepEqual(placed.map(({ side }) => side), [1, 1, -1]);
  for (const { spot, side, x, y, width } of placed) {
    const { node } = geometry.cellAt((x - (side * (width - 14)) / 2) / 50 + geometry.left, y / 50 + geometry.top);
    assert.equal(narrow.colours[strips[node]], spot);
    assert.ok(x >= width / 2 && x + width / 2 <= geometry.spanX * 50, "the name is whole");
  }
});

test("each name stands inside its own group", () => {
  for (const piece of piecesOf(borders, geometry, large).filter(({ lines }) => lines)) {
    const { node } = geometry.cellAt(piece.x / 50 + geometry.left, piece.y / 50 + geometry.top);
    assert.equal(borders.names[halves[node]], piece.lines.join(" "));
  }
});

test("a dimmed group's name is pale, and a border between two dimmed groups too", () => {
  const opacity = (dimmed) => piecesOf({ ...borders, dimmed }, geometry, large).map((piece) => piece.opacity);
  const [, ink, , old] = opacity([1]);
  assert.ok(ink === 1 && old < 1);
  assert.ok(opacity([0, 1])[1] < 1);
});

test("the name of a dimmed group can still be read: its halo is light on the darkest cell", () => {
  const [name] = piecesOf({ ...borders, dimmed: [0, 1] }, geometry, large).filter(({ lines }) => lines);
  assert.ok(name.opacity >= 0.7 && name.opacity < 1);
});

test("one group all over the map has a name and no border", () => {
  const pieces = piecesOf({ ...borders, labels: halves.map(() => 0) }, geometry, large);
  assert.deepEqual(pieces.map(({ path }) => path), [undefined]);
});

test("a path on a toroid goes out at one rim and comes in at the other", () => {
  const round = latticeGeometry({ ...lattice(6, 8, "rectangular"), toroid: true });
  const lengths = (shape, nodes) => {
    const [line] = piecesOf({ kind: "path", nodes, colour: "red" }, shape, large);
    return line.path.match(/M[^M]+/g).map((step) => {
      const [[ax, ay], [bx, by]] = step.slice(1).split("L").map((place) => place.split(",").map(Number));
      return Math.hypot(bx - ax, by - ay);
    });
  };
  const stubs = lengths(round, [0, 7]);
  assert.equal(stubs.length, 2);
  for (const length of stubs) assert.ok(length > 0.49 && length < 0.6);
  assert.deepEqual(lengths(latticeGeometry(lattice(6, 8, "rectangular")), [0, 7]), [7]);
});

test("however long a step of a path is, it never leaves the picture", () => {
  const round = latticeGeometry({ ...lattice(9, 9, "hexagonal"), toroid: true });
  for (const nodes of [[0, 80], [8, 72], [4, 76], [36, 44]]) {
    const [{ path }] = piecesOf({ kind: "path", nodes, colour: "red" }, round, large);
    for (const place of path.match(/-?[\d.]+,-?[\d.]+/g)) {
      const [px, py] = place.split(",").map(Number);
      assert.ok(px >= round.left - 1e-3 && px <= round.left + round.spanX + 1e-3);
      assert.ok(py >= round.top - 1e-3 && py <= round.top + round.spanY + 1e-3);
    }
  }
});

test("a path of one cell is a spot, and of none nothing", () => {
  const pathOf = (nodes) => piecesOf({ kind: "path", nodes, colour: "red" }, geometry, large);
  assert.equal(pathOf([]).length, 0);
  for (const { path } of pathOf([3])) assert.doesNotMatch(path, /NaN/);
  for (const { path } of pathOf([3, 3])) assert.doesNotMatch(path, /NaN/);
});

const glyphs = { kind: "glyphs", shape: "pie", names: ["a", "b"], colours: ["red", "blue"], values: geometry.x.map((_, node) => [node === 0 ? 1 : 0, node]) };

test("the parts of pies add up to a whole circle; empty cells have none", () => {
  const [red, blue] = piecesOf(glyphs, geometry, large);
  assert.equal(red.path.match(/M/g).length, 1); // of the first cell, which has nothing else
  assert.equal(blue.path.match(/M/g).length, geometry.x.length - 1);
  assert.match(red.path, /A.*A/); // a circle takes two arcs
});

test("glyphs are drawn where there is room for them", () => {
  assert.equal(piecesOf(glyphs, geometry, small).length, 0);
  assert.equal(piecesOf(glyphs, geometry, { ...large, stepX: 8, stepY: 8 }).length, 0);
});

test("bars are as high as their values", () => {
  const values = geometry.x.map(() => [0.5, 1]);
  const [half, whole] = piecesOf({ ...glyphs, shape: "bars", values }, geometry, large);
  const tall = ({ path }) => {
    const ys = path.split("Z")[0].match(/,-?[\d.]+/g).map((text) => Number(text.slice(1)));
    return Math.max(...ys) - Math.min(...ys);
  };
  assert.ok(Math.abs(2 * tall(half) - tall(whole)) < 0.01);
});

const rows = { kind: "rows", x: [0, 1, 2], y: [0, 0, 0], kinds: [0, 1, 0], names: ["even", "odd"], colours: ["red", "blue"] };

test("each row is one closed mark in the colour of its kind", () => {
  const marks = { red: 0, blue: 0 };
  let closed = 0;
  const context = {
    beginPath: () => { closed = 0; },
    moveTo: () => {}, lineTo: () => {}, stroke: () => {},
    closePath: () => { closed += 1; },
    fill: () => { marks[context.fillStyle] += closed; },
  };
  drawRows(context, rows, geometry, large);
  assert.deepEqual(marks, { red: 2, blue: 1 });
});

test("rows are drawn where cells are large enough, and the legend tells kinds by shape and colour", () => {
  assert.ok(fits(rows, large));
  assert.ok(!fits(rows, { stepX: 4 }));
  assert.ok(fits(borders, { stepX: 4 }));
  const entries = [borders, rows, { ...rows, names: [""] }].flatMap(legendEntries);
  assert.deepEqual(entries.map(({ name, colour }) => [name, colour]), [["even", "red"], ["odd", "blue"]]);
  assert.notDeepEqual(entries[0].shape, entries[1].shape);
});

test("a dimmed overlay is pale as a whole", () => {
  const pieces = piecesOf({ kind: "marks", nodes: [3], isDimmed: true }, geometry, large);
  assert.ok(pieces.every(({ opacity }) => opacity < 1));
});

test("other borders take the place of those of the same title, pale where nothing is selected", () => {
  const borders = (labels, title, names) => ({ kind: "borders", labels, title, names, dimmed: [] });
  const marks = { kind: "marks", nodes: [0] };
  const set = borders([0, -1, -1, -1], "Set", ["kept"]);
  const two = borders([0, 0, 1, 1], "Group", ["a", "b"]);
  const three = borders([0, 0, 1, 2], "Group", ["a", "c", "d"]);
  assert.deepEqual(withBorders([marks, two, set], [three], new Set()), [marks, three, set]);
  const [, paler] = withBorders([marks, two, set], [three], new Set([0, 3]));
  assert.deepEqual(paler.dimmed, [1]);
  assert.deepEqual(withBorders([marks, set], [three], new Set()), [marks, set]); // groups aren't shown
});

test("cells are veiled the more, the smaller their share of rows in a brush", () => {
  const shares = geometry.x.map((_, node) => (node === 0 ? 1 : node === 1 ? 0.5 : node === 2 ? 0.001 : 0));
  const pieces = piecesOf({ kind: "shares", shares }, geometry, large);
  const opacityAt = (node) => {
    const middle = geometry.stamp([node], geometry.corners);
    return pieces.find(({ path }) => path.includes(middle))?.opacity ?? 0;
  };
  assert.equal(opacityAt(0), 0);
  assert.ok(opacityAt(1) > 0 && opacityAt(1) < opacityAt(2));
  assert.ok(opacityAt(2) < opacityAt(3) && opacityAt(3) < 1);
});
