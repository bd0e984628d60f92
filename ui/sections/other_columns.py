"""Columns of another file beside those of the table, row by row by a key, such as a country."""

import pandas as pd
import streamlit as st

from som_core.analyses.joining import Matches, likeliest_keys, matches
from som_core.errors import AtlasError
from som_core.reading import Table
from som_core.wording import counted
from ui import session
from ui.labels import safe_label, safe_sentence
from ui.sections import reading_choices, remarks_list
from ui.session import SMALL
from ui.tables import table_height
from workspace.table_source import TableSource

KEY, OTHER_KEY = "key here", "key there"
CHOOSE = "Choose a column"
MOST_KEYS_SHOWN = 100


def show() -> None:
    """Offer to add columns, or to take those away that were added."""
    source = session.source()
    other = session.current().workspace.source_of("joined")
    with st.expander(
        "Add columns of another file",
        expanded=source.join is not None or other is not None or session.current().adds_columns,
        icon=":material/join_left:",
    ):
        if source.join is not None:
            _joined()
        elif other is None:
            _upload()
        else:
            _choose_keys(source, other)


# The file -----------------------------------------------------------------------------------------


def _upload() -> None:
    key = f"other file {session.current().uploads}"
    st.file_uploader(
        "A file with one row for each key that stands in a column here: facts on countries for "
        "customers, prices for products. Of any kind that a table can be of",
        key=key,
        on_change=_take_upload,
        args=(key,),
    )
    st.caption(
        "No row of the table changes, so maps, groups and sets stay. You see what matches before "
        "anything is added."
    )


def _take_upload(key: str) -> None:
    state, upload = session.current(), st.session_state[key]
    if upload is None:
        return
    state.uploads += 1
    try:
        with st.spinner(f"Reading {safe_label(upload.name)}", show_time=True):
            state.workspace.put_upload(upload.getvalue(), upload.name, "joined")
    except AtlasError as problem:
        state.problem = f"**{safe_label(upload.name)}**: {safe_sentence(str(problem))}"


def _reading(other: Table) -> None:
    """Say what was noticed when the other file was read, and let that be corrected."""
    remarks_list.show(other, other.remarks, "joined")
    with st.expander("Read this file differently", icon=":material/edit:"):
        reading_choices.form(other, "joined")


# The keys -----------------------------------------------------------------------------------------


def _choose_keys(source: TableSource, other_source: TableSource) -> None:
    """Let the keys be chosen, and show what would match."""
    table, other = session.table_from(source), session.table_from(other_source)
    suggested = _likeliest(table, other, (source.key, other_source.key))
    st.markdown(
        f"**{safe_label(other.name)}** · {counted(len(other.frame), 'row')} · "
        f"{counted(other.frame.shape[1], 'column')} · {safe_label(other.dialect.in_words)}"
    )
    _reading(other)
    if suggested is None:
        st.caption("No columns look like keys of both. Choose those that hold the same keys.")
    here, there = list(table.frame.columns), list(other.frame.columns)
    first, second = st.columns(2)
    key = first.selectbox(
        "Key in this table",
        here,
        None if suggested is None else here.index(suggested[0]),
        key=KEY,
        placeholder=CHOOSE,
    )
    other_key = second.selectbox(
        f"Key in {safe_label(other.name, 60)}",
        there,
        None if suggested is None else there.index(suggested[1]),
        key=OTHER_KEY,
        placeholder=CHOOSE,
        help="Each key stands once there. The columns that are most likely meant are suggested.",
    )
    found = _matches(table, other, key, other_key)
    add, forget, _ = st.columns([1, 1, 2])
    n_new = other.frame.shape[1] - 1
    add.button(
        f"Add {counted(n_new, 'column')}",
        icon=":material/join_left:",
        width="stretch",
        disabled=found is None or found.n_keys == 0 or n_new == 0,
        on_click=_join,
        args=(key, other_key),
    )
    forget.button("Another file", icon=":material/undo:", width="stretch", on_click=_forget)


@st.cache_resource(max_entries=SMALL, show_spinner="Comparing the columns …")
def _likeliest(_table: Table, _other: Table, key: tuple[str, str]) -> tuple[str, str] | None:
    return likeliest_keys(_table, _other)


def _matches(table: Table, other: Table, key: str | None, other_key: str | None) -> Matches | None:
    """Say how many rows match, and which keys don't; why, where the tables can't be joined."""
    if key is None or other_key is None:
        return None
    try:
        found = matches(table, other, key, other_key)
    except AtlasError as problem:
        st.error(safe_sentence(str(problem)), icon=":material/error:")
        return None
    how = (
        "as they are written: 007 is not 7" if found.as_written else "by value, as both are numbers"
    )
    said = f"{safe_sentence(found.in_words)} Keys are compared {how}."
    if found.n_keys == 0:
        st.error(f"Nothing can be added by these columns. {said}", icon=":material/error:")
    else:
        st.markdown(said)
    _keys_without(found)
    return found


def _keys_without(found: Matches) -> None:
    """List the keys that find no row, with how many rows have them."""
    lost = found.keys_without
    if lost.empty:
        return
    shown = lost.head(MOST_KEYS_SHOWN)
    st.dataframe(
        pd.DataFrame({"key": shown.index.astype("str"), "rows": shown.to_numpy()}),
        hide_index=True,
        height=table_height(len(shown), at_most=180),
        width=360,
        alt="Keys without a row in the other file",
        column_config={"key": "Key without a row there", "rows": "Rows here"},
    )
    if len(lost) > len(shown):
        st.caption(f"The {MOST_KEYS_SHOWN} of {counted(len(lost), 'key')} that most rows have.")


def _join(key: str, other_key: str) -> None:
    state = session.current()
    try:
        state.workspace.join(key, other_key)
    except AtlasError as problem:
        state.problem = safe_sentence(str(problem))


def _forget() -> None:
    state = session.current()
    state.adds_columns = True
    state.workspace.forget_table("joined")


# What was joined ----------------------------------------------------------------------------------


def _joined() -> None:
    """Say what was added, and offer to take it away."""
    table = session.table()
    of = table.joined_from
    if of is None:
        return
    found = matches(of.table, of.other, of.key, of.other_key)
    st.markdown(
        f"{counted(len(table.joined_columns), 'column')} of **{safe_label(of.other.name)}** by "
        f"**{safe_label(of.key)}** · {safe_label(of.other.dialect.in_words)}"
    )
    _reading(of.other)
    st.caption(
        "They describe every map of these rows: lay them over it on Explore; the panel “Columns” "
        "there says which of them the map knows. On Prepare they can be set to train, too."
    )
    _keys_without(found)
    st.button("Take these columns away", icon=":material/undo:", on_click=_take_away)


def _take_away() -> None:
    session.current().workspace.take_join_away()
