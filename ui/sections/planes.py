"""The order of the planes, and whether those go pale that are noise to the map."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from som_core.analyses.column_importance import unknown_columns
from ui import session
from ui.map_view import MapView
from ui.view import show_in_widget

ORDERS = {"": "Likeness", "rank": "Rank", "name": "Name"}
NOISE = "noise"
ORDER, PALE = "order of planes", "pale planes"


def show_choices() -> None:
    """Offer the order of the planes, and to let noise go pale."""
    asked = session.current().view
    order, is_pale = asked.order if asked.order in ORDERS else "", asked.pale == NOISE
    show_in_widget(ORDER, order)
    st.segmented_control(
        "Order of the planes",
        list(ORDERS),
        default=order,
        format_func=ORDERS.__getitem__,
        key=ORDER,
        required=True,
        on_change=_take,
        help="Likeness: similar planes side by side. Rank: what the map knows best comes first.",
    )
    show_in_widget(PALE, is_pale)
    st.toggle(
        "Pale: what the map doesn't know",
        is_pale,
        key=PALE,
        on_change=_take,
        help="Planes of columns of which the map tells no more than of shuffled values, or that "
        "shaped it and yet differ within its cells.",
    )


def in_order(view: MapView) -> list[str]:
    """Return the names of the planes in the order that the view asks for."""
    match session.current().view.order:
        case "rank":
            ranked = view.importance["column"].tolist()
            place = {column: rank for rank, column in enumerate(ranked)}
            return sorted(view.planes, key=lambda name: place.get(view.column_of(name), len(place)))
        case "name":
            return sorted(view.planes, key=str.casefold)
        case _:
            return list(view.planes)


def pale(view: MapView, names: Iterable[str]) -> list[str]:
    """Return those of some layers that are to go pale; none where the view doesn't ask for it."""
    if session.current().view.pale != NOISE:
        return []
    unknown = unknown_columns(view.importance)
    return [name for name in names if view.column_of(name) in unknown]


def _take() -> None:
    state = session.current()
    state.view = replace(
        state.view, order=st.session_state[ORDER], pale=NOISE if st.session_state[PALE] else ""
    )
    st.rerun(["maps", "panel"])
