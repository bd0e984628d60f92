"""Starting a training from a page, and what it will need before that."""

import streamlit as st

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.wording import duration_in_words, size_in_words
from ui import session
from ui.labels import safe_sentence
from ui.view import View
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.prediction import predict, refuse_beyond_limits

SECONDS_NOT_WORTH_A_WORD = 5


def start(settings: MapSettings) -> bool:
    """Put a training of the current table into the line; say why where that can't be."""
    workspace = session.current().workspace
    try:
        workspace.keep_recipe(session.recipe())
        outlook = session.outlook()
        submit_training(workspace, settings, (outlook.n_rows, outlook.n_features))
        session.current().view = View()  # of the map that is to come
    except AtlasError as problem:
        return _refuse(problem)
    return True


def start_as_suggested() -> bool:
    """Start a training with the suggested settings; say why where that can't be.

    Rows of totals are left out first: one of them would be the whole map.
    """
    try:
        _leave_totals_out()
        suggested = session.outlook().suggested
    except AtlasError as problem:
        return _refuse(problem)
    return start(suggested)


def _leave_totals_out() -> None:
    table = session.table()
    if table.totals:
        session.current().workspace.read_with(table.dialect_without_totals)


def may_start(settings: MapSettings) -> bool:
    """Tell whether the server allows a training; say why not, or what it will need if much."""
    config, outlook = session.current().workspace.config, session.outlook()
    shape = (outlook.n_rows, outlook.n_features)
    try:
        refuse_beyond_limits(shape, settings, config)
    except AtlasError as problem:
        return _refuse(problem)
    needs = predict(shape, settings)
    if needs.seconds > SECONDS_NOT_WORTH_A_WORD:
        st.caption(
            f"This training takes about {duration_in_words(needs.seconds)} and "
            f"{size_in_words(needs.memory_bytes)} of memory."
        )
    return True


def _refuse(problem: AtlasError) -> bool:
    st.error(safe_sentence(str(problem)), icon=":material/error:")
    return False
