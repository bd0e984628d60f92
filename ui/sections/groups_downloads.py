"""Groups to take home: the whole table with them, and what makes each of them different."""

import pandas as pd
import streamlit as st

from som_core.analyses.asked_columns import asked_columns
from som_core.analyses.explanation import Explanation, explain_all
from som_core.analyses.row_groups import COLUMNS_ADDED, row_groups
from som_core.errors import AtlasError
from som_core.exports.differences import all_differences, all_differences_workbook
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.exports.workbook import check_fits, parquet, workbook
from ui import session
from ui.downloads import download, file_of
from ui.labels import safe_sentence
from ui.listed_groups import ListedGroup
from ui.map_view import MapView
from ui.shown_groups import ShownGroups


def show_table(view: MapView, shown: ShownGroups) -> None:
    """Offer the whole table with groups."""
    workspace, saved, source = session.current().workspace, view.saved, view.source
    regions = shown.regions

    def whole() -> pd.DataFrame:
        table, m = workspace.table(source), workspace.trained_map(saved)
        return row_groups(m, regions, table, sets=workspace.groups(saved.source))

    is_sample = view.table.sample_of is not None
    st.markdown(f"**The whole {'sample' if is_sample else 'table'} with groups**")
    st.caption(
        "Every row in its place, with group, cell, distance, margin, and yes or no for each set."
    )
    refused = _refused_by_excel(view)
    with st.container(horizontal=True):
        download("CSV", lambda: spreadsheet_csv(whole()), file_of(view.table, "groups.csv"))
        if not refused:
            download(
                "Excel", lambda: workbook({"Rows": whole()}), file_of(view.table, "groups.xlsx")
            )
        download("Parquet", lambda: parquet(whole()), file_of(view.table, "groups.parquet"))
    if refused:
        st.caption(refused)


def show_differences(view: MapView, groups: tuple[ListedGroup, ...]) -> None:
    """Offer what makes each group different from all other rows."""
    workspace, saved, source = session.current().workspace, view.saved, view.source
    rows = {group.name: group.rows for group in groups}

    def explained() -> dict[str, Explanation]:
        table = workspace.table(source)
        drawn_by = {
            group.name: asked_columns(table, group.rows, group.kept.recipe.step)
            for group in groups
            if group.kept is not None
        }
        among = workspace.trained_map(saved).chosen
        return explain_all(table, rows, recipe=saved.recipe, drawn_by=drawn_by, among=among)

    st.markdown("**What makes each group different**")
    st.caption("Every column of every group against all other rows: effects, intervals, and q.")
    with st.container(horizontal=True):
        download(
            "CSV",
            lambda: spreadsheet_csv(all_differences(explained())),
            file_of(view.table, "differences.csv"),
            key="all differences.csv",
        )
        download(
            "Excel",
            lambda: all_differences_workbook(explained()),
            file_of(view.table, "differences.xlsx"),
            key="all differences.xlsx",
        )


def _refused_by_excel(view: MapView) -> str:
    """Return why the whole table can't be an Excel sheet; "" if it can."""
    n_rows, n_columns = view.table.frame.shape
    n_sets = len(session.current().workspace.groups(view.saved.source))
    try:
        check_fits("The table", n_rows, n_columns + COLUMNS_ADDED + n_sets)
    except AtlasError as problem:
        return safe_sentence(str(problem))
    return ""
