"""Starting a training from a page."""

import streamlit as st

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from ui import session
from ui.labels import safe_label
from workspace import jobs


def start(settings: MapSettings) -> bool:
    """Put a training of the current table into the line; say why where that can't be."""
    workspace = session.current().workspace
    try:
        workspace.keep_recipe(session.recipe())
        outlook = session.outlook()
        jobs.submit_training(workspace, settings, (outlook.n_rows, outlook.n_features))
    except AtlasError as problem:
        st.error(safe_label(str(problem)), icon=":material/error:")
        return False
    return True
