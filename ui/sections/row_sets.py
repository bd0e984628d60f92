"""Named sets of rows: keep a selection, take it up again, compare with it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from som_core.analyses.selection import nodes_of
from ui import session
from ui.labels import safe_label
from ui.map_view import MapView
from workspace.store import NamedSet

LONGEST_NAME = 60


def show(view: MapView, rows: NDArray[np.int64]) -> None:
    """Offer to keep the selected rows under a name, and list the sets that were kept."""
    workspace = session.current().workspace
    sets = workspace.sets()
    with st.popover("Sets", icon=":material/bookmark:", width="stretch"):
        if not workspace.read_only and len(rows):
            _keep(rows)
        if not sets:
            st.caption("A set keeps rows under a name, to come back to or to compare with.")
        for place, named in enumerate(sets):
            _line(view, named, place)


def _keep(rows: NDArray[np.int64]) -> None:
    with st.form("keep set", border=False, clear_on_submit=True):
        name = st.text_input(f"Keep these {len(rows):,} rows as", max_chars=LONGEST_NAME)
        if st.form_submit_button("Keep", icon=":material/bookmark_add:") and name.strip():
            session.current().workspace.keep_set(name.strip(), rows)
            st.rerun(scope="fragment")


def _line(view: MapView, named: NamedSet, place: int) -> None:
    take, delete = st.columns([5, 1], vertical_alignment="center")
    label = f"{safe_label(named.name)} · {len(named.rows):,} rows"
    if take.button(label, key=f"take set {place}", width="stretch", help="Select its cells."):
        nodes = nodes_of(view.m, named.rows)
        session.current().selected_nodes = frozenset(int(node) for node in nodes if node >= 0)
        st.rerun(scope="fragment")
    if session.current().workspace.read_only:
        return
    if delete.button("", key=f"delete set {place}", icon=":material/delete:", help="Forget it."):
        session.current().workspace.delete_set(named.name)
        st.rerun(scope="fragment")
