"""Large things that took work to make, at hand for all sessions in a bounded part of memory.

A part of them lies in files that the system reads as they are looked at. Files count, too, so that
they don't fill a disk, but far less.
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar, cast

import numpy as np

from som_core.geometry.arrays_on_disk import moved_to_disk, stays_in_memory
from som_core.preparation import Prepared
from som_core.trained_map import TrainedMap

NEWEST = 4  # stay whatever their size: a page may need table, matrix and map of its workspace

_FILES_COUNT = 1 / 20  # of their bytes

T = TypeVar("T")
Arrays = TypeVar("Arrays", Prepared, TrainedMap)


@dataclass
class _Place(Generic[T]):
    """Where one thing stands, or will stand as soon as it is made."""

    making: threading.Lock = field(default_factory=threading.Lock)
    thing: T | None = None
    size: int = 0
    asked: int = 0  # number of the latest time that somebody asked for it


class Cache:
    """Keeps things by key; the larger a thing, and the longer unused, the sooner it makes room.

    What is in the cache is shared: nobody may change it. What no longer has room is made anew when
    it is asked for.

    Parameters
    ----------
    room : bytes that all things together may count, beside the newest ones
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._places: dict[Hashable, _Place[object]] = {}
        self._n_asked = 0
        self._changing = threading.Lock()

    def take(self, key: Hashable, make: Callable[[], T], size_of: Callable[[T], int]) -> T:
        """Return the thing under a key; who comes while it is being made waits for it.

        Parameters
        ----------
        key : never names another thing
        make : makes the thing where it isn't in the cache; it may take other things
        size_of : the bytes that it counts, at least 1
        """
        with self._changing:
            place = self._places.setdefault(key, _Place())
            self._n_asked += 1
            place.asked = self._n_asked
        with place.making:
            if place.size == 0:
                place.thing = make()
                place.size = size_of(place.thing)
                self._make_room()
            return cast(T, place.thing)  # what `make` made, now or before

    @property
    def size(self) -> int:
        """The bytes that all things in the cache count."""
        return sum(place.size for place in self._places.values())

    def _make_room(self) -> None:
        with self._changing:
            if self.size <= self.room:
                return
            by_age = sorted(self._places, key=lambda key: -self._places[key].asked)
            older = by_age[NEWEST:]
            while self.size > self.room and older:
                key = max(older, key=self._cost_of_keeping)
                older.remove(key)
                del self._places[key]

    def _cost_of_keeping(self, key: Hashable) -> int:
        place = self._places[key]
        return place.size * (self._n_asked - place.asked)


def in_files(thing: Arrays) -> Arrays:
    """Return a matrix or a map whose large arrays lie in files, to be read only."""
    arrays: dict[str, Any] = {
        name: moved_to_disk(part)
        for name, part in vars(thing).items()
        if isinstance(part, np.ndarray)
    }
    return replace(thing, **arrays)


def size_in_files(thing: Arrays) -> int:
    """Return the bytes that arrays count which `in_files` returned."""
    return counted_size(
        part.nbytes for part in vars(thing).values() if isinstance(part, np.ndarray)
    )


def counted_size(arrays: Iterable[int], *, in_memory: int = 0, in_files: int = 0) -> int:
    """Return the bytes that a thing counts.

    Parameters
    ----------
    arrays : bytes of each of its arrays that was moved to the disk, where it was large enough
    in_memory, in_files : bytes of what else it holds
    """
    for size in arrays:
        if stays_in_memory(size):
            in_memory += size
        else:
            in_files += size
    return 1 + in_memory + int(_FILES_COUNT * in_files)
