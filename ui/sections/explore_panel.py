"""The panel beside the maps: one answer at a time, switched at its top."""

from dataclasses import replace

import streamlit as st

from ui import session
from ui.map_view import MapView
from ui.sections import groups_search
from ui.sections.panels import brush, columns, groups, row, selection
from ui.view import show_in_widget, write_address

PANELS = {
    panel.name: panel
    for panel in (selection.PANEL, groups.PANEL, row.PANEL, columns.PANEL, brush.PANEL)
}
SWITCH = "panel"


@st.fragment(key="panel")
def show(view: MapView) -> None:
    """Show the panel that the analyst switched to; the first one at first."""
    state = session.current()
    name = state.view.panel if state.view.panel in PANELS else next(iter(PANELS))
    groups_search.watch(view)
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
    # Before what may take a moment: a reload meanwhile comes back to this panel.
    write_address(state.workspace.id, state.view)
    PANELS[name].show(view)


def _switch() -> None:
    state = session.current()
    state.view = replace(state.view, panel=st.session_state[SWITCH])
