"""Whether a map is trained on a random sample, or on all rows of the table that it is from."""

import streamlit as st

from som_core.settings import MapSettings
from som_core.wording import counted
from ui import session
from workspace.config import Configuration
from workspace.server_tables import is_offered

_KEY = "train on all rows"


def show(settings: MapSettings) -> bool:
    """Offer all rows where that can be; return whether they are to train."""
    state, source = session.current(), session.source()
    of = session.table().sample_of
    can_be = (
        of is not None
        and source.join is None
        and settings.algorithm == "batch"
        and _is_offered(of.name, state.workspace.config.tables, state.workspace.config)
    )
    if of is None or not can_be:
        return False
    if _KEY not in st.session_state:
        st.session_state[_KEY] = state.on_all_rows
    words = {
        False: f"the sample ({counted(of.n_drawn, 'row')})",
        True: f"all {counted(of.n_rows, 'row')}",
    }
    chosen = st.radio("Train on", words, format_func=words.get, horizontal=True, key=_KEY)
    state.on_all_rows = bool(chosen)
    if state.on_all_rows:
        st.caption(
            "All rows shape the map: the server reads them where they lie, a few times, so that "
            "it takes longer. Columns are scaled, filled and clipped as in the sample. The pages "
            "then show the rows of the sample on that map, and how stable its groups are is "
            "tested with the sample alone."
        )
    return state.on_all_rows


@st.cache_data(ttl=60, max_entries=100, show_spinner=False)  # a bucket is slow to look through
def _is_offered(name: str, folders: tuple[str, ...], _config: Configuration) -> bool:
    return is_offered(name, _config)
