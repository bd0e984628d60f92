"""Starting a training from a page, and what it will need before that."""

import streamlit as st

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.wording import duration_in_words, size_in_words
from ui import session
from ui.labels import safe_sentence
from ui.view import View
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.prediction import (
    predict,
    predict_on_all_rows,
    refuse_all_rows_beyond_limits,
    refuse_beyond_limits,
)

SECONDS_NOT_WORTH_A_WORD = 5


def start(settings: MapSettings, on_all_rows: bool = False) -> bool:
    """Put a training of the current table into the line; say why where that can't be.

    Parameters
    ----------
    on_all_rows : whether all rows of the table of which it is a sample are to train
    """
    state = session.current()
    workspace = state.workspace
    try:
        workspace.keep_recipe(session.recipe())
        outlook = session.outlook()
        shape = (outlook.n_rows, outlook.n_features)
        submit_training(workspace, settings, shape, on_all_rows=on_all_rows)
        before = state.pointed_table
        has_same_rows = before is not None and session.source().has_same_rows(before)
        state.view = state.view.on_another_map() if has_same_rows else View()
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


def may_start(settings: MapSettings, on_all_rows: bool) -> bool:
    """Tell whether the server allows a training; say why not, or what it will need if much.

    Parameters
    ----------
    on_all_rows : as `start` takes it
    """
    config, outlook = session.current().workspace.config, session.outlook()
    shape = (outlook.n_rows, outlook.n_features)
    of = session.table().sample_of if on_all_rows else None
    try:
        refuse_beyond_limits(shape, settings, config)
        if of is not None:
            refuse_all_rows_beyond_limits(shape, of.n_rows, settings, config)
    except AtlasError as problem:
        return _refuse(problem)
    if of is None:
        needs = predict(shape, settings)
    else:
        needs = predict_on_all_rows(shape, of.n_rows, settings)
    if needs.seconds > SECONDS_NOT_WORTH_A_WORD:
        st.caption(
            f"This training takes about {duration_in_words(needs.seconds)} and "
            f"{size_in_words(needs.memory_bytes)} of memory."
        )
    return True


def _refuse(problem: AtlasError) -> bool:
    st.error(safe_sentence(str(problem)), icon=":material/error:")
    return False
