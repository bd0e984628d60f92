"""How much one column differs between a group of rows and other rows, and how sure that is."""

from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import chi2_contingency, fisher_exact, irwinhall, mannwhitneyu

from som_core.analyses.differences import Moments, cohens_h
from som_core.analyses.ranked_table import CodedLevels, Places, RankedNumbers, are_others

_Z = float(ndtri(0.975))  # of intervals that hold the truth in 95 of 100 samples
_FEW = 8  # rows of the smaller side; with more, ranks add up to a normal curve, as scipy holds
_COUNTED_AGAINST = 500  # rows of the larger side; of twice as many, orders take 8 times as long
_FEWEST_EXPECTED = 5  # rows of a level, for a chi-squared test (Cochran 1954)
_BISECTIONS = 60


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How far one column is apart; `here` is the group, `elsewhere` what it is compared with."""

    level: str | None = None  # of a category: the level whose share differs most
    n_here: int  # rows with a value
    n_elsewhere: int
    here: float  # mean of numbers, of dates as days since 1970; share of a level
    elsewhere: float
    effect: float  # Cohen's d, or h for shares; positive: more here


@dataclass(frozen=True, kw_only=True)
class Effect(Difference):
    """How one column differs, by the order of all rows."""

    delta: float  # Cliff's delta, or the difference of the shares
    low: float  # delta's interval of 95 %
    high: float
    p: float  # of Mann and Whitney's test, of chi-squared or Fisher's for levels


def number_effect(column: RankedNumbers, here: Places, other: Places | None) -> Effect | None:
    """Compare numbers or dates; None where one side has no value.

    Parameters
    ----------
    here : positions of the group's rows, ascending
    other : those of the rows to compare with; None: all that are not here

    References
    ----------
    Cohen (1988), Statistical power analysis for the behavioral sciences, chapter 2.
    Cliff (1993), Dominance statistics: ordinal analyses to answer ordinal questions.
    Mann and Whitney (1947), On a test of whether one of two random variables is stochastically
    larger than the other.
    """
    values = _present(column.values[here])
    n_here = len(values)
    if other is None:
        ranks, ties = column.ranks[here].astype(float), column.ties
        n_elsewhere = column.n_present - n_here
    else:
        ranks, ties = _ranks_among(column.ranks[here], column.ranks[other])
        n_elsewhere = int(np.count_nonzero(column.ranks[other]))
    if n_here == 0 or n_elsewhere == 0:
        return None

    def elsewhere() -> NDArray[np.float64]:
        others = are_others(len(column.values), here) if other is None else other
        return _present(column.values[others])

    of_values = Moments.of(values)
    of_rest = column.moments.without(of_values) if other is None else None
    of_others = of_rest or Moments.of(elsewhere())
    rank_sum = float(ranks.sum()) / 2
    share = (rank_sum - n_here * (n_here + 1) / 2) / (n_here * n_elsewhere)
    low, high = share_interval(share, n_here, n_elsewhere)
    if ties or min(n_here, n_elsewhere) > _FEW:
        p = _p_of_ranks(share, n_here, n_elsewhere, ties)
    elif max(n_here, n_elsewhere) <= _COUNTED_AGAINST:
        p = float(mannwhitneyu(values, elsewhere(), method="exact").pvalue)
    else:
        p = _p_of_few(share, n_here, n_elsewhere)
    return Effect(
        n_here=n_here,
        n_elsewhere=n_elsewhere,
        here=of_values.mean,
        elsewhere=of_others.mean,
        effect=of_values.cohens_d(of_others),
        delta=2 * share - 1,
        low=2 * low - 1,
        high=2 * high - 1,
        p=p,
    )


def _present(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values[~np.isnan(values)]


def _ranks_among(
    here: NDArray[np.int32], other: NDArray[np.int32]
) -> tuple[NDArray[np.float64], float]:
    """Return twice the mid-ranks of the rows here among both sides alone, and their ties.

    The ranks in the whole table are small whole numbers, so they are counted instead of sorted.
    """
    often = np.bincount(np.concatenate([here, other]))
    often[0] = 0  # missing
    twice = 2 * np.cumsum(often) - often + 1
    twice[0] = 0
    tied = often[often > 1].astype(float)
    return twice[here].astype(float), float((tied**3 - tied).sum())


def level_effect(column: CodedLevels, here: Places, other: Places | None) -> Effect | None:
    """Compare the level whose share differs most; None where one side has no value.

    The test is of all levels together: rare ones count as one, and where only two remain that are
    still rare, it is Fisher's exact one. Where all are rare, as in a group of few rows, it is
    Fisher's of the level that differs most, and p is multiplied by the number of levels.

    References
    ----------
    Cohen (1988), Statistical power analysis for the behavioral sciences, chapter 6.
    Dunn (1961), Multiple comparisons among means, for Bonferroni's factor.
    Newcombe (1998), Interval estimation for the difference between independent proportions,
    method 10. Pearson (1900) and Fisher (1935) for the tests.
    """
    count_here = _counts(column.codes[here], len(column.levels))
    if other is None:
        count_elsewhere = column.counts - count_here
    else:
        count_elsewhere = _counts(column.codes[other], len(column.levels))
    n_here, n_elsewhere = int(count_here.sum()), int(count_elsewhere.sum())
    if n_here == 0 or n_elsewhere == 0:
        return None
    level, effect = most_different_level(count_here, count_elsewhere, column.counts)
    share = float(count_here[level]) / n_here
    other_share = float(count_elsewhere[level]) / n_elsewhere
    low, high = difference_interval(
        int(count_here[level]), n_here, int(count_elsewhere[level]), n_elsewhere
    )
    return Effect(
        level=column.levels[level],
        n_here=n_here,
        n_elsewhere=n_elsewhere,
        here=share,
        elsewhere=other_share,
        effect=effect,
        delta=share - other_share,
        low=low,
        high=high,
        p=_p_of_levels(np.array([count_here, count_elsewhere]), level),
    )


def most_different_level(
    count_here: NDArray[np.int64], count_elsewhere: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[int, float]:
    """Return the place of the level whose share differs most, and by how much, as Cohen's h.

    Parameters
    ----------
    count_here, count_elsewhere : arrays of shape (n_levels,), how often each level occurs
    counts : the same of the whole table; a level that occurs in it once says nothing
    """
    repeated = np.flatnonzero(counts > 1)
    shares = count_here[repeated] / count_here.sum()
    others = count_elsewhere[repeated] / count_elsewhere.sum()
    effects = cohens_h(shares, others)
    # Of two levels that mirror each other (yes and no), name the one that is more frequent here.
    most = np.lexsort((-effects, -np.abs(effects).round(12)))[0]
    return int(repeated[most]), float(effects[most])


def share_interval(share: float, n_here: int, n_elsewhere: int) -> tuple[float, float]:
    """Return the 95 % interval of the share of pairs in which the row from here is the higher.

    It is the area under the ROC curve. The interval is never empty, also where all pairs agree.

    References
    ----------
    Newcombe (2006), Confidence intervals for an effect size measure based on the Mann–Whitney
    statistic, part 2: asymptotic methods and evaluation, method 5; after Hanley and McNeil (1982).
    """
    low = 1 - _upper(1 - share, n_here, n_elsewhere)
    return low, _upper(share, n_here, n_elsewhere)


def _upper(share: float, n_here: int, n_elsewhere: int) -> float:
    """Return the largest share from which this one is no more than 1.96 standard errors away."""
    pseudo = (n_here + n_elsewhere) / 2 - 1
    low, high = share, 1.0
    for _ in range(_BISECTIONS):
        tried = (low + high) / 2
        inside = pseudo * ((1 - tried) / (2 - tried) + tried / (1 + tried))
        error = sqrt(tried * (1 - tried) * (1 + inside) / (n_here * n_elsewhere))
        if tried - share < _Z * error:
            low = tried
        else:
            high = tried
    return low


def difference_interval(count: int, n: int, other_count: int, n_other: int) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two independent shares.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions,
    method 10: from the score intervals of Wilson (1927).
    """
    share, other = count / n, other_count / n_other
    (low, high), (other_low, other_high) = _wilson(share, n), _wilson(other, n_other)
    difference = share - other
    return (
        float(difference - np.hypot(share - low, other_high - other)),
        float(difference + np.hypot(high - share, other - other_low)),
    )


def _wilson(share: float, n: int) -> tuple[float, float]:
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return middle - reach, middle + reach


def _p_of_ranks(share: float, n_here: int, n_elsewhere: int, ties: float) -> float:
    """Return Mann and Whitney's p, two-sided, with scipy's corrections for ties and continuity."""
    n = n_here + n_elsewhere
    larger = max(share, 1 - share) * n_here * n_elsewhere
    variance = n_here * n_elsewhere / 12 * ((n + 1) - ties / (n * (n - 1)))
    if variance <= 0:
        return 1.0
    z = (larger - n_here * n_elsewhere / 2 - 0.5) / np.sqrt(variance)
    return float(min(2 * ndtr(-z), 1.0))


def _p_of_few(share: float, n_here: int, n_elsewhere: int) -> float:
    """Return Mann and Whitney's p, two-sided, of few rows against many, no two of them tied.

    Among so many rows the place of each of the few is a uniform number, and their sum is of Irwin
    and Hall's distribution. Spread as the ranks are, against 501 rows p is within 2.1 % of the
    exact one down to 0.0001 and within 13 % down to 0.000 001; against more rows, nearer still.

    References
    ----------
    Irwin (1927) and Hall (1927), on the distribution of sums of uniform numbers.
    """
    n_pairs, few = n_here * n_elsewhere, min(n_here, n_elsewhere)
    smaller = min(share, 1 - share) * n_pairs
    length = np.sqrt(n_pairs * (n_here + n_elsewhere + 1) / few)  # of the line of places
    p = 2 * irwinhall(few).cdf((smaller + 0.5 - n_pairs / 2) / length + few / 2)
    least = 2 / comb(n_here + n_elsewhere, few)  # of the outermost order alone
    return float(min(max(p, least), 1.0))


def _p_of_levels(counts: NDArray[np.int64], most: int) -> float:
    """Return the p of independence of levels and sides.

    Parameters
    ----------
    counts : array of shape (2, n_levels)
    most : the level that differs most
    """
    present = counts[:, counts.sum(axis=0) > 0]
    if present.shape[1] < 2:
        return 1.0
    expected = present.sum(axis=0) * present.sum(axis=1).min() / present.sum()
    rare = expected < _FEWEST_EXPECTED
    if rare.all():
        level = counts[:, most]
        p = fisher_exact(np.column_stack([level, counts.sum(axis=1) - level])).pvalue
        n_levels = present.shape[1]
        n_compared = 1 if n_levels == 2 else n_levels  # of two, one is as the other is not
        return float(min(1.0, p * n_compared))
    pooled = np.column_stack([present[:, ~rare], present[:, rare].sum(axis=1)])
    if rare.any() and pooled.shape[1] == 2:
        return float(fisher_exact(pooled).pvalue)
    return float(chi2_contingency(pooled if rare.any() else present, correction=False).pvalue)


def _counts(codes: NDArray[np.int32], n_levels: int) -> NDArray[np.int64]:
    """Return how often each level occurs; missing values have the code -1."""
    return np.bincount(codes + 1, minlength=n_levels + 1)[1:]
