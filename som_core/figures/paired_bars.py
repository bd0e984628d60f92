"""One column here and elsewhere: a pair of small histograms, or of bars a level."""

import plotly.graph_objects as go
from numpy.typing import ArrayLike

from som_core.analyses.column_spread import column_spread
from som_core.analyses.ranked_table import RankedColumn
from som_core.drawing.palette import GRID, HIGHER
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import safe_plotly, short_label

_ELSEWHERE = "rgba(128, 128, 128, 0.55)"


def paired_bars(
    column: RankedColumn,
    here: ArrayLike,
    other: ArrayLike | None = None,
    *,
    names: tuple[str, str] = ("here", "elsewhere"),
) -> go.Figure:
    """Draw how a column is spread in a group and in other rows, as shares of each side's rows.

    Parameters
    ----------
    column : RankedColumn
    here : positions in table.frame of the group's rows
    other : positions of the rows to compare with; None: all others
    names : what the sides are called
    """
    spread = column_spread(column, here, other)
    labels, is_level = spread.labels, spread.ends is None
    sides = (spread.here, spread.elsewhere)
    bars = [
        go.Bar(
            x=list(range(len(shares))),
            y=shares,
            name=short_label(name),
            marker={"color": color},
            hovertext=[
                f"{safe_plotly(label)}: {share:.1%} {safe_plotly(name)}"
                for label, share in zip(labels, shares, strict=True)
            ],
            hoverinfo="text",
        )
        for shares, name, color in zip(sides, names, (HIGHER, _ELSEWHERE), strict=True)
    ]
    places = list(range(len(labels))) if is_level else [0, len(labels) - 1]
    ends = [short_label(label) for label in spread.ends or labels]
    layout = {
        **TRANSPARENT,
        "height": 160,
        "margin": {"l": 40, "r": 10, "t": 5, "b": 30},
        "barmode": "group" if is_level else "overlay",
        "bargap": 0.25 if is_level else 0.0,
        "legend": {"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        "xaxis": {"tickvals": places, "ticktext": ends, "automargin": True},
        "yaxis": {"tickformat": ".0%", "gridcolor": GRID, "nticks": 4},
    }
    return go.Figure(bars, layout)  # at once: to update it later takes twice as long
