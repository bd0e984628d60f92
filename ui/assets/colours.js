// Colours of a layer: which pixel gets which, on a light and on a dark page.

// Viridis: even steps in lightness, readable with every kind of colour blindness and in grey.
const VIRIDIS = ["#440154", "#482475", "#414487", "#355f8d", "#2a788e", "#21918c", "#22a884", "#44bf70", "#7ad151", "#bddf26", "#fde725"];
// One hue, even steps in lightness; on a dark page the other way round, so that more stands out more.
const BLUES = ["#d7e6f5", "#bad0e8", "#9dbbdb", "#80a7cd", "#6393bf", "#4680b0", "#2b6c9f", "#15598b", "#084674", "#05345a", "#042341"];
// Okabe and Ito (2008) without black, then five of Tol's muted colours (2021).
const LEVEL_COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#332288", "#882255", "#44aa99", "#999933", "#aa4499"];
const OTHER_COLOUR = "#8c8c8c";
const NEUTRAL = { light: "rgba(120,125,135,0.20)", dark: "rgba(190,195,205,0.20)" };

const INK = "#10131a";
const PAPER = "#ffffff";

// What a pixel can be, as numbers on Plotly's colour scale; 1 to 2 are values, low to high.
const NEUTRAL_Z = 0;
const INK_Z = 0.4;
const PAPER_Z = 0.8;
const BRIGHT_Z = 1.55; // on Viridis, from here on a dark dot shows better than a light one

function scaleOf(layer, theme) {
  if (layer.kind !== "count") return VIRIDIS;
  return theme === "dark" ? BLUES.slice(0, -2).reverse() : BLUES;
}

/** The levels that get a colour of their own, and the rest as one. */
function legendOf(layer) {
  const many = layer.levels.length > LEVEL_COLOURS.length;
  const own = many ? layer.levels.slice(0, LEVEL_COLOURS.length - 1) : layer.levels;
  const entries = own.map((label, k) => ({ label, colour: LEVEL_COLOURS[k] }));
  if (many) entries.push({ label: `other (${layer.levels.length - own.length} more)`, colour: OTHER_COLOUR });
  return entries;
}

/** The smallest and largest value shown; a count of nothing is shown as nothing, not as low. */
function rangeOf(layer) {
  const shown = layer.values.filter((value) => value !== null && !(layer.kind === "count" && value === 0));
  return shown.length ? { low: Math.min(...shown), high: Math.max(...shown) } : null;
}

/** Plotly's colour scale of a layer and the number on it for each node. */
function paintOf(layer, theme) {
  if (layer.kind === "category") {
    const legend = legendOf(layer);
    return {
      colours: legend.map((entry) => entry.colour),
      numbers: layer.values.map((level) =>
        level === null ? NEUTRAL_Z : 1 + Math.min(level, legend.length - 1) / Math.max(legend.length - 1, 1)),
    };
  }
  const range = rangeOf(layer);
  const span = range ? range.high - range.low : 0;
  return {
    colours: scaleOf(layer, theme),
    numbers: layer.values.map((value) => {
      if (value === null || (layer.kind === "count" && value === 0)) return NEUTRAL_Z;
      return span ? 1 + (value - range.low) / span : 1.5;
    }),
  };
}

function colourScale(colours, theme) {
  const neutral = NEUTRAL[theme];
  const last = Math.max(colours.length - 1, 1);
  const values = colours.length > 1 ? colours : [colours[0], colours[0]];
  const marks = [[0, neutral], [0.1, neutral], [0.1, INK], [0.3, INK], [0.3, PAPER], [0.5, PAPER]];
  return [...marks, ...values.map((colour, k) => [0.5 + (0.5 * k) / last, colour])];
}

/**
 * The pixels of one layer as rows of numbers on its colour scale; null shows the page.
 * A node without rows is hollow on counts, and has a dot in its middle where it has a number.
 */
function pixelsOf(numbers, isEmpty, raster, layer) {
  const { columns, rows, nodes, depths, stepX } = raster;
  const cellPixels = 1 / stepX;
  const gap = cellPixels >= 14 ? 0.55 * stepX : 0; // a hairline between cells that are large enough
  const rim = Math.max(1.2 * stepX, 0.06); // of hollow cells
  const dot = 0.5 - Math.max(0.11, 0.9 * stepX); // how deep inside a cell its dot begins
  const pixels = [];
  for (let row = 0; row < rows; row += 1) {
    const line = new Array(columns);
    for (let column = 0; column < columns; column += 1) {
      const pixel = row * columns + column;
      const node = nodes[pixel];
      const depth = depths[pixel];
      line[column] = null;
      if (node < 0 || depth < gap) continue;
      const nothing = numbers[node] === NEUTRAL_Z;
      if (nothing && layer.kind === "count" && depth > gap + rim) continue;
      const dotted = !nothing && layer.kind === "sequential" && isEmpty[node] && depth > dot;
      if (dotted) line[column] = numbers[node] > BRIGHT_Z ? INK_Z : PAPER_Z;
      else line[column] = numbers[node];
    }
    pixels.push(line);
  }
  return pixels;
}
