"""A last row of totals, which would pull the map as if it were a row like the others."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.remarks import Remark, Remedy
from som_core.wording import named

# How programs and people begin such a row, in the languages that they most often use.
_WORD = re.compile(
    r"((grand |sub-?|eind)?tot(als?|al[ei]|ais|aal)|sums?|summen?|somme|som|suma|soma"
    r"|gesamt(summe|ergebnis)?|insgesamt|razem|итого|всего|合計|合计|总计)\b",
    re.IGNORECASE,
)
_FEWEST_ROWS = 4  # above it; fewer may add up to the next one by chance
_QUICK_LOOK = 20  # rows at the end
_ROUNDED = 1e-6  # as a share; totals are often written with fewer digits


def remarks_on_totals(frame: pd.DataFrame, footer_rows: int) -> list[Remark]:
    """Return a remark if the last row looks like totals of those above it; it offers to leave it.

    At least half of its numbers are then sums of their columns, or its first text begins with a
    word for totals, and no other row's does.
    """
    if len(frame) <= _FEWEST_ROWS:
        return []
    signs = _sums(frame) or _word(frame)
    if not signs:
        return []
    return [
        Remark(
            kind="totals",
            sentence=f"The last row looks like totals, but counts as a row: {signs}.",
            severity="warning",
            rows=(len(frame) - 1,),
            remedy=Remedy(
                words="Leave the last row out",
                target="reading",
                changes={"footer_rows": footer_rows + 1},
            ),
        )
    ]


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


def _word(frame: pd.DataFrame) -> str | None:
    last = frame.select_dtypes("string").iloc[-1].dropna()
    if last.empty:
        return None
    name, text = last.index[0], last.iloc[0]
    if not _WORD.match(text) or frame[name].iloc[:-1].str.match(_WORD).any():
        return None
    return f"it begins with “{text[:30]}”"
