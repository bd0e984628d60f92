"""A map drawn among its rows: the nodes as a net in the plane of two features, beside K-means."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from som_core.drawing.palette import LOWER, ROWS
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import safe_plotly
from som_core.geometry.lattice import neighbours
from som_core.settings import MapSettings
from som_core.wording import cell_in_words

ROW_STYLE = {"size": 5, "color": ROWS}


def net_figure(
    points: NDArray[np.float64],
    codebook: NDArray[np.float64],
    settings: MapSettings,
    *,
    axes: tuple[str, str],
) -> go.Figure:
    """Draw the rows as points and the map as a net of nodes, each tied to its neighbours.

    Parameters
    ----------
    points : array of shape (n_rows, 2)
    codebook : array of shape (height, width, 2), in the same units as the points
    settings : MapSettings
        Gives the lattice, and so which nodes are neighbours.
    axes : the two features' names
    """
    nodes = codebook.reshape(-1, 2)
    beside = neighbours(settings.height, settings.width, settings.lattice, toroid=settings.toroid)
    start, column = np.nonzero(beside > np.arange(len(nodes))[:, None])  # each tie once
    end = beside[start, column]
    ties = np.full((3 * len(start), 2), np.nan)  # NaN lifts the pen between two ties
    ties[0::3], ties[1::3] = nodes[start], nodes[end]
    figure = _scatter(points, axes)
    figure.add_scatter(
        x=ties[:, 0],
        y=ties[:, 1],
        mode="lines",
        line={"color": LOWER, "width": 1.2},
        hoverinfo="skip",
        name="neighbours on the map",
    )
    figure.add_scatter(
        x=nodes[:, 0],
        y=nodes[:, 1],
        mode="markers",
        marker={"size": 7, "color": LOWER},
        customdata=np.arange(len(nodes)),
        text=[cell_in_words(node, settings.width) for node in range(len(nodes))],
        hovertemplate="%{text}<extra></extra>",
        name="cells",
    )
    return figure


def centres_figure(
    points: NDArray[np.float64], group: NDArray[np.int64], *, axes: tuple[str, str]
) -> go.Figure:
    """Draw the rows as points and the middle of each group of K-means as a cross.

    Parameters
    ----------
    points : array of shape (n_rows, 2)
    group : array of shape (n_rows,), the group of each row, from 0
    axes : the two features' names
    """
    centres = np.array([points[group == one].mean(axis=0) for one in np.unique(group)])
    figure = _scatter(points, axes)
    figure.add_scatter(
        x=centres[:, 0],
        y=centres[:, 1],
        mode="markers",
        marker={"size": 14, "color": LOWER, "symbol": "x"},
        customdata=np.arange(len(centres)),
        hovertemplate="centre %{customdata}<extra></extra>",
        name="centres",
    )
    return figure


def _scatter(points: NDArray[np.float64], axes: tuple[str, str]) -> go.Figure:
    x_name, y_name = (safe_plotly(name) for name in axes)
    figure = go.Figure(layout=TRANSPARENT)
    figure.add_scatter(
        x=points[:, 0], y=points[:, 1], mode="markers", marker=ROW_STYLE, name="rows"
    )
    figure.update_layout(
        height=380,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        xaxis_title=x_name,
        yaxis_title=y_name,
        legend={"orientation": "h", "y": 1.08},
    )
    return figure
