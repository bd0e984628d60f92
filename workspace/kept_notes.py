"""Notes on rows as files: each stays with the rows of its table."""

import json
from dataclasses import dataclass

from som_core.notes import RowNote
from workspace.documents import DocumentType, Fields
from workspace.table_source import TableSource


@dataclass(frozen=True)
class KeptNote:
    """A note with the table whose rows it is on."""

    note: RowNote
    table: str  # key of the table
    rows: str | None = None  # which rows the table has; None: it wasn't noted

    def is_of(self, table: TableSource) -> bool:
        """Return whether it is on rows of a table, however its columns are read."""
        return table.has_rows_of(self.table, self.rows)


def _to_value(kept: KeptNote) -> object:
    return {"note": json.loads(kept.note.to_json()), "table": kept.table, "rows": kept.rows}


def _from_fields(fields: Fields) -> KeptNote:
    note = RowNote.from_json(fields.json("note"))
    return KeptNote(note, fields.text("table"), fields.maybe_text("rows"))


DELETED_NOTES = "deleted-notes"

NOTE = DocumentType[KeptNote](
    file="notes/*.json",
    title="A note",
    instead="it is left out",
    to_value=_to_value,
    from_value=_from_fields,
)
DELETED_NOTE = NOTE.elsewhere(
    DELETED_NOTES, title="A note that was deleted", instead="it can't be brought back"
)
