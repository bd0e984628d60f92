"""The panel beside the maps: the box that asks, and one answer at a time, switched at its top."""

from dataclasses import replace

import streamlit as st

from ui import session
from ui.map_view import MapView
from ui.sections import ask, groups_search, selection_sentence
from ui.sections.panels import brush, columns, groups, row, selection
from ui.view import show_in_widget, write_address

PANELS = {
    panel.name: panel
    for panel in (selection.PANEL, groups.PANEL, row.PANEL, columns.PANEL, brush.PANEL)
}
SWITCH = "panel"


@st.fragment(key="panel")
def show(view: MapView) -> None:
    """Show the panel that the analyst switched to, the first one at first, below the box."""
    state = session.current()
    # Before what may take a moment: a reload meanwhile comes back to this panel.
    write_address(state.workspace.id, state.view)
    groups_search.watch(view)
    with st.container(key="explore_ask"):  # which stands above the maps where the page is narrow
        ask.show(view)
    with st.container(key="explore_answer"):
        _answer(view)


def _answer(view: MapView) -> None:
    state = session.current()
    name = state.view.panel if state.view.panel in PANELS else next(iter(PANELS))
    show_in_widget(SWITCH, name)
    st.segmented_control(
        "What the panel shows",
        list(PANELS),
        default=name,
        format_func=lambda name: PANELS[name].title,
        key=SWITCH,
        required=True,
        on_change=_switch,
        label_visibility="collapsed",
    )
    selection_sentence.show(view)
    PANELS[name].show(view)


def _switch() -> None:
    state = session.current()
    state.view = replace(state.view, panel=st.session_state[SWITCH])
