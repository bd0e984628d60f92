"""What all rows of a large table add up to on the map of a sample, as files of a bundle, and back.

names.json   the columns of numbers, and those of categories with their levels
hits.npy     (n_nodes,) rows on each node
counts.npy   (n_numbers, n_nodes, 1 + bins) rows with a value, and those in each bin
sums.npy     (n_numbers, n_nodes, 4) sums, squares, lowest and highest values
edges.npy    (n_numbers, 2 + bins) the centre, and the edges of the bins
levels.npy   (n_nodes, n_levels) rows of each level, column after column
"""

import io

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.node_aggregates import (
    N_BINS,
    LevelAggregate,
    NodeAggregates,
    NumberAggregate,
)
from som_core.exports.archive import Archive, BundleRefused, Content
from som_core.exports.stored_table import as_array, as_json
from som_core.reading import Table

ALL_ROWS = "all_rows/"
ARRAYS = ("hits", "counts", "sums", "edges", "levels")
_NAMES = "names.json"
_MOST_DAYS = 1e9  # from 1970, of a date that can be written
_MOST_ROWS = float(1 << 62)


def members_of_all_rows(found: NodeAggregates | None) -> dict[str, Content]:
    """Return the files of what all rows add up to; none where they weren't counted."""
    if found is None:
        return {}
    numbers, n_nodes = tuple(found.numbers.values()), len(found.counts)
    counts = np.zeros((len(numbers), n_nodes, 1 + N_BINS), dtype=np.int64)
    sums, edges = np.zeros((len(numbers), n_nodes, 4)), np.zeros((len(numbers), 2 + N_BINS))
    for place, number in enumerate(numbers):
        counts[place, :, 0], counts[place, :, 1:] = number.counts, number.histograms
        parts = (number.sums, number.squares, number.lowest, number.highest)
        sums[place] = np.column_stack(parts)
        edges[place] = number.centre, *number.edges
    levels = [np.zeros((n_nodes, 0), dtype=np.int64)]
    levels += [column.counts for column in found.levels.values()]
    arrays = (found.counts, counts, sums, edges, np.hstack(levels))
    names = {
        "numbers": list(found.numbers),
        "levels": [[name, list(column.levels)] for name, column in found.levels.items()],
    }
    members: dict[str, Content] = {
        f"{ALL_ROWS}{name}.npy": as_array(array) for name, array in zip(ARRAYS, arrays, strict=True)
    }
    return {ALL_ROWS + _NAMES: as_json(names), **members}


def stored_all_rows(
    archive: Archive, folder: str, table: Table, n_nodes: int
) -> NodeAggregates | None:
    """Return what all rows add up to, in a folder of an archive; None where they weren't counted.

    Parameters
    ----------
    archive : whose members were checked
    folder : of the map within it, with a slash at its end
    table : the sample
    n_nodes : of the map

    Raises
    ------
    BundleRefused
        If it isn't of this map and table.
    """
    inside = folder + ALL_ROWS
    if inside + _NAMES not in archive.names:
        return None
    names = archive.read_json(inside + _NAMES)
    hits, counts, sums, edges, levels = (
        np.load(io.BytesIO(archive.read(f"{inside}{name}.npy")), allow_pickle=False)
        for name in ARRAYS
    )
    match names:
        case {"numbers": list(of_numbers), "levels": list(of_levels)}:
            pass
        case _:
            raise _refused(inside)
    columns = _columns(of_levels, inside)
    n_numbers, n_levels = len(of_numbers), sum(len(texts) for _, texts in columns)
    shapes = {
        (n_nodes,): hits,
        (n_numbers, n_nodes, 1 + N_BINS): counts,
        (n_nodes, n_levels): levels,
    }
    is_whole = (
        _are_columns([*of_numbers, *(name for name, _ in columns)], table)
        and all(_are_counts(array, shape) for shape, array in shapes.items())
        and hits.any()
        and sums.dtype.kind == edges.dtype.kind == "f"
        and sums.shape == (n_numbers, n_nodes, 4)
        and edges.shape == (n_numbers, 2 + N_BINS)
    )
    if not is_whole:
        raise _refused(inside)
    numbers = {
        name: NumberAggregate(
            counts=counts[place, :, 0],
            centre=float(edges[place, 0]),
            sums=sums[place, :, 0],
            squares=sums[place, :, 1],
            lowest=sums[place, :, 2],
            highest=sums[place, :, 3],
            edges=edges[place, 1:],
            histograms=counts[place, :, 1:],
        )
        for place, name in enumerate(of_numbers)
    }
    if not all(_are_days(numbers[name]) for name in numbers if table.kinds[name] == "date"):
        raise _refused(inside)
    ends = np.cumsum([len(texts) for _, texts in columns], dtype=int)
    of_columns = np.split(levels, ends, axis=1)[:-1]  # nothing is behind the last
    return NodeAggregates(
        counts=hits,
        numbers=numbers,
        levels={
            name: LevelAggregate(levels=texts, counts=of_column)
            for (name, texts), of_column in zip(columns, of_columns, strict=True)
        },
    )


def _columns(written: list[object], inside: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the columns of categories with their levels; BundleRefused if they are none."""
    found = []
    for one in written:
        match one:
            case [str(name), list(texts)] if texts and all(isinstance(text, str) for text in texts):
                found.append((name, tuple(texts)))
            case _:
                raise _refused(inside)
    return found


def _are_columns(names: list[object], table: Table) -> bool:
    """Return whether these are columns of a table, each named once."""
    is_each = all(isinstance(name, str) and name in table.frame for name in names)
    return is_each and len(set(names)) == len(names)


def _are_counts(array: NDArray, shape: tuple[int, ...]) -> bool:
    """Return whether an array counts rows, so that they can be added up."""
    return (
        array.dtype.kind == "i"
        and array.shape == shape
        and array.min(initial=0) >= 0
        and array.sum(dtype=float) < _MOST_ROWS
    )


def _are_days(column: NumberAggregate) -> bool:
    """Return whether the means of any nodes are dates that can be written."""
    return abs(column.centre) <= _MOST_DAYS and bool(
        (np.abs(column.sums) <= _MOST_DAYS * column.counts).all()
    )


def _refused(inside: str) -> BundleRefused:
    return BundleRefused(
        f"“{inside}” of the bundle isn't what the rows of its map add up to. Save the bundle once "
        "more."
    )
