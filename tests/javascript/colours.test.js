import assert from "node:assert/strict";
import { test } from "node:test";

import PALETTE from "../../som_core/drawing/palette.json" with { type: "json" };
import { colourScale, legendOf, paintOf, pixelsOf, rangeOf, scaleOf } from "../../som_core/drawing/scripts/colours.js";
import { latticeGeometry, rasterOf } from "../../som_core/drawing/scripts/geometry.js";
import { lattice } from "./lattice.js";

const [first, second] = PALETTE.levels;
const numbers = (values, kind = "sequential") => ({ kind, values });
const levels = { kind: "category", levels: ["a", "b", "c", "d"], colours: [second, first, PALETTE.other, PALETTE.other], values: [0, 1, 2, 3, null] };

test("the lowest number gets the scale's low end, the highest its high end, a gap neither", () => {
  assert.deepEqual(paintOf(numbers([2, null, 4, 3]), "light").numbers, [1, 0, 2, 1.5]);
});

test("a count of nothing is nothing, not low", () => {
  assert.deepEqual(rangeOf(numbers([0, 3, 9], "count")), { low: 3, high: 9 });
  assert.deepEqual(paintOf(numbers([0, 3, 9], "count"), "light").numbers, [0, 1, 2]);
});

test("numbers that are all equal get the middle of the scale", () => {
  assert.deepEqual(paintOf(numbers([7, 7]), "light").numbers, [1.5, 1.5]);
});

test("each level is painted in the colour that it came with", () => {
  const { colours, numbers: painted } = paintOf(levels, "light");
  const colourOf = (number) => colours[Math.round((number - 1) * (colours.length - 1))];
  assert.deepEqual(painted.slice(0, 4).map(colourOf), levels.colours);
  assert.equal(painted[4], 0);
});

test("levels without a colour of their own are one entry of the legend", () => {
  assert.deepEqual(legendOf(levels).map(({ label }) => label), ["a", "b", "other (2 more)"]);
  assert.deepEqual(legendOf({ levels: ["a"], colours: [first] }), [{ label: "a", colour: first }]);
});

test("a colour scale goes up from 0 to 1, whatever the number of colours", () => {
  for (const colours of [[first], [first, second], PALETTE.sequential]) {
    const places = colourScale(colours, "dark").map(([place]) => place);
    assert.equal(places.at(-1), 1);
    assert.deepEqual(places, [...places].sort((a, b) => a - b));
  }
});

test("a cell without rows is hollow among counts and has a dot among values", () => {
  const geometry = latticeGeometry(lattice(1, 2, "rectangular"));
  const raster = rasterOf(geometry, 80, 40);
  const middleOf = (layer) => {
    const pixels = pixelsOf(paintOf(layer, "light").numbers, [true, false], raster, layer);
    return [pixels[20][20], pixels[20][60]];
  };
  assert.deepEqual(middleOf(numbers([0, 5], "count"))[0], null);
  const [dot, plain] = middleOf(numbers([1, 2]));
  assert.notEqual(dot, 1);
  assert.equal(plain, 2);
});

test("a circle is coloured by all of it, and both its ends alike", () => {
  const layer = { kind: "sequential", circle: [0, 24], values: [0, 6, 12, null] };
  assert.deepEqual(rangeOf(layer), { low: 0, high: 24 });
  assert.equal(scaleOf(layer, "light"), PALETTE.circle);
  assert.equal(PALETTE.circle[0], PALETTE.circle.at(-1));
  assert.deepEqual(paintOf(layer, "light").numbers, [1, 1.25, 1.5, 0]);
});
