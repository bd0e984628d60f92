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

explored = Explored.of(saved)
explore_maps.head(explored)
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
        explore_maps.show(explored)
    with answer:
        explore_answer.show(explored)


maps_and_answer()
