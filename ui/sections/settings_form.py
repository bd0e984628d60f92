"""The settings of a map: the few that matter first, the rest under “More”."""

from typing import TypedDict, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from som_core import settings as choices
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.wording import SETTINGS
from ui import session
from ui.labels import safe_sentence

END_RADII = (0.5, 0.7, 1.0, 1.5)
FIELDS = (
    "height",
    "width",
    "sigma",
    "end_sigma",
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
    height, width, end, rate, epochs = st.columns([1, 1, 1.3, 1, 1])
    height.number_input(min_value=1, max_value=500, **_named("height"))
    width.number_input(min_value=1, max_value=500, **_named("width"))
    is_batch = st.session_state["train algorithm"] == "batch"
    end.selectbox(
        options=_ends(),
        format_func=lambda radius: SETTINGS["end_sigma"].word(f"{radius:g}"),
        disabled=not is_batch,
        **_named("end_sigma"),
    )
    rate.number_input(
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        disabled=is_batch,
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
        st.error(safe_sentence(str(problem)), icon=":material/error:")
        return None


def forget() -> None:
    """Let the form begin anew with the settings that the workspace keeps."""
    st.session_state.pop("train height", None)


def _ends() -> list[float]:
    """Return the radii at the end to choose from, with the one that a map was trained with."""
    return sorted({*END_RADII, st.session_state["train end_sigma"]})


def _more() -> None:
    first, second, third = st.columns(3)
    _select(first, "algorithm", choices.Algorithm)
    _select(second, "lattice", choices.Lattice)
    _select(third, "initialisation", choices.Initialisation)
    _select(first, "neighbourhood", choices.Neighbourhood)
    _select(second, "distance", choices.Distance)
    third.number_input(min_value=0, max_value=2**31, **_named("seed"))
    second.number_input(min_value=0.0, step=0.5, **_named("sigma"))
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
