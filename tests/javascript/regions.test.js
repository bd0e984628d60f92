import assert from "node:assert/strict";
import { test } from "node:test";

import { latticeGeometry } from "../../som_core/drawing/scripts/geometry.js";
import { borderEdges, cellsLike, innerCells, ownCellsFirst, placedLabels, wrapped } from "../../som_core/drawing/scripts/regions.js";
import { lattice } from "./lattice.js";

const byLetters = (text) => Array.from(text).length;

test("the cells like one are those with its label", () => {
  assert.deepEqual(cellsLike([0, 1, 0, 2, 1], 2), [0, 2]);
  assert.deepEqual(cellsLike([0, 1, 0, 2, 1], 3), [3]);
});

test("a border runs once between two groups, and not along a flat map's rim", () => {
  const geometry = latticeGeometry(lattice(2, 4, "rectangular"));
  const edges = borderEdges(geometry, [0, 0, 1, 1, 0, 0, 1, 1]);
  assert.deepEqual(edges.map(({ line }) => line.map(([x]) => x)), [[1.5, 1.5], [1.5, 1.5]]);
});

test("on a toroid the groups at opposite rims have a border on both sides", () => {
  const flat = { ...lattice(2, 4, "rectangular") };
  const labels = [0, 0, 1, 1, 0, 0, 1, 1];
  const edges = borderEdges(latticeGeometry({ ...flat, toroid: true }), labels);
  const places = edges.map(({ line: [[x]] }) => x).sort((a, b) => a - b);
  assert.deepEqual(places, [-0.5, -0.5, 1.5, 1.5, 3.5, 3.5]);
});

test("a toroid of one group has no border at all", () => {
  for (const kind of ["rectangular", "hexagonal"]) {
    const geometry = latticeGeometry({ ...lattice(4, 4, kind), toroid: true });
    assert.deepEqual(borderEdges(geometry, Array(16).fill(0)), []);
  }
});

test("cells in no group have a border like a group's", () => {
  const geometry = latticeGeometry(lattice(3, 3, "hexagonal"));
  assert.equal(borderEdges(geometry, [0, 0, 0, 0, -1, 0, 0, 0, 0]).length, 6);
});

test("a name stands in the arm of a horseshoe, not in the gap where its middle is", () => {
  const geometry = latticeGeometry(lattice(7, 7, "rectangular"));
  const labels = geometry.x.map((x, node) => (x >= 2 && x <= 4 && geometry.y[node] >= 3 ? 1 : 0));
  const [horseshoe] = innerCells(geometry, labels);
  assert.equal(labels[horseshoe[0]], 0);
  assert.ok(geometry.y[horseshoe[0]] === 1, "in the broad part above the gap");
});

test("the middle of a disc is farthest from its border", () => {
  const geometry = latticeGeometry(lattice(9, 9, "hexagonal"));
  const far = (node) => Math.hypot(geometry.x[node] - geometry.x[40], geometry.y[node] - geometry.y[40]);
  const labels = geometry.x.map((_, node) => (far(node) < 3.1 ? 0 : -1));
  assert.deepEqual(innerCells(geometry, labels).map(([first]) => first), [40]);
});

test("a name takes two lines at most, and says when there is more", () => {
  assert.deepEqual(wrapped("young, app", byLetters, 20), ["young, app"]);
  assert.deepEqual(wrapped("young, entertainment, app", byLetters, 20), ["young,", "entertainment, app"]);
  assert.deepEqual(wrapped("one two three four five six", byLetters, 8), ["one two", "three f…"]);
  assert.deepEqual(wrapped("incomprehensibilities", byLetters, 8), ["incompr…"]);
  assert.deepEqual(wrapped("   ", byLetters, 8), [""]);
});

test("whatever a name is, its lines fit and lose no letters at the front", () => {
  for (const text of ["a".repeat(300), "😀".repeat(50), "x y ".repeat(100), "\u202eabc def", "<b>bold</b> and more"]) {
    const lines = wrapped(text, byLetters, 12);
    assert.ok(lines.length <= 2);
    for (const line of lines) assert.ok(byLetters(line) <= 12);
    assert.ok(text.startsWith(lines[0].replace("…", "")));
  }
});

const MAP = { width: 200, height: 100 };
const label = (...places) => ({ width: 60, height: 20, places: places.map(([x, y]) => ({ x, y })) });

test("a label goes where no other lies, and one without a place is left out", () => {
  const placed = placedLabels([label([100, 50]), label([110, 50], [110, 80]), label([105, 55])], MAP);
  assert.deepEqual(placed.map(({ x, y }) => [x, y]), [[100, 50], [110, 80]]);
});

test("a label at the rim moves inside until it is whole", () => {
  const [placed] = placedLabels([label([0, 0])], MAP);
  assert.deepEqual([placed.x, placed.y], [30, 10]);
});

test("a label stands whole over cells of its own group, and otherwise in the order that was given", () => {
  const cells = [5, 15, 25, 35, 45, 55].map((x) => ({ x, y: 0, label: x < 30 ? "left" : "right" }));
  const places = [30, 5, 20, 18, 45].map((x) => ({ x, y: 0 }));
  const ordered = (label) => (
    ownCellsFirst(places, { width: 24, height: 10 }, { width: 60, cells, reach: 4 }, label).map(({ x }) => x));
  assert.deepEqual(ordered("left"), [18, 20, 30, 45, 5]);
  assert.deepEqual(ordered("right"), [45, 30, 20, 18, 5]);
});
