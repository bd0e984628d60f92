"""One column here and elsewhere: a pair of small histograms, or of bars a level."""

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from som_core.analyses.ranked_table import CodedLevels, RankedColumn
from som_core.drawing.palette import GRID, HIGHER
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import safe_plotly, short_label
from som_core.wording import as_date, number

BINS = 24
MOST_LEVELS = 8
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
    rows = np.asarray(here, dtype=np.int64)
    n_rows = len(column.places)
    others = np.setdiff1d(np.arange(n_rows), rows) if other is None else np.asarray(other, np.int64)
    if isinstance(column, CodedLevels):
        labels, sides = _level_shares(column, rows, others)
    else:
        edges = np.histogram_bin_edges(column.values[~np.isnan(column.values)], BINS)
        write = as_date if column.kind == "date" else number
        labels = [f"{write(a)} to {write(b)}" for a, b in pairwise(edges)]
        sides = [_shares(np.histogram(column.values[side], edges)[0]) for side in (rows, others)]
    figure = go.Figure()
    for shares, name, color in zip(sides, names, (HIGHER, _ELSEWHERE), strict=True):
        figure.add_bar(
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
    is_level = isinstance(column, CodedLevels)
    places = list(range(len(labels))) if is_level else [0, len(labels) - 1]
    ends = [short_label(label) for label in labels] if is_level else _ends(labels)
    return figure.update_layout(
        **TRANSPARENT,
        height=160,
        margin={"l": 40, "r": 10, "t": 5, "b": 30},
        barmode="group" if is_level else "overlay",
        bargap=0.25 if is_level else 0.0,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        xaxis={"tickvals": places, "ticktext": ends, "automargin": True},
        yaxis={"tickformat": ".0%", "gridcolor": GRID, "nticks": 4},
    )


def _ends(labels: list[str]) -> list[str]:
    return [safe_plotly(labels[0].split(" to ")[0]), safe_plotly(labels[-1].split(" to ")[1])]


def _shares(counts: np.ndarray) -> np.ndarray:
    return counts / max(counts.sum(), 1)


def _level_shares(
    column: CodedLevels, here: np.ndarray, elsewhere: np.ndarray
) -> tuple[list[str], list[np.ndarray]]:
    """Return the most frequent levels and “other”, and their shares on both sides."""
    often = np.argsort(-column.counts, kind="stable")[:MOST_LEVELS]
    sides = []
    for side in (here, elsewhere):
        counts = np.bincount(column.codes[side] + 1, minlength=len(column.levels) + 1)[1:]
        sides.append(_shares(np.append(counts[often], counts.sum() - counts[often].sum())))
    labels = [*(column.levels[place] for place in often), "other"]
    last = len(labels) if len(column.levels) > MOST_LEVELS else len(labels) - 1
    return labels[:last], [shares[:last] for shares in sides]
