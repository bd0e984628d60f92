// Rows in bins, and which of them lie in the ranges that are brushed: arithmetic without a page.

/** What Python sends as base64. */
export function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k += 1) bytes[k] = text.charCodeAt(k);
  return bytes;
}

/** The node of each row, and the bins of all rows, column by column; null where Python keeps them. */
export function rowsIn({ nodes, bins }) {
  if (bins === null) return null;
  return { nodes: new Uint16Array(bytesOf(nodes).buffer), bins: bytesOf(bins) };
}

/**
 * A range is `[first, last]`, two bins; or what a condition asks of its column in its own words, `{ asked, words,
 * bounds, bins, rows }`, with the rows that meet it as bits in base64 (null where Python keeps them); its `bins` are
 * null where only rows without a value meet it.
 */
export const binsOf = (range) => (Array.isArray(range) ? range : range.bins);

/** The range with its rows as one byte each, 1 where a row meets it. */
export function withRows(range, nRows) {
  if (Array.isArray(range) || range.rows === null) return range;
  const bits = bytesOf(range.rows);
  return { ...range, inside: Uint8Array.from({ length: nRows }, (_, row) => (bits[row >> 3] >> (row & 7)) & 1) };
}

/** The range as it is said to Python: its bins, or the condition. */
export const saidOf = (range) => (Array.isArray(range) ? range : range.asked);

/** A range that leaves something out; a whole one is none. */
export const isPart = ([first, last], nBins) => first > 0 || last < nBins - 1;

/**
 * Count the rows that lie in all ranges: `{ total, nodes, columns }`, by node and, of each column, by bin.
 * Ranges are by the place of their column.
 */
export function tally(rows, ranges, { nNodes, sizes }) {
  const inside = placesInside(rows, ranges);
  const columns = sizes.map((size, place) => [...countsOf(columnOf(rows, place), inside, 256).subarray(0, size)]);
  return { total: inside.length, nodes: countsOf(rows.nodes, inside, nNodes), columns };
}

const columnOf = ({ nodes, bins }, place) => bins.subarray(place * nodes.length, (place + 1) * nodes.length);

/** The rows that lie in all ranges, ascending. Plain loops: a hundred thousand rows are gone over at each move. */
function placesInside(rows, ranges) {
  const limits = [...ranges].map(([place, range]) => {
    if (!Array.isArray(range)) return { bins: range.inside, first: 1, last: 1 };
    return { bins: columnOf(rows, place), first: range[0], last: range[1] };
  });
  const inside = new Uint32Array(rows.nodes.length);
  let count = 0;
  for (let row = 0; row < inside.length; row += 1) {
    let isIn = true;
    for (const { bins, first, last } of limits) isIn &&= bins[row] >= first && bins[row] <= last;
    if (isIn) inside[count++] = row;
  }
  return inside.subarray(0, count);
}

/** How many of some rows have each value; a bin of a row without a value is 255. */
function countsOf(values, inside, size) {
  const counts = new Uint32Array(size);
  for (let k = 0; k < inside.length; k += 1) counts[values[inside[k]]] += 1;
  return counts;
}

/** The share of each node's rows that are among those counted; 0 where a node has none. */
export const sharesOf = (counts, hits) => Array.from(hits, (hit, node) => (hit ? counts[node] / hit : 0));

/** One SVG path of bars in a box of 1 × 1, each of a height of 0 to 1; what is more than 0 can be seen. */
export function barsPath(counts, highest, least = 0) {
  const wide = 1 / counts.length;
  return counts
    .map((count, k) => {
      if (count === 0) return "";
      const tall = Math.min(1, Math.max(least, count / highest));
      const [left, right] = [(k + 0.06) * wide, (k + 0.94) * wide];
      return `M${left.toFixed(4)},1H${right.toFixed(4)}V${(1 - tall).toFixed(4)}H${left.toFixed(4)}Z`;
    })
    .join("");
}

/** Both ends of a range as they can be typed; "" where one is open. */
export function boundsOf({ ends }, range) {
  if (!Array.isArray(range)) return range.bounds;
  const [first, last] = range;
  return [first > 0 ? ends[first][0] : "", last < ends.length - 1 ? ends[last][1] : ""];
}

/** The ends to say to Python once texts were typed: those that were not typed anew stay what they are. */
export function endsTyped(column, range, texts) {
  const before = boundsOf(column, range);
  const ends = Array.isArray(range) ? range : before;
  return texts.map((text, k) => (text === before[k] ? ends[k] : text));
}

/** What a range is called: from the beginning of its first bin to the end of its last ("" is open), or its own words. */
export function rangeText({ ends, kind }, range) {
  if (!Array.isArray(range)) return range.words;
  const [first, last] = range;
  const [from, to] = [ends[first][0], ends[last][1]];
  if (from === to) return from;
  if (kind === "levels") return `${from} … ${to}`;
  if (!from) return `up to ${to}`;
  return to ? `${from} to ${to}` : `${from} and more`;
}

/** The range while the pointer goes from one bin to another: a new one, one end moved, or all of it. */
export function dragged({ part, range }, from, to, nBins) {
  const within = (bin) => Math.max(0, Math.min(nBins - 1, bin));
  if (part === "low") return [Math.min(within(range[0] + to - from), range[1]), range[1]];
  if (part === "high") return [range[0], Math.max(within(range[1] + to - from), range[0])];
  if (part === "all") {
    const shift = Math.max(-range[0], Math.min(nBins - 1 - range[1], to - from));
    return [range[0] + shift, range[1] + shift];
  }
  return [within(Math.min(from, to)), within(Math.max(from, to))];
}

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 };

/** The range after a key on one of its ends; null where the key means nothing. */
export function keyed(range, end, key, nBins) {
  const place = end === "low" ? 0 : 1;
  const wanted = { Home: 0, End: nBins - 1 }[key] ?? (key in STEPS ? range[place] + STEPS[key] : null);
  if (wanted === null) return null;
  return dragged({ part: end, range }, range[place], wanted, nBins);
}
