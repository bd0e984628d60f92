"""Buttons that bear the colour of what they stand for: of a group of the map, or of a set."""

from collections.abc import Mapping

import streamlit as st


def colour_buttons(colours: Mapping[str, str]) -> None:
    """Give each button, by its key, a colour at its left, such as “#0f6b6d”.

    The colours are those of the palette: nothing from a file may stand here.
    """
    rules = [
        f".st-key-{key.replace(' ', '-')} button {{border-left: 0.6rem solid {colour}}}"
        for key, colour in colours.items()
    ]
    st.html(f"<style>{''.join(rules)}</style>")
