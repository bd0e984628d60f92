"""The estimator of batch training over Dask, by the conventions of dask-ml."""

from collections.abc import Callable
from typing import Self

import dask.array as da
import numpy as np
from distributed import Client
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from som_core.distributed.cluster_blocks import BlocksOnCluster, Floats, crew_of
from som_core.engines.blockwise import EpochSums, blockwise_steps
from som_core.engines.initialisation import initial_codebook
from som_core.engines.progress import Checkpoint, Progress
from som_core.errors import AtlasError
from som_core.geometry.best_matching import Matches, check_rows, match_two
from som_core.geometry.distances import distances
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import Distance, MapSettings
from som_core.training import Course, check_blockwise, check_shape_of_weights, schedule_of

ROWS_OF_NUMPY = 100_000  # of an array in memory, in a block


class DaskSom(TransformerMixin, BaseEstimator):
    """A self-organizing map of the rows of a Dask array or data frame, as dask-ml's estimators are.

    Rows may have missing values (NaN). The map is that of batch training in memory, to 1e-9.

    Parameters
    ----------
    settings : as `train` takes them; batch training only
    client : of the cluster that trains; without one the current client, or the threads of this
        machine if there is none

    Attributes
    ----------
    codebook_ : array of shape (height, width, n_features)
    labels_ : lazy Dask array of shape (n_rows,), each row's node, y * width + x
    history_ : the errors measured on the way, the last one on all rows unless it was stopped
    n_features_in_ : how many columns the rows have
    """

    def __init__(self, settings: MapSettings, client: Client | None = None) -> None:
        self.settings = settings
        self.client = client

    def fit(
        self,
        X: object,
        y: object = None,
        *,
        sample_weight: object = None,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        resume: Checkpoint | None = None,
    ) -> Self:
        """Train the map; the blocks of X are kept in the memory of the cluster meanwhile.

        Parameters
        ----------
        X : Dask array or data frame, or numpy array, of shape (n_rows, n_features)
            Blocks of very different sizes, and empty ones, are taken as they are.
        y : is not looked at
        sample_weight : array of shape (n_rows,), how many rows each row stands for
        on_progress : called as by `train`, when a block is done
        should_stop : asked ten times a second or more; when it says yes, the map learned so far
            is kept. Blocks at work are then finished by their workers, and not waited for.
        resume : where an earlier training of the same rows and settings stood

        Raises
        ------
        AtlasError
            If the lengths of the blocks aren't known, X isn't a matrix of numbers or has no rows,
            a row is empty or infinite, the settings ask for online training, or it is stopped
            before there is a map.
        """
        check_blockwise(self.settings)
        array = _matrix(X)
        weights = None if sample_weight is None else _weights(sample_weight, array)
        settings = self.settings
        blocks = BlocksOnCluster(array, weights, crew_of(self.client), should_stop)
        course, self.codebook_ = learned_on_cluster(
            blocks, settings, on_progress, should_stop, resume, is_weighted=weights is not None
        )
        if not course.is_stopped:
            sums = EpochSums.zeros(self.codebook_, gaps=blocks.gaps)
            course.match(blocks.add_epoch(self.codebook_, settings.distance, None, sums))
            course.finish(sums.distance / sums.weight)
        self.history_ = course.history
        self.n_features_in_ = array.shape[1]
        self.labels_ = self.predict(array)
        return self

    def predict(self, X: object) -> da.Array:
        """Return the node of each row, y * width + x, as a lazy Dask array of shape (n_rows,)."""
        array, codebook = self._checked(X), self.codebook_
        return da.map_blocks(
            _nodes_of,
            array,
            codebook=codebook,
            distance=self.settings.distance,
            drop_axis=1,
            dtype=np.int64,
            meta=np.empty(0, dtype=np.int64),
        )

    def transform(self, X: object) -> da.Array:
        """Return how far each row is from each node, as a lazy array of shape (n_rows, n_nodes)."""
        array = self._checked(X)
        return da.map_blocks(
            _distances_of,
            array,
            codebook=self.codebook_,
            distance=self.settings.distance,
            chunks=(array.chunks[0], (self.settings.n_nodes,)),
            dtype=np.float64,
            meta=np.empty((0, 0)),
        )

    def _checked(self, rows: object) -> da.Array:
        if not hasattr(self, "codebook_"):
            raise AtlasError("The map isn't trained yet. Call fit first.")
        array = _matrix(rows, with_lengths=False)
        if array.shape[1] != self.n_features_in_:
            raise AtlasError(
                f"The rows have {array.shape[1]} columns, but the map was trained on "
                f"{self.n_features_in_}. Give it the same columns."
            )
        return array


def learned_on_cluster(
    blocks: BlocksOnCluster,
    settings: MapSettings,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
    resume: Checkpoint | None,
    *,
    is_weighted: bool = False,
    n_passes: int = 1,
) -> tuple[Course, Floats]:
    """Learn from rows on a cluster; return the course of it, and the codebook.

    Parameters
    ----------
    n_passes : over all rows, that follow
    """
    start = resume or Checkpoint(0, initial_codebook(blocks, settings))
    schedule = schedule_of(settings, len(blocks), is_weighted=is_weighted)
    states = blockwise_steps(
        blocks, start.codebook, settings, schedule, first_epoch=int(start.epoch)
    )
    n_looks = int(schedule.rows.sum()) + n_passes * len(blocks)
    course = Course(blocks, settings, start, n_looks, on_progress, should_stop)
    return course, course.learn(states)


def _matrix(rows: object, *, with_lengths: bool = True) -> da.Array:
    """Return rows as a Dask array of floats with one block over all columns."""
    if isinstance(rows, da.Array):
        array = rows
    elif hasattr(rows, "to_dask_array"):
        array = rows.to_dask_array(lengths=True) if with_lengths else rows.to_dask_array()
    else:
        array = da.from_array(np.asarray(rows), chunks=(ROWS_OF_NUMPY, -1))
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise AtlasError(
            f"The rows are an array of {array.ndim} dimensions that holds {array.dtype}, but a "
            "matrix of numbers is needed. Take columns of numbers, or prepare the others first."
        )
    if with_lengths and np.isnan(array.chunks[0]).any():
        raise AtlasError(
            "It isn't known how many rows each block has. Call X.compute_chunk_sizes(), or give a "
            "data frame, whose blocks are counted."
        )
    if with_lengths and array.shape[0] == 0:
        raise AtlasError("There are no rows to train on. Give at least one.")
    return array.rechunk({1: -1}).astype(np.float64)


def _weights(weights: object, array: da.Array) -> da.Array:
    """Return row weights in blocks as the rows lie."""
    found = weights if isinstance(weights, da.Array) else da.from_array(np.asarray(weights))
    check_shape_of_weights(found.shape, array.shape[0])
    return found.rechunk((array.chunks[0],)).astype(np.float64)


def _nodes_of(rows: Floats, codebook: Floats, distance: Distance) -> NDArray[np.int64]:
    found = Matches.empty(len(rows))
    if len(rows):
        gaps = check_rows(rows)
        with one_blas_thread_each(1) as pool:
            for _ in match_two(rows, codebook, distance, found, pool, gaps=gaps):
                pass
    return found.bmu


def _distances_of(rows: Floats, codebook: Floats, distance: Distance) -> Floats:
    nodes = codebook.reshape(-1, codebook.shape[-1])
    gaps = bool(len(rows)) and check_rows(rows)
    everywhere = (np.broadcast_to(node, rows.shape) for node in nodes)
    return np.column_stack([distances(rows, node, distance, gaps=gaps) for node in everywhere])
