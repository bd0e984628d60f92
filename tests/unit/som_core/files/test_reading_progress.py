import threading

import numpy as np
import pytest

from som_core import TableRefused, read_table
from som_core.files import parsing
from som_core.files.reading_progress import PARSED, UNPACKED, reading_told_to


def told_of(data: bytes) -> list[float]:
    told: list[float] = []
    with reading_told_to(told.append):
        read_table(data, "a.csv")
    return told


def test_a_long_file_is_told_of_as_its_rows_are_read(monkeypatch):
    monkeypatch.setattr(parsing, "_CELLS_A_PIECE", 4000)
    numbers = np.arange(40_000).reshape(-1, 4)
    told = told_of(b"a,b,c,d\n" + b"\n".join(b"%d,%d,%d,%d" % tuple(row) for row in numbers))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (UNPACKED, 1.0)
    assert sum(UNPACKED < done < PARSED for done in told) == 9


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n3,4\n",
        b'a,b\n"1,2\n3,4\n',  # a quotation mark that is never closed: parsed once more
        b'[{"a": 1}, {"a": 2}]',
        b"a,b\n1,007\n2,008\n",  # codes, read as numbers first and then once more as text
    ],
)
def test_it_never_goes_back_nor_beyond_the_whole(data):
    told = told_of(data)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_nobody_is_told_of_what_others_read_or_of_what_is_read_later():
    told: list[float] = []
    with reading_told_to(told.append):
        other = threading.Thread(target=read_table, args=(b"a,b\n1,2\n3,4\n", "a.csv"))
        other.start()
        other.join()
    read_table(b"a,b\n1,2\n3,4\n", "a.csv")
    assert told == []


def test_a_file_that_is_refused_is_never_told_to_be_read():
    told: list[float] = []
    with reading_told_to(told.append), pytest.raises(TableRefused):
        read_table(b"a,b\n,\n,\n", "a.csv")
    assert 1.0 not in told
