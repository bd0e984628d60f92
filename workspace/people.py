"""Which workspaces are whose, where sign-in is on.

    <data>/people/<person>/<workspace id>    an empty file

A person is a hash of what the provider calls them. The id of an owned workspace is no key by
itself: only its owner opens it.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workspace.config import Configuration
from workspace.documents import Damaged
from workspace.files import time_of
from workspace.identity import folder_name
from workspace.table_source import SOURCE, SOURCE_IN_FORMAT_1


@dataclass(frozen=True)
class Owned:
    """A workspace in the list of its owner."""

    id: str
    table: str  # name of the file that it holds
    used: datetime  # when it was last opened


def person_of(issuer: str, subject: str) -> str:
    """Return one person's name on disk; a subject is unique at its issuer alone (OpenID, 2014)."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:32]


def give(config: Configuration, workspace_id: str, person: str) -> None:
    """Put a workspace on the list of a person."""
    folder = config.data / "people" / person
    folder.mkdir(parents=True, exist_ok=True)
    (folder / workspace_id).touch()


def workspaces_of(config: Configuration, person: str) -> tuple[Owned, ...]:
    """Return the workspaces of a person that hold a table, the one used last first."""
    found = []
    for entry in (config.data / "people" / person).glob("*"):
        folder = config.data / "workspaces" / folder_name(entry.name)
        if not folder.exists():
            entry.unlink(missing_ok=True)  # deleted, or expired
            continue
        table = _table_in(folder)
        if table is not None:
            found.append(
                Owned(entry.name, table, datetime.fromtimestamp(time_of(folder / "used"), UTC))
            )
    return tuple(sorted(found, key=lambda owned: owned.used, reverse=True))


def _table_in(folder: Path) -> str | None:
    """Return the name of a workspace's table; None if it holds none."""
    try:
        source = SOURCE.read(folder, "main") or SOURCE_IN_FORMAT_1.read(folder)
    except Damaged:
        return "a table"
    return None if source is None else source.name
