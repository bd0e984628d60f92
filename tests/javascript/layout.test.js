import assert from "node:assert/strict";
import { test } from "node:test";

import { latticeGeometry } from "../../som_core/drawing/scripts/geometry.js";
import { columnsFor, largeFirst, planAround, rastersFor, sizeOfMap } from "../../som_core/drawing/scripts/layout.js";
import { lattice } from "./lattice.js";

const CHAINS = [[1, 60], [60, 1], [2, 40], [40, 2], [1, 400]];
const SHAPES = [[10, 12], [1, 1], [1, 2], [3, 40], [40, 40], ...CHAINS];
const geometryOf = ([height, width]) => latticeGeometry(lattice(height, width, "hexagonal"));
const room = { width: 700, height: 600, largeChrome: 30, smallChrome: 42 };

for (const shape of SHAPES) {
  test(`a large map of ${shape.join(" × ")} and a row of small ones are as high as asked`, () => {
    for (const width of [320, 700, 1100]) {
      const plan = planAround(geometryOf(shape), { ...room, width, count: 24 });
      assert.ok(plan.large.height + 30 + plan.small.height + 42 <= room.height);
      assert.ok(plan.large.width <= width && plan.small.width * plan.columns <= width);
      assert.ok(plan.span <= plan.columns);
    }
  });
}

for (const shape of CHAINS) {
  test(`a chain of ${shape.join(" × ")} cells is thick enough to be seen, and for Plotly to draw it`, () => {
    for (const width of [320, 700, 1100]) {
      const { large, small } = planAround(geometryOf(shape), { ...room, width, count: 6 });
      assert.ok(Math.min(small.width, small.height) >= 24);
      assert.ok(Math.min(large.width, large.height) >= 48);
      const alike = sizeOfMap(geometryOf(shape), width, 200);
      assert.ok(Math.min(alike.width, alike.height) >= 24);
    }
  });
}

test("long chains stand below each other, as wide as the page", () => {
  assert.equal(planAround(geometryOf([1, 60]), { ...room, count: 6 }).columns, 1);
  assert.equal(columnsFor({ layers: Array(9), columns: null }, geometryOf([1, 60]), 820), 1);
});

test("a chain that stands leaves room beside it for the name of the large map", () => {
  const plan = planAround(geometryOf([60, 1]), { ...room, count: 6 });
  assert.ok((plan.span * (room.width + 14)) / plan.columns >= 320);
});

test("few small maps all stand beside the large one, which then takes the whole height", () => {
  const plan = planAround(geometryOf([10, 12]), { ...room, width: 1100, count: 3 });
  assert.ok((plan.columns - plan.span) * plan.rows >= 3);
  assert.ok(plan.large.height > 550);
});

test("a map that is alone takes the whole width", () => {
  const plan = planAround(geometryOf([4, 12]), { ...room, count: 0 });
  assert.equal(plan.large.width, 700);
});

test("small maps are about 150 pixels wide", () => {
  for (const width of [500, 640, 700, 811, 1100]) {
    const { columns } = planAround(geometryOf([10, 12]), { ...room, width, count: 10 });
    const each = (width + 14) / columns - 14;
    assert.ok(each >= 120 && each <= 180, `${each}`);
  }
});

test("the large layer comes first, and without one of its name all stay in order", () => {
  const layers = [{ name: "a" }, { name: "b" }, { name: "b" }, { name: "c" }];
  assert.deepEqual(largeFirst(layers, "b"), [layers[1], layers[0], layers[2], layers[3]]);
  assert.equal(largeFirst(layers, "x"), layers);
  assert.equal(largeFirst(layers, null), layers);
});

test("maps of one size are as large as their columns and the height allow", () => {
  assert.equal(columnsFor({ layers: Array(9), columns: null }, geometryOf([10, 12]), 820), 3);
  assert.equal(columnsFor({ layers: Array(1), columns: null }, geometryOf([10, 12]), 820), 1);
  assert.equal(sizeOfMap(geometryOf([10, 12]), 0), null);
  assert.ok(sizeOfMap(geometryOf([40, 1]), 300, 200).height <= 200);
});

test("many maps on a sharp screen stay within the pixels that are drawn quickly", () => {
  const sizes = [{ width: 500, height: 450 }, ...Array(24).fill({ width: 150, height: 130 })];
  const rasters = rastersFor(geometryOf([10, 12]), sizes, 3);
  const pixels = rasters.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  assert.ok(pixels < 2_100_000);
  assert.equal(rasters[1], rasters[24]);
});

test("maps of one width and other heights each have their own pixels", () => {
  const [large, small] = rastersFor(geometryOf([1, 60]), [{ width: 700, height: 48 }, { width: 700, height: 24 }], 1);
  assert.deepEqual([large.rows, small.rows], [48, 24]);
});
