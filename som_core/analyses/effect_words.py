"""How one column differs between two sets of rows, in words."""

from typing import NamedTuple

from som_core.analyses.effects import Effect
from som_core.analyses.ranked_table import CodedLevels, RankedColumn
from som_core.wording import as_date, number, share

NEGLIGIBLE = 0.147  # of Cliff's delta (Romano and others 2006)
_APART = 0.35  # Cohen's d: of a normal column with a negligible delta, it is 0.26 at most
_HARDLY_APART, _PARTED = 0.1, 0.25  # the same, and by which part of the larger mean both differ
_KNOWN = 0.5  # share of the rows of a side; of fewer it is said how many have a value


class Sides(NamedTuple):
    """What is compared."""

    n_here: int  # rows, with a value or without
    n_elsewhere: int
    other_name: str  # how the rows elsewhere are called


def written(kind: str, value: float) -> str:
    """Return what `here` or `elsewhere` of a column is, as people write it.

    Parameters
    ----------
    kind : "number", "date" or "category", whose value is the share of a level
    """
    match kind:
        case "category":
            return share(value)
        case "date":
            return as_date(value)
        case _:
            return number(value)


def effect_in_words(column: RankedColumn, effect: Effect, sides: Sides) -> str:
    """Say one difference, and of how many rows it is where most have no value."""
    words = _difference(column, effect, sides.other_name)
    if effect.n_here < _KNOWN * sides.n_here:
        return f"{words}, among the {effect.n_here:,} of {sides.n_here:,} rows here with a value"
    if effect.n_elsewhere < _KNOWN * sides.n_elsewhere:
        known = f"{effect.n_elsewhere:,} of {sides.n_elsewhere:,} rows {sides.other_name}"
        return f"{words}, among the {known} with a value"
    return words


def _difference(column: RankedColumn, effect: Effect, other_name: str) -> str:
    if effect.level is not None:
        often = "more often" if effect.delta > 0 else "less often"
        if abs(effect.delta) < NEGLIGIBLE / 2:
            often = "as often"
        here, elsewhere = (written("category", part) for part in (effect.here, effect.elsewhere))
        return f"{column.name} is {often} “{effect.level}”: {here} here, {elsewhere} {other_name}"
    here, elsewhere = (written(column.kind, mean) for mean in (effect.here, effect.elsewhere))
    means = f"{here} here, {elsewhere} {other_name}"
    more, less = ("later", "earlier") if column.kind == "date" else ("higher", "lower")
    verdict = more if effect.delta > 0 else less
    if abs(effect.delta) < NEGLIGIBLE:
        if not means_differ(column, effect):
            return f"{column.name} is about the same: {means}"
        return (
            f"{column.name} is about the same ({verdict} in {_pairs(abs(effect.delta))}), though "
            f"the means differ: {means}"
        )
    if (effect.here - effect.elsewhere) * effect.delta < 0:
        return (
            f"{column.name} is mostly {verdict} ({verdict} in {_pairs(abs(effect.delta))}), though "
            f"values far out turn the means round: {means}"
        )
    return f"{column.name} is {verdict}: {means} ({verdict} in {_pairs(abs(effect.delta))})"


def means_differ(column: RankedColumn, effect: Effect) -> bool:
    """Return whether a reader would see two means as different, whatever the order of rows."""
    apart = abs(effect.effect)
    if column.kind != "number" or isinstance(column, CodedLevels) or apart < _HARDLY_APART:
        return bool(apart >= _APART)
    # A part of a mean is telling where 0 is the least that there can be.
    part = abs(effect.here - effect.elsewhere) / max(abs(effect.here), abs(effect.elsewhere))
    return bool(apart >= _APART or (column.moments.lowest >= 0 and part >= _PARTED))


def _pairs(delta: float) -> str:
    """Say in how many pairs of a row here and one elsewhere the usual one is ahead."""
    in_100 = 50 * (1 + delta)
    if delta < 1 and in_100 > 99:
        return "over 99 of 100 pairs"  # only all are 100
    return f"{in_100:.0f} of 100 pairs"
