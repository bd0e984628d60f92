"""The groups of a map as the pages show them: proposed, then chosen, named and coloured."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from sys import getsizeof

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from som_core.analyses.group_names import AVERAGE, UNDIVIDED
from som_core.analyses.regions import OUTLIERS, Regions
from som_core.drawing.document import overlay_part
from som_core.drawing.overlays import Borders, Overlay
from som_core.drawing.palette import LEVELS, group_colour
from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.layers.layer import Layer
from som_core.wording import share
from ui import selecting, session
from ui.map_tree import ancestors
from ui.map_view import Groups, MapView
from ui.selection import Selection, selection_of_group
from workspace.jobs.kinds.grouping import Proposal, proposal, proposal_id
from workspace.map_groups import MOST_SHOWN, MapGroups, names_beside, names_given
from workspace.maps import SavedMap

IN_NO_GROUP = "In no group"
BORDERS, NAMES = "borders", "names"  # parts that a view can be without
LONGEST_ON_THE_MAP = 60
MOST_CELLS_NAMED_AHEAD = 1_000_000  # of a table: naming every number of groups takes about 0.3 s
PLUS = " + "  # between the names of groups that were united
PART = " · "  # between the name of a group that was split and that of a part


@dataclass(frozen=True, eq=False)
class ShownGroups:
    """Groups of a map with their names, colours and sizes. Shared by all sessions."""

    regions: Regions
    proposed: int  # how many were proposed
    colours: tuple[str, ...]
    places: tuple[int, ...]  # of the colours in the palette
    sizes: tuple[int, ...]  # rows of each
    n_outliers: int  # rows in no group
    lost: tuple[str, ...]  # names of an earlier map's groups that aren't found again

    @property
    def n_rows(self) -> int:
        return sum(self.sizes) + self.n_outliers

    @property
    def drawn(self) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[str, ...]]:
        """What the layer of the groups is made of: labels of the nodes, names and colours."""
        return self.regions.node_labels, self.regions.names, self.colours

    def share(self, label: int) -> str:
        """Return in words which part of all rows is in a group, or of -1 in none."""
        return share(self.size(label) / self.n_rows)

    def size(self, label: int) -> int:
        return self.n_outliers if label == OUTLIERS else self.sizes[label]

    def name(self, label: int) -> str:
        return IN_NO_GROUP if label == OUTLIERS else self.regions.names[label]

    def mark(self, label: int) -> str:
        """Return what an address says for a group: no name, and no rows."""
        return "none" if label == OUTLIERS else self.regions.marks[label]

    @property
    def labels(self) -> tuple[int, ...]:
        """The groups in order, “in no group” as the last where rows are."""
        every = tuple(range(self.regions.k))
        return (*every, OUTLIERS) if self.n_outliers else every

    def label_of(self, mark: str) -> int | None:
        """Return the group that an address means; None if it isn't shown."""
        return next((label for label in self.labels if self.mark(label) == mark), None)

    def selection(self, view: MapView, label: int) -> Selection:
        """Return the rows and the cells of a group of the map, or of -1 those in none."""
        named = Group(self.name(label), self.regions.rows(view.m, label))
        nodes = np.flatnonzero(self.regions.node_labels == label).tolist()
        return replace(
            selection_of_group(self.mark(label), named),
            map=view.saved.id,
            nodes=frozenset(nodes),
        )


def of(view: MapView) -> ShownGroups | None:
    """Return the groups of a map as they are shown now; None before they were found."""
    workspace = session.current().workspace
    found = proposal_id(workspace, view.saved)
    if not found:
        return None
    return session.cached(
        ("groups", view.saved.id, found, workspace.map_groups_version(view.saved)),
        lambda: _shown(view),
        lambda shown: 0 if shown is None else 40 * shown.regions.node_labels.nbytes,
        "Parting the map …",
    )


def take(view: MapView, shown: ShownGroups, label: int) -> None:
    """Select the rows of a group, or of -1 those in none."""
    selecting.select(shown.selection(view, label))


# What the analyst changes -------------------------------------------------------------------------


def choose_number(view: MapView, k: int) -> None:
    """Show another number of groups; what was united or split by hand is given up."""
    _change(view, lambda made: replace(made, k=k, by_hand=None))


def as_proposed(view: MapView) -> None:
    """Go back to the number that was proposed; names and colours stay."""
    _change(view, lambda made: replace(made, k=None, by_hand=None))


def unite(view: MapView, labels: Collection[int]) -> None:
    """Make one group of several, in the colour of the largest; others keep theirs.

    It is named by what sets its rows apart, or by the names of its parts: where nothing does, and
    where the analyst has named one of them.
    """
    shown = _found(view)
    parts = sorted(labels)
    regions = shown.regions.united(parts)
    whole = int(regions.node_labels[shown.regions.node_labels == parts[0]][0])
    in_words = regions.named_in_words(view.m, view.table).names[whole]
    given = session.current().workspace.map_groups(view.saved).names
    names = {}
    if in_words == AVERAGE or any(given.get(shown.mark(label)) for label in parts):
        names[regions.marks[whole]] = _joined([shown.name(label) for label in parts])
    _make_by_hand(view, regions, names)


def _joined(names: Sequence[str]) -> str:
    """Return “A + B”, each cut where both would be too long."""
    longest = (LONGEST_ON_THE_MAP - len(PLUS) * (len(names) - 1)) // len(names)
    whole = PLUS.join(names)
    if len(whole) > LONGEST_ON_THE_MAP:
        whole = PLUS.join(_shortened(name, longest) for name in names)
    return _shortened(whole, LONGEST_ON_THE_MAP)


def split(view: MapView, label: int) -> None:
    """Cut a group in two, where its cells are least alike; the larger part keeps its colour.

    Where the analyst has named the group, both parts begin with that name.

    Raises
    ------
    AtlasError
        If it can't be cut any more.
    """
    shown = _found(view)
    regions = shown.regions.split(label)
    workspace = session.current().workspace
    found, made = proposal(workspace, view.saved), workspace.map_groups(view.saved)
    given = {**({} if found is None else found.names), **made.names}.get(shown.mark(label))
    names = {}
    if given and PLUS not in given:  # else it names parts, which have names of their own
        in_words = regions.named_in_words(view.m, view.table).names
        names = {
            mark: _shortened(f"{given}{PART}{name}", LONGEST_ON_THE_MAP)
            for mark, name in zip(regions.marks, in_words, strict=True)
            if mark not in shown.regions.marks
        }
    _make_by_hand(view, regions, names)


def _make_by_hand(view: MapView, regions: Regions, names: Mapping[str, str]) -> None:
    """Show groups that were united or split, those of the tree as such; no other changes colour."""
    shown = _found(view)
    found = proposal(session.current().workspace, view.saved)
    is_cut = found is not None and set(found.regions.at(regions.k).marks) == set(regions.marks)
    colours = _colours_kept(shown, regions)

    def changed(made: MapGroups) -> MapGroups:
        by_hand, k = (None, regions.k) if is_cut else (regions, made.k)
        named, coloured = {**names, **made.names}, {**colours, **made.colours}
        return replace(made, k=k, by_hand=by_hand, names=named, colours=coloured)

    _change(view, changed)


def _colours_kept(shown: ShownGroups, regions: Regions) -> dict[str, int]:
    """Return the places in the palette of groups that are as before, and of the largest parts."""
    before, now = shown.regions.node_labels.ravel(), regions.node_labels.ravel()
    kept: dict[str, int] = {}
    for label in range(regions.k):  # the largest first
        most = int(np.bincount(before[(now == label) & (before >= 0)]).argmax())
        if shown.places[most] not in kept.values():
            kept[regions.marks[label]] = shown.places[most]
    return kept


def rename(view: MapView, label: int, name: str) -> None:
    """Give a group another name; an empty one gives back the name in words.

    Raises
    ------
    AtlasError
        If another group of the map has that name.
    """
    shown, name = _found(view), name.strip()
    others = [shown.name(other) for other in shown.labels if other != label]
    if name.casefold() in [other.casefold() for other in others]:
        raise AtlasError(f"There is a group “{name}” already. Choose another name.")
    mark = shown.mark(label)

    def named(made: MapGroups) -> MapGroups:
        names = {**made.names, mark: name}
        return replace(made, names=names)

    _change(view, named)


def recolour(view: MapView, label: int, place: int) -> None:
    """Give a group another colour of the palette."""
    mark = _found(view).mark(label)
    _change(view, lambda made: replace(made, colours={**made.colours, mark: place}))


def _change(view: MapView, change: Callable[[MapGroups], MapGroups]) -> None:
    workspace = session.current().workspace
    workspace.keep_map_groups(view.saved, change(workspace.map_groups(view.saved)))


def _found(view: MapView) -> ShownGroups:
    shown = of(view)
    if shown is None:
        raise AtlasError("The groups of this map aren't found yet. Wait until they are.")
    return shown


# As layers ----------------------------------------------------------------------------------------


def layer(
    view: MapView, name: str, node: int | None = None, row: NDArray[np.float64] | None = None
) -> Layer | None:
    """Return a layer of a map's menu; None where it needs a node, a row or groups and has none."""
    match view.menu[name].choice.needs:
        case "groups":
            shown = of(view)
            return view.layer(name, groups=None if shown is None else shown.drawn)
        case "parent":
            return view.layer(name, groups=_of_parent(view))
        case _:
            return view.layer(name, node, row=row)


def parent_of(view: MapView) -> SavedMap | None:
    """Return the map on which the rows of a map were chosen, if it is there."""
    *_, parent = None, *ancestors(view.saved, session.current().workspace.maps())
    if parent is None or parent.source.key != view.saved.source.key:  # as only a bundle could say
        return None
    return parent


def _of_parent(view: MapView) -> Groups | None:
    """Return the group of each row, and names and colours, on the map that its rows are from."""
    parent = parent_of(view)
    if parent is None:
        return None
    above = MapView.of(parent)
    shown = of(above)
    if shown is None:
        return None
    names = np.array([*shown.regions.names, None], dtype=object)  # -1 is the last
    group_of_rows = pd.Series(None, index=range(len(view.table.frame)), dtype=object)
    group_of_rows.iloc[above.m.rows] = names[shown.regions.node_labels.ravel()[above.m.bmu]]
    return group_of_rows, shown.regions.names, shown.colours


# How they are drawn -------------------------------------------------------------------------------


def borders(view: MapView, shown: ShownGroups) -> list[Overlay]:
    """Return the borders over every map, as the view asks for them."""
    state = session.current()
    if BORDERS in state.view.without:
        return []
    nodes = state.selection.nodes_on(view.saved.id, view.m)
    touched = set(shown.regions.node_labels.ravel()[list(nodes)].tolist())
    dimmed = frozenset(range(shown.regions.k)) - touched if nodes else frozenset()
    return _borders(shown.regions, shown.colours, dimmed)


def levels(view: MapView, shown: ShownGroups) -> str:
    """Return as JSON, for each number of groups, the borders that the view would ask for.

    They bear the names that the groups would have. Those of a large table aren't asked for, as
    that would take a moment for each number: the borders come without them.
    """
    workspace = session.current().workspace
    found, asked = proposal_id(workspace, view.saved), session.current().view
    made = workspace.map_groups(view.saved)
    chosen = (*made.names.items(), *made.colours.items(), *asked.without, asked.levels)
    return session.cached(
        ("levels of groups", view.saved.id, found, chosen),
        lambda: _levels_json(view, most(shown), made),
        len,
        "Naming the groups …",
    )


def most(shown: ShownGroups) -> int:
    """Return the largest number of groups that can be chosen."""
    return min(MOST_SHOWN, shown.regions.most)


def _levels_json(view: MapView, most_groups: int, made: MapGroups) -> str:
    found = proposal(session.current().workspace, view.saved)
    if found is None:
        raise AtlasError("The groups of this map aren't there any more. Look for them again.")
    is_named = view.table.frame.size <= MOST_CELLS_NAMED_AHEAD
    n_nodes, drawn = view.hits.size, []
    for k in range(1, most_groups + 1):
        regions, places = _dressed(view, found, made, found.regions.at(k), is_named)
        parts = [
            overlay_part(border, n_nodes).json
            for border in _borders(regions, tuple(map(group_colour, places)), is_named=is_named)
        ]
        drawn.append(f'"{k}": [{", ".join(parts)}]')
    return f"{{{', '.join(drawn)}}}"


def _borders(
    regions: Regions,
    colours: tuple[str, ...],
    dimmed: frozenset[int] = frozenset(),
    *,
    is_named: bool = True,
) -> list[Overlay]:
    view = session.current().view
    n_levels = int(view.levels) if view.levels in ("2", "3") else 1
    coarse = [] if regions.is_by_hand else _coarser(regions.k, n_levels - 1)
    drawn = [
        Borders(node_labels=regions.at(k).node_labels, level=place)
        for place, k in enumerate(coarse)
    ]
    is_bare = not is_named or NAMES in view.without or regions.names == (UNDIVIDED,)
    names = () if is_bare else tuple(_shortened(name, LONGEST_ON_THE_MAP) for name in regions.names)
    here = Borders(
        node_labels=regions.node_labels,
        names=names,
        colours=colours if names else (),
        level=len(coarse),
        dimmed=dimmed,
    )
    return [*drawn, here]


def _coarser(k: int, how_many: int) -> list[int]:
    """Return numbers of groups below k, each about half of the next one, the fewest first."""
    numbers: list[int] = []
    while k > 3 and len(numbers) < how_many:
        k = max(2, (k + 1) // 2)
        numbers.append(k)
    return numbers[::-1]


def _shortened(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip(' ,')}…"


# How they are shown -------------------------------------------------------------------------------


def _shown(view: MapView) -> ShownGroups | None:
    workspace = session.current().workspace
    found, made = proposal(workspace, view.saved), workspace.map_groups(view.saved)
    if found is None:
        return None
    regions, places = _dressed(view, found, made, made.chosen_of(found.regions))
    hits = _hits(regions.node_labels, view.hits, regions.k)
    return ShownGroups(
        regions=regions,
        proposed=found.regions.k,
        colours=tuple(map(group_colour, places)),
        places=places,
        sizes=tuple(hits[1:].tolist()),
        n_outliers=int(hits[0]),
        lost=found.lost,
    )


def _dressed(
    view: MapView, found: Proposal, made: MapGroups, regions: Regions, is_named: bool = True
) -> tuple[Regions, tuple[int, ...]]:
    """Return groups with their names, in words where they were given none, and their colours."""
    marks = regions.marks
    places = _places(marks, {**found.colours, **made.colours})
    if not is_named:
        return regions, places
    names = names_given(marks, found.names, made.names)
    return regions.named(names_beside(names, _in_words(view, regions))), places


def _in_words(view: MapView, regions: Regions) -> tuple[str, ...]:
    """Return the names in words of groups, which are the same wherever their cells are."""
    return session.cached(
        ("groups in words", view.saved.id, regions.marks),
        lambda: regions.named_in_words(view.m, view.table).names,
        lambda names: sum(map(getsizeof, names)),
        "Naming the groups …",
    )


def _places(marks: tuple[str, ...], chosen: dict[str, int]) -> tuple[int, ...]:
    """Return the place in the palette of each group: as chosen, else the first that is free."""
    taken = {chosen[mark] for mark in marks if mark in chosen}
    free = iter([place for place in range(len(LEVELS) + len(marks)) if place not in taken])
    return tuple(chosen[mark] if mark in chosen else next(free) for mark in marks)


def _hits(labels: NDArray[np.int64], hits: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the rows in no group, then those of each group."""
    counts = np.bincount(labels.ravel() - OUTLIERS, hits.ravel(), minlength=k + 1)
    return counts.astype(np.int64)
