"""Step 4: one large map with small ones around it, and a panel that answers what is selected."""

from dataclasses import replace

import streamlit as st

from ui import session
from ui.chrome import nothing_yet
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import explore_maps, explore_panel, row_sets

state = session.current()
saved = session.shown_map()
if saved is None:
    st.title("Explore")
    nothing_yet("There is no map yet.", "train", "Train a map")

view = MapView.of(saved)
session.point_at(saved.source)
row_sets.follow_view(view)
state.view = replace(state.view, map=saved.id)
if saved.source != state.workspace.source:
    st.info(
        f"This map was trained on {safe_label(saved.source.name)}, and shows its rows. "
        "The Data page holds another table now."
    )
maps, panel = st.columns([1.9, 1], gap="medium")
with maps:
    explore_maps.show(view)
with panel, st.container(key="explore_panel"):
    explore_panel.show(view)
