"""What readers of CSV files make of odd ones: SOM Atlas's beside clevercsv and DuckDB's sniffer.

Run `python -m benchmarks.readers [FOLDER]`; the table goes to benchmarks/results/readers.md. All
get the same files, and are judged by what is claimed of each: its columns, rows, names and kinds.
A folder may hold further files and say in `cases.json` what is true of them:

    [{"name": "units.csv", "facts": {"rows": 28, "columns": ["t", "p"], "numbers": ["t", "p"]}}, …]
"""

import argparse
import csv
import json
import re
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import clevercsv
import duckdb
import pandas as pd
from clevercsv.exceptions import Error as CleverRefusal
from clevercsv.exceptions import NoDetectionResult

from som_core.reading import TableRefused, read_table
from testing.corpus import corpus

RESULT = Path(__file__).parent / "results" / "readers.md"
MOST_BYTES = 1_000_000  # one line of 10 MB keeps clevercsv busy for more than a minute
MADE_UP = re.compile(r"column \d+|row name|.* \(\d+\)")  # names that our reader gives


class Claims(TypedDict, total=False):
    """What is true of a table; the parts of `testing.odd_files.Facts` that any reader can meet."""

    rows: int
    n_columns: int
    columns: list[str]
    numbers: list[str]  # columns that are numbers
    n_numbers: int  # so many columns at least
    texts: list[str]  # columns that are none


@dataclass(frozen=True)
class Case:
    """A file, and what is true of the table in it."""

    name: str
    content: bytes
    claims: Claims | None  # None: it holds no table, and is to be refused


Reader = Callable[[Path], pd.DataFrame]
READERS: dict[str, Reader] = {
    "SOM Atlas": lambda path: read_table(path, path.name).frame,
    f"clevercsv {version('clevercsv')}": clevercsv.read_dataframe,
    # Kinds are guessed from all rows, not from the first 20,480.
    f"DuckDB {duckdb.__version__}": lambda path: duckdb.read_csv(str(path), sample_size=-1).df(),
}
OURS, *OTHERS = READERS
REFUSALS = (
    TableRefused,
    CleverRefusal,
    NoDetectionResult,
    duckdb.Error,
    csv.Error,
    ValueError,
    OSError,
    EOFError,
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="of further files, with a cases.json")
    folder: Path | None = parser.parse_args().folder
    lines = [
        "# Odd files, by three readers",
        "",
        "Of so many files that claim it, so many tables are right. "
        "`python -m benchmarks.readers [FOLDER]`",
    ]
    lines += _section("The corpus of the tests", _corpus_cases())
    if folder is not None:
        lines += _section("Further files that our reader once read wrongly", _cases_in(folder))
    text = "\n".join(lines) + "\n"
    RESULT.write_text(text)
    print(text)


def _corpus_cases() -> list[Case]:
    files = [(file, file.content) for file in corpus() if not file.is_heavy]
    return [
        Case(file.name, content, _claims(file.facts) if file.outcome == "loads" else None)
        for file, content in files
        if len(content) <= MOST_BYTES
    ]


def _cases_in(folder: Path) -> list[Case]:
    told = json.loads((folder / "cases.json").read_text())
    cases = [(case["name"], _claims(case["facts"])) for case in told]
    return [Case(name, (folder / name).read_bytes(), claims) for name, claims in cases if claims]


def _claims(facts: Mapping[str, object]) -> Claims:
    """Return the facts that any reader can meet: not our remarks, nor what a map makes of them."""
    kept = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in facts.items()
        if name in Claims.__annotations__
    }
    return Claims(**kept)


def _section(title: str, cases: list[Case]) -> list[str]:
    verdicts = {
        reader: [_verdict(read, case) for case in cases] for reader, read in READERS.items()
    }
    lines = [
        "",
        f"## {title}",
        "",
        f"| | files | {' | '.join(READERS)} |",
        f"|---|--:|{'--:|' * len(READERS)}",
    ]
    for claim in ("columns", "rows", "names", "kinds", "all of these", "no table, so refused"):
        judged = {
            reader: [verdict[claim] for verdict in found if claim in verdict]
            for reader, found in verdicts.items()
        }
        n_files = len(next(iter(judged.values())))
        if n_files:
            lines.append(
                f"| {claim} | {n_files} | {' | '.join(str(sum(v)) for v in judged.values())} |"
            )
    wrong = [
        _named_with_who_is_right(case, place, verdicts)
        for place, case in enumerate(cases)
        if not all(verdicts[OURS][place].values())
    ]
    return [*lines, "", f"Wrong by {OURS}: {', '.join(wrong) or 'none'}."]


def _named_with_who_is_right(
    case: Case, place: int, verdicts: dict[str, list[dict[str, bool]]]
) -> str:
    right = [reader for reader in OTHERS if all(verdicts[reader][place].values())]
    return f"`{case.name}` (right by {' and '.join(right) or 'none'})"


def _verdict(read: Reader, case: Case) -> dict[str, bool]:
    """Return for each thing that is claimed of a file whether a reader has it right."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a reader may doubt, but its table counts
        path = Path(folder, "table" + "".join(Path(case.name).suffixes[-2:]))
        path.write_bytes(case.content)
        try:
            frame = read(path)
        except REFUSALS:
            frame = None
    if case.claims is None:
        return {"no table, so refused": frame is None}
    found = _judged(frame, case.claims)
    return found | {"all of these": all(found.values())}


def _judged(frame: pd.DataFrame | None, claims: Claims) -> dict[str, bool]:
    """Return what of columns, rows, names and kinds is claimed, and whether it is so."""
    columns = claims.get("columns")
    n_columns = claims.get("n_columns", None if columns is None else len(columns))
    found: dict[str, bool] = {}
    if n_columns is not None:
        found["columns"] = frame is not None and frame.shape[1] == n_columns
    if "rows" in claims:
        found["rows"] = frame is not None and len(frame) == claims["rows"]
    if columns is not None:
        found["names"] = frame is not None and _are_named(frame, columns)
    if claims.keys() & {"numbers", "n_numbers", "texts"}:
        found["kinds"] = frame is not None and _are_of_their_kinds(frame, claims)
    return found


def _are_named(frame: pd.DataFrame, columns: list[str]) -> bool:
    """Where the file has no name for a column, any will do."""
    return frame.shape[1] == len(columns) and all(
        str(name) == claimed or MADE_UP.fullmatch(claimed) is not None
        for name, claimed in zip(frame.columns, columns, strict=True)
    )


def _are_of_their_kinds(frame: pd.DataFrame, claims: Claims) -> bool:
    names = claims.get("columns", [str(name) for name in frame.columns])
    numbers = {
        name
        for name, (_, column) in zip(names, frame.items(), strict=False)
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    }
    return (
        set(names) >= {*claims.get("numbers", ()), *claims.get("texts", ())}
        and numbers >= set(claims.get("numbers", ()))
        and not numbers & set(claims.get("texts", ()))
        and len(numbers) >= claims.get("n_numbers", 0)
    )


if __name__ == "__main__":
    main()
