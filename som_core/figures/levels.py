"""How often each level of a category column occurs."""

from itertools import islice

import pandas as pd
import plotly.graph_objects as go

from som_core.columns.levels import level_counts
from som_core.drawing.palette import GRID, level_colours
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import safe_plotly, short_label

MOST_LEVELS = 15


def levels_figure(column: pd.Series) -> go.Figure:
    """Draw the most frequent levels of a column as bars, the most frequent on top.

    Each has the colour that it has on the maps.
    """
    counts = dict(islice(level_counts(column).items(), MOST_LEVELS))
    bars = go.Bar(
        x=list(counts.values()),
        y=list(range(len(counts))),  # places, not names: two levels may be shortened to one name
        orientation="h",
        marker={"color": list(level_colours(counts).values())},
        hovertext=[f"{safe_plotly(level)}: {count:,} rows" for level, count in counts.items()],
        hoverinfo="text",
    )
    return go.Figure(
        bars,
        {
            **TRANSPARENT,
            "height": 260,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 45},
            "xaxis": {"title": {"text": "rows"}, "gridcolor": GRID},
            "yaxis": {
                "tickvals": list(range(len(counts))),
                "ticktext": [short_label(level) for level in counts],
                "autorange": "reversed",
                "automargin": True,
            },
        },
    )
