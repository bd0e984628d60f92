"""Which rows of a table on a disk lie on a map, and where: block by block, as the table is read."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from som_core.columns.fitted_recipe import FittedRecipe
from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.geometry.best_matching import has_gaps
from som_core.geometry.distances import distances_to
from som_core.trained_map import TrainedMap
from som_core.wording import listed

# Of a block those with a node and those without, each: so many, or one in so many if that is more.
_ROWS_TO_CHECK, _ONE_IN = 50, 50
_BLOCKS_AT_ONCE = 10  # whose rows are compared: each comparison takes a while, for however few


class BlockOnMap(NamedTuple):
    """Some rows of a table, and where they lie on a map."""

    batch: pa.RecordBatch
    start: int  # the number of its first row in the table
    places: NDArray[np.int64]  # (n,) of its rows on the map, counted from `start`
    nodes: NDArray[np.int64]  # (n,) of these


def blocks_on_map(
    m: TrainedMap, table: TableOnDisk, columns: Sequence[str] | None = None
) -> Iterator[BlockOnMap]:
    """Yield the rows of a map's table from first to last, a block at a time.

    On the way some rows of every block, evenly spread, are compared with what the map says of them.

    Parameters
    ----------
    columns : to be read, beside those that train; None: all

    Raises
    ------
    AtlasError
        If the table has other rows than those on the map, lacks a column that trained, or can't be
        read.
    """
    trained = columns_that_train(m.fitted, table)
    if len(m.rows) and m.rows[-1] >= table.n_rows:
        raise AtlasError(
            f"The map knows row {int(m.rows[-1]) + 1:,}, but “{table.name}” has {table.n_rows:,} "
            "rows. Give the table that the map was trained on."
        )
    read = table.columns if columns is None else tuple(dict.fromkeys([*columns, *trained]))
    compared: list[_SomeRows] = []
    start = 0
    for number, batch in enumerate(table.batches(read)):
        stop = start + batch.num_rows
        on_map = _between(m.rows, start, stop)
        places, nodes = m.rows[on_map].astype(np.int64) - start, m.bmu[on_map].astype(np.int64)
        block = BlockOnMap(batch, start, places, nodes)
        compared.append(_some_rows(m, block, m.distance[on_map]))
        if number % _BLOCKS_AT_ONCE == 0:  # after the first: most others are refused by that
            _check_alike(m, table, compared)
            compared = []
        yield block
        start = stop
    if compared:
        _check_alike(m, table, compared)


def columns_that_train(fitted: FittedRecipe, table: TableOnDisk) -> list[str]:
    """Return the columns to read; AtlasError if the table lacks one."""
    columns = [column.name for column in fitted.recipe.trained]
    lacking = [name for name in columns if name not in table.columns]
    if lacking:
        raise AtlasError(
            f"“{table.name}” has no {listed(lacking)}, by which the map is trained. Give the "
            "table that its rows are from."
        )
    return columns


class _SomeRows(NamedTuple):
    """Rows of a block to be compared, and what the map says of them."""

    cells: pa.RecordBatch  # (n_rows,) of the columns that train
    has_node: NDArray[np.bool_]  # (n_rows,)
    nodes: NDArray[np.int64]  # of those that have one
    distance: NDArray[np.float64]  # of these, from their nodes


def _some_rows(m: TrainedMap, block: BlockOnMap, distance: NDArray[np.float64]) -> _SomeRows:
    """Return rows of a block that lie on the map, and some that it left out.

    Parameters
    ----------
    distance : array of shape (n,), of the rows on the map
    """
    stop = block.start + block.batch.num_rows
    is_left_out = np.full(block.batch.num_rows, m.chosen is None)
    if m.chosen is not None:
        is_left_out[m.chosen[_between(m.chosen, block.start, stop)] - block.start] = True
    is_left_out[block.places] = False
    left_out = np.flatnonzero(is_left_out)
    known = _evenly_spread(len(block.places))
    rows = np.concatenate([block.places[known], left_out[_evenly_spread(len(left_out))]])
    cells = block.batch.select([column.name for column in m.fitted.recipe.trained])
    has_node = np.arange(len(rows)) < len(known)
    return _SomeRows(cells.take(pa.array(rows)), has_node, block.nodes[known], distance[known])


def _check_alike(m: TrainedMap, table: TableOnDisk, rows: Sequence[_SomeRows]) -> None:
    """Raise AtlasError unless rows lie where the map says, and its recipe drops those without."""
    cells, has_node, nodes, distance = zip(*rows, strict=True)
    found = m.fitted.transform_block(table.block(pa.Table.from_batches(cells)))
    is_same = np.array_equal(found.rows.positions, np.flatnonzero(np.concatenate(has_node)))
    if is_same:
        # From their own nodes: to find the best anew takes longer, and of two as near either is.
        now = distances_to(
            found.matrix,
            m.codebook.reshape(-1, m.codebook.shape[-1]),
            np.concatenate(nodes),
            m.settings.distance,
            gaps=has_gaps(found.matrix),
        )
        is_same = np.allclose(now, np.concatenate(distance), rtol=1e-6, atol=1e-9)
    if not is_same:
        raise AtlasError(
            f"The rows on the map aren't those of “{table.name}”. Give the table that it was "
            "trained on; a map of a sample gets all rows by `with_all_rows` first."
        )


def _evenly_spread(n_rows: int) -> NDArray[np.int64]:
    """Return some places among so many rows, the first and the last among them."""
    n = min(n_rows, max(_ROWS_TO_CHECK, n_rows // _ONE_IN))
    return np.linspace(0, max(n_rows - 1, 0), n).astype(np.int64)


def _between(rows: NDArray[np.int64], start: int, stop: int) -> slice:
    """Return where the rows from `start` to before `stop` are among rows that rise."""
    # Of the type of the rows: for any other, numpy would make a copy of all of them.
    return slice(*np.searchsorted(rows, np.array([start, stop], dtype=rows.dtype)))
