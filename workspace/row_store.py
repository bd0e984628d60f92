"""Rows of the tables of a workspace: groups, notes, selections (kept_groups.py, kept_notes.py)."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.notes import RowNote
from workspace.documents import Damaged, DocumentType, V
from workspace.files import time_of
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
from workspace.opened import NameTaken, WorkspaceMissing, deleted_workspace
from workspace.table_source import TableSource
from workspace.table_store import TableStore

_SELECTION_ID = re.compile(r"[0-9a-f]{12}")
_MOST_SELECTIONS = 200  # of a workspace, for links; the oldest go first
_MOST_PASSING, _MOST_PASSING_BYTES = 100, 20_000_000  # of those that no link names
_MOST_READERS = 1_000  # of all who came by the read-only link; in as many bytes


class RowStore(TableStore):
    """What keeps rows of the tables of a workspace: groups, notes, selections."""

    # Groups of rows

    def groups(self, table: TableSource | None = None) -> tuple[Group, ...]:
        """Return the groups of the main table, or of another one, in the order of their making."""
        table = table or self.source
        return () if table is None else groups_of(self.kept_groups(), table)

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
            source = self._table_or_main(table)
            file, when = token_hex(8), time.time()
            for other, kept in self._groups_of(table):
                if kept.group.name == group.name:
                    if not replace:
                        raise NameTaken(
                            f"There is a group “{group.name}” already. Choose another name, or "
                            "replace it."
                        )
                    file, when = other, kept.kept
            GROUP.keep(self.folder, KeptGroup(group, source.key, when, source.rows), file)

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
        source = self._table_or_main(table)
        read = (self._read(DELETED_GROUP, file) for file in self._latest_first(DELETED_GROUPS))
        return next((kept for kept in read if kept is not None and kept.is_of(source)), None)

    def restore_group(self, kept: KeptGroup, table: TableSource | None = None) -> None:
        """Bring a deleted group of the main table, or of another, back to its place.

        Raises
        ------
        NameTaken
            If its name was given away.
        """
        with self._changing():
            for _, other in self._groups_of(table):
                if other.group.name == kept.group.name:
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
        source = self._table_or_main(table)
        found = [
            (name, kept.note)
            for name, kept in NOTE.read_all(self.folder)
            if not isinstance(kept, Damaged) and kept.is_of(source)
        ]
        return dict(sorted(found, key=lambda one: one[1].written))

    def keep_note(self, note: RowNote, table: TableSource | None = None) -> None:
        """Keep a note on rows of the main table, or of another one."""
        with self._changing():
            source = self._table_or_main(table)
            NOTE.keep(self.folder, KeptNote(note, source.key, source.rows), token_hex(8))

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
        source = self._table_or_main(table)
        for name in self._latest_first(DELETED_NOTES):
            kept = self._read(DELETED_NOTE, name)
            if kept is not None and kept.is_of(source):
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
            raise deleted_workspace() from problem

    def _named_by_its_rows(
        self, selection: Group, table: TableSource | None
    ) -> tuple[str, KeptGroup]:
        source = self._table_or_main(table)
        name = sha256(f"{source.key} {selection.to_json()}".encode()).hexdigest()[:12]
        return name, KeptGroup(selection, source.key, time.time(), source.rows)

    def selection(self, selection_id: str, table: TableSource | None = None) -> Group | None:
        """Return the rows under an id; None if it isn't one of the main, or the other, table."""
        if not _SELECTION_ID.fullmatch(selection_id):
            return None
        for document in (SELECTION, PASSING_SELECTION, READERS_SELECTION):
            kept = self._read(document, selection_id)
            if kept is not None:
                return kept.group if kept.is_of(self._table_or_main(table)) else None
        return None

    # Inside

    def _table_or_main(self, table: TableSource | None) -> TableSource:
        return table or self._need_source("main")

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

    def _kept_groups(self) -> Iterator[tuple[str, KeptGroup]]:
        for file, kept in GROUP.read_all(self.folder):
            if not isinstance(kept, Damaged):
                yield file, kept

    def _groups_of(self, table: TableSource | None) -> list[tuple[str, KeptGroup]]:
        if table is None:
            table = self.source
        return [] if table is None else [k for k in self._kept_groups() if k[1].is_of(table)]


def _leave_latest(folder: Path, most: int) -> None:
    """Delete all notes of selections but the latest, whoever does the same at this moment."""
    n_bytes = 0
    latest_first = sorted(folder.glob("[0-9a-f]*"), key=time_of, reverse=True)
    for place, path in enumerate(latest_first):
        with suppress(FileNotFoundError):
            n_bytes += path.stat().st_size
        if place >= most or (place and n_bytes > _MOST_PASSING_BYTES):
            path.unlink(missing_ok=True)
