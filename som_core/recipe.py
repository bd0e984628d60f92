"""Every choice on the way from a table to a matrix, as a value, and what to suggest for a table."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["train", "describe", "drop"]
Missing = Literal["mean", "median", "mode", "knn", "keep", "drop_row"]
Outliers = Literal["keep", "clip", "drop_row"]
Transform = Literal["none", "log", "sqrt", "yeo-johnson", "rank"]
Scale = Literal["zscore", "minmax", "robust", "none"]


@dataclass(frozen=True, kw_only=True)
class ColumnRecipe:
    """What becomes of one column of the table."""

    name: str
    role: Role = "train"
    missing: Missing = "median"
    outliers: Outliers = "keep"
    transform: Transform = "none"
    scale: Scale = "zscore"
    weight: float = 1.0
    reason: str = ""  # why this was suggested, one sentence for the analyst


@dataclass(frozen=True)
class Recipe:
    """What becomes of every column of the table, in the table's order."""

    columns: tuple[ColumnRecipe, ...]
