"""Step 4: the linked maps, and beside them the selected rows and what sets them apart."""

import streamlit as st

from ui import explore_answer, explore_maps, session
from ui.chrome import nothing_yet
from ui.explored import Explored
from ui.labels import safe_label

state = session.current()
saved = state.workspace.current_map
if saved is None:
    st.title("Explore")
    nothing_yet("There is no map yet.", "train", "Train a map")

title, chooser = st.columns([3, 1], vertical_alignment="bottom")
title.title("Explore")
with chooser:
    explore_maps.choose_map(saved)

explored = Explored.of(saved)
if saved.source != state.workspace.source:
    st.info(
        f"This map was trained on {safe_label(saved.source.name)}, and shows its rows. "
        "The Data page holds another table now."
    )
explore_maps.quality_line(saved)


@st.fragment
def maps_and_answer() -> None:
    """One fragment, so that a click runs this again and not the whole page."""
    maps, answer = st.columns([1.75, 1], gap="medium")
    with maps:
        explore_maps.show(explored)
    with answer:
        explore_answer.show(explored)


maps_and_answer()
