"""How a map got better while it was trained."""

from collections.abc import Sequence

import plotly.graph_objects as go

from som_core.drawing.palette import GRID, HIGHER
from som_core.figures.style import TRANSPARENT
from som_core.trained_map import HistoryPoint


def training_figure(history: Sequence[HistoryPoint]) -> go.Figure:
    """Draw the quantization error by epoch; the hover adds the seconds since the start."""
    curve = go.Scatter(
        x=[point.epoch for point in history],
        y=[point.quantization_error for point in history],
        customdata=[point.seconds for point in history],
        mode="lines+markers" if len(history) < 50 else "lines",
        line={"color": HIGHER, "width": 2},
        hovertemplate=(
            "epoch %{x:.3g}<br>quantization error %{y:.4g}<br>after %{customdata:.1f} s"
            "<extra></extra>"
        ),
    )
    return go.Figure(
        curve,
        {
            **TRANSPARENT,
            "height": 260,
            "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
            "xaxis": {"title": {"text": "epoch"}, "gridcolor": GRID, "zeroline": False},
            "yaxis": {
                "title": {"text": "quantization error"},
                "gridcolor": GRID,
                "zeroline": False,
            },
        },
    )
