import assert from "node:assert/strict";
import { test } from "node:test";

import { watchDrags } from "../../som_core/drawing/scripts/drags.js";

/** An element that the pointer acts on, and what came of it. */
function watched(tool = "lasso") {
  const listeners = {};
  const heard = { regions: [], drawn: [], clicks: 0 };
  const element = {
    addEventListener: (kind, listener) => { listeners[kind] = listener; },
    setPointerCapture: () => {},
  };
  watchDrags(element, {
    toMap: ({ clientX, clientY }) => [clientX, clientY],
    toolNow: () => tool,
    onDraw: (corners) => heard.drawn.push(corners),
    onRegion: (corners, isAdding) => heard.regions.push({ corners, isAdding }),
  });
  const send = (kind, clientX, clientY, more = {}) => {
    let isStopped = false;
    const event = { pointerId: 1, isPrimary: true, button: 0, shiftKey: false, ctrlKey: false, metaKey: false, clientX, clientY, stopPropagation: () => { isStopped = true; }, ...more };
    listeners[kind]?.(event);
    if (kind === "click" && !isStopped) heard.clicks += 1;
  };
  const drag = (places, more) => {
    send("pointerdown", ...places[0], more);
    places.slice(1).forEach((place) => send("pointermove", ...place));
    send("pointerup", ...places.at(-1));
    send("click", ...places.at(-1));
  };
  return { heard, send, drag };
}

const TRIANGLE = [[-20, 0], [60, 0], [60, 60]]; // it begins beside the map

test("a lasso gives its corners, and the click after it goes no further", () => {
  const { heard, drag } = watched();
  drag(TRIANGLE);
  assert.deepEqual(heard.regions, [{ corners: TRIANGLE, isAdding: false }]);
  assert.equal(heard.clicks, 0);
  assert.equal(heard.drawn.at(-1), null);
});

test("a box has four corners, and Shift adds", () => {
  const { heard, drag } = watched("select");
  drag(TRIANGLE, { shiftKey: true });
  assert.deepEqual(heard.regions, [{ corners: [[-20, 0], [60, 0], [60, 60], [-20, 60]], isAdding: true }]);
});

test("an unsteady hand clicks", () => {
  const { heard, drag } = watched();
  drag([[10, 10], [12, 11]]);
  assert.deepEqual([heard.regions.length, heard.clicks], [0, 1]);
});

test("a pointer that passes over after a click draws nothing", () => {
  const { heard, send, drag } = watched();
  drag([[10, 10], [10, 10]]);
  send("pointermove", 60, 60, { buttons: 0 });
  send("pointerdown", 60, 60);
  send("pointerup", 60, 60);
  assert.deepEqual([heard.drawn, heard.regions], [[], []]);
});

test("a click after a lasso is a click again", () => {
  const { heard, drag } = watched();
  drag(TRIANGLE);
  drag([[10, 10], [10, 10]]);
  assert.equal(heard.clicks, 1);
});

test("a drag that becomes a scroll of the page selects nothing", () => {
  const { heard, send } = watched();
  send("pointerdown", 0, 0);
  send("pointermove", 30, 30);
  send("pointercancel", 30, 30);
  send("pointermove", 60, 60);
  send("pointerup", 60, 60);
  assert.equal(heard.regions.length, 0);
});

test("maps that are only to be looked at have no lasso", () => {
  const { heard, drag } = watched(null);
  drag(TRIANGLE);
  assert.deepEqual([heard.regions.length, heard.clicks], [0, 1]);
});
