"""A whole analysis as one file, name.atlas.zip, that opens as it was: here, or on another server.

    manifest.json               format, versions, and size and SHA-256 of each file
    ro-crate-metadata.json      what archives want to know
    analysis.json               which map was looked at, its table, what is joined to it, notes,
                                colours of groups
    tables/<id>/                table.json, cells.arrow, dates.arrow, sets.json, sets/, notes.json
    maps/<id>/                  recipe.json, settings.json, regions.json, trained/, all_rows/

A workspace adds what only it has: source.json and the uploaded file beside a table; saved.json,
proposal.json and choice.json beside a map; workspace.json and ui.json (see workspace/bundle.py).
No member is ever unpickled.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import som_core
from som_core.analyses.joining import joined
from som_core.analyses.regions import Regions
from som_core.analysis import Analysis
from som_core.errors import AtlasError
from som_core.exports.archive import (
    MANIFEST,
    Archive,
    ArchiveLimits,
    BundleRefused,
    Content,
    lists_members,
    write_archive,
)
from som_core.exports.crate import CRATE, crate_metadata
from som_core.exports.stored_all_rows import ARRAYS, members_of_all_rows, stored_all_rows
from som_core.exports.stored_map import (
    members_of_choices,
    members_of_map,
    members_of_regions,
    stored_map,
    stored_recipe,
    stored_regions,
)
from som_core.exports.stored_table import (
    as_json,
    members_of_groups,
    members_of_notes,
    members_of_table,
    stored_groups,
    stored_notes,
    stored_table,
)
from som_core.preparation import prepare
from som_core.reading import Limits, Table
from som_core.wording import counted

ANALYSIS = "analysis.json"
TABLES, MAPS = "tables", "maps"
_ONLY = "1"  # the id of the table and of the map where there is one of each
_OTHER = "2"  # that of the table whose columns are joined to it
_ID = "[0-9a-f]{1,64}"
_KNOWN = re.compile(
    rf"ro-crate-metadata\.json|analysis\.json|workspace\.json|ui\.json"
    rf"|{TABLES}/{_ID}/(?:(?:table|source|sets|notes)\.json|(?:cells|dates)\.arrow|file|sets/\d{{1,6}}\.npy)"
    rf"|{MAPS}/{_ID}/(?:recipe|settings|regions|saved|proposal|choice)\.json"
    rf"|{MAPS}/{_ID}/trained/(?:map\.json|(?:codebook|bmu|second_bmu|distance|rows|chosen)\.npy)"
    rf"|{MAPS}/{_ID}/all_rows/(?:names\.json|(?:{'|'.join(ARRAYS)})\.npy)"
)
_COLOUR = re.compile("#[0-9a-f]{6}")

__all__ = ["BundleRefused", "is_bundle", "open_bundle", "save_bundle"]


def save_bundle(analysis: Analysis, path: Path) -> None:
    """Write a whole analysis as one file, whose name should end in .atlas.zip.

    It holds the table, the recipe, the map, its groups and the rows that were kept under a name. It
    opens on a server of SOM Atlas as well.

    Parameters
    ----------
    analysis : Analysis
    path : where to write
    """
    table, m, of = analysis.table, analysis.map, analysis.table.joined_from
    in_table, in_map = folder_of(TABLES, _ONLY), folder_of(MAPS, _ONLY)
    members = {
        **beside(in_table, members_of_table(table if of is None else of.table)),
        **({} if of is None else beside(folder_of(TABLES, _OTHER), members_of_table(of.other))),
        **beside(in_table, members_of_groups(analysis.groups)),
        **beside(in_table, members_of_notes(analysis.row_notes)),
        **beside(in_map, members_of_map(m)),
        **beside(in_map, members_of_choices(analysis.recipe, analysis.settings)),
        **beside(in_map, members_of_regions(analysis.regions)),
        **beside(in_map, members_of_all_rows(analysis.all_rows)),
        **Pointers(
            _ONLY,
            _ONLY,
            analysis.notes,
            analysis.colours,
            None if of is None else StoredJoin(_OTHER, of.key, of.other_key),
        ).members(),
    }
    write(Path(path), members, table.name)


def open_bundle(path: Path, limits: Limits = Limits()) -> Analysis:  # noqa: B008, a frozen value
    """Return the analysis in a bundle: of one of a workspace, that of the map that was looked at.

    Parameters
    ----------
    path : of the file
    limits : the most that its table may hold

    Raises
    ------
    AtlasError
        If it is no bundle, is damaged or was changed, is too large, or holds no map.
    """
    archive = opened(Path(path).read_bytes(), ArchiveLimits(file_bytes=limits.file_bytes))
    if ANALYSIS not in archive.names:
        raise BundleRefused(
            "The bundle holds no map: it was saved before one was trained. Open it on a server of "
            "SOM Atlas, and train there."
        )
    return stored_analysis(archive, limits)


def is_bundle(data: bytes) -> bool:
    """Tell a bundle from other files, without unpacking it."""
    return lists_members(data, MANIFEST, CRATE)


def file_name(table: str) -> str:
    """Return what the bundle of a table is called: its name with .atlas.zip for the suffix."""
    stem = table.rpartition(".")[0] or table
    plain = re.sub(r"[^\w -]+", "_", stem).strip(" _")[:80]
    return f"{plain or 'analysis'}.atlas.zip"


# What a workspace's bundle is made of, too --------------------------------------------------------


def folder_of(kind: str, name: str) -> str:
    """Return the folder of a table or a map within a bundle."""
    return f"{kind}/{name}/"


def beside(folder: str, members: Mapping[str, Content]) -> dict[str, Content]:
    """Return members that lie in a folder."""
    return {folder + name: content for name, content in members.items()}


@dataclass(frozen=True)
class StoredJoin:
    """Which table of a bundle has columns that are joined, and by which keys."""

    table: str  # the name of its folder
    key: str
    other_key: str


@dataclass(frozen=True)
class Pointers:
    """Which map is looked at, of which table, and what else is to be known of its analysis."""

    map: str  # the name of its folder
    table: str
    notes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()  # of the groups, as #rrggbb
    join: StoredJoin | None = None  # to the table

    def members(self) -> dict[str, Content]:
        return {ANALYSIS: as_json(asdict(self))}


def pointers_in(archive: Archive) -> Pointers:
    """Return which map of an archive is looked at.

    Raises
    ------
    BundleRefused
        If it doesn't say so.
    """
    found = archive.read_json(ANALYSIS)
    try:
        if not isinstance(found, dict):
            raise TypeError("an object is needed")
        notes, colours = (tuple(map(str, found[name])) for name in ("notes", "colours"))
        if not all(map(_COLOUR.fullmatch, colours)):
            raise ValueError("no colour")
        join = found.get("join")
        if join is not None:
            join = StoredJoin(*(str(join[name]) for name in ("table", "key", "other_key")))
        return Pointers(str(found["map"]), str(found["table"]), notes, colours, join)
    except (ValueError, KeyError, TypeError) as problem:
        raise BundleRefused(
            f"“{ANALYSIS}” of the bundle can't be understood. Save the bundle once more."
        ) from problem


def write(target: Path | BinaryIO, members: Mapping[str, Content], name: str) -> None:
    """Write members as a bundle, with what archives want to know of it.

    Parameters
    ----------
    target : a path, or an open file
    members : by name
    name : of the table, for people
    """
    sizes = {
        member: content.stat().st_size if isinstance(content, Path) else len(content)
        for member, content in members.items()
    }
    n_maps = sum(member.endswith("/trained/map.json") for member in members)
    described = crate_metadata(
        f"SOM Atlas: {name}",
        f"The table “{name}” and {counted(n_maps, 'self-organizing map')} of it, with what was "
        "chosen on the way: a bundle that SOM Atlas opens.",
        sizes,
        som_core.__version__,
    )
    write_archive(target, {CRATE: described, **members}, {"som_core": som_core.__version__})


def opened(data: bytes, limits: ArchiveLimits) -> Archive:
    """Return the checked archive of a bundle; BundleRefused if it can't be opened."""
    return Archive.opened(data, lambda name: _KNOWN.fullmatch(name) is not None, limits)


def stored_analysis(archive: Archive, limits: Limits) -> Analysis:
    """Return the analysis in an archive; BundleRefused if it holds no whole one."""
    pointers = pointers_in(archive)
    in_table, in_map = folder_of(TABLES, pointers.table), folder_of(MAPS, pointers.map)
    table = stored_table(archive, in_table, limits)
    if pointers.join is not None:
        join = pointers.join
        other = stored_table(archive, folder_of(TABLES, join.table), limits)
        table = with_columns_of(other, table, join.key, join.other_key)
    m = stored_map(archive, in_map, table)
    recipe = stored_recipe(archive, in_map)
    regions = stored_regions(archive, in_map, m)
    return Analysis(
        table=table,
        recipe=recipe,
        prepared=prepare(table, recipe, m.chosen),
        settings=m.settings,
        map=m,
        regions=regions,
        groups=stored_groups(archive, in_table, len(table.frame)),
        notes=pointers.notes,
        colours=_of_each(regions, pointers.colours),
        row_notes=stored_notes(archive, in_table, len(table.frame)),
        all_rows=stored_all_rows(archive, in_map, table, m.settings.n_nodes),
    )


def with_columns_of(other: Table, table: Table, key: str, other_key: str) -> Table:
    """Return a table of a bundle with the columns of another one; BundleRefused if it can't be."""
    try:
        return joined(table, other, key, other_key)
    except AtlasError as problem:
        raise BundleRefused(
            f"The bundle says that two of its tables are joined, but they can't be. {problem}"
        ) from problem


def _of_each(regions: Regions | None, colours: tuple[str, ...]) -> tuple[str, ...]:
    """Return a colour for each group; none where there aren't as many, so that the usual hold."""
    return colours if regions is not None and len(colours) == regions.k else ()
