"""The analysis of a map as a report: what stands on it, and the file."""

import streamlit as st

from som_core.exports.report import PARTS, report
from ui.downloads import download
from ui.map_view import MapView
from ui.whole_analysis import whole_analysis
from workspace.maps import SavedMap

LONGEST = 200  # letters of title and author


def show(saved: SavedMap) -> None:
    """Let the analyst choose what the report of a map holds, and offer it."""
    st.caption(
        "One HTML file to send on or to print: it opens in any browser, without this server, and "
        "fetches nothing."
    )
    # Live, so that the file has what was typed last, too.
    title = st.text_input("Title", saved.source.name, max_chars=LONGEST, live=True)
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
    made = whole_analysis(MapView.of(saved))
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
