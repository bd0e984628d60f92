"""How often each level of a category column occurs."""

import pandas as pd
import plotly.graph_objects as go

from som_core.figures.style import GRID_LINE, LOWER, TRANSPARENT
from som_core.figures.text import safe_plotly, short_label

MOST_LEVELS = 15


def levels_figure(column: pd.Series) -> go.Figure:
    """Draw the most frequent levels of a column as bars, the most frequent on top."""
    counts = column.astype("string").value_counts().head(MOST_LEVELS)
    bars = go.Bar(
        x=counts.to_list(),
        y=list(range(len(counts))),  # places, not names: two levels may be shortened to one name
        orientation="h",
        marker={"color": LOWER},
        hovertext=[f"{safe_plotly(level)}: {count:,} rows" for level, count in counts.items()],
        hoverinfo="text",
    )
    return go.Figure(
        bars,
        {
            **TRANSPARENT,
            "height": 260,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 45},
            "xaxis": {"title": {"text": "rows"}, "gridcolor": GRID_LINE},
            "yaxis": {
                "tickvals": list(range(len(counts))),
                "ticktext": [short_label(level) for level in counts.index],
                "autorange": "reversed",
                "automargin": True,
            },
        },
    )
