"""The trained maps of a workspace, and what was found out and chosen of each (maps.py)."""

import os
import time
from contextlib import suppress
from pathlib import Path

from som_core.trained_map import TrainedMap
from workspace.choices import CHOICE, MapChoice
from workspace.documents import Damaged
from workspace.files import discard, time_of
from workspace.jobs.order import GO, orders_in
from workspace.map_groups import MAP_GROUPS, MapGroups
from workspace.maps import (
    DELETED_MAPS,
    SavedMap,
    deleted_map_folders,
    deleted_map_in,
    free_name,
    keep_name,
    load_map,
    maps_in,
    saved_map,
)
from workspace.opened import NameTaken
from workspace.table_store import TableStore


class MapStore(TableStore):
    """What keeps the maps of a workspace."""

    def maps(self) -> tuple[SavedMap, ...]:
        """Return what is known of every map that isn't damaged, the newest first."""
        return maps_in(self.folder)

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
                for older in deleted_map_folders(self.folder):
                    discard(older)
                away = self.folder / DELETED_MAPS / saved.id
                away.parent.mkdir(exist_ok=True)
                self._map_folder(saved).rename(away)
                os.utime(away)
            self._discard_unused_uploads()

    @property
    def deleted_map(self) -> SavedMap | None:
        """The map that was deleted last, while it can be brought back."""
        return deleted_map_in(self.folder)

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

    # Inside

    def _map_folder(self, saved: SavedMap) -> Path:
        return self.folder / "maps" / saved.id
