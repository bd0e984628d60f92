"""The maps of the workspace: what tells them apart; looking at them, renaming, deleting."""

from dataclasses import replace

import streamlit as st

from som_core.wording import counted
from ui import chrome, session
from ui.labels import safe_label
from ui.map_names import differences
from ui.times import moment_in_words
from workspace.maps import SavedMap

LONGEST_NAME = 60


def show() -> None:
    """List the maps, the newest first; nothing before there is one."""
    workspace = session.current().workspace
    maps, deleted = workspace.maps(), workspace.deleted_map
    if not maps and deleted is None:
        return
    st.subheader("My maps", anchor=False)
    if deleted is not None and not workspace.read_only:
        _offer_undo(deleted)
    told_apart = differences(maps)
    for place, saved in enumerate(maps):
        _line(saved, len(maps) - place, told_apart[saved.id])


def _line(saved: SavedMap, number: int, differing: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"map {saved.id}"):
        name = f"**{number} · {safe_label(saved.name)}**"
        st.markdown(
            f"{name} · {safe_label(differing)}  \n:small[{_facts(saved)}]"
            if differing
            else f"{name}  \n:small[{_facts(saved)}]"
        )
        if st.button("Explore", key=f"explore {saved.id}", icon=":material/hexagon:"):
            _explore(saved)
        if not session.current().workspace.read_only:
            _rename(saved)
            _delete(saved, number)


def _facts(saved: SavedMap) -> str:
    error = f"{saved.quality.quantization_error:.3g}"
    return (
        f"{moment_in_words(saved.created)} · {safe_label(saved.source.name)}, "
        f"{counted(saved.quality.n_rows, 'row')} · quantization error {error}"
    )


def _explore(saved: SavedMap) -> None:
    state = session.current()
    if not state.workspace.read_only:
        state.workspace.choose_map(saved)
    state.view = replace(state.view, map=saved.id)
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
            "table, and sets of its rows, stay."
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
