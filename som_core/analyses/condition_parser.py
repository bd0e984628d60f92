"""Reading a condition from what somebody typed, word by word; nothing of it is ever run as code.

condition  = all { "or" all }
all        = one { "and" one }
one        = "not" one | "(" condition ")" | test
test       = column sign value
           | column [ "not" ] "in" ( ranges | ( "top" | "bottom" ) number "%" )
           | column [ "not" ] "contains" value
           | column "is" [ "not" ] "missing"
ranges     = range | "(" range { "," range } ")"
range      = value [ ".." value ]
column     = a name, in backticks where it has blanks or signs or is a keyword
value      = number | date | time | text in quotation marks
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from som_core.analyses.conditions import (
    BARE_NAME,
    KEYWORDS,
    And,
    Column,
    Comparison,
    Condition,
    Containing,
    End,
    Extreme,
    Missing,
    Not,
    Or,
    Range,
    Sign,
    Value,
    Within,
)
from som_core.errors import AtlasError
from som_core.wording import counted, excerpt

_LONGEST = 10_000  # characters
_MOST_NESTED = 50  # brackets and “not”s inside each other
_SIGNS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "≠": "!="} | {
    "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">="
}  # fmt: skip
WORD = re.compile(
    r"""(?P<column> `(?:[^`]|``)*` )
      | (?P<text>   "(?:[^"]|"")*" | '(?:[^']|'')*'
                     | “[^”]*” | „[^“”]*[“”] | ‘[^’]*’ | «[^»]*» )
      | (?P<date>   \d{4}-\d\d(?:-\d\d(?:T\d\d(?::\d\d(?::\d\d(?:\.\d{1,6})?)?)?)?)?(?!\w)
                     | \d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)\d{4}(?!\w) )
      | (?P<time>   \d{1,2}:\d\d(?::\d\d)?(?!\w) )
      | (?P<number> -?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?!\w) )
      | (?P<name>   """
    + BARE_NAME.pattern
    + r""" )
      | (?P<sign>   <=|>=|!=|<>|==|\.\.|[=<>≤≥≠(),%] )
      | (?P<odd>    \S+ )""",
    re.VERBOSE,
)
_WITH_COMMAS = re.compile(r"(?P<whole>-?\d+(?:[,.]\d+)*)(?P<mark>[,.])(?P<rest>\d+)")
_CONTAINS = "contains"  # no keyword, so that a column of this name needs no backticks
OPENING_MARKS = "\"'“„‘«`"  # that a text or a name begins with
_COMPARED = "a comparison, such as =, >, in, contains or is missing"
_A_COLUMN = "the name of a column"
_VALUE = "a number, a date, or a text in quotation marks"


def parse_condition(text: str) -> Condition:
    """Return the condition that a text says.

    Raises
    ------
    AtlasError
        If it says none; the sentence names the word at fault and its place.
    """
    if len(text) > _LONGEST:
        raise AtlasError(
            f"The condition has {counted(len(text), 'character')}; at most {_LONGEST:,} are read. "
            "Shorten it, or keep a part of it as a group."
        )
    return _Parser(text, tuple(_words(text))).condition()


@dataclass(frozen=True)
class _Word:
    kind: str  # a name in the pattern, “keyword”, or “end”
    text: str
    place: int  # from 1

    @property
    def shown(self) -> str:
        return f"“{excerpt(self.text, 30)}” (character {self.place:,})"


def _words(text: str) -> Iterator[_Word]:
    for found in WORD.finditer(text):
        word = _Word(str(found.lastgroup), found[0], found.start() + 1)
        if word.kind == "odd":
            raise AtlasError(_oddity(word))
        if word.kind == "name" and word.text.lower() in KEYWORDS:
            word = _Word("keyword", word.text.lower(), word.place)
        yield word
    yield _Word("end", "", len(text) + 1)


def _oddity(word: _Word) -> str:
    if word.text[0] in OPENING_MARKS:
        return f"The quotation mark at character {word.place:,} is never closed."
    return (
        f"{word.shown} can't be read. Put the name of a column in `backticks`, and a text in "
        "“quotation marks”."
    )


class _Parser:
    """Goes through the words once, from left to right."""

    def __init__(self, text: str, words: Sequence[_Word]) -> None:
        self._text = text
        self._words = words
        self._at = 0
        self._depth = 0

    def condition(self) -> Condition:
        found = self._any()
        if self._next.kind != "end":
            raise self._fault("“and”, “or” or the end")
        return found

    def _any(self) -> Condition:
        parts = self._parted_by("or", self._all)
        return parts[0] if len(parts) == 1 else Or(parts)

    def _all(self) -> Condition:
        parts = self._parted_by("and", self._one)
        return parts[0] if len(parts) == 1 else And(parts)

    def _parted_by(self, word: str, part: Callable[[], Condition]) -> tuple[Condition, ...]:
        parts = [part()]
        while self._took(word):
            parts.append(part())
        return tuple(parts)

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > _MOST_NESTED:
            raise AtlasError(
                f"The condition is nested too deep at {self._next.shown}: at most {_MOST_NESTED} "
                "brackets or “not”s lie inside each other. Write it with fewer."
            )
        found: Condition
        if self._took("not"):
            found = Not(self._one())
        elif self._took("("):
            found = self._any()
            self._must_take(")")
        else:
            found = self._test()
        self._depth -= 1
        return found

    def _test(self) -> Condition:
        column = self._column()
        if self._next.kind == "sign" and self._next.text in _SIGNS:
            sign = cast(Sign, _SIGNS[self._taken().text])
            return Comparison(column, sign, self._value())
        if self._took("is"):
            turned = self._took("not")
            self._must_take("missing")
            return Not(Missing(column)) if turned else Missing(column)
        turned = self._took("not")
        found: Condition
        if self._next.kind == "name" and self._next.text.lower() == _CONTAINS:
            self._at += 1
            found = Containing(column, self._value())
        elif self._took("in"):
            found = self._in(column)
        else:
            raise self._fault("“in” or “contains”" if turned else _COMPARED, column)
        return Not(found) if turned else found

    def _in(self, column: Column) -> Condition:
        if self._next.kind == "keyword" and self._next.text in ("top", "bottom"):
            end = cast(End, self._taken().text)
            if self._next.kind != "number":
                raise self._fault("a number of percent, such as 10 %")
            percent = self._value()
            self._must_take("%")
            return Extreme(column, end, percent)
        if not self._took("("):
            return Within(column, (self._range(),))
        ranges = [self._range()]
        while self._took(","):
            ranges.append(self._range())
        self._must_take(")")
        return Within(column, tuple(ranges))

    def _range(self) -> Range:
        low = self._value()
        return Range(low, self._value() if self._took("..") else low)

    def _column(self) -> Column:
        word = self._next
        if word.kind not in ("name", "column"):
            raise self._fault(_A_COLUMN)
        self._at += 1
        name = word.text if word.kind == "name" else word.text[1:-1].replace("``", "`")
        return Column(name, word.place)

    def _value(self) -> Value:
        word = self._next
        if word.kind == "name":
            raise AtlasError(f'{word.shown} needs quotation marks if it is a text: "{word.text}".')
        if word.kind not in ("text", "date", "time", "number"):
            raise self._fault(_VALUE)
        self._at += 1
        if word.kind != "text":
            return Value(word.text, False, word.place)
        mark, inner = word.text[0], word.text[1:-1]
        return Value(inner.replace(2 * mark, mark), True, word.place)

    @property
    def _next(self) -> _Word:
        return self._words[self._at]

    def _taken(self) -> _Word:
        self._at += 1
        return self._words[self._at - 1]

    def _took(self, text: str) -> bool:
        """Go on, where the next word is this one, and say whether it was."""
        is_there = self._next.kind in ("keyword", "sign") and self._next.text == text
        self._at += is_there
        return is_there

    def _must_take(self, text: str) -> None:
        if not self._took(text):
            raise self._fault(f"“{text}”")

    def _fault(self, expected: str, column: Column | None = None) -> AtlasError:
        """Return what to say where the next word can't stand."""
        after = f" after “{excerpt(column.name, 30)}”" if column else ""
        if self._next.kind == "end":
            return AtlasError(f"The condition ends too early: {expected} is needed{after}.")
        sentence = f"{self._next.shown} can't stand here: {expected} is needed{after}."
        if (column and self._next.kind in ("name", "number")) or (
            expected == _A_COLUMN and self._next.kind == "text"
        ):
            sentence += " A column whose name has blanks or signs stands in `backticks`."
        before = self._words[self._at - 1]
        if before.kind == "number" and (
            self._next.text == "," or (self._next.kind == "number" and self._next.text[0] == ".")
        ):
            sentence += _plain_number(self._text[before.place - 1 :])
        if before.kind == "number" and self._next.text == "%":
            sentence += f" Leave out the sign: {before.text}."
        return AtlasError(sentence)


def _plain_number(text: str) -> str:
    """Say how to write a number that a text begins with, in which marks stand that can't."""
    written = _WITH_COMMAS.match(text)
    if written is None:
        return " Write a number such as 40000 or 0.5."
    whole, mark, rest = written["whole"], written["mark"], written["rest"]
    digits = re.sub(r"[,.]", "", whole)
    is_one_mark = set(re.findall("[,.]", whole)) <= {mark}
    meant = f"{digits}.{rest}"
    if len(rest) == 3 and is_one_mark:
        meant = f"{digits}{rest}" + (f" or {meant}" if digits == whole else "")
    return f" Write a number with no mark but a point before its decimals: {meant}."
