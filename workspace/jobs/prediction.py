"""What a training will need, told before it begins."""

from dataclasses import dataclass

from som_core.engines.schedule import suggested_schedule
from som_core.errors import AtlasError
from som_core.settings import MapSettings
from som_core.training import check_blockwise
from som_core.wording import duration_in_words, size_in_words
from workspace.config import Configuration

# Measured on one core of a common server; a training uses several, so it is rather faster.
_PROCESS_BYTES = 350_000_000  # of a training process before it holds rows
_COPIES = 6  # of the matrix: table, steps of the recipe, matrix, what quality needs
_SECONDS = 1.0  # to start, measure and save the smallest map
_SECONDS_PER_CELL = 0.2e-6  # to read the table's quick copy and prepare the matrix
_PASSES = 3  # over the rows beside the epochs: start, best matching units, quality
_SECONDS_PER_MEETING = 1e-9  # of one row with one node, plus this much for each feature:
_SECONDS_PER_FEATURE = {"batch": 0.05e-9, "online": 0.2e-9}
_SECONDS_PER_FEATURE_SLOW = 0.4e-9  # distances that are no matrix product
_PASSES_ON_DISK = 6  # over a table that stays there: look, prepare, check, start, draw, learn
_BYTES_ON_DISK = 500_000_000  # of blocks, drawn rows, and what pyarrow holds
_SLOW = ("manhattan", "chebyshev")


@dataclass(frozen=True)
class Prediction:
    """Rough needs of a training, good to a factor of two or three."""

    memory_bytes: int
    seconds: float


def predict(shape: tuple[int, int], settings: MapSettings) -> Prediction:
    """Estimate memory and time of a training from a simple measured model.

    Parameters
    ----------
    shape : (n_rows, n_features) of the prepared matrix
    settings : of the map to train
    """
    n_rows, n_features = shape
    cells = n_rows * n_features
    weights = settings.n_nodes * n_features
    memory = _PROCESS_BYTES + 8 * (_COPIES * (cells + weights) + 4 * n_rows)
    per_feature = _SECONDS_PER_FEATURE[settings.algorithm]
    if settings.distance in _SLOW:
        per_feature = _SECONDS_PER_FEATURE_SLOW
    meetings = n_rows * settings.n_nodes * (settings.epochs + _PASSES)
    seconds = (
        _SECONDS
        + _SECONDS_PER_CELL * cells
        + (_SECONDS_PER_MEETING + per_feature * n_features) * meetings
    )
    return Prediction(memory, seconds)


def predict_on_all_rows(shape: tuple[int, int], n_rows: int, settings: MapSettings) -> Prediction:
    """Estimate memory and time of a training on all rows of a table that stays on its disk.

    Parameters
    ----------
    shape : (n_rows, n_features) of the prepared sample, which is held
    n_rows : of the whole table
    settings : of the map to train
    """
    n_features = shape[1]
    sample = predict(shape, settings)
    epochs = int(suggested_schedule(settings, n_rows).rows.sum())
    slow = settings.distance in _SLOW
    per_feature = _SECONDS_PER_FEATURE_SLOW if slow else _SECONDS_PER_FEATURE["batch"]
    seconds = (
        sample.seconds
        + _PASSES_ON_DISK * _SECONDS_PER_CELL * n_rows * n_features
        + (_SECONDS_PER_MEETING + per_feature * n_features) * settings.n_nodes * epochs
    )
    return Prediction(sample.memory_bytes + _BYTES_ON_DISK, seconds)


def refuse_all_rows_beyond_limits(
    shape: tuple[int, int], n_rows: int, settings: MapSettings, config: Configuration
) -> None:
    """Raise AtlasError if a training on all rows would need more than this installation allows.

    Parameters
    ----------
    shape, n_rows, settings : as `predict_on_all_rows` takes them
    """
    check_blockwise(settings)
    _refuse(predict_on_all_rows(shape, n_rows, settings), config)


def refuse_beyond_limits(
    shape: tuple[int, int], settings: MapSettings, config: Configuration
) -> None:
    """Raise AtlasError if a training would need more than this installation allows."""
    if settings.n_nodes > config.nodes:
        raise AtlasError(
            f"A map of {settings.height} × {settings.width} has {settings.n_nodes:,} cells, but "
            f"this server allows {config.nodes:,}. Choose a smaller map."
        )
    _refuse(predict(shape, settings), config)


def _refuse(needs: Prediction, config: Configuration) -> None:
    if needs.memory_bytes > config.training_bytes:
        raise AtlasError(
            f"This training would need about {size_in_words(needs.memory_bytes)} of memory, but "
            f"this server allows {size_in_words(config.training_bytes)}. Train on fewer rows or "
            "columns, or choose a smaller map."
        )
    if needs.seconds > config.training_seconds:
        raise AtlasError(
            f"This training would take about {duration_in_words(needs.seconds)}, but this server "
            f"allows {duration_in_words(config.training_seconds)}. Choose fewer epochs or a "
            "smaller map, or train on fewer rows."
        )
