"""How a file is read, as choices that an analyst can correct."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from som_core.errors import AtlasError
from som_core.reading import Dialect, Table
from ui import session
from ui.labels import safe_label

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
DECIMALS = {".": "point", ",": "comma"}
THOUSANDS = {None: "none", ",": "comma", ".": "point", " ": "space", "'": "apostrophe"}
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "cp1250", "cp1251", "shift_jis"]


def name_of_delimiter(mark: str) -> str:
    return DELIMITERS.get(mark, mark)


def name_of_decimal(mark: str) -> str:
    return DECIMALS.get(mark, mark)


def form(table: Table) -> None:
    """Show every guess about the file; on submit read it again as the analyst says."""
    dialect = table.dialect
    with st.form("reading", border=False):
        first, second, third = st.columns(3)
        encoding = first.selectbox(
            "Encoding",
            _with(ENCODINGS, dialect.encoding),
            help="Try another where é or ü look wrong.",
        )
        delimiter = second.selectbox(
            "Columns are split by",
            _with(DELIMITERS, dialect.delimiter),
            format_func=name_of_delimiter,
        )
        header_row = third.number_input(
            "Lines above the header",
            0,
            1000,
            dialect.header_row,
            help="Title lines that come before the names of the columns.",
        )
        decimal = first.selectbox(
            "Decimal mark", _with(DECIMALS, dialect.decimal), format_func=name_of_decimal
        )
        thousands = second.selectbox(
            "Thousands mark",
            _with(THOUSANDS, dialect.thousands),
            format_func=lambda mark: THOUSANDS.get(mark, mark),
        )
        marks = third.text_input(
            "Marks for missing, one space between",
            " ".join(dialect.missing_marks),
            help="Cells with exactly one of these count as empty.",
        )
        again, guess, _ = st.columns([1, 1, 2])
        if again.form_submit_button("Read again this way", type="primary", width="stretch"):
            _read_with(
                replace(
                    dialect,
                    encoding=encoding,
                    delimiter=delimiter,
                    header_row=int(header_row),
                    decimal=decimal,
                    thousands=thousands,
                    missing_marks=tuple(marks.split()),
                )
            )
        if guess.form_submit_button("Back to the guess", width="stretch"):
            _read_with(None)


def _read_with(dialect: Dialect | None) -> None:
    try:
        session.current().workspace.read_with(dialect)
    except AtlasError as problem:
        st.error(safe_label(str(problem)))
        return
    st.rerun()


def _with(choices: Iterable[str | None], current: str | None) -> list[str | None]:
    """Return the usual choices with the current one first, so that a select box starts on it."""
    return [current, *(choice for choice in choices if choice != current)]
