"""Which file makes a table of a workspace, how it is read, and under which name its rows are known.

sources/<role>.json
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Literal, Self

from som_core.reading import Dialect, Table
from workspace.documents import DocumentType, Fields

TableRole = Literal["main", "new", "joined"]  # the maps' table; new rows for an old map; both

_BEFORE_FINGERPRINTS = 1  # stands in the keys of tables that were read when there were none
_OF_COLUMNS = frozenset({  # parts of a dialect that say what cells mean, not which rows there are
    "decimal", "thousands", "missing_marks", "marks_in_columns", "below_limit", "other_decimal",
    "as_text", "not_dates", "day_first", "month_first",
})  # fmt: skip
_FIRST_PARTS = (
    "encoding",
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "header_row",
    "has_header",
    "footer_rows",
    "missing_marks",
)


@dataclass(frozen=True)
class Join:
    """The columns of another table beside those of a table, row by row by a key."""

    other: "TableSource"
    key: str
    other_key: str

    def to_value(self) -> object:
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        other = TableSource.from_fields(fields.inner("other"))
        return cls(replace(other, join=None), fields.text("key"), fields.text("other_key"))


@dataclass(frozen=True)
class TableSource:
    """Which uploaded bytes make a table, how they are read, and what came of it."""

    upload: str  # SHA-256 of the bytes, hexadecimal
    name: str  # of the file, as the analyst knows it; never part of a path
    dialect: Dialect | None = None  # None: guessed from the bytes
    fingerprint: str | None = None  # of the table; None: read when tables had none
    sheet: str | None = None  # of a workbook, where its dialect is guessed; None: guessed as well
    brought: str | None = None  # SHA-256 of the table as a bundle brought it; None: read here
    join: Join | None = None  # the columns that stand beside those of the file
    rows: str | None = None  # which rows it has, however cells are read; None: it wasn't noted

    @property
    def key(self) -> str:
        """The name of the rows: equal bytes read in the same way as the same have the same.

        The sheet is no part of it: what was read there is, by its fingerprint. What a bundle says
        of a table is never taken for what was read here. Nor is what is joined, as it changes no
        row: maps and groups are of the same rows with it.
        """
        dialect = None if self.dialect is None else _parts_in_key(self.dialect)
        table = self.fingerprint or _BEFORE_FINGERPRINTS
        parts = [table, self.upload, dialect, *([self.brought] if self.brought else [])]
        text = json.dumps(parts, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def columns_key(self) -> str:
        """The name of the rows with all their columns, those that are joined among them."""
        if self.join is None:
            return self.key
        parts = [self.key, self.join.other.key, self.join.key, self.join.other_key]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    def has_rows_of(self, table: str, rows: str | None) -> bool:
        """Return whether a table, by its key and what is noted of its rows, has the same rows.

        Where a column is read otherwise, such as kept as text, the same rows stand in each place.
        """
        return table == self.key or (rows is not None and rows == self.rows)

    def has_same_rows(self, other: "TableSource") -> bool:
        """Return whether two tables have the same rows, however their columns are read."""
        return self.has_rows_of(other.key, other.rows)

    @property
    def alone(self) -> Self:
        """The same table, with nothing joined to it."""
        return replace(self, join=None)

    @property
    def files(self) -> tuple["TableSource", ...]:
        """The table, and the one that is joined to it."""
        return (self,) if self.join is None else (self, self.join.other)

    def to_value(self) -> object:
        return asdict(self)

    @classmethod
    def from_fields(cls, fields: Fields) -> Self:
        dialect = Dialect.from_json(fields.json("dialect")) if fields.has("dialect") else None
        upload = fields.text("upload")
        if len(upload) != 64 or not upload.isalnum():  # it becomes part of a path
            raise ValueError("no SHA-256")
        return cls(
            upload,
            fields.text("name"),
            dialect,
            fields.maybe_text("fingerprint"),
            fields.maybe_text("sheet"),
            fields.maybe_text("brought"),
            Join.from_fields(fields.inner("join")) if fields.has("join") else None,
            fields.maybe_text("rows"),
        )


def rows_noted(upload: str, table: Table) -> str:
    """Return what tells which rows of an upload a table has, wherever columns are read otherwise.

    Rows of marks alone count as blank and are left out: if there are such, the marks count as well.
    """
    has_blank_rows = any(remark.kind == "blank rows" for remark in table.remarks)
    parts = {
        name: value
        for name, value in asdict(table.dialect).items()
        if name not in _OF_COLUMNS or (name == "missing_marks" and has_blank_rows)
    }
    text = json.dumps([upload, len(table.frame), parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _parts_in_key(dialect: Dialect) -> dict[str, object]:
    """Return what tells dialects apart.

    A part that came later counts only where it isn't its default: what was read before it came has
    the same key ever after, for groups of rows are kept under it.
    """
    return {
        name: value
        for name, value in asdict(dialect).items()
        if name in _FIRST_PARTS or value != getattr(Dialect, name)
    }


SOURCE = DocumentType[TableSource](
    file="sources/*.json",
    title="Which file is the table",
    instead="the latest one is taken. Look whether it is the right one, read in the right way",
    to_value=TableSource.to_value,
    from_value=TableSource.from_fields,
)

SOURCE_IN_FORMAT_1 = DocumentType[TableSource](
    file="source.json",
    title=SOURCE.title,
    to_value=TableSource.to_value,
    from_value=TableSource.from_fields,
)
