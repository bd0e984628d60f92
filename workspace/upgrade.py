"""From format 1 to 2: files with a check, several tables, groups as files of their own.

Each file is replaced as a whole and the format written last, so a step that was cut off is simply
done again. What is damaged is left as it is: whoever reads it says so.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from som_core.groups import Group
from workspace.checks import checks_of
from workspace.choices import CHOICE, RECIPE, SETTINGS, UI_STATE
from workspace.documents import FORMAT, Damaged, DocumentType, Fields, V
from workspace.facts import FACTS, WorkspaceFacts
from workspace.jobs.order import ORDER
from workspace.kept_groups import GROUP, KeptGroup
from workspace.maps import MAP, TRAINED
from workspace.table_source import SOURCE, SOURCE_IN_FORMAT_1


@dataclass(frozen=True)
class _Sets:
    """The named sets of a table, as format 1 kept them: all in one file."""

    table: str
    rows: dict[str, list[float]]


def _sets_from(fields: Fields) -> _Sets:
    sets = fields.inner("sets")
    return _Sets(fields.text("table"), {name: sets.numbers(name) for name in sets.values})


_SETS = DocumentType[_Sets](file="sets.json", title="Sets", to_value=vars, from_value=_sets_from)


def upgrade(folder: Path, facts: WorkspaceFacts) -> None:
    """Bring a workspace to today's format; whoever calls this holds its lock."""
    _rewrite(RECIPE, folder)
    _rewrite(SETTINGS, folder)
    _rewrite(CHOICE, folder)
    _rewrite(UI_STATE, folder)
    for job in (folder / "jobs").iterdir():
        _rewrite(ORDER, job)
    for trained in (folder / "maps").glob(f"*/{TRAINED}"):
        _add_checks(trained.parent)
    _split_sets(folder)
    _give_the_table_its_role(folder)
    FACTS.keep(folder, replace(facts, format=FORMAT))


def _rewrite(document: DocumentType[V], folder: Path) -> None:
    with suppress(Damaged):
        value = document.read(folder)
        if value is not None:
            document.keep(folder, value)


def _add_checks(folder: Path) -> None:
    with suppress(Damaged):
        saved = MAP.read(folder)
        if saved is not None and not saved.checks:
            MAP.keep(folder, replace(saved, checks=checks_of(folder / TRAINED)))


def _split_sets(folder: Path) -> None:
    with suppress(Damaged):
        sets = _SETS.read(folder)
        if sets is None:
            return
        for number, (name, rows) in enumerate(sets.rows.items()):
            group = Group(name, np.array(rows, np.int64), "set")
            GROUP.keep(folder, KeptGroup(group, sets.table, float(number)), f"{number:016x}")
        _SETS.discard(folder)


def _give_the_table_its_role(folder: Path) -> None:
    with suppress(Damaged):
        source = SOURCE_IN_FORMAT_1.read(folder)
        if source is not None:
            SOURCE.keep(folder, source, "main")
            SOURCE_IN_FORMAT_1.discard(folder)
