"""A long text is read in halves side by side, and comes back as if it were read at once."""

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from som_core import read_table
from som_core.files import parsing

N_ROWS = 2_000
RANDOM = np.random.default_rng(0)
SIZES = RANDOM.normal(100, 30, N_ROWS).round(3)


def lines(ending: str = "\n", note: str = "fine", code: str = "7") -> str:
    """Return a table whose last rows alone hold a code with zeros, a word, and a note."""
    rows = ["size,code,mixed,note"]
    for place, size in enumerate(SIZES):
        is_last = place > N_ROWS - 5
        rows.append(
            f"{size},{'007' if is_last and code == '007' else place},"
            f"{'many' if is_last else place % 7},{note if is_last else 'plain'}"
        )
    return ending.join(rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        lines(),
        lines() + "\n",
        lines(ending="\r\n"),
        lines(code="007"),
        lines(note='"two\nlines"'),
        lines().replace(",", " "),
        lines().replace(",", ";").replace(".", ","),
    ],
    ids=["plain", "ended", "windows", "code", "quoted", "blanks", "decimal commas"],
)
def test_halves_give_the_table_that_one_reading_gives(monkeypatch, text):
    at_once = read_table(text.encode(), "a table")
    monkeypatch.setattr(parsing, "_FEWEST_BYTES_OF_HALVES", 1)
    in_halves = read_table(text.encode(), "a table")
    assert len(in_halves.frame) == N_ROWS
    assert_frame_equal(in_halves.frame, at_once.frame)
    assert in_halves.remarks == at_once.remarks


def test_a_text_is_cut_where_a_line_ends_and_never_within_quotation_marks():
    text = b"1,2\n3,4\n5,6\n7,8\n"
    dialect = read_table(b"a,b\n1,2\n3,4\n", "a table").dialect
    assert parsing._halves(text * 1_000_000, 0, dialect)[1][:4] in (
        b"1,2\n",
        b"3,4\n",
        b"5,6\n",
        b"7,8\n",
    )
    assert len(parsing._halves(text * 1_000_000 + b'"9",0\n', 0, dialect)) == 1
    assert len(parsing._halves(text, 0, dialect)) == 1
