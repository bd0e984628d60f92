"""The script and the style sheet that draw a document, put together from the files beside this one.

Each file of `scripts` is a JavaScript module that imports only those before it. On a page they are
one script: what a module imports is there already, so its imports and exports are left out.
"""

import re
from collections.abc import Set
from pathlib import Path

import plotly

from som_core.drawing.palette import PALETTE_JSON

FOLDER = Path(__file__).parent
MODULES = (
    "geometry",
    "colours",
    "words",
    "layout",
    "regions",
    "overlays",
    "furniture",
    "drags",
    "maps",
    "bins",
    "brush",
)
_OF_MAPS = frozenset(MODULES) - {"bins", "brush"}
_OF_BRUSH = frozenset(MODULES) - {"layout", "drags", "maps"}
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"  # what it draws with
_IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |function |class )", re.MULTILINE)


def maps_script() -> str:
    """Return the script that defines `drawMaps`, which needs Plotly and an element of a page."""
    return _script_of(_OF_MAPS)


def brush_script() -> str:
    """Return the script that defines `drawBrush`, which needs an element of a page."""
    return _script_of(_OF_BRUSH)


def _script_of(modules: Set[str]) -> str:
    names = [name for name in MODULES if name in modules]
    sources = [(FOLDER / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in names]
    return "\n".join([f"const PALETTE = {PALETTE_JSON.strip()};", *map(plain_script, sources)])


def plain_script(module: str) -> str:
    """Return a module as a part of the script that holds all that it imports."""
    return _EXPORT.sub("", _IMPORT.sub("", module))


def maps_style() -> str:
    """Return the style sheet of the maps."""
    return (FOLDER / "maps.css").read_text(encoding="utf-8")
