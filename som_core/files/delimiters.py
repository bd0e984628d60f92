"""By which characters the cells of a text are parted and quoted, guessed by its first lines.

The delimiter is the one that cuts the lines into rows of equal width with clean cells, as in
van den Burg, Nazábal and Sutton (2019), Wrangling messy CSV files by detecting row and type
patterns. Lines stay whole only where nothing parts them: a single column always reads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from som_core.files.dates import date_format
from som_core.files.dialect import Dialect
from som_core.files.header import Records, common_width, is_value
from som_core.files.marks import uses_of_marks
from som_core.files.records import split

_DELIMITERS = (",", ";", "\t", "|", " ", "^", "~", "¦", "§", "\x01", "\x1f")
_USUAL = (",", ";", "\t", "|")
_PAIRS = ("::", "||", "^^", "~~", "|~|", "^|^", "~|~", "##", "@@", "$$")
_LAST_RESORTS = (":", "!", "*", "&", "=", "¬", "¶", "·", "•")  # they stand inside cells, too
_CLEAN = re.compile(r"[^,;\t|\n^~\x01\x1f]*")
_TORN = re.compile(r"[-+]?\d+(\.\d+)? +[-+]?\d+(\.\d+)?")  # two numbers, parted by blanks
_SIDE = r"[,;\t|^~: \x1f]"
_APOSTROPHES = re.compile(rf"(?:^|{_SIDE})\s*'(?:[^'\\]|''|\\.)*'\s*(?=$|{_SIDE})")
_DOUBLE_QUOTES = re.compile(rf'(?:^|{_SIDE})\s*"(?:[^"\\]|""|\\.)*"\s*(?=$|{_SIDE})')
# Mon, 01 Mar 2021 · Monday, March 1st, 2021 · 01.03.2021, 12:30
_DATE_WITH_COMMA = re.compile(
    r"""(?:[^\W\d]{2,12}\.?,\ *)?
    (?:\d{1,2}\.?[ -][^\W\d]{3,12}\.?,?[ -]\d{2,4}
    |[^\W\d]{3,12}\.?\ \d{1,2}(?:st|nd|rd|th|\.)?(?:,?\ \d{4})?
    |\d{1,4}[-./]\d{1,2}[-./]\d{1,4})
    (?:,?[ T]+\d{1,2}:\d\d[\d:.]*(?:\ ?[A-Za-z]{1,4}|[ ]?[-+]\d\d:?\d\d)?)?""",
    re.VERBOSE,
)

_MOST_LINES = 1000
_FEWEST_EVEN = 0.5  # share of the lines that have the same number of clean cells
_SHORTEST_RUN = 4  # lines of one width that follow each other, where several tables do
_MOST_WHOLE = 0.9  # share of the lines that are one number or date each


@dataclass(frozen=True)
class _Fit:
    """How well a dialect parts the lines."""

    score: float
    width: int
    dialect: Dialect

    @property
    def rank(self) -> tuple[float, int]:
        """What is greater the better it fits; of equally even rows, wider ones are better."""
        return self.score, self.width


def guess_parting(lines: Sequence[str]) -> Dialect:
    """Return a dialect with the delimiter, quotation mark and escape that part the lines best."""
    filled = _without_comments([line for line in lines[:_MOST_LINES] if line.strip()])
    if not filled:
        return Dialect()
    fits = [fit for way in _ways_of_quoting(filled) if (fit := _best_fit(filled, way))]
    best = max(fits, key=lambda fit: fit.rank, default=None)
    if best is not None and not _are_whole(filled, best.dialect):
        return best.dialect
    # One column: any delimiter that does not occur leaves the lines whole.
    alone = next((mark for mark in ",;\t|" if not any(mark in line for line in filled)), "\t")
    return Dialect(delimiter=alone)


def _without_comments(lines: list[str]) -> list[str]:
    rest = [line for line in lines if not line.lstrip().startswith(("#", "%", "//"))]
    return rest if len(rest) > len(lines) / 2 else lines


# Quotation marks ---------------------------------------------------------------------------------


def _ways_of_quoting(lines: Sequence[str]) -> list[Dialect]:
    r"""Return dialects that differ in quotation marks; the first wins where all fit as well.

    A backslash surely escapes inside a cell, as in say \"hi\"; in a\, b it may.
    """
    text = "\n".join(line.rstrip("\r\n") for line in lines)
    quote = "'" if _are_quoted_by_apostrophes(lines) else '"'
    plain, escaped = Dialect(quote=quote), Dialect(quote=quote, escape="\\")
    if re.search(rf"(?<!\\)(?:\\\\)*\\{quote}(?!\s*(?:{_SIDE}|$))", text, re.MULTILINE):
        return [escaped, plain]
    return [plain, escaped] if re.search(r"\\[,;\t|]", text) else [plain]


def _are_quoted_by_apostrophes(lines: Sequence[str]) -> bool:
    """Tell lines of which nearly each holds a cell such as 'Doe, J', and no cell such as "x"."""
    quoted = sum(_APOSTROPHES.search(line) is not None for line in lines)
    return quoted >= 0.5 * len(lines) and not any(_DOUBLE_QUOTES.search(line) for line in lines)


# Delimiters --------------------------------------------------------------------------------------


def _best_fit(lines: Sequence[str], way: Dialect) -> _Fit | None:
    """Return how the best delimiter fits, or None where none parts half of the lines evenly."""
    pairs = [pair for pair in _PAIRS if _is_never_single(pair, lines)]
    singles = [mark for mark in _DELIMITERS if not any(mark in pair for pair in pairs)]
    fits: list[_Fit] = []
    for delimiter in (*pairs, *singles):
        if delimiter == " " and any(f.dialect.delimiter == "\t" and f.score > 0.8 for f in fits):
            continue  # blanks inside the cells
        fit = _fit(lines, replace(way, delimiter=delimiter))
        if fit is not None and fit.score >= _FEWEST_EVEN:
            fits.append(fit)
    if not fits:
        stacked = (_fit_in_runs(lines, replace(way, delimiter=mark)) for mark in _USUAL)
        fits = [fit for fit in stacked if fit is not None]
    if not fits:
        rare = (_fit(lines, replace(way, delimiter=mark)) for mark in _LAST_RESORTS)
        fits = [fit for fit in rare if fit is not None and _parts_all(fit, lines)]
    return max(fits, key=lambda fit: fit.rank, default=None)


def _parts_all(fit: _Fit, lines: Sequence[str]) -> bool:
    """Tell a mark that parts nearly all lines, and the names, too: 3:2 below “ratio” is a cell."""
    (first, *_) = split(lines[:1], fit.dialect)
    return fit.score >= _MOST_WHOLE and len(first) == fit.width


def _is_never_single(pair: str, lines: Sequence[str]) -> bool:
    """Tell a delimiter of several characters from one that happens to come twice."""
    occurs = [line for line in lines if pair in line]
    if len(occurs) < _MOST_WHOLE * len(lines):
        return False
    text = "".join(lines)
    n_pairs = text.count(pair)
    return text.count(pair[0]) - n_pairs * pair.count(pair[0]) < n_pairs


def _fit(lines: Sequence[str], dialect: Dialect) -> _Fit | None:
    delimiter = dialect.delimiter
    if sum(delimiter in line for line in lines) < _FEWEST_EVEN * len(lines) and delimiter != " ":
        return None
    records = split(lines, dialect)
    width = common_width(records)
    even = [cells for cells in records if len(cells) == width]
    if width < 2:
        return None
    if delimiter == " " and not _is_parted_by_blanks(
        records, width, has_quotes=sum('"' in line for line in lines) > len(lines) / 2
    ):
        return None
    # Nobody writes two colons but to part cells, whatever else these hold.
    is_prose = delimiter in lines[0] and "," not in lines[0]
    clean = _clean_share(even, delimiter, is_prose=is_prose) if len(delimiter) == 1 else 1.0
    return _Fit(round(len(even) / len(records) * clean, 2), width, dialect)


def _fit_in_runs(lines: Sequence[str], dialect: Dialect) -> _Fit | None:
    """Return how a delimiter fits tables of several widths, one below the other."""
    records = split(lines, dialect)
    runs = [(width, len(list(run))) for width, run in groupby(map(len, records))]
    n_even = sum(length for width, length in runs if width > 1 and length >= _SHORTEST_RUN)
    if n_even < _MOST_WHOLE * len(records):
        return None
    clean = _clean_share(records, dialect.delimiter, is_prose=False)
    width = max(runs, key=lambda run: run[1])[0]
    return _Fit(round(n_even / len(records) * clean, 2), width, dialect)


def _clean_share(records: Records, delimiter: str, *, is_prose: bool) -> float:
    """Return the share of cells that are a number, a date, or text without another delimiter.

    Parameters
    ----------
    is_prose : a comma before a blank parts no cells, as in Doe, J: the names are parted otherwise
    """
    # A cell that holds the delimiter itself, or a line end, was quoted.
    cells = [
        cell.replace(delimiter, "").replace("\n", " ").strip()
        for record in records
        for cell in record
    ]
    if is_prose:
        cells = [cell.replace(", ", " ") for cell in cells]
    return sum(map(_is_clean, cells)) / max(1, len(cells))


def _is_clean(cell: str) -> bool:
    if uses_of_marks(cell) or _DATE_WITH_COMMA.fullmatch(cell):
        return True
    return _CLEAN.fullmatch(cell) is not None and _TORN.fullmatch(cell) is None


# One column, or many -----------------------------------------------------------------------------


def _are_whole(lines: Sequence[str], dialect: Dialect) -> bool:
    """Tell lines that are one number or date each, below a name that isn't parted: 1,5 · 1 234."""
    first, *rest = [line.strip().strip('"') for line in lines]
    if not rest or len(split([first], dialect)[0]) > 1 or is_value(first):
        return False
    numbers = sum(bool(uses_of_marks(line)) or line.isdigit() for line in rest)
    return numbers >= _MOST_WHOLE * len(rest) or date_format(rest) is not None


def _is_parted_by_blanks(records: Records, width: int, *, has_quotes: bool) -> bool:
    """Tell columns from sentences and addresses, whose words are as many by chance."""
    start = next(i for i, cells in enumerate(records) if len(cells) == width)
    first, *below = [cells for cells in records[start:] if len(cells) == width]
    above = records[start - 1] if start else []
    # A number alone above vectors says how wide they are.
    if all(map(is_value, above)) or not any(map(is_value, first)):
        return _share_of_values(below) > (0 if has_quotes else 0.24)
    # Without names above each column, more must speak for them: row names, or numbers all over.
    if len(above) == width - 1 and (width > 2 or has_quotes):
        without_names = [cells[1:] for cells in [first, *below]]
        return _share_of_values(without_names) > (0 if has_quotes else 0.49)
    return _share_of_values([first, *below]) > 0.8


def _share_of_values(records: Records) -> float:
    cells = [cell for record in records for cell in record]
    return sum(map(is_value, cells)) / max(1, len(cells))
