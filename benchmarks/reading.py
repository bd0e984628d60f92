"""Times reading a CSV file of a million rows, and one of 2,000 columns, against bare pandas.

Run `python -m benchmarks.reading`; the table goes to benchmarks/results/reading.md. Both read the
same bytes, in turns in one process; read_table sniffs encoding, delimiter, header, decimal mark and
marks for missing values meanwhile.
"""

import io
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.analysis import REPEATS, best_times
from som_core.profiling import profile
from som_core.reading import read_table

N_ROWS = 1_000_000
N_COLUMNS = 2_000  # the most that are read
RESULT = Path(__file__).parent / "results" / "reading.md"


def main() -> None:
    lines = [
        f"# Reading {N_ROWS:,} rows × 20 columns, and {N_COLUMNS:,} columns",
        "",
        f"Least of {REPEATS} times, taken in turns. `python -m benchmarks.reading`",
        "",
        "| columns | MB | bare pandas.read_csv, s | read_table, s | ratio | profile, s |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, frame in tables(np.random.default_rng(0)).items():
        data = frame.to_csv(index=False).encode()
        work = {
            "bare": lambda data=data: pd.read_csv(io.BytesIO(data)),
            "read_table": partial(read_table, data, name),
        }
        seconds = best_times(work)
        table = read_table(data, name)
        describing = best_times({"profile": partial(profile, table)})
        lines.append(
            f"| {name} | {len(data) / 1e6:.0f} | {seconds['bare']:.2f} "
            f"| {seconds['read_table']:.2f} | {seconds['read_table'] / seconds['bare']:.2f} "
            f"| {describing['profile']:.2f} |"
        )
    text = "\n".join(lines) + "\n"
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text)
    print(text)


def tables(random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return tables of numbers, of numbers with categories and dates, and a wide one."""
    measures = {f"x{i}": random.normal(100, 30, N_ROWS).round(6) for i in range(20)}
    mixed = {f"x{i}": measures[f"x{i}"] for i in range(13)} | {
        "count": random.integers(0, 10_000, N_ROWS),
        "large count": random.integers(0, 10**12, N_ROWS),
        "with gaps": pd.Series(measures["x13"]).mask(random.random(N_ROWS) < 0.1),
        "row": np.arange(N_ROWS),
        "colour": random.choice(["red", "green", "blue"], N_ROWS),
        "place": random.choice([f"place {i}" for i in range(500)], N_ROWS),
        "day": random.choice([f"2024-01-{i:02d}" for i in range(1, 32)], N_ROWS),
    }
    wide = {f"x{i}": random.normal(100, 30, 1_000).round(6) for i in range(N_COLUMNS)}
    return {
        "numbers": pd.DataFrame(measures),
        "mixed": pd.DataFrame(mixed),
        f"1,000 rows × {N_COLUMNS:,}": pd.DataFrame(wide),
    }


if __name__ == "__main__":
    main()
