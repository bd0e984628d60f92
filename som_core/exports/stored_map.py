"""A trained map and its groups as files of a bundle, and back."""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.regions import Regions
from som_core.errors import AtlasError
from som_core.exports.archive import Archive, BundleRefused, Content
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap

RECIPE, SETTINGS, REGIONS, TRAINED = "recipe.json", "settings.json", "regions.json", "trained/"
PARTS = ("map.json", "codebook.npy", "bmu.npy", "second_bmu.npy", "distance.npy", "rows.npy")
CHOSEN = "chosen.npy"  # a part of a map of some rows only
_WRONG = (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError, AtlasError)


def members_of_map(m: TrainedMap) -> dict[str, Content]:
    """Return the files of a map by name."""
    with tempfile.TemporaryDirectory() as folder:
        m.save(Path(folder))
        parts = [*PARTS, *([] if m.chosen is None else [CHOSEN])]
        return {TRAINED + part: (Path(folder) / part).read_bytes() for part in parts}


def members_of_choices(recipe: Recipe, settings: MapSettings) -> dict[str, Content]:
    """Return the files of what was chosen for a map."""
    return {
        RECIPE: recipe.to_json().encode(errors="surrogatepass"),
        SETTINGS: settings.to_json().encode(),
    }


def members_of_regions(regions: Regions | None) -> dict[str, Content]:
    """Return the file of the groups of a map, by the names that they have; none without groups."""
    if regions is None:
        return {}
    return {REGIONS: regions.to_json().encode(errors="surrogatepass")}


def stored_map(archive: Archive, folder: str, table: Table) -> TrainedMap:
    """Return the map whose files lie in a folder of an archive.

    Parameters
    ----------
    archive : whose members were checked
    folder : within it, with a slash at its end
    table : whose rows lie on the map

    Raises
    ------
    BundleRefused
        If it is no map of this table.
    """
    with tempfile.TemporaryDirectory() as away:
        is_of_some = folder + TRAINED + CHOSEN in archive.names
        for part in (*PARTS, *([CHOSEN] if is_of_some else [])):
            (Path(away) / part).write_bytes(archive.read(folder + TRAINED + part))
        try:
            m = TrainedMap.load(Path(away))
            is_whole = _is_whole(m, table)
        except (*_WRONG, RecursionError) as problem:
            raise _no_map(folder) from problem
    if not is_whole:
        raise _no_map(folder)
    return m


def stored_recipe(archive: Archive, folder: str) -> Recipe:
    """Return the recipe in a folder of an archive; BundleRefused if there is none."""
    try:
        return Recipe.from_json(archive.read(folder + RECIPE).decode(errors="surrogatepass"))
    except BundleRefused:
        raise
    except (*_WRONG, RecursionError) as problem:
        raise BundleRefused(
            f"“{folder}{RECIPE}” of the bundle is no recipe. Save the bundle once more."
        ) from problem


def stored_regions(archive: Archive, folder: str, m: TrainedMap) -> Regions | None:
    """Return the groups of a map in a folder of an archive; None where there are none.

    Raises
    ------
    BundleRefused
        If they aren't groups of this map.
    """
    name = folder + REGIONS
    if name not in archive.names:
        return None
    try:
        found = Regions.from_json(archive.read(name).decode(errors="surrogatepass"))
    except BundleRefused:
        raise
    except (*_WRONG, RecursionError) as problem:
        raise _no_groups(name) from problem
    check_fits(found, m, folder)
    return found


def check_fits(regions: Regions, m: TrainedMap, folder: str) -> None:
    """Raise BundleRefused if groups in a folder of an archive aren't those of its map."""
    if regions.node_labels.shape != (m.height, m.width):
        raise _no_groups(folder)
    try:
        regions.to_json()
    except ValueError as problem:  # such as NaN, which JSON has not, but is read from it
        raise _no_groups(folder) from problem


def _is_whole(m: TrainedMap, table: Table) -> bool:
    """Return whether all parts of a map are of one size, and point at what is there."""
    n_nodes, n_rows = m.settings.n_nodes, len(m.rows)
    places = (m.bmu, m.second_bmu)
    return (
        m.codebook.dtype.kind == m.distance.dtype.kind == "f"
        and m.codebook.shape == (m.height, m.width, len(m.features))
        and bool(np.isfinite(m.codebook).all())
        and all(part.dtype.kind == "i" for part in (*places, m.rows))
        and all(part.shape == (n_rows,) for part in (*places, m.distance))
        and n_rows > 0
        and all(part.min() >= 0 and part.max() < n_nodes for part in places)
        and bool((m.distance >= 0).all())
        and m.rows.min() >= 0
        and m.rows.max() < len(table.frame)
        and all(column.recipe.name in table.frame for column in m.fitted.columns)
        and (m.n_trained is None or _is_count(m.n_trained, n_rows))
        and (m.chosen is None or _is_choice(m.chosen, m.rows, len(table.frame)))
    )


def _is_count(n_trained: object, n_rows: int) -> bool:
    """Return whether so many rows, or more than those on a map, may have trained it."""
    return type(n_trained) is int and n_rows <= n_trained < 1 << 62


def _is_choice(chosen: NDArray, rows: NDArray[np.int64], n_rows: int) -> bool:
    """Return whether positions choose rows of a table, those of the map among them."""
    return (
        chosen.dtype.kind == "i"
        and chosen.ndim == 1
        and bool((np.diff(chosen) > 0).all())
        and chosen[0] >= 0
        and chosen[-1] < n_rows
        and bool(np.isin(rows, chosen).all())
    )


def _no_map(folder: str) -> BundleRefused:
    return BundleRefused(
        f"“{folder}” of the bundle is no whole map of its table. Save the bundle once more."
    )


def _no_groups(name: str) -> BundleRefused:
    return BundleRefused(
        f"“{name}” of the bundle holds no groups of its map. Save the bundle once more."
    )
