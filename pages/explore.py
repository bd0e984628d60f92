"""Step 4: one large map with small ones around it, and a panel that answers what is selected."""

import streamlit as st

from ui.sections import explore_maps, explore_panel, map_entry

view = map_entry.view("Explore")
maps, panel = st.columns([1.9, 1], gap="medium")
with maps:
    explore_maps.show(view)
with panel, st.container(key="explore_panel"):
    explore_panel.show(view)
