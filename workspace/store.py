"""A workspace: everything of one analyst that lasts, in one folder under an unguessable id.

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

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Literal

from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.notes import RowNote
from som_core.reading import Dialect, Table
from som_core.recipe import Recipe
from som_core.remarks import Remark
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from workspace.choices import CHOICE, RECIPE, SETTINGS, UI_STATE, MapChoice
from workspace.config import Configuration
from workspace.documents import FORMAT, Damaged, DocumentType, V
from workspace.facts import FACTS, WorkspaceFacts, are_damaged, facts_of, restore
from workspace.fetching import fetch
from workspace.files import discard, locked, publishing, time_of
from workspace.identity import folder_name, is_id, new_id
from workspace.jobs.order import GO, orders_in
from workspace.kept_groups import (
    DELETED_GROUP,
    DELETED_GROUPS,
    GROUP,
    PASSING_SELECTION,
    READERS,
    READERS_SELECTION,
    SELECTION,
    KeptGroup,
    groups_of,
)
from workspace.kept_notes import DELETED_NOTE, DELETED_NOTES, NOTE, KeptNote
from workspace.map_groups import MAP_GROUPS, MapGroups
from workspace.maps import DELETED_MAPS, SavedMap, free_name, keep_name, load_map, saved_map
from workspace.people import give
from workspace.quota import check_room, own_bytes
from workspace.server_tables import file_of
from workspace.shares import SHARE, Share
from workspace.tables import (
    SOURCE,
    Join,
    TableRole,
    TableSource,
    keep_upload,
    kept_upload,
    known_fingerprint,
    read_anew,
    source_read_last,
    stack_name,
    stack_of,
    table_of,
)
from workspace.upgrade import upgrade

_SELECTION_ID = re.compile(r"[0-9a-f]{12}")
_MOST_SELECTIONS = 200  # of a workspace, for links; the oldest go first
_MOST_PASSING, _MOST_PASSING_BYTES = 100, 20_000_000  # of those that no link names
_MOST_READERS = 1_000  # of all who came by the read-only link; in as many bytes


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
            "There is no workspace at this address. It was deleted, or it was not used for "
            f"{config.expiry_days} days. Start a new one."
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
class Workspace:
    """One opened workspace. Methods that change it raise ReadOnly when it was opened so."""

    id: str  # the id by which it was opened
    folder: Path
    config: Configuration
    read_only: bool
    is_new: bool = False  # it may not be there yet: the first change makes it
    person: str | None = None  # who owns it once it is made

    # Lifetime

    @property
    def exists(self) -> bool:
        return self.folder.is_dir()

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was opened by a read-only link that leads nowhere any more."""
        return self.read_only and not SHARE.path(self.config.data, folder_name(self.id)).exists()

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
        every = [*(of_rows for _, of_rows in rows), *self._all_maps()]
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

    # The tables

    def put_upload(self, data: bytes, name: str, role: TableRole = "main") -> TableSource:
        """Keep an uploaded file as it is and make it a table; a new main one has no recipe yet.

        Raises
        ------
        TableRefused
            If it can't be read as a table; the table that was there stays.
        AtlasError
            If the workspace or the disk has no room for it.
        """
        with self._changing():
            check_room(self.config, self.folder, len(data))
            return self._read_anew(TableSource(keep_upload(self.folder, data), name), role)

    def put_stack(
        self, files: Sequence[tuple[str, bytes]], role: TableRole = "main"
    ) -> TableSource:
        """Keep several files of one shape, given by names and bytes, as one file and one table.

        Raises
        ------
        TableRefused
            If one can't be read, or they are of different shapes; the table that was there stays.
        AtlasError
            If the workspace or the disk has no room for it.
        """
        self.check_may_change()
        data = stack_of(files, self.config.limits)
        return self.put_upload(data, stack_name([name for name, _ in files]), role)

    def put_address(self, address: str, role: TableRole = "main") -> TableSource:
        """Fetch a file from a host that is allowed (`SOM_ATLAS_URL_HOSTS`) and make it a table.

        Raises
        ------
        AddressRefused
            If it isn't fetched from there, or no file came.
        TableRefused
            If it can't be read as a table; the table that was there stays.
        AtlasError
            If the workspace or the disk has no room for it.
        """
        self.check_may_change()
        name, data = fetch(
            address,
            self.config.url_hosts,
            most_bytes=self.config.file_bytes,
            most_seconds=self.config.url_seconds,
        )
        return self.put_upload(data, name, role)

    def put_server_table(self, address: str, role: TableRole = "main") -> TableSource:
        """Make a table of one that the server offers (`SOM_ATLAS_TABLES`), which stays as it is.

        Of one that is too large a random sample becomes the table: see `Table.sample_of`.

        Raises
        ------
        TableRefused
            If it can't be read as a table; the table that was there stays.
        AtlasError
            If it isn't offered, or the workspace or the disk has no room for it.
        """
        self.check_may_change()
        name, data = file_of(address, self.config)
        return self.put_upload(data, name, role)

    def upload_of(self, source: TableSource) -> bytes:
        """Return the file that a table is from, as it is kept; UploadDamaged where it is gone."""
        return kept_upload(source, self.folder)

    def read_with(
        self, dialect: Dialect | None, role: TableRole = "main", *, sheet: str | None = None
    ) -> TableSource:
        """Read the uploaded file in this way from now on; None lets SOM Atlas guess again.

        A file whose columns are joined to the main table is joined anew, by the same keys.

        Parameters
        ----------
        dialect, role : how the table of which role is read
        sheet : of a workbook, whose dialect is guessed; None: the sheet is guessed as well

        Raises
        ------
        TableRefused
            If it can't be read so; the table that was there stays.
        AtlasError
            If it is joined, and couldn't be any more; the table that was there stays.
        """
        with self._changing():
            current = self._need_source(role)
            source = TableSource(current.upload, current.name, dialect, sheet=sheet)
            return self._read_anew(source, role)

    def join(self, key: str, other_key: str) -> TableSource:
        """Put the columns of the table of the role “joined” beside those of the main one.

        Maps and groups stay, as no row changes; they can be seen by the new columns, too.

        Parameters
        ----------
        key, other_key : columns of the main table and of the other one; see `joined`

        Raises
        ------
        AtlasError
            If there is no such table, or it can't be joined by these columns.
        """
        self.check_may_change()
        other = self.source_of("joined")
        if other is None:
            raise AtlasError("There is no file to add columns from yet. Upload it first.")
        with_columns = replace(self._need_source("main"), join=Join(other.alone, key, other_key))
        self.table(with_columns)  # before it is kept: an error leaves all as it was
        with self._changing():
            SOURCE.keep(self.folder, with_columns, "main")
        return with_columns

    def take_join_away(self) -> None:
        """Take the joined columns from the main table and its recipe, and forget their file.

        Maps that they shaped keep them.
        """
        with self._changing():
            source = self._need_source("main")
            SOURCE.keep(self.folder, source.alone, "main")
            recipe = self.recipe
            if recipe is not None:
                own = set(self.table(source.alone).frame.columns)
                RECIPE.keep(self.folder, recipe.only(own))
            SOURCE.discard(self.folder, "joined")
            self._discard_unused_uploads()

    def forget_table(self, role: Literal["new", "joined"]) -> None:
        """Forget a table beside the main one; maps that were trained on it keep it."""
        with self._changing():
            SOURCE.discard(self.folder, role)
            self._discard_unused_uploads()

    @property
    def source(self) -> TableSource | None:
        """Which upload is the main table and how it is read; None before the first upload."""
        return self.source_of("main")

    def source_of(self, role: TableRole) -> TableSource | None:
        """Return which upload is the table of a role; None where there is none.

        Where it can't be read any more which is the main one, it is the one that was read last.
        """
        found = self._read(SOURCE, role)
        if found is not None or role != "main":
            return found
        return source_read_last(self.folder) or next((m.source for m in self.maps()), None)

    def table(self, source: TableSource | None = None) -> Table:
        """Return the main table, that of another role, or that of a saved map (`saved.source`).

        This may take seconds: cache it by `source.columns_key`.
        """
        return table_of(source or self._need_source("main"), self.folder, self.config.limits)

    # What the analyst chose

    @property
    def recipe(self) -> Recipe | None:
        return self._read(RECIPE)

    def keep_recipe(self, recipe: Recipe) -> None:
        with self._changing():
            RECIPE.keep(self.folder, recipe)

    @property
    def settings(self) -> MapSettings | None:
        return self._read(SETTINGS)

    def keep_settings(self, settings: MapSettings) -> None:
        with self._changing():
            SETTINGS.keep(self.folder, settings)

    @property
    def ui_state(self) -> dict[str, object]:
        """Small choices of the pages, as JSON values by name."""
        return self._read(UI_STATE) or {}

    def keep_ui_state(self, state: dict[str, object]) -> None:
        with self._changing():
            UI_STATE.keep(self.folder, state)

    # Maps

    def maps(self) -> tuple[SavedMap, ...]:
        """Return what is known of every map that isn't damaged, the newest first."""
        found = [saved for saved in self._all_maps() if not isinstance(saved, Damaged)]
        return tuple(sorted(found, key=lambda saved: -saved.created))

    def map_name(self, map_id: str) -> str:
        """Return what a map is called, from its own files alone; "" where there is none."""
        folders = (self.folder / "maps").glob("[0-9a-f]*")  # no part of a path from outside
        found = next((folder for folder in folders if folder.name == map_id), None)
        try:
            saved = None if found is None else saved_map(found)
        except Damaged:
            return ""
        return "" if saved is None else saved.name

    @property
    def current_map(self) -> SavedMap | None:
        """The map that was chosen, or the newest if that was trained after the choice."""
        maps = self.maps()
        choice = self._read(CHOICE)
        if choice is None or not maps or maps[0].created > choice.time:
            return maps[0] if maps else None
        return next((saved for saved in maps if saved.id == choice.map), maps[0])

    def choose_map(self, saved: SavedMap) -> None:
        with self._changing():
            CHOICE.keep(self.folder, MapChoice(saved.id, time.time()))

    def trained_map(self, saved: SavedMap) -> TrainedMap:
        """Load a map; cache it by `saved.id`, which never names another map.

        Raises
        ------
        MapDamaged
            If a file of it is damaged; `maps` leaves it out from now on.
        """
        return load_map(self._map_folder(saved), saved)

    def rename_map(self, saved: SavedMap, name: str) -> None:
        """Give a map another name.

        Raises
        ------
        NameTaken
            If another map has it.
        """
        with self._changing():
            if any(other.name == name and other.id != saved.id for other in self.maps()):
                raise NameTaken(f"There is a map “{name}” already. Choose another name.")
            keep_name(self._map_folder(saved), name)

    def delete_map(self, saved: SavedMap) -> None:
        """Delete a map and what was found out about it; the one before it is gone for good.

        `restore_map` brings it back until another one is deleted, or a day has passed.
        """
        with self._changing():
            for job, order in orders_in(self.folder):
                if order.map == saved.id:
                    (job / GO).unlink(missing_ok=True)
            if self._map_folder(saved).exists():  # it may have been deleted in another tab
                for older in self._deleted_maps():
                    discard(older)
                away = self.folder / DELETED_MAPS / saved.id
                away.parent.mkdir(exist_ok=True)
                self._map_folder(saved).rename(away)
                os.utime(away)
            self._discard_unused_uploads()

    @property
    def deleted_map(self) -> SavedMap | None:
        """The map that was deleted last, while it can be brought back."""
        for folder in self._deleted_maps():
            with suppress(Damaged):
                return saved_map(folder)
        return None

    def restore_map(self, saved: SavedMap) -> None:
        """Bring a deleted map back, if it is there still; its name gets a number if it is taken."""
        with self._changing():
            folder = self._map_folder(saved)
            with suppress(FileNotFoundError):
                (self.folder / DELETED_MAPS / saved.id).rename(folder)
                taken = [other.name for other in self.maps() if other.id != saved.id]
                keep_name(folder, free_name(saved.name, taken))

    def delete_damaged_maps(self) -> None:
        """Delete the maps that `remarks` tells of, which nobody can look at any more."""
        with self._changing():
            whole = {saved.id for saved in self.maps()}
            for folder in (self.folder / "maps").glob("[0-9a-f]*"):
                if folder.name not in whole:
                    discard(folder)
            self._discard_unused_uploads()

    def results(self, saved: SavedMap, kind: str) -> tuple[Path, ...]:
        """Return the folders of what jobs of a kind found out about a map, the newest first."""
        found = (self._map_folder(saved) / kind).glob("[0-9a-f]*")
        return tuple(sorted(found, key=time_of, reverse=True))

    def map_groups(self, saved: SavedMap) -> MapGroups:
        """Return what the analyst chose of the groups of a map; nothing at first."""
        return MAP_GROUPS.read_whole(self._map_folder(saved)) or MapGroups()

    def map_groups_version(self, saved: SavedMap) -> str:
        """Return a text that changes with what the analyst chose of the groups of a map."""
        try:
            stat = MAP_GROUPS.path(self._map_folder(saved)).stat()
        except FileNotFoundError:
            return ""
        return f"{stat.st_mtime_ns}-{stat.st_ino}"  # each change writes a new file

    def keep_map_groups(self, saved: SavedMap, groups: MapGroups) -> None:
        with self._changing():
            MAP_GROUPS.keep(self._map_folder(saved), groups)

    # Groups of rows

    def groups(self, table: TableSource | None = None) -> tuple[Group, ...]:
        """Return the groups of the main table, or of another one, in the order of their making."""
        table = table or self.source
        return () if table is None else groups_of(self.kept_groups(), table.key)

    def kept_groups(self) -> tuple[KeptGroup, ...]:
        """Return the groups of all tables, read once for whatever is asked of them."""
        return tuple(kept for _, kept in self._kept_groups())

    def keep_group(
        self, group: Group, table: TableSource | None = None, *, replace: bool = False
    ) -> None:
        """Keep a group of rows of the main table, or of another one.

        Parameters
        ----------
        replace : whether it takes the place of one that has its name

        Raises
        ------
        NameTaken
            If a group of that table has its name, and it isn't to be replaced.
        """
        with self._changing():
            key = self._key_of(table)
            file, when = token_hex(8), time.time()
            for other, kept in self._groups_of(table):
                if kept.group.name == group.name:
                    if not replace:
                        raise NameTaken(
                            f"There is a group “{group.name}” already. Choose another name, or "
                            "replace it."
                        )
                    file, when = other, kept.kept
            GROUP.keep(self.folder, KeptGroup(group, key, when), file)

    def rename_group(self, name: str, new_name: str, table: TableSource | None = None) -> None:
        """Give a group another name; it keeps its rows and its place.

        Raises
        ------
        NameTaken
            If another group of that table has the new name.
        """
        with self._changing():
            groups = {kept.group.name: (file, kept) for file, kept in self._groups_of(table)}
            if new_name != name and new_name in groups:
                raise NameTaken(f"There is a group “{new_name}” already. Choose another name.")
            if name in groups:
                file, kept = groups[name]
                renamed = replace(kept.group, name=new_name)
                GROUP.keep(self.folder, replace(kept, group=renamed), file)

    def delete_group(self, name: str, table: TableSource | None = None) -> KeptGroup | None:
        """Delete a group and return it, or None if there is none.

        `restore_group` brings it back until a day has passed.
        """
        with self._changing():
            for file, kept in self._groups_of(table):
                if kept.group.name == name:
                    self._put_away(GROUP, DELETED_GROUP, file)
                    return kept
        return None

    def deleted_group(self, table: TableSource | None = None) -> KeptGroup | None:
        """Return the group of the main table, or of another, that was deleted last.

        None where none can be brought back.
        """
        key = self._key_of(table)
        read = (self._read(DELETED_GROUP, file) for file in self._latest_first(DELETED_GROUPS))
        return next((kept for kept in read if kept is not None and kept.table == key), None)

    def restore_group(self, kept: KeptGroup) -> None:
        """Bring a deleted group back to its place; NameTaken if its name was given away."""
        with self._changing():
            for _, other in self._kept_groups():
                if (other.table, other.group.name) == (kept.table, kept.group.name):
                    raise NameTaken(
                        f"There is a new group “{kept.group.name}” by now. Rename that one first."
                    )
            GROUP.keep(self.folder, kept, token_hex(8))
            for file, deleted in DELETED_GROUP.read_all(self.folder):
                if deleted == kept:
                    DELETED_GROUP.discard(self.folder, file)

    # Notes on rows

    def notes(self, table: TableSource | None = None) -> dict[str, RowNote]:
        """Return the notes on rows of the main table, or of another one, by id, oldest first."""
        key = self._key_of(table)
        found = [
            (name, kept.note)
            for name, kept in NOTE.read_all(self.folder)
            if not isinstance(kept, Damaged) and kept.table == key
        ]
        return dict(sorted(found, key=lambda one: one[1].written))

    def keep_note(self, note: RowNote, table: TableSource | None = None) -> None:
        """Keep a note on rows of the main table, or of another one."""
        with self._changing():
            NOTE.keep(self.folder, KeptNote(note, self._key_of(table)), token_hex(8))

    def change_note(self, name: str, text: str) -> None:
        """Let a note, by its id, say something else; it stays with its rows and its author.

        Raises
        ------
        AtlasError
            If nothing is written, or the note was deleted meanwhile.
        """
        with self._changing():
            kept = dict(NOTE.read_all(self.folder)).get(name)  # no part of a path from outside
            if kept is None or isinstance(kept, Damaged):
                raise AtlasError(
                    "This note was deleted meanwhile. Bring it back, or write a new one."
                )
            changed = kept.note.with_text(text, time.time())
            NOTE.keep(self.folder, replace(kept, note=changed), name)

    def delete_note(self, name: str) -> None:
        """Delete a note, by its id; `restore_note` brings it back until a day has passed."""
        with self._changing():
            if name in dict(NOTE.read_all(self.folder)):  # no part of a path from outside
                self._put_away(NOTE, DELETED_NOTE, name)

    def deleted_note(self, table: TableSource | None = None) -> tuple[str, RowNote] | None:
        """Return the note on rows of the main table, or of another, that was deleted last.

        With its id; None where none can be brought back.
        """
        key = self._key_of(table)
        for name in self._latest_first(DELETED_NOTES):
            kept = self._read(DELETED_NOTE, name)
            if kept is not None and kept.table == key:
                return name, kept.note
        return None

    def restore_note(self, name: str) -> None:
        """Bring a deleted note back, by its id, if it is there still."""
        with self._changing():
            if name in dict(DELETED_NOTE.read_all(self.folder)):
                NOTE.path(self.folder).parent.mkdir(exist_ok=True)
                DELETED_NOTE.path(self.folder, name).rename(NOTE.path(self.folder, name))

    # Selections

    def keep_selection(self, selection: Group, table: TableSource | None = None) -> str:
        """Keep rows that are selected and return a short id, the same for the same ones.

        An address may carry it. The latest 200 are kept.
        """
        with self._changing():
            name, kept = self._named_by_its_rows(selection, table)
            SELECTION.keep(self.folder, kept, name)
            every = sorted((self.folder / "selections").glob("*"), key=time_of)
            for old in every[:-_MOST_SELECTIONS]:
                old.unlink(missing_ok=True)
        return name

    def note_selection(self, selection: Group, table: TableSource | None = None) -> str:
        """Note rows that are selected for a while, and return the id that `keep_selection` does.

        They are there for a reload and for the browser's Back: the latest 100, or fewer large ones.
        Those of readers by the link lie apart, the latest 1,000 of all of them, and nothing else of
        the workspace is changed by them.
        """
        name, kept = self._named_by_its_rows(selection, table)
        if self.read_only:
            self._note_for_reader(name, kept)
            return name
        with self._changing():
            PASSING_SELECTION.note(self.folder, kept, name)
            _leave_latest(self.folder / "passing", _MOST_PASSING)
        return name

    def _note_for_reader(self, name: str, kept: KeptGroup) -> None:
        """Note rows without the workspace's lock, so that a reader never waits for its owner."""
        if self.is_withdrawn:
            raise WorkspaceMissing("The owner of this workspace has stopped sharing it.")
        try:
            READERS_SELECTION.note(self.folder, kept, name)
            _leave_latest(self.folder / READERS, _MOST_READERS)
        except FileNotFoundError as problem:
            raise _deleted() from problem

    def _named_by_its_rows(
        self, selection: Group, table: TableSource | None
    ) -> tuple[str, KeptGroup]:
        key = self._key_of(table)
        name = sha256(f"{key} {selection.to_json()}".encode()).hexdigest()[:12]
        return name, KeptGroup(selection, key, time.time())

    def selection(self, selection_id: str, table: TableSource | None = None) -> Group | None:
        """Return the rows under an id; None if it isn't one of the main, or the other, table."""
        if not _SELECTION_ID.fullmatch(selection_id):
            return None
        for document in (SELECTION, PASSING_SELECTION, READERS_SELECTION):
            kept = self._read(document, selection_id)
            if kept is not None:
                return kept.group if kept.table == self._key_of(table) else None
        return None

    # Inside

    def check_may_change(self) -> None:
        """Raise ReadOnly or WorkspaceMissing if nothing can be changed here."""
        if self.read_only:
            raise ReadOnly
        if not self.exists and not self.is_new:
            raise _deleted()

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
            raise _deleted() from problem

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
            raise _deleted()
        return facts_of(self.config.data, self.folder)

    def _read(self, document: DocumentType[V], name: str = "") -> V | None:
        """Return what was kept; None where nothing was, or it is damaged, which `remarks` says."""
        return document.read_whole(self.folder, name)

    def _main_table_is_guessed(self) -> bool:
        return self._read(SOURCE, "main") is None and self.source is not None

    def _damage(self, document: DocumentType[V], name: str = "") -> Iterator[str]:
        try:
            document.read(self.folder, name)
        except Damaged as problem:
            yield str(problem)

    def _all_maps(self) -> Iterator[SavedMap | Damaged]:
        for folder in (self.folder / "maps").glob("[0-9a-f]*"):
            try:
                saved = saved_map(folder)
            except Damaged as problem:
                yield problem
            else:
                if saved is not None:
                    yield saved

    def _put_away(self, of: DocumentType[V], deleted: DocumentType[V], file: str) -> None:
        """Take a file to those that were deleted, just now."""
        away = deleted.path(self.folder, file)
        away.parent.mkdir(exist_ok=True)
        of.path(self.folder, file).rename(away)
        os.utime(away)

    def _latest_first(self, deleted: str) -> list[str]:
        """Return the names of files in a folder of deleted ones, the one deleted last first."""
        paths = (self.folder / deleted).glob("[0-9a-z]*.json")
        return [path.stem for path in sorted(paths, key=time_of, reverse=True)]

    def _deleted_maps(self) -> tuple[Path, ...]:
        return tuple((self.folder / DELETED_MAPS).glob("[0-9a-f]*"))

    def _map_folder(self, saved: SavedMap) -> Path:
        return self.folder / "maps" / saved.id

    def _need_source(self, role: TableRole) -> TableSource:
        source = self.source_of(role)
        if source is None:
            raise AtlasError("There is no table yet. Upload a file, or choose a sample.")
        return source

    def _key_of(self, table: TableSource | None) -> str:
        return (table or self._need_source("main")).key

    def _read_anew(self, source: TableSource, role: TableRole) -> TableSource:
        """Make this the table of a role, unless it can't be read: then all stays as it was.

        Whatever goes wrong, and be it unforeseen, leaves no upload behind that nobody needs.
        """
        before = self.source_of(role)
        try:
            source = self._as_known(read_anew(source, self.folder, self.config.limits))
            if role == "main" and before is not None:
                source = self._with_join(source, before)
            if role == "joined":
                self._join_anew(source)
            SOURCE.keep(self.folder, source, role)
            if role == "main" and before is not None and not self._still_fits(before, source):
                RECIPE.discard(self.folder)
                SETTINGS.discard(self.folder)
        finally:
            self._discard_unused_uploads()
        return source

    def _with_join(self, source: TableSource, before: TableSource) -> TableSource:
        """Return a table with what was joined to the one before, if they are of one file."""
        if before.join is None or before.upload != source.upload:
            return source
        with_columns = replace(source, join=before.join)
        try:
            self.table(with_columns)
        except AtlasError:  # such as a key that has another name by now
            return source
        return with_columns

    def _join_anew(self, other: TableSource) -> None:
        """Join a file that was read in another way, if it is joined; its recipe stays where it can.

        Raises
        ------
        AtlasError
            If it can't be joined by the same columns any more; all stays as it was.
        """
        main = self.source_of("main")
        if main is None or main.join is None or main.join.other.upload != other.upload:
            return
        with_columns = replace(main, join=replace(main.join, other=other.alone))
        try:
            kinds = self.table(with_columns).kinds
        except AtlasError as problem:
            raise AtlasError(
                f"Read in this way, the columns of “{other.name}” can't be added any more, so it "
                f"is read as before. {problem} To read it so all the same, take its columns away, "
                "and choose the keys anew."
            ) from problem
        recipe, before = self.recipe, self.table(main).kinds
        if recipe is not None:
            alike = {name for name, kind in kinds.items() if before.get(name) == kind}
            RECIPE.keep(self.folder, recipe.only(alike))
        SOURCE.keep(self.folder, with_columns, "main")

    def _as_known(self, source: TableSource) -> TableSource:
        """Return a source as maps and groups know it that were made when it had no fingerprint."""
        older = replace(source, fingerprint=None)
        sources = [self.source, *(saved.source for saved in self.maps())]
        is_known = older.key in [known.key for known in sources if known is not None]
        if is_known and known_fingerprint(older, self.folder) == source.fingerprint:
            return older
        return source

    def _still_fits(self, before: TableSource, source: TableSource) -> bool:
        """Return whether what was chosen for a table is right for the one in its place, too.

        The same bytes may be read better by now, and have the same columns.
        """
        if before.key == source.key:
            return True
        if (before.upload, before.dialect) != (source.upload, source.dialect):
            return False
        recipe, columns = self.recipe, self.table(source).frame.columns
        return recipe is None or [column.name for column in recipe.columns] == list(columns)

    def _discard_unused_uploads(self) -> None:
        """Free the disk of files that neither a table, nor a map, nor a waiting job needs.

        Where it can't be read what a map or a table needs, all files stay.
        """
        needed: list[TableSource] = []
        maps = {""}
        for saved in self._all_maps():
            if isinstance(saved, Damaged):
                return
            needed.append(saved.source)
            maps.add(saved.id)
        deleted = self.deleted_map
        needed += [] if deleted is None else [deleted.source]
        for _, source in SOURCE.read_all(self.folder):
            if isinstance(source, Damaged):
                return
            needed.append(source)
        needed += [] if self.source is None else [self.source]
        for _, order in orders_in(self.folder):
            if order.map in maps:  # else its map was deleted, and it stops
                needed += order.sources
        files = [file for source in needed for file in source.files]
        kept = {file.upload for file in files} | {file.key for file in files}
        for path in (*self.folder.glob("uploads/*"), *self.folder.glob("tables/*")):
            if path.name.split(".")[0] not in kept and not path.name.startswith("."):
                path.unlink(missing_ok=True)

    def _kept_groups(self) -> Iterator[tuple[str, KeptGroup]]:
        for file, kept in GROUP.read_all(self.folder):
            if not isinstance(kept, Damaged):
                yield file, kept

    def _groups_of(self, table: TableSource | None) -> list[tuple[str, KeptGroup]]:
        if table is None:
            table = self.source
        return [] if table is None else [k for k in self._kept_groups() if k[1].table == table.key]


def _leave_latest(folder: Path, most: int) -> None:
    """Delete all notes of selections but the latest, whoever does the same at this moment."""
    n_bytes = 0
    latest_first = sorted(folder.glob("[0-9a-f]*"), key=time_of, reverse=True)
    for place, path in enumerate(latest_first):
        with suppress(FileNotFoundError):
            n_bytes += path.stat().st_size
        if place >= most or (place and n_bytes > _MOST_PASSING_BYTES):
            path.unlink(missing_ok=True)


def _deleted() -> WorkspaceMissing:
    return WorkspaceMissing("This workspace was deleted. Start a new one.")
