"""Of a table that is a random sample: that it is one, and of what."""

import streamlit as st

from som_core.reading import Table
from ui.labels import safe_sentence


def show(table: Table, *, is_counted: bool = False, n_trained: int | None = None) -> None:
    """Say of which table this one is a random sample; nothing where it is none.

    Parameters
    ----------
    is_counted : whether some numbers are of all rows, and called so
    n_trained : rows that trained the map which is shown, if not those of the table
    """
    if table.sample_of is None:
        return
    but = ", but for those of “all rows”" if is_counted else ""
    trained = ""
    if n_trained is not None:
        trained = f" The map was trained on {table.sample_of.trained_in_words(n_trained)}."
    of = safe_sentence(table.sample_of.in_words)
    st.caption(f"All numbers here are of {of}{but}.{trained}")
