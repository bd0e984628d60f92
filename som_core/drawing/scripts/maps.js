// Linked maps: one card a layer, one lattice for all; what is lit or selected in one is so in every one.

import { colourScale, gapOf, paintOf, pixelsOf } from "./colours.js";
import { addsTo, watchDrags } from "./drags.js";
import { cardContent, footContent, headContent, legendContent, makeToolbar, part, placeCard } from "./furniture.js";
import { cellsPath, latticeGeometry } from "./geometry.js";
import { columnsFor, largeFirst, planAround, rastersFor, sizeOfMap } from "./layout.js";
import { drawRows, elementsOf, fits, nameMeasure, piecesOf, svgPart, withBorders } from "./overlays.js";
import { cellsLike } from "./regions.js";
import { spokenText } from "./words.js";

const AROUND = 190; // pixels of the window that the page needs for other things, where it says nothing
const LEAST_HEIGHT = 420; // pixels for toolbar, large map and small ones, however low the window is
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
// Over a map, the later ones on top: charts in cells, veils of cells outside a brush, marks of rows (a canvas),
// what else the page gives, the selection, names, through which its outline would cut, the lit cell, a lasso.
const SHEETS = ["charts", "veils", "given", "selected", "names", "lit", "lasso"];

/**
 * Draw linked maps into an element; `onSelect(nodes)` is called when the analyst changes the selection,
 * `onEnlarge(name)` when another map becomes the large one.
 * Returns `show(drawing, view)`, `tryBorders(borders)`, `light(shares)` and `remove()`. A view has the `selected` nodes (null: maps that are only
 * to be looked at) and, where one map is large, its name as `large` and as `height` the pixels for the
 * toolbar, the large map and a row of small ones.
 */
export function drawMaps(Plotly, element, { onSelect, onEnlarge = () => {} }) {
  const root = part("div", "atlas-maps");
  const card = part("div", "atlas-card");
  const spoken = part("div", "atlas-spoken");
  spoken.setAttribute("aria-live", "polite");
  card.setAttribute("aria-hidden", "true");
  element.replaceChildren(root);

  let given, drawing, geometry, isEmpty, maps = []; // what is drawn is what was given, or borders that are tried
  let tried = null, brushed = null;
  const drawn = { version: null, width: 0 };
  let selectable = true, selected = new Set();
  let lit = -1, wantedX = 0, tool = "lasso";
  let large = null, height = null;

  const toolbar = makeToolbar({
    onTool: (chosen) => { tool = chosen; },
    onClear: () => select([]),
  });
  const legend = part("div", "atlas-legend");
  const grid = part("div", "atlas-grid");
  root.append(toolbar.element, legend, grid, card, spoken);
  const measure = nameMeasure(getComputedStyle(root).fontFamily);

  // ---- what the analyst does

  function select(nodes) {
    if (!selectable) return;
    selected = new Set(nodes);
    showSelection();
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
    const { node } = geometry.cellAt(...placeUnder(map, event));
    if (node >= 0 && addsTo(event)) toggle(node);
    else if (node >= 0) select([node]);
    else if (selected.size && !addsTo(event)) select([]);
  }

  /** Select the valley of a cell, where the page gives them; what is selected stays if it is added. */
  function selectValley(node, isAdding) {
    if (node < 0 || !drawing.valleys) return;
    const nodes = cellsLike(drawing.valleys, node);
    select(isAdding ? [...selected, ...nodes] : nodes);
  }

  function selectRegion(corners, isAdding) {
    const nodes = geometry.nodesInside(corners);
    select(isAdding ? [...selected, ...nodes] : nodes);
  }

  function pressKey(map, event) {
    if (ARROWS.includes(event.key)) {
      const from = lit >= 0 ? lit : startOfTour();
      const to = lit >= 0 ? geometry.nodeBeside(from, event.key, wantedX) : from;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") wantedX = geometry.x[to];
      if (event.shiftKey) select([...selected, from, to]);
      lightByKey(map, to);
    } else if ((event.key === "Enter" || event.key === " ") && lit >= 0) {
      if (addsTo(event)) toggle(lit);
      else select([lit]);
      speak(lit);
    } else if (event.key.toLowerCase() === "v" && lit >= 0 && !event.ctrlKey && !event.metaKey) {
      selectValley(lit, event.shiftKey);
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
    placeCard(card, placeOnPage(map, node));
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
    showLit();
  }

  function describe(map, node) {
    card.replaceChildren(...cardContent(drawing, node, map.layer));
    card.hidden = false;
  }

  function hoverAt(map, event) {
    const { node } = geometry.cellAt(...placeUnder(map, event));
    if (node >= 0 && (node !== lit || card.hidden)) describe(map, node);
    light(node);
    if (node >= 0) {
      wantedX = geometry.x[node];
      placeCard(card, { x: event.clientX, y: event.clientY });
    }
  }

  const showLit = () => showOver("lit", lit >= 0 ? [{ kind: "lit", node: lit }] : []);

  function showBrushed() {
    const fits = brushed?.length === isEmpty.length; // and not of another map
    showOver("veils", fits ? [{ kind: "shares", shares: brushed }] : []);
  }

  function showSelection() {
    showOver("selected", selected.size ? [{ kind: "outline", nodes: selected }] : []);
    toolbar.say(selected.size);
  }

  function showGiven() {
    const isChart = ({ kind }) => kind === "glyphs";
    showOver("charts", drawing.overlays.filter(isChart));
    showOver("given", drawing.overlays.filter((overlay) => !isChart(overlay)));
    maps.forEach(showRows);
    if (maps[0]?.size) legend.replaceChildren(...legendContent(drawing.overlays, (overlay) => fits(overlay, scaleOfMap(maps[0]))));
  }

  /** Draw overlays on one of the sheets over each map. */
  function showOver(sheet, overlays) {
    const piecesFor = new Map(); // most maps are of one size
    maps.filter((map) => map.size).forEach((map) => {
      const scale = scaleOfMap(map);
      const key = `${scale.stepX} ${scale.stepY} ${map.isLarge}`;
      if (!piecesFor.has(key)) piecesFor.set(key, overlays.flatMap((overlay) => piecesOf(overlay, geometry, scale)));
      const pieces = piecesFor.get(key);
      drawOn(map.sheets[sheet], pieces.filter(({ lines }) => !lines), scale);
      if (sheet === "given") drawOn(map.sheets.names, pieces.filter(({ lines }) => lines), scale);
    });
  }

  const drawOn = (sheet, pieces, scale) => sheet.replaceChildren(...elementsOf(pieces, geometry, scale));

  function showRows(map) {
    const isShown = (overlay) => overlay.kind === "rows" && fits(overlay, scaleOfMap(map));
    const shown = map.size ? drawing.overlays.filter(isShown) : [];
    map.rows.hidden = shown.length === 0;
    if (!shown.length) return;
    const ratio = window.devicePixelRatio || 1;
    map.rows.width = map.size.width * ratio; // which clears it, too
    map.rows.height = map.size.height * ratio;
    const context = map.rows.getContext("2d");
    context.scale(ratio, ratio);
    shown.forEach((overlay) => drawRows(context, overlay, geometry, scaleOfMap(map)));
  }

  const scaleOfMap = ({ size, isLarge }) =>
    ({ stepX: size.width / geometry.spanX, stepY: size.height / geometry.spanY, isLarge, measure });

  /** The place under the pointer in lattice steps; it may lie beside the map. */
  function placeUnder(map, event) {
    const box = map.plot.getBoundingClientRect();
    return [
      geometry.left + ((event.clientX - box.left) / box.width) * geometry.spanX,
      geometry.top + ((event.clientY - box.top) / box.height) * geometry.spanY,
    ];
  }

  function placeOnPage(map, node) {
    const box = map.plot.getBoundingClientRect();
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
    const map = {
      element: part("section", "atlas-map"),
      head: part("div", "atlas-head"),
      stage: part("div", "atlas-stage"), // all around the map, as a lasso may begin there
      frame: part("div", "atlas-frame"),
      plot: part("div", "atlas-plot"),
      under: svgPart("svg", { class: "atlas-overlays", "aria-hidden": "true" }),
      rows: part("canvas", "atlas-rows"),
      over: svgPart("svg", { class: "atlas-overlays", "aria-hidden": "true" }),
      sheets: Object.fromEntries(SHEETS.map((sheet) => [sheet, svgPart("g", { class: `atlas-${sheet}` })])),
      foot: part("div", "atlas-foot"),
    };
    const { charts, veils, ...others } = map.sheets;
    map.under.append(charts, veils);
    map.over.append(...Object.values(others));
    map.frame.append(map.plot, map.under, map.rows, map.over);
    map.stage.append(map.frame);
    map.element.append(map.head, map.stage, map.foot);
    map.plot.setAttribute("role", "figure");
    map.plot.tabIndex = 0;
    map.plot.addEventListener("mousemove", (event) => hoverAt(map, event));
    map.plot.addEventListener("mouseleave", () => light(-1));
    map.plot.addEventListener("click", (event) => clickAt(map, event));
    map.plot.addEventListener("dblclick", (event) => {
      selectValley(geometry.cellAt(...placeUnder(map, event)).node, addsTo(event));
    });
    map.plot.addEventListener("keydown", (event) => {
      delete map.plot.dataset.pointed;
      pressKey(map, event);
    });
    map.plot.addEventListener("blur", () => {
      delete map.plot.dataset.pointed;
      light(-1);
    });
    map.stage.addEventListener("mousedown", (event) => {
      event.preventDefault(); // no text is marked by a lasso
      map.plot.dataset.pointed = ""; // no ring of focus around what the pointer chose
      map.plot.focus({ preventScroll: true });
    });
    watchDrags(map.stage, {
      toMap: (event) => placeUnder(map, event),
      toolNow: () => (selectable ? tool : null),
      onDraw: (corners) => {
        light(-1);
        const pieces = corners ? piecesOf({ kind: "lasso", corners }, geometry, scaleOfMap(map)) : [];
        map.sheets.lasso.replaceChildren(...elementsOf(pieces, geometry, scaleOfMap(map)));
      },
      onRegion: selectRegion,
    });
    return map;
  }

  function discard(map) {
    Plotly.purge(map.plot);
    map.element.remove();
  }

  function fillCard(map) {
    map.plot.setAttribute("aria-label", map.layer.name);
    const isSmall = large !== null && !map.isLarge;
    map.element.classList.toggle("atlas-large", map.isLarge);
    map.element.classList.toggle("atlas-small", isSmall);
    map.element.classList.toggle("atlas-pale", drawing.pale.includes(map.layer.name));
    map.head.replaceChildren(...headContent(map.layer, isSmall ? () => enlarge(map) : null));
    map.foot.replaceChildren(...footContent(map.layer, themeOf(root)));
  }

  function draw() {
    drawn.width = root.clientWidth;
    grid.classList.toggle("atlas-around", large !== null);
    if (large === null) placeAlike();
    else placeAroundLarge();
    if (!maps[0]?.size) return; // hidden for now: drawn when the page gives it a width
    const rasters = rastersFor(geometry, maps.map((map) => map.size), window.devicePixelRatio || 1);
    maps.forEach((map, k) => drawMap(map, rasters[k]));
    showGiven();
    showBrushed();
    showSelection();
    showLit();
  }

  /** All maps of one size, side by side. */
  function placeAlike() {
    grid.style.gridTemplateColumns = `repeat(${columnsFor(drawing, geometry, drawn.width)}, minmax(0, 1fr))`;
    grid.style.gridTemplateRows = "";
    const size = sizeOfMap(geometry, maps[0]?.element.clientWidth ?? 0, drawing.heightPerMap ?? undefined);
    maps.forEach((map) => place(map, size));
  }

  /** One large map, small ones beside it and below. */
  function placeAroundLarge() {
    const [first, ...small] = maps;
    const plan = planAround(geometry, {
      width: drawn.width,
      height: (height ?? Math.max(LEAST_HEIGHT, window.innerHeight - AROUND)) - (grid.offsetTop - root.offsetTop),
      count: small.length,
      largeChrome: chromeOf(first),
      smallChrome: small.length ? chromeOf(small[0]) : 0,
    });
    grid.style.gridTemplateColumns = `repeat(${plan?.columns ?? 1}, minmax(0, 1fr))`;
    // What is left of the large map's height lies below the small ones beside it, not between them.
    grid.style.gridTemplateRows = plan?.rows > 1 ? `repeat(${plan.rows - 1}, max-content) 1fr` : "";
    place(first, plan?.large ?? null, plan ? `1 / 1 / span ${plan.rows} / span ${plan.span}` : "");
    small.forEach((map) => place(map, plan?.small ?? null));
  }

  function place(map, size, area = "") {
    map.size = size;
    map.element.style.gridArea = area;
    if (!size) return;
    map.element.style.setProperty("--atlas-map-width", `${size.width}px`);
    map.element.style.setProperty("--atlas-map-height", `${size.height}px`);
  }

  /** The pixels of height that a card needs beside its map. */
  const chromeOf = (map) => map.element.offsetHeight - map.frame.offsetHeight;

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
    // Cut out by the browser, their edges are smooth and their hairlines even, which pixels aren't.
    const gap = gapOf(raster);
    map.plot.style.setProperty("--atlas-cells", gap ? `path("${cellsPath(geometry, map.size, gap)}")` : "none");
    Plotly.react(map.plot, [heatmap], layoutOf(geometry, map.size), { staticPlot: true });
  }

  function show(newDrawing, view) {
    const version = `${newDrawing.version} ${themeOf(root)}`;
    const isSame = version === drawn.version && (view.large ?? null) === large && (view.height ?? null) === height;
    const hasSameOverlays = given?.overlays === newDrawing.overlays;
    selectable = view.selected !== null;
    selected = new Set(view.selected);
    toolbar.element.hidden = !selectable;
    given = newDrawing;
    drawing = withTried();
    if (!hasSameOverlays) legend.replaceChildren(...legendContent(drawing.overlays)); // takes its room
    if (isSame) {
      largeFirst(drawing.layers, large).forEach((layer, k) => { maps[k].layer = layer; });
      if (!hasSameOverlays) showGiven();
      return showSelection();
    }
    drawn.version = version;
    large = view.large ?? null;
    height = view.height ?? null;
    geometry = latticeGeometry(drawing);
    isEmpty = drawing.x.map((_, node) => drawing.hits?.[node] === 0);
    if (lit >= isEmpty.length) lit = -1;
    makeCards();
    draw();
  }

  const withTried = () =>
    (tried ? { ...given, overlays: withBorders(given.overlays, tried, selected) } : given);

  /** Draw these borders instead of those given of the same title; null: those given again. */
  function tryBorders(borders) {
    if (borders === tried) return;
    tried = borders;
    if (!given) return;
    drawing = withTried();
    showGiven();
  }

  /** Light each cell by its share, from 0 to 1, on all maps; null: no cell more than others. */
  function lightShares(shares) {
    brushed = shares;
    if (drawing) showBrushed();
  }

  const clearBeside = (event) => {
    if (!event.target.isConnected) return; // such as a title, which is gone once its map is large
    const onMap = event.target.closest(".atlas-plot, .atlas-toolbar, .atlas-legend, .atlas-head, .atlas-foot");
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

  return { show, tryBorders, light: lightShares, remove };
}

const cardKey = (layer) => `${layer.kind} ${layer.name}`;

/** "dark" where the page writes in light letters. */
function themeOf(element) {
  const [red, green, blue] = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 128 ? "dark" : "light";
}

function layoutOf(geometry, { width, height }) {
  const axis = (from, span) => ({ visible: false, fixedrange: true, range: [from, from + span] });
  return {
    width, height,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    xaxis: axis(geometry.left, geometry.spanX),
    yaxis: axis(geometry.top + geometry.spanY, -geometry.spanY), // row 0 is at the top
  };
}
