"""The analysis of a map as a report: what stands on it, and the file."""

from functools import partial

import streamlit as st

from som_core.analysis import Analysis
from som_core.exports.report import PARTS, report
from som_core.preparation import prepare
from ui import session, shown_groups
from ui.downloads import download
from ui.map_view import MapView
from ui.shown_groups import ShownGroups
from workspace.maps import SavedMap
from workspace.store import Workspace

STOPPED = "The training was stopped early."
LONGEST = 200  # letters of title and author


@st.dialog("Report")
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
    shown = shown_groups.of(MapView.of(saved))
    download(
        "Save the report",
        partial(
            _report,
            session.current().workspace,
            saved,
            shown,
            title=title or "",
            author=author or "",
            include_rows=include_rows,
            parts=tuple(parts),
        ),
        "report.html",
    )


def _report(
    workspace: Workspace,
    saved: SavedMap,
    shown: ShownGroups | None,
    *,
    title: str,
    author: str,
    include_rows: bool,
    parts: tuple[str, ...],
) -> str:
    table = workspace.table(saved.source)
    analysis = Analysis(
        table=table,
        recipe=saved.recipe,
        prepared=prepare(table, saved.recipe),
        settings=saved.settings,
        map=workspace.trained_map(saved),
        regions=None if shown is None else shown.regions,
        groups=workspace.groups(saved.source),
        notes=() if saved.complete else (STOPPED,),
        colours=() if shown is None else shown.colours,
    )
    return report(
        analysis,
        title=title,
        author=author,
        include_rows=include_rows,
        parts=parts,
    )
