"""Rows as positions in a table: whole numbers from 0."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from som_core.errors import AtlasError


def row_positions(rows: ArrayLike, n_rows: int | None = None) -> NDArray[np.int64]:
    """Return rows as whole numbers, in the order given.

    Parameters
    ----------
    rows : whole numbers from 0
    n_rows : how many the table has; None: it isn't looked whether it has these

    Raises
    ------
    AtlasError
        If they are anything else, such as a mask, which would be taken for rows 0 and 1; or if the
        table has no such row.
    """
    try:
        given = np.atleast_1d(np.asarray(rows))
        if given.size == 0:
            return np.zeros(0, dtype=np.int64)
        if given.dtype == object:  # as pandas gives its nullable whole numbers
            is_mask = any(isinstance(row, bool | np.bool_) for row in given.ravel())
            given = given if is_mask else np.array([row.__index__() for row in given.ravel()])
    except (TypeError, ValueError, AttributeError):
        given = np.array([None])
    if given.dtype.kind not in "iu":
        advice = " Of a mask, take np.flatnonzero(mask)." if given.dtype == bool else ""
        raise AtlasError(f"Rows are positions in the table, whole numbers from 0.{advice}")
    positions = given.astype(np.int64, copy=False)
    if n_rows is not None:
        unknown = positions[(positions < 0) | (positions >= n_rows)]
        if len(unknown):
            raise AtlasError(f"The table has no row {unknown[0]}. It has rows 0 to {n_rows - 1}.")
    return positions
