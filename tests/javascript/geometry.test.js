import assert from "node:assert/strict";
import { test } from "node:test";

import { cellsPath, isInside, latticeGeometry, rasterOf } from "../../som_core/drawing/scripts/geometry.js";
import { lattice } from "./lattice.js";

const LATTICES = ["rectangular", "hexagonal"];

for (const kind of LATTICES) {
  test(`the middle of a ${kind} cell belongs to its node, and a place far off to none`, () => {
    const geometry = latticeGeometry(lattice(4, 5, kind));
    geometry.x.forEach((x, node) => assert.equal(geometry.cellAt(x, geometry.y[node]).node, node));
    assert.equal(geometry.cellAt(-9, 2).node, -1);
  });

  test(`cells that share an edge of a ${kind} lattice lie one step apart, beyond that edge`, () => {
    const geometry = latticeGeometry(lattice(5, 4, kind));
    geometry.x.forEach((x, node) => {
      geometry.acrossEdges(node).forEach((other, k) => {
        const [[ax, ay], [bx, by]] = geometry.edgeOf(node, k);
        const beyond = [ax + bx - x, ay + by - geometry.y[node]];
        assert.ok(geometry.cellAt(...beyond).node === other);
      });
    });
  });

  test(`on a ${kind} toroid being neighbours is mutual, also across the rim`, () => {
    const geometry = latticeGeometry({ ...lattice(4, 6, kind), toroid: true });
    geometry.x.forEach((_, node) => {
      for (const other of geometry.acrossEdges(node)) {
        assert.ok(other >= 0);
        assert.ok(geometry.acrossEdges(other).includes(node));
      }
    });
  });

  test(`the outline of a ${kind} block is closed: each corner is met twice`, () => {
    const geometry = latticeGeometry(lattice(5, 5, kind));
    const corners = geometry.outline([6, 7, 11, 12]).match(/-?[\d.]+,-?[\d.]+/g).map(rounded);
    for (const corner of corners) assert.equal(corners.filter((one) => one === corner).length, 2);
  });

  test(`a lasso around the whole ${kind} map, from outside, takes every cell`, () => {
    const geometry = latticeGeometry(lattice(4, 5, kind));
    const around = [[-2, -2], [8, -2], [8, 8], [-2, 8]];
    assert.deepEqual(geometry.nodesInside(around), [...geometry.x.keys()]);
  });

  test(`walking right and left on a ${kind} lattice comes back`, () => {
    const geometry = latticeGeometry(lattice(3, 4, kind));
    const there = geometry.nodeBeside(5, "ArrowRight", geometry.x[5]);
    assert.equal(geometry.nodeBeside(there, "ArrowLeft", geometry.x[there]), 5);
  });
}

const rounded = (corner) => corner.split(",").map((number) => Number(number).toFixed(1)).join(",");

test("a lasso takes a cell of which it covers the half, though not the middle", () => {
  const geometry = latticeGeometry(lattice(1, 3, "rectangular"));
  const frame = [[0.5, -0.5], [1.5, -0.5], [1.5, 0.5], [1.02, 0.02], [0.98, 0.02], [0.5, 0.5]]; // a notch at the middle
  assert.equal(isInside(frame, 1, 0.03), false);
  assert.deepEqual(geometry.nodesInside(frame), [1]);
  assert.deepEqual(geometry.nodesInside([[0.5, -0.5], [0.8, -0.5], [0.8, 0.5], [0.5, 0.5]]), []);
});

test("cells are figures in pixels, smaller by a gap on each side", () => {
  const geometry = latticeGeometry(lattice(1, 2, "rectangular"));
  const [{ left, top }, perStep] = [geometry, 100];
  const size = { width: geometry.spanX * perStep, height: geometry.spanY * perStep };
  const figures = cellsPath(geometry, size, 0.1).split("Z").filter(Boolean);
  assert.equal(figures.length, 2);
  const corners = figures[1].slice(1).split("L").map((corner) => corner.split(",").map(Number));
  const [xs, ys] = [0, 1].map((axis) => corners.map((corner) => corner[axis]));
  const beginsAt = [geometry.x[1] - 0.4 - left, geometry.y[1] - 0.4 - top].map((steps) => steps * perStep);
  assert.ok(Math.abs(Math.min(...xs) - beginsAt[0]) < 0.01 && Math.abs(Math.min(...ys) - beginsAt[1]) < 0.01);
  assert.ok(Math.abs(Math.max(...xs) - Math.min(...xs) - 80) < 0.01);
});

test("a raster gives each cell about the same number of pixels", () => {
  const geometry = latticeGeometry(lattice(6, 6, "hexagonal"));
  const counts = new Map();
  for (const node of rasterOf(geometry, 300, 270).nodes) counts.set(node, (counts.get(node) ?? 0) + 1);
  counts.delete(-1);
  assert.equal(counts.size, 36);
  assert.ok(Math.max(...counts.values()) < 1.1 * Math.min(...counts.values()));
});
