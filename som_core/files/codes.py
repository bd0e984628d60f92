"""Digits that are a code and no number: 007, or more digits than a number can keep."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_BLOCK = 1 << 18  # bytes looked at together; small enough for the processor's cache
_ZERO, _NINE = ord("0"), ord("9")
MOST_EXACT = 2.0**53  # beyond, neighbouring whole numbers are one and the same float64


def has_leading_zeros(text: bytes, first: int, delimiter: str) -> bool:
    """Tell whether a cell behind the first byte may be of digits only, with a needless zero."""
    characters = np.frombuffer(text, dtype=np.uint8)
    around = np.frombuffer(f"{delimiter}\"'\r\n \t".encode(), dtype=np.uint8)
    for start in range(max(0, first - 1), len(characters) - 2, _BLOCK):
        block = characters[start : start + _BLOCK + 2]
        before, here, after = block[:-2], block[1:-1], block[2:]
        zero_then_digit = (here == _ZERO) & (after - np.uint8(_ZERO) < 10)
        # Cheap first sieve: most zeros follow a digit or one of - . / (unsigned, so it wraps).
        zero_then_digit &= before - np.uint8(ord("-")) > _NINE - ord("-")
        if not zero_then_digit.any():
            continue
        places = np.flatnonzero(zero_then_digit) + start
        places = places[np.isin(characters[places], around)]
        if _run_to_the_end(characters, places + 2, around):
            return True
    return False


def _run_to_the_end(characters: NDArray, places: NDArray, around: NDArray) -> bool:
    """Tell whether digits run from any of the places to the end of their cell."""
    while len(places):
        if places[-1] >= len(characters):
            return True
        next_characters = characters[places]
        if np.isin(next_characters, around).any():
            return True
        places = places[next_characters - np.uint8(_ZERO) < 10] + 1
    return False


def is_too_large(numbers: pd.Series) -> bool:
    """Tell whether a number column holds a number beyond those that float64 keeps apart."""
    values = numbers.to_numpy()
    return bool(np.fmax.reduce(values) >= MOST_EXACT or np.fmin.reduce(values) <= -MOST_EXACT)


def is_whole(numbers: pd.Series) -> bool:
    """Tell whether a column has whole numbers only, which may have lost leading zeros."""
    values = numbers.to_numpy()
    return values.dtype.kind == "i" or all(
        _are_whole(values[start : start + _BLOCK]) for start in range(0, len(values), _BLOCK)
    )


def _are_whole(values: NDArray[np.float64]) -> bool:
    return bool(((values == np.floor(values)) | np.isnan(values)).all())


def are_codes(texts: pd.Series) -> bool:
    """Tell whether any cell has a leading zero, or more digits than a number keeps."""
    return bool(texts.str.fullmatch(r"0\d+|-?\d{16,}").any())
