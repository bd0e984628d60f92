"""Every column at a glance: kind, gaps, spread, outliers, and a small histogram."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from som_core.profiling import ColumnProfile
from som_core.wording import number
from ui.tables import table_height

MEASURES = ["mean", "spread", "lowest", "lower quartile", "median", "upper quartile", "highest"]
SHORT = 8  # letters of a number, for which there is room everywhere
LETTER, PADDING = 7, 16  # pixels


def columns_table(profiles: Sequence[ColumnProfile], labels: Mapping[str, str]) -> None:
    """Show one line a column, which can be sorted by any of its facts.

    Parameters
    ----------
    labels : what the file says of some columns, by their names; where there are any, not all facts
        fit into a narrow window, and the reason stands before numbers
    """
    order = ["column", "label", "kind", "why"] if labels else ["column", "kind"]
    lines = [
        {
            "column": profile.name,
            "label": labels.get(profile.name, ""),
            "kind": profile.kind,
            "shape": profile.histogram.counts if profile.histogram else None,
            "most frequent": ", ".join(profile.top_values),
            "missing": profile.n_missing / max(profile.n_rows, 1),
            "outliers": profile.n_outliers,
            "different": profile.n_unique,
            "mean": profile.mean,
            "spread": profile.std,
            "lowest": profile.minimum,
            "lower quartile": profile.lower_quartile,
            "median": profile.median,
            "upper quartile": profile.upper_quartile,
            "highest": profile.maximum,
            "why": profile.reason,
        }
        for profile in profiles
    ]
    facts = [fact for fact in lines[0] if fact not in ("label", *order)]
    # Widths that together fit into a window of 1280 pixels; a wider one gives each more.
    frame = pd.DataFrame(lines)
    widths = {fact: room(frame[fact].dropna()) for fact in MEASURES}
    of_numbers = st.column_config.NumberColumn
    st.dataframe(
        # As numbers are written everywhere, while columns are sorted by the values themselves.
        frame.style.format(number, subset=MEASURES, na_rep=""),
        hide_index=True,
        height=table_height(len(lines), at_most=420),
        placeholder="",
        alt="Facts about each column",
        column_order=[*order, *facts],
        column_config={
            "column": st.column_config.TextColumn("Column", pinned=True),
            "label": st.column_config.TextColumn(
                "Label", width=150, help="What the file says of the column."
            ),
            "kind": st.column_config.TextColumn("Kind", width="small"),
            "shape": st.column_config.BarChartColumn(
                "Histogram", width=90, help="From the lowest to the highest value.", y_min=0
            ),
            "missing": st.column_config.ProgressColumn(
                "Missing", format="percent", width="small", help="Share of rows without a value."
            ),
            "outliers": of_numbers(
                "Outliers",
                width="small",
                help="Values beyond 1.5 interquartile ranges from the quartiles (Tukey, 1977).",
            ),
            "different": of_numbers("Distinct", width="small", help="How many different values."),
            "mean": of_numbers("Mean", width=widths["mean"]),
            "spread": of_numbers("Spread", width=widths["spread"], help="Standard deviation."),
            "lowest": of_numbers("Lowest", width=widths["lowest"]),
            "lower quartile": of_numbers(
                "25%", width=widths["lower quartile"], help="Lower quartile."
            ),
            "median": of_numbers("Median", width=widths["median"]),
            "upper quartile": of_numbers(
                "75%", width=widths["upper quartile"], help="Upper quartile."
            ),
            "highest": of_numbers("Highest", width=widths["highest"]),
            "most frequent": st.column_config.TextColumn("Most frequent", width=150),
            "why": st.column_config.TextColumn("Why this kind", width=150),
        },
    )


def room(values: Iterable[float]) -> int | None:
    """Return the pixels for the longest number: cut, it would look like another one.

    Where all are short their column is as wide as Streamlit finds: None.
    """
    letters = max((len(number(value)) for value in values), default=0)
    return LETTER * letters + PADDING if letters > SHORT else None
