"""A workspace: everything of one analyst that lasts, in one folder under an unguessable id.

    <data>/shares/<hash of a share id>     names the folder that a read-only link opens
    <data>/people/                         which workspaces are whose (see people.py)
    <data>/workspaces/<hash of the id>/
        workspace.json                     format, time of creation, share id, owner
        used                               its time is that of the last use
        source.json                        which upload is the table, and how it is read
        recipe.json settings.json sets.json ui.json current.json
        uploads/<sha256>                   files as they were uploaded
        tables/<key>.arrow                 quick copies, made anew when they are missing
        maps/<map id>/                     a trained map with all that made it
        jobs/<job id>/                     a training that waits or runs (see jobs.py)

Every file is replaced as a whole. Ids and names from outside never become part of a path.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.reading import Dialect, Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from workspace.config import Configuration
from workspace.files import discard, locked, publishing, read_json, size_of, write_json
from workspace.identity import folder_name, is_id, new_id
from workspace.maps import SavedMap, rename_map, saved_map
from workspace.order import read_order
from workspace.people import give
from workspace.quota import check_room
from workspace.tables import TableSource, keep_upload, table_of

FORMAT = 1


class WorkspaceMissing(AtlasError):
    """There is no workspace under this id."""


class ReadOnly(AtlasError):
    """The workspace was opened by its read-only link."""

    def __init__(self) -> None:
        super().__init__(
            "This link shows the workspace but can't change it. "
            "Ask its owner for a change, or start a workspace of your own."
        )


@dataclass(frozen=True)
class NamedSet:
    """Rows of the current table that the analyst gave a name."""

    name: str
    rows: NDArray[np.int64]  # positions in table.frame


class NotYours(WorkspaceMissing):
    """The workspace belongs to another person."""

    def __init__(self) -> None:
        super().__init__(
            "This workspace belongs to somebody who signed in, and only they can open it. Ask "
            "them for its read-only link. This is a new workspace."
        )


def create(person: str | None = None) -> "Workspace":
    """Make an empty workspace and return it, opened by its owner.

    Parameters
    ----------
    person : who alone may open it from now on, by its own id (see people.py); None: whoever has it
    """
    config = Configuration.from_environment()
    check_room(config, None, 0)
    owner_id = new_id()
    folder = config.data / "workspaces" / folder_name(owner_id)
    folder.parent.mkdir(exist_ok=True)
    with publishing(folder) as temporary:
        for name in ("uploads", "tables", "maps", "jobs"):
            (temporary / name).mkdir()
        (temporary / "used").touch()
        owner = {} if person is None else {"owner": person}
        facts = {"format": FORMAT, "created": time.time()} | owner
        write_json(temporary / "workspace.json", facts)
    if person is not None:
        give(config, owner_id, person)
    return Workspace(owner_id, folder, config, read_only=False)


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
    name = folder_name(workspace_id)
    share = read_json(config.data / "shares" / name)
    folder = config.data / "workspaces" / (share["folder"] if share else name)
    facts = read_json(folder / "workspace.json")
    if facts is None:  # also if `share` leads to a workspace that was deleted
        raise WorkspaceMissing(
            "There is no workspace at this address. It was deleted, or it was not used for "
            f"{config.expiry_days} days. Start a new one."
        )
    if facts["format"] > FORMAT:
        raise AtlasError(
            f"This workspace was written by a newer SOM Atlas (format {facts['format']}; this one "
            f"knows {FORMAT}). Update SOM Atlas to open it."
        )
    if share is None and facts.get("owner") not in (None, person):
        raise NotYours
    with suppress(FileNotFoundError):  # deleted at this very moment
        (folder / "used").touch()
    return Workspace(workspace_id, folder, config, read_only=share is not None)


@dataclass(frozen=True)
class Workspace:
    """One opened workspace. Methods that change it raise ReadOnly when it was opened so."""

    id: str  # the id by which it was opened
    folder: Path
    config: Configuration
    read_only: bool

    # Lifetime

    @property
    def has_owner(self) -> bool:
        """Whether only a person who signed in can open it, whoever has its id."""
        return "owner" in read_json(self.folder / "workspace.json")

    @property
    def expires_at(self) -> datetime:
        """When the workspace will be deleted unless it is used before."""
        used = datetime.fromtimestamp((self.folder / "used").stat().st_mtime, UTC)
        return used + timedelta(days=self.config.expiry_days)

    def bytes_used(self) -> int:
        return size_of(self.folder)

    def share_id(self) -> str:
        """Return the id that opens this workspace read-only; made when first asked for."""
        with self._changing():
            facts = read_json(self.folder / "workspace.json")
            if "share" not in facts:
                facts["share"] = new_id()
                shares = self.config.data / "shares"
                shares.mkdir(exist_ok=True)
                share = shares / folder_name(facts["share"])
                write_json(share, {"folder": self.folder.name})
                write_json(self.folder / "workspace.json", facts)
            return facts["share"]

    @property
    def is_shared(self) -> bool:
        return "share" in read_json(self.folder / "workspace.json")

    def stop_sharing(self) -> None:
        """Make the read-only link lead nowhere."""
        with self._changing():
            facts = read_json(self.folder / "workspace.json")
            share = facts.pop("share", None)
            if share is not None:
                (self.config.data / "shares" / folder_name(share)).unlink(missing_ok=True)
                write_json(self.folder / "workspace.json", facts)

    def delete(self) -> None:
        """Delete everything in this workspace, at once and for good; its training stops."""
        self.stop_sharing()
        discard(self.folder)

    # The table

    def put_upload(self, data: bytes, name: str) -> TableSource:
        """Keep an uploaded file as it is and make it the table. Its recipe starts anew.

        Raises
        ------
        TableRefused
            If it can't be read as a table; the table that was there stays.
        AtlasError
            If the workspace or the disk has no room for it.
        """
        with self._changing():
            check_room(self.config, self.folder, len(data))
            source = TableSource(keep_upload(self.folder / "uploads", data), name)
            self._replace_source(source)
        return source

    def read_with(self, dialect: Dialect | None) -> TableSource:
        """Read the uploaded file in this way from now on; None lets SOM Atlas guess again."""
        with self._changing():
            current = self._need_source()
            source = TableSource(current.upload, current.name, dialect)
            self._replace_source(source)
        return source

    @property
    def source(self) -> TableSource | None:
        """Which upload is the table and how it is read; None before the first upload."""
        found = read_json(self.folder / "source.json")
        return None if found is None else TableSource.from_dict(found)

    def table(self, source: TableSource | None = None) -> Table:
        """Return the current table, or that of a saved map (`saved.source`).

        This may take seconds: cache it by `source.key`.
        """
        return table_of(
            source or self._need_source(),
            self.folder / "uploads",
            self.folder / "tables",
            self.config.limits,
        )

    # What the analyst chose

    @property
    def recipe(self) -> Recipe | None:
        found = read_json(self.folder / "recipe.json")
        return None if found is None else Recipe.from_json(found["recipe"])

    def keep_recipe(self, recipe: Recipe) -> None:
        self._keep("recipe.json", {"recipe": recipe.to_json()})

    @property
    def settings(self) -> MapSettings | None:
        found = read_json(self.folder / "settings.json")
        return None if found is None else MapSettings.from_json(found["settings"])

    def keep_settings(self, settings: MapSettings) -> None:
        self._keep("settings.json", {"settings": settings.to_json()})

    @property
    def ui_state(self) -> dict:
        """Small choices of the pages, as JSON values by name."""
        return read_json(self.folder / "ui.json") or {}

    def keep_ui_state(self, state: dict) -> None:
        self._keep("ui.json", state)

    # Maps

    def maps(self) -> tuple[SavedMap, ...]:
        """Return what is known of every map, the newest first."""
        found = [saved_map(folder) for folder in (self.folder / "maps").glob("[0-9a-f]*")]
        return tuple(sorted(filter(None, found), key=lambda saved: -saved.created))

    @property
    def current_map(self) -> SavedMap | None:
        """The map that was chosen, or the newest if that was trained after the choice."""
        maps = self.maps()
        choice = read_json(self.folder / "current.json")
        if choice is None or not maps or maps[0].created > choice["time"]:
            return maps[0] if maps else None
        return next((saved for saved in maps if saved.id == choice["map"]), maps[0])

    def choose_map(self, saved: SavedMap) -> None:
        self._keep("current.json", {"map": saved.id, "time": time.time()})

    def trained_map(self, saved: SavedMap) -> TrainedMap:
        """Load a map; cache it by `saved.id`, which never names another map."""
        return TrainedMap.load(self.folder / "maps" / saved.id / "trained")

    def rename_map(self, saved: SavedMap, name: str) -> None:
        with self._changing():
            rename_map(self.folder / "maps" / saved.id, name)

    def delete_map(self, saved: SavedMap) -> None:
        with self._changing():
            discard(self.folder / "maps" / saved.id)
            self._discard_unused_uploads(self.source)

    # Named sets of rows

    def sets(self) -> tuple[NamedSet, ...]:
        """Return the named sets of the current table, in the order of their making."""
        kept = self._sets_of(self._need_source()) if self.source else {}
        return tuple(NamedSet(name, np.array(rows, np.int64)) for name, rows in kept.items())

    def keep_set(self, name: str, rows: NDArray[np.int64]) -> None:
        """Keep rows of the current table under a name; a set of that name is replaced."""
        with self._changing():
            source = self._need_source()
            kept = self._sets_of(source) | {name: [int(row) for row in rows]}
            write_json(self.folder / "sets.json", {"table": source.key, "sets": kept})

    def delete_set(self, name: str) -> None:
        with self._changing():
            source = self._need_source()
            kept = self._sets_of(source)
            kept.pop(name, None)
            write_json(self.folder / "sets.json", {"table": source.key, "sets": kept})

    # Inside

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the workspace alone for a change, which counts as use."""
        if self.read_only:
            raise ReadOnly
        try:
            with locked(self.folder / "lock"):
                (self.folder / "used").touch()
                yield
        except FileNotFoundError as problem:
            if self.folder.exists():
                raise
            raise WorkspaceMissing("This workspace was deleted. Start a new one.") from problem

    def _keep(self, name: str, value: dict) -> None:
        with self._changing():
            write_json(self.folder / name, value)

    def _need_source(self) -> TableSource:
        source = self.source
        if source is None:
            raise AtlasError("There is no table yet. Upload a file, or choose a sample.")
        return source

    def _replace_source(self, source: TableSource) -> None:
        """Make this the table, unless it can't be read: then all stays as it was."""
        before = self.source
        try:
            self.table(source)
        except AtlasError:
            self._discard_unused_uploads(before)
            raise
        write_json(self.folder / "source.json", source.to_dict())
        if before is not None and before.key != source.key:
            for name in ("recipe.json", "settings.json"):
                (self.folder / name).unlink(missing_ok=True)
        self._discard_unused_uploads(source)

    def _discard_unused_uploads(self, current: TableSource | None) -> None:
        """Free the disk of files that neither the table, nor a map, nor a training needs."""
        needed = [saved.source for saved in self.maps()]
        orders = [read_order(folder) for folder in (self.folder / "jobs").iterdir()]
        needed += [order.source for order in orders if order is not None]
        needed += [] if current is None else [current]
        kept = {source.upload for source in needed} | {source.key for source in needed}
        for path in (*self.folder.glob("uploads/*"), *self.folder.glob("tables/*")):
            if path.name.split(".")[0] not in kept and not path.name.startswith("."):
                path.unlink(missing_ok=True)

    def _sets_of(self, source: TableSource) -> dict[str, list[int]]:
        found = read_json(self.folder / "sets.json")
        return found["sets"] if found and found["table"] == source.key else {}
