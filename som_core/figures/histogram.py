"""How a column is distributed, before and after the recipe."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from som_core.drawing.palette import GRID, HIGHER, LOWER
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import short_label

BINS = 30


def histogram_figure(
    before: NDArray[np.float64], after: NDArray[np.float64], *, unit: str = "as read"
) -> go.Figure:
    """Draw two histograms side by side: values as they were read, and as the map sees them.

    Parameters
    ----------
    before, after : numbers; missing and infinite ones are left out
    unit : title of the axis of `before`, such as the column's name
    """
    figure = go.Figure()
    for place, (values, color) in enumerate([(before, LOWER), (after, HIGHER)]):
        count, edges = binned(values)
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=count,
            width=np.diff(edges),
            marker={"color": color},
            customdata=np.column_stack([edges[:-1], edges[1:]]),
            hovertemplate=(
                "%{customdata[0]:.4g} to %{customdata[1]:.4g}: %{y} rows<extra></extra>"
            ),
            xaxis=f"x{place + 1}" if place else "x",
            yaxis=f"y{place + 1}" if place else "y",
        )
    rows = {"gridcolor": GRID, "rangemode": "tozero"}
    return figure.update_layout(
        **TRANSPARENT,
        height=220,
        margin={"l": 45, "r": 10, "t": 10, "b": 45},
        showlegend=False,
        bargap=0,
        xaxis={"domain": [0, 0.46], "title": {"text": short_label(unit)}},
        yaxis={"title": {"text": "rows"}, **rows},
        xaxis2={"domain": [0.54, 1], "title": {"text": "as the map sees it"}, "anchor": "y2"},
        yaxis2={"anchor": "x2", **rows},
    )


def binned(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return how many values lie in each of 30 equal bins, and the 31 edges; only finite ones."""
    values = np.asarray(values, dtype=float)
    return np.histogram(values[np.isfinite(values)], bins=BINS)
