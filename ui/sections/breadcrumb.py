"""Above a map of some rows: from which map they are, and the way back to it."""

import streamlit as st

from som_core.wording import counted
from ui import session
from ui.labels import safe_label
from ui.map_tree import ancestors, map_number
from workspace.maps import SavedMap

LONGEST = 60  # letters of a step
BETWEEN = "›"


def show(saved: SavedMap) -> None:
    """Show the way from all rows to those of the map; nothing for a map of the whole table."""
    if saved.parent is None:
        return
    maps = session.current().workspace.maps()
    above = ancestors(saved, maps)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="breadcrumb"):
        gone = (above[0] if above else saved).parent
        if gone is not None:
            name = f"{safe_label(gone.name, LONGEST)} (deleted)" if gone.name else "all rows"
            st.caption(f"{name} {BETWEEN}", width="content")
        for parent in above:
            st.button(
                _step(parent, maps),
                key=f"up to {parent.id}",
                type="tertiary",
                help="To this map. Selected rows stay selected.",
                on_click=session.look_at,
                args=(parent,),
            )
            st.caption(BETWEEN, width="content")
        st.markdown(f"**{_step(saved, maps)}**", width="content")


def _step(saved: SavedMap, maps: tuple[SavedMap, ...]) -> str:
    number = map_number(saved, maps)
    if saved.parent is None:
        return f"map {number}: all rows"
    rows = counted(saved.parent.n_rows, "row")
    return f"map {number}: {safe_label(saved.name, LONGEST)} ({rows})"
