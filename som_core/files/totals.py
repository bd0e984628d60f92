"""Rows of totals and means, which would pull the map as if they were rows like the others."""

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.remarks import Remark, Remedy
from som_core.wording import excerpt, named, placed

# How programs and people begin such a row, in the languages that they most often use.
_WORD = re.compile(
    r"((grand |overall |sub-?|sous-|deel|eind|zwischen)?"
    r"(tot(als?|al[ei]|ais|aal)|sums?|summen?|somme|som|suma|soma"
    r"|gesamt(summe|ergebnis)?|insgesamt|razem|итого|всего|合計|合计|总计))\b",
    re.IGNORECASE,
)
# A name or a level may be called so as well: such a row must look like a mean, too.
_MEAN = re.compile(
    r"\s*((grand|overall|total|gesamt)[ -]?)?"
    r"(averages?|avg\.?|means?( value)?|medians?|ø|durchschnitt(swert)?|mittel(wert)?|schnitt"
    r"|mediane?|moyennes?|médiane|promedio|mediana|media|média|gemiddelde|genomsnitt|medelvärde"
    r"|średnia|среднее|平均值?)\s*:?\s*$",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(r"(sub|zwischen|sous|deel)-?\s?(tot|summ)", re.IGNORECASE)
_MOST_TOTALS = 0.5  # share of the rows
_MANY_ROWS = 100_000  # in so many, only the last ones are looked at
_FEWEST_ROWS = 4  # above it; fewer may add up to the next one by chance
_QUICK_LOOK = 20  # rows at the end
_NEAR = 0.1  # of a column's standard deviation, within which a rounded mean lies
_ROUNDED = 1e-6  # as a share; totals are often written with fewer digits


def begins_with_total(text: str) -> bool:
    """Tell a word for totals, such as those in “Total: all”."""
    return _WORD.match(text) is not None


def remarks_on_totals(frame: pd.DataFrame, left_out: Sequence[int] = ()) -> list[Remark]:
    """Return remarks on rows that add up others, or are their mean; they offer to leave these out.

    The last row is one if at least half of its numbers are sums of their columns. The last rows
    are such if their first texts begin with a word for totals, and no other row's does but that of
    subtotals. A row further above is one if its first text says subtotal, or begins with a word
    for totals and at least half of its numbers are sums of those above it.

    Among the last rows may be such whose first text is a word for a mean that no row further above
    has, if at least half of their numbers are means of their columns, or most of their cells are
    empty.

    Parameters
    ----------
    frame : the rows of the table
    left_out : the places of rows that aren't among them, counted with them
    """
    if len(frame) <= _FEWEST_ROWS:
        return []
    inner, last = _rows_with_word(frame)
    remarks = []
    if inner:
        sentence = f"{_rows(inner)} like subtotals of the rows above, but {_count(inner)}."
        remarks.append(_remark(sentence, inner, left_out))
    if last:
        signs = f"begins with “{excerpt(_first_text(frame, last[0]), 30)}”"
        signs = f"it {signs}" if len(last) == 1 else f"the first {signs}"
    elif sums := _sums(frame.drop(index=inner) if inner else frame):
        last, signs = [len(frame) - 1], sums
    if last:
        rows = "The last row looks" if len(last) == 1 else f"The last {len(last)} rows look"
        sentence = f"{rows} like {_what(frame, last)}, but {_count(last)}: {signs}."
        remarks.append(_remark(sentence, last, left_out))
    return remarks


def _rows(rows: Sequence[int]) -> str:
    looks = "looks" if len(rows) == 1 else "look"
    return f"{placed('row', [row + 1 for row in rows]).capitalize()} {looks}"


def _what(frame: pd.DataFrame, last: Sequence[int]) -> str:
    n_means = sum(_is_mean_word(_first_text(frame, row)) for row in last)
    if n_means == 0:
        return "totals"
    if n_means < len(last):
        return "totals and averages"
    return "an average of the others" if n_means == 1 else "averages of the others"


def _count(rows: Sequence[int]) -> str:
    return "counts as a row" if len(rows) == 1 else "count as rows"


def _remark(sentence: str, rows: Sequence[int], left_out: Sequence[int]) -> Remark:
    words = "Leave it out" if len(rows) == 1 else "Leave them out"
    changes = {"rows_left_out": places_with(rows, left_out)}
    return Remark(
        kind="totals",
        sentence=sentence,
        severity="warning",
        rows=tuple(rows),
        remedy=Remedy(words=words, target="reading", changes=changes),
    )


def places_with(rows: Sequence[int], left_out: Sequence[int]) -> list[int]:
    """Return the places of rows and of those left out before them, counted with all others.

    Parameters
    ----------
    rows : places among the rows that are there
    left_out : places of the others among all
    """
    places = list(rows)
    for other in sorted(left_out):
        places = [place + (place >= other) for place in places]
    return sorted({*places, *left_out})


# Words -------------------------------------------------------------------------------------------


def _rows_with_word(frame: pd.DataFrame) -> tuple[list[int], list[int]]:
    """Return the rows of subtotals, and the last ones of totals or means, by their first words."""
    texts = frame.select_dtypes("string")
    if texts.empty:
        return [], []
    first = next((name for name in texts.columns if pd.notna(texts[name].iloc[-1])), None)
    ends_so = first is not None and _is_word(texts[first].iloc[-1])
    if len(frame) > _MANY_ROWS and not ends_so:
        return [], []
    naming = [texts[name] for name in {first, texts.columns[0]} - {None}]
    found = {row for column in naming for row in _places_of(_WORD, column)}
    means: set[int] = set()
    if ends_so:
        means = {row for column in naming for row in _places_of(_MEAN, column)} - found
    last = _at_the_end(found | means, len(frame))
    if means <= set(last) and all(_is_mean(frame, row, last[0]) for row in means):
        found |= means
    last = _at_the_end(found, len(frame))
    others = sorted(found.difference(last))
    if len(others) + len(last) > _MOST_TOTALS * len(frame):
        return [], []
    inner = [row for row in others if _is_subtotal(frame, row, others)]
    # A level that is called so stands in rows that add up nothing.
    return (inner, last) if len(inner) == len(others) else ([], [])


def _at_the_end(rows: Collection[int], n_rows: int) -> list[int]:
    """Return those of some rows that end a table of so many, one below the other."""
    return list(takewhile(rows.__contains__, range(n_rows - 1, -1, -1)))[::-1]


def _places_of(word: re.Pattern[str], texts: pd.Series) -> list[int]:
    levels = pd.Series(texts.unique()).dropna()
    levels = levels[levels.str.match(word)]
    return np.flatnonzero(texts.isin(levels)).tolist() if len(levels) else []


def _is_subtotal(frame: pd.DataFrame, row: int, others: Sequence[int]) -> bool:
    if _SUBTOTAL.match(_first_text(frame, row)):
        return True
    start = max((other + 1 for other in others if other < row), default=0)
    block = frame.iloc[start : row + 1].select_dtypes("number")
    filled = block.iloc[-1].notna() & (block.iloc[-1] != 0)
    sums = (block.iloc[:-1].sum() - block.iloc[-1]).abs() <= _ROUNDED * block.iloc[-1].abs()
    return bool(filled.any() and (sums & filled).sum() >= filled.sum() / 2)


def _first_text(frame: pd.DataFrame, row: int) -> str:
    texts = frame.select_dtypes("string").iloc[row].dropna()
    return next((text for text in texts if _is_word(text)), "")


# Means -------------------------------------------------------------------------------------------


def _is_mean_word(text: str) -> bool:
    return _MEAN.match(text) is not None


def _is_word(text: str) -> bool:
    return begins_with_total(text) or _is_mean_word(text)


def _is_mean(frame: pd.DataFrame, row: int, n_rows: int) -> bool:
    """Tell whether a row is the mean of the first rows, or is emptier than they are."""
    numbers = frame.select_dtypes("number")
    written, above = numbers.iloc[row].dropna(), numbers.iloc[:n_rows]
    n_agreeing = sum(_rounds(above[name], value) for name, value in written.items())
    if n_agreeing and n_agreeing >= len(written) / 2:
        return True
    others = len(frame.columns) - 1  # but the word
    n_empty, usual = frame.iloc[row].isna().sum(), frame.iloc[:n_rows].tail(_QUICK_LOOK).isna()
    return bool(n_empty > others / 2 and usual.sum(axis=1).median() <= others / 2)


def _rounds(values: pd.Series, written: float) -> bool:
    """Tell whether a number is the mean of others, or their median, written with fewer digits."""
    _, _, decimals = f"{written:.10g}".partition(".")
    off = min(abs(values.mean() - written), abs(values.median() - written))
    return bool(off <= min(0.51 * 10.0 ** -len(decimals), _NEAR * values.std()))


# Sums --------------------------------------------------------------------------------------------


def _sums(frame: pd.DataFrame) -> str | None:
    end = frame.select_dtypes("number").iloc[-_QUICK_LOOK:]
    filled = end.iloc[-1].notna() & (end.iloc[-1] != 0)
    # A sum is larger than any of its parts: most columns need no longer look.
    largest = end.columns[filled & (end.iloc[-1] > end.iloc[:-1].max().fillna(0))]
    sums = [name for name in largest if _ends_with_its_sum(frame[name].to_numpy(float))]
    if not sums or len(sums) < filled.sum() / 2:
        return None
    return f"it holds the sum of {named(sums)}"


def _ends_with_its_sum(values: NDArray[np.float64]) -> bool:
    above, last = values[:-1], values[-1]
    # The sum of one value and zeros is no more than that value.
    return bool(
        last > np.fmax.reduce(above) and abs(np.nansum(above) - last) <= _ROUNDED * abs(last)
    )
