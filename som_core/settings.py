"""How one map is trained, as a value."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Literal, Self, get_args

from som_core.errors import AtlasError

Lattice = Literal["hexagonal", "rectangular"]
Algorithm = Literal["batch", "online"]
Neighbourhood = Literal["gaussian", "mexican_hat", "bubble", "triangle"]
Distance = Literal["euclidean", "cosine", "manhattan", "chebyshev"]
Initialisation = Literal["pca", "random", "sample"]

_CHOICES = {
    "lattice": Lattice,
    "algorithm": Algorithm,
    "neighbourhood": Neighbourhood,
    "distance": Distance,
    "initialisation": Initialisation,
}


@dataclass(frozen=True, kw_only=True)
class MapSettings:
    """How to train one map. Equal settings on equal data give an equal map.

    Raises
    ------
    AtlasError
        If a number is out of its range, a choice is unknown, or the choices don't fit together.
    """

    height: int
    width: int
    sigma: float  # neighbourhood radius at the start, in lattice steps
    learning_rate: float = 0.5  # size of a pull at the start; online training only
    epochs: int = 20
    lattice: Lattice = "hexagonal"
    toroid: bool = False
    algorithm: Algorithm = "batch"
    neighbourhood: Neighbourhood = "gaussian"
    distance: Distance = "euclidean"
    initialisation: Initialisation = "pca"
    seed: int = 0
    end_sigma: float = 0.7  # neighbourhood radius at the end, if that is smaller; batch only

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise AtlasError(
                f"A map of {self.height} × {self.width} cells can't be made. "
                "Height and width must each be 1 or more."
            )
        longer_side = max(self.height, self.width)
        if not 0 < self.sigma <= longer_side:
            raise AtlasError(
                f"Sigma is {self.sigma:g}, but must be above 0 and at most {longer_side}, "
                "the map's longer side. A third of that side is a good start."
            )
        if not 0 < self.end_sigma <= longer_side:
            raise AtlasError(
                f"The radius at the end is {self.end_sigma:g}, but must be above 0 and at most "
                f"{longer_side}, the map's longer side. 0.7 fits most tables."
            )
        if not 0 < self.learning_rate <= 1:
            raise AtlasError(
                f"The learning rate is {self.learning_rate:g}, but must be above 0 and at most 1. "
                "0.5 is a good start."
            )
        if self.epochs < 1:
            raise AtlasError(f"Epochs is {self.epochs}, but must be 1 or more.")
        if self.seed < 0:
            raise AtlasError(f"The seed is {self.seed}, but must be 0 or more.")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in get_args(choices):
                allowed = ", ".join(get_args(choices))
                raise AtlasError(
                    f"{name.capitalize()} is “{getattr(self, name)}”, "
                    f"but must be one of: {allowed}."
                )
        if self.toroid and self.lattice == "hexagonal" and self.height % 2:
            raise AtlasError(
                f"A hexagonal toroid of height {self.height} can't be closed: its rows interlock "
                "only in pairs. Choose an even height, or a flat map."
            )

    @property
    def n_nodes(self) -> int:
        return self.height * self.width

    def changed(self, changes: dict) -> Self:
        """Return the settings with other values, by name, as a remedy says it."""
        return replace(self, **changes)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))
