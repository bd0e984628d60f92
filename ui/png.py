"""Pictures as pixels (PNG), made by the analyst's browser from lines and areas (SVG)."""

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import streamlit as st

NARROWEST, USUAL, WIDEST = 200, 1600, 8000  # pixels

_component = st.components.v2.component(
    "som_atlas_png",
    html='<div class="atlas-problem" role="alert" hidden></div>',
    css=".atlas-problem { color: var(--st-red-text-color); }",
    js=(Path(__file__).parent / "assets" / "png.js").read_text(encoding="utf-8"),
)


def save_as_png(label: str, draw: Callable[[], str], file_name: str, width: int) -> None:
    """Offer a picture, which is drawn when somebody saves it.

    Parameters
    ----------
    label : of the button
    draw : returns the picture as SVG, with its width and height
    file_name : of the PNG
    width : of the PNG, in pixels; its height follows
    """
    if st.button(label, icon=":material/download:", key=file_name):
        # It is there for this run only, and saves what it is given once.
        data = {"svg": draw(), "width": width, "name": file_name, "id": token_hex(8)}
        _component(key=f"{file_name} being saved", data=data)
