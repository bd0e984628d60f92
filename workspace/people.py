"""Which workspaces are whose, where sign-in is on.

    <data>/people/<person>/<workspace id>    an empty file

A person is a hash of what the provider calls them. The id of an owned workspace is no key by
itself: only its owner opens it.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from workspace.config import Configuration
from workspace.files import read_json
from workspace.identity import folder_name


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
        source = read_json(folder / "source.json")
        if not folder.exists():
            entry.unlink(missing_ok=True)  # deleted, or expired
        elif source is not None:
            used = datetime.fromtimestamp((folder / "used").stat().st_mtime, UTC)
            found.append(Owned(entry.name, source["name"], used))
    return tuple(sorted(found, key=lambda owned: owned.used, reverse=True))
