"""Numbers, names, times, sizes and choices as they stand in a sentence or a form for people."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

MARKS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    " ": "space",
    ".": "point",
    "'": "apostrophe",
    '"': "quotation mark",
    "\\": "backslash",
    "^": "caret",
    "~": "tilde",
    ":": "colon",
    "::": "two colons",
    "||": "two bars",
    "\x01": "control character 1",
    "\x1f": "unit separator",
}

_SHOWN_NAMES, _SHOWN_PLACES, _SHOWN_PARTS = 3, 5, 5  # a sentence with hundreds isn't read


# Signs that turn the direction of writing would also turn the words that follow in a sentence.
_DIRECTION_SIGNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def in_one_direction(text: str) -> str:
    """Return a text from outside without the signs that turn what stands beside it."""
    return text.translate(_DIRECTION_SIGNS)


def counted(number: int, thing: str) -> str:
    """Return “1 row” or “1,234 rows”."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def cell_in_words(node: int, width: int) -> str:
    """Return how people find a node on a map so wide: “cell 5 across, 4 down”."""
    down, across = divmod(node, width)
    return f"cell {across + 1:,} across, {down + 1:,} down"


def named(names: Sequence[str]) -> str:
    """Return “a”; “a” and “b”; or 7 columns (“a”, “b”, “c”, …)."""
    quoted = [f"“{name}”" for name in names[:_SHOWN_NAMES]]
    if len(names) <= _SHOWN_NAMES:
        return in_a_row(quoted)
    return f"{len(names):,} columns ({', '.join(quoted)}, …)"


def placed(thing: str, places: Sequence[int]) -> str:
    """Return “row 7”, or “rows 7, 12, …”."""
    shown = ", ".join(f"{place:,}" for place in places[:_SHOWN_PLACES])
    if len(places) == 1:
        return f"{thing} {shown}"
    return f"{thing}s {shown}{', …' if len(places) > _SHOWN_PLACES else ''}"


def excerpt(text: str, longest: int = 60) -> str:
    """Return a text in one line, cut with an ellipsis where it is longer."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= longest else f"{one_line[: longest - 1].rstrip()}…"


def listed(names: Sequence[str]) -> str:
    """Return names in quotation marks, at most five of them."""
    return joined([f"“{name}”" for name in names])


def in_a_row(parts: Sequence[str]) -> str:
    """Return a; a and b; or a, b and c."""
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last


def joined(parts: Sequence[str]) -> str:
    """Return parts with commas between, at most five of them, and how many more there are."""
    more = len(parts) - _SHOWN_PARTS
    return ", ".join(parts[:_SHOWN_PARTS]) + (f" and {more:,} more" if more > 0 else "")


def number(value: float, digits: int = 4) -> str:
    """Return a number for people: 16,730; 5.25; −0.0123; its leading digits, no powers of ten.

    Four digits aren't parted, so that a year reads as one. Only what is too large or too small to
    be read so is written as 1.2e+15.
    """
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-6:
        return f"{value:.{digits - 1}g}".replace("-", "−")
    decimals = 0 if size == 0 else max(0, digits - 1 - math.floor(math.log10(size)))
    text = f"{value:{',' if size >= 9_999.5 else ''}.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def as_date(days: float) -> str:
    """Return days since 1970 as a date, 2024-02-29."""
    return str(np.datetime64(int(np.floor(days)), "D"))


def share(part: float) -> str:
    """Return a share of 0 to 1 as people say it: 39%; only none is 0% and only all 100%."""
    if 0 < part < 0.01:
        return "below 1%"
    if 0.99 < part < 1:
        return "above 99%"
    return f"{part:.0%}"


def mark_in_words(mark: str | None) -> str:
    """Return what a mark in a file is called, such as “comma”; one without a name as it is."""
    return "none" if mark is None else MARKS.get(mark, mark)


def duration_in_words(seconds: float) -> str:
    """Return a time without false precision: 1 s, 40 s, 12 min, 1.5 h."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    if seconds < 3600:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.3g} h"


def size_in_words(n_bytes: int) -> str:
    """Return a number of bytes as people say it: 812 bytes, 3.1 MB, 2 GB."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= scale:
            return f"{n_bytes / scale:.3g} {unit}"
    return f"{n_bytes} bytes"


# What the analyst can choose, by the names of the fields ------------------------------------------


@dataclass(frozen=True)
class Choice:
    """What a choice is called, what it does, and what its values are called."""

    label: str
    help: str = ""  # one or two sentences
    values: Mapping[str, str] = field(default_factory=dict)  # those that need other words

    def word(self, value: str) -> str:
        """Return what a value is called."""
        return self.values.get(value, value)


HOW_TO_READ = {
    "is_typed": Choice("Columns have types", "As in Parquet or JSON, so that nothing is laid out."),
    "sheet": Choice(
        "Sheet or table", "Of the workbook or database; how it is laid out is then guessed anew."
    ),
    "encoding": Choice("Encoding", "Try another where é or ü look wrong."),
    "odd_encoding": Choice("Encoding of odd cells", "Of those that aren't UTF-8 as the rest is."),
    "delimiter": Choice("Columns are split by"),
    "quote": Choice("Quotation mark", "Between two of them a cell may hold the delimiter."),
    "escape": Choice(
        "Escape", 'A backslash, where it takes the meaning of the mark behind it: \\".'
    ),
    "header_row": Choice(
        "Lines above the header", "Title lines that come before the names of the columns."
    ),
    "name_rows": Choice(
        "Rows of names", "More than one where groups stand above names: “control” above “X”."
    ),
    "rows_below_names": Choice(
        "Rows below the names", "Units, types or questions between the names and the first row."
    ),
    "decimal": Choice("Decimal mark"),
    "thousands": Choice("Thousands mark"),
    "footer_rows": Choice(
        "Lines below the last row", "Totals, notes and sources that come after the rows."
    ),
    "comment": Choice("Comments begin with", "Lines that begin so are no rows."),
    "repeats_header": Choice(
        "The names come again", "Lines that repeat the names, where files were joined, are no rows."
    ),
    "rows_left_out": Choice("Rows left out", "Subtotals, totals and means among the rows."),
    "has_header": Choice("The first line names the columns"),
    "below_limit": Choice(
        "Values below a limit",
        "What a cell such as <0.05 is, among numbers.",
        {"half": "half of the limit", "limit": "the limit itself"},
    ),
    "other_decimal": Choice(
        "Columns with the other decimal mark",
        "A comma where the others have a point, or reversely.",
    ),
    "as_text": Choice("Columns that stay text", "They write numbers, but aren't read as such."),
    "marks_in_columns": Choice(
        "Marks for missing in single columns", "Where they may be true values elsewhere."
    ),
    "not_dates": Choice("Columns that are no dates", "They look like dates, but aren't read so."),
    "day_first": Choice("Dates with the day first", "Where the month could come first as well."),
    "month_first": Choice("Dates with the month first", "Where the day could come first as well."),
    "missing_marks": Choice(
        "Marks for missing", "A cell with exactly one of these counts as empty. Type to add one."
    ),
}

RECIPE = {
    "role": Choice("Role", "train, describe only, or drop.", {"describe": "describe only"}),
    "encoding": Choice(
        "Taken as",
        "A number as it is, as codes that have no order (one feature a level), or as a place in a "
        "circle, as hours, months and directions are.",
        {"plain": "as it is", "levels": "levels", "cyclic": "circle"},
    ),
    "period": Choice(
        "Circle",
        "How much is once around: 24 for hours, 12 for months, 360 for degrees; of dates 1 for the "
        "time of day, 7 for the week, 365.2425 for the year. Empty: what fits the values.",
    ),
    "missing": Choice(
        "Missing values",
        "What a row gets where it has no value. “keep as missing” compares rows by the values "
        "that they have.",
        {
            "mode": "most frequent",
            "knn": "nearest neighbours",
            "keep": "keep as missing",
            "drop_row": "drop rows",
        },
    ),
    "outliers": Choice(
        "Outliers",
        "Values beyond 1.5 interquartile ranges from the quartiles (Tukey's fences).",
        {"clip": "clip to the fences", "drop_row": "drop rows"},
    ),
    "transform": Choice(
        "Transform", "Bends a long tail into shape.", {"yeo-johnson": "Yeo–Johnson"}
    ),
    "scale": Choice(
        "Scaling",
        "Makes columns of different units comparable.",
        {"zscore": "z-score", "minmax": "min–max"},
    ),
    "weight": Choice(
        "Weight",
        "How much the column counts beside the others; 0 leaves it out of distances.",
    ),
}

SETTINGS = {
    "height": Choice("Height", "Rows of cells. More cells show finer detail."),
    "width": Choice("Width", "Cells in a row. Screens are wide, so maps are too."),
    "sigma": Choice(
        "Sigma at the start",
        "How far a cell pulls its neighbours along at the start, in cells. It hardly matters, as "
        "long as it reaches over a third of the map.",
    ),
    "end_sigma": Choice(
        "Fit or order",
        "How far a cell pulls its neighbours along at the end, in cells (sigma at the end). Small: "
        "cells fit their rows closely, and some neighbours on the map are out of order. Large: "
        "order is kept, and cells fit less. Batch training only.",
        {
            "0.5": "close fit (0.5)",
            "0.7": "balanced (0.7)",
            "1": "good order (1)",
            "1.5": "smooth (1.5)",
        },
    ),
    "learning_rate": Choice(
        "Learning rate",
        "How far a cell moves towards a row at the start of online training. Batch training needs "
        "none: it takes the mean.",
    ),
    "epochs": Choice("Epochs", "How often the map sees every row."),
    "algorithm": Choice(
        "Training",
        "Batch gives as good a map sooner on most tables, and doesn't depend on the order of rows.",
        {
            "batch": "batch: all rows at once, repeatable",
            "online": "online: row by row, as in MiniSom",
        },
    ),
    "lattice": Choice(
        "Lattice",
        "Hexagons have six equally near neighbours; squares have eight, four of them farther.",
    ),
    "initialisation": Choice(
        "Start from",
        "The main directions give a well-ordered map quickly; random starts test whether it is "
        "stable.",
        {
            "pca": "along the two main directions",
            "sample": "random rows of the table",
        },
    ),
    "neighbourhood": Choice(
        "Neighbourhood",
        "How the pull fades with distance on the map. Gaussian fades smoothly and suits most.",
        {"mexican_hat": "Mexican hat"},
    ),
    "distance": Choice(
        "Distance",
        "What alike means. Euclidean suits scaled columns; cosine compares profiles, whatever "
        "their size.",
    ),
    "seed": Choice(
        "Seed",
        "The same seed gives the same map again. Another one changes nothing in batch training "
        "that starts along the main directions: there only samples of more than 10,000 rows are "
        "drawn by chance.",
    ),
    "toroid": Choice(
        "Toroid",
        "Joins opposite edges, so that no cell is at the border. Distances are fairer, the picture "
        "is harder to read.",
    ),
}
