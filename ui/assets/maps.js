// Linked maps: one card a layer, one lattice for all; what is lit or selected in one is so in every one.
// Texts come from the analyst's file and reach the page through textContent only, never as markup.

const MARGIN_NONE = { l: 0, r: 0, t: 0, b: 0 };
const DIAMOND = [[0, -1], [1, 0], [0, 1], [-1, 0]];
const MARK = "#ff2d55";
const TALLEST_MAP = 480; // pixels, where the page sets no height
const WANTED_WIDTH = 270; // pixels of one map, where the page sets no number of columns
const MOST_PIXELS = 2_000_000; // of all maps together, so that the first draw stays quick
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * Draw linked maps into an element; `onSelect(nodes)` is called when the analyst changes the selection.
 * Returns `show(drawing, version, selected, marked)` and `remove()`. Maps whose `selected` is null are
 * only to be looked at.
 */
function drawMaps(Plotly, element, onSelect) {
  const root = part("div", "atlas-maps");
  const card = part("div", "atlas-card");
  const spoken = part("div", "atlas-spoken");
  spoken.setAttribute("aria-live", "polite");
  card.setAttribute("aria-hidden", "true");
  element.replaceChildren(root);

  let drawing, geometry, isEmpty, maps = [];
  const drawn = { version: null, width: 0, mapWidth: 0 };
  let selectable = true, selected = new Set(), marked = [];
  let lit = -1, wantedX = 0, tool = "lasso";

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
    if (!drawn.mapWidth) return; // hidden for now
    const cellPixels = drawn.mapWidth / geometry.spanX;
    const shapes = highlightShapes(geometry, cellPixels, { selected, marked, lit });
    maps.forEach((map) => Plotly.relayout(map.plot, { shapes, selections: [] }));
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

  /** Cards for these layers: kept where the layer's name and kind stayed, so that nothing flickers. */
  function makeCards() {
    const kept = new Map(maps.map((map) => [cardKey(map.layer), map]));
    maps = drawing.layers.map((layer) => {
      const map = kept.get(cardKey(layer)) ?? makeMap();
      kept.delete(cardKey(layer));
      map.layer = layer;
      fillCard(map);
      return map;
    });
    kept.forEach(discard);
    const inPlace = maps.every((map, k) => grid.children[k] === map.element);
    if (!inPlace) grid.replaceChildren(...maps.map((map) => map.element));
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
    map.head.replaceChildren(...headContent(map.layer));
    map.foot.replaceChildren(...footContent(map.layer, themeOf(root)));
  }

  function draw() {
    drawn.width = root.clientWidth;
    const columns = columnsFor(drawing, drawn.width);
    grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const size = sizeOfMap(geometry, drawing.heightPerMap, maps[0]?.element.clientWidth ?? 0);
    drawn.mapWidth = size?.width ?? 0;
    if (!size) return; // hidden for now: drawn when the page gives it a width
    grid.style.setProperty("--atlas-map-width", `${size.width}px`);
    const raster = rasterFor(geometry, size, maps.length);
    maps.forEach((map) => drawMap(map, raster, size));
    showHighlights();
  }

  function drawMap(map, raster, size) {
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
    Plotly.react(map.plot, [heatmap], layoutOf(geometry, size, selectable ? tool : false), { displayModeBar: false, doubleClick: false, showTips: false });
    if (fresh) map.plot.on("plotly_selected", map.onRegion);
  }

  function show(newDrawing, newVersion, newSelected, newMarked) {
    const version = `${newVersion} ${themeOf(root)}`;
    selectable = newSelected !== null;
    toolbar.element.hidden = !selectable;
    selected = new Set(newSelected);
    marked = newMarked;
    if (version === drawn.version) return showHighlights();
    drawn.version = version;
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

  function remove() {
    watcher.disconnect();
    maps.forEach(discard);
    root.remove();
  }

  return { show, remove };
}

function part(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
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

/** The largest map of the lattice's own proportions that fits, in whole pixels. */
function sizeOfMap(geometry, heightPerMap, room) {
  const aspect = geometry.spanX / geometry.spanY;
  const width = Math.floor(Math.min(room, (heightPerMap ?? TALLEST_MAP) * aspect));
  return width > 0 ? { width, height: Math.max(1, Math.round(width / aspect)) } : null;
}

function rasterFor(geometry, { width, height }, count) {
  const sharpest = Math.sqrt(MOST_PIXELS / count / (width * height));
  const density = Math.min(window.devicePixelRatio || 1, sharpest);
  return rasterOf(geometry, Math.round(width * density), Math.round(height * density));
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
