"""A table as files of a bundle, and back: cells and dates as Arrow, all else as JSON.

Arrow keeps numbers, texts and moments as they are, bit for bit; Parquet would change dates.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pyarrow as pa

from som_core.errors import AtlasError
from som_core.exports.archive import Archive, BundleRefused
from som_core.files.kinds import Kind
from som_core.files.parser_process import text_from
from som_core.files.sample_of import SampleOf
from som_core.files.written_dates import WrittenDates
from som_core.groups import Group, GroupRecipe
from som_core.notes import RowNote
from som_core.reading import Dialect, Limits, Table
from som_core.remarks import Remark

FACTS, CELLS, DATES = "table.json", "cells.arrow", "dates.arrow"
SETS = "sets.json"
NOTES = "notes.json"
_PARSER = Path(__file__).with_name("arrow_parser.py")
_WRONG = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    IndexError,
    StopIteration,
    AtlasError,
)


def members_of_table(table: Table) -> dict[str, bytes]:
    """Return the files of a table by name."""
    facts = {
        "name": table.name,
        "dialect": asdict(table.dialect),
        "remarks": [remark.to_dict() for remark in table.remarks],
        "kinds": dict(table.kinds),
        "date_formats": dict(table.date_formats),
        "sheets": list(table.sheets),
        "labels": dict(table.labels),
        "sha256": table.sha256,
        "sample_of": None if table.sample_of is None else asdict(table.sample_of),
    }
    members = {FACTS: as_json(facts), CELLS: _arrow(table.frame)}
    if len(table.dates.columns):
        members[DATES] = _arrow(table.dates)
    return members


def stored_table(archive: Archive, folder: str, limits: Limits) -> Table:
    """Return the table whose files lie in a folder of an archive.

    Parameters
    ----------
    archive : whose members were checked
    folder : within it, with a slash at its end
    limits : the most that the table may hold

    Raises
    ------
    BundleRefused
        If it is larger, or no table.
    """
    facts = archive.read_json(folder + FACTS)
    if not isinstance(facts, dict):
        raise _no_table(folder + FACTS)
    cells = _frame(archive, folder + CELLS, limits)
    dates = pd.DataFrame(index=cells.index)
    if folder + DATES in archive.names:
        dates = _frame(archive, folder + DATES, limits)
    try:
        table = Table(
            cells,
            str(facts["name"]),
            Dialect.from_json(json.dumps(facts["dialect"])),
            tuple(map(Remark.from_dict, facts["remarks"])),
            known_dates=WrittenDates(dates, _texts(facts["date_formats"])),
            known_kinds={name: _kind(kind) for name, kind in facts["kinds"].items()},
            sheets=tuple(map(str, facts["sheets"])),
            sha256=str(facts["sha256"]),
            labels=_texts(facts["labels"]),
            sample_of=SampleOf.from_value(facts.get("sample_of")),
        )
    except _WRONG as problem:
        raise _no_table(folder + FACTS) from problem
    if not _fits(table):
        raise _no_table(folder + FACTS)
    return table


def members_of_groups(groups: tuple[Group, ...]) -> dict[str, bytes]:
    """Return the files of groups of rows by name; none where there are no groups."""
    if not groups:
        return {}
    members = {f"sets/{place}.npy": as_array(group.rows) for place, group in enumerate(groups)}
    facts = [
        {
            "name": group.name,
            "origin": group.origin,
            "sentence": group.recipe.sentence,
            "steps": json.loads(group.recipe.steps),
        }
        for group in groups
    ]
    return {SETS: as_json(facts), **members}


def stored_groups(archive: Archive, folder: str, n_rows: int) -> tuple[Group, ...]:
    """Return the groups whose files lie in a folder of an archive, in their order.

    Raises
    ------
    BundleRefused
        If one holds a row that isn't in the table, or is no group.
    """
    if folder + SETS not in archive.names:
        return ()
    found = archive.read_json(folder + SETS)
    try:
        if not isinstance(found, list):
            raise TypeError("a list is needed")
        return tuple(
            Group(
                str(facts["name"]),
                _rows(archive, f"{folder}sets/{place}.npy", n_rows),
                facts["origin"],
                GroupRecipe(str(facts["sentence"]), json.dumps(facts["steps"])),
            )
            for place, facts in enumerate(found)
        )
    except BundleRefused:
        raise
    except _WRONG as problem:
        raise BundleRefused(
            f"“{folder}{SETS}” of the bundle holds no groups. Save the bundle once more."
        ) from problem


def members_of_notes(notes: Sequence[RowNote]) -> dict[str, bytes]:
    """Return the file of notes on rows; none where there are no notes."""
    return {NOTES: as_json([json.loads(note.to_json()) for note in notes])} if notes else {}


def stored_notes(archive: Archive, folder: str, n_rows: int) -> tuple[RowNote, ...]:
    """Return the notes on rows whose file lies in a folder of an archive.

    Raises
    ------
    BundleRefused
        If one is on a row that isn't in the table, or is no note.
    """
    if folder + NOTES not in archive.names:
        return ()
    found = archive.read_json(folder + NOTES)
    try:
        if not isinstance(found, list):
            raise TypeError("a list is needed")
        notes = tuple(RowNote.from_json(json.dumps(value)) for value in found)
        if any(note.about.rows.max(initial=0) >= n_rows for note in notes):
            raise ValueError("rows beyond the table")
        if not all(isfinite(note.written) and isfinite(note.changed) for note in notes):
            raise ValueError("no moment")
        return notes
    except _WRONG as problem:
        raise BundleRefused(
            f"“{folder}{NOTES}” of the bundle holds no notes. Save the bundle once more."
        ) from problem


def as_json(value: object) -> bytes:
    """Return a value as JSON in which every text can be written."""
    return json.dumps(value, indent=1, ensure_ascii=True).encode()


def _arrow(frame: pd.DataFrame) -> bytes:
    """Return the columns as an Arrow file in one piece, packed by nothing."""
    kinds = [_arrow_type(column) for _, column in frame.items()]
    schema = pa.schema(list(zip(map(str, frame.columns), kinds, strict=True)))
    columns = [
        pa.array(column, kind, from_pandas=True)
        for (_, column), kind in zip(frame.items(), kinds, strict=True)
    ]
    target = io.BytesIO()
    with pa.ipc.new_file(target, schema) as file:
        file.write_table(pa.Table.from_arrays(columns, schema=schema).combine_chunks())
    return target.getvalue()


def _arrow_type(column: pd.Series) -> pa.DataType:
    match column.dtype.kind:
        case "i":
            return pa.int64()
        case "f":
            return pa.float64()
        case "M":
            return pa.timestamp("us")
        case _:
            return pa.large_string()


def _frame(archive: Archive, name: str, limits: Limits) -> pd.DataFrame:
    plain, found = text_from(_PARSER, archive.read(name), limits)
    match found.get("problem"):
        case None:
            pass
        case "large":
            raise BundleRefused(
                f"“{name}” of the bundle holds more than the {limits.rows:,} rows, "
                f"{limits.columns:,} columns and {limits.cells:,} cells that can be read here. "
                "Save a bundle of a part of the table."
            )
        case "kinds":
            raise BundleRefused(
                f"“{name}” of the bundle holds columns that are neither numbers, nor texts, nor "
                "moments. Save the bundle once more."
            )
        case _:
            raise _no_table(name)
    with pa.ipc.open_file(pa.BufferReader(plain)) as file:
        return file.read_all().to_pandas()


def _fits(table: Table) -> bool:
    """Return whether what is said of columns is said of those that are there."""
    columns, dates = list(table.frame.columns), list(table.dates.columns)
    return (
        len(set(columns)) == len(columns) > 0
        and set(table.kinds) == set(columns)
        and set(dates) == set(table.date_formats) <= set(columns)
        and len(set(dates)) == len(dates)
        and len(table.dates) == len(table.frame) > 0
        and all(kind.kind == "M" for kind in table.dates.dtypes)
        and not any(kind.kind == "M" for kind in table.frame.dtypes)
    )


def _kind(text: str) -> Kind:
    kinds: tuple[Kind, ...] = get_args(Kind)
    return next(kind for kind in kinds if kind == text)


def _texts(found: dict) -> dict[str, str]:
    return {str(name): str(text) for name, text in found.items()}


def as_array(values: np.ndarray) -> bytes:
    """Return numbers as a member of a bundle."""
    target = io.BytesIO()
    np.save(target, values, allow_pickle=False)
    return target.getvalue()


def _rows(archive: Archive, name: str, n_rows: int) -> np.ndarray:
    rows = np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
    if rows.max(initial=0) >= n_rows:
        raise ValueError("rows beyond the table")
    return rows


def _no_table(name: str) -> BundleRefused:
    return BundleRefused(
        f"“{name}” of the bundle is damaged, or no table of SOM Atlas. Save the bundle once more."
    )
