"""A page that stays open while the server is away comes back by itself when it is there again."""

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parent / "assets"
NOTICE = (
    "The server is away. This page comes back by itself when it is there again; what you had done "
    "is kept."
)

_component = st.components.v2.component(
    "som_atlas_reconnection",
    html='<div class="atlas-away" role="alert" hidden></div>',
    css="""
    .atlas-away {
      position: fixed;
      inset: auto 2rem 2rem;
      z-index: 1000000;
      padding: 0.75rem 1rem;
      border-radius: 0.5rem;
      color: var(--st-text-color);
      background: var(--st-yellow-background-color);
    }
    """,
    js=(ASSETS / "reconnection.js").read_text(encoding="utf-8"),
)


def watch_server() -> None:
    """Look for the server from the browser every two seconds; say when it is away."""
    _component(key="reconnection", data={"notice": NOTICE})
