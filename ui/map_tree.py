"""The maps of a workspace as a tree: a map of some rows stands under the one they are from."""

from collections.abc import Sequence

from workspace.maps import SavedMap


def map_tree(maps: Sequence[SavedMap]) -> list[tuple[int, SavedMap]]:
    """Return each map once, in the order of the tree, with how deep it lies in it.

    Maps side by side are in the order given. One whose parent is gone lies at the root.
    """
    ids = {saved.id for saved in maps}
    roots = [saved for saved in maps if _parent_id(saved) not in ids]
    # From an honest workspace all hang on a root; a bundle may say that two hang on each other.
    placed: dict[str, tuple[int, SavedMap]] = {}
    for root in (*roots, *maps):
        waiting = [(0, root)]
        while waiting:
            depth, saved = waiting.pop()
            if saved.id not in placed:
                placed[saved.id] = (depth, saved)
                children = [child for child in maps if _parent_id(child) == saved.id]
                waiting += [(depth + 1, child) for child in reversed(children)]
    return list(placed.values())


def ancestors(saved: SavedMap, maps: Sequence[SavedMap]) -> list[SavedMap]:
    """Return the maps on which the rows of a map were chosen, as far as they are there.

    The last one is the map's own parent.
    """
    by_id = {other.id: other for other in maps}
    found: list[SavedMap] = []
    parent = by_id.get(_parent_id(saved))
    while parent is not None and parent not in (saved, *found):
        found.append(parent)
        parent = by_id.get(_parent_id(parent))
    return found[::-1]


def map_number(saved: SavedMap, maps: Sequence[SavedMap]) -> int:
    """Return by which number people know a map among those of a workspace, the newest first."""
    return len(maps) - [other.id for other in maps].index(saved.id)


def _parent_id(saved: SavedMap) -> str:
    return "" if saved.parent is None else saved.parent.map
