// The lattice as Python writes it into a document: see som_core/geometry/lattice.py.

export function lattice(height, width, kind) {
  const nodes = [...Array(height * width).keys()];
  const row = (node) => Math.floor(node / width);
  const isShifted = (node) => kind === "hexagonal" && (height - 1 - row(node)) % 2 === 0;
  return {
    height,
    width,
    lattice: kind,
    x: nodes.map((node) => (node % width) - (isShifted(node) ? 0.5 : 0)),
    y: nodes.map((node) => row(node) * (kind === "hexagonal" ? Math.sqrt(3) / 2 : 1)),
  };
}
