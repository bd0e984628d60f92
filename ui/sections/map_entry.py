"""What a page of a map begins with: which map it is, and that there is one."""

from dataclasses import replace

import streamlit as st

from ui import counted_rows, session
from ui.chrome import nothing_yet
from ui.labels import safe_label
from ui.map_tree import map_number
from ui.map_view import MapView
from ui.sections import breadcrumb, map_remarks, row_sets, sample_note
from workspace.maps import SavedMap


def view(title: str) -> MapView:
    """Return the map to show, with the rows selected that the address names.

    Without a map, say where to get one under the page's title, and end the page here.
    """
    state = session.current()
    saved = session.shown_map()
    if saved is None:
        st.title(title)
        nothing_yet("There is no map yet.", "train", "Train a map")
    if state.view.map not in ("", saved.id):
        _say_it_is_gone(state.view.map, saved)
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
        is_same_file = main is not None and main.upload == saved.source.upload
        holds = "reads that file differently" if is_same_file else "holds another table"
        st.info(
            f"This map is of {safe_label(saved.source.name)}, and shows its rows. The "
            f"Data page {holds} now."
        )
    map_remarks.show_totals(found)
    return found


def _say_it_is_gone(wanted: str, shown: SavedMap) -> None:
    """Say that the map of the address isn't there, and offer it where it can be brought back.

    It may have been deleted in another tab, or since somebody sent the link.
    """
    workspace = session.current().workspace
    deleted = workspace.deleted_map
    number = map_number(shown, workspace.maps())
    st.warning(
        f"The map of this address was deleted. Shown is map {number}: {safe_label(shown.name)}.",
        icon=":material/warning:",
    )
    if deleted is not None and deleted.id == wanted and not workspace.read_only:
        st.button("Bring it back", icon=":material/undo:", on_click=_bring_back, args=(deleted,))


def _bring_back(deleted: SavedMap) -> None:
    session.current().workspace.restore_map(deleted)
    session.look_at(deleted)
