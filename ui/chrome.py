"""What every page shares around its content: the frame, the way on, words for what is missing."""

from pathlib import Path

import streamlit as st

PAGES = {
    "data": "pages/data.py",
    "prepare": "pages/prepare.py",
    "train": "pages/train.py",
    "explore": "pages/explore.py",
    "learn": "pages/learn.py",
}
ASSETS = Path(__file__).parent / "assets"


def frame() -> None:
    """Set title, icon and margins; the first thing that a page shows."""
    st.set_page_config("SOM Atlas", str(ASSETS / "icon.png"), layout="wide")
    st.html(ASSETS / "page.css")


def way_on(page: str, label: str) -> None:
    """Offer the next step as the page's one prominent button."""
    if st.button(label, type="primary", icon=":material/arrow_forward:"):
        st.switch_page(PAGES[page])


def nothing_yet(message: str, page: str, label: str) -> None:
    """Say what is missing and where to get it, and end the page here."""
    st.info(message, icon=":material/info:")
    st.page_link(PAGES[page], label=label, icon=":material/arrow_forward:")
    st.stop()
