"""What a page of a map begins with: which map it is, and that there is one."""

from dataclasses import replace

import streamlit as st

from ui import counted_rows, session
from ui.chrome import nothing_yet
from ui.labels import safe_label
from ui.map_view import MapView
from ui.sections import breadcrumb, map_remarks, row_sets, sample_note


def view(title: str) -> MapView:
    """Return the map to show, with the rows selected that the address names.

    Without a map, say where to get one under the page's title, and end the page here.
    """
    state = session.current()
    saved = session.shown_map()
    if saved is None:
        st.title(title)
        nothing_yet("There is no map yet.", "train", "Train a map")
    found = MapView.of(saved)
    session.point_at(saved.source)
    row_sets.follow_view(found)
    state.view = replace(state.view, map=saved.id)
    breadcrumb.show(saved)
    sample_note.show(
        found.table, is_counted=counted_rows.of(saved) is not None, n_trained=saved.n_trained
    )
    main = state.workspace.source
    if main is None or main.key != saved.source.key:
        st.info(
            f"This map is of {safe_label(saved.source.name)}, and shows its rows. The "
            "Data page holds another table now."
        )
    map_remarks.show_totals(found)
    return found
