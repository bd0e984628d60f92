"""A plain table of 12 rows that odd files are made of: id, kind, mass in kg, length in m."""

from testing.odd_files import Facts

KINDS = ("ant", "bee", "cat")
_ROWS = [(f"r{i}", KINDS[i % 3], 1.5 + i, 40 - i) for i in range(12)]
NAMES = ("id", "kind", "mass", "length")


def plain_table(delimiter: str = ",", end: str = "\n", decimal: str = ".") -> str:
    lines = [delimiter.join(NAMES)]
    for row in _ROWS:
        lines.append(delimiter.join(str(cell).replace(".", decimal) for cell in row))
    return end.join(lines) + end


PLAIN: Facts = {
    "rows": 12,
    "columns": NAMES,
    "numbers": ("mass", "length"),
    "texts": ("id", "kind"),
    "cells": {(0, "mass"): 1.5, (11, "mass"): 12.5, (11, "length"): 29, (1, "kind"): "bee"},
}
