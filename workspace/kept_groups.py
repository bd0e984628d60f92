"""Groups of rows as files: those that were kept under a name, and selections to come back to."""

import json
from dataclasses import dataclass

from som_core.groups import Group
from workspace.documents import DocumentType, Fields


@dataclass(frozen=True)
class KeptGroup:
    """A group with the table whose rows it holds."""

    group: Group
    table: str  # key of the table
    kept: float  # seconds since 1970; groups are shown in this order


def _to_value(kept: KeptGroup) -> object:
    return {"group": json.loads(kept.group.to_json()), "table": kept.table, "kept": kept.kept}


def _from_fields(fields: Fields) -> KeptGroup:
    group = Group.from_json(fields.json("group"))
    return KeptGroup(group, fields.text("table"), fields.number("kept"))


GROUP = DocumentType[KeptGroup](
    file="groups/*.json",
    title="A group",
    instead="it is left out",
    to_value=_to_value,
    from_value=_from_fields,
)

DELETED_GROUPS = "deleted-groups"

DELETED_GROUP = DocumentType[KeptGroup](
    file=f"{DELETED_GROUPS}/*.json",
    title="A group that was deleted",
    instead="it can't be brought back",
    to_value=_to_value,
    from_value=_from_fields,
)

# What somebody has selected at any time, for a reload and the browser's Back.
PASSING_SELECTION = DocumentType[KeptGroup](
    file="passing/*.json",
    title="A selection",
    instead="nothing is selected",
    to_value=_to_value,
    from_value=_from_fields,
)

SELECTION = DocumentType[KeptGroup](
    file="selections/*.json",
    title="A selection",
    instead="nothing is selected",
    to_value=_to_value,
    from_value=_from_fields,
)
