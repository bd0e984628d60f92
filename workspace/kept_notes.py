"""Notes on rows as files: each stays with the rows of its table."""

import json
from dataclasses import dataclass

from som_core.notes import RowNote
from workspace.documents import DocumentType, Fields


@dataclass(frozen=True)
class KeptNote:
    """A note with the table whose rows it is on."""

    note: RowNote
    table: str  # key of the table


def _to_value(kept: KeptNote) -> object:
    return {"note": json.loads(kept.note.to_json()), "table": kept.table}


def _from_fields(fields: Fields) -> KeptNote:
    return KeptNote(RowNote.from_json(fields.json("note")), fields.text("table"))


def _kept_in(folder: str, title: str, instead: str) -> DocumentType[KeptNote]:
    return DocumentType[KeptNote](
        file=f"{folder}/*.json",
        title=title,
        instead=instead,
        to_value=_to_value,
        from_value=_from_fields,
    )


DELETED_NOTES = "deleted-notes"

NOTE = _kept_in("notes", "A note", "it is left out")
DELETED_NOTE = _kept_in(DELETED_NOTES, "A note that was deleted", "it can't be brought back")
