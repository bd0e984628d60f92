"""A workspace: everything of one analyst that lasts, in one folder under an unguessable id.

What is kept of tables, maps and rows stands in table_store.py, map_store.py and row_store.py.

    <data>/shares/<hash of a share id>     names the folder that a read-only link opens
    <data>/people/                         which workspaces are whose (see people.py)
    <data>/workspaces/<hash of the id>/
        workspace.json                     format, time of creation, share id, owner (facts.py)
        used                               its time is that of the last use
        sources/ uploads/ tables/          tables by role, and the files behind them (tables.py)
        recipe.json settings.json          what the analyst chose (choices.py)
        current.json ui.json
        groups/ selections/ passing/       rows under a name, rows under an id (kept_groups.py)
        readers/                           rows under an id that readers by the link selected
        notes/                             what was written on rows (kept_notes.py)
        maps/<map id>/                     a trained map, and what jobs found out of it (maps.py)
        deleted-maps/<map id>/             the one that was deleted last, for a day
        deleted-groups/ deleted-notes/     those that were deleted, for a day
        jobs/<job id>/                     a job that waits or runs (see jobs/)

Every file is replaced as a whole, and says itself whether it is whole (documents.py). Ids and names
from outside never become part of a path.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from som_core.remarks import Remark
from workspace.choices import CHOICE, RECIPE, SETTINGS, UI_STATE
from workspace.config import Configuration
from workspace.documents import FORMAT, Damaged, DocumentType, V
from workspace.facts import FACTS, are_damaged, facts_of, restore
from workspace.files import discard, locked, time_of
from workspace.identity import folder_name, is_id, new_id
from workspace.kept_groups import GROUP, READERS
from workspace.kept_notes import NOTE
from workspace.map_groups import MAP_GROUPS
from workspace.map_store import MapStore
from workspace.maps import every_map_in
from workspace.opened import NameTaken, NotYours, ReadOnly, WorkspaceMissing
from workspace.quota import own_bytes
from workspace.row_store import RowStore
from workspace.shares import SHARE, Share
from workspace.table_source import SOURCE
from workspace.upgrade import upgrade

__all__ = [
    "NameTaken",
    "NotYours",
    "ReadOnly",
    "Workspace",
    "WorkspaceMissing",
    "begin",
    "create",
    "open_workspace",
]


def create(person: str | None = None) -> "Workspace":
    """Make an empty workspace and return it, opened by its owner.

    Parameters
    ----------
    person : who alone may open it from now on, by its own id (see people.py); None: whoever has it
    """
    workspace = begin(person)
    workspace._make()
    return replace(workspace, is_new=False)


def begin(person: str | None = None) -> "Workspace":
    """Return a workspace that will be there, as `create` makes it, once something is kept in it."""
    config = Configuration.from_environment()
    new = new_id()
    folder = config.data / "workspaces" / folder_name(new)
    return Workspace(new, folder, config, read_only=False, is_new=True, person=person)


def open_workspace(workspace_id: str, person: str | None = None) -> "Workspace":
    """Open a workspace by its owner's id, or read-only by its share id.

    Parameters
    ----------
    person : who is signed in; None: nobody, as sign-in is off

    Raises
    ------
    WorkspaceMissing
        If nothing is there: a wrong id, or the workspace was deleted or has expired.
    NotYours
        If it has an owner, and the id is not that of its read-only link.
    AtlasError
        If a newer version of SOM Atlas wrote it.
    """
    if not is_id(workspace_id):
        raise WorkspaceMissing(
            "This address doesn't name a workspace. Check that it was copied as a whole, "
            "or start a new workspace."
        )
    config = Configuration.from_environment()
    share = _share(config, workspace_id)
    folder = config.data / "workspaces" / (share.folder if share else folder_name(workspace_id))
    if not folder.is_dir():  # also if `share` leads to a workspace that was deleted
        raise WorkspaceMissing(
            "There is no workspace at this address. It was deleted, it is not shared any more, or "
            f"it was not used for {config.expiry_days} days. Ask who gave you the link for a new "
            "one, or start a new workspace."
        )
    if are_damaged(folder):
        with locked(folder / "lock"):
            restore(config.data, folder)
    facts = facts_of(config.data, folder)
    if share is None and facts.owner not in (None, person):
        raise NotYours
    if facts.format < FORMAT:
        with locked(folder / "lock"):
            upgrade(folder, facts)
    with suppress(FileNotFoundError):  # deleted at this very moment
        (folder / "used").touch()
    return Workspace(workspace_id, folder, config, read_only=share is not None)


def _share(config: Configuration, workspace_id: str) -> Share | None:
    try:
        return SHARE.read(config.data, folder_name(workspace_id))
    except Damaged as problem:
        raise WorkspaceMissing(
            "This read-only link is damaged on the server. Ask the workspace's owner to share it "
            "once more."
        ) from problem


@dataclass(frozen=True)
class Workspace(MapStore, RowStore):
    """One opened workspace: how long it lives, who may look, and all that is kept in it."""

    @property
    def has_owner(self) -> bool:
        """Whether only a person who signed in can open it, whoever has its id."""
        return self._facts().owner is not None

    @property
    def expires_at(self) -> datetime:
        """When the workspace will be deleted at the earliest, unless it is used before."""
        used = datetime.fromtimestamp(time_of(self.folder / "used"), UTC)
        return used + timedelta(days=self.config.expiry_days)

    def bytes_used(self) -> int:
        """Return what it holds, without copies of tables of the server."""
        return own_bytes(self.folder)

    def note_use(self) -> None:
        """Note that somebody looks at the workspace just now."""
        with suppress(OSError):  # the folder is gone, or nothing can be written: others say so
            if self.exists:
                (self.folder / "used").touch()

    def remarks(self) -> tuple[Remark, ...]:
        """Return what was found damaged among small files and maps, and what holds instead."""
        found = [SOURCE.remark] if self._main_table_is_guessed() else []
        found += [*self._damage(RECIPE), *self._damage(SETTINGS)]
        found += [*self._damage(CHOICE), *self._damage(UI_STATE)]
        for role in ("new", "joined"):
            if any(self._damage(SOURCE, role)):
                found.append(
                    "A table beside the main one can't be read, as a file on the server is "
                    "damaged. Upload it once more."
                )
        rows = (*GROUP.read_all(self.folder), *NOTE.read_all(self.folder))
        every = [*(of_rows for _, of_rows in rows), *every_map_in(self.folder)]
        found += [str(damage) for damage in every if isinstance(damage, Damaged)]
        if any(MAP_GROUPS.is_damaged(self._map_folder(saved)) for saved in self.maps()):
            found.append(MAP_GROUPS.remark)
        return tuple(
            Remark(kind="damaged file", sentence=sentence, severity="warning") for sentence in found
        )

    @property
    def is_shared(self) -> bool:
        return self._facts().share is not None

    def share_id(self) -> str:
        """Return the id that opens this workspace read-only; made when first asked for."""
        with self._changing():
            facts = self._facts()
            share = facts.share or new_id()
            name = folder_name(share)
            SHARE.keep(self.config.data, Share(self.folder.name), name)
            if facts.share is None:
                FACTS.keep(self.folder, replace(facts, share=share))
            return share

    def stop_sharing(self) -> None:
        """Make the read-only link lead nowhere, and forget what its readers selected."""
        with self._changing():
            facts = self._facts()
            if facts.share is not None:
                SHARE.discard(self.config.data, folder_name(facts.share))
                discard(self.folder / READERS)
                FACTS.keep(self.folder, replace(facts, share=None))

    def delete(self) -> None:
        """Delete everything in this workspace, at once and for good; its jobs stop."""
        self.stop_sharing()
        discard(self.folder)

    def _main_table_is_guessed(self) -> bool:
        return self._read(SOURCE, "main") is None and self.source is not None

    def _damage(self, document: DocumentType[V], name: str = "") -> Iterator[str]:
        try:
            document.read(self.folder, name)
        except Damaged as problem:
            yield str(problem)
