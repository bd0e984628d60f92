// Where the cells of a map lie. All lengths are lattice steps: neighbours in a row are 1 apart.

const ROOT_3 = Math.sqrt(3);

const SHAPES = {
  // How far inside the cell a point lies (negative: outside), and the cell's corners in order. Beyond
  // the edge that begins at a corner lies the cell at the same place of `beside`: columns and rows away;
  // in other rows of a hexagonal lattice, columns count from the left one of the two next to a cell.
  hexagonal: {
    rowHeight: ROOT_3 / 2,
    depth: (dx, dy) => 0.5 - Math.max(Math.abs(dx), Math.abs(dx) / 2 + (Math.abs(dy) * ROOT_3) / 2),
    corners: [30, 90, 150, 210, 270, 330].map((degrees) => {
      const angle = (degrees * Math.PI) / 180;
      return [Math.cos(angle) / ROOT_3, Math.sin(angle) / ROOT_3];
    }),
    beside: [[1, 1], [0, 1], [-1, 0], [0, -1], [1, -1], [1, 0]],
  },
  rectangular: {
    rowHeight: 1,
    depth: (dx, dy) => 0.5 - Math.max(Math.abs(dx), Math.abs(dy)),
    corners: [[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]],
    beside: [[0, 1], [-1, 0], [0, -1], [1, 0]],
  },
};

/** The lattice as places: which node is here, which is next to it, where a set of nodes ends. */
export function latticeGeometry({ height, width, lattice, x, y, toroid = false }) {
  const { rowHeight, depth, corners, beside } = SHAPES[lattice];
  const reach = Math.max(...corners.map((corner) => corner[1])); // from a centre to the cell's top
  const lastX = Math.max(...x);
  const lastY = (height - 1) * rowHeight;
  // Room for outlines of cells at the edge; beside a chain of cells not more than a part of a cell.
  const margin = Math.min(0.01 * Math.max(lastX, lastY, 1), 0.1 * (Math.min(lastX, lastY) + 1));
  const left = Math.min(...x) - 0.5 - margin;
  const top = -reach - margin;
  const spanX = lastX + 0.5 + margin - left;
  const spanY = lastY + reach + margin - top;

  const probes = []; // points spread evenly over a cell
  for (let dx = -0.45; dx < 0.5; dx += 0.1) {
    for (let dy = -0.55; dy < 0.6; dy += 0.1) if (depth(dx, dy) > 0) probes.push([dx, dy]);
  }

  /** How far a toroid reaches until it begins again. */
  const period = toroid ? [width, height * rowHeight] : null;

  const nearestInRow = (row, px) => {
    if (row < 0 || row >= height) return -1;
    const column = Math.round(px - x[row * width]);
    return column < 0 || column >= width ? -1 : row * width + column;
  };

  /** The node whose cell holds this point and how deep inside it lies, or node -1. */
  const cellAt = (px, py) => {
    const middle = Math.round(py / rowHeight);
    let found = { node: -1, depth: -1e-6 };
    for (const row of [middle - 1, middle, middle + 1]) {
      const node = nearestInRow(row, px);
      if (node < 0) continue;
      const inside = depth(px - x[node], py - y[node]);
      if (inside > found.depth) found = { node, depth: inside };
    }
    return found;
  };

  /** The node next to this one; up and down stay as close to `wantedX` as the lattice allows. */
  const nodeBeside = (node, key, wantedX) => {
    const row = Math.floor(node / width);
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (sideways) return nearestInRow(row, x[node] + sideways) < 0 ? node : node + sideways;
    const next = row + (key === "ArrowDown" ? 1 : -1);
    if (next < 0 || next >= height) return node;
    const first = x[next * width];
    const nearest = Math.round(Math.min(Math.max(wantedX - first, 0), width - 1) - 1e-9);
    return next * width + nearest;
  };

  /** The nodes that share an edge with this one, in the order of its edges; -1 beyond a flat map's rim. */
  const acrossEdges = (node, wraps = toroid) => {
    const row = Math.floor(node / width);
    const column = node % width;
    const isShifted = lattice === "hexagonal" && (height - 1 - row) % 2 === 0; // to the left
    return beside.map(([right, down]) => {
      const nextRow = row + down;
      const nextColumn = column + right - (down !== 0 && isShifted ? 1 : 0);
      if (wraps) return ((nextRow + height) % height) * width + ((nextColumn + width) % width);
      const isOn = nextRow >= 0 && nextRow < height && nextColumn >= 0 && nextColumn < width;
      return isOn ? nextRow * width + nextColumn : -1;
    });
  };

  /** Both ends of an edge of a cell. */
  const edgeOf = (node, k) =>
    [corners[k], corners[(k + 1) % corners.length]].map(([dx, dy]) => [x[node] + dx, y[node] + dy]);

  /** The nodes of whose cells a polygon covers the middle, or at least the half. */
  const nodesInside = (polygon) => {
    const [left, right] = [Math.min(...polygon.map(([px]) => px)), Math.max(...polygon.map(([px]) => px))];
    const [top, bottom] = [Math.min(...polygon.map(([, py]) => py)), Math.max(...polygon.map(([, py]) => py))];
    return Array.from(x.keys()).filter((node) => {
      const [cx, cy] = [x[node], y[node]];
      if (cx + 0.5 < left || cx - 0.5 > right || cy + reach < top || cy - reach > bottom) return false;
      if (isInside(polygon, cx, cy)) return true;
      const covered = probes.filter(([dx, dy]) => isInside(polygon, cx + dx, cy + dy));
      return 2 * covered.length >= probes.length;
    });
  };

  /** One SVG path around a set of nodes: the edges behind which no other of them lies. */
  const outline = (nodes) => {
    const inside = new Set(nodes);
    return linesPath([...inside].flatMap((node) =>
      acrossEdges(node, false).flatMap((other, k) => (inside.has(other) ? [] : [edgeOf(node, k)]))));
  };

  /** One SVG path with a closed figure around the centre of each node. */
  const stamp = (nodes, figure) =>
    [...nodes]
      .map((node) => {
        const points = figure.map(([dx, dy]) => pointText(x[node] + dx, y[node] + dy));
        return `M${points.join("L")}Z`;
      })
      .join("");

  return {
    x, y, height, width, corners, period, left, top, spanX, spanY,
    cellAt, nodeBeside, nodesInside, acrossEdges, edgeOf, outline, stamp,
  };
}

/** One SVG path of separate straight lines. */
export const linesPath = (lines) =>
  lines.map(([start, end]) => `M${pointText(...start)}L${pointText(...end)}`).join("");

export const pointText = (px, py) => `${px.toFixed(3)},${py.toFixed(3)}`;

/** All cells of a map of this many pixels as one path of closed figures, a gap (in lattice steps) inside. */
export function cellsPath({ x, y, corners, left, top, spanX, spanY }, size, gap) {
  const toPixels = (px, py) => pointText(((px - left) / spanX) * size.width, ((py - top) / spanY) * size.height);
  const inner = corners.map((corner) => corner.map((part) => part * (1 - 2 * gap)));
  return x
    .map((cx, node) => `M${inner.map(([dx, dy]) => toPixels(cx + dx, y[node] + dy)).join("L")}Z`)
    .join("");
}

/** Ray casting: a point is inside if a ray from it crosses the border an odd number of times. */
export function isInside(polygon, px, py) {
  let inside = false;
  polygon.forEach(([ax, ay], k) => {
    const [bx, by] = polygon[(k + 1) % polygon.length];
    if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

/** Which node each pixel of a map of this size shows, and how far inside its cell it lies. */
export function rasterOf(geometry, columns, rows) {
  const nodes = new Int32Array(columns * rows);
  const depths = new Float32Array(columns * rows);
  const stepX = geometry.spanX / columns;
  const stepY = geometry.spanY / rows;
  for (let row = 0; row < rows; row += 1) {
    const py = geometry.top + (row + 0.5) * stepY;
    for (let column = 0; column < columns; column += 1) {
      const { node, depth } = geometry.cellAt(geometry.left + (column + 0.5) * stepX, py);
      nodes[row * columns + column] = node;
      depths[row * columns + column] = depth;
    }
  }
  return { columns, rows, stepX, stepY, nodes, depths };
}
