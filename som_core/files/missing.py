"""What stands for a missing value: words in any column, and marks in number columns only."""

import re
from collections.abc import Sequence

import pandas as pd

from som_core.remarks import Remark, Remedy
from som_core.wording import named

# Read as missing in every column.
MISSING_MARKS = (
    "NA", "N/A", "n/a", "na", "n.a.", "N.A.", "#N/A", "<NA>",
    "NaN", "nan", "NAN", "NULL", "Null", "null",
    "missing", "Missing", "MISSING", "?", "-", "--", "–", "—", "...", "…", "\\N", "#NV", "#N/D",
)  # fmt: skip

# Read as missing only among numbers: in a text column “none” or “unknown” may be a true answer.
NUMBER_MARKS = (
    "None", "none", "NONE", "Na", "N/a", "nil", "nd", "n.d.", "ND", "unknown", "Unknown",
    "UNKNOWN", "not available", "no data", "No data", "tbd", "TBD", "x", "X", "*", "**", ".", "..",
    "---", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "(missing)", "(null)",
    "blank", "error", "Error", "ERROR", ":", "(D)", "(X)", "(S)", "(NA)", "k.A.", "k. A.",
    "PrivacySuppressed", "suppressed", "Suppressed", "confidential", "not applicable",
)  # fmt: skip


def is_number_mark(mark: str) -> bool:
    """Tell whether a mark counts in number columns only."""
    return mark in NUMBER_MARKS or is_number(mark)


def is_number(mark: str) -> bool:
    """Tell marks such as -999 from words."""
    return re.fullmatch(r"-?\d+(\.\d+)?(e[-+]?\d+)?", mark) is not None


def without_chosen_words(
    frame: pd.DataFrame, marks: Sequence[str]
) -> tuple[pd.DataFrame, list[Remark]]:
    """Return the table with each word that the analyst chose as missing, and a remark on it.

    The usual words are missing without a remark, and what counts among numbers is left to them.
    """
    remarks = []
    for mark in marks:
        if mark in MISSING_MARKS or is_number_mark(mark):
            continue
        texts = frame.select_dtypes("str")
        marked = {name: cells for name in texts.columns if (cells := texts[name] == mark).any()}
        if marked:
            blanked = {name: frame[name].mask(cells) for name, cells in marked.items()}
            frame = frame.assign(**blanked)
            remarks.append(remark_on_mark(mark, list(marked)))
    return frame, remarks


def remark_on_mark(mark: str, columns: Sequence[str], how_often: str = "") -> Remark:
    """Return the remark that a mark is read as missing in some columns, which can be undone."""
    written = mark if is_number(mark) else f"“{mark}”"
    return Remark(
        kind="marks for missing",
        sentence=f"{written} is read as missing in {named(columns)}{how_often}.",
        columns=tuple(columns),
        remedy=Remedy(
            words=f"Read {written} as a value",
            target="reading",
            changes={"without_marks": [mark]},
        ),
    )
