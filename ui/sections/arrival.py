"""What is said when a bundle has become a workspace."""

import streamlit as st

from som_core.wording import counted
from ui import chrome, session
from ui.labels import safe_label
from ui.steps import STEPS
from ui.view import WORKSPACE


def show() -> None:
    """Say what was opened, until another page is; and the way back to the workspace before."""
    state = session.current()
    if state.came_from is None:
        return
    source, n_maps = state.workspace.source, len(state.workspace.maps())
    name = "the bundle" if source is None else f"**{safe_label(source.name)}**"
    with st.container(border=True, key="arrival"):
        st.markdown(
            f"This is {name} with {counted(n_maps, 'map')}, as it was when the bundle was saved: a "
            "new workspace with an address of its own."
        )
        with st.container(horizontal=True):
            if n_maps:
                chrome.link("explore", "See the maps")
            if state.came_from:
                st.page_link(
                    STEPS["data"].file,
                    label="Back to the workspace before",
                    icon=":material/undo:",
                    query_params={WORKSPACE: state.came_from},
                )
