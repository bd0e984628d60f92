"""Linked maps as one file that opens in any browser, without a server and without a network."""

import html
from collections.abc import Sequence

from numpy.typing import NDArray

from som_core.drawing.document import Document, document
from som_core.drawing.overlays import Overlay
from som_core.drawing.script import PLOTLY_JS, maps_script, maps_style
from som_core.layers.layer import Layer
from som_core.settings import Lattice

# Whatever a column is called: nothing is fetched from anywhere.
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"

PAGE_STYLE = """
:root { color-scheme: light dark; --st-text-color: #31333f; --st-background-color: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --st-text-color: #fafafa; --st-background-color: #16181d; }
}
body {
  margin: 2rem auto; max-width: 80rem; padding: 0 1.5rem; font-family: system-ui, sans-serif;
  color: var(--st-text-color); background: var(--st-background-color);
}
/* Paper is white, and as wide as A4 within its margins. */
:root.on-paper { color-scheme: light; --st-text-color: #000000; --st-background-color: #ffffff; }
.on-paper #maps { width: 680px; }
.on-paper :is(.atlas-toolbar, .atlas-about) { display: none; }
@media print {
  @page { size: A4; margin: 15mm; }
  body { margin: 0; padding: 0; max-width: none; }
  .atlas-map { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

START = """
const drawing = JSON.parse(document.getElementById("drawing").textContent);
const element = document.getElementById("maps");
let selected = [];
let large = element.dataset.large ?? null;
const maps = drawMaps(Plotly, element, {
  onSelect: (nodes) => { selected = nodes; },
  onEnlarge: (name) => { large = name; },
});
const show = () => maps.show(drawing, { selected, large });
const turnTo = (paper) => {
  document.documentElement.classList.toggle("on-paper", paper);
  show();
  dispatchEvent(new Event("resize")); // at once: nobody waits for a page that is being printed
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
addEventListener("beforeprint", () => turnTo(true));
addEventListener("afterprint", () => turnTo(false));
show();
"""


def standalone_html(
    layers: Sequence[Layer],
    *,
    title: str,
    lattice: Lattice,
    hits: NDArray,
    toroid: bool = False,
    overlays: Sequence[Overlay] = (),
    notes: Sequence[str] | None = None,
    valleys: NDArray | None = None,
    large: str | None = None,
) -> str:
    """Return a page with linked maps that holds all it needs (about 5 MB, most of it Plotly.js).

    Parameters
    ----------
    layers, lattice, hits, toroid, overlays, notes, valleys : see `som_core.drawing.document`
    title : of the page
    large : name of the layer that is large at first; without it all maps are of one size
    """
    drawn = document(
        layers,
        lattice=lattice,
        hits=hits,
        toroid=toroid,
        overlays=overlays,
        notes=notes,
        valleys=valleys,
    )
    heading = html.escape(title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width">
<title>{heading}</title>
<style>{PAGE_STYLE}{maps_style()}</style>
</head>
<body>
<h1>{heading}</h1>
{live_maps(drawn, large)}
</body>
</html>
"""


def live_maps(drawn: Document, large: str | None = None) -> str:
    """Return the part of a page that draws linked maps, with the scripts that it needs.

    The page has `POLICY`, `PAGE_STYLE` and `maps_style()`, and one such part.

    Parameters
    ----------
    drawn : what is drawn
    large : name of the layer that is large at first; without it all maps are of one size
    """
    # Texts from the table can't close the tag they stand in: JSON knows another way to write "<".
    drawing = drawn.json.replace("<", r"\u003c")
    chosen = "" if large is None else f' data-large="{html.escape(large)}"'
    return f"""<div id="maps"{chosen}></div>
<script id="drawing" type="application/json">{drawing}</script>
<script>{_inside_a_tag(PLOTLY_JS.read_text(encoding="utf-8"))}</script>
<script>{_inside_a_tag(maps_script() + START)}</script>"""


def _inside_a_tag(script: str) -> str:
    """Keep a script from closing the tag it stands in."""
    return script.replace("</script", r"<\/script")
