"""A trained map: what training leaves behind, and what can be asked of it without the table."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from som_core.errors import AtlasError
from som_core.geometry.best_matching import best_two
from som_core.geometry.distances import slices
from som_core.preparation import FittedRecipe
from som_core.settings import Lattice, MapSettings

_FORMAT = 1
_ROWS_AT_ONCE = 10_000_000
_FORMAT_OF_CHOSEN_ROWS = 2  # which a version that knows no chosen rows must not read
_ARRAYS = ("codebook", "bmu", "second_bmu", "distance", "rows")
_CHOSEN = "chosen.npy"


@dataclass(frozen=True)
class HistoryPoint:
    """How good the map was at one moment of its training."""

    epoch: float
    quantization_error: float
    seconds: float  # since the start of training


@dataclass(frozen=True, kw_only=True)
class TrainedMap:
    """A codebook and where each row lies on it. A node is a flat index: y * width + x."""

    codebook: NDArray[np.float64]  # (height, width, n_features), in scaled units
    # (n_rows,) best matching unit of each row; int32 as the next where it was trained from a disk
    bmu: NDArray[np.int64]
    second_bmu: NDArray[np.int64]  # (n_rows,)
    distance: NDArray[np.float64]  # (n_rows,) from each row to its best matching unit
    rows: NDArray[np.int64]  # (n_rows,) position of each row in table.frame
    settings: MapSettings
    fitted: FittedRecipe  # from the table's columns to features, and back to original units
    history: tuple[HistoryPoint, ...] = ()
    # Positions of the rows to which the map was limited, among them `rows`; None: the whole table.
    chosen: NDArray[np.int64] | None = None
    # How many rows trained it, where those on it are a sample of them; None: the rows on it.
    n_trained: int | None = None

    @property
    def features(self) -> tuple[str, ...]:
        return self.fitted.features

    @property
    def height(self) -> int:
        return self.settings.height

    @property
    def width(self) -> int:
        return self.settings.width

    @property
    def lattice(self) -> Lattice:
        return self.settings.lattice

    @property
    def toroid(self) -> bool:
        return self.settings.toroid

    @property
    def hits(self) -> NDArray[np.int64]:
        """How many rows have each node as best matching unit, (height, width)."""
        counts = np.zeros(self.settings.n_nodes, dtype=np.int64)
        for part in slices(len(self.bmu), _ROWS_AT_ONCE):  # they are copied as int64
            counts += np.bincount(self.bmu[part], minlength=len(counts))
        return counts.reshape(self.height, self.width)

    def project(self, matrix: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the best matching unit of each row of a prepared matrix and the distance to it.

        Raises
        ------
        AtlasError
            If a row is empty or infinite, or the features are not those of the map.
        """
        matches = best_two(matrix, self.codebook, self.settings.distance)
        return matches.bmu, matches.distance

    def save(self, folder: Path) -> None:
        """Write the map into a folder, which is made if need be: one file an array, and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        if self.chosen is not None:
            np.save(folder / _CHOSEN, self.chosen, allow_pickle=False)
        values = {
            "format": _FORMAT if self.chosen is None else _FORMAT_OF_CHOSEN_ROWS,
            "settings": json.loads(self.settings.to_json()),
            "fitted": json.loads(self.fitted.to_json()),
            "history": [asdict(point) for point in self.history],
            "n_trained": self.n_trained,
        }
        (folder / "map.json").write_text(json.dumps(values, indent=2), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a map that `save` wrote.

        Raises
        ------
        AtlasError
            If the folder holds no whole map, or one that a newer version wrote.
        """
        try:
            values = json.loads((folder / "map.json").read_text(encoding="utf-8"))
            arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS}
            if values["format"] == _FORMAT_OF_CHOSEN_ROWS:
                arrays["chosen"] = np.load(folder / _CHOSEN, allow_pickle=False)
        except (OSError, ValueError, EOFError) as problem:
            raise AtlasError(
                "The saved map can't be read: a part of it is missing or damaged. Train it again."
            ) from problem
        if values["format"] not in (_FORMAT, _FORMAT_OF_CHOSEN_ROWS):
            raise AtlasError(
                f"The saved map has format {values['format']}, but this version reads formats "
                f"{_FORMAT} and {_FORMAT_OF_CHOSEN_ROWS}. Open it with the version that saved it, "
                "or train it again."
            )
        return cls(
            **arrays,
            settings=MapSettings.from_json(json.dumps(values["settings"])),
            fitted=FittedRecipe.from_json(json.dumps(values["fitted"])),
            history=tuple(HistoryPoint(**point) for point in values["history"]),
            n_trained=values.get("n_trained"),  # maps of earlier versions don't say
        )
