"""Trainings of prepared tables on a cluster: rows in memory are sent there, others read there."""

from collections.abc import Callable
from uuid import uuid4

import dask
import dask.array as da
import numpy as np
from distributed import Client

from som_core.columns.fitted_recipe import FittedRecipe
from som_core.columns.on_disk import PreparedOnDisk, rows_of
from som_core.datasets import PartOfTable
from som_core.distributed.cluster_blocks import BlocksOnCluster, Floats, crew_of
from som_core.distributed.dask_som import ROWS_OF_NUMPY, DaskSom, learned_on_cluster
from som_core.engines.progress import Checkpoint, Progress
from som_core.errors import AtlasError
from som_core.geometry.best_matching import best_two
from som_core.geometry.distances import slices
from som_core.preparation import Prepared
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from som_core.training import (
    check_blockwise,
    check_prepared_alike,
    finished_map,
    map_of_sample,
)

_SECONDS_TO_ANSWER = 10.0  # that a cluster may take to be reached


def train_on_cluster(
    prepared: Prepared,
    settings: MapSettings,
    address: str,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
) -> TrainedMap:
    """Train as `train` does, but on a Dask cluster, to which the rows are sent once.

    Parameters
    ----------
    prepared, settings, on_progress, should_stop, resume : as of `train`; batch training only
    address : of the scheduler, such as tcp://dask.example:8786

    Raises
    ------
    AtlasError
        If nobody answers there, it is stopped before its first epoch, or as `train`.
    """
    check_blockwise(settings)
    with _client_of(address) as client:
        rows = _scattered(prepared.matrix, client)
        som = DaskSom(settings, client).fit(
            rows, on_progress=on_progress, should_stop=should_stop, resume=resume
        )
    matches = best_two(prepared.matrix, som.codebook_, settings.distance)
    return finished_map(prepared, settings, som.codebook_, matches, som.history_)


def train_all_rows_on_cluster(
    prepared: Prepared,
    all_rows: PreparedOnDisk,
    settings: MapSettings,
    address: str,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    resume: Checkpoint | None = None,
    on_start: Callable[[float], None] | None = None,
) -> TrainedMap:
    """Train as `train_on_all_rows` does, but on a Dask cluster, whose workers read the table.

    They hold its prepared rows meanwhile, 8 bytes a cell, and read anew what a lost one held.

    Parameters
    ----------
    prepared, all_rows, settings, on_progress, should_stop, resume : as of `train_on_all_rows`
    address : of the scheduler, such as tcp://dask.example:8786
    on_start : told how much of the table is read, from 0 to 1

    Raises
    ------
    AtlasError
        If nobody answers there, a worker can't read the table, it changed since it was prepared, it
        is stopped before its first epoch, or as `train_on_all_rows`.
    """
    check_prepared_alike(prepared, all_rows)
    check_blockwise(settings)
    with _client_of(address) as client:
        crew = crew_of(client)
        blocks = BlocksOnCluster(_read_there(all_rows), None, crew, should_stop, on_start)
        course, codebook = learned_on_cluster(
            blocks, settings, on_progress, should_stop, resume, n_passes=0
        )
    return map_of_sample(prepared, settings, course, codebook, n_trained=len(all_rows.matrix))


def _client_of(address: str) -> Client:
    try:
        return Client(address, timeout=_SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise AtlasError(
            f"The Dask cluster at {address} doesn't answer. Whoever runs the server can start it, "
            "or take its address away, so that maps are trained on the server itself."
        ) from problem


def _scattered(matrix: Floats, client: Client) -> da.Array:
    """Send a matrix to the workers, block by block, and return it as a Dask array."""
    parts = [matrix[part] for part in slices(len(matrix), ROWS_OF_NUMPY)]
    there = client.scatter(parts, hash=False)
    name = f"rows-{uuid4().hex}"
    # As `client.persist` has them: blocks that are there already, by their place in the array.
    blocks = {(name, place, 0): block for place, block in enumerate(there)}
    chunks = (tuple(len(part) for part in parts), (matrix.shape[1],))
    return da.Array(blocks, name, chunks, meta=np.empty((0, 0)))


def _read_there(all_rows: PreparedOnDisk) -> da.Array:
    """Return the rows of a table as a Dask array whose blocks are read by who needs them."""
    table, fitted = all_rows.matrix.table, all_rows.fitted
    read = dask.delayed(_part, pure=False)
    learned = dask.delayed(fitted, traverse=False)  # sent once, not with each part
    n_features = len(fitted.features)
    blocks, start = [], 0
    for part in table.parts():
        stop = start + part.n_rows
        n_rows = int(np.diff(np.searchsorted(all_rows.rows, [start, stop]))[0])
        rows = read(part, learned, n_rows)
        blocks.append(da.from_delayed(rows, (n_rows, n_features), float, meta=np.empty((0, 0))))
        start = stop
    return da.concatenate(blocks)


def _part(part: PartOfTable, fitted: FittedRecipe, n_rows: int) -> Floats:
    """Return the prepared rows of a part of a table, as a worker reads them."""
    rows = rows_of(part, fitted)
    if len(rows) != n_rows:
        raise AtlasError(
            f"“{part.name}” changed while it was read. Train once more when nothing writes into it."
        )
    return rows
