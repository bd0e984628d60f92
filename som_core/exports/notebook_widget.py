"""The linked maps as a widget for notebooks; it needs anywidget, so only `notebook` imports it."""

from pathlib import Path

import anywidget
import traitlets

from som_core.drawing.script import PLOTLY_JS, maps_script, maps_style, plain_script
from som_core.errors import AtlasError

ADAPTER = Path(__file__).parent / "notebook.js"


def notebook_module() -> str:
    """Return the JavaScript module that draws the widget; it holds all it needs (about 5 MB)."""
    # Plotly is run as on a page without a loader of modules, whatever the notebook has.
    plotly = f"""if (!window.Plotly) (function (define, module, exports) {{
{PLOTLY_JS.read_text(encoding="utf-8")}
}}).call(window);"""
    return "\n".join([plotly, maps_script(), plain_script(ADAPTER.read_text(encoding="utf-8"))])


class LinkedMaps(anywidget.AnyWidget):
    """Linked maps in a notebook, of `som_core.linked_maps`.

    `selected` has the nodes (y * width + x) that are selected, in order: read it, set it, or
    `observe` it. `large` is the name of the large map.
    """

    _esm = notebook_module()
    _css = maps_style()
    drawing = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int().tag(sync=True)
    large = traitlets.Unicode().tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self, *, n_nodes: int, drawing: str, selected: list[int], large: str, height: int
    ) -> None:
        self._n_nodes = n_nodes
        super().__init__(drawing=drawing, selected=selected, large=large, height=height)

    @traitlets.validate("selected")
    def _checked(self, proposal: dict[str, list[int]]) -> list[int]:
        nodes = sorted(set(proposal["value"]))
        unknown = [node for node in nodes if not 0 <= node < self._n_nodes]
        if unknown:
            raise AtlasError(
                f"There is no node {unknown[0]}: those of this map are 0 to {self._n_nodes - 1}."
            )
        return nodes
