"""The estimator of batch training over Dask, by the conventions of dask-ml."""

from collections.abc import Callable
from typing import Any, Self

import dask.array as da
import numpy as np
import pandas as pd
from distributed import Client
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from som_core.distributed.cluster_blocks import BlocksOnCluster, Floats, crew_of
from som_core.engines.blockwise import EpochSums, blockwise_steps
from som_core.engines.progress import Checkpoint, Progress
from som_core.errors import AtlasError
from som_core.geometry.best_matching import Matches, check_rows, match_two
from som_core.geometry.distances import distances
from som_core.geometry.parallel import one_blas_thread_each
from som_core.settings import Distance, MapSettings
from som_core.training import (
    Course,
    check_blockwise,
    check_shape_of_weights,
    schedule_of,
    start_of,
)
from som_core.wording import joined, listed

ROWS_OF_NUMPY = 100_000  # of an array in memory, in a block
_KINDS_OF_NUMBERS = "biuf"  # truth values, whole and other numbers, as numpy names them


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
    feature_names_in_ : array of shape (n_features,), their names, if the rows are a data frame
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
        X : Dask array or data frame, or one of numpy or pandas, of shape (n_rows, n_features)
            Blocks of very different sizes, and empty ones, are taken as they are. What is missing
            is NaN, or NA in columns of nullable types.
        y : is not looked at
        sample_weight : array of shape (n_rows,), how many rows each row stands for; they
            have no part in where training starts
        on_progress : called as by `train`, when a block is done
        should_stop : asked ten times a second or more; when it says yes, the map learned so far
            is kept. Blocks at work are then finished by their workers, and not waited for.
        resume : where an earlier training of the same rows and settings stood

        Raises
        ------
        AtlasError
            If the lengths of the blocks aren't known, X isn't a matrix of numbers or has no rows,
            a row is empty or infinite, the weights aren't one number for each row, the settings
            are no MapSettings or ask for online training, the client is closed, or it is stopped
            before there is a map.
        """
        self._check_settings()
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
        self._note_names(X)
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

    def _check_settings(self) -> None:
        given: object = self.settings  # as an estimator it takes whatever it is made with
        if not isinstance(given, MapSettings):
            raise AtlasError(
                f"The settings are of the type {type(given).__name__}, but MapSettings are needed, "
                "such as DaskSom(MapSettings(height=20, width=30))."
            )
        check_blockwise(given)

    def _checked(self, rows: object) -> da.Array:
        if not hasattr(self, "codebook_"):
            raise AtlasError("The map isn't trained yet. Call fit first.")
        array = _matrix(rows, with_lengths=False)
        if array.shape[1] != self.n_features_in_:
            raise AtlasError(
                f"The rows have {array.shape[1]} columns, but the map was trained on "
                f"{self.n_features_in_}. Give it the same columns."
            )
        names, known = _names_of(rows), getattr(self, "feature_names_in_", None)
        if names is not None and known is not None and names != list(known):
            raise AtlasError(
                f"The columns are {listed(names)}, but the map was trained on {listed(known)}. "
                "Give it these, in this order: X[list(som.feature_names_in_)]."
            )
        return array

    def _note_names(self, rows: object) -> None:
        names = _names_of(rows)
        if names is not None:
            self.feature_names_in_ = np.array(names, dtype=object)
        elif hasattr(self, "feature_names_in_"):  # of an earlier fit
            del self.feature_names_in_


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
    start = start_of(blocks, settings, resume)
    schedule = schedule_of(settings, len(blocks), is_weighted=is_weighted)
    states = blockwise_steps(
        blocks, start.codebook, settings, schedule, first_epoch=int(start.epoch)
    )
    n_looks = int(schedule.rows.sum()) + n_passes * len(blocks)
    course = Course(blocks, settings, start, n_looks, on_progress, should_stop)
    return course, course.learn(states)


def _names_of(rows: object) -> list[str] | None:
    """Return the names of the columns of a data frame; None if they aren't all texts."""
    names = list(getattr(rows, "columns", []))
    return names if names and all(isinstance(name, str) for name in names) else None


def _matrix(rows: object, *, with_lengths: bool = True) -> da.Array:
    """Return rows as a Dask array of floats with one block over all columns."""
    found = _numbers(rows, "rows", with_lengths=with_lengths)
    if found.ndim != 2 or found.shape[1] == 0:
        raise AtlasError(
            f"The rows are an array of shape {found.shape}, but a matrix is needed: one row for "
            "each thing, and at least one column of numbers."
        )
    array = (
        found if isinstance(found, da.Array) else da.from_array(found, chunks=(ROWS_OF_NUMPY, -1))
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
    found = _numbers(weights, "row weights")
    check_shape_of_weights(found.shape, array.shape[0])
    there = found if isinstance(found, da.Array) else da.from_array(found)
    return there.rechunk((array.chunks[0],)).astype(np.float64)


def _numbers(values: object, name: str, *, with_lengths: bool = True) -> da.Array | NDArray:
    """Return what an array, a list or a data frame holds; AtlasError if it isn't all numbers."""
    if isinstance(values, pd.DataFrame | pd.Series) or hasattr(values, "to_dask_array"):
        return _numbers_of_columns(values, name, with_lengths=with_lengths)
    try:
        found = values if isinstance(values, da.Array) else np.asarray(values)
    except ValueError as problem:
        raise AtlasError(
            f"The {name} have different lengths. Give as many numbers in each, NaN for one that "
            "is missing."
        ) from problem
    if found.dtype.kind not in _KINDS_OF_NUMBERS:
        raise _no_numbers(name, str(found.dtype))
    return found


def _numbers_of_columns(frame: Any, name: str, *, with_lengths: bool) -> da.Array | NDArray:
    """Return a data frame or a series, of pandas or Dask, as an array."""
    kinds = {frame.name: frame.dtype} if frame.ndim == 1 else frame.dtypes
    others = {column: kind for column, kind in kinds.items() if kind.kind not in _KINDS_OF_NUMBERS}
    if others:
        found = joined([f"{kind} in “{column}”" for column, kind in others.items()])
        raise _no_numbers(name, found)
    frame = frame.astype(np.float64)  # what is missing in Int64 or in a type of Arrow becomes NaN
    if isinstance(frame, pd.DataFrame | pd.Series):
        return frame.to_numpy()
    return frame.to_dask_array(lengths=True) if with_lengths else frame.to_dask_array()


def _no_numbers(name: str, found: str) -> AtlasError:
    return AtlasError(
        f"The {name} hold {found}, but numbers are needed. Write them as numbers, such as with "
        ".astype(float), or leave out what isn't one."
    )


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
