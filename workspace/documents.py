"""What lasts as JSON: one frozen value is one file, read and kept by its type.

    {"format": 2, "check": "<SHA-256 of the value as it stands here>", "value": …}

The check tells a file that a disk or a copy damaged from a whole one, so that nobody is shown a
number that was never written. Files of format 1 hold the bare value, and can't be checked.
"""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Generic, Self, TypeVar

from som_core.errors import AtlasError
from workspace.files import refreshing, replacing

FORMAT = 2

V = TypeVar("V")
T = TypeVar("T")
_FILE = re.compile(rb'\{"format": (\d+), "check": "([0-9a-f]{64})", "value": (.*)\}', re.DOTALL)
_WRONG_VALUE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, AtlasError)
logger = logging.getLogger("som_atlas.documents")


class Damaged(AtlasError):
    """A file no longer holds what was written into it."""


class WrittenByANewer(AtlasError):
    """A newer version of SOM Atlas wrote a file."""

    def __init__(self, format_found: int) -> None:
        super().__init__(
            f"This workspace was written by a newer SOM Atlas (format {format_found}; this one "
            f"knows {FORMAT}). Update SOM Atlas to open it."
        )


class Fields:
    """A JSON object whose fields are read by type; a wrong one raises TypeError or KeyError."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise TypeError(f"an object is needed, not {type(value).__name__}")
        self.values: dict[str, object] = value

    def text(self, name: str) -> str:
        return self._of(name, str)

    def flag(self, name: str) -> bool:
        return self._of(name, bool)

    def whole(self, name: str) -> int:
        return self._of(name, int)

    def number(self, name: str) -> float:
        value = self.values[name]
        return float(value) if isinstance(value, int) else self._of(name, float)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._of(name, list)
        if not all(isinstance(value, str) for value in values):
            raise TypeError(f"“{name}” must hold texts only")
        return tuple(values)

    def all_texts(self) -> dict[str, str]:
        """Return all fields, each of which must be a text."""
        return {name: self.text(name) for name in self.values}

    def each_one_of(self, choices: tuple[T, ...]) -> dict[str, T]:
        """Return all fields, each of which must be one of the choices."""
        return {name: choices[choices.index(value)] for name, value in self.values.items()}

    def maybe_text(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None

    def maybe_number(self, name: str) -> float | None:
        return self.number(name) if self.has(name) else None

    def numbers(self, name: str) -> list[float]:
        return [float(number) for number in self._of(name, list)]

    def rows(self, name: str) -> list[list[float]]:
        """Return a list of lists of numbers."""
        return [[float(number) for number in row] for row in self._of(name, list)]

    def inner(self, name: str) -> "Fields":
        return Fields(self.values[name])

    def each(self, name: str) -> tuple["Fields", ...]:
        """Return a list of objects."""
        return tuple(map(Fields, self._of(name, list)))

    def json(self, name: str) -> str:
        """Return a field as JSON text, for values that read themselves."""
        return json.dumps(self.values[name], ensure_ascii=False)

    def has(self, name: str) -> bool:
        """Return whether there is such a field, and it isn't null."""
        return self.values.get(name) is not None

    def _of(self, name: str, kind: type[T]) -> T:
        value = self.values[name]
        if not isinstance(value, kind):
            raise TypeError(f"“{name}” is {type(value).__name__}, but must be {kind.__name__}")
        return value


@dataclass(frozen=True, kw_only=True)
class DocumentType(Generic[V]):
    """One kind of file: what it is called, how it is read and written, and what it was before."""

    file: str  # below its folder; “*” stands for a name where there are several
    title: str  # what it holds, to begin a sentence with
    instead: str = ""  # what holds where it is damaged, to end that sentence with
    to_value: Callable[[V], object]  # to what JSON can hold
    from_value: Callable[[Fields], V]
    from_format_1: Callable[[Fields], V] | None = None  # None: as today

    def elsewhere(self, folder: str, *, title: str = "", instead: str = "") -> Self:
        """Return the same kind of file in another folder; called as before, if not otherwise."""
        return replace(
            self,
            file=f"{folder}/{PurePosixPath(self.file).name}",
            title=title or self.title,
            instead=instead or self.instead,
        )

    def path(self, folder: Path, name: str = "") -> Path:
        return folder / self.file.replace("*", name)

    def read(self, folder: Path, name: str = "") -> V | None:
        """Return what was kept, or None where nothing was.

        Raises
        ------
        Damaged
            If the file isn't as it was written.
        """
        path = self.path(folder, name)
        try:
            return self.from_bytes(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, Damaged) as problem:
            _log_damage(path, _age_mark(path))
            raise Damaged(self.remark) from problem

    def from_bytes(self, data: bytes) -> V:
        """Return what `to_bytes` wrote, today or before.

        Raises
        ------
        Damaged
            If it is anything else.
        WrittenByANewer
            If a newer version wrote it.
        """
        try:
            return self._from_bytes(data)
        except WrittenByANewer:
            raise
        except (RecursionError, *_WRONG_VALUE) as problem:
            raise Damaged(self.remark) from problem

    def read_whole(self, folder: Path, name: str = "") -> V | None:
        """Return what was kept, or None where nothing was, or what is there is damaged."""
        try:
            return self.read(folder, name)
        except Damaged:
            return None

    def is_damaged(self, folder: Path, name: str = "") -> bool:
        """Return whether something was kept that can't be read any more."""
        return self.path(folder, name).exists() and self.read_whole(folder, name) is None

    def read_all(self, folder: Path) -> Iterator[tuple[str, V | Damaged]]:
        """Yield each document of this type by name, or what is wrong with it."""
        before, _, after = self.file.rpartition("/")[2].partition("*")
        for path in sorted(self.path(folder, "*").parent.glob(f"[0-9a-z]*{after}")):
            name = path.name[len(before) : len(path.name) - len(after)]
            try:
                value = self.read(folder, name)
            except Damaged as problem:
                yield name, problem
            else:
                if value is not None:
                    yield name, value

    def keep(self, folder: Path, value: V, name: str = "") -> None:
        """Write the value, whole or not at all, also across a power cut."""
        path = self.path(folder, name)
        path.parent.mkdir(exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_bytes(self.to_bytes(value))

    def note(self, folder: Path, value: V, name: str = "") -> None:
        """Write the value quickly: after a power cut it may be damaged, or an older one."""
        path = self.path(folder, name)
        path.parent.mkdir(exist_ok=True)
        with refreshing(path) as temporary:
            temporary.write_bytes(self.to_bytes(value))

    def discard(self, folder: Path, name: str = "") -> None:
        self.path(folder, name).unlink(missing_ok=True)

    @property
    def remark(self) -> str:
        """What to say where the file is damaged."""
        what_now = f", so {self.instead}" if self.instead else ""
        return f"{self.title} can't be read, as a file on the server is damaged{what_now}."

    def to_bytes(self, value: V) -> bytes:
        text = json.dumps(self.to_value(value), ensure_ascii=False).encode(errors="surrogatepass")
        check = hashlib.sha256(text).hexdigest().encode()
        return b'{"format": %d, "check": "%s", "value": %s}' % (FORMAT, check, text)

    def _from_bytes(self, data: bytes) -> V:
        found = _FILE.fullmatch(data)
        if found is None:
            fields = Fields(json.loads(data))
            _refuse_newer(fields.values.get("format"))
            if {"check", "value"} & fields.values.keys():
                raise ValueError("a damaged file of today, and none of format 1")
            return (self.from_format_1 or self.from_value)(fields)
        version, check, text = found.groups()
        _refuse_newer(int(version))
        if hashlib.sha256(text).hexdigest() != check.decode():
            raise ValueError("the check doesn't fit")
        return self.from_value(Fields(json.loads(text)))


def _refuse_newer(version: object) -> None:
    if isinstance(version, int) and version > FORMAT:
        raise WrittenByANewer(version)


def _age_mark(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=1_000)
def _log_damage(path: Path, _: int) -> None:
    """Log a damaged file once, not at each look at it."""
    parts = path.parts
    below = parts.index("workspaces") if "workspaces" in parts else len(parts) - 2
    logger.error("damaged file", extra={"workspace": parts[below + 1][:6], "reason": path.name})
