"""Maps drawn from layers, one or many side by side, for reports, scripts and static pages."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from som_core.figures.cells import Raster, raster
from som_core.figures.style import EMPTY_CELL, SEQUENTIAL, TRANSPARENT, category_colors
from som_core.figures.text import safe_plotly, short_label
from som_core.geometry.lattice import coordinates
from som_core.layers.layer import Layer
from som_core.trained_map import TrainedMap

MAP_WIDTH = 240  # pixels on the screen: what a map has in three columns on a common page
TITLE_HEIGHT = 30
COLOR_BAR_SHARE = 0.25  # of a map's width


def map_figure(m: TrainedMap, layer: Layer) -> go.Figure:
    """Draw one layer; the points of the figure carry the node in `customdata`."""
    figure = maps_figure(m, [layer], columns=1)
    return figure.update_layout(height=min(2 * figure.layout.height, 600))


def maps_figure(m: TrainedMap, layers: Sequence[Layer], columns: int = 3) -> go.Figure:
    """Draw layers side by side, each with a colour scale of its own.

    Cells are hexagons or squares as on the lattice. Cells without a value are grey, so that they
    can't be taken for low ones. The hover says the cell, its value and its number of rows.
    """
    cells = raster(m.height, m.width, m.lattice)
    n_lines = max(-(-len(layers) // columns), 1)
    shape = np.ptp(cells.y) / max(np.ptp(cells.x), 1)
    line_height = TITLE_HEIGHT + float(np.clip(shape * MAP_WIDTH, 0.4 * MAP_WIDTH, 2 * MAP_WIDTH))
    figure = go.Figure(
        layout={
            **TRANSPARENT,
            "height": line_height * n_lines,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
            "showlegend": False,
            "hovermode": "closest",
            "hoverdistance": -1,  # the nearest centre, however far: that of the cell pointed at
        }
    )
    for number, layer in enumerate(layers):
        line, column = divmod(number, columns)
        across = column / columns, (column + 1 - COLOR_BAR_SHARE) / columns
        up = 1 - (line + 1) / n_lines, 1 - (line + TITLE_HEIGHT / line_height) / n_lines
        values, colors = _scale(layer)
        suffix = str(number + 1) if number else ""
        figure.add_traces(_traces(m, layer, values, cells, suffix))
        figure.update_layout(_frame(layer, colors, across, up, suffix))
        figure.add_annotation(
            text=short_label(layer.name),
            x=(across[0] + across[1]) / 2,
            y=up[1],
            xref="paper",
            yref="paper",
            xanchor="center",
            yanchor="bottom",
            showarrow=False,
        )
    return figure


def _frame(
    layer: Layer, colors: dict, across: tuple[float, float], up: tuple[float, float], suffix: str
) -> dict:
    """Return the axes of one map and its colour bar, within these shares of the figure."""
    bar = {
        "title": {"text": short_label(layer.unit), "side": "right"},
        "x": across[1],
        "y": (up[0] + up[1]) / 2,
        "len": 0.9 * (up[1] - up[0]),
        "thickness": 10,
        "outlinewidth": 0,
    }
    hidden = {"visible": False, "constrain": "domain"}
    return {
        f"xaxis{suffix}": {"domain": across, "anchor": f"y{suffix}", **hidden},
        f"yaxis{suffix}": {
            "domain": up,
            "anchor": f"x{suffix}",
            "scaleanchor": f"x{suffix}",
            "autorange": "reversed",
            **hidden,
        },
        f"coloraxis{suffix}": {**colors, "colorbar": {**colors["colorbar"], **bar}},
    }


def _scale(layer: Layer) -> tuple[NDArray[np.float64], dict]:
    """Return each node's number, NaN where the cell is empty, and how numbers become colours."""
    if layer.kind == "category":
        return _category_scale(layer)
    values = np.asarray(layer.values, dtype=float)
    if layer.kind == "count":
        values = np.where(values > 0, values, np.nan)
    shown = values[np.isfinite(values)]
    low, high = (shown.min(), shown.max()) if len(shown) else (0, 1)
    if low == high:  # a scale needs two ends
        low, high = low - 0.5, high + 0.5
    return values, {"colorscale": SEQUENTIAL, "cmin": low, "cmax": high, "colorbar": {}}


def _category_scale(layer: Layer) -> tuple[NDArray[np.float64], dict]:
    labels = layer.values.ravel()
    levels = sorted({label for label in labels if label is not None}, key=str)
    code = {level: place for place, level in enumerate(levels)}
    values = np.array([code.get(label, np.nan) for label in labels], dtype=float)
    n_levels = max(len(levels), 1)
    steps = []
    for place, color in enumerate(category_colors(n_levels)):
        steps += [[place / n_levels, color], [(place + 1) / n_levels, color]]
    return values.reshape(layer.values.shape), {
        "colorscale": steps,
        "cmin": -0.5,
        "cmax": n_levels - 0.5,
        "colorbar": {
            "tickvals": list(range(len(levels))),
            "ticktext": [short_label(level) for level in levels],
        },
    }


def _traces(
    m: TrainedMap, layer: Layer, values: NDArray[np.float64], cells: Raster, suffix: str
) -> list[go.Heatmap | go.Scatter]:
    """Return the grey of empty cells, the colours of the others, and points that can be hovered."""
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    pixels = {"x": cells.x, "y": cells.y, "hoverinfo": "skip", **axes}
    empty = cells.paint(np.isnan(values)) == 1
    places = coordinates(m.height, m.width, m.lattice)
    return [
        go.Heatmap(
            z=empty.astype(np.uint8),
            zmin=0,
            zmax=1,
            colorscale=[[0, "rgba(0, 0, 0, 0)"], [1, EMPTY_CELL]],
            showscale=False,
            **pixels,
        ),
        go.Heatmap(z=cells.paint(values), coloraxis=f"coloraxis{suffix}", **pixels),
        go.Scatter(
            x=places[:, 0],
            y=places[:, 1],
            mode="markers",
            marker={"opacity": 0},
            customdata=np.arange(len(places)),
            hovertext=_hover(m, layer),
            hoverinfo="text",
            **axes,
        ),
    ]


def _hover(m: TrainedMap, layer: Layer) -> list[str]:
    name = short_label(layer.name)
    lines = []
    for node, (value, hits) in enumerate(zip(layer.values.ravel(), m.hits.ravel(), strict=True)):
        rows = "1 row" if hits == 1 else f"{hits:,} rows"
        lines.append(f"{name}: {_value_in_words(layer, value)}<br>cell {node}, {rows}")
    return lines


def _value_in_words(layer: Layer, value: object) -> str:
    if layer.kind == "category":
        return "none" if value is None else short_label(value)
    if np.isnan(value):
        return "none"
    if layer.kind == "count":
        return f"{value:,.0f}"
    return f"{value:.4g} {safe_plotly(layer.unit)}".rstrip()
