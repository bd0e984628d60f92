"""What a visitor sees first: what this is, what they will get, and the two ways to a table."""

from pathlib import Path

import streamlit as st

from ui.sections import table_sources

ASSETS = Path(__file__).parents[1] / "assets"


def show() -> None:
    """Say what the product makes of a table, and show it."""
    said, seen = st.columns([1.25, 1], gap="large", vertical_alignment="center")
    with said:
        st.title("SOM Atlas")
        st.markdown(
            "##### Your table as a map: rows that are alike lie side by side, and you see which "
            "groups there are, what makes them, and which rows fit nowhere."
        )
        st.write("Start with a table: one row for each thing, one column for each property of it.")
    with seen:
        theme = "dark" if st.context.theme.type == "dark" else "light"
        st.image(
            ASSETS / f"example-{theme}.png",
            output_format="PNG",
            alt="A table as maps: a large one, and small ones of single columns beside it",
        )
    table_sources.show()
