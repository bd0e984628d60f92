"""All rows of a table on a disk, on a map that was trained on a sample of them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.rows_on_disk import columns_that_train
from som_core.cells import level_texts, numbers_of
from som_core.columns.fitted_recipe import Prepared
from som_core.columns.on_disk import PreparedOnDisk, prepared_on_disk, type_of_positions
from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.files.sample_of import SampleOf
from som_core.geometry.arrays_on_disk import array_on_disk
from som_core.geometry.best_matching import best_two
from som_core.geometry.sampling import distinct_rows
from som_core.reading import Table
from som_core.trained_map import TrainedMap


def with_all_rows(
    m: TrainedMap, table: TableOnDisk, *, on_progress: Callable[[float], None] | None = None
) -> TrainedMap:
    """Return a map with all rows of a table on it, each on the node that matches it best.

    The nodes stay as they are, and so does what the recipe learned. It takes one pass; what is kept
    of each row (24 bytes at most) lies in files of the folder for temporary files.

    Parameters
    ----------
    m : trained on rows of this table, or of one like it
    on_progress : told how much is done, from 0 to 1

    Raises
    ------
    AtlasError
        If the table lacks a column that trained, holds text where numbers were or can't be read,
        no row of it remains, or there is no room for what is kept.
    """
    columns = columns_that_train(m.fitted, table)
    bmu, second_bmu = (array_on_disk(table.n_rows, np.int32) for _ in range(2))
    distance = array_on_disk(table.n_rows, np.float64)
    rows = array_on_disk(table.n_rows, type_of_positions(table.n_rows))
    n_seen = n_kept = 0
    for block in table.blocks(columns):
        found = m.fitted.transform_block(block)
        if len(found.matrix):
            here = slice(n_kept, n_kept + len(found.matrix))
            matches = best_two(found.matrix, m.codebook, m.settings.distance)
            bmu[here], second_bmu[here] = matches.bmu, matches.second_bmu
            distance[here], rows[here] = matches.distance, found.rows.positions + n_seen
            n_kept = here.stop
        n_seen += found.rows.n_rows
        if on_progress is not None:
            on_progress(n_seen / table.n_rows)
    if n_kept == 0:
        raise AtlasError(f"No row of “{table.name}” remains after the recipe. Drop fewer rows.")
    return replace(
        m,
        bmu=bmu[:n_kept],
        second_bmu=second_bmu[:n_kept],
        distance=distance[:n_kept],
        rows=rows[:n_kept],
        chosen=None,
    )


def prepared_alike(
    prepared: Prepared,
    table: TableOnDisk,
    sample: SampleOf,
    *,
    on_progress: Callable[[float], None] | None = None,
) -> PreparedOnDisk:
    """Return all rows of a table, prepared by what was learned from a sample of them.

    It takes three passes, the first of which `TableOnDisk.counts` takes, too: one looks at each
    cell, one prepares, and one sees that the drawn rows are still those of the sample.

    Parameters
    ----------
    prepared : the sample
    table : that it was drawn from
    sample : how it was drawn
    on_progress : told how much is done, from 0 to 1

    Raises
    ------
    AtlasError
        If the table lacks a column that trains, holds text where numbers were, can't be read, or
        is another one by now; or if the rows of the sample were chosen among those drawn.
    """
    columns_that_train(prepared.fitted, table)
    check_length(table, sample)
    if prepared.chosen is not None:
        raise AtlasError("Some rows of the sample were chosen. Prepare it with all of them.")

    look, prepare, check = (_third(on_progress, place) for place in range(3))
    table.look(look)
    found = prepared_on_disk(table, prepared.fitted, (), on_progress=prepare)
    positions, places = _drawn_rows(found.rows, sample)
    drawn = np.empty((len(places), len(found.features)))
    for n_read in found.matrix.gather(places, drawn):
        check(n_read / len(found.rows))
    is_same = np.array_equal(positions, prepared.rows) and np.allclose(
        drawn, prepared.matrix, rtol=1e-6, atol=1e-9, equal_nan=True
    )
    if not is_same:
        raise _gives_other_rows(sample)
    return found


def _third(on_progress: Callable[[float], None] | None, place: int) -> Callable[[float], None]:
    """Return what tells how far one of three passes is."""

    def tell(share: float) -> None:
        if on_progress is not None:
            on_progress((place + share) / 3)

    return tell


def check_length(table: TableOnDisk, sample: SampleOf) -> None:
    """Raise AtlasError unless a table has as many rows as when a sample was drawn from it."""
    if table.n_rows != sample.n_rows:
        raise AtlasError(
            f"“{sample.name}” has {table.n_rows:,} rows, but had {sample.n_rows:,} when the sample "
            "was drawn. Open it once more for a new sample."
        )


def _drawn_rows(
    rows: NDArray[np.int64], sample: SampleOf
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the drawn rows lie in the sample, and where among the rows of the whole table.

    Parameters
    ----------
    rows : numbers of those of the whole table that remain
    """
    drawn = distinct_rows(sample.n_rows, sample.n_drawn, sample.seed).astype(rows.dtype)
    places = np.minimum(np.searchsorted(rows, drawn), len(rows) - 1)
    remains = rows[places] == drawn
    return np.flatnonzero(remains), places[remains]


def _gives_other_rows(sample: SampleOf) -> AtlasError:
    return AtlasError(
        f"“{sample.name}” gives other rows than the sample has that was drawn from it. Either it "
        "was changed since, or some of its cells are read differently here, such as marks for "
        "missing values or numbers written as text: then its rows have no place on a map of the "
        "sample. If it was changed, open it once more."
    )


def columns_read_alike(table: Table, cells: pd.DataFrame) -> list[str]:
    """Return the columns of a table that hold what the cells of its file say, and nothing else.

    An upload guesses more than a block of a data set: marks for missing values, numbers and dates
    in texts. What such columns add up to would be of other values than those of the table.

    Parameters
    ----------
    cells : of the same rows, as `block_of` reads them
    """
    return [
        name
        for name in table.frame.columns
        if name in cells and _are_alike(table.column(name), cells[name])
    ]


def _are_alike(column: pd.Series, cells: pd.Series) -> bool:
    if isinstance(column.dtype, pd.StringDtype):
        return level_texts(column).fillna("").tolist() == level_texts(cells).fillna("").tolist()
    if isinstance(cells.dtype, pd.StringDtype):
        return False
    return np.array_equal(numbers_of(column), numbers_of(cells), equal_nan=True)


def check_drawn_from(m: TrainedMap, whole: TrainedMap, sample: SampleOf) -> None:
    """Raise AtlasError unless the rows of a map lie where the same rows of the whole table do.

    So it is known that the table is still the one that the sample was drawn from, and that its
    cells are read alike: an upload guesses more, such as marks for missing values.

    Parameters
    ----------
    m : of the sample
    whole : the same with all rows of the table: see `with_all_rows`
    sample : how it was drawn
    """
    positions, places = _drawn_rows(whole.rows, sample)
    # Not by their nodes: of two that are as near, either is the best.
    is_same = np.array_equal(positions, m.rows) and np.allclose(
        whole.distance[places], m.distance, rtol=1e-6, atol=1e-9
    )
    if not is_same:
        raise _gives_other_rows(sample)
