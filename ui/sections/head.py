"""The line above every page: the steps of the work, and what they are about."""

import streamlit as st

from ui import chrome, session
from ui.sections import map_panel, workspace_panel
from ui.steps import STEPS, WAY, shows_map


def show() -> None:
    """Show the product's name and its pages; in the corner the file, the map, and Learn."""
    with st.container(horizontal=True, key="head", vertical_alignment="center"):
        st.markdown("**SOM Atlas**", width="content")
        for name in WAY:
            chrome.link(name, STEPS[name].title)
        st.space("stretch")
        with st.container(key="file", width="content"):
            workspace_panel.show()
        if shows_map(session.current().page):
            with st.container(key="shown map", width="content"):
                map_panel.show()
        chrome.link("learn", STEPS["learn"].title)
