"""Other numbers of groups on the maps while the slider is moved, before the server answers."""

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).parent / "assets" / "group_levels.js"

_component = st.components.v2.component(
    "som_atlas_group_levels",
    html='<div class="atlas-mount"></div>',
    js=SCRIPT.read_text(encoding="utf-8"),
    isolate_styles=False,
)


def follow_slider(slider: str, levels: str) -> None:
    """Let the linked maps of the page show what a slider says while it is moved.

    Parameters
    ----------
    slider : key of the slider
    levels : the borders of each number of groups as JSON, of `shown_groups.levels`
    """
    place = "st-key-" + slider.replace(" ", "-")
    _component(key=f"levels of {slider}", data={"slider": place, "levels": levels})
