"""The panel “Columns”: which of them the map knows, and how its planes are to be shown."""

import streamlit as st

from som_core.analyses.column_importance import importance_in_words
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import joined_columns, planes
from ui.sections.panels.panel import Panel
from ui.tables import counted_from_1, table_height

LONGEST_SENTENCE = 600


def show(view: MapView) -> None:
    """Rank the columns by what the map knows of them, in words and as a table."""
    st.subheader("Which columns the map knows", anchor=False)
    for sentence in importance_in_words(view.importance):
        st.markdown(safe_label(sentence, LONGEST_SENTENCE))
    planes.show_choices()
    number = st.column_config.NumberColumn
    st.dataframe(
        counted_from_1(view.importance)[["column", "explained", "p", "share_of_distance"]],
        height=table_height(len(view.importance), at_most=420),
        placeholder="",
        alt="What the map knows of each column",
        column_config={
            "_index": number("Rank", width=45),
            "column": st.column_config.TextColumn("Column", width=125),
            "explained": st.column_config.ProgressColumn(
                "Known (ε²)",
                format="%.2f",
                min_value=0.0,
                max_value=1.0,
                width=95,
                help="Which share of the column's differences lies between cells and not within "
                "them: 1 where the rows of each cell are alike, 0 where they are as if shuffled "
                "(by chance a little below). Empty where all rows have the same value, or too few "
                "have one.",
            ),
            "p": number(
                "p",
                format="%.3f",
                width=55,
                help="How often shuffled values are in as good an order. Empty where the column "
                "shaped the map, as it is in order by construction, and where all rows have the "
                "same value.",
            ),
            "share_of_distance": number(
                "Distance",
                format="percent",
                width=65,
                help="The part that a column which shaped the map has in all distances. A large "
                "part with little known is noise that costs room on the map.",
            ),
        },
    )

    joined_columns.show(view)


PANEL = Panel("columns", "Columns", show)
