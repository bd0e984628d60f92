"""The analysis of a map as a report: what stands on it, and the file."""

from collections.abc import Callable

import streamlit as st

from som_core.analysis import Analysis
from som_core.exports.report import PARTS, report
from ui.downloads import download

LONGEST = 200  # letters of title and author


def show(name: str, made: Callable[[], Analysis]) -> None:
    """Let the analyst choose what the report of a map holds, and offer it.

    Parameters
    ----------
    name : of the table, the title at first
    made : returns the analysis once it is asked for
    """
    st.caption(
        "One HTML file to send on or to print: it opens in any browser, without this server, and "
        "fetches nothing."
    )
    # Live, so that the file has what was typed last, too.
    title = st.text_input("Title", name, max_chars=LONGEST, live=True)
    author = st.text_input("Author", max_chars=LONGEST, live=True)
    parts = st.pills(
        "Parts",
        list(PARTS),
        selection_mode="multi",
        default=list(PARTS),
        format_func=PARTS.__getitem__,
    )
    include_rows = st.toggle(
        "Values of single rows",
        value=True,
        help="Typical rows, means of cells, what sets groups of a few rows apart, and what was "
        "noticed in single cells. Switch it off where rows are people.",
    )
    download(
        "Save the report",
        lambda: report(
            made(),
            title=title or "",
            author=author or "",
            include_rows=include_rows,
            parts=tuple(parts),
        ),
        "report.html",
    )
