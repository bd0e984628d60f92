"""Of a map of a random sample: what all rows of the larger table add up to in the chosen cells."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from som_core.analyses.node_aggregates import ExactEffect, NodeAggregates
from som_core.analyses.rows_by_cell import RowsByCell
from som_core.errors import AtlasError
from som_core.files.sample_of import SampleOf
from som_core.reading import Table
from som_core.wording import counted, duration_in_words, listed, share, size_in_words
from ui import counted_rows, session
from ui.labels import safe_label, safe_sentence
from ui.map_view import MapView
from ui.tables import counted_from_1, table_height
from workspace.jobs.kinds.copy_of_all_rows import KIND as COPYING_KIND
from workspace.jobs.kinds.copy_of_all_rows import bytes_of_copy, copy_of, submit_copy
from workspace.jobs.kinds.counting_of_all_rows import KIND as COUNTING_KIND
from workspace.jobs.kinds.counting_of_all_rows import submit_count
from workspace.jobs.queue import Job
from workspace.jobs.status import job_status
from workspace.jobs.submission import cancel

_SECONDS_BETWEEN_LOOKS = 2.0
COUNTING, COPYING = COUNTING_KIND.name, COPYING_KIND.name


def show(view: MapView) -> None:
    """Tell what all rows add up to, or offer to count them; nothing where the table is whole."""
    of = view.table.sample_of
    if of is None or view.saved.parent is not None:
        return
    found = counted_rows.of(view.saved)
    if found is None:
        if not _is_watched(view, COUNTING, "Counting all rows"):
            _offer_count(view, of)
        return
    _tell(view, of, found)
    copy = copy_of(session.current().workspace, view.saved)
    if copy is not None:
        _rows(view, copy)
    elif not _is_watched(view, COPYING, "Copying all rows, sorted by cell"):
        _offer_copy(view, of)


# The jobs -----------------------------------------------------------------------------------------


def _offer_count(view: MapView, of: SampleOf) -> None:
    workspace = session.current().workspace
    if workspace.read_only or not workspace.config.tables:
        return
    st.button(
        f"Count all {counted(of.n_rows, 'row')} on this map",
        icon=":material/functions:",
        help="Reads the whole table once more, on the server: how many of its rows lie in each "
        "cell, and their means and shares, exactly. The map stays as it is.",
        on_click=_ask,
        args=(lambda: submit_count(workspace, view.saved),),
    )


def _offer_copy(view: MapView, of: SampleOf) -> None:
    """Offer the copy where whoever runs the server allows any, and say how much room it takes."""
    workspace, saved = session.current().workspace, view.saved
    if workspace.read_only or not workspace.config.tables or not workspace.config.copy_bytes:
        return
    n_bytes = session.cached(
        ("bytes of a copy", saved.source.key),
        lambda: bytes_of_copy(workspace, saved, of),
        lambda _: 1,
        "Looking how large the rows are …",
    )
    st.button(
        "Copy all rows, sorted by cell",
        icon=":material/content_copy:",
        help="So that all rows behind a cell can be shown, and not only those of the sample. About "
        f"{size_in_words(n_bytes)} on the server, of {size_in_words(workspace.config.copy_bytes)} "
        "that copies in a workspace may take; it goes with the map.",
        on_click=_ask,
        args=(lambda: submit_copy(workspace, saved, n_bytes),),
    )


def _ask(submit: Callable[[], Job]) -> None:
    try:
        submit()
    except AtlasError as problem:
        session.current().problem = safe_sentence(str(problem))
        st.rerun("app")
    st.rerun(["panel"])


def _is_watched(view: MapView, kind: str, doing: str) -> bool:
    """Show how far a job of a kind is, if it waits or runs; else say what became of the last."""
    status = job_status(session.current().workspace, kind, view.saved)
    if status is None:
        return False
    if not status.is_over:
        st.fragment(_watch, run_every=_SECONDS_BETWEEN_LOOKS)(view, kind, doing)
        return True
    if status.message:
        st.info(safe_sentence(status.message))
    return False


def _watch(view: MapView, kind: str, doing: str) -> None:
    workspace = session.current().workspace
    status = job_status(workspace, kind, view.saved)
    if status is None or status.is_over:
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    words = doing
    if status.state == "queued":
        words += f": place {status.place_in_line} in line"
    elif status.seconds_left is not None:
        words += f" · {duration_in_words(status.seconds_left)} left"
    bar.progress(status.fraction, text=words)
    if status.message:
        st.caption(safe_sentence(status.message))
    if not workspace.read_only and stop.button(
        "", icon=":material/stop:", help="Stop it.", key=f"stop {kind}"
    ):
        cancel(workspace, status.job)


# What was counted ---------------------------------------------------------------------------------


def _tell(view: MapView, of: SampleOf, found: NodeAggregates) -> None:
    selection = session.current().selection
    n_on_map = int(found.counts.sum())
    if selection.map != view.saved.id or not selection.nodes:
        st.caption(
            f"Counted: {n_on_map:,} of all {counted(of.n_rows, 'row')} lie on this map. Choose "
            "cells to see exact numbers of all rows in them."
        )
        return
    nodes = sorted(selection.nodes)
    n_here = int(found.counts[nodes].sum())
    part = f"{n_here:,} of {n_on_map:,} lie in these cells, {share(n_here / n_on_map)}"
    st.markdown(f"**Of all rows, counted exactly:** {part}.")
    effects = found.effects(nodes)
    if effects:
        with st.expander("What sets them apart, of all rows", icon=":material/functions:"):
            _effects(view.table, effects)
            _say_what_is_left_out(view.table, found)


def _effects(table: Table, effects: tuple[ExactEffect, ...]) -> None:
    st.caption(
        "Means, or the share of the level that differs most, of all rows in these cells and of all "
        "others on the map; no sample. Effect: Cohen's d, or h for shares."
    )
    sides = [effect.sides_in_words(table.kinds[effect.column]) for effect in effects]
    shown = pd.DataFrame(
        {
            "column": [effect.column for effect in effects],
            "level": [effect.level or "" for effect in effects],
            "here": [here for here, _ in sides],
            "elsewhere": [elsewhere for _, elsewhere in sides],
            "effect": [effect.effect for effect in effects],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=table_height(len(shown), at_most=240),
        alt="What sets all rows in these cells apart",
        column_config={
            "column": "Column",
            "level": "Level",
            "here": "Here",
            "elsewhere": "Elsewhere",
            "effect": st.column_config.NumberColumn("Effect", format="%.2f"),
        },
    )


def _rows(view: MapView, copy: RowsByCell) -> None:
    """Show the first of all rows in the chosen cells, from the copy that is sorted by them."""
    selection = session.current().selection
    if selection.map != view.saved.id or not selection.nodes:
        return
    n_here = int(copy.counts[sorted(selection.nodes)].sum())
    if n_here == 0:
        return
    rows = copy.rows(selection.nodes)
    with st.expander(f"All {counted(n_here, 'row')} in these cells", icon=":material/table_rows:"):
        first = f"The first {len(rows):,}" if n_here > len(rows) else f"{len(rows):,}"
        st.caption(f"{first} rows of the whole table, as its files write them.")
        st.dataframe(
            counted_from_1(rows),
            height=table_height(len(rows), at_most=240),
            hide_index=False,
            alt="All rows in these cells",
        )


def _say_what_is_left_out(table: Table, found: NodeAggregates) -> None:
    added_up = {*found.numbers, *found.levels}
    left_out = [name for name in table.frame.columns if name not in added_up]
    if left_out:
        st.caption(
            f"Not added up: {safe_label(listed(left_out), longest=500)}. Such columns only name "
            "rows, are the same in all, or are read differently than their cells are written, as "
            "where marks stand for missing values."
        )
