"""How Streamlit's tables show rows: how tall, and numbered as people count."""

import pandas as pd

_HEADER = 38  # pixels, with its borders
ONE_LINE = 35  # pixels of a row, with its border
SEVERAL_LINES = 66  # of one in which texts are wrapped: above 64, says Streamlit


def table_height(n_rows: int, at_most: int, row: int = ONE_LINE) -> int:
    """Return the pixels that a table needs to show its rows, without empty ones below."""
    return min(_HEADER + row * max(n_rows, 1), at_most)


def counted_from_1(frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows of a table under the numbers by which people, and remarks, count them."""
    return frame.set_axis(frame.index + 1, axis="index")
