"""Every choice on the way from a table to a matrix, as a value that can be kept as JSON."""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from typing import Literal, Self, TypeGuard, get_args

from som_core.errors import AtlasError

Role = Literal["train", "describe", "drop"]
Missing = Literal["mean", "median", "mode", "knn", "keep", "drop_row"]
Outliers = Literal["keep", "clip", "drop_row"]
Transform = Literal["none", "log", "sqrt", "yeo-johnson", "rank"]
Scale = Literal["zscore", "minmax", "robust", "none"]
Encoding = Literal["plain", "levels", "cyclic"]

_CHOICES = {
    "role": Role,
    "encoding": Encoding,
    "missing": Missing,
    "outliers": Outliers,
    "transform": Transform,
    "scale": Scale,
}
_VERSION = 1
_LARGEST_WEIGHT = 1_000_000  # squared distances stay far from overflow
_LONGEST_PERIOD = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ColumnRecipe:
    """What becomes of one column of the table.

    A number is one feature as it is (“plain”), one a level like a category (“levels”), or sine and
    cosine of its place in a circle (“cyclic”). Texts have levels, whatever is chosen, but for names
    of weekdays or months, which can lie on a circle.

    Raises
    ------
    AtlasError
        If a choice is unknown, the weight isn't a number from 0 to 1,000,000, or the period none
        above 0.
    """

    name: str
    role: Role = "train"
    encoding: Encoding = "plain"
    # Once around the circle, in units of the column, such as 24 for hours; of dates in days. None:
    # the usual circle that holds all values.
    period: float | None = None
    missing: Missing = "median"
    outliers: Outliers = "keep"
    transform: Transform = "none"
    scale: Scale = "zscore"
    weight: float = 1.0
    reason: str = ""  # why this was suggested, for the analyst

    def __post_init__(self) -> None:
        for text in ("name", "reason"):
            if not isinstance(getattr(self, text), str):
                raise AtlasError(f"The {text} of a column must be text, not {getattr(self, text)}.")
        for step, choices in _CHOICES.items():
            if getattr(self, step) not in get_args(choices):
                raise AtlasError(
                    f"“{self.name}”: {step} is “{getattr(self, step)}”, but must be one of: "
                    f"{', '.join(get_args(choices))}."
                )
        if not _is_number(self.weight) or not 0 <= self.weight <= _LARGEST_WEIGHT:
            raise AtlasError(
                f"“{self.name}”: the weight is {self.weight}, but must be a number from 0 to "
                f"{_LARGEST_WEIGHT:,}. 1 counts as much as any other column, 0 leaves it out."
            )
        if self.period is not None and not _is_length(self.period):
            raise AtlasError(
                f"“{self.name}”: the period is {self.period}, but must be a number above 0 and at "
                f"most {_LONGEST_PERIOD:,}: 24 for hours, 7 for days of the week, 360 for degrees."
            )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_length(period: object) -> bool:
    return _is_number(period) and 0 < period <= _LONGEST_PERIOD


@dataclass(frozen=True)
class Recipe:
    """What becomes of every column of the table, in the table's order.

    Raises
    ------
    AtlasError
        If a column is named twice.
    """

    columns: tuple[ColumnRecipe, ...]

    def __post_init__(self) -> None:
        counts = Counter(column.name for column in self.columns)
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise AtlasError(f"The recipe names “{repeated[0]}” twice. Keep one of the two.")

    @property
    def trained(self) -> tuple[ColumnRecipe, ...]:
        """The columns that train the map: their role is train and their weight above 0."""
        return tuple(column for column in self.columns if column.role == "train" and column.weight)

    def column(self, name: str) -> ColumnRecipe:
        """Return the recipe of one column; AtlasError if there is none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise AtlasError(f"The recipe has no column “{name}”.")

    def only(self, names: Collection[str]) -> Self:
        """Return the recipe of some columns alone."""
        return type(self)(tuple(column for column in self.columns if column.name in names))

    def changed(self, changes: dict[str, dict]) -> Self:
        """Return the recipe with other choices for some columns, by name, as a remedy says it."""
        return type(self)(
            tuple(replace(column, **changes.get(column.name, {})) for column in self.columns)
        )

    def to_json(self) -> str:
        columns = [asdict(column) for column in self.columns]
        return json.dumps({"version": _VERSION, "columns": columns}, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a recipe that `to_json` wrote; AtlasError if it is none, or an unknown version."""
        try:
            written = json.loads(text)
        except ValueError as error:
            raise AtlasError(
                f"This isn't a recipe: it is no JSON ({error}). Choose a file that was saved as a "
                "recipe."
            ) from error
        if not isinstance(written, dict) or not isinstance(written.get("columns"), list):
            raise AtlasError("This isn't a recipe: it has no list of columns. Choose another file.")
        if written.get("version") != _VERSION:
            raise AtlasError(
                f"The recipe has version {written.get('version')}, but version {_VERSION} is "
                "needed. Make it anew from its table."
            )
        return cls(tuple(_column_from(entry) for entry in written["columns"]))


def _column_from(entry: object) -> ColumnRecipe:
    if not isinstance(entry, dict) or "name" not in entry:
        raise AtlasError("The recipe has a column without a name. Choose another file.")
    unknown = set(entry) - {field.name for field in fields(ColumnRecipe)}
    if unknown:
        raise AtlasError(
            f"“{entry['name']}”: the recipe sets “{min(unknown)}”, which no column has. "
            "Remove it, or choose another file."
        )
    return ColumnRecipe(**entry)
