"""How rows were selected, step by step: what was pointed at, what was asked, and how they combine.

A step writes itself as a sentence (`str`), and as JSON (`to_value`), so that it can be told and
repeated: rows that were pointed at stay those rows, a question is asked anew. One about the cells
or groups of a map would find other rows on the next, and is bound to those that it found.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Joiner = Literal["and", "or"]
How = Literal["new", "and", "or", "without"]  # how a selection goes with the one before
Path = tuple[int, ...]  # to a part within parts: its place in each, from the outermost

_DEEPEST = 50  # steps inside each other that are read
_JOINED = re.compile(r"\b(and|or)\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Pointed:
    """Rows that somebody pointed at; on every map they are the same rows."""

    words: str  # such as “3 ticked rows”
    rows: Rows  # positions in table.frame, ascending
    asked: tuple[str, ...] = ()  # the questions that once found them
    keys: tuple[str, ...] = ()  # of the joins whose columns, or whose matches, found them

    def __str__(self) -> str:
        return self.words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pointed) and self._facts == other._facts

    def __hash__(self) -> int:
        return hash(self._facts)

    @property
    def _facts(self) -> tuple[str, tuple[str, ...], tuple[str, ...], bytes]:
        return self.words, self.asked, self.keys, self.rows.tobytes()


@dataclass(frozen=True)
class Asked:
    """A condition, or a text that rows mention."""

    text: str
    keys: tuple[str, ...] = ()  # of the join whose columns it asked for, which may be gone by now

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Turned:
    """All rows but those of a step."""

    part: "Step"

    def __str__(self) -> str:
        return f"not {_in_brackets(self.part)}"


@dataclass(frozen=True)
class Combined:
    """The rows of all parts, or those of any."""

    joiner: Joiner
    parts: tuple["Step", ...]

    def __str__(self) -> str:
        return f" {self.joiner} ".join(map(_in_brackets, self.parts))


Step = Pointed | Asked | Turned | Combined


def _in_brackets(part: Step) -> str:
    """Return a step as it stands within another one, which could else be read in two ways."""
    is_open = isinstance(part, Combined) or (isinstance(part, Asked) and _JOINED.search(part.text))
    return f"({part})" if is_open else str(part)


def rows_found(step: Step, n_rows: int, answer: Callable[[str], Rows]) -> Rows:
    """Return the positions of the rows that a step finds, ascending.

    Parameters
    ----------
    step : Step
    n_rows : of the table
    answer : returns the positions of the rows that a question finds
    """
    return np.flatnonzero(_mask(step, n_rows, answer))


def _mask(step: Step, n_rows: int, answer: Callable[[str], Rows]) -> NDArray[np.bool_]:
    match step:
        case Pointed():
            return _among(step.rows, n_rows)
        case Asked():
            return _among(answer(step.text), n_rows)
        case Turned(part):
            return ~_mask(part, n_rows, answer)
        case Combined(joiner, parts):
            join = np.logical_and if joiner == "and" else np.logical_or
            return reduce(join, [_mask(part, n_rows, answer) for part in parts])
        case _:
            assert_never(step)


def _among(rows: Rows, n_rows: int) -> NDArray[np.bool_]:
    is_among = np.zeros(n_rows, dtype=bool)
    is_among[rows[rows < n_rows]] = True
    return is_among


def questions(step: Step | None) -> tuple[str, ...]:
    """Return what was asked in a step, each once."""
    asked = ((leaf.text,) if isinstance(leaf, Asked) else leaf.asked for leaf in _leaves(step))
    return tuple(dict.fromkeys(chain.from_iterable(asked)))


def keys_of(step: Step | None) -> tuple[str, ...]:
    """Return the keys of the joins by which rows were found in a step, each once."""
    return tuple(dict.fromkeys(key for leaf in _leaves(step) for key in leaf.keys))


def _leaves(step: Step | None) -> Iterator[Pointed | Asked]:
    match step:
        case None:
            return
        case Pointed() | Asked():
            yield step
        case _:
            for part in parts_of(step):
                yield from _leaves(part)


def is_question(step: Step | None) -> bool:
    """Return whether a step asks only, and points at no rows: so that other rows can be asked."""
    match step:
        case Asked():
            return True
        case Turned(part):
            return is_question(part)
        case Combined(_, parts):
            return all(map(is_question, parts))
        case _:
            return False


def found_on(question: Asked, map_name: str, rows: Rows) -> Pointed:
    """Return the rows that a question found on a map, where another map would answer otherwise."""
    words = f"{_in_brackets(question)} on “{map_name}”"
    return Pointed(words, rows, (question.text,), question.keys)


def found_before(step: Step, rows: Rows) -> Pointed:
    """Return the rows that a step found when it was kept, on whichever map that was."""
    return Pointed(f"{_in_brackets(step)} when it was kept", rows, questions(step), keys_of(step))


def bound(step: Step, bind: Callable[[Asked], Pointed | Asked]) -> Step:
    """Return the step with each of its questions as it is bound to rows, or left to be asked."""
    match step:
        case Asked():
            return bind(step)
        case Pointed():
            return step
        case Turned(part):
            return Turned(bound(part, bind))
        case Combined(joiner, parts):
            return Combined(joiner, tuple(bound(part, bind) for part in parts))
        case _:
            assert_never(step)


# What can be made of a step -----------------------------------------------------------------------


def combined(before: Step | None, how: How, new: Step) -> Step:
    """Return a step that goes with the one before in some way; alone where there is none."""
    if before is None or how == "new":
        return new
    part = turned(new) if how == "without" else new
    joiner: Joiner = "or" if how == "or" else "and"
    return Combined(joiner, (*_parts_joined_by(joiner, before), *_parts_joined_by(joiner, part)))


def _parts_joined_by(joiner: Joiner, step: Step) -> tuple[Step, ...]:
    is_such = isinstance(step, Combined) and step.joiner == joiner
    return parts_of(step) if is_such else (step,)


def turned(step: Step) -> Step:
    """Return the step that finds all other rows."""
    return step.part if isinstance(step, Turned) else Turned(step)


def joined_otherwise(step: Combined) -> Combined:
    """Return the step with “or” in the place of “and”, or the other way round."""
    return Combined("or" if step.joiner == "and" else "and", step.parts)


def parts_of(step: Step) -> tuple[Step, ...]:
    """Return what a step is made of; nothing where it is whole."""
    match step:
        case Turned(part):
            return (part,)
        case Combined(_, parts):
            return parts
        case _:
            return ()


def part_at(step: Step, path: Path) -> Step:
    """Return the part of a step to which a path leads; the step where the path is empty."""
    return reduce(lambda around, place: parts_of(around)[place], path, step)


def with_part(step: Step, path: Path, part: Step) -> Step:
    """Return the step with another part where a path leads to."""
    if not path:
        return part
    place, parts = path[0], parts_of(step)
    changed = with_part(parts[place], path[1:], part)
    return _made_of(step, (*parts[:place], changed, *parts[place + 1 :]))


def without_part(step: Step, path: Path) -> Step | None:
    """Return the step without the part to which a path leads; None where it had no other."""
    if not path:
        return None
    place, parts = path[0], parts_of(step)
    left = without_part(parts[place], path[1:])
    rest = (*parts[:place], *(() if left is None else (left,)), *parts[place + 1 :])
    return _made_of(step, rest) if rest else None


def _made_of(step: Step, parts: tuple[Step, ...]) -> Step:
    """Return a step like this of other parts, with no bracket that says nothing."""
    if not isinstance(step, Combined):
        return turned(parts[0])
    apart = tuple(one for part in parts for one in _parts_joined_by(step.joiner, part))
    return Combined(step.joiner, apart) if len(apart) > 1 else apart[0]


# JSON ---------------------------------------------------------------------------------------------


def to_value(step: Step | None) -> dict[str, object]:
    """Return a step as JSON can hold it; nothing is {}."""
    match step:
        case None:
            return {}
        case Pointed(words, rows, asked, keys):
            pointed = {"pointed": words, "rows": rows.tolist(), "once": list(asked)}
            return pointed | _keys_to_value(keys)
        case Asked(text, keys):
            return {"asked": text} | _keys_to_value(keys)
        case Turned(part):
            return {"not": to_value(part)}
        case Combined(joiner, parts):
            return {joiner: [to_value(part) for part in parts]}
        case _:
            assert_never(step)


def _keys_to_value(keys: tuple[str, ...]) -> dict[str, object]:
    return {"keys": list(keys)} if keys else {}


def from_value(value: object) -> Step | None:
    """Return the step that `to_value` wrote; None where it is anything else."""
    try:
        return _read(value, _DEEPEST)
    except (KeyError, TypeError, OverflowError):
        return None


def _read(value: object, depth: int) -> Step:
    if not isinstance(value, dict) or depth == 0:
        raise TypeError
    match value:
        case {"asked": str(text)}:
            return Asked(text, _keys_in(value))
        case {"pointed": str(words), "rows": list(rows), "once": list(asked)}:
            return Pointed(words, _positions(rows), tuple(map(str, asked)), _keys_in(value))
        case {"not": part}:
            return Turned(_read(part, depth - 1))
        case {"and": [_, _, *_] as parts}:
            return Combined("and", tuple(_read(part, depth - 1) for part in parts))
        case {"or": [_, _, *_] as parts}:
            return Combined("or", tuple(_read(part, depth - 1) for part in parts))
    raise KeyError


def _keys_in(value: dict[object, object]) -> tuple[str, ...]:
    match value.get("keys", []):
        case list(keys):
            return tuple(map(str, keys))
    raise TypeError


def _positions(rows: list[object]) -> Rows:
    if not all(type(row) is int and row >= 0 for row in rows):
        raise TypeError
    return np.unique(np.array(rows, dtype=np.int64))
