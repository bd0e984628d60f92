"""A table of how long something took, as the browser benchmarks write it."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path


def waits_table(
    heading: Sequence[str], waits: Mapping[str, Sequence[float]], digits: int,
    limits: Mapping[str, str],
) -> str:  # fmt: skip
    """Return a table: median and slowest of each wait, beside what is to be reached."""
    lines = [
        *heading,
        "",
        "| what | median | slowest | times measured | to reach |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for what, found in waits.items():
        lines.append(
            f"| {what} | {statistics.median(found):.{digits}f} | {max(found):.{digits}f} "
            f"| {len(found)} | {limits[what]} |"
        )
    return "\n".join(lines) + "\n"


def write_waits(
    path: Path, heading: Sequence[str], waits: Mapping[str, Sequence[float]], digits: int,
    limits: Mapping[str, str],
) -> None:  # fmt: skip
    """Print and write such a table."""
    text = waits_table(heading, waits, digits, limits)
    print(text)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
