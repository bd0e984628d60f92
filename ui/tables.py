"""How tall Streamlit's tables are."""

_HEADER, _ROW = 38, 35  # pixels, with their borders


def table_height(n_rows: int, at_most: int) -> int:
    """Return the pixels that a table needs to show its rows, without empty ones below."""
    return min(_HEADER + _ROW * max(n_rows, 1), at_most)
