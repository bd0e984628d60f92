"""A table of how long something took, as the browser benchmarks write it."""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_waits(
    path: Path, heading: Sequence[str], waits: Mapping[str, Sequence[float]], digits: int,
    limits: Mapping[str, str],
) -> None:  # fmt: skip
    """Print and write a table: median and slowest of each wait, beside what is to be reached."""
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
    text = "\n".join(lines) + "\n"
    print(text)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
