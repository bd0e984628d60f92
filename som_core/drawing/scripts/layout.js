// How many maps stand side by side, how large each is, and how many pixels it has.

import { rasterOf } from "./geometry.js";

const TALLEST_MAP = 480; // pixels, where the page sets no height
const WANTED_WIDTH = 270; // pixels of one map, where the page sets no number of columns
const SMALL_WIDTH = 150; // pixels of a small map beside a large one, more or less
const SMALLEST_HEIGHT = 130; // pixels at most of a small map
const GAP = 14; // pixels between maps beside a large one
const MOST_PIXELS = 2_000_000; // of all maps together, so that the first draw stays quick

export function columnsFor(drawing, width) {
  const wanted = drawing.columns ?? Math.max(2, Math.round(width / WANTED_WIDTH));
  return Math.max(1, Math.min(wanted, drawing.layers.length));
}

/** The layers in their order, but the one of this name first; without one of this name, as they are. */
export function largeFirst(layers, name) {
  const first = name === null ? undefined : layers.find((layer) => layer.name === name);
  return first ? [first, ...layers.filter((layer) => layer !== first)] : layers;
}

/** The largest map of the lattice's own proportions that fits, in whole pixels; null where there is no room yet. */
export function sizeOfMap(geometry, room, tallest = TALLEST_MAP) {
  if (room < 1) return null;
  const aspect = geometry.spanX / geometry.spanY;
  const width = Math.max(1, Math.floor(Math.min(room, tallest * aspect)));
  return { width, height: Math.max(1, Math.round(width / aspect)) };
}

/**
 * Where a large map and `count` small ones stand in a grid of equal columns: the large one spans the first
 * columns and rows, the small ones fill what is beside it and below. It is as tall as the height allows
 * where all small ones fit beside it, else so that one row of them fits below.
 */
export function planAround(geometry, { width, height, count, largeChrome, smallChrome }) {
  const columns = Math.max(1, Math.round((width + GAP) / (SMALL_WIDTH + GAP)));
  const column = (width + GAP) / columns;
  const small = sizeOfMap(geometry, column - GAP, SMALLEST_HEIGHT);
  if (!small) return null;
  const smallHeight = small.height + smallChrome + GAP;
  const planOf = (tallest) => {
    const large = sizeOfMap(geometry, width, Math.max(SMALLEST_HEIGHT, tallest));
    const span = Math.min(columns, Math.ceil((large.width + GAP) / column));
    const rows = span < columns ? Math.max(1, Math.floor((large.height + largeChrome + GAP) / smallHeight)) : 1;
    return { columns, span, rows, large, small };
  };
  const tall = planOf(height - largeChrome);
  const fits = (tall.columns - tall.span) * tall.rows >= count;
  return fits ? tall : planOf(height - largeChrome - smallHeight);
}

/** One raster for each size: as sharp as the screen, while all maps together stay quick to draw. */
export function rastersFor(geometry, sizes, pixelRatio) {
  const rasters = new Map();
  const share = MOST_PIXELS / new Set(sizes.map((size) => size.width)).size;
  return sizes.map(({ width, height }) => {
    if (!rasters.has(width)) {
      const count = sizes.filter((size) => size.width === width).length;
      const sharpest = Math.sqrt(share / count / (width * height));
      const density = Math.min(pixelRatio, sharpest);
      rasters.set(width, rasterOf(geometry, Math.round(width * density), Math.round(height * density)));
    }
    return rasters.get(width);
  });
}

