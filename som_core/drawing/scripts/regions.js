// Groups of cells: where their borders run, and where their names stand best.

/**
 * The edges between cells of different groups, as `[start, end]` in lattice steps with both groups.
 * At a toroid's rim each side has its own. Labels below 0 are no group, and have borders as groups do.
 */
export function borderEdges(geometry, labels) {
  const edges = [];
  labels.forEach((label, node) => {
    const flat = geometry.acrossEdges(node, false);
    geometry.acrossEdges(node).forEach((other, k) => {
      if (other < 0 || labels[other] === label) return;
      const isDrawnThere = flat[k] >= 0 && other < node; // by the cell on the other side
      if (!isDrawnThere) edges.push({ line: geometry.edgeOf(node, k), groups: [label, labels[other]] });
    });
  });
  return edges;
}

/**
 * The cells of each group from 0, those farthest from the group's border first. The first one is its
 * pole of inaccessibility, where a name stands best: a group's middle may lie outside of it.
 */
export function innerCells(geometry, labels) {
  const limits = new Map(); // the middles of the edges where a group, or the map, ends
  const cells = Array.from({ length: Math.max(-1, ...labels) + 1 }, () => []);
  labels.forEach((label, node) => {
    if (label < 0) return;
    cells[label].push(node);
    geometry.acrossEdges(node, false).forEach((other, k) => {
      if (other >= 0 && labels[other] === label) return;
      const [[ax, ay], [bx, by]] = geometry.edgeOf(node, k);
      if (!limits.has(label)) limits.set(label, []);
      limits.get(label).push([(ax + bx) / 2, (ay + by) / 2]);
    });
  });
  return cells.map((nodes, label) => {
    const [cx, cy] = [meanOf(nodes, geometry.x), meanOf(nodes, geometry.y)];
    const ranked = nodes.map((node) => {
      const [px, py] = [geometry.x[node], geometry.y[node]];
      let inside = Infinity;
      for (const [ex, ey] of limits.get(label)) inside = Math.min(inside, Math.hypot(px - ex, py - ey));
      return { node, inside: Math.round(inside * 100), off: Math.hypot(px - cx, py - cy) };
    });
    // Of equally deep cells the one nearest to the group's middle.
    return ranked.sort((a, b) => b.inside - a.inside || a.off - b.off || a.node - b.node).map(({ node }) => node);
  });
}

/** The cells with the label of this one, which is among them. */
export const cellsLike = (labels, node) => [...labels.keys()].filter((other) => labels[other] === labels[node]);

const meanOf = (nodes, values) => nodes.reduce((sum, node) => sum + values[node], 0) / nodes.length;

/**
 * A text as at most two lines of this width; what is longer ends in “…”.
 * `measure(text)` gives the width of a text.
 */
export function wrapped(text, measure, width) {
  const words = text.trim().split(/\s+/u);
  let first = "";
  while (words.length && measure(`${first} ${words[0]}`.trim()) <= width) first = `${first} ${words.shift()}`.trim();
  if (!words.length) return [first];
  if (!first) { // one long word: its beginning
    if (words.length === 1) return [cut(words[0], measure, width)];
    first = cut(words.shift(), measure, width);
  }
  return [first, cut(words.join(" "), measure, width)];
}

/** As much of a text as fits, in whole letters. */
function cut(text, measure, width) {
  if (measure(text) <= width) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && measure(`${letters.join("").trimEnd()}…`) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/**
 * Where labels stand so that none lies over another or beyond the map; one without a free place is left
 * out. A label has a `width` and a `height`, and its `places`, the best first; the first label chooses
 * first. Returns the labels that have a place, each with all of it, and its middle as `x` and `y`.
 */
export function placedLabels(labels, { width, height }) {
  const taken = [];
  labels.forEach((label) => {
    for (const place of label.places) {
      // A place near the rim moves inside just so far that the label is whole.
      const x = clamp(place.x, label.width / 2, width - label.width / 2);
      const y = clamp(place.y, label.height / 2, height - label.height / 2);
      const isFree = taken.every((other) =>
        Math.abs(other.x - x) >= (other.width + label.width) / 2 || Math.abs(other.y - y) >= (other.height + label.height) / 2);
      if (!isFree) continue;
      taken.push({ ...label, ...place, x, y });
      return;
    }
  });
  return taken;
}

const PLACES_WEIGHED = 60; // of the best ones; on a large map all would take long

/**
 * The places of a label in another order: first where most of what it lies over are cells of its own group,
 * so that it doesn't seem to name what is beside; last where it would have to move inside to be whole. Of
 * equal ones, the first stays first. The `cells` of the map have a middle, as `x` and `y`, and a `label`; so
 * far from its middle as `reach` a cell lies under the label as well.
 */
export function ownCellsFirst(places, { width, height }, { width: mapWidth, cells, reach }, label) {
  const share = (place) => {
    if (place.x < width / 2 || place.x > mapWidth - width / 2) return -1;
    let [below, own] = [0, 0];
    for (const cell of cells) {
      if (Math.abs(cell.x - place.x) >= width / 2 + reach || Math.abs(cell.y - place.y) >= height / 2 + reach) continue;
      below += 1;
      if (cell.label === label) own += 1;
    }
    return Math.round(10 * own / Math.max(1, below));
  };
  const weighed = places.slice(0, PLACES_WEIGHED).map((place) => ({ place, share: share(place) }));
  weighed.sort((a, b) => b.share - a.share);
  return [...weighed.map(({ place }) => place), ...places.slice(PLACES_WEIGHED)];
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
