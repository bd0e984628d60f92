// A picture of lines and areas (SVG) becomes one of pixels (PNG), drawn by this browser with its fonts,
// and is saved. The server needs no fonts and no browser for it.

const LONGEST_SIDE = 16_000; // pixels that every browser's canvas has
const MOST_PIXELS = 120_000_000;
const TYPE = "image/png";

// On the window, as Streamlit loads this module anew after a connection was lost.
window.atlasSavedPictures ??= new Set();

/** The picture so many pixels wide, and as high as that makes it. */
function sized(svg, width) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const height = Math.round((width * root.getAttribute("height")) / root.getAttribute("width"));
  root.setAttribute("width", width); // so that it is drawn at this size, and not enlarged
  root.setAttribute("height", height);
  return { svg: new XMLSerializer().serializeToString(root), height };
}

async function imageOf(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Save the picture; what it answers says why it could not. */
async function savePng({ svg, width, name }) {
  const drawing = sized(svg, width);
  if (Math.max(width, drawing.height) > LONGEST_SIDE || width * drawing.height > MOST_PIXELS) {
    return `${width} × ${drawing.height} pixels are more than a browser can draw. Choose a smaller width.`;
  }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, drawing.height];
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff"; // at the edges, where the picture ends between two pixels
  context.fillRect(0, 0, width, drawing.height);
  context.drawImage(await imageOf(drawing.svg), 0, 0, width, drawing.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, TYPE));
  if (!blob) return "This browser has no memory for so large a picture. Choose a smaller width.";
  save(blob, name);
  return "";
}

export default async function ({ data, parentElement }) {
  if (window.atlasSavedPictures.has(data.id)) return;
  window.atlasSavedPictures.add(data.id);
  const problem = parentElement.querySelector(".atlas-problem");
  problem.textContent = await savePng(data);
  problem.hidden = problem.textContent === "";
}
