"""A group: rows with a name, where they come from, and how to find them again."""

import json
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.errors import AtlasError
from som_core.selection_steps import Step, from_value, to_value

Origin = Literal["region", "set", "selection", "condition"]


@dataclass(frozen=True)
class GroupRecipe:
    """How the rows of a group were found, so that it can be told and repeated on another map."""

    sentence: str = ""  # such as “income above 40,000”
    steps: str = "{}"  # the same as JSON, for whoever repeats it

    def __post_init__(self) -> None:
        try:
            json.loads(self.steps)
        except ValueError as problem:
            raise AtlasError(
                f"The steps of a group must be JSON, but are “{self.steps}”."
            ) from problem

    @classmethod
    def of_step(cls, step: Step | None) -> Self:
        """Return the recipe of rows that were selected in some steps."""
        if step is None:
            return cls()
        return cls(str(step), json.dumps(to_value(step), ensure_ascii=False))

    @property
    def step(self) -> Step | None:
        """How the rows were selected; None where that isn't known."""
        return from_value(json.loads(self.steps))


@dataclass(frozen=True, eq=False)
class Group:
    """Rows with a name.

    Parameters
    ----------
    name : what people call it
    rows : positions in `table.frame`; kept ascending, each once
    origin : whether it is a region of a map, a set, a selection, or all rows that meet a condition
    recipe : how the rows were found

    Raises
    ------
    AtlasError
        If it has no name, a position is no whole number of at least 0, or the origin is unknown.
    """

    name: str
    rows: NDArray[np.int64]
    origin: Origin = "selection"
    recipe: GroupRecipe = field(default_factory=GroupRecipe)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise AtlasError("A group needs a name, such as “large orders”.")
        if self.origin not in get_args(Origin):
            raise AtlasError(
                f"The origin of “{self.name}” is “{self.origin}”, but must be one of: "
                f"{', '.join(get_args(Origin))}."
            )
        object.__setattr__(self, "rows", _positions(self.name, self.rows))

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Group) and self._facts == other._facts

    def __hash__(self) -> int:
        return hash(self._facts)

    @property
    def _facts(self) -> tuple[str, Origin, GroupRecipe, bytes]:
        return self.name, self.origin, self.recipe, self.rows.tobytes()

    def to_json(self) -> str:
        written = {
            "name": self.name,
            "rows": self.rows.tolist(),
            "origin": self.origin,
            "recipe": {"sentence": self.recipe.sentence, "steps": json.loads(self.recipe.steps)},
        }
        return json.dumps(written, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a group that `to_json` wrote; AtlasError if it is anything else."""
        try:
            written = json.loads(text)
            recipe = written["recipe"]
            return cls(
                name=written["name"],
                rows=written["rows"],
                origin=written["origin"],
                recipe=GroupRecipe(recipe["sentence"], json.dumps(recipe["steps"])),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise AtlasError("This isn't a group. Choose a file that holds one.") from problem


def _positions(name: str, rows: ArrayLike) -> NDArray[np.int64]:
    """Return positions ascending, each once, in an array that nobody can write into."""
    given = np.asarray(rows)
    if given.size == 0:
        given = given.astype(np.int64)
    if given.ndim != 1 or not np.issubdtype(given.dtype, np.integer) or given.min(initial=0) < 0:
        raise AtlasError(
            f"The rows of “{name}” must be a list of positions in the table: whole numbers from 0."
        )
    positions = np.unique(given).astype(np.int64)
    positions.flags.writeable = False
    return positions
