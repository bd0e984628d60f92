"""The pages of the product: the steps of the work in their order, and one to learn from."""

from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import Page


class Step(NamedTuple):
    """One page."""

    file: str
    title: str
    icon: str
    shows_map: bool = False  # its address names the map, and what is shown of it


STEPS = {
    "data": Step("pages/data.py", "Data", ":material/table:"),
    "prepare": Step("pages/prepare.py", "Prepare", ":material/tune:"),
    "train": Step("pages/train.py", "Train", ":material/model_training:"),
    "explore": Step("pages/explore.py", "Explore", ":material/hexagon:", shows_map=True),
    "groups": Step("pages/groups.py", "Groups", ":material/workspaces:", shows_map=True),
    "learn": Step("pages/learn.py", "Learn", ":material/help:"),
}
# The way of the work; the others stand in the corner.
WAY = ("data", "prepare", "train", "explore", "groups")


def shows_map(title: str) -> bool:
    """Return whether the address of a page says which map it shows, and what of it."""
    return any(step.shows_map for step in STEPS.values() if step.title == title)


def asked_for() -> Page:
    """Tell Streamlit the pages and return the one that the URL names."""
    return st.navigation(
        [
            st.Page(step.file, title=step.title, default=name == "data")
            for name, step in STEPS.items()
        ],
        position="hidden",  # the ways between pages are drawn by chrome: they carry the workspace
    )
