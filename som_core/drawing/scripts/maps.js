// Linked maps: one card a layer, one lattice for all; what is lit or selected in one is so in every one.
// Texts come from the analyst's file and reach the page through textContent only, never as markup.

import { INK, MARK, PAPER, colourScale, paintOf, pixelsOf } from "./colours.js";
import { latticeGeometry, rasterOf } from "./geometry.js";
import { cardContent, footContent, headContent, makeToolbar, part, placeCard, spokenText } from "./words.js";

const MARGIN_NONE = { l: 0, r: 0, t: 0, b: 0 };
const DIAMOND = [[0, -1], [1, 0], [0, 1], [-1, 0]];
const TALLEST_MAP = 480; // pixels, where the page sets no height
const WANTED_WIDTH = 270; // pixels of one map, where the page sets no number of columns
const SMALL_WIDTH = 150; // pixels of a small map beside a large one, more or less
const SMALLEST_HEIGHT = 130; // pixels at most of a small map
const GAP = 14; // pixels between maps beside a large one
const AROUND = 190; // pixels of the window that the page needs for other things, where it says nothing
const MOST_PIXELS = 2_000_000; // of all maps together, so that the first draw stays quick
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * Draw linked maps into an element; `onSelect(nodes)` is called when the analyst changes the selection,
 * `onEnlarge(name)` when another map becomes the large one.
 * Returns `show(drawing, view)` and `remove()`. A view has the `selected` nodes (null: maps that
 * are only to be looked at), the `marked` ones, and, where one map is large, its name as `large` and as
 * `height` the pixels for the toolbar, the large map and a row of small ones.
 */
export function drawMaps(Plotly, element, { onSelect, onEnlarge = () => {} }) {
  const root = part("div", "atlas-maps");
  const card = part("div", "atlas-card");
  const spoken = part("div", "atlas-spoken");
  spoken.setAttribute("aria-live", "polite");
  card.setAttribute("aria-hidden", "true");
  element.replaceChildren(root);

  let drawing, geometry, isEmpty, maps = [];
  const drawn = { version: null, width: 0 };
  let selectable = true, selected = new Set(), marked = [];
  let lit = -1, wantedX = 0, tool = "lasso";
  let large = null, height = null;

  const toolbar = makeToolbar({
    onTool: (chosen) => {
      tool = chosen;
      maps.forEach((map) => Plotly.relayout(map.plot, { dragmode: tool }));
    },
    onClear: () => select([]),
  });
  const grid = part("div", "atlas-grid");
  root.append(toolbar.element, grid, card, spoken);

  // ---- what the analyst does

  function select(nodes) {
    if (!selectable) return;
    selected = new Set(nodes);
    showHighlights();
    onSelect([...selected].sort((a, b) => a - b));
  }

  function toggle(node) {
    const nodes = new Set(selected);
    if (!nodes.delete(node)) nodes.add(node);
    select(nodes);
  }

  function enlarge(map) {
    large = map.layer.name;
    makeCards();
    draw();
    map.plot.focus({ preventScroll: true }); // its button is gone
    onEnlarge(large);
  }

  function clickAt(map, event) {
    const { node } = cellUnder(map.plot, event);
    const adding = event.shiftKey || event.ctrlKey || event.metaKey;
    if (node >= 0 && adding) toggle(node);
    else if (node >= 0) select([node]);
    else if (selected.size && !adding) select([]);
  }

  function selectRegion(region, adding) {
    const polygon = polygonOf(region);
    if (!polygon) return;
    const nodes = geometry.nodesInside(polygon);
    select(adding ? [...selected, ...nodes] : nodes);
  }

  function pressKey(map, event) {
    if (ARROWS.includes(event.key)) {
      const from = lit >= 0 ? lit : startOfTour();
      const to = lit >= 0 ? geometry.nodeBeside(from, event.key, wantedX) : from;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") wantedX = geometry.x[to];
      if (event.shiftKey) select([...selected, from, to]);
      lightByKey(map, to);
    } else if ((event.key === "Enter" || event.key === " ") && lit >= 0) {
      if (event.shiftKey || event.ctrlKey || event.metaKey) toggle(lit);
      else select([lit]);
      speak(lit);
    } else if (event.key === "Escape") {
      if (selected.size) select([]);
      light(-1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function startOfTour() {
    const start = selected.size ? Math.min(...selected) : 0;
    wantedX = geometry.x[start];
    return start;
  }

  function lightByKey(map, node) {
    light(node);
    placeCard(card, placeOnPage(map.plot, node));
    describe(map, node);
    speak(node);
  }

  function speak(node) {
    spoken.textContent = spokenText(drawing, node, selected.has(node));
  }

  // ---- what the analyst sees

  function light(node) {
    if (node === lit) return;
    lit = node;
    card.hidden = node < 0;
    showHighlights();
  }

  function describe(map, node) {
    card.replaceChildren(...cardContent(drawing, node, map.layer));
    card.hidden = false;
  }

  function hoverAt(map, event) {
    const { node } = cellUnder(map.plot, event);
    if (node >= 0 && (node !== lit || card.hidden)) describe(map, node);
    light(node);
    if (node >= 0) {
      wantedX = geometry.x[node];
      placeCard(card, { x: event.clientX, y: event.clientY });
    }
  }

  function showHighlights() {
    if (!maps[0]?.size) return; // hidden for now
    const shapesFor = new Map();
    maps.forEach((map) => {
      const { width } = map.size;
      if (!shapesFor.has(width)) shapesFor.set(width, highlightShapes(geometry, width / geometry.spanX, { selected, marked, lit }));
      Plotly.relayout(map.plot, { shapes: shapesFor.get(width), selections: [] });
    });
    toolbar.say(selected.size);
  }

  function cellUnder(plot, event) {
    const box = plot.getBoundingClientRect();
    const px = geometry.left + ((event.clientX - box.left) / box.width) * geometry.spanX;
    const py = geometry.top + ((event.clientY - box.top) / box.height) * geometry.spanY;
    return geometry.cellAt(px, py);
  }

  function placeOnPage(plot, node) {
    const box = plot.getBoundingClientRect();
    return {
      x: box.left + ((geometry.x[node] - geometry.left) / geometry.spanX) * box.width,
      y: box.top + ((geometry.y[node] - geometry.top) / geometry.spanY) * box.height,
    };
  }

  // ---- drawing

  /**
   * Cards for these layers, the large one first. A card is kept where its layer's name and kind stayed,
   * and those left over are used again, so that nothing flickers and the focus stays.
   */
  function makeCards() {
    const ofKey = new Map(maps.map((map) => [cardKey(map.layer), map]));
    const layers = largeFirst(drawing.layers, large);
    const kept = layers.map((layer) => {
      const map = ofKey.get(cardKey(layer));
      ofKey.delete(cardKey(layer));
      return map;
    });
    const leftOver = maps.filter((map) => !kept.includes(map));
    maps = kept.map((map) => map ?? leftOver.shift() ?? makeMap());
    leftOver.forEach(discard);
    maps.forEach((map, k) => {
      map.layer = layers[k];
      map.isLarge = large !== null && k === 0;
      fillCard(map);
      if (grid.children[k] !== map.element) grid.insertBefore(map.element, grid.children[k]);
    });
  }

  function makeMap() {
    const map = { element: part("section", "atlas-map"), head: part("div", "atlas-head"), plot: part("div", "atlas-plot"), foot: part("div", "atlas-foot") };
    map.element.append(map.head, map.plot, map.foot);
    map.plot.setAttribute("role", "figure");
    map.plot.tabIndex = 0;
    let adding = false;
    map.plot.addEventListener("pointerdown", (event) => {
      adding = event.shiftKey || event.ctrlKey || event.metaKey;
      map.plot.dataset.pointed = ""; // no ring of focus around what the pointer chose
      map.plot.focus({ preventScroll: true }); // Plotly keeps a press from doing so
    }, true);
    map.plot.addEventListener("mousemove", (event) => hoverAt(map, event));
    map.plot.addEventListener("mouseleave", () => light(-1));
    map.plot.addEventListener("click", (event) => clickAt(map, event));
    map.plot.addEventListener("keydown", (event) => {
      delete map.plot.dataset.pointed;
      pressKey(map, event);
    });
    map.plot.addEventListener("blur", () => {
      delete map.plot.dataset.pointed;
      light(-1);
    });
    map.onRegion = (region) => selectRegion(region, adding);
    return map;
  }

  function discard(map) {
    Plotly.purge(map.plot);
    map.element.remove();
  }

  function fillCard(map) {
    map.plot.setAttribute("aria-label", map.layer.name);
    map.element.classList.toggle("atlas-large", map.isLarge);
    const canEnlarge = large !== null && !map.isLarge;
    map.head.replaceChildren(...headContent(map.layer, canEnlarge ? () => enlarge(map) : null));
    map.foot.replaceChildren(...footContent(map.layer, themeOf(root)));
  }

  function draw() {
    drawn.width = root.clientWidth;
    grid.classList.toggle("atlas-around", large !== null);
    if (large === null) placeAlike();
    else placeAroundLarge();
    if (!maps[0]?.size) return; // hidden for now: drawn when the page gives it a width
    const rasters = rastersFor(geometry, maps.map((map) => map.size));
    maps.forEach((map, k) => drawMap(map, rasters[k]));
    showHighlights();
  }

  /** All maps of one size, side by side. */
  function placeAlike() {
    const columns = columnsFor(drawing, drawn.width);
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const size = sizeOfMap(geometry, drawing.heightPerMap ?? TALLEST_MAP, maps[0]?.element.clientWidth ?? 0);
    maps.forEach((map) => {
      map.element.style.gridArea = "";
      resize(map, size);
    });
  }

  /** One large map, small ones beside it and below. */
  function placeAroundLarge() {
    const [first, ...small] = maps;
    const plan = planAround(geometry, {
      width: drawn.width,
      height: (height ?? Math.max(420, window.innerHeight - AROUND)) - toolbar.element.offsetHeight,
      count: small.length,
      largeChrome: chromeOf(first),
      smallChrome: small.length ? chromeOf(small[0]) : 0,
    });
    grid.style.gridTemplateColumns = `repeat(${plan?.columns ?? 1}, minmax(0, 1fr))`;
    first.element.style.gridArea = plan ? `1 / 1 / span ${plan.rows} / span ${plan.span}` : "";
    resize(first, plan?.large ?? null);
    small.forEach((map) => {
      map.element.style.gridArea = "";
      resize(map, plan?.small ?? null);
    });
  }

  function resize(map, size) {
    map.size = size;
    if (size) map.element.style.setProperty("--atlas-map-width", `${size.width}px`);
  }

  /** The pixels of height that a card needs beside its map. */
  const chromeOf = (map) => map.element.offsetHeight - map.plot.offsetHeight;

  function drawMap(map, raster) {
    const drawnAs = `${drawn.version} ${map.layer.name} ${map.size.width} ${map.size.height} ${raster.columns}`;
    if (map.drawnAs === drawnAs) return;
    map.drawnAs = drawnAs;
    const theme = themeOf(root);
    const { colours, numbers } = paintOf(map.layer, theme);
    const heatmap = {
      type: "heatmap",
      z: pixelsOf(numbers, isEmpty, raster, map.layer),
      x0: geometry.left + raster.stepX / 2,
      dx: raster.stepX,
      y0: geometry.top + raster.stepY / 2,
      dy: raster.stepY,
      zmin: 0,
      zmax: 2,
      colorscale: colourScale(colours, theme),
      showscale: false,
      hoverinfo: "skip",
    };
    const fresh = !map.plot.classList.contains("js-plotly-plot");
    Plotly.react(map.plot, [heatmap], layoutOf(geometry, map.size, selectable ? tool : false), { displayModeBar: false, doubleClick: false, showTips: false });
    if (fresh) map.plot.on("plotly_selected", map.onRegion);
  }

  function show(newDrawing, view) {
    const version = `${newDrawing.version} ${themeOf(root)}`;
    const isSame = version === drawn.version && (view.large ?? null) === large && (view.height ?? null) === height;
    selectable = view.selected !== null;
    toolbar.element.hidden = !selectable;
    selected = new Set(view.selected);
    marked = view.marked;
    if (isSame) return showHighlights();
    drawn.version = version;
    large = view.large ?? null;
    height = view.height ?? null;
    drawing = newDrawing;
    geometry = latticeGeometry(drawing);
    isEmpty = drawing.x.map((_, node) => drawing.hits?.[node] === 0);
    if (lit >= isEmpty.length) lit = -1;
    makeCards();
    draw();
  }

  const clearBeside = (event) => {
    const onMap = event.target.closest(".atlas-plot, .atlas-toolbar, .atlas-head, .atlas-foot");
    if (!onMap && selected.size && !event.shiftKey) select([]);
  };
  root.addEventListener("click", clearBeside);
  const watcher = new ResizeObserver(() => {
    if (drawing && Math.abs(root.clientWidth - drawn.width) > 1) draw();
  });
  watcher.observe(root);
  const fitWindow = () => {
    if (drawing && large !== null && height === null) draw();
  };
  window.addEventListener("resize", fitWindow);

  function remove() {
    watcher.disconnect();
    window.removeEventListener("resize", fitWindow);
    maps.forEach(discard);
    root.remove();
  }

  return { show, remove };
}

const cardKey = (layer) => `${layer.kind} ${layer.name}`;

/** "dark" where the page writes in light letters. */
function themeOf(element) {
  const [red, green, blue] = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 128 ? "dark" : "light";
}

function columnsFor(drawing, width) {
  const wanted = drawing.columns ?? Math.max(2, Math.round(width / WANTED_WIDTH));
  return Math.max(1, Math.min(wanted, drawing.layers.length));
}

/** The layers in their order, but the one of this name first; without one of this name, as they are. */
function largeFirst(layers, name) {
  const first = name === null ? undefined : layers.find((layer) => layer.name === name);
  return first ? [first, ...layers.filter((layer) => layer !== first)] : layers;
}

/** The largest map of the lattice's own proportions that fits, in whole pixels. */
function sizeOfMap(geometry, tallest, room) {
  const aspect = geometry.spanX / geometry.spanY;
  const width = Math.floor(Math.min(room, tallest * aspect));
  return width > 0 ? { width, height: Math.max(1, Math.round(width / aspect)) } : null;
}

/**
 * Where a large map and `count` small ones stand in a grid of equal columns: the large one spans the first
 * columns and rows, the small ones fill what is beside it and below. It is as tall as the height allows
 * where all small ones fit beside it, else so that one row of them fits below.
 */
function planAround(geometry, { width, height, count, largeChrome, smallChrome }) {
  const columns = Math.max(1, Math.round((width + GAP) / (SMALL_WIDTH + GAP)));
  const column = (width + GAP) / columns;
  const small = sizeOfMap(geometry, SMALLEST_HEIGHT, column - GAP);
  if (!small) return null;
  const smallHeight = small.height + smallChrome + GAP;
  const planOf = (tallest) => {
    const large = sizeOfMap(geometry, Math.max(SMALLEST_HEIGHT, tallest), width);
    const span = Math.min(columns, Math.ceil((large.width + GAP) / column));
    const rows = span < columns ? Math.max(1, Math.floor((large.height + largeChrome + GAP) / smallHeight)) : 1;
    return { columns, span, rows, large, small };
  };
  const tall = planOf(height - largeChrome);
  const fits = (tall.columns - tall.span) * tall.rows >= count;
  return fits ? tall : planOf(height - largeChrome - smallHeight);
}

/** One raster for each size: as sharp as the screen, while all maps together stay quick to draw. */
function rastersFor(geometry, sizes) {
  const rasters = new Map();
  const share = MOST_PIXELS / new Set(sizes.map((size) => size.width)).size;
  return sizes.map(({ width, height }) => {
    if (!rasters.has(width)) {
      const count = sizes.filter((size) => size.width === width).length;
      const sharpest = Math.sqrt(share / count / (width * height));
      const density = Math.min(window.devicePixelRatio || 1, sharpest);
      rasters.set(width, rasterOf(geometry, Math.round(width * density), Math.round(height * density)));
    }
    return rasters.get(width);
  });
}

function layoutOf(geometry, { width, height }, dragmode) {
  const axis = (from, span) => ({ visible: false, fixedrange: true, range: [from, from + span] });
  return {
    width, height, dragmode,
    margin: MARGIN_NONE,
    hovermode: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: axis(geometry.left, geometry.spanX),
    yaxis: axis(geometry.top + geometry.spanY, -geometry.spanY), // row 0 is at the top
    newselection: { line: { color: MARK, width: 2, dash: "solid" } },
  };
}

/** A dark line under a light one reads on every colour, on a light and on a dark page. */
function highlightShapes(geometry, cellPixels, { selected, marked, lit }) {
  const thin = Math.min(1, Math.max(0.6, cellPixels / 16)); // so that small cells stay visible
  const doubleLine = (path) => [
    { type: "path", path, line: { color: INK, width: 5 * thin } },
    { type: "path", path, line: { color: PAPER, width: 2.2 * thin } },
  ];
  const shapes = selected.size ? doubleLine(geometry.outline(selected)) : [];
  if (marked.length) {
    const radius = Math.max(0.3, 5 / cellPixels);
    const path = geometry.stamp(marked, DIAMOND.map(([dx, dy]) => [dx * radius, dy * radius]));
    shapes.push({ type: "path", path, fillcolor: MARK, line: { color: PAPER, width: 1.5 } });
  }
  if (lit >= 0) {
    shapes.push(...doubleLine(geometry.stamp([lit], geometry.corners)));
    shapes.at(-1).fillcolor = "rgba(255,255,255,0.30)";
  }
  return shapes;
}

/** The corners of a lasso or a box that Plotly reports, in lattice steps. */
function polygonOf(region) {
  if (region?.lassoPoints) return region.lassoPoints.x.map((px, k) => [px, region.lassoPoints.y[k]]);
  if (!region?.range) return null; // a click without a drag
  const [[x0, x1], [y0, y1]] = [region.range.x, region.range.y];
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}
