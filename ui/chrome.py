"""What every page shares around its content: the frame, and the ways between pages.

Every way carries the workspace's id in its address, so that a reload at any moment, or a link
opened in another tab, comes to the same workspace.
"""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from ui import session
from ui.steps import STEPS

ASSETS = Path(__file__).parent / "assets"


def frame() -> None:
    """Set title, icon and margins; the first thing that a page shows."""
    st.set_page_config("SOM Atlas", str(ASSETS / "icon.png"), layout="wide")
    st.html(ASSETS / "page.css")


def navigation() -> None:
    """Show the way to every page."""
    with st.container(horizontal=True, key="navigation"):
        for name, step in STEPS.items():
            _link(name, step.title)


def go(name: str) -> NoReturn:
    """Leave this page for another one."""
    st.switch_page(STEPS[name].file, query_params=_address())


def way_on(name: str, label: str) -> None:
    """Offer the next step as the page's one prominent button."""
    if st.button(label, type="primary", icon=":material/arrow_forward:", width="stretch"):
        go(name)


def nothing_yet(message: str, name: str, label: str) -> NoReturn:
    """Say what is missing and where to get it, and end the page here."""
    st.info(message, icon=":material/info:")
    _link(name, label)
    st.stop()


def _link(name: str, label: str) -> None:
    step = STEPS[name]
    st.page_link(step.file, label=label, icon=step.icon, query_params=_address())


def _address() -> dict[str, str]:
    return {"w": session.current().workspace.id}
