"""A whole workspace as one file, name.atlas.zip, and such a file as a new workspace.

What the bundle of a single analysis holds (som_core/exports/bundle.py), and beside it:

    tables/<key>/source.json file        where a table is from, and the file as it was uploaded
    maps/<id>/saved.json                 what is known of a map without loading it
    maps/<id>/proposal.json choice.json  the groups that were found, and what the analyst chose
    workspace.json ui.json               which table and map are shown; small choices of the pages

Only values leave and come in: each is read by its type, checked, and written anew by the new
workspace, under new ids. Keys, owners, links and jobs stay behind.
"""

import hashlib
import io
import json
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from som_core.analyses.map_quality import quality
from som_core.analyses.regions import Regions
from som_core.analysis import Analysis
from som_core.drawing.palette import LEVELS
from som_core.errors import AtlasError
from som_core.exports import stored_map as of_map
from som_core.exports.archive import Archive, ArchiveLimits, BundleRefused, Content
from som_core.exports.bundle import (
    ANALYSIS,
    MAPS,
    TABLES,
    Pointers,
    StoredJoin,
    beside,
    folder_of,
    opened,
    pointers_in,
    with_columns_of,
    write,
)
from som_core.exports.stored_all_rows import members_of_all_rows, stored_all_rows
from som_core.exports.stored_map import (
    check_fits,
    members_of_regions,
    stored_map,
    stored_recipe,
    stored_regions,
)
from som_core.exports.stored_table import (
    CELLS,
    DATES,
    FACTS,
    members_of_groups,
    members_of_notes,
    members_of_table,
    stored_groups,
    stored_notes,
    stored_table,
)
from som_core.files.unpacking import TableRefused
from som_core.preparation import prepare
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from som_core.wording import size_in_words
from workspace.choices import CHOICE, RECIPE, SETTINGS, UI_STATE, MapChoice
from workspace.config import Configuration
from workspace.documents import Damaged, DocumentType, Fields, V
from workspace.files import locked, room_needed
from workspace.fingerprint import fingerprint_of
from workspace.jobs.kinds.counting_of_all_rows import KIND as COUNTING
from workspace.jobs.kinds.counting_of_all_rows import count_of
from workspace.jobs.kinds.grouping import KIND as GROUPING
from workspace.jobs.kinds.grouping import PROPOSAL, Proposal, proposal
from workspace.kept_groups import GROUP, KeptGroup
from workspace.kept_notes import NOTE, KeptNote
from workspace.large_files import read_anew_apart
from workspace.map_groups import MAP_GROUPS, MapGroups
from workspace.maps import MAP, Parent, SavedMap, map_files, save_map
from workspace.quota import check_room
from workspace.store import Workspace, create
from workspace.table_source import SOURCE, Join, TableSource
from workspace.tables import keep_brought
from workspace.uploads import keep_upload, upload_of

_SOURCE, _FILE = "source.json", "file"
_SAVED, _PROPOSAL, _CHOICE = "saved.json", "proposal.json", "choice.json"
_WORKSPACE, _UI = "workspace.json", "ui.json"


@dataclass(frozen=True)
class _Shown:
    """What a workspace shows, and the choices for its next map."""

    table: str | None  # key of the main one
    map: str | None  # id of the one that is shown
    recipe: Recipe | None
    settings: MapSettings | None
    join: Join | None = None  # to the main table


def _to_value(shown: _Shown) -> object:
    return {
        "table": shown.table,
        "map": shown.map,
        "recipe": None if shown.recipe is None else json.loads(shown.recipe.to_json()),
        "settings": None if shown.settings is None else json.loads(shown.settings.to_json()),
        "join": None if shown.join is None else shown.join.to_value(),
    }


def _from_fields(fields: Fields) -> _Shown:
    return _Shown(
        fields.maybe_text("table"),
        fields.maybe_text("map"),
        Recipe.from_json(fields.json("recipe")) if fields.has("recipe") else None,
        MapSettings.from_json(fields.json("settings")) if fields.has("settings") else None,
        Join.from_fields(fields.inner("join")) if fields.has("join") else None,
    )


_SHOWN = DocumentType[_Shown](
    file=_WORKSPACE,
    title="What the workspace shows",
    to_value=_to_value,
    from_value=_from_fields,
)


# Saving -------------------------------------------------------------------------------------------


def workspace_bundle(workspace: Workspace, analysis: Analysis | None) -> bytes:
    """Return a whole workspace as a bundle.

    Parameters
    ----------
    workspace : its owner's
    analysis : of the map that is shown, for who opens the bundle in Python; None without a map

    Raises
    ------
    ReadOnly
        If it was opened by its read-only link, which gives no right to the uploaded files.
    AtlasError
        If a part is damaged, or the bundle would be too large to be opened again.
    """
    workspace.check_may_change()
    source, maps, current = workspace.source, workspace.maps(), workspace.current_map
    shown = _Shown(
        table=None if source is None else source.key,
        map=None if current is None else current.id,
        recipe=workspace.recipe,
        settings=workspace.settings,
        join=None if source is None else source.join,
    )
    members: dict[str, Content] = {
        _WORKSPACE: _SHOWN.to_bytes(shown),
        _UI: UI_STATE.to_bytes(workspace.ui_state),
    }
    sources = [*([] if source is None else [source]), *(saved.source for saved in maps)]
    for found in {file.key: file.alone for one in sources for file in one.files}.values():
        members |= beside(folder_of(TABLES, found.key), _members_of_source(workspace, found))
    for saved in maps:
        members |= beside(folder_of(MAPS, saved.id), _members_of_saved(workspace, saved))
    if analysis is not None and current is not None:
        members |= Pointers(
            current.id,
            current.source.key,
            analysis.notes,
            analysis.colours,
            _stored_join(analysis.table, source, current.source),
        ).members()
        members |= beside(folder_of(MAPS, current.id), members_of_regions(analysis.regions))
    target = io.BytesIO()
    try:
        write(target, members, "a workspace" if source is None else source.name)
    except FileNotFoundError as problem:
        raise AtlasError(
            "The workspace was changed while it was being saved. Save it once more."
        ) from problem
    _check_can_be_opened(target.tell(), workspace.config)
    return target.getvalue()


def _members_of_source(workspace: Workspace, source: TableSource) -> dict[str, Content]:
    members: dict[str, Content] = {
        _SOURCE: SOURCE.to_bytes(source),
        **members_of_table(workspace.table(source)),
        **members_of_groups(workspace.groups(source)),
        **members_of_notes(tuple(workspace.notes(source).values())),
    }
    file = upload_of(source, workspace.folder)
    return members if file is None else {**members, _FILE: file}


def _members_of_saved(workspace: Workspace, saved: SavedMap) -> dict[str, Content]:
    members: dict[str, Content] = {
        **of_map.members_of_choices(saved.recipe, saved.settings),
        _SAVED: MAP.to_bytes(saved),
        _CHOICE: MAP_GROUPS.to_bytes(workspace.map_groups(saved)),
        **beside(of_map.TRAINED, map_files(workspace.folder / "maps" / saved.id, saved)),
    }
    members |= members_of_all_rows(count_of(workspace, saved))
    found = proposal(workspace, saved)
    return members if found is None else {**members, _PROPOSAL: PROPOSAL.to_bytes(found)}


def _stored_join(table: Table, *sources: TableSource | None) -> StoredJoin | None:
    """Return how the table of an analysis was joined: as the main one is, or that of its map."""
    if table.joined_from is None:
        return None
    joins = [source.join for source in sources if source is not None and source.join is not None]
    of = table.joined_from
    found = next(join for join in joins if (join.key, join.other_key) == (of.key, of.other_key))
    return StoredJoin(found.other.key, found.key, found.other_key)


def _check_can_be_opened(size: int, config: Configuration) -> None:
    if size > config.file_bytes:
        raise AtlasError(
            f"The bundle has {size_in_words(size)}, but a server takes files of at most "
            f"{size_in_words(config.file_bytes)}, so it could not be opened again. Delete maps "
            "that are no longer needed, then save it."
        )


# Opening ------------------------------------------------------------------------------------------


def open_workspace_bundle(data: bytes, person: str | None = None) -> Workspace:
    """Make a new workspace of a bundle, as it was when the bundle was saved, and return it.

    Parameters
    ----------
    data : the bytes of the bundle: of a workspace, or of an analysis that `save_bundle` wrote
    person : who alone may open the workspace from now on; None: whoever has its id

    Raises
    ------
    AtlasError
        If it is no bundle, is damaged or was changed, is beyond a limit, or there is no room for
        it. Then there is no new workspace.
    """
    config = Configuration.from_environment()
    limits = ArchiveLimits(
        file_bytes=config.file_bytes,
        unpacked_bytes=min(config.workspace_bytes, ArchiveLimits.unpacked_bytes),
    )
    archive = opened(data, limits)
    check_room(config, None, archive.unpacked_bytes)
    workspace = create(person)
    with ExitStack() as undoing:
        undoing.callback(workspace.delete)
        with locked(workspace.folder / "lock"), room_needed():
            _Opening(archive, workspace.folder, config).all()
        undoing.pop_all()
    return workspace


@dataclass(frozen=True)
class _Brought:
    """A table as the bundle brings it, and where the new workspace has it from."""

    table: Table
    source: TableSource


class _Opening:
    """The way out of an archive into the folder of a new workspace, which nobody else has open."""

    def __init__(self, archive: Archive, folder: Path, config: Configuration) -> None:
        self.archive = archive
        self.folder = folder
        self.config = config
        self.tables: dict[str, _Brought] = {}  # by their ids in the archive
        self.pointers = pointers_in(archive) if ANALYSIS in archive.names else None

    def all(self) -> None:
        for name in self._folders(TABLES):
            self.tables[name] = self._table(folder_of(TABLES, name))
            self._groups_and_notes(folder_of(TABLES, name), self.tables[name])
        maps = {name: token_hex(8) for name in self._folders(MAPS)}
        for name in maps:
            self._map(name, maps)
        shown = self._shown()
        if shown.table is not None:
            main = self._with_join(shown.table, shown.join)
            SOURCE.keep(self.folder, main.source, "main")
            if main.source.join is not None:
                SOURCE.keep(self.folder, main.source.join.other, "joined")
        if shown.recipe is not None:
            RECIPE.keep(self.folder, shown.recipe)
        if shown.settings is not None:
            SETTINGS.keep(self.folder, shown.settings)
        if shown.map in maps:
            CHOICE.keep(self.folder, MapChoice(maps[shown.map], time.time()))
        if _UI in self.archive.names:
            UI_STATE.keep(self.folder, self._document(UI_STATE, _UI))

    def _folders(self, kind: str) -> list[str]:
        parts = (name.split("/") for name in self.archive.names)
        return sorted({part[1] for part in parts if part[0] == kind})

    def _document(self, document: DocumentType[V], name: str) -> V:
        try:
            return document.from_bytes(self.archive.read(name))
        except Damaged as problem:
            raise BundleRefused(
                f"“{name}” of the bundle can't be understood. Save the bundle once more."
            ) from problem

    def _shown(self) -> _Shown:
        if _WORKSPACE in self.archive.names:
            return self._document(_SHOWN, _WORKSPACE)
        if self.pointers is None:
            raise BundleRefused(
                "The bundle says neither which table it is of, nor which map. Save the bundle once "
                "more."
            )
        recipe = stored_recipe(self.archive, folder_of(MAPS, self.pointers.map))
        return _Shown(self.pointers.table, self.pointers.map, recipe, None, self._pointed_join())

    def _pointed_join(self) -> Join | None:
        """Return how the analysis says that its table is joined, as a workspace says it."""
        if self.pointers is None or self.pointers.join is None:
            return None
        join = self.pointers.join
        return Join(self._brought(join.table).source, join.key, join.other_key)

    # Tables

    def _brought(self, name: str) -> _Brought:
        if name not in self.tables:
            raise BundleRefused(
                "The bundle lacks a table that it speaks of. Save the bundle once more."
            )
        return self.tables[name]

    def _with_join(self, name: str, join: Join | None) -> _Brought:
        """Return a table with the columns that are joined to it, from the table brought for it."""
        brought = self._brought(name)
        if join is None:
            return brought
        others = {one.source.key: one for one in self.tables.values()}
        other = others.get(join.other.key) or self._brought(join.other.key)
        table = with_columns_of(other.table, brought.table, join.key, join.other_key)
        return _Brought(
            table, replace(brought.source, join=Join(other.source, join.key, join.other_key))
        )

    def _table(self, inside: str) -> _Brought:
        """Keep a table: read from its file, if that gives it today, or else as it was brought."""
        table = stored_table(self.archive, inside, self.config.limits)
        if inside + _FILE not in self.archive.names:
            upload = keep_upload(self.folder, self.archive.read(inside + CELLS))
            return self._as_brought(inside, table, TableSource(upload, table.name))
        said = self._document(SOURCE, inside + _SOURCE)
        upload = keep_upload(self.folder, self.archive.read(inside + _FILE))
        said = replace(said, upload=upload, fingerprint=None, brought=None, join=None, rows=None)
        with suppress(TableRefused):
            found = read_anew_apart(said, self.folder, self.config.limits)
            if found.fingerprint == fingerprint_of(table.frame):
                return _Brought(table, found)
        return self._as_brought(inside, table, said)

    def _as_brought(self, inside: str, table: Table, source: TableSource) -> _Brought:
        digest = hashlib.sha256()
        for name in (FACTS, CELLS, DATES):
            if inside + name in self.archive.names:
                digest.update(self.archive.read(inside + name))
        source = replace(source, brought=digest.hexdigest())
        return _Brought(table, keep_brought(table, source, self.folder))

    def _groups_and_notes(self, inside: str, brought: _Brought) -> None:
        groups = stored_groups(self.archive, inside, len(brought.table.frame))
        for place, group in enumerate(groups):  # they are shown in this order
            kept = KeptGroup(group, brought.source.key, float(place))
            GROUP.keep(self.folder, kept, f"{token_hex(4)}{place:08x}")
        for note in stored_notes(self.archive, inside, len(brought.table.frame)):
            NOTE.keep(self.folder, KeptNote(note, brought.source.key), token_hex(8))

    # Maps

    def _map(self, name: str, new_ids: Mapping[str, str]) -> None:
        """Keep a map with its groups, under a new id: that of a map names no other, anywhere."""
        inside = folder_of(MAPS, name)
        said = self._said_of(inside)
        brought = (
            self._with_join(self._pointed_table(), self._pointed_join())
            if said is None
            else self._with_join(said.source.key, said.source.join)
        )
        m = stored_map(self.archive, inside, brought.table)
        if m.settings.n_nodes > self.config.nodes:
            raise BundleRefused(
                f"A map of the bundle has {m.settings.n_nodes:,} cells; a map here has at most "
                f"{self.config.nodes:,}. Train a smaller one, and save the bundle once more."
            )
        saved = said or _newly_saved(m, stored_recipe(self.archive, inside), brought.table)
        if (saved.settings, saved.recipe) != (m.settings, m.fitted.recipe):
            raise BundleRefused(
                f"“{inside}” of the bundle says other settings than its map has. Save the bundle "
                "once more."
            )
        folder = self.folder / "maps" / new_ids[name]
        save_map(
            folder,
            m,
            replace(
                saved,
                id=folder.name,
                source=brought.source,
                parent=_parent_by_new_id(saved.parent, m, new_ids),
                n_trained=m.n_trained,
            ),
        )
        proposed, chosen = self._groups_of_map(inside, m)
        if proposed is not None:
            result = folder / GROUPING.name / token_hex(8)
            result.mkdir(parents=True)
            PROPOSAL.keep(result, proposed)
            MAP_GROUPS.keep(folder, chosen)
        counted = stored_all_rows(self.archive, inside, brought.table, m.settings.n_nodes)
        if counted is not None:
            result = folder / COUNTING.name / token_hex(8)
            result.mkdir(parents=True)
            counted.save(result)

    def _said_of(self, inside: str) -> SavedMap | None:
        there = inside + _SAVED in self.archive.names
        return self._document(MAP, inside + _SAVED) if there else None

    def _pointed_table(self) -> str:
        return "" if self.pointers is None else self.pointers.table

    def _groups_of_map(self, inside: str, m: TrainedMap) -> tuple[Proposal | None, MapGroups]:
        if inside + _SAVED not in self.archive.names:
            regions = stored_regions(self.archive, inside, m)
            if regions is None:
                return None, MapGroups()
            colours = () if self.pointers is None else self.pointers.colours
            return Proposal(regions), _chosen(regions, colours)
        if inside + _PROPOSAL not in self.archive.names:
            return None, MapGroups()
        proposed = self._document(PROPOSAL, inside + _PROPOSAL)
        chosen = self._document(MAP_GROUPS, inside + _CHOICE)
        for regions in (proposed.regions, *([chosen.by_hand] if chosen.by_hand else [])):
            check_fits(regions, m, inside)
        return proposed, chosen


def _newly_saved(m: TrainedMap, recipe: Recipe, table: Table) -> SavedMap:
    """Return what is to be known of a map that no workspace has saved before."""
    settings = m.settings
    return SavedMap(
        id="",
        name=f"{settings.height} × {settings.width}, {settings.epochs} epochs",
        created=time.time(),
        source=TableSource("0" * 64, table.name),
        recipe=recipe,
        settings=settings,
        quality=quality(m, prepare(table, recipe, m.chosen)),
        complete=not m.history or m.history[-1].epoch >= settings.epochs,
    )


def _parent_by_new_id(
    said: Parent | None, m: TrainedMap, new_ids: Mapping[str, str]
) -> Parent | None:
    """Return what is said of the map on which rows were chosen; "" as the id of one that is gone.

    A map of an analysis says which rows it is of, but not by what they were chosen.
    """
    if m.chosen is None:
        return None
    n_rows = len(m.chosen)
    if said is None:
        return Parent(map="", name="", chosen_by=f"{n_rows:,} chosen rows", n_rows=n_rows)
    return replace(said, map=new_ids.get(said.map, ""), n_rows=n_rows)


def _chosen(regions: Regions, colours: tuple[str, ...]) -> MapGroups:
    """Return the choices by which a workspace shows groups as an analysis has them."""
    marks = regions.marks
    return MapGroups(
        k=regions.k,
        by_hand=regions if regions.is_by_hand else None,
        names=dict(zip(marks, regions.names, strict=True)),
        colours={
            mark: LEVELS.index(colour)
            for mark, colour in zip(marks, colours, strict=False)
            if colour in LEVELS
        },
    )
