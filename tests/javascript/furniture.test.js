import assert from "node:assert/strict";
import { test } from "node:test";

import { cardContent, placeCard } from "../../som_core/drawing/scripts/furniture.js";

/** Where a card stands in the window, on a page that counts its places from (x, y). */
function placed(pointer, { x = 0, y = 0 } = {}) {
  globalThis.window = { innerWidth: 1000, innerHeight: 800 };
  const card = {
    offsetWidth: 200, offsetHeight: 90, style: { transform: "translate(0px, 0px)" },
    getBoundingClientRect() {
      const [across, down] = this.style.transform.match(/-?[\d.]+(?=px)/g).map(Number);
      return { x: x + across, y: y + down };
    },
  };
  placeCard(card, pointer);
  const { x: left, y: top } = card.getBoundingClientRect();
  return [left, top];
}

test("a card stands beside the pointer, on the side where the window has room", () => {
  assert.deepEqual(placed({ x: 100, y: 300 }), [118, 270]);
  assert.deepEqual(placed({ x: 900, y: 300 }), [682, 270]);
  assert.deepEqual(placed({ x: 100, y: 799 }), [118, 702]);
  assert.deepEqual(placed({ x: 100, y: 0 }), [118, 8]);
});

test("it does so on a page that counts places from a box of its own", () => {
  assert.deepEqual(placed({ x: 400, y: 300 }, { x: 292, y: 90 }), [418, 270]);
});

test("what a cell stands for is under its key, other facts above it", () => {
  globalThis.document = {
    createElement: (tag) => ({ tag, className: "", textContent: "", children: [], append(...parts) { this.children.push(...parts); } }),
  };
  const plane = (name, rowMeans) => ({ name, kind: "sequential", unit: "", values: [1265], rowMeans });
  const drawing = {
    width: 1, hits: [14], overlays: [],
    layers: [plane("known", [1300]), plane("unknown", [null]), { ...plane("U-matrix"), rowMeans: undefined }],
  };
  const card = cardContent(drawing, 0, drawing.layers[0]);
  assert.deepEqual(card.map(({ className }) => className), ["atlas-card-head", "atlas-values", "", "atlas-values"]);
  const linesOf = (list) => list.children.map(({ children }) => children.map(({ tag, textContent }) => [tag, textContent]).slice(1));
  assert.deepEqual(linesOf(card[1]).map(([[tag], mean]) => [tag, mean]), [["b", undefined]]);
  // Also where no row of the cell has a value.
  assert.deepEqual(linesOf(card[3]).map(([[tag], mean]) => [tag, mean]), [["b", ["i", "1300"]], ["b", ["i", "no value"]]]);
});
