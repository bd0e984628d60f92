"""Names of groups in words: “high income, low age, mostly app”, never the same name twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr
from scipy.stats import binom

from som_core.analyses.ranked_table import (
    CodedLevels,
    RankedNumbers,
    correlation,
    telling_columns,
)
from som_core.positions import row_positions
from som_core.reading import Table

MOST_TRAITS = 3
AVERAGE = "average"
UNDIVIDED = "undivided"  # the only group of a map
_LEAST_DELTA, _LARGE_DELTA = 0.33, 0.474  # Cliff's: a medium effect, a large one (Romano 2006)
_TWIN = 0.8  # |r|: two columns that say the same
_HIGH, _VERY_HIGH = 0.7, 0.9  # mean percentile
_CHANCE = 0.05  # p above it: so few rows may differ as much without meaning
_NARROW = 0.5  # spread of a group in the middle, as a share of that of all rows
_KNOWN = 0.5  # share of a group's rows that have a value: of fewer, nothing is said of the group
_LEAST_LIFT, _MOSTLY, _NEARLY_ALL, _ALL = 1.5, 0.5, 0.9, 0.999
# Levels that say nothing without their column, and so do numbers and those of two letters.
_BARE = {"yes", "true", "false", "off", "non", "nein", "none", "other", "unknown"}


@dataclass(frozen=True)
class Trait:
    """One thing that most rows of a group have in common, and few others have."""

    column: str
    words: str
    strength: float  # effect × homogeneity, from 0 to 1


def group_names(
    table: Table, groups: Sequence[ArrayLike], *, leave_out: Collection[str] = ()
) -> tuple[str, ...]:
    """Return a name for each group, of at most three traits, all different.

    A column gives a trait if the group differs from all other rows by a medium effect at least,
    and its rows lie high or low in the whole table, or share a level. Most of the rows can't lie
    high in the whole table: they lie higher than the others, by a large effect. A group without
    such a trait lies in the middle where its rows keep together. The strongest and most homogeneous
    come first; of columns that say the same, one. What a few rows may have in common by chance
    (p > 0.05) names nothing. A column that more than half of the rows have no
    value of says nothing, and “all” are all rows, not only those with a value. Groups that would
    have the same name get the column that parts them.

    Parameters
    ----------
    table : Table
    groups : positions in table.frame of the rows of each
    leave_out : columns that are to name nothing; identifiers never do

    References
    ----------
    Rauber (1999), LabelSOM: on the labeling of self-organizing maps. Lagus and Kaski (1999),
    Keyword selection method for characterizing text document maps. Here by effects of ranks, which
    hold in any unit.
    """
    rows = [row_positions(group) for group in groups]
    traits = [group_traits(table, one, leave_out=leave_out) for one in rows]
    names = [", ".join(t.words for t in some[:MOST_TRAITS]) or AVERAGE for some in traits]
    return tuple(_parted(table, rows, names, leave_out))


def group_traits(
    table: Table, rows: ArrayLike, *, leave_out: Collection[str] = ()
) -> tuple[Trait, ...]:
    """Return what sets a group apart in words, the strongest first, no column twice."""
    here = row_positions(rows)
    columns = telling_columns(table, leave_out)
    traits = [
        _level_trait(column, here)
        if isinstance(column, CodedLevels)
        else _number_trait(column, here)
        for column in columns
    ]
    found = [trait for trait in traits if trait is not None]
    if not found:
        numbers = [column for column in columns if isinstance(column, RankedNumbers)]
        found = [trait for c in numbers if (trait := _middle_trait(c, here)) is not None]
    by_name = {column.name: column for column in columns}
    chosen: list[Trait] = []
    for trait in sorted(found, key=lambda t: -t.strength):
        if not any(_say_the_same(by_name[trait.column], by_name[t.column]) for t in chosen):
            chosen.append(trait)
    return tuple(chosen)


def mean_percentile(column: RankedNumbers, here: NDArray[np.int64]) -> float:
    """Return where the rows lie in the whole column on average: 0 lowest, 1 highest; NaN: none."""
    ranks = column.ranks[here]
    ranks = ranks[ranks > 0]
    return float((ranks.mean() - 1) / (2 * column.n_present)) if len(ranks) else np.nan


def known_percentile(column: RankedNumbers, here: NDArray[np.int64]) -> float:
    """Return `mean_percentile`; NaN also where less than half of the rows have a value."""
    n_present = int(np.count_nonzero(column.ranks[here]))
    return mean_percentile(column, here) if _are_known(n_present, here) else np.nan


def _number_trait(column: RankedNumbers, here: NDArray[np.int64]) -> Trait | None:
    ranks = column.ranks[here]
    ranks = ranks[ranks > 0]
    n_elsewhere = column.n_present - len(ranks)
    if not _are_known(len(ranks), here) or n_elsewhere == 0:
        return None
    rank_sum = float(ranks.sum(dtype=np.float64)) / 2
    higher = (rank_sum - len(ranks) * (len(ranks) + 1) / 2) / (len(ranks) * n_elsewhere)
    delta = 2 * higher - 1
    word = _word(column, here, delta, is_most=len(ranks) > n_elsewhere)
    if abs(delta) < _LEAST_DELTA or not word or _may_be_chance(delta, len(ranks), n_elsewhere):
        return None
    homogeneity = max(1 - _spread(column, ranks), 0.05)
    return Trait(column.name, f"{word} {column.name}", abs(delta) * homogeneity)


def _may_be_chance(delta: float, n_here: int, n_elsewhere: int) -> bool:
    """Return whether so few rows may differ as much by chance (Mann and Whitney 1947, no ties)."""
    deviation = np.sqrt((n_here + n_elsewhere + 1) / (3 * n_here * n_elsewhere))
    return bool(2 * ndtr(-abs(delta) / deviation) > _CHANCE)


def _word(column: RankedNumbers, here: NDArray[np.int64], delta: float, *, is_most: bool) -> str:
    """Return how the values of a group lie; nothing where no word fits."""
    level = mean_percentile(column, here)
    low, high = ("early", "late") if column.kind == "date" else ("low", "high")
    if level >= _HIGH or level <= 1 - _HIGH:
        very = "very " if max(level, 1 - level) >= _VERY_HIGH else ""
        return very + (high if level >= _HIGH else low)
    if is_most and abs(delta) >= _LARGE_DELTA:
        lower, higher = ("earlier", "later") if column.kind == "date" else ("lower", "higher")
        return higher if delta > 0 else lower
    return ""


def _middle_trait(column: RankedNumbers, here: NDArray[np.int64]) -> Trait | None:
    """Return the trait of a group whose values lie close together in the middle of all."""
    ranks = column.ranks[here]
    ranks = ranks[ranks > 0]
    spread = _spread(column, ranks) if len(ranks) > 1 else 1.0
    if not _are_known(len(ranks), here) or spread > _NARROW:
        return None
    if not 1 - _HIGH < mean_percentile(column, here) < _HIGH:
        return None
    return Trait(column.name, f"medium {column.name}", 1 - spread)


def _are_known(n_present: int, here: NDArray[np.int64]) -> bool:
    return n_present > 0 and n_present >= _KNOWN * len(here)


def _spread(column: RankedNumbers, ranks: NDArray[np.int32]) -> float:
    """Return the standard deviation of ranks as a share of that of all."""
    # Ranks of all rows spread evenly, with a standard deviation of n / √12; these are doubled.
    return float(ranks.std()) / (2 * column.n_present / np.sqrt(12))


def _level_trait(column: CodedLevels, here: NDArray[np.int64]) -> Trait | None:
    counts = np.bincount(column.codes[here] + 1, minlength=len(column.levels) + 1)[1:]
    if not _are_known(int(counts.sum()), here):
        return None
    shares, overall = counts / counts.sum(), column.counts / column.counts.sum()
    most = int(shares.argmax())
    share, lift = shares[most], shares[most] / overall[most]
    elsewhere = (column.counts[most] - counts[most]) / max(column.counts.sum() - counts.sum(), 1)
    difference = share - elsewhere
    of_all = counts[most] / len(here)  # whatever rows without a value would be
    is_telling = lift >= _LEAST_LIFT and of_all >= _MOSTLY
    if difference < _LEAST_DELTA or not (is_telling or of_all >= _NEARLY_ALL):
        return None
    if binom.sf(counts[most] - 1, counts.sum(), elsewhere) > _CHANCE:
        return None
    how = "all" if of_all >= _ALL else "nearly all" if of_all >= _NEARLY_ALL else "mostly"
    level = column.levels[most]
    is_bare = len(level) <= 2 or level.casefold() in _BARE or not any(map(str.isalpha, level))
    what = f"{column.name}: {level}" if is_bare else level
    return Trait(column.name, f"{how} {what}", float(difference * share))


def _say_the_same(one: RankedNumbers | CodedLevels, other: RankedNumbers | CodedLevels) -> bool:
    if isinstance(one, CodedLevels) or isinstance(other, CodedLevels):
        return False
    return abs(correlation(one, other)) > _TWIN


def _parted(
    table: Table, groups: Sequence[NDArray[np.int64]], names: list[str], leave_out: Collection[str]
) -> list[str]:
    """Add to equal names the column that parts their groups best, or a number where none does."""
    columns = [
        column for column in telling_columns(table, leave_out) if isinstance(column, RankedNumbers)
    ]
    names, numbered = list(names), set[str]()
    while repeated := [name for name in names if names.count(name) > 1 and name not in numbered]:
        alike = [place for place, name in enumerate(names) if name == repeated[0]]
        levels = np.array([[known_percentile(c, groups[p]) for c in columns] for p in alike])
        spans = np.nan_to_num(np.ptp(levels, axis=0)) if levels.size else np.zeros(0)
        if not spans.any():
            numbered.add(repeated[0])
            continue
        best = int(spans.argmax())
        middle = _widest_gap(levels[:, best])
        for place, level in zip(alike, levels[:, best], strict=True):
            word = f"{'higher' if level > middle else 'lower'} {columns[best].name}"
            names[place] = word if names[place] == AVERAGE else f"{names[place]}, {word}"
    return [
        f"{name} ({names[: place + 1].count(name)})" if name in numbered else name
        for place, name in enumerate(names)
    ]


def _widest_gap(levels: NDArray[np.float64]) -> float:
    """Return the middle of the widest gap between neighbouring levels."""
    ordered = np.sort(levels)
    place = int(np.diff(ordered).argmax())
    return float(ordered[place : place + 2].mean())
