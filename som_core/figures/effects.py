"""How much columns differ between a group and other rows: bars with their intervals."""

import pandas as pd
import plotly.graph_objects as go

from som_core.analyses.explanation import BY_KEY, CHOSEN_BY, SHAPED
from som_core.drawing.palette import GRID, HIGHER, LOWER
from som_core.figures.style import TRANSPARENT
from som_core.figures.text import safe_plotly, short_label

BAR_HEIGHT = 24  # pixels on the screen
DOUBTED = "?"  # stands behind a q that says little
_PALE = 0.45  # of columns that shaped the map: they differ by construction
_LONGEST_NAME = 22  # letters, so that bars have room in a narrow panel
_NOTE_SIZE, _NOTE_WIDTH = 11, 95  # pixels


def effects_figure(effects: pd.DataFrame, most: int = 8) -> go.Figure:
    """Draw the largest differences of an explanation, the largest on top, with 95 % intervals.

    Behind each bar stands its q, or why it has none. Bars of columns that shaped the map are pale;
    the hover says each in words.

    Parameters
    ----------
    effects : DataFrame as `Explanation.effects`
    most : how many columns to draw
    """
    shown = effects.head(most)
    names = [
        short_label(column if pd.isna(level) else f"{column}: {level}", _LONGEST_NAME)
        for column, level in zip(shown["column"], shown["level"], strict=True)
    ]
    notes = [_note(q, caution) for q, caution in zip(shown["q"], shown["caution"], strict=True)]
    hover = [
        f"{safe_plotly(words)}{f'<br>{safe_plotly(caution)}' if caution else ''}"
        for words, caution in zip(shown["in_words"], shown["caution"], strict=True)
    ]
    delta, low, high = (shown[name].to_numpy(dtype=float) for name in ("delta", "low", "high"))
    bars = {
        "type": "bar",
        "x": delta,
        "y": list(range(len(shown))),  # places: two columns may be shortened to one name
        "orientation": "h",
        "marker": {
            "color": [HIGHER if one >= 0 else LOWER for one in delta],
            "opacity": [_PALE if one else 1.0 for one in shown["trained"].fillna(False)],
        },
        "error_x": {
            "type": "data",
            "array": high - delta,
            "arrayminus": delta - low,
            "thickness": 1.2,
            "width": 3,
            "color": "gray",
        },
        "customdata": shown["column"].tolist(),
        "hovertext": hover,
        "hoverinfo": "text",
    }
    return go.Figure(
        bars,
        {
            **TRANSPARENT,
            "height": 60 + BAR_HEIGHT * max(len(shown), 1),
            "margin": {"l": 10, "r": _NOTE_WIDTH if any(notes) else 10, "t": 5, "b": 40},
            "bargap": 0.3,
            "annotations": [
                {
                    "text": note,
                    "x": 1,
                    "xref": "paper",
                    "xanchor": "left",
                    "xshift": 6,
                    "y": place,
                    "showarrow": False,
                    "font": {"size": _NOTE_SIZE},
                }
                for place, note in enumerate(notes)
                if note
            ],
            "xaxis": {
                "title": {"text": "less here  ←  difference  →  more here"},
                "range": [-1.05, 1.05],
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


def _note(q: float, caution: str) -> str:
    """Return what stands behind a bar: the q, marked where it is doubted, or why there is none."""
    if caution in (SHAPED, CHOSEN_BY, BY_KEY):
        return caution
    if pd.isna(q):
        return ""
    told = "q < 0.001" if q < 0.001 else f"q {q:.2g}" if q < 0.1 else f"q {q:.2f}"
    return safe_plotly(f"{told} {DOUBTED}" if caution else told)
