"""What makes groups different, as tables and as Excel workbooks that explain themselves."""

from collections.abc import Mapping

import pandas as pd

from som_core.analyses.explanation import Explanation
from som_core.exports.workbook import workbook

MEANINGS = {
    "column": "a column of the table",
    "kind": "number, date or category",
    "level": "of a category: the value whose share differs most",
    "n_here": "rows of the group with a value",
    "n_elsewhere": "rows to compare with that have a value",
    "here": "mean of the group, a date in days since 1970; of a category the share of the level",
    "elsewhere": "the same of the rows to compare with",
    "effect": "Cohen's d; of a category Cohen's h",
    "delta": "Cliff's delta, from -1 (lower in all pairs of rows) to 1 (higher in all); of a "
    "category the difference of the shares",
    "low": "lower end of the 95 % interval of delta",
    "high": "upper end of the 95 % interval of delta",
    "q": "false discovery rate; empty where none may be told",
    "trained": "whether the column shaped the map",
    "caution": "why q is not told, or not to be trusted",
    "in_words": "the difference as a sentence",
}


def differences_workbook(explanation: Explanation) -> bytes:
    """Return the effects of all columns, the sentences, and what each number means, as xlsx."""
    sentences = pd.DataFrame({"in words": explanation.sentences})
    return workbook(
        {"Differences": explanation.effects, "In words": sentences, "Meanings": _meanings()}
    )


def all_differences(explained: Mapping[str, Explanation]) -> pd.DataFrame:
    """Return the effects of all groups below each other, with the name of the group before them.

    Parameters
    ----------
    explained : by the name of the group, as `explain_all` returns
    """
    named = [
        found.effects.assign(group=name)[["group", *MEANINGS]] for name, found in explained.items()
    ]
    return pd.concat(named, ignore_index=True)


def all_differences_workbook(explained: Mapping[str, Explanation]) -> bytes:
    """Return the effects of all groups, a sheet a group, and what each number means, as xlsx.

    Parameters
    ----------
    explained : by the name of the group, as `explain_all` returns
    """
    sheets = {name: found.effects for name, found in explained.items()}
    title = "Meanings"
    while title in sheets:
        title += " of numbers"
    return workbook({**sheets, title: _meanings()})


def _meanings() -> pd.DataFrame:
    return pd.DataFrame({"name": MEANINGS.keys(), "meaning": MEANINGS.values()})
