"""Regions: the groups that a map falls into, how many there are, and how sure that is."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from som_core.analyses.group_names import UNDIVIDED, group_names
from som_core.analyses.link_tree import LinkTree, link_tree
from som_core.analyses.number_of_groups import Evidence, Question, reason
from som_core.analyses.own_rows import own_places, own_table
from som_core.analyses.resampling import sampled
from som_core.errors import AtlasError
from som_core.geometry.lattice import neighbours
from som_core.preparation import Prepared
from som_core.reading import Table
from som_core.settings import MapSettings
from som_core.trained_map import TrainedMap
from som_core.wording import counted, joined

OUTLIERS = -1
_VERSION = 1
_BY_NUMBER_OF_GROUPS = {"repeated", "single"}  # what is known of several numbers of groups


@dataclass(frozen=True, kw_only=True, eq=False)
class Regions:
    """The groups of a map, cut from one tree: any other number can be had of it, too."""

    node_labels: NDArray[np.int64]  # (height, width): 0 … k - 1, most rows first; -1: outliers
    k: int
    reason: str  # why this number, and what it is, in one sentence
    names: tuple[str, ...]  # of the k groups, no two alike
    pieces: tuple[int, ...]  # on how many parts of the map each group lies
    _tree: LinkTree
    _settings: MapSettings
    _evidence: Evidence
    is_by_hand: bool = False  # groups were united or split; no longer a cut of the tree

    @property
    def marks(self) -> tuple[str, ...]:
        """A mark of each group's cells, the same wherever the same cells are a group."""
        nodes = self.node_labels.ravel()
        return tuple(
            hashlib.sha256(np.flatnonzero(nodes == label).tobytes()).hexdigest()[:16]
            for label in range(self.k)
        )

    @property
    def curve(self) -> pd.DataFrame:
        """How well the worst of k groups is found again on other rows: columns k and survival.

        Empty where the number was not asked for.
        """
        survival = list(self._evidence.survival)
        return pd.DataFrame({"k": np.arange(2, len(survival) + 2), "survival": survival}).astype(
            {"k": np.int64, "survival": np.float64}
        )

    @property
    def cloud_p(self) -> float:
        """The p-value of “one cloud, no groups”; NaN where it was not asked for."""
        return float("nan") if self._evidence.cloud_p is None else self._evidence.cloud_p

    @property
    def was_proposed(self) -> bool:
        """Whether it was asked how many groups there are, and answered."""
        return self._evidence.proposed is not None

    @property
    def was_stopped(self) -> bool:
        """Whether the search was stopped before it was known how many groups there are."""
        return self._evidence.stopped

    @property
    def most(self) -> int:
        """The largest k that there can be."""
        return self._tree.most

    def at(self, k: int) -> "Regions":
        """Return k groups of the same tree, named “group 1” and so on; nothing is computed anew.

        Each group of more lies within one of fewer.

        Raises
        ------
        AtlasError
            If k is not between 1 and the number of cells with rows.
        """
        if not 1 <= k <= self.most:
            raise AtlasError(
                f"{counted(k, 'group')} can't be made: {counted(self.most, 'cell')} of the map "
                f"can be told apart. Choose 1 to {self.most}."
            )
        return _cut(self._tree, self._settings, self._evidence, k)

    def rows(self, m: TrainedMap, label: int) -> NDArray[np.int64]:
        """Return the rows of a group, or of -1 the outliers, as positions in table.frame.

        Raises
        ------
        AtlasError
            If there is no such group.
        """
        if not OUTLIERS <= label < self.k:
            raise AtlasError(f"There is no group {label}. Groups are 0 to {self.k - 1}.")
        return m.rows[self.node_labels.ravel()[m.bmu] == label]

    def named(self, names: Sequence[str]) -> "Regions":
        """Return the same groups by other names, one for each.

        Raises
        ------
        AtlasError
            If there are more or fewer names than groups, or two are alike.
        """
        if len(names) != self.k or len(set(names)) != self.k:
            raise AtlasError(
                f"{counted(self.k, 'group')} need as many different names, but "
                f"{len(set(names))} were given. Give each a name of its own."
            )
        return replace(self, names=tuple(names))

    def named_in_words(self, m: TrainedMap, table: Table) -> "Regions":
        """Return the same groups, named by what sets their rows apart; see `group_names`.

        They are apart from the other rows to which the map was limited. Columns that were joined
        name nothing, unless they shaped the map: names outlast what is laid beside. A single group
        is “undivided”: there are no others for it to be apart from.
        """
        if self.k == 1:
            return self.named([UNDIVIDED])
        rows = [own_places(m, self.rows(m, label)) for label in range(self.k)]
        shaping = {column.recipe.name for column in m.fitted.columns}
        beside = set(table.joined_columns) - shaping
        return self.named(group_names(own_table(m, table), rows, leave_out=beside))

    def united(self, labels: Collection[int]) -> "Regions":
        """Return the groups with some of them made one.

        Raises
        ------
        AtlasError
            If these are fewer than two groups.
        """
        together = sorted(set(labels) & set(range(self.k)))
        if len(together) < 2:
            raise AtlasError("One group can't be united. Choose two or more.")
        nodes = np.where(np.isin(self.node_labels, together), together[0], self.node_labels)
        return self.with_labels(nodes)

    def split(self, label: int) -> "Regions":
        """Return the groups with one of them cut in two, where the tree cuts it first.

        Raises
        ------
        AtlasError
            If the tree can't cut it any more.
        """
        inside = (self.node_labels.ravel() == label) & (self._tree.rows > 0)
        places = self._tree.place[inside]
        first = places.min(initial=len(self._tree.place))
        cuts = [c for c in self._tree.cuts.tolist() if first < c <= places.max(initial=-1)]
        if not cuts:
            raise AtlasError(f"“{self.names[label]}” is one cell, so it can't be split.")
        apart = (self.node_labels.ravel() == label) & (self._tree.place >= cuts[0])
        nodes = np.where(apart, self.k, self.node_labels.ravel())
        return self.with_labels(nodes.reshape(self.node_labels.shape))

    def with_labels(self, node_labels: ArrayLike) -> "Regions":
        """Return groups that were made by hand, named “group 1” and so on.

        Parameters
        ----------
        node_labels : array of shape (height, width)
            Equal numbers of at least 0 are one group; below 0 in no group. They are numbered anew:
            0 has the most rows.

        Raises
        ------
        AtlasError
            If there is not one whole number for each cell, or no group at all.
        """
        labels = np.asarray(node_labels)
        if labels.shape != self.node_labels.shape or not np.issubdtype(labels.dtype, np.integer):
            height, width = self.node_labels.shape
            raise AtlasError(
                f"Groups of this map need a whole number for each of its {height} × {width} cells, "
                f"but were given {labels.dtype} of shape {labels.shape}."
            )
        if labels.max() < 0:
            raise AtlasError("No cell is in a group. Number the cells of each group from 0.")
        inside = labels.ravel() >= 0
        old, nodes = np.unique(labels.ravel()[inside], return_inverse=True)
        held = np.bincount(nodes, self._tree.rows[inside], minlength=len(old))
        rank = np.empty(len(old), dtype=np.int64)
        rank[np.argsort(-held, kind="stable")] = np.arange(len(old))
        numbered = np.full(labels.size, OUTLIERS)
        numbered[inside] = rank[nodes]
        pieces = _pieces(numbered, self._tree.rows, self._settings, len(old))
        clauses = ["Groups were united or split by hand", *_on_pieces(pieces)]
        return replace(
            self,
            node_labels=numbered.reshape(labels.shape),
            k=len(old),
            reason="; ".join(clauses) + ".",
            names=tuple(f"group {label + 1}" for label in range(len(old))),
            pieces=pieces,
            is_by_hand=True,
        )

    def to_json(self) -> str:
        evidence = asdict(self._evidence)
        written = {
            "version": _VERSION,
            "k": self.k,
            "names": self.names,
            "by_hand": self.node_labels.tolist() if self.is_by_hand else None,
            "tree": self._tree.to_dict(),
            "settings": json.loads(self._settings.to_json()),
            "evidence": evidence
            | {name: list(evidence[name].items()) for name in _BY_NUMBER_OF_GROUPS},
        }
        return json.dumps(written, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Regions":
        """Read what `to_json` wrote; AtlasError if it is anything else."""
        try:
            written = json.loads(text)
            if written["version"] != _VERSION:
                raise AtlasError(
                    f"The groups have version {written['version']}, but version {_VERSION} is "
                    "needed. Make them anew from the map."
                )
            evidence = written["evidence"]
            evidence["survival"] = tuple(evidence["survival"])
            for name in _BY_NUMBER_OF_GROUPS & evidence.keys():  # older ones know less
                evidence[name] = {k: column for k, column in evidence[name]}
            regions = _cut(
                LinkTree.from_dict(written["tree"]),
                MapSettings.from_json(json.dumps(written["settings"])),
                Evidence(**evidence),
                written["k"] if written.get("by_hand") is None else 1,
            )
            if written.get("by_hand") is not None:
                regions = regions.with_labels(np.array(written["by_hand"], dtype=np.int64))
            return regions.named(written["names"])
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise AtlasError(
                "The groups can't be read: they are damaged. Make them anew from the map."
            ) from error


def regions(
    m: TrainedMap,
    k: int | None = None,
    *,
    table: Table | None = None,
    prepared: Prepared | None = None,
    row_weights: NDArray[np.float64] | None = None,
    seed: int = 0,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Regions:
    """Return the groups that a map falls into.

    Groups are cut from the tree of linked nodes (`link_tree`): they may have any shape, and need
    not lie on one piece of the map. A handful of rows far from all others is in no group.

    Without k, their number is proposed: the most of which each is found again on other rows
    (`survival`, at least 0.75), if there is more to them than one cloud has: a valley in a column
    (`parting_column`), or more structure than random rows of the same columns (`cloud_p`). Else it
    is 1, and the reason says whether the rows are one cloud, or there is structure that no division
    catches.

    Parameters
    ----------
    m : TrainedMap
    k : how many groups; None: their number is proposed, which takes some seconds
    table : names the groups in words; and tells which values the recipe filled in
    prepared : the rows of the map; only a proposal needs them
    row_weights : array of shape (n_rows,), how many rows each row stands for; each 1 if not given
    seed : equal seeds give an equal proposal
    on_progress : told how much of a proposal is done, from 0 to 1
    should_stop : asked every few milliseconds; when it says yes, what is known by then is returned

    Raises
    ------
    AtlasError
        If k is not between 1 and the number of cells with rows, the prepared rows are missing or
        not those of the map, or the weights are no weights of its rows.
    """
    weights = _checked_weights(m, row_weights)
    tree = link_tree(m, weights)
    if k is not None:
        found = _cut(tree, m.settings, Evidence(), 1).at(k)
    elif prepared is None:
        raise AtlasError(
            "The number of groups can only be proposed with the prepared rows. Pass them as "
            "prepared, or choose k."
        )
    else:
        asked = Question(m, tree, *sampled(m, prepared, weights, seed), table, seed)
        evidence = asked.answered(on_progress or (lambda _: None), should_stop or (lambda: False))
        found = _cut(tree, m.settings, evidence, evidence.proposed or 1)
    return found if table is None else found.named_in_words(m, table)


def _checked_weights(m: TrainedMap, row_weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
    if row_weights is None:
        return np.ones(len(m.bmu))
    weights = np.asarray(row_weights, dtype=np.float64)
    if weights.shape != m.bmu.shape:
        raise AtlasError(
            f"The map has {counted(len(m.bmu), 'row')}, so as many row weights are needed, but "
            f"their shape is {weights.shape}."
        )
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.sum() > 0):
        raise AtlasError(
            "Row weights must be finite numbers of at least 0, and one of them above 0. Replace "
            "those that are not."
        )
    return weights


def _cut(tree: LinkTree, settings: MapSettings, evidence: Evidence, k: int) -> Regions:
    labels = tree.labels(k)
    pieces = _pieces(labels, tree.rows, settings, k)
    clauses = [reason(evidence, k), *_on_pieces(pieces), *_on_outliers(labels, tree)]
    return Regions(
        node_labels=labels.reshape(settings.height, settings.width),
        k=k,
        reason="; ".join(clauses) + ".",
        names=tuple(f"group {label + 1}" for label in range(k)),
        pieces=pieces,
        _tree=tree,
        _settings=settings,
        _evidence=evidence,
    )


def _pieces(
    labels: NDArray[np.int64], rows: NDArray[np.float64], settings: MapSettings, k: int
) -> tuple[int, ...]:
    """Return how many parts of the map, with rows on each, every group lies on."""
    beside = neighbours(settings.height, settings.width, settings.lattice, toroid=settings.toroid)
    node, column = np.nonzero(beside >= 0)
    other = beside[node, column]
    same = labels[node] == labels[other]
    ends = (node[same], other[same])
    joining = coo_array((np.ones(len(ends[0])), ends), shape=(len(labels),) * 2)
    _, piece = connected_components(joining, directed=False)
    _, first = np.unique(piece[rows > 0], return_index=True)
    of_pieces = labels[rows > 0][first]
    return tuple(np.bincount(of_pieces[of_pieces >= 0], minlength=k).tolist())


def _on_pieces(pieces: Sequence[int]) -> list[str]:
    torn = [f"group {label + 1} in {n}" for label, n in enumerate(pieces) if n > 1]
    return [f"on the map some lie in pieces: {joined(torn)}"] if torn else []


def _on_outliers(labels: NDArray[np.int64], tree: LinkTree) -> list[str]:
    n_rows = round(float(tree.rows[labels == OUTLIERS].sum()))
    lie, are = ("lies", "is") if n_rows == 1 else ("lie", "are")
    said = f"{counted(n_rows, 'row')} {lie} far from all others and {are} in no group"
    return [said] if n_rows else []
