"""How many groups a map falls into: the question, what is known of any number, and the words."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from som_core.analyses.link_tree import LinkTree
from som_core.analyses.one_cloud import CLOUD_ABOVE, N_USUAL, cloud_p
from som_core.analyses.parting_column import parting_column
from som_core.analyses.repeated_category import repeated_category
from som_core.analyses.single_difference import single_differences
from som_core.analyses.survival import N_MAPS, SURVIVES, survival
from som_core.preparation import Prepared
from som_core.reading import Table
from som_core.trained_map import TrainedMap
from som_core.wording import counted


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known about the number of groups; nothing where it was not asked."""

    proposed: int | None = None
    survival: tuple[float, ...] = ()  # of 2, 3, … groups
    cloud_p: float | None = None
    parted_by: str | None = None  # the one column that parts the proposed groups
    repeated: dict[int, str] = field(default_factory=dict)  # the category that k groups repeat
    single: dict[int, str] = field(default_factory=dict)  # in which alone two of k groups differ
    stopped: bool = False  # before all was known

    def survival_of(self, k: int) -> float | None:
        return self.survival[k - 2] if 2 <= k < len(self.survival) + 2 else None

    @property
    def surviving(self) -> int:
        """The most groups of which each is found again; 1 if no division is."""
        return max((k for k, s in enumerate(self.survival, 2) if s >= SURVIVES), default=1)

    @property
    def is_one_cloud(self) -> bool:
        return self.cloud_p is not None and self.cloud_p > CLOUD_ABOVE


@dataclass(frozen=True, eq=False)
class Question:
    """How many groups are there?"""

    m: TrainedMap
    tree: LinkTree
    rows: Prepared  # at most 10,000 of the map
    weights: NDArray[np.float64]
    places: NDArray[np.int64]  # of these rows on the map
    table: Table | None
    seed: int

    def answered(
        self, on_progress: Callable[[float], None], should_stop: Callable[[], bool]
    ) -> Evidence:
        # One for the rows themselves. A doubtful table needs more, and stands still at the last.
        n_steps = N_MAPS + 1 + N_USUAL
        found_again = survival(
            self.m,
            self.tree,
            self.rows,
            self.places,
            self.weights,
            self.seed,
            lambda done: on_progress(done / n_steps),
            should_stop,
        )
        if found_again is None:
            return Evidence(stopped=True)
        if len(found_again) == 0:
            return Evidence(proposed=1)
        divisions = {k: self._labels(k) for k in range(2, len(found_again) + 2)}
        repeated = {
            k: column
            for k, labels in divisions.items()
            if (column := repeated_category(self.rows, labels, self.weights)) is not None
        }
        evidence = Evidence(
            survival=tuple(found_again.tolist()),
            repeated=repeated,
            single=single_differences(self.rows, divisions),
        )
        surviving = evidence.surviving
        if surviving > 1:
            column = parting_column(self.rows, self._labels(surviving), surviving, self.seed)
            if column is not None:
                on_progress(1.0)
                return replace(evidence, proposed=surviving, parted_by=column)
        p = cloud_p(
            self.m,
            self.rows,
            self.weights,
            self.table,
            self.seed,
            lambda done: on_progress((N_MAPS + 1 + min(done, N_USUAL - 1)) / n_steps),
            should_stop,
        )
        if np.isnan(p):
            return replace(evidence, stopped=True)
        on_progress(1.0)
        return replace(evidence, proposed=surviving if p <= CLOUD_ABOVE else 1, cloud_p=p)

    def _labels(self, k: int) -> NDArray[np.int64]:
        return self.tree.labels(k)[self.m.bmu[self.places]]


def reason(evidence: Evidence, k: int) -> str:
    """Return what k groups are, by all that is known."""
    if evidence.stopped:
        return "It was stopped before it was known how many groups there are"
    if evidence.proposed is None:
        return f"{_as_chosen(k)}; whether there are so many was not asked"
    if k != evidence.proposed:
        return _choice(evidence, k)
    if k > 1:
        return _groups(evidence, k)
    if not evidence.survival:
        return "Too few cells hold rows to tell groups apart, so the map is left whole"
    return _one_cloud(evidence) if evidence.is_one_cloud else _gradient(evidence)


def _choice(evidence: Evidence, k: int) -> str:
    chosen, survives = _as_chosen(k), evidence.survival_of(k)
    remarked = _repeating(evidence, k) + _single(evidence, k)
    if k == 1:
        return f"{chosen}, though {evidence.proposed} are found again on other rows"
    if evidence.is_one_cloud:
        return f"{chosen}, but the rows are one cloud: these are slices of it, not groups"
    if survives is None:
        return f"{chosen}; whether so many are found again on other rows was not asked{remarked}"
    if survives >= SURVIVES:
        return f"{chosen}: each is found again on other rows ({_at_least(survives)}){remarked}"
    return (
        f"{chosen}, but not each is found again on other rows (the least sure with Jaccard "
        f"{survives:.2f}, where {SURVIVES} is asked), so borders may lie elsewhere{remarked}"
    )


def _as_chosen(k: int) -> str:
    """Say that a number was chosen, for whoever did and for those who read it in a report."""
    return f"{counted(k, 'group')} {'was' if k == 1 else 'were'} chosen"


def _groups(evidence: Evidence, k: int) -> str:
    column = evidence.parted_by
    parted = f"; “{column}” alone parts them" if column is not None and k == 2 else ""
    return (
        f"{k} groups are the most of which each is found again on other rows "
        f"({_at_least(evidence.survival[k - 2])}){parted}{_repeating(evidence, k)}"
        f"{'' if parted else _single(evidence, k)}"
    )


def _gradient(evidence: Evidence) -> str:
    return (
        "The rows have structure that random rows with the same columns and correlations have not "
        f"(p = {evidence.cloud_p:.2g}), but no division into {_tried(evidence)} groups is found "
        f"again on other rows ({_at_best(max(evidence.survival))}): a gradient, or groups that "
        "overlap"
    )


def _one_cloud(evidence: Evidence) -> str:
    alike = (
        f"random rows with the same columns and correlations are alike (p = {evidence.cloud_p:.2g})"
    )
    surviving = evidence.surviving
    if surviving == 1:
        return (
            f"One cloud, no groups: no division into {_tried(evidence)} groups is found again on "
            f"other rows ({_at_best(max(evidence.survival))}), and {alike}"
        )
    survives = evidence.survival[surviving - 2]
    return (
        f"One cloud, no groups: {surviving} are found again on other rows ({_at_least(survives)})"
        f"{_repeating(evidence, surviving)}, but {alike}"
    )


def _tried(evidence: Evidence) -> str:
    return "2" if len(evidence.survival) == 1 else f"2 to {len(evidence.survival) + 1}"


def _at_least(jaccard: float) -> str:
    return f"Jaccard {jaccard:.2f} at least, where {SURVIVES} is asked"


def _at_best(jaccard: float) -> str:
    return f"Jaccard {jaccard:.2f} at best, where {SURVIVES} is asked"


def _repeating(evidence: Evidence, k: int) -> str:
    column = evidence.repeated.get(k)
    return "" if column is None else f", and they repeat the levels of “{column}”"


def _single(evidence: Evidence, k: int) -> str:
    column = evidence.single.get(k)
    if column is None or column == evidence.repeated.get(k):
        return ""
    who = "they" if k == 2 else "two of them"
    return f"; of what shaped the map, {who} differ in “{column}” alone"
