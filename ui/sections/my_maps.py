"""The maps of the workspace: what tells them apart; looking at them, renaming, deleting."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from som_core.wording import counted
from ui import chrome, session
from ui.labels import safe_label
from ui.map_names import differences
from ui.map_tree import map_number, map_tree
from ui.times import moment_in_words
from workspace.maps import SavedMap

LONGEST_NAME = 60
INDENT = 28  # pixels, of a map of some rows under the one they are from
DEEPEST = 6  # that is told apart by how far a line is indented


def show() -> None:
    """List the maps, the newest first, those of some rows below the map that the rows are from."""
    workspace = session.current().workspace
    maps, deleted = workspace.maps(), workspace.deleted_map
    if not maps and deleted is None:
        return
    st.subheader("My maps", anchor=False)
    if deleted is not None and not workspace.read_only:
        _offer_undo(deleted)
    told_apart = differences(maps)
    for depth, saved in map_tree(maps):
        _line(saved, depth, map_number(saved, maps), told_apart[saved.id], maps)


def _line(
    saved: SavedMap, depth: int, number: int, differing: str, maps: tuple[SavedMap, ...]
) -> None:
    with (
        st.container(horizontal=True),
        _beside(INDENT * min(depth, DEEPEST)),
        st.container(horizontal=True, vertical_alignment="center", key=f"map {saved.id}"),
    ):
        name = f"**{number} · {safe_label(saved.name)}**"
        said = f"{name} · {safe_label(differing)}" if differing else name
        st.markdown(f"{said}  \n:small[{_facts(saved)}{_of_which_rows(saved, maps)}]")
        if st.button("Explore", key=f"explore {saved.id}", icon=":material/hexagon:"):
            _explore(saved)
        if not session.current().workspace.read_only:
            _rename(saved)
            _delete(saved, number)


def _beside(room: int) -> DeltaGenerator:
    """Return a place beside some pixels that stay empty, however much stands in it."""
    if room:
        st.space(room)
    return st.container(width="stretch")


def _facts(saved: SavedMap) -> str:
    error = f"{saved.quality.quantization_error:.3g}"
    trained = "" if saved.n_trained is None else f", trained on {counted(saved.n_trained, 'row')}"
    return (
        f"{moment_in_words(saved.created)} · {safe_label(saved.source.name)}, "
        f"{counted(saved.quality.n_rows, 'row')}{trained} · quantization error {error}"
    )


def _of_which_rows(saved: SavedMap, maps: tuple[SavedMap, ...]) -> str:
    """Say of a map of some rows how they were chosen, and where."""
    if saved.parent is None:
        return ""
    above = next((other for other in maps if other.id == saved.parent.map), None)
    on = "a map that was deleted" if above is None else f"map {map_number(above, maps)}"
    return f" · of {on}: {safe_label(saved.parent.chosen_by)}"


def _explore(saved: SavedMap) -> None:
    session.look_at(saved)
    chrome.go("explore")


def _rename(saved: SavedMap) -> None:
    with st.popover("Rename", key=f"rename {saved.id}"):
        key = f"name of {saved.id}"
        st.text_input(
            "Name", saved.name, max_chars=LONGEST_NAME, key=key, on_change=_take_name, args=(saved,)
        )


def _take_name(saved: SavedMap) -> None:
    name = st.session_state[f"name of {saved.id}"].strip()
    if name:
        session.current().workspace.rename_map(saved, name)


def _delete(saved: SavedMap, number: int) -> None:
    with st.popover("Delete", key=f"delete {saved.id}"):
        st.write(
            f"Map {number} can be brought back for a day, unless another one is deleted. The "
            "table, sets of its rows, and maps of some of its rows stay."
        )
        st.button(
            f"Delete map {number}",
            key=f"surely delete {saved.id}",
            icon=":material/delete:",
            on_click=session.current().workspace.delete_map,
            args=(saved,),
        )


def _offer_undo(deleted: SavedMap) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"“{safe_label(deleted.name)}” was deleted.")
        st.button(
            "Undo",
            key="bring the map back",
            icon=":material/undo:",
            on_click=session.current().workspace.restore_map,
            args=(deleted,),
        )
