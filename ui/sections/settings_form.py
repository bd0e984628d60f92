"""The settings of a map: the few that matter first, the rest under “More”."""

from typing import TypedDict, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from som_core import settings as choices
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.wording import SETTINGS
from ui import session
from ui.labels import safe_label

FIELDS = (
    "height",
    "width",
    "sigma",
    "learning_rate",
    "epochs",
    "algorithm",
    "lattice",
    "toroid",
    "initialisation",
    "neighbourhood",
    "distance",
    "seed",
)


def show(suggested: MapSettings) -> MapSettings | None:
    """Show the settings and return them; None, with the reason shown, where they don't fit."""
    state = session.current()
    if state.arrived or "train height" not in st.session_state:
        _fill(session.settings())
    height, width, sigma, rate, epochs = st.columns(5)
    height.number_input(min_value=1, max_value=500, **_named("height"))
    width.number_input(min_value=1, max_value=500, **_named("width"))
    sigma.number_input(min_value=0.0, step=0.5, **_named("sigma"))
    rate.number_input(
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        disabled=st.session_state["train algorithm"] == "batch",
        **_named("learning_rate"),
    )
    epochs.number_input(min_value=1, max_value=10_000, **_named("epochs"))
    with st.expander("More"):
        _more()
        st.button(
            f"Back to the suggestion: {suggested.height} × {suggested.width}, "
            f"sigma {suggested.sigma:g}",
            icon=":material/undo:",
            on_click=_fill,
            args=(suggested,),
        )
    try:
        return _read()
    except AtlasError as problem:
        st.error(safe_label(str(problem)), icon=":material/error:")
        return None


def _more() -> None:
    first, second, third = st.columns(3)
    _select(first, "algorithm", choices.Algorithm)
    _select(second, "lattice", choices.Lattice)
    _select(third, "initialisation", choices.Initialisation)
    _select(first, "neighbourhood", choices.Neighbourhood)
    _select(second, "distance", choices.Distance)
    third.number_input(min_value=0, max_value=2**31, **_named("seed"))
    first.toggle(**_named("toroid"))


def _select(place: DeltaGenerator, name: str, values: object) -> None:
    word = SETTINGS[name].word
    place.selectbox(options=get_args(values), format_func=word, **_named(name))


class _Named(TypedDict):
    """What all widgets of a setting take."""

    label: str
    help: str
    key: str


def _named(name: str) -> _Named:
    """Return how the widget of a setting is called, what it says, and where its value lies."""
    return {
        "label": SETTINGS[name].label,
        "help": SETTINGS[name].help,
        "key": f"train {name}",
    }


def _fill(settings: MapSettings) -> None:
    for name in FIELDS:
        st.session_state[f"train {name}"] = getattr(settings, name)


def _read() -> MapSettings:
    values = {name: st.session_state[f"train {name}"] for name in FIELDS}
    values["sigma"] = float(values["sigma"])
    return MapSettings(**values)
