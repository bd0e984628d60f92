"""What makes a group of rows different: every column's effect, one rule, and a few sentences.

Columns that shaped the map get no q: its groups differ in them by construction. Nor does the key by
which one of them was joined, nor do columns that made the selection. Where q may be too small for
another reason, the column's caution says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import false_discovery_control

from som_core.analyses.effect_words import NEGLIGIBLE, Sides, effect_in_words, means_differ
from som_core.analyses.effects import Effect, level_effect, number_effect
from som_core.analyses.ranked_table import (
    CodedLevels,
    Places,
    RankedColumn,
    RankedNumbers,
    RankedTable,
    are_others,
    correlation,
    places_of,
    ranked_table,
    telling_columns,
)
from som_core.analyses.rules import Rule, group_rule
from som_core.positions import row_positions
from som_core.reading import Table
from som_core.recipe import Recipe
from som_core.wording import counted, share

FEW_ROWS = 10  # of a group: below, any interval is wide
_TWIN = 0.95  # |r| with a trained column: the map knows it, too
_BY_CHANCE = 0.05  # a q above it: chance may have made the difference
_GOES_ALONG = 0.5  # |r|: one might think that they differ together
_MANY_REPEATED = 0.1  # share of rows
_NAMED = 3

SHAPED = "shaped the map"
CHOSEN_BY = "made the selection"
BY_KEY = "joined by a key"  # its values repeat with the key, so that rows can't be counted
FEW = f"fewer than {FEW_ROWS} rows"


@dataclass(frozen=True, eq=False)
class Explanation:
    """How a group differs from other rows."""

    effects: pd.DataFrame
    """One line a column, largest difference first:

    column; kind (number, date, category); level (of a category: the one that differs most);
    n_here, n_elsewhere (rows with a value); here, elsewhere (means, dates as days since 1970;
    shares of the level); effect (Cohen's d or h); delta (Cliff's, or the difference of the shares);
    low, high (its 95 % interval); q (false discovery rate, NaN where none may be told); trained
    (whether the column shaped the map; missing without a recipe); caution (why q isn't told or
    trusted); in_words.
    """
    rule: Rule | None  # None: the group is too small, or no column tells it
    sentences: tuple[str, ...]  # two to five, the most important first


def explain(
    table: Table,
    rows: ArrayLike,
    other: ArrayLike | None = None,
    *,
    recipe: Recipe | None = None,
    drawn_by: Collection[str] = (),
    other_name: str = "elsewhere",
) -> Explanation:
    """Return what makes some rows different from the rest, or from other rows.

    Parameters
    ----------
    table : Table
    rows : positions in table.frame
    other : positions in table.frame; without them all rows that are not in `rows`
    recipe : of the map; without it nobody knows what shaped the map, and no q is told
    drawn_by : columns that made the selection, such as those of a condition
    other_name : how the sentences call what the rows are compared with

    Raises
    ------
    AtlasError
        If the table has no such row.

    References
    ----------
    Benjamini and Hochberg (1995), Controlling the false discovery rate. For the effects and their
    intervals see `som_core.analyses.effects`, for the rule `som_core.analyses.rules`.
    """
    found = _Comparison.of(table, rows, other, recipe, drawn_by, other_name)
    return found.explanation(false_discovery_rates(found.p)) if len(found.p) else found.empty


def explain_all(
    table: Table,
    groups: Mapping[str, ArrayLike],
    *,
    recipe: Recipe,
    drawn_by: Mapping[str, Collection[str]] | None = None,
    among: ArrayLike | None = None,
) -> dict[str, Explanation]:
    """Explain each group against the rest; q is over all columns and groups together.

    Parameters
    ----------
    groups : name and positions in table.frame of each group
    drawn_by : by the name of a group, the columns that made it, which get no q
    among : positions of the rows that the rest is of, such as those of a map; None: the whole table
    """
    made_by = drawn_by or {}
    compared = {
        name: _Comparison.of(
            table, rows, rest_of(among, rows), recipe, made_by.get(name, ()), "elsewhere"
        )
        for name, rows in groups.items()
    }
    all_p = np.concatenate([found.p for found in compared.values()]) if compared else np.zeros(0)
    q = false_discovery_rates(all_p)
    explained, start = {}, 0
    for name, found in compared.items():
        stop = start + len(found.p)
        explained[name] = found.explanation(q[start:stop]) if stop > start else found.empty
        start = stop
    return explained


def telling_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of `Explanation.effects` that are not small, and not doubted by their q."""
    return effects[(effects["delta"].abs() >= NEGLIGIBLE) & ~(effects["q"] > _BY_CHANCE)]


def rest_of(among: ArrayLike | None, rows: ArrayLike) -> NDArray[np.int64] | None:
    """Return the positions that are not in `rows`; None for the rest of the whole table."""
    return None if among is None else np.setdiff1d(row_positions(among), rows)


def false_discovery_rates(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the q of each p, NaN where p is NaN (Benjamini and Hochberg 1995)."""
    q = np.full(len(p), np.nan)
    told = ~np.isnan(p)
    if told.any():
        q[told] = false_discovery_control(p[told])
    return q


@dataclass(frozen=True, eq=False)
class _Comparison:
    """All columns compared, before q is known."""

    table: Table
    here: Places
    elsewhere: Places
    columns: tuple[RankedColumn, ...]  # those with an effect
    effects: tuple[Effect, ...]
    trained: frozenset[str] | None
    cautions: dict[str, str]
    ranked: RankedTable
    drawn_by: Collection[str]
    other_name: str

    @classmethod
    def of(
        cls,
        table: Table,
        rows: ArrayLike,
        other: ArrayLike | None,
        recipe: Recipe | None,
        drawn_by: Collection[str],
        other_name: str,
    ) -> "_Comparison":
        here = places_of(table, rows)
        others = None if other is None else places_of(table, other)
        elsewhere = others
        if elsewhere is None:
            elsewhere = np.flatnonzero(are_others(len(table.frame), here))
        ranked = ranked_table(table)
        found = {}
        if len(here) and len(elsewhere):
            found = {
                column: _effect(column, here, others)
                for column in ranked.columns
                if table.kinds[column.name] != "constant"  # such can't differ
            }
        told = {column: effect for column, effect in found.items() if effect is not None}
        trained = None
        if recipe is not None:
            trained = frozenset(column.name for column in recipe.trained)
        return cls(
            table=table,
            here=here,
            elsewhere=elsewhere,
            columns=tuple(told),
            effects=tuple(told.values()),
            trained=trained,
            cautions={
                **dict.fromkeys(table.joined_columns, BY_KEY),
                **_cautions(ranked.columns, trained, drawn_by, len(here)),
                **dict.fromkeys(table.keys_of(trained or ()), SHAPED),
            },
            ranked=ranked,
            drawn_by=drawn_by,
            other_name=other_name,
        )

    @property
    def p(self) -> NDArray[np.float64]:
        """The p of each column; NaN where the column may not be tested."""
        if self.trained is None:
            return np.full(len(self.columns), np.nan)
        untold = self.trained | set(self.drawn_by) | set(self.table.joined_columns)
        untold |= self.table.keys_of(self.trained)
        return np.array(
            [
                np.nan if column.name in untold else effect.p
                for column, effect in zip(self.columns, self.effects, strict=True)
            ]
        )

    @property
    def empty(self) -> Explanation:
        return Explanation(_frame([]), None, ("There is nothing to compare these rows with.",))

    def explanation(self, q: NDArray[np.float64]) -> Explanation:
        sides = Sides(len(self.here), len(self.elsewhere), self.other_name)
        lines = [
            {
                "column": column.name,
                "kind": column.kind,
                **{name: value for name, value in asdict(effect).items() if name != "p"},
                "q": q[place],
                "trained": pd.NA if self.trained is None else column.name in self.trained,
                "caution": self.cautions.get(column.name, ""),
                "in_words": effect_in_words(column, effect, sides),
            }
            for place, (column, effect) in enumerate(zip(self.columns, self.effects, strict=True))
        ]
        effects = _frame(lines)
        speaking = telling_columns(self.table, self.drawn_by)
        rule = group_rule(speaking, self.here, self.elsewhere)
        return Explanation(effects, rule, tuple(self._sentences(effects, rule)))

    def _sentences(self, effects: pd.DataFrame, rule: Rule | None) -> list[str]:
        n_rows, n_here = len(self.table.frame), len(self.here)
        others = effects[~effects["column"].isin(self.drawn_by)]
        telling = telling_effects(others)
        sentences = [f"{counted(n_here, 'row')}, {share(n_here / n_rows)} of the table."]
        if len(telling):
            sentences.append(f"What sets them apart: {'; '.join(telling['in_words'][:_NAMED])}.")
        elif (others["delta"].abs() >= NEGLIGIBLE).any():
            sentences.append("What differs may be chance: no q is 0.05 or below.")
        else:
            sentences.append(f"No column differs much from {self.other_name}.")
        unexpected = self._no_difference(telling["column"].tolist()[:_NAMED])
        if unexpected:
            sentences.append(unexpected)
        if rule is not None:
            sentences.append(rule.in_words)
        sentences += self._doubts()
        return sentences

    def _no_difference(self, top: list[str]) -> str:
        """Name a column that goes along with those that differ, but doesn't differ itself."""
        alike = {
            column.name
            for column, effect in zip(self.columns, self.effects, strict=True)
            if abs(effect.delta) < NEGLIGIBLE and not means_differ(column, effect)
        }
        numbers = [column for column in self.columns if isinstance(column, RankedNumbers)]
        best, words = _GOES_ALONG, ""
        for one in (column for column in numbers if column.name in alike):
            for other in (column for column in numbers if column.name in top):
                r = abs(correlation(one, other))
                if r > best:
                    best = r
                    words = (
                        f"“{one.name}” is about the same here, though it goes along with "
                        f"“{other.name}” in the whole table (|r| = {r:.2f})."
                    )
        return words

    def _doubts(self) -> list[str]:
        doubts = []
        if len(self.here) < FEW_ROWS:
            doubts.append(
                f"With {counted(len(self.here), 'row')} little is sure: look at each of them."
            )
        if self.trained is None:
            return doubts
        if self.trained & {column.name for column in self.columns}:
            doubts.append(
                "Columns that shaped the map differ between its groups by construction, so they "
                "have no q."
            )
        time_column, repeated = self.ranked.time_column, self.ranked.repeated
        if time_column is not None:
            doubts.append(
                f"Rows are in order of “{time_column}”, so neighbours are alike and q is too small."
            )
        if repeated > _MANY_REPEATED:
            doubts.append(
                f"{share(repeated)} of the rows are the same as others, so q is too small."
            )
        return doubts


def _effect(column: RankedColumn, here: Places, other: Places | None) -> Effect | None:
    if isinstance(column, CodedLevels):
        return level_effect(column, here, other)
    return number_effect(column, here, other)


def _cautions(
    columns: Collection[RankedColumn],
    trained: frozenset[str] | None,
    drawn_by: Collection[str],
    n_here: int,
) -> dict[str, str]:
    """Return why the q of a column isn't told or trusted, by column."""
    cautions = {column.name: FEW for column in columns} if n_here < FEW_ROWS else {}
    numbers = [column for column in columns if isinstance(column, RankedNumbers)]
    shaping = [column for column in numbers if trained and column.name in trained]
    for column in numbers:
        if trained and column.name in trained:
            continue  # it has its caution, and pairs of all columns would be very many
        twins = [one for one in shaping if abs(correlation(column, one)) >= _TWIN]
        if twins:
            cautions[column.name] = f"nearly the same as “{twins[0].name}”, which {SHAPED}"
    cautions |= dict.fromkeys(trained or (), SHAPED)
    return cautions | dict.fromkeys(drawn_by, CHOSEN_BY)


_COLUMNS = (
    "column", "kind", *(field.name for field in fields(Effect) if field.name != "p"),
    "q", "trained", "caution", "in_words",
)  # fmt: skip


def _frame(lines: list[dict[str, object]]) -> pd.DataFrame:
    if not lines:
        return pd.DataFrame(columns=list(_COLUMNS)).astype({"trained": "boolean"})
    sizes = np.abs(np.array([line["delta"] for line in lines], dtype=float))
    largest = [lines[place] for place in np.argsort(-sizes, kind="stable")]
    columns = {name: [line[name] for line in largest] for name in _COLUMNS}
    # From lines, and with their order changed afterwards, it would take eight times as long.
    return pd.DataFrame(columns | {"trained": pd.array(columns["trained"], dtype="boolean")})
