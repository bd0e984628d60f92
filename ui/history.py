"""The selections of a tab before and after the present one, to go back to and forth."""

from dataclasses import dataclass, replace
from typing import Self

from ui.selection import Selection

MOST = 50  # selections to go back to
MOST_ROWS = 4_000_000  # in all of them, so that a tab stays small


@dataclass(frozen=True, eq=False)
class History:
    """Selections in the order in which they were made; the present one lies between."""

    past: tuple[Selection, ...] = ()
    future: tuple[Selection, ...] = ()  # those that were undone, the next one first

    def gone_on(self, present: Selection) -> Self:
        """Return the history once another selection was made after the present one."""
        return replace(self, past=_latest((*self.past, present)), future=())

    def undone(self, present: Selection) -> Self:
        """Return the history once the selection before the present one is selected again."""
        return replace(self, past=self.past[:-1], future=(present, *self.future))

    def redone(self, present: Selection) -> Self:
        """Return the history once the selection that was undone last is selected again."""
        return replace(self, past=(*self.past, present), future=self.future[1:])

    def followed(self, present: Selection, now: Selection) -> Self:
        """Return the history once the browser's Back or Forward, or a link, led to a selection.

        One that it doesn't know is taken for older than all, such as those before a reload; what
        nobody selected yet, as a tab begins, is no selection to go back to.
        """
        line = (*self.past, present, *self.future)
        here = len(self.past)
        alike = [place for place, selection in enumerate(line) if selection.is_like(now)]
        if alike:
            there = min(alike, key=lambda place: abs(place - here))  # of two as near: the older
            return replace(self, past=line[:there], future=line[there + 1 :])
        has_begun = len(line) > 1 or not present.is_empty
        return replace(self, past=(), future=line if has_begun else ())

    def without_group(self, mark: str) -> Self:
        """Return the history once a group is gone: its rows are there, but no group."""

        def rows_alone(selection: Selection) -> Selection:
            return replace(selection, group="") if selection.group == mark else selection

        return replace(
            self,
            past=tuple(map(rows_alone, self.past)),
            future=tuple(map(rows_alone, self.future)),
        )


def _latest(past: tuple[Selection, ...]) -> tuple[Selection, ...]:
    """Return the latest selections, as many as are kept; the last one always."""
    n_rows, first = len(past[-1].rows), len(past) - 1
    while first > max(0, len(past) - MOST) and n_rows + len(past[first - 1].rows) <= MOST_ROWS:
        first -= 1
        n_rows += len(past[first].rows)
    return past[first:]
