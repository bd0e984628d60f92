"""Step 4: the linked maps, and beside them the selected rows and what sets them apart."""

import streamlit as st

from ui import session
from ui.chrome import nothing_yet
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import explore_maps, selection_panel

state = session.current()
saved = state.workspace.current_map
if saved is None:
    st.title("Explore")
    nothing_yet("There is no map yet.", "train", "Train a map")

view = MapView.of(saved)
explore_maps.head(view)
if saved.source != state.workspace.source:
    st.info(
        f"This map was trained on {safe_label(saved.source.name)}, and shows its rows. "
        "The Data page holds another table now."
    )


@st.fragment
def maps_and_answer() -> None:
    """Draw maps and answer as one fragment: a click runs this again, not the whole page."""
    maps, answer = st.columns([1.9, 1], gap="medium")
    with maps:
        explore_maps.show(view)
    with answer:
        selection_panel.show(view)


maps_and_answer()
