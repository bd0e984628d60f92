"""What every page shares around its content: the frame, and the ways between pages.

Every way carries the workspace's id in its address, so that a reload at any moment, or a link
opened in another tab, comes to the same workspace; the way to the maps carries what they show.
"""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from ui import session
from ui.steps import STEPS
from ui.view import WORKSPACE, Query

ASSETS = Path(__file__).parent / "assets"


def frame() -> None:
    """Set title, icon and margins; the first thing that a page shows."""
    st.set_page_config("SOM Atlas", str(ASSETS / "icon.png"), layout="wide")
    st.html(ASSETS / "page.css")


def go(name: str) -> NoReturn:
    """Leave this page for another one."""
    st.switch_page(STEPS[name].file, query_params=_address(name))


def way_on(name: str, label: str) -> None:
    """Offer the next step as the page's one prominent button."""
    if st.button(label, type="primary", icon=":material/arrow_forward:", width="stretch"):
        go(name)


def nothing_yet(message: str, name: str, label: str) -> NoReturn:
    """Say what is missing and where to get it, and end the page here."""
    st.info(message, icon=":material/info:")
    link(name, label)
    st.stop()


def link(name: str, label: str) -> None:
    """Show the way to a page."""
    step = STEPS[name]
    st.page_link(step.file, label=label, icon=step.icon, query_params=_address(name))


def _address(name: str) -> Query:
    """Return what stands in the address of a page."""
    state = session.current()
    view = state.view.query() if STEPS[name].shows_map else {}
    return {WORKSPACE: state.workspace.id, **view} if state.workspace.exists else {}
