"""Step 3: settings, a training in a process of its own, and the map drawing itself meanwhile."""

import streamlit as st

from som_core.errors import AtlasError
from som_core.suggestions.before_training import expectations
from som_core.wording import counted
from ui import session
from ui.chrome import nothing_yet
from ui.labels import safe_sentence
from ui.sections import (
    my_maps,
    remarks_list,
    rows_to_train_on,
    sample_note,
    settings_form,
    training_start,
    training_view,
)
from workspace.jobs.status import job_status

st.title("Train")
workspace = session.current().workspace
if workspace.source is None:
    nothing_yet("There is no table yet.", "data", "Choose a file or a sample")

try:
    outlook = session.outlook()
except AtlasError as problem:
    nothing_yet(safe_sentence(str(problem)), "prepare", "Change the recipe")

st.write(f"Ready: {counted(outlook.n_rows, 'row')}, {counted(outlook.n_features, 'feature')}.")
sample_note.show(session.table())
status = job_status(workspace)
if not workspace.read_only:
    settings = settings_form.show(outlook.suggested)
    if settings is not None:
        if settings != session.settings():
            workspace.keep_settings(settings)
        expected = expectations(outlook.n_rows, outlook.n_features, settings, outlook.suggested)
        remarks_list.show(session.table(), expected)
    on_all_rows = settings is not None and rows_to_train_on.show(settings)
    is_allowed = settings is not None and training_start.may_start(settings, on_all_rows)
    clicked = st.button(
        "Train the map",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not is_allowed or (status is not None and not status.is_over),
    )
    if clicked and settings is not None and training_start.start(settings, on_all_rows):
        st.rerun()

if status is not None:
    training_view.show(status)
my_maps.show()
