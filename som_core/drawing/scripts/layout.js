// How many maps stand side by side, how large each is, and how many pixels it has.

import { rasterOf } from "./geometry.js";

const TALLEST_MAP = 480; // pixels, where the page sets no height
const WANTED_WIDTH = 270; // pixels of one map, where the page sets no number of columns
const SMALL_WIDTH = 150; // pixels of a small map beside a large one, more or less
const SMALLEST_HEIGHT = 130; // pixels at most of a small map
const THINNEST = 24; // pixels of a map's shorter side (Plotly takes less than 10 for a fault)
const THINNEST_LARGE = 48; // pixels of a large one, over which names are written
const LARGE_HEAD = 320; // pixels at least that the name and the colours of the large map need
const GAP = 14; // pixels between maps beside a large one
const MOST_PIXELS = 2_000_000; // of all maps together, so that the first draw stays quick

export function columnsFor(drawing, geometry, width) {
  const each = widthFor(geometry, WANTED_WIDTH);
  const fewest = each > WANTED_WIDTH ? 1 : 2; // on a narrow page, too
  const wanted = drawing.columns ?? Math.max(fewest, Math.round(width / each));
  return Math.max(1, Math.min(wanted, drawing.layers.length));
}

/** The layers in their order, but the one of this name first; without one of this name, as they are. */
export function largeFirst(layers, name) {
  const first = name === null ? undefined : layers.find((layer) => layer.name === name);
  return first ? [first, ...layers.filter((layer) => layer !== first)] : layers;
}

const aspectOf = ({ spanX, spanY }) => spanX / spanY;

/** The width that maps of about this width need: long ones more, as they would be too thin. */
const widthFor = (geometry, wanted) => Math.max(wanted, THINNEST * aspectOf(geometry));

/**
 * The largest map that fits, in whole pixels; null where there is no room yet. It has the proportions of
 * the lattice, but a chain of cells is as thick as it must be to be seen.
 */
export function sizeOfMap(geometry, room, tallest = TALLEST_MAP, thinnest = THINNEST) {
  if (room < thinnest) return null;
  const aspect = aspectOf(geometry);
  const width = Math.floor(Math.min(room, tallest * aspect));
  return { width: Math.max(thinnest, width), height: Math.max(thinnest, Math.round(width / aspect)) };
}

/**
 * Where a large map and `count` small ones stand in a grid of equal columns: the large one spans the first
 * columns and rows, the small ones fill what is beside it and below. It is as tall as the height allows
 * where all small ones fit beside it, else so that one row of them fits below.
 */
export function planAround(geometry, { width, height, count, largeChrome, smallChrome }) {
  const columns = Math.max(1, Math.round((width + GAP) / (widthFor(geometry, SMALL_WIDTH) + GAP)));
  const column = (width + GAP) / columns;
  const upright = Math.min(0.4 * height, THINNEST / aspectOf(geometry)); // of a chain that stands
  const small = sizeOfMap(geometry, column - GAP, Math.max(SMALLEST_HEIGHT, upright));
  if (!small) return null;
  const smallHeight = small.height + smallChrome + GAP;
  const planOf = (tallest) => {
    const large = sizeOfMap(geometry, width, Math.max(SMALLEST_HEIGHT, tallest), THINNEST_LARGE);
    const span = Math.min(columns, Math.ceil((Math.max(large.width, LARGE_HEAD) + GAP) / column));
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
  const keyOf = ({ width, height }) => `${width} ${height}`;
  const share = MOST_PIXELS / new Set(sizes.map(keyOf)).size;
  return sizes.map((size) => {
    const key = keyOf(size);
    if (!rasters.has(key)) {
      const { width, height } = size;
      const count = sizes.filter((other) => keyOf(other) === key).length;
      const sharpest = Math.sqrt(share / count / (width * height));
      const density = Math.min(pixelRatio, sharpest);
      rasters.set(key, rasterOf(geometry, Math.round(width * density), Math.round(height * density)));
    }
    return rasters.get(key);
  });
}

