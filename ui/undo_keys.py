"""Keys that undo and redo, wherever on the page the focus is but in a text field."""

from pathlib import Path

import streamlit as st

SCRIPT = Path(__file__).parent / "assets" / "undo_keys.js"

_component = st.components.v2.component(
    "som_atlas_undo_keys",
    html="",
    js=SCRIPT.read_text(encoding="utf-8"),
    isolate_styles=False,
)


def let_keys_press(undo: str, redo: str) -> None:
    """Let Ctrl+Z and Ctrl+Shift+Z press the buttons of these keys."""
    _component(key="undo keys", data={"undo": f"st-key-{undo}", "redo": f"st-key-{redo}"})
