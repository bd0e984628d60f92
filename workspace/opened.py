"""A workspace that was opened: who may change it, and how it is changed by one at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from som_core.errors import AtlasError
from workspace.config import Configuration
from workspace.documents import DocumentType, V
from workspace.facts import FACTS, WorkspaceFacts, facts_of
from workspace.files import locked, publishing
from workspace.identity import folder_name
from workspace.people import give
from workspace.quota import check_room
from workspace.shares import SHARE


class WorkspaceMissing(AtlasError):
    """There is no workspace under this id."""


class ReadOnly(AtlasError):
    """The workspace was opened by its read-only link."""

    def __init__(self) -> None:
        super().__init__(
            "This link shows the workspace but can't change it. "
            "Ask its owner for a change, or start a workspace of your own."
        )


class NotYours(WorkspaceMissing):
    """The workspace belongs to another person."""

    def __init__(self) -> None:
        super().__init__(
            "This workspace belongs to somebody who signed in, and only they can open it. Ask "
            "them for its read-only link. This is a new workspace."
        )


class NameTaken(AtlasError):
    """There is a group or a map of this name already."""


@dataclass(frozen=True)
class OpenedWorkspace:
    """One opened workspace. Methods that change it raise ReadOnly when it was opened so."""

    id: str  # the id by which it was opened
    folder: Path
    config: Configuration
    read_only: bool
    is_new: bool = False  # it may not be there yet: the first change makes it
    person: str | None = None  # who owns it once it is made

    @property
    def exists(self) -> bool:
        return self.folder.is_dir()

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was opened by a read-only link that leads nowhere any more."""
        return self.read_only and not SHARE.path(self.config.data, folder_name(self.id)).exists()

    def check_may_change(self) -> None:
        """Raise ReadOnly or WorkspaceMissing if nothing can be changed here."""
        if self.read_only:
            raise ReadOnly
        if not self.exists and not self.is_new:
            raise deleted_workspace()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the workspace alone for a change, which counts as use."""
        self.check_may_change()
        if not self.exists:
            self._make()
        try:
            with locked(self.folder / "lock"):
                (self.folder / "used").touch()
                yield
        except FileNotFoundError as problem:
            if self.exists:
                raise
            raise deleted_workspace() from problem

    def _make(self) -> None:
        check_room(self.config, None, 0)
        self.folder.parent.mkdir(exist_ok=True)
        with publishing(self.folder) as temporary:
            for name in ("uploads", "tables", "maps", "jobs"):
                (temporary / name).mkdir()
            (temporary / "used").touch()
            FACTS.keep(temporary, WorkspaceFacts(created=time.time(), owner=self.person))
        if self.person is not None:
            give(self.config, self.id, self.person)

    def _facts(self) -> WorkspaceFacts:
        if not self.exists:
            if self.is_new:
                return WorkspaceFacts(created=time.time(), owner=self.person)
            raise deleted_workspace()
        return facts_of(self.config.data, self.folder)

    def _read(self, document: DocumentType[V], name: str = "") -> V | None:
        """Return what was kept; None where nothing was, or it is damaged, which `remarks` says."""
        return document.read_whole(self.folder, name)


def deleted_workspace() -> WorkspaceMissing:
    """Return what to say where the folder is gone."""
    return WorkspaceMissing("This workspace was deleted. Start a new one.")
