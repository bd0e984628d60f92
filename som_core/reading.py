"""Bytes of a file to a Table: encoding, delimiter, decimal mark, header row, limits, refusals."""

from dataclasses import dataclass

import pandas as pd

from som_core.errors import AtlasError


class TableRefused(AtlasError):
    """A file that can't become a table."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(f"{message} {advice}")
        self.message = message  # one sentence: why
        self.advice = advice  # one sentence: what to do


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How the text of a file is laid out; every part was guessed, or set by the analyst."""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    thousands: str | None = None
    header_row: int = 0  # lines above the header that are skipped


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that one table may hold; a larger file is refused before any long work."""

    file_bytes: int = 500_000_000
    unpacked_bytes: int = 1_500_000_000
    rows: int = 5_000_000
    columns: int = 2_000
    cells: int = 100_000_000


@dataclass(frozen=True)
class Table:
    """What was read from a file. Read only by convention: it is shared between sessions."""

    frame: pd.DataFrame  # text stays text: 007 is not 7
    name: str
    dialect: Dialect
    remarks: tuple[str, ...] = ()  # what was noticed or done while reading, one sentence each
