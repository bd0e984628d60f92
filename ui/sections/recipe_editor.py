"""The recipe as one editable table, a line a column."""

from collections.abc import Sequence
from typing import get_args

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from som_core import recipe as choices
from som_core.errors import AtlasError
from som_core.profiling import ColumnProfile
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.wording import RECIPE
from ui import session
from ui.labels import safe_sentence
from ui.tables import table_height

FIXED = ["column", "kind", "missing_share", "reason"]
EDITABLE = ("role", "encoding", "period", "missing", "outliers", "transform", "scale", "weight")
NUMBERS = {"weight": 0.0, "period": None}  # and what an empty cell of theirs means


def back_to_suggestions() -> None:
    """Offer to undo every change of the recipe."""
    workspace = session.current().workspace
    if workspace.read_only:
        return
    if st.button("Back to all suggestions", icon=":material/undo:", width="stretch"):
        workspace.keep_recipe(session.suggested_recipe())
        session.current().fresh_starts += 1
        st.rerun()


def _place() -> str:
    """Return where the editor of this table keeps its edits; a new place has none."""
    state = session.current()
    return f"recipe {session.source().columns_key} {state.fresh_starts}"


def show(table: Table, profiles: Sequence[ColumnProfile]) -> None:
    """Show the editor, and keep what the analyst changed in the workspace."""
    state, place = session.current(), _place()
    if state.arrived or place not in state.editing:
        # The editor holds edits as differences from where it started: that must stay as it was.
        state.editing[place] = session.recipe()
    start = state.editing[place]
    lines = st.data_editor(
        _lines(start, profiles),
        key=place,
        hide_index=True,
        height=table_height(len(start.columns), at_most=420),
        disabled=True if state.workspace.read_only else FIXED,
        column_config=_column_config(),
        placeholder="",  # for columns of no circle
        alt="What becomes of each column",
    )
    try:
        edited = _edited(start, lines)
    except AtlasError as problem:
        st.error(safe_sentence(str(problem)), icon=":material/error:")
        st.stop()
    if edited != session.recipe() and not state.workspace.read_only:
        state.workspace.keep_recipe(edited)


def _lines(recipe: Recipe, profiles: Sequence[ColumnProfile]) -> pd.DataFrame:
    by_name = {profile.name: profile for profile in profiles}
    lines = []
    for column in recipe.columns:
        profile = by_name[column.name]
        lines.append(
            {
                "column": column.name,
                "kind": profile.kind,
                "missing_share": profile.n_missing / max(profile.n_rows, 1),
                **{name: _word(name, getattr(column, name)) for name in EDITABLE},
                "reason": column.reason,
            }
        )
    return pd.DataFrame(lines).astype({"period": float})  # of no circle at all: NaN, a number


def _edited(start: Recipe, lines: pd.DataFrame) -> Recipe:
    chosen = {
        column.name: {name: _choice(name, line[name]) for name in EDITABLE}
        for column, line in zip(start.columns, lines.to_dict("records"), strict=True)
    }
    return start.changed(chosen)


def _word(name: str, value: str | float | None) -> str | float | None:
    return RECIPE[name].word(value) if isinstance(value, str) else value


def _choice(name: str, word: str | float | None) -> str | float | None:
    if name in NUMBERS:
        return NUMBERS[name] if word is None or pd.isna(word) else float(word)
    return next(value for value in _values(name) if RECIPE[name].word(value) == word)


def _values(name: str) -> tuple[str, ...]:
    kinds = {
        "role": choices.Role,
        "encoding": choices.Encoding,
        "missing": choices.Missing,
        "outliers": choices.Outliers,
        "transform": choices.Transform,
        "scale": choices.Scale,
    }
    return get_args(kinds[name])


def _column_config() -> dict[str, ColumnConfig]:
    def select(name: str) -> ColumnConfig:
        options = [RECIPE[name].word(value) for value in _values(name)]
        words = RECIPE[name]
        return st.column_config.SelectboxColumn(
            words.label, help=words.help, options=options, required=True
        )

    return {
        "column": st.column_config.TextColumn("Column", pinned=True, width=160),
        "kind": st.column_config.TextColumn("Kind", width="small"),
        "missing_share": st.column_config.ProgressColumn(
            "Missing", format="percent", width="small", help="Share of rows without a value."
        ),
        **{name: select(name) for name in EDITABLE if name not in NUMBERS},
        "period": st.column_config.NumberColumn(
            RECIPE["period"].label,
            help=RECIPE["period"].help,
            min_value=0.0001,
            max_value=1_000_000.0,
            width="small",
        ),
        "weight": st.column_config.NumberColumn(
            RECIPE["weight"].label,
            help=RECIPE["weight"].help,
            min_value=0.0,
            max_value=100.0,
            step=0.1,
            width="small",
        ),
        "reason": st.column_config.TextColumn("Why this suggestion", width=145),
    }
