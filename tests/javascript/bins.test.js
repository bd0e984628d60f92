import assert from "node:assert/strict";
import { test } from "node:test";

import {
  barsPath, binsOf, boundsOf, bytesOf, dragged, endsTyped, isPart, keyed, rangeText, rowsIn, saidOf, sharesOf, tally, withRows,
} from "../../som_core/drawing/scripts/bins.js";

const base64 = (bytes) => Buffer.from(Uint8Array.from(bytes)).toString("base64");
// Six rows on three nodes; 255 is a row without a value.
const NODES = [0, 0, 1, 1, 300, 300];
const AGE = [0, 1, 2, 2, 1, 255];
const SIZE = [0, 0, 0, 1, 1, 1];
const rows = rowsIn({
  nodes: base64(NODES.flatMap((node) => [node % 256, Math.floor(node / 256)])),
  bins: base64([...AGE, ...SIZE]),
});
const about = { nNodes: 301, sizes: [3, 2] };

test("rows come as bytes: nodes of two, bins of one, column by column", () => {
  assert.deepEqual([...bytesOf(base64([0, 7, 255]))], [0, 7, 255]);
  assert.deepEqual([...rows.nodes], NODES);
  assert.deepEqual([...rows.bins], [...AGE, ...SIZE]);
  assert.equal(rowsIn({ nodes: null, bins: null }), null);
});

test("rows in a range are counted by node, and by bin of every column", () => {
  const found = tally(rows, new Map([[0, [1, 2]]]), about);
  assert.equal(found.total, 4);
  assert.deepEqual([found.nodes[0], found.nodes[1], found.nodes[300]], [1, 2, 1]);
  assert.deepEqual(found.columns, [[0, 2, 2], [2, 2]]);
});

test("several ranges combine by and; a row without a value is in none", () => {
  const found = tally(rows, new Map([[0, [0, 2]], [1, [1, 1]]]), about);
  assert.equal(found.total, 2);
  assert.deepEqual(found.columns, [[0, 1, 1], [0, 2]]);
});

test("tallies agree with a look at every row, whatever the ranges", () => {
  const inside = (row, ranges) => ranges.every(([place, [first, last]]) => {
    const bin = [AGE, SIZE][place][row];
    return bin >= first && bin <= last;
  });
  for (const first of [0, 1, 2]) {
    for (const last of [0, 1, 2]) {
      const ranges = [[0, [first, last]], [1, [0, last % 2]]];
      const expected = NODES.filter((_, row) => inside(row, ranges)).length;
      assert.equal(tally(rows, new Map(ranges), about).total, expected);
    }
  }
});

// What a condition asks of the ages: rows 1, 3 and 4 of six, as bits.
const ASKED = { asked: "age > 30", words: "> 30", bounds: ["> 30", ""], bins: [1, 2], rows: base64([0b011010]) };

test("a condition in its own words counts just its rows, alone and beside a range of bins", () => {
  const range = withRows(ASKED, 6);
  assert.deepEqual([...range.inside], [0, 1, 0, 1, 1, 0]);
  assert.equal(tally(rows, new Map([[0, range]]), about).total, 3);
  const found = tally(rows, new Map([[0, range], [1, [1, 1]]]), about);
  assert.deepEqual([found.total, found.nodes[1], found.nodes[300]], [2, 1, 1]);
  assert.deepEqual(found.columns, [[0, 1, 1], [0, 2]]);
});

test("rows are counted by Python where it keeps them, and bins are what they are", () => {
  const kept = { ...ASKED, rows: null };
  assert.equal(withRows(kept, 6), kept);
  assert.deepEqual(withRows([1, 2], 6), [1, 2]);
  assert.deepEqual([binsOf(ASKED), binsOf([0, 1])], [[1, 2], [0, 1]]);
  assert.deepEqual([saidOf(ASKED), saidOf([0, 1])], ["age > 30", [0, 1]]);
});

test("bounds that were not typed anew stay what they are: bins, or a condition's own", () => {
  const column = { ends: [["0", "9"], ["10", "19"], ["20", ""]], kind: "numbers" };
  assert.deepEqual(boundsOf(column, [1, 1]), ["10", "19"]);
  assert.deepEqual(boundsOf(column, [0, 2]), ["", ""]);
  assert.deepEqual(boundsOf(column, ASKED), ["> 30", ""]);
  assert.deepEqual(endsTyped(column, [1, 1], ["10", "15"]), [1, "15"]);
  assert.deepEqual(endsTyped(column, [0, 2], ["> 3", ""]), ["> 3", 2]);
  assert.deepEqual(endsTyped(column, [1, 1], ["", "19"]), ["", 1]);
  assert.deepEqual(endsTyped(column, ASKED, ["> 30", "40"]), ["> 30", "40"]);
  assert.equal(rangeText(column, ASKED), "> 30");
});

test("a node is lit by the share of its rows; one without rows is dark", () => {
  assert.deepEqual(sharesOf([1, 2, 0], [2, 2, 0]), [0.5, 1, 0]);
});

test("a bar of few rows can be seen, an empty bin has none", () => {
  const heights = barsPath([0, 1, 100], 100, 0.04).match(/V[\d.]+/g);
  assert.deepEqual(heights, ["V0.9600", "V0.0000"]);
  assert.equal(barsPath([], 1), "");
});

test("a range is named from the beginning of its first bin to the end of its last", () => {
  const ends = [["", "29"], ["30", "39"], ["40", ""]];
  const textOf = (first, last) => rangeText({ ends, kind: "numbers" }, [first, last]);
  assert.deepEqual([textOf(0, 1), textOf(1, 1), textOf(1, 2)], ["up to 39", "30 to 39", "30 and more"]);
  const levels = { ends: [["north", "north"], ["south", "south"]], kind: "levels" };
  assert.deepEqual([rangeText(levels, [0, 0]), rangeText(levels, [0, 1])], ["north", "north … south"]);
});

test("a drag makes a range, moves one of its ends, or all of it, and never leaves the bins", () => {
  const range = [2, 4];
  assert.deepEqual(dragged({ part: "new", range }, 5, 1, 10), [1, 5]);
  assert.deepEqual(dragged({ part: "low", range }, 2, 9, 10), [4, 4]);
  assert.deepEqual(dragged({ part: "high", range }, 4, 20, 10), [2, 9]);
  assert.deepEqual(dragged({ part: "all", range }, 3, 9, 10), [7, 9]);
  assert.deepEqual(dragged({ part: "all", range }, 3, -5, 10), [0, 2]);
});

test("keys move one end of a range", () => {
  assert.deepEqual(keyed([2, 4], "low", "ArrowRight", 10), [3, 4]);
  assert.deepEqual(keyed([2, 4], "high", "End", 10), [2, 9]);
  assert.deepEqual(keyed([0, 9], "high", "PageDown", 10), [0, 4]);
  assert.equal(keyed([2, 4], "low", "a", 10), null);
});

test("a range over all bins is none", () => {
  assert.equal(isPart([0, 2], 3), false);
  assert.ok(isPart([0, 1], 3) && isPart([1, 2], 3));
});
