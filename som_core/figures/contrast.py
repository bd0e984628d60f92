"""What makes the chosen rows different, as bars."""

import pandas as pd
import plotly.graph_objects as go

from som_core.drawing.palette import GRID, HIGHER, LOWER
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import safe_plotly, short_label

BAR_HEIGHT = 24  # pixels on the screen


def contrast_figure(contrast: pd.DataFrame, most: int = 15) -> go.Figure:
    """Draw the largest effects of a contrast, the largest on top; the hover says it in words.

    Parameters
    ----------
    contrast : DataFrame as `som_core.analyses.differences.contrast` returns
    most : how many columns to draw; those without an effect size are left out
    """
    shown = contrast[contrast["effect"].notna()].head(most)
    names = [
        short_label(f"{column}: {level}" if kind == "category" else column)
        for column, level, kind in zip(shown["column"], shown["level"], shown["kind"], strict=True)
    ]
    bars = go.Bar(
        x=shown["effect"],
        y=list(range(len(shown))),  # places, not names: two columns may be shortened to one name
        orientation="h",
        marker={"color": [HIGHER if effect >= 0 else LOWER for effect in shown["effect"]]},
        customdata=shown["column"].tolist(),
        hovertext=[safe_plotly(sentence) for sentence in shown["in_words"]],
        hoverinfo="text",
    )
    return go.Figure(
        bars,
        {
            **TRANSPARENT,
            "height": 70 + BAR_HEIGHT * max(len(shown), 1),
            "margin": {"l": 10, "r": 10, "t": 10, "b": 45},
            "bargap": 0.3,
            "xaxis": {
                "title": {"text": "less here  ←  effect size  →  more here"},
                "gridcolor": GRID,
                "zerolinecolor": "gray",
            },
            "yaxis": {
                "tickvals": list(range(len(shown))),
                "ticktext": names,
                "autorange": "reversed",
                "automargin": True,
            },
        },
    )
