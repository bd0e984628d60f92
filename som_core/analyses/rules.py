"""A rule that finds a group without the map: “age < 30 and channel = app”, and how well it does.

Each condition is one interval of a column, or one level; conditions are added while the rule gets
better. It is found on some rows, two thirds at most, and measured on others. One that does no
better there than to name every row was found by chance, and is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.ranked_table import CodedLevels, Places, RankedColumn, RankedNumbers
from som_core.wording import as_date, counted, number, share

FEWEST_ROWS = 10  # a rule for fewer would be one for these very rows
_MOST_TO_LEARN_FROM = 10_000  # rows of each side; more hardly move a boundary
_MOST_TO_MEASURE_ON = 30_000
_ROWS_NOT_SEEN = 2  # elsewhere, that a condition is taken to find besides those that it finds
_MOST_CONDITIONS = 3
_N_BINS = 64
_FRACTIONS = np.linspace(0, 1, _N_BINS)
_MOST_LEVELS = 200
_LEAST_GAIN = 1.05  # that a further condition must bring, to be worth reading


@dataclass(frozen=True)
class Condition:
    """One column's part of a rule: low ≤ value < high, or value = level."""

    column: str
    kind: Literal["number", "date", "category"]
    low: float = -np.inf  # dates as days since 1970
    high: float = np.inf
    level: str | None = None

    def __str__(self) -> str:
        if self.level is not None:
            return f"{self.column} = {self.level}"
        write = as_date if self.kind == "date" else number
        if np.isinf(self.low):
            return f"{self.column} < {write(self.high)}"
        if np.isinf(self.high):
            return f"{self.column} ≥ {write(self.low)}"
        return f"{write(self.low)} ≤ {self.column} < {write(self.high)}"

    def holds(self, column: RankedColumn, places: Places) -> NDArray[np.bool_]:
        """Return in which of these rows it holds; never where the value is missing."""
        if isinstance(column, CodedLevels):
            return column.codes[places] == column.levels.index(str(self.level))
        values = column.values[places]
        return (values >= self.low) & (values < self.high)


@dataclass(frozen=True)
class Rule:
    """Conditions that together find a group; its numbers are of rows that did not shape it."""

    conditions: tuple[Condition, ...]
    precision: float  # share of the rows found that are in the group
    recall: float  # share of the group that is found
    n_rows: int  # rows that it was measured on

    @property
    def text(self) -> str:
        """The conditions, joined by “and”."""
        return " and ".join(map(str, self.conditions))

    @property
    def in_words(self) -> str:
        """What the rule finds, and how well, as one sentence."""
        return (
            f"A rule: {self.text}. Among the rows compared, {share(self.precision)} of such rows "
            f"are in the group, and it finds {share(self.recall)} of the group (measured on "
            f"{counted(self.n_rows, 'row')} that did not shape it)."
        )


def group_rule(
    columns: Sequence[RankedColumn], here: Places, elsewhere: Places, *, seed: int = 0
) -> Rule | None:
    """Return the rule that finds a group best; None if it is too small, or no rule tells it.

    The next condition is the one that raises precision × recall most. The rule ends with the third,
    or where the next would raise it by less than a twentieth. Boundaries lie between values of the
    table, at the shortest number there. A rule that isn't a twentieth better than every row on the
    rows put aside, too, tells nothing.

    Parameters
    ----------
    columns : those that the rule may speak of
    here, elsewhere : positions of the group's rows, and of the rows to tell it from
    seed : by which rows are drawn to learn from, 10,000 of each side at most, and to measure on

    References
    ----------
    Vesanto and Hollmén (2002), An automated report generation tool for the data understanding
    phase: the significance measure of rules, precision × recall.
    """
    if min(len(here), len(elsewhere)) < FEWEST_ROWS:
        return None
    random = np.random.default_rng(seed)
    learned, held_out = [], []
    for rows in (here, elsewhere):
        n_held_out = min(-(-len(rows) // 3), _MOST_TO_MEASURE_ON)
        n_learned = min(len(rows) - n_held_out, _MOST_TO_LEARN_FROM)
        drawn = random.choice(rows, n_held_out + n_learned, replace=False)
        held_out.append((drawn[:n_held_out], len(rows) / n_held_out))
        learned.append((drawn[n_held_out:], len(rows) / n_learned))
    tellable = {c.name: c for c in columns if isinstance(c, RankedNumbers) or _has_few_levels(c)}
    rule = _grown(tellable, *learned)
    if not rule:
        return None
    precision, recall, score = _measured(tellable, rule, *held_out)
    if score < _LEAST_GAIN * _score_of_all(*held_out):
        return None
    return Rule(tuple(rule), precision, recall, sum(len(rows) for rows, _ in held_out))


Side = tuple[Places, float]  # rows, and how many rows of the table each stands for
Scored = tuple[float, Condition | None]  # with what `_scores` gives the condition
_NO_CONDITION: Scored = (0.0, None)


def _has_few_levels(column: CodedLevels) -> bool:
    return len(column.levels) <= _MOST_LEVELS


def _grown(columns: dict[str, RankedColumn], here: Side, elsewhere: Side) -> list[Condition]:
    rule: list[Condition] = []
    score, n_here = _score_of_all(here, elsewhere), len(here[0]) * here[1]
    while len(rule) < _MOST_CONDITIONS:
        found, wrong = _kept(columns, rule, here), _kept(columns, rule, elsewhere)
        candidates = [
            _best_condition(column, found, wrong)
            for name, column in columns.items()
            if name not in {condition.column for condition in rule}
        ]
        best, condition = max(candidates, key=lambda one: one[0], default=_NO_CONDITION)
        if condition is None or best / n_here < _LEAST_GAIN * score:
            break
        rule, score = [*rule, condition], best / n_here
    return rule


def _score_of_all(here: Side, elsewhere: Side) -> float:
    """Return precision × recall of a rule without conditions: the group's share of the rows."""
    inside, outside = (len(rows) * weight for rows, weight in (here, elsewhere))
    return inside / (inside + outside)


def _kept(columns: dict[str, RankedColumn], rule: Sequence[Condition], side: Side) -> Side:
    rows, weight = side
    for condition in rule:
        rows = rows[condition.holds(columns[condition.column], rows)]
    return rows, weight


def _measured(
    columns: dict[str, RankedColumn], rule: Sequence[Condition], here: Side, elsewhere: Side
) -> tuple[float, float, float]:
    """Return precision, recall and their product."""
    found = len(_kept(columns, rule, here)[0]) * here[1]
    wrong = len(_kept(columns, rule, elsewhere)[0]) * elsewhere[1]
    precision = found / (found + wrong) if found else 0.0
    recall = found / (len(here[0]) * here[1])
    return precision, recall, precision * recall


def _best_condition(column: RankedColumn, here: Side, elsewhere: Side) -> Scored:
    if isinstance(column, CodedLevels):
        return _best_level(column, here, elsewhere)
    return _best_interval(column, here, elsewhere)


def _best_level(column: CodedLevels, here: Side, elsewhere: Side) -> Scored:
    n = len(column.levels)
    found = here[1] * np.bincount(column.codes[here[0]] + 1, minlength=n + 1)[1:]
    wrong = elsewhere[1] * np.bincount(column.codes[elsewhere[0]] + 1, minlength=n + 1)[1:]
    if not found.any():
        return _NO_CONDITION
    scores = _scores(found, wrong, elsewhere[1])
    best = int(np.argmax(scores))
    return float(scores[best]), Condition(column.name, "category", level=column.levels[best])


def _best_interval(column: RankedNumbers, here: Side, elsewhere: Side) -> Scored:
    """Return the interval between two of 64 quantiles that finds the group best."""
    values, others = _sorted(column.values[here[0]]), _sorted(column.values[elsewhere[0]])
    if len(values) == 0:
        return _NO_CONDITION
    distinct = _distinct(values, others)
    if len(distinct) < 2:
        return _NO_CONDITION
    is_edge = np.zeros(len(distinct) + 1, dtype=bool)
    is_edge[1 + _evenly(len(distinct) - 2)] = True
    around = np.searchsorted(distinct, values[_evenly(len(values) - 1)])  # fine where the group is
    is_edge[around] = is_edge[around + 1] = True
    chosen = 1 + np.flatnonzero(is_edge[1:-1])
    edges = distinct[chosen]  # each the first value of its bin
    found_up_to = here[1] * _up_to(edges, values)
    wrong_up_to = elsewhere[1] * _up_to(edges, others)
    # From each edge to each; there is nothing up to the same or a lower one.
    found = np.maximum(found_up_to - found_up_to[:, None], 0)
    wrong = np.maximum(wrong_up_to - wrong_up_to[:, None], 0)
    scores = _scores(found, wrong, elsewhere[1])
    low, high = divmod(int(np.argmax(scores)), len(scores))
    if low == 0 and high == len(edges) + 1:
        return _NO_CONDITION

    def edge_below(place: int) -> float:
        first_in_bin = chosen[place - 1]
        return _short_between(distinct[first_in_bin - 1], distinct[first_in_bin])

    condition = Condition(
        column.name,
        column.kind,
        -np.inf if low == 0 else edge_below(low),
        np.inf if high == len(edges) + 1 else edge_below(high),
    )
    return float(scores[low, high]), condition


def _evenly(last: int) -> NDArray[np.int64]:
    """Return 64 places from the first, 0, to the last, evenly spread."""
    return (_FRACTIONS * last).round().astype(np.int64)


def _sorted(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values that are there, ascending."""
    values = np.sort(values)  # NaN comes last
    return values[: np.searchsorted(values, np.nan)]


def _distinct(some: NDArray[np.float64], more: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distinct values of two ascending arrays, of which one isn't empty."""
    values = np.concatenate([some, more])
    values.sort(kind="stable")  # which takes one step where two parts are in order
    return values[np.append(True, values[1:] != values[:-1])]


def _up_to(edges: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many of ascending values lie below each edge, from none to all of them."""
    return np.concatenate([[0], np.searchsorted(values, edges), [len(values)]])


def _scores(
    found: NDArray[np.floating], wrong: NDArray[np.floating], one_elsewhere: float
) -> NDArray[np.floating]:
    """Return precision × recall, but for the number of rows of the group.

    Rows elsewhere that weren't seen count as well, or a condition between two neighbouring values
    that finds a few rows of the group and by luck no others would be thought the best.

    Parameters
    ----------
    found, wrong : how many rows of the group, and of the others, each condition finds
    one_elsewhere : how many rows one of the others stands for
    """
    return found * found / (found + (wrong + _ROWS_NOT_SEEN * one_elsewhere))


def _short_between(below: float, above: float) -> float:
    """Return the number with the fewest digits that is above `below` and at most `above`."""
    for digits in range(-int(np.ceil(np.log10(max(abs(above), abs(below), 1e-300)))), 18):
        short = float(np.floor(above * 10.0**digits) / 10.0**digits)
        if below < short <= above:
            return short
    return above
