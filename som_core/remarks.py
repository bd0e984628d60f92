"""One thing that was noticed about a table, a recipe or a map, and what can be done about it."""

from dataclasses import asdict, dataclass, field
from typing import Literal, Self

Severity = Literal["note", "warning"]
Target = Literal["reading", "recipe", "settings"]


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A change that would help: a page makes a button of it, a report a sentence."""

    words: str  # what to do, such as “Leave the last row out”
    target: Target  # what it changes: how the file is read, the recipe, or the settings
    # New values by the names of fields, in a recipe by column and then field; all fit into JSON.
    # `Dialect.changed`, `Recipe.changed` and `MapSettings.changed` take them.
    changes: dict = field(hash=False)


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One thing noticed, in one sentence that names no page and no widget.

    Rows in the sentence are those of the table, lines those of the file; both count from 1, as
    people do.
    """

    kind: str  # what was noticed, such as “blank rows”; the same for all remarks of its kind
    sentence: str
    severity: Severity = "note"  # a warning: the map may mislead unless something is done
    columns: tuple[str, ...] = ()  # that it is about
    rows: tuple[int, ...] = ()  # positions in table.frame that it is about, where they are few
    remedy: Remedy | None = None
    other_remedies: tuple[Remedy, ...] = ()  # where there is more than one way out

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """All that would help, the likeliest first."""
        return (*((self.remedy,) if self.remedy else ()), *self.other_remedies)

    def __str__(self) -> str:
        return self.sentence

    def to_dict(self) -> dict:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, written: dict | str) -> Self:
        """Return the remark that `to_dict` wrote; older ones were kept as bare sentences."""
        if isinstance(written, str):
            return cls(kind="sentence", sentence=written)
        remedy = written["remedy"]
        return cls(
            kind=written["kind"],
            sentence=written["sentence"],
            severity=written["severity"],
            columns=tuple(written["columns"]),
            rows=tuple(written["rows"]),
            remedy=None if remedy is None else Remedy(**remedy),
            other_remedies=tuple(Remedy(**other) for other in written.get("other_remedies", ())),
        )
