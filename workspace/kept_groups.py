"""Groups of rows as files: those that were kept under a name, and selections to come back to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from som_core.groups import Group
from som_core.selection_steps import is_question
from workspace.documents import DocumentType, Fields
from workspace.table_source import TableSource


@dataclass(frozen=True)
class KeptGroup:
    """A group with the table whose rows it holds."""

    group: Group
    table: str  # key of the table
    kept: float  # seconds since 1970; groups are shown in this order
    rows: str | None = None  # which rows the table has; None: it wasn't noted

    def is_of(self, table: TableSource) -> bool:
        """Return whether its rows are those of a table, however its columns are read."""
        return table.has_rows_of(self.table, self.rows)


def _to_value(kept: KeptGroup) -> object:
    group = json.loads(kept.group.to_json())
    return {"group": group, "table": kept.table, "kept": kept.kept, "rows": kept.rows}


def _from_fields(fields: Fields) -> KeptGroup:
    group = Group.from_json(fields.json("group"))
    when, rows = fields.number("kept"), fields.maybe_text("rows")
    return KeptGroup(group, fields.text("table"), when, rows)


def groups_of(kept: Iterable[KeptGroup], table: TableSource) -> tuple[Group, ...]:
    """Return the groups of rows of a table, in the order of their making."""
    own = [one for one in kept if one.is_of(table)]
    return tuple(one.group for one in sorted(own, key=attrgetter("kept")))


def questions_elsewhere(kept: Iterable[KeptGroup], table: TableSource) -> tuple[Group, ...]:
    """Return the groups of other rows that were found by questions alone, the latest first.

    They can be asked of this table anew.
    """
    others = [one for one in kept if not one.is_of(table)]
    asked = [one for one in others if is_question(one.group.recipe.step)]
    by_recipe = {one.group.recipe: one.group for one in sorted(asked, key=attrgetter("kept"))}
    return tuple(by_recipe.values())[::-1]


DELETED_GROUPS = "deleted-groups"
READERS = "readers"

GROUP = DocumentType[KeptGroup](
    file="groups/*.json",
    title="A group",
    instead="it is left out",
    to_value=_to_value,
    from_value=_from_fields,
)
DELETED_GROUP = GROUP.elsewhere(
    DELETED_GROUPS, title="A group that was deleted", instead="it can't be brought back"
)
SELECTION = GROUP.elsewhere("selections", title="A selection", instead="nothing is selected")
# What somebody has selected at any time, for a reload and the browser's Back.
PASSING_SELECTION = SELECTION.elsewhere("passing")
# The same of those who came by the read-only link: they can push out none of the owner's.
READERS_SELECTION = SELECTION.elsewhere(READERS)
