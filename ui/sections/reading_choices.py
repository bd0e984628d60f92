"""How a file is read, as choices that an analyst can correct."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple, TypeVar, get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from som_core.errors import AtlasError
from som_core.files.dialect import BelowLimit
from som_core.files.encodings import IN_WORDS
from som_core.reading import Dialect, Table
from som_core.wording import HOW_TO_READ, mark_in_words
from ui import session
from ui.labels import safe_label, safe_sentence

C = TypeVar("C")

DELIMITERS = (",", ";", "\t", "|", " ", "^", "~", ":", "::", "\x1f")
QUOTES = ('"', "'", None)
ESCAPES = (None, "\\")
COMMENTS = (None, "#", "%", "//")
DECIMALS = (".", ",")
THOUSANDS = (None, ",", ".", " ", "'")
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", *(name for name in IN_WORDS if name != "utf-8")]


class _Parting(NamedTuple):
    """How the cells of a text are parted: nothing to choose where they come from a sheet."""

    encoding: str
    delimiter: str
    quote: str | None
    escape: str | None


def form(table: Table) -> None:
    """Show every guess about the file; on submit read it again as the analyst says."""
    if len(table.sheets) > 1:
        _sheets(table)
    dialect, words = table.dialect, HOW_TO_READ
    with st.form("reading", border=False):
        first, second, third = st.columns(3)
        parting = _Parting(dialect.encoding, dialect.delimiter, dialect.quote, dialect.escape)
        if dialect.sheet is None:
            parting = _chosen_parting(parting, (first, second, third))
        header_row = third.number_input(
            words["header_row"].label,
            0,
            1000,
            dialect.header_row,
            help=words["header_row"].help,
        )
        decimal = first.selectbox(
            words["decimal"].label, _with(DECIMALS, dialect.decimal), format_func=mark_in_words
        )
        thousands = second.selectbox(
            words["thousands"].label,
            _with(THOUSANDS, dialect.thousands),
            format_func=mark_in_words,
        )
        footer_rows = third.number_input(
            words["footer_rows"].label,
            0,
            1000,
            dialect.footer_rows,
            help=words["footer_rows"].help,
        )
        name_rows = first.number_input(
            words["name_rows"].label,
            1,
            10,
            dialect.name_rows,
            help=words["name_rows"].help,
        )
        rows_below_names = second.number_input(
            words["rows_below_names"].label,
            0,
            100,
            dialect.rows_below_names,
            help=words["rows_below_names"].help,
        )
        comment = second.selectbox(
            words["comment"].label,
            _with(COMMENTS, dialect.comment),
            format_func=mark_in_words,
            help=words["comment"].help,
        )
        repeats_header = third.checkbox(
            words["repeats_header"].label,
            dialect.repeats_header,
            help=words["repeats_header"].help,
        )
        has_header = third.checkbox(words["has_header"].label, dialect.has_header)
        marks = st.multiselect(
            words["missing_marks"].label,
            dialect.missing_marks,
            dialect.missing_marks,
            accept_new_options=True,
            help=words["missing_marks"].help,
        )
        below_limit = second.selectbox(
            words["below_limit"].label,
            _with(get_args(BelowLimit), dialect.below_limit),
            format_func=words["below_limit"].word,
            help=words["below_limit"].help,
        )
        again, guess, _ = st.columns([1, 1, 2])
        if again.form_submit_button("Read again this way", type="primary", width="stretch"):
            _read_with(
                replace(
                    dialect,
                    encoding=parting.encoding,
                    delimiter=parting.delimiter,
                    quote=parting.quote,
                    escape=parting.escape,
                    comment=comment,
                    repeats_header=repeats_header,
                    header_row=int(header_row),
                    has_header=has_header,
                    name_rows=int(name_rows),
                    rows_below_names=int(rows_below_names),
                    footer_rows=int(footer_rows),
                    decimal=decimal,
                    thousands=thousands,
                    missing_marks=tuple(marks),
                    below_limit=below_limit,
                )
            )
        if guess.form_submit_button("Back to the guess", width="stretch"):
            _read_with(None, dialect.sheet)


def _sheets(table: Table) -> None:
    """Let another sheet of the workbook be chosen, which is read at once."""
    words = HOW_TO_READ["sheet"]
    chosen = st.selectbox(
        words.label,
        table.sheets,
        table.sheets.index(table.dialect.sheet or table.sheets[0]),
        format_func=safe_label,
        help=words.help,
    )
    if chosen != table.dialect.sheet:
        _read_with(None, chosen)


def _chosen_parting(
    parting: _Parting, columns: tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]
) -> _Parting:
    """Show how the cells of a text are parted and return what is chosen."""
    first, second, third = columns
    words = HOW_TO_READ
    return _Parting(
        encoding=first.selectbox(
            words["encoding"].label,
            _with(ENCODINGS, parting.encoding),
            format_func=lambda name: f"{name}: {IN_WORDS[name]}" if name in IN_WORDS else name,
            help=words["encoding"].help,
        ),
        delimiter=second.selectbox(
            words["delimiter"].label,
            _with(DELIMITERS, parting.delimiter),
            format_func=mark_in_words,
        ),
        quote=third.selectbox(
            words["quote"].label,
            _with(QUOTES, parting.quote),
            format_func=mark_in_words,
            help=words["quote"].help,
        ),
        escape=first.selectbox(
            words["escape"].label,
            _with(ESCAPES, parting.escape),
            format_func=mark_in_words,
            help=words["escape"].help,
        ),
    )


def _read_with(dialect: Dialect | None, sheet: str | None = None) -> None:
    try:
        session.current().workspace.read_with(dialect, sheet=sheet)
    except AtlasError as problem:
        st.error(safe_sentence(str(problem)))
        return
    st.rerun()


def _with(choices: Iterable[C], current: C) -> list[C]:
    """Return the usual choices with the current one first, so that a select box starts on it."""
    return [current, *(choice for choice in choices if choice != current)]
