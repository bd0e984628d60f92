"""The settings of a map: the few that matter first, the rest under “More”."""

from typing import get_args

import streamlit as st

from som_core import settings as choices
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from ui import session
from ui.labels import safe_label

WORDS = {
    "pca": "along the two main directions of the data",
    "random": "random",
    "sample": "random rows of the table",
    "mexican_hat": "Mexican hat",
    "batch": "batch: all rows at once, quick and repeatable",
    "online": "online: row by row, MiniSom's classic",
}
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
    height.number_input(
        "Height", 1, 500, key="train height", help="Rows of cells. More cells show finer detail."
    )
    width.number_input(
        "Width",
        1,
        500,
        key="train width",
        help="Cells in a row. Screens are wide, so maps are too.",
    )
    sigma.number_input(
        "Sigma",
        min_value=0.0,
        step=0.5,
        key="train sigma",
        help="How far a cell pulls its neighbours along at the start, in cells. Large: a smooth "
        "map. Small: each cell for itself.",
    )
    rate.number_input(
        "Learning rate",
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        key="train learning_rate",
        disabled=st.session_state["train algorithm"] == "batch",
        help="How far a cell moves towards a row at the start. Batch training needs none: it takes "
        "the mean. Choose online under “More” to use it.",
    )
    epochs.number_input(
        "Epochs", 1, 10_000, key="train epochs", help="How often the map sees every row."
    )
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
    first.selectbox(
        "Training",
        get_args(choices.Algorithm),
        key="train algorithm",
        format_func=_word,
        help="Batch gives as good a map sooner on most tables, and doesn't depend on the order of "
        "rows.",
    )
    second.selectbox(
        "Lattice",
        get_args(choices.Lattice),
        key="train lattice",
        help="Hexagons have six equally near neighbours; squares have eight, four of them farther.",
    )
    third.selectbox(
        "Start from",
        get_args(choices.Initialisation),
        key="train initialisation",
        format_func=_word,
        help="The main directions give a well-ordered map quickly; random starts test whether it "
        "is stable.",
    )
    first.selectbox(
        "Neighbourhood",
        get_args(choices.Neighbourhood),
        key="train neighbourhood",
        format_func=_word,
        help="How the pull fades with distance on the map. Gaussian fades smoothly and suits most.",
    )
    second.selectbox(
        "Distance",
        get_args(choices.Distance),
        key="train distance",
        help="What alike means. Euclidean suits scaled columns; cosine compares profiles, "
        "whatever their size.",
    )
    third.number_input(
        "Seed", 0, 2**31, key="train seed", help="The same seed gives the same map again."
    )
    first.toggle(
        "Toroid",
        key="train toroid",
        help="Joins opposite edges, so that no cell is at the border. Distances are fairer, the "
        "picture is harder to read.",
    )


def _fill(settings: MapSettings) -> None:
    for name in FIELDS:
        st.session_state[f"train {name}"] = getattr(settings, name)


def _read() -> MapSettings:
    values = {name: st.session_state[f"train {name}"] for name in FIELDS}
    values["sigma"] = float(values["sigma"])
    return MapSettings(**values)


def _word(value: str) -> str:
    return WORDS.get(value, value)
