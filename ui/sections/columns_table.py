"""Every column at a glance: kind, gaps, spread, outliers, and a small histogram."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from som_core.profiling import ColumnProfile
from ui.tables import table_height


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
    number = st.column_config.NumberColumn
    st.dataframe(
        pd.DataFrame(lines),
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
            "outliers": number(
                "Outliers",
                width="small",
                help="Values beyond 1.5 interquartile ranges from the quartiles (Tukey, 1977).",
            ),
            "different": number("Distinct", width="small", help="How many different values."),
            "mean": number("Mean", format="%.4g"),
            "spread": number("Spread", format="%.4g", help="Standard deviation."),
            "lowest": number("Lowest", format="%.4g"),
            "lower quartile": number("25%", format="%.4g", help="Lower quartile."),
            "median": number("Median", format="%.4g"),
            "upper quartile": number("75%", format="%.4g", help="Upper quartile."),
            "highest": number("Highest", format="%.4g"),
            "most frequent": st.column_config.TextColumn("Most frequent", width=150),
            "why": st.column_config.TextColumn("Why this kind", width=150),
        },
    )
