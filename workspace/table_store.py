"""The tables of a workspace by role, and what the analyst chose of them (tables.py, choices.py)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from som_core.errors import AtlasError
from som_core.reading import Dialect, Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from workspace.choices import RECIPE, SETTINGS, UI_STATE
from workspace.documents import Damaged
from workspace.fetching import fetch
from workspace.jobs.order import orders_in
from workspace.large_files import read_anew_apart
from workspace.maps import deleted_map_in, every_map_in, maps_in
from workspace.opened import OpenedWorkspace
from workspace.quick_copies import known_fingerprint, source_read_last
from workspace.quota import check_room
from workspace.server_tables import file_of
from workspace.table_source import SOURCE, Join, TableRole, TableSource
from workspace.tables import stack_name, stack_of, table_of
from workspace.uploads import keep_upload, kept_upload


class TableStore(OpenedWorkspace):
    """What keeps the tables of a workspace, and what was chosen of them."""

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
        return source_read_last(self.folder) or next((m.source for m in maps_in(self.folder)), None)

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

    # Inside

    def _need_source(self, role: TableRole) -> TableSource:
        source = self.source_of(role)
        if source is None:
            raise AtlasError("There is no table yet. Upload a file, or choose a sample.")
        return source

    def _read_anew(self, source: TableSource, role: TableRole) -> TableSource:
        """Make this the table of a role, unless it can't be read: then all stays as it was.

        Whatever goes wrong, and be it unforeseen, leaves no upload behind that nobody needs.
        """
        before = self.source_of(role)
        try:
            source = self._as_known(read_anew_apart(source, self.folder, self.config.limits))
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
        sources = [self.source, *(saved.source for saved in maps_in(self.folder))]
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
        for saved in every_map_in(self.folder):
            if isinstance(saved, Damaged):
                return
            needed.append(saved.source)
            maps.add(saved.id)
        deleted = deleted_map_in(self.folder)
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
