"""From a file of typed columns (Parquet, Feather) to text, with a header and a row on each line.

From there it goes the way of a text file whose layout is known, so that marks for missing, codes,
numbers in texts and kinds are settled by one set of rules. See `column_parser`.
"""

from dataclasses import dataclass
from pathlib import Path

from som_core.files.parser_process import text_from
from som_core.files.unpacking import Limits, TableRefused
from som_core.remarks import Remark
from som_core.wording import named, size_in_words

_PARSER = Path(__file__).with_name("column_parser.py")


@dataclass(frozen=True, kw_only=True)
class TypedColumns:
    """The columns of a file as text, and what is known of them."""

    text: bytes  # CSV in UTF-8, whose first line names the columns
    remarks: tuple[Remark, ...]


def is_columnar(data: bytes) -> bool:
    """Tell a file of Parquet, or of Feather (Arrow)."""
    return data.startswith((b"PAR1", b"ARROW1"))


def read_columns(data: bytes, limits: Limits) -> TypedColumns:
    """Return the columns of a Parquet or Feather file as text.

    Raises
    ------
    TableRefused
        If the file is broken, too large, or has no column of single values.
    """
    text, found = text_from(_PARSER, data, limits)
    if "problem" in found:
        raise _refusal(found, limits)
    remarks = []
    if found["left_out"]:
        sentence = (
            f"Left out, as the cells hold lists, records or bytes: {named(found['left_out'])}."
        )
        remarks.append(Remark(kind="nested columns", sentence=sentence, severity="warning"))
    if found["zones"]:
        sentence = f"Moments of {named(found['zones'])} have a time zone and are given in UTC."
        remarks.append(Remark(kind="time zones", sentence=sentence, columns=tuple(found["zones"])))
    return TypedColumns(text=text, remarks=tuple(remarks))


def _refusal(found: dict, limits: Limits) -> TableRefused:
    match found["problem"]:
        case "unpacked":
            return TableRefused(
                f"The file unpacks to more than {size_in_words(limits.unpacked_bytes)}, the most "
                "that can be read.",
                "Upload a part of its rows or columns, such as every tenth row.",
            )
        case "large":
            return TableRefused(
                f"The table has {found['height']:,} rows and {found['width']:,} columns; at most "
                f"{limits.rows:,} rows, {limits.columns:,} columns and {limits.cells:,} cells can "
                "be read.",
                "Upload a part of its rows or columns.",
            )
        case "no columns":
            return TableRefused(
                f"The columns of the file hold lists, records or bytes: {named(found['left_out'])}."
                if found["left_out"]
                else "The file has no column.",
                "Write such columns as several plain ones, and upload that.",
            )
        case _:
            return TableRefused(
                "The Parquet or Feather file is broken, or of a kind that can't be read.",
                "Write it once more, or export the table as CSV, and upload that.",
            )
