"""What a training will need, told before it begins."""

from dataclasses import dataclass

from som_core.errors import AtlasError
from som_core.settings import MapSettings
from workspace.config import Configuration
from workspace.quota import in_words

_PROCESS = 300_000_000  # bytes of an idle training process
_COPIES = 4  # of the matrix: table, prepared, standardised, a block in work


@dataclass(frozen=True)
class Prediction:
    """Rough needs of a training, good to a factor of about two."""

    memory_bytes: int
    seconds: float


def predict(shape: tuple[int, int], settings: MapSettings) -> Prediction:
    """Estimate memory and time of a training from a simple model.

    Parameters
    ----------
    shape : (n_rows, n_features) of the prepared matrix
    settings : of the map to train
    """
    n_rows, n_features = shape
    cells = n_rows * n_features
    weights = settings.n_nodes * n_features
    memory = _PROCESS + 8 * (_COPIES * cells + 8 * weights + 4 * n_rows)
    pulls = n_rows * settings.n_nodes * (n_features + 4) * (settings.epochs + 1)
    return Prediction(memory, 0.5 + pulls * 0.4e-9)


def refuse_beyond_limits(
    shape: tuple[int, int], settings: MapSettings, config: Configuration
) -> None:
    """Raise AtlasError if a training would need more than this installation allows."""
    if settings.n_nodes > config.nodes:
        raise AtlasError(
            f"A map of {settings.height} × {settings.width} has {settings.n_nodes:,} nodes, but "
            f"this server allows {config.nodes:,}. Choose a smaller map."
        )
    needs = predict(shape, settings)
    if needs.memory_bytes > config.training_bytes:
        raise AtlasError(
            f"This training would need about {in_words(needs.memory_bytes)} of memory, but this "
            f"server allows {in_words(config.training_bytes)}. Train on fewer rows or columns, "
            "or choose a smaller map."
        )
    if needs.seconds > config.training_seconds:
        raise AtlasError(
            f"This training would take about {needs.seconds / 60:,.0f} minutes, but this server "
            f"allows {config.training_seconds / 60:,.0f}. Choose fewer epochs or a smaller map, "
            "or train on fewer rows."
        )
