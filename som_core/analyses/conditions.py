"""A condition on rows as a value that writes itself: `income > 40000 and region = "north"`."""

import re
from dataclasses import dataclass, field
from typing import Literal

Sign = Literal["=", "!=", "<", "<=", ">", ">="]
End = Literal["top", "bottom"]

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "missing", "top", "bottom"})
BARE_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")  # a name that needs no backticks


@dataclass(frozen=True)
class Column:
    """A column by its name, and where that stands in the text, from 1."""

    name: str
    place: int = field(default=0, compare=False)

    def __str__(self) -> str:
        if BARE_NAME.fullmatch(self.name) and self.name.lower() not in KEYWORDS:
            return self.name
        return "`" + self.name.replace("`", "``") + "`"


@dataclass(frozen=True)
class Value:
    """What a column is compared with, as it was typed; what it means depends on the column."""

    text: str
    is_quoted: bool
    place: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return '"' + self.text.replace('"', '""') + '"' if self.is_quoted else self.text


@dataclass(frozen=True)
class Range:
    """Values from one to another, with both; a single value is a range to itself."""

    low: Value
    high: Value

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"


@dataclass(frozen=True)
class Comparison:
    column: Column
    sign: Sign
    value: Value

    def __str__(self) -> str:
        return f"{self.column} {self.sign} {self.value}"


@dataclass(frozen=True)
class Within:
    """Any of some values or ranges."""

    column: Column
    ranges: tuple[Range, ...]

    def __str__(self) -> str:
        listed = ", ".join(map(str, self.ranges))
        return f"{self.column} in {listed if len(self.ranges) == 1 else f'({listed})'}"


@dataclass(frozen=True)
class Extreme:
    """The largest or smallest values, as a percentage of the rows that have one."""

    column: Column
    end: End
    percent: Value

    def __str__(self) -> str:
        return f"{self.column} in {self.end} {self.percent} %"


@dataclass(frozen=True)
class Containing:
    """A text anywhere in the cell as it is shown, in capital letters or small."""

    column: Column
    value: Value

    def __str__(self) -> str:
        return f"{self.column} contains {self.value}"


@dataclass(frozen=True)
class Missing:
    column: Column

    def __str__(self) -> str:
        return f"{self.column} is missing"


@dataclass(frozen=True)
class Not:
    part: "Condition"

    def __str__(self) -> str:
        return f"not ({self.part})"


@dataclass(frozen=True)
class And:
    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " and ".join(map(_in_brackets, self.parts))


@dataclass(frozen=True)
class Or:
    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " or ".join(map(_in_brackets, self.parts))


Test = Comparison | Within | Extreme | Containing | Missing
Condition = Test | Not | And | Or


def columns_of(condition: Condition) -> tuple[str, ...]:
    """Return the names of the columns that a condition asks for, each once, in its order."""
    return tuple(dict.fromkeys(test.column.name for test in single_tests(condition)))


def single_tests(condition: Condition) -> tuple[Test, ...]:
    """Return the comparisons of which a condition is made, in its order."""
    match condition:
        case And(parts) | Or(parts):
            return tuple(test for part in parts for test in single_tests(part))
        case Not(part):
            return single_tests(part)
        case _:
            return (condition,)


def values_in(test: Test) -> tuple[Value, ...]:
    """Return what a comparison compares a column with: of a range both ends."""
    match test:
        case Comparison(_, _, value) | Containing(_, value):
            return (value,)
        case Within(_, ranges):
            return tuple(end for one in ranges for end in (one.low, one.high))
        case Extreme(_, _, percent):
            return (percent,)
        case _:
            return ()


def _in_brackets(part: Condition) -> str:
    return f"({part})" if isinstance(part, And | Or) else str(part)
