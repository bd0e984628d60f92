"""ARFF, the format of Weka: names of the columns stand in lines of their own above the rows.

Source: Witten and Frank (2005), Data Mining: Practical Machine Learning Tools and Techniques.
"""

import re
from collections.abc import Sequence

_DATA = re.compile(r"\s*@data\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""\s*@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s""", re.IGNORECASE
)


def n_lines_above_data(lines: Sequence[str]) -> int:
    """Return how many lines end with @data, if names stand above it; 0 where it is no ARFF."""
    for place, line in enumerate(lines):
        if _DATA.match(line):
            return place + 1 if attribute_names(lines[:place]) else 0
    return 0


def attribute_names(lines: Sequence[str]) -> list[str]:
    """Return the names that lines such as @attribute 'sepal width' numeric give the columns."""
    found = map(_ATTRIBUTE.match, lines)
    return [re.sub(r"\\(.)", r"\1", match[1].strip("'\"")) for match in found if match]
