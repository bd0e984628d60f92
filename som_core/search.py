"""Finding rows by what is written in them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def rows_that_mention(frame: pd.DataFrame, text: str) -> NDArray[np.bool_]:
    """Return which rows hold a text in any column, as written in the table; case doesn't matter."""
    found = np.zeros(len(frame), dtype=bool)
    for _, column in frame.items():
        written = column.astype("string").str.casefold()
        found |= written.str.contains(text.casefold(), regex=False).fillna(False).to_numpy(bool)
    return found
