"""Groups beside each other: where each lies in every column, as one table from 0 to 1."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from som_core.analyses.group_names import known_percentile
from som_core.analyses.ranked_table import CodedLevels, telling_columns
from som_core.layers.component_plane import seriation
from som_core.positions import row_positions
from som_core.reading import Table


def group_profiles(
    table: Table, groups: Mapping[str, ArrayLike], *, leave_out: Collection[str] = ()
) -> pd.DataFrame:
    """Return where groups lie in each column: groups × columns, from 0 to 1.

    Of a number or date: the mean percentile of the group's rows in the whole column (0.5 is the
    middle); NaN where less than half of them have a value, as little can be said of the group then.
    Of a category, called “column = level”: the share of all the group's rows that have the level
    that parts the groups most. Columns are in an order in which those that go along stand side by
    side; such as hold one and the same value, or are hardly known in any group, are left out.

    Parameters
    ----------
    table : Table
    groups : name and positions in table.frame of each group
    leave_out : columns that say nothing; identifiers and texts are left out anyway
    """
    rows = [row_positions(group) for group in groups.values()]
    profiles: dict[str, list[float]] = {}
    for column in telling_columns(table, leave_out):
        if isinstance(column, CodedLevels):
            level, shares = _telling_level(column, rows)
            profiles[f"{column.name} = {level}"] = shares.tolist()
        else:
            profiles[column.name] = [known_percentile(column, here) for here in rows]
    frame = pd.DataFrame(profiles, index=pd.Index(list(groups), name="group"))
    frame = frame.dropna(axis="columns", how="all")
    differs = frame.columns[frame.max() > frame.min()]
    order = list(differs[seriation(frame[differs].fillna(0.5).to_numpy().T)])
    return frame[order + [name for name in frame.columns if name not in order]]


def most_parting(profiles: pd.DataFrame, n_columns: int) -> pd.DataFrame:
    """Return the columns in which groups differ most, in their order.

    Parameters
    ----------
    profiles : DataFrame as `group_profiles` returns
    n_columns : how many, at most
    """
    spans = (profiles.max() - profiles.min()).fillna(0).to_numpy()
    return profiles.iloc[:, np.sort(np.argsort(-spans, kind="stable")[:n_columns])]


def _telling_level(
    column: CodedLevels, groups: list[NDArray[np.int64]]
) -> tuple[str, NDArray[np.float64]]:
    """Return the level whose share of all rows differs most between groups, and this share."""
    n_levels = len(column.levels)
    counts = [np.bincount(column.codes[here] + 1, minlength=n_levels + 1)[1:] for here in groups]
    shares = np.array([c / max(len(here), 1) for c, here in zip(counts, groups, strict=True)])
    best = int(np.ptp(shares, axis=0).argmax())
    return column.levels[best], shares[:, best]
