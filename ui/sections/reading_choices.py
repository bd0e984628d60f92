"""How a file is read, as choices that an analyst can correct."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from som_core.errors import AtlasError
from som_core.files.dialect import BelowLimit
from som_core.files.encodings import IN_WORDS
from som_core.reading import Dialect, Table
from som_core.wording import HOW_TO_READ, in_one_direction, mark_in_words
from ui import session
from ui.labels import safe_sentence
from workspace.table_source import TableRole

C = TypeVar("C")

DELIMITERS = (",", ";", "\t", "|", " ", "^", "~", ":", "::", "\x1f")
QUOTES = ('"', "'", None)
ESCAPES = (None, "\\")
COMMENTS = (None, "#", "%", "//")
DECIMALS = (".", ",")
THOUSANDS = (None, ",", ".", " ", "'")
_OF_COLUMNS = ("as_text", "not_dates", "day_first", "month_first", "other_decimal")
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", *(name for name in IN_WORDS if name != "utf-8")]


def form(table: Table, role: TableRole = "main") -> None:
    """Show every guess about the file of a role; on submit read it again as the analyst says."""
    if len(table.sheets) > 1:
        _sheets(table, role)
    dialect = table.dialect
    with st.form(f"reading {role}", border=False):
        columns = st.columns(3)
        changes: dict[str, object] = {}
        if dialect.sheet is None and not dialect.is_typed:
            changes |= _parting(dialect, columns)
        if not dialect.is_typed:
            changes |= _layout(dialect, columns)
        changes |= _values(dialect, columns)
        changes |= _columns_read_otherwise(dialect)
        again, guess, _ = st.columns([1, 1, 2])
        if again.form_submit_button("Read again this way", type="primary", width="stretch"):
            _read_with(role, lambda: dialect.changed(changes))
        if guess.form_submit_button("Back to the guess", width="stretch"):
            _read_with(role, lambda: None, dialect.sheet)


def _sheets(table: Table, role: TableRole) -> None:
    """Let another sheet or table of the file be chosen, which is read at once."""
    words = HOW_TO_READ["sheet"]
    chosen = st.selectbox(
        words.label,
        table.sheets,
        table.sheets.index(table.dialect.sheet or table.sheets[0]),
        key=f"sheet of {role}, {table.dialect.sheet}",
        format_func=in_one_direction,  # options are no markdown
        help=words.help,
    )
    if chosen != table.dialect.sheet:
        _read_with(role, lambda: None, chosen)


def _parting(dialect: Dialect, columns: Sequence[DeltaGenerator]) -> dict[str, object]:
    """Show how the cells of a text are parted and return what is chosen."""
    first, second, third = columns
    words = HOW_TO_READ
    return {
        "encoding": first.selectbox(
            words["encoding"].label,
            _with(ENCODINGS, dialect.encoding),
            format_func=lambda name: f"{name}: {IN_WORDS[name]}" if name in IN_WORDS else name,
            help=words["encoding"].help,
        ),
        "delimiter": second.selectbox(
            words["delimiter"].label,
            _with(DELIMITERS, dialect.delimiter),
            format_func=mark_in_words,
        ),
        "quote": third.selectbox(
            words["quote"].label,
            _with(QUOTES, dialect.quote),
            format_func=mark_in_words,
            help=words["quote"].help,
        ),
        "escape": first.selectbox(
            words["escape"].label,
            _with(ESCAPES, dialect.escape),
            format_func=mark_in_words,
            help=words["escape"].help,
        ),
    }


def _layout(dialect: Dialect, columns: Sequence[DeltaGenerator]) -> dict[str, object]:
    """Show which lines are rows, and what is in them, and return what is chosen."""
    first, second, third = columns
    words = HOW_TO_READ

    def n_lines(column: DeltaGenerator, name: str, least: int, most: int) -> int:
        choice, now = words[name], getattr(dialect, name)
        return int(column.number_input(choice.label, least, max(most, now), now, help=choice.help))

    return {
        "decimal": second.selectbox(
            words["decimal"].label, _with(DECIMALS, dialect.decimal), format_func=mark_in_words
        ),
        "header_row": n_lines(third, "header_row", 0, 1000),
        "name_rows": n_lines(first, "name_rows", 1, 10),
        "rows_below_names": n_lines(second, "rows_below_names", 0, 100),
        "footer_rows": n_lines(third, "footer_rows", 0, 1000),
        "comment": first.selectbox(
            words["comment"].label,
            _with(COMMENTS, dialect.comment),
            format_func=mark_in_words,
            help=words["comment"].help,
        ),
        "repeats_header": third.checkbox(
            words["repeats_header"].label,
            dialect.repeats_header,
            help=words["repeats_header"].help,
        ),
        "has_header": third.checkbox(words["has_header"].label, dialect.has_header),
    }


def _values(dialect: Dialect, columns: Sequence[DeltaGenerator]) -> dict[str, object]:
    """Show how numbers and missing values are written and return what is chosen."""
    first, second, _ = columns
    words = HOW_TO_READ
    return {
        "thousands": first.selectbox(
            words["thousands"].label,
            _with(THOUSANDS, dialect.thousands),
            format_func=mark_in_words,
        ),
        "below_limit": second.selectbox(
            words["below_limit"].label,
            _with(get_args(BelowLimit), dialect.below_limit),
            format_func=words["below_limit"].word,
            help=words["below_limit"].help,
        ),
        "missing_marks": st.multiselect(
            words["missing_marks"].label,
            dialect.missing_marks,
            dialect.missing_marks,
            accept_new_options=True,
            help=words["missing_marks"].help,
        ),
    }


def _columns_read_otherwise(dialect: Dialect) -> dict[str, object]:
    """Let columns that are read otherwise than the rest be taken back, each for itself."""
    return {
        name: st.multiselect(
            HOW_TO_READ[name].label,
            columns,
            columns,
            format_func=in_one_direction,  # options are no markdown
            help=HOW_TO_READ[name].help,
        )
        for name in _OF_COLUMNS
        if (columns := getattr(dialect, name))
    }


def _read_with(
    role: TableRole, wanted: Callable[[], Dialect | None], sheet: str | None = None
) -> None:
    try:
        session.current().workspace.read_with(wanted(), role, sheet=sheet)
    except AtlasError as problem:
        st.error(safe_sentence(str(problem)))
        return
    st.rerun()


def _with(choices: Iterable[C], current: C) -> list[C]:
    """Return the usual choices with the current one first, so that a select box starts on it."""
    return [current, *(choice for choice in choices if choice != current)]
