"""Groups beside each other in all columns: a heat table, and profile lines."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from som_core.drawing.palette import AROUND_MIDDLE, GRID
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import label_in_lines, safe_plotly, short_label

ROW_HEIGHT, LEGEND_LINE = 30, 20  # pixels


def group_heat(profiles: pd.DataFrame) -> go.Figure:
    """Draw where each group lies in each column: groups down, columns across, the middle pale.

    Parameters
    ----------
    profiles : DataFrame as `group_profiles` returns, from 0 to 1
    """
    heat = go.Heatmap(
        z=profiles.to_numpy(),
        x=list(range(profiles.shape[1])),
        y=list(range(len(profiles))),
        zmin=0,
        zmax=1,
        colorscale=AROUND_MIDDLE,
        xgap=1,
        ygap=1,
        hovertext=[
            [
                f"{safe_plotly(group)}<br>{_in_words(str(column), value)}"
                for column, value in line.items()
            ]
            for group, line in profiles.iterrows()
        ],
        hoverinfo="text",
        colorbar={
            "title": {"text": "", "side": "right"},
            "tickvals": [0, 0.5, 1],
            "ticktext": ["lowest", "middle", "highest"],
            "thickness": 10,
        },
    )
    return go.Figure(
        heat,
        {
            **TRANSPARENT,
            "height": 150 + ROW_HEIGHT * len(profiles),
            "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
            "xaxis": {**_ticks(profiles.columns), "tickangle": -40},
            "yaxis": {**_ticks(profiles.index, label_in_lines), "autorange": "reversed"},
        },
    )


def profile_lines(profiles: pd.DataFrame, colours: Sequence[str]) -> go.Figure:
    """Draw one line a group over all columns, from lowest to highest.

    Parameters
    ----------
    profiles : DataFrame as `group_profiles` returns
    colours : of the groups, in their order
    """
    figure = go.Figure()
    for (group, line), colour in zip(profiles.iterrows(), colours, strict=True):
        figure.add_scatter(
            x=list(range(len(line))),
            y=line.to_numpy(),
            mode="lines+markers",
            name=short_label(group),
            line={"color": colour, "width": 2},
            hovertext=[
                f"{safe_plotly(group)}<br>{_in_words(str(column), value)}"
                for column, value in line.items()
            ],
            hoverinfo="text",
        )
    return figure.update_layout(
        **TRANSPARENT,
        height=340 + LEGEND_LINE * (len(profiles) // 3),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02},
        xaxis={**_ticks(profiles.columns), "tickangle": -40, "gridcolor": GRID},
        yaxis={
            "range": [-0.02, 1.02],
            "tickvals": [0, 0.5, 1],
            "ticktext": ["lowest", "middle", "highest"],
            "gridcolor": GRID,
            "automargin": True,
        },
    )


def _ticks(names: pd.Index, label: Callable[[object], str] = short_label) -> dict[str, object]:
    # Places, not names: two columns may be shortened to one name.
    labels = [label(name) for name in names]
    return {"tickvals": list(range(len(names))), "ticktext": labels, "automargin": True}


def _in_words(column: str, value: float) -> str:
    if pd.isna(value):
        return f"{safe_plotly(column)}: fewer than half of its rows have a value"
    if " = " in column:
        return f"{safe_plotly(column)}: {value:.0%} of rows"
    return f"{safe_plotly(column)}: higher than {value:.0%} of all rows on average"
