"""What the rows of each node add up to, column by column, for more rows than memory holds.

One pass over a data set fills it; after that any nodes are compared with the rest in a moment,
however many rows there are.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.analyses.differences import Moments
from som_core.analyses.effect_words import written
from som_core.analyses.effects import Difference, most_different_level
from som_core.analyses.rows_on_disk import blocks_on_map
from som_core.analyses.selection import checked_nodes
from som_core.cells import level_texts, numbers_of
from som_core.datasets import TableOnDisk
from som_core.errors import AtlasError
from som_core.files.dates import is_time_of_day
from som_core.trained_map import TrainedMap

N_BINS = 64
_ARRAYS, _NAMES = "aggregates.npz", "aggregates.json"


@dataclass(frozen=True, kw_only=True, eq=False)
class NumberAggregate:
    """A column of numbers, of dates as days since 1970, or of times as hours since midnight."""

    counts: NDArray[np.int64]  # (n_nodes,) rows with a value
    centre: float  # near the mean of all rows; the sums are of distances from it
    sums: NDArray[np.float64]  # (n_nodes,)
    squares: NDArray[np.float64]  # (n_nodes,)
    lowest: NDArray[np.float64]  # (n_nodes,); infinite where a node has no value
    highest: NDArray[np.float64]
    # (N_BINS + 1,) from the smallest to the largest value of all rows; of dates that are written as
    # text, of the sample, and what lies beyond counts at the ends
    edges: NDArray[np.float64]
    histograms: NDArray[np.int64]  # (n_nodes, N_BINS)

    @property
    def means(self) -> NDArray[np.float64]:
        """The mean of each node's rows, (n_nodes,); NaN where none has a value."""
        return self.centre + np.divide(
            self.sums, self.counts, out=np.full(len(self.sums), np.nan), where=self.counts > 0
        )

    def moments(self, nodes: NDArray[np.bool_]) -> Moments | None:
        """Return what is known of the rows of some nodes together; None where none has a value."""
        count = int(self.counts[nodes].sum())
        if count == 0:
            return None
        away = float(self.sums[nodes].sum()) / count
        squares = max(0.0, float(self.squares[nodes].sum()) - count * away**2)
        lowest, highest = float(self.lowest[nodes].min()), float(self.highest[nodes].max())
        return Moments(count, self.centre + away, squares, lowest, highest)


_PARTS = tuple(field.name for field in fields(NumberAggregate))


@dataclass(frozen=True, kw_only=True, eq=False)
class LevelAggregate:
    """A column of categories."""

    levels: tuple[str, ...]  # the most frequent first
    counts: NDArray[np.int64]  # (n_nodes, n_levels)


@dataclass(frozen=True, kw_only=True)
class ExactEffect(Difference):
    """How one column differs between the rows of some nodes and all others, exactly."""

    column: str

    def sides_in_words(self, kind: str) -> tuple[str, str]:
        """Return what is here and elsewhere, as people write it.

        Parameters
        ----------
        kind : of the column in its table
        """
        if self.level is not None:
            kind = "category"
        elif kind != "date":
            kind = "number"
        return written(kind, self.here), written(kind, self.elsewhere)


@dataclass(frozen=True, kw_only=True, eq=False)
class NodeAggregates:
    """What the rows of each node of a map add up to."""

    counts: NDArray[np.int64]  # (n_nodes,) rows on the map
    numbers: Mapping[str, NumberAggregate]
    levels: Mapping[str, LevelAggregate]

    @property
    def n_bytes(self) -> int:
        """How much memory they take, about."""
        held = [part for number in self.numbers.values() for part in vars(number).values()]
        held += [column.counts for column in self.levels.values()]
        return sum(np.asarray(part).nbytes for part in (self.counts, *held))

    def save(self, folder: Path) -> None:
        """Write the aggregates into a folder that is there."""
        arrays: dict[str, ArrayLike] = {"counts": self.counts}
        for place, number in enumerate(self.numbers.values()):
            arrays |= {f"number {place} {part}": found for part, found in vars(number).items()}
        for place, of_levels in enumerate(self.levels.values()):
            arrays[f"level {place} counts"] = of_levels.counts
        np.savez_compressed(folder / _ARRAYS, allow_pickle=False, **arrays)
        names = {
            "numbers": list(self.numbers),
            "levels": {name: list(column.levels) for name, column in self.levels.items()},
        }
        (folder / _NAMES).write_text(json.dumps(names), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; AtlasError if it isn't there, or is damaged."""
        try:
            names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
            # In memory: of a damaged one numpy would leave the file open.
            data = io.BytesIO((folder / _ARRAYS).read_bytes())
            with np.load(data, allow_pickle=False) as saved:
                numbers = {
                    name: _number_from({part: saved[f"number {place} {part}"] for part in _PARTS})
                    for place, name in enumerate(names["numbers"])
                }
                levels = {
                    name: LevelAggregate(
                        levels=tuple(of_column), counts=saved[f"level {place} counts"]
                    )
                    for place, (name, of_column) in enumerate(names["levels"].items())
                }
                return cls(counts=saved["counts"], numbers=numbers, levels=levels)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as problem:
            raise AtlasError(
                "What the rows of each node add up to can't be read, as a file is damaged or gone. "
                "Add them up once more."
            ) from problem

    def effects(self, nodes: Iterable[int]) -> tuple[ExactEffect, ...]:
        """Compare the rows of some nodes with all others on the map, the strongest effect first.

        Columns in which one side has no value are left out.

        Raises
        ------
        AtlasError
            If the map has no such node.

        References
        ----------
        Cohen (1988), Statistical power analysis for the behavioral sciences, chapters 2 and 6.
        """
        is_here = np.zeros(len(self.counts), dtype=bool)
        is_here[checked_nodes(nodes, len(self.counts))] = True
        found = [_of_numbers(name, column, is_here) for name, column in self.numbers.items()]
        found += [_of_levels(name, column, is_here) for name, column in self.levels.items()]
        effects = [effect for effect in found if effect is not None]
        return tuple(sorted(effects, key=lambda one: -np.nan_to_num(abs(one.effect))))


def _number_from(parts: dict[str, NDArray]) -> NumberAggregate:
    return NumberAggregate(
        counts=parts["counts"],
        centre=float(parts["centre"]),
        sums=parts["sums"],
        squares=parts["squares"],
        lowest=parts["lowest"],
        highest=parts["highest"],
        edges=parts["edges"],
        histograms=parts["histograms"],
    )


def node_aggregates(
    m: TrainedMap,
    table: TableOnDisk,
    columns: Sequence[str] | None = None,
    *,
    on_progress: Callable[[float], None] | None = None,
) -> NodeAggregates:
    """Add up the rows of each node of a map, in one pass over the data set it was trained on.

    Numbers and dates are added up as such; columns of at most 1,000 different texts, and codes of
    classes, by level. What only names rows, or is the same in all, is left out.

    Parameters
    ----------
    m : of this table
    columns : those that are added up; all by default
    on_progress : told how much is done, from 0 to 1

    Raises
    ------
    AtlasError
        If the table has no such column, or other rows than those on the map.
    """
    names = table.columns if columns is None else tuple(columns)
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        raise AtlasError(f"“{table.name}” has no column “{unknown[0]}”. Choose one that it has.")
    n_nodes = m.settings.n_nodes
    numbers = {name: _numbers_of(name, table, n_nodes) for name in names if _is_number(name, table)}
    levels = {name: _levels_of(name, table, n_nodes) for name in names if _has_levels(name, table)}
    counts = np.zeros(n_nodes, dtype=np.int64)
    added = [*numbers, *levels]
    for batch, start, places, nodes in blocks_on_map(m, table, added):
        block = table.block(batch.select(added))
        counts += np.bincount(nodes, minlength=n_nodes)
        for name, column in numbers.items():
            _add_numbers(column, numbers_of(block.column(name))[places], nodes)
        for name, of_levels in levels.items():
            _add_levels(of_levels, level_texts(block.frame[name]).iloc[places], nodes)
        if on_progress is not None:
            on_progress((start + batch.num_rows) / table.n_rows)
    return NodeAggregates(counts=counts, numbers=numbers, levels=levels)


def _is_number(name: str, table: TableOnDisk) -> bool:
    kind, is_numeric = table.kinds[name], table.counts[name].minimum is not None
    return kind == "date" or (is_numeric and kind in ("number", "boolean"))


def _has_levels(name: str, table: TableOnDisk) -> bool:
    is_category = table.kinds[name] in ("category", "boolean", "text")
    return is_category and not _is_number(name, table) and bool(table.counts[name].levels)


def _numbers_of(name: str, table: TableOnDisk, n_nodes: int) -> NumberAggregate:
    sampled = numbers_of(table.sample.column(name))
    lowest, highest = table.counts[name].minimum, table.counts[name].maximum
    form = table.sample.date_formats.get(name)
    if form is not None and is_time_of_day(form):
        lowest, highest = 0.0, 24.0
    elif lowest is None or highest is None:  # dates that are written as text are not counted
        lowest, highest = float(np.nanmin(sampled)), float(np.nanmax(sampled))
    return NumberAggregate(
        counts=np.zeros(n_nodes, dtype=np.int64),
        centre=float(np.nanmean(sampled)) if np.isfinite(sampled).any() else 0.0,
        sums=np.zeros(n_nodes),
        squares=np.zeros(n_nodes),
        lowest=np.full(n_nodes, np.inf),
        highest=np.full(n_nodes, -np.inf),
        edges=np.linspace(lowest, highest, N_BINS + 1),
        histograms=np.zeros((n_nodes, N_BINS), dtype=np.int64),
    )


def _levels_of(name: str, table: TableOnDisk, n_nodes: int) -> LevelAggregate:
    levels = tuple(table.counts[name].levels or ())
    return LevelAggregate(levels=levels, counts=np.zeros((n_nodes, len(levels)), dtype=np.int64))


def _add_numbers(
    total: NumberAggregate, values: NDArray[np.float64], nodes: NDArray[np.int64]
) -> None:
    is_known = ~np.isnan(values)
    values, nodes = values[is_known], nodes[is_known]
    n_nodes = len(total.counts)
    away = values - total.centre
    np.add(total.counts, np.bincount(nodes, minlength=n_nodes), out=total.counts)
    np.add(total.sums, np.bincount(nodes, away, n_nodes), out=total.sums)
    np.add(total.squares, np.bincount(nodes, away**2, n_nodes), out=total.squares)
    np.minimum.at(total.lowest, nodes, values)
    np.maximum.at(total.highest, nodes, values)
    bins = np.clip(np.searchsorted(total.edges, values, side="right") - 1, 0, N_BINS - 1)
    flat = np.bincount(nodes * N_BINS + bins, minlength=n_nodes * N_BINS)
    np.add(total.histograms, flat.reshape(n_nodes, N_BINS), out=total.histograms)


def _add_levels(total: LevelAggregate, texts: pd.Series, nodes: NDArray[np.int64]) -> None:
    n_nodes, n_levels = total.counts.shape
    codes = pd.Index(total.levels).get_indexer(pd.Index(texts))
    is_known = codes >= 0
    flat = np.bincount(nodes[is_known] * n_levels + codes[is_known], minlength=n_nodes * n_levels)
    np.add(total.counts, flat.reshape(n_nodes, n_levels), out=total.counts)


def _of_numbers(
    name: str, column: NumberAggregate, is_here: NDArray[np.bool_]
) -> ExactEffect | None:
    here, elsewhere = column.moments(is_here), column.moments(~is_here)
    if here is None or elsewhere is None:
        return None
    return ExactEffect(
        column=name,
        n_here=here.count,
        n_elsewhere=elsewhere.count,
        here=here.mean,
        elsewhere=elsewhere.mean,
        effect=here.cohens_d(elsewhere),
    )


def _of_levels(name: str, column: LevelAggregate, is_here: NDArray[np.bool_]) -> ExactEffect | None:
    here, elsewhere = column.counts[is_here].sum(axis=0), column.counts[~is_here].sum(axis=0)
    n_here, n_elsewhere = int(here.sum()), int(elsewhere.sum())
    if n_here == 0 or n_elsewhere == 0 or not (here + elsewhere > 1).any():
        return None
    level, effect = most_different_level(here, elsewhere, here + elsewhere)
    return ExactEffect(
        column=name,
        level=column.levels[level],
        n_here=n_here,
        n_elsewhere=n_elsewhere,
        here=float(here[level]) / n_here,
        elsewhere=float(elsewhere[level]) / n_elsewhere,
        effect=effect,
    )
