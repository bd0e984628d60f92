"""Levels that differ only by capitals or blanks, such as “Sales” and “sales”: perhaps one."""

from collections.abc import Sequence

import pandas as pd

from som_core.files.kinds import kind_of_texts
from som_core.remarks import Remark
from som_core.wording import counted, excerpt, in_a_row, joined, named

_SAMPLE = 20_000  # rows: a spelling that comes often comes there, too
_LONGEST_SHOWN = 30  # letters of a level
_IN_A_ROW = 3  # spellings; of more, the first are told


def remarks_on_spellings(frame: pd.DataFrame) -> list[Remark]:
    """Return one remark on all columns with levels that are spelled in more than one way.

    They stay what they are, as m and M may well be two things: whoever knows the file decides.

    Parameters
    ----------
    frame : the columns that hold no dates
    """
    found: dict[str, list[list[str]]] = {}
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype):
            levels = _spelled_otherwise(frame[name])
            if levels:
                found[str(name)] = levels
    if not found:
        return []
    columns = tuple(found)
    have = "has levels" if len(columns) == 1 else "have levels"
    examples = [
        _as_example(levels) + ("" if len(columns) == 1 else f" in “{excerpt(name)}”")
        for name, levels in found.items()
    ]
    return [
        Remark(
            kind="spellings",
            sentence=(
                f"{named(columns)} {have} that differ only by capitals or blanks and count as "
                f"different ones: {joined(examples)}. Where they mean the same, write them alike "
                "in the file and read it again."
            ),
            severity="warning",
            columns=columns,
        )
    ]


def _spelled_otherwise(column: pd.Series) -> list[list[str]]:
    """Return the spellings of each level that has several, the most frequent level first."""
    sample = column.iloc[:: max(1, len(column) // _SAMPLE)].dropna()
    levels = sample.unique().tolist()
    if kind_of_texts(str(column.name), levels, len(sample)) not in ("category", "boolean"):
        return []
    alike: dict[str, list[str]] = {}
    for level in sample.value_counts().index:  # the most frequent first
        alike.setdefault(" ".join(level.casefold().split()), []).append(level)
    return [spellings for spellings in alike.values() if len(spellings) > 1]


def _as_example(levels: Sequence[Sequence[str]]) -> str:
    """Return the spellings of the first level, and how many levels more there are."""
    more = f" (and {counted(len(levels) - 1, 'level')} more)" if len(levels) > 1 else ""
    return _in_words(levels[0]) + more


def _in_words(spellings: Sequence[str]) -> str:
    """Return two or more spellings; blanks alone can't be seen, so they are told."""
    shown = list(dict.fromkeys(excerpt(level, _LONGEST_SHOWN) for level in spellings))
    if len(shown) == 1:
        return f"“{shown[0]}” with other blanks"
    quoted = [f"“{level}”" for level in shown]
    return in_a_row(quoted) if len(quoted) <= _IN_A_ROW else joined(quoted)
