import assert from "node:assert/strict";
import { test } from "node:test";

import { cardLines, formatFor, numberFormat, placeText, rowsText, spokenText, valueText } from "../../som_core/drawing/scripts/words.js";

const written = (values) => values.map(formatFor(values));

test("all numbers of a map have the same digits after the point", () => {
  assert.deepEqual(written([-0.05, 0.1]), ["−0.050", "0.100"]);
  assert.deepEqual(written([-10, 9.56]), ["−10.0", "9.6"]);
  assert.deepEqual(written([0, 0.0985]), ["0", "0.0985"]);
  assert.deepEqual(written([0, 0.09999]), ["0", "0.100"]);
  assert.deepEqual(written([1234.5, 98765.4]), ["1235", "98,765"]);
});

test("whole numbers stay whole", () => {
  assert.deepEqual(written([1, 8]), ["1", "8"]);
  assert.deepEqual(written([1, null, 16730]), ["1", null, "16,730"].map((text) => text ?? "0"));
});

test("nobody reads an exponent with an e", () => {
  assert.deepEqual(written([16_730_000_000, 23_400_000_000]), ["16.73 billion", "23.40 billion"]);
  assert.deepEqual(written([-2e12, 1e12]), ["−2.00 trillion", "1.00 trillion"]);
  assert.deepEqual(written([0.0000167, 0.00009]), ["1.67 × 10⁻⁵", "9.00 × 10⁻⁵"]);
  assert.deepEqual(written([1e15, 3e15]), ["1.00 × 10¹⁵", "3.00 × 10¹⁵"]);
  for (const size of [1e-300, 1e-30, 1e-4, 1, 1e6, 1e12, 1e30, 1e300]) {
    for (const text of written([-size, 0, size / 3, size])) assert.doesNotMatch(text, /e/);
  }
});

test("close numbers are told apart, however large they are", () => {
  const values = [1e12, 1e12 + 1, 1e12 + 2];
  assert.equal(new Set(written(values)).size, 3);
});

test("a map of equal numbers, of gaps or of zeros can be written", () => {
  assert.deepEqual(written([5.25, 5.25]), ["5.25", "5.25"]);
  assert.deepEqual(written([0, 0]), ["0", "0"]);
  assert.equal(typeof formatFor([null, null]), "function");
});

const layer = (about) => ({ name: "length", unit: "mm", kind: "sequential", values: [1.5, null], ...about });

test("a value is said with its unit, and a gap with a dash", () => {
  assert.equal(valueText(layer(), 0), "1.50 mm");
  assert.equal(valueText(layer(), 1), "–");
  assert.equal(valueText(layer({ kind: "count", unit: "rows", values: [3, 4] }), 0), "3");
  assert.equal(valueText(layer({ kind: "category", levels: ["owl"], values: [0] }), 0), "owl");
});

test("days are said as a date, and as a time where a day says little", () => {
  assert.equal(numberFormat(layer({ unit: "days since 1970", values: [0, 19782] }))(19782), "2024-02-29");
  assert.equal(numberFormat(layer({ unit: "days since 1970", values: [0, 0.5] }))(0.5), "1970-01-01 12:00");
  assert.equal(numberFormat(layer({ unit: "hours since midnight", values: [6.5, 18] }))(6.5), "06:30");
});

const drawing = {
  width: 2,
  hits: [0, 1234],
  layers: [layer()],
  overlays: [
    { kind: "borders", title: "Group", labels: [0, -1], names: ["young, app"] },
    { kind: "borders", title: "Group", labels: [0, 1], names: [] },
  ],
};

test("a cell says the groups that it is in, and those in no group none", () => {
  assert.deepEqual(cardLines(drawing, 0).map(({ name, value }) => [name, value]), [["Group", "young, app"], ["length", "1.50 mm"]]);
  assert.deepEqual(cardLines(drawing, 1).map(({ name }) => name), ["length"]);
});

test("a cell says its group once, also where a layer shows the groups whose borders are drawn", () => {
  const groups = layer({ name: "Groups", kind: "category", levels: ["young, app"], values: [0, null] });
  const both = { ...drawing, layers: [layer(), groups] };
  assert.deepEqual(cardLines(both, 0).map(({ name }) => name), ["length", "Groups"]);
  const species = { ...groups, name: "species", levels: ["young, app", "old"] };
  assert.deepEqual(cardLines({ ...drawing, layers: [species] }, 0).map(({ name }) => name), ["Group", "species"]);
});

test("a cell says the mean of its rows beside what it stands for, where a layer has it", () => {
  const both = { ...drawing, overlays: [], layers: [layer({ values: [1.5, 2.5], rowMeans: [1.75, null] }), layer({ name: "U-matrix" })] };
  assert.deepEqual(cardLines(both, 0).map(({ value, mean }) => [value, mean]), [["1.50 mm", "1.75"], ["1.50 mm", ""]]);
  assert.equal(cardLines(both, 1)[0].mean, "");
  assert.match(spokenText(both, 0, false), /length: 1.50 mm \(mean of its rows 1.75\)/);
});

test("a cell says where it is and how many rows it has", () => {
  assert.equal(placeText(drawing, 1), "Cell 2 across, 1 down");
  assert.equal(rowsText(drawing, 1), "1,234 rows");
  assert.equal(spokenText(drawing, 0, true), "Cell 1 across, 1 down; selected; no rows; Group: young, app; length: 1.50 mm");
});
