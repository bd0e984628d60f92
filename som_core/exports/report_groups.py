"""What a report says of groups: sentences, charts, typical rows, and what all rows add up to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_float_dtype

from som_core.analyses.asked_columns import asked_columns
from som_core.analyses.column_spread import ColumnSpread, column_spread
from som_core.analyses.explanation import FEW_ROWS, Explanation, explain_all, telling_effects
from som_core.analyses.node_aggregates import NodeAggregates
from som_core.analyses.ranked_table import ranked_table
from som_core.analyses.regions import OUTLIERS
from som_core.analysis import Analysis
from som_core.drawing.palette import group_colour, set_place
from som_core.wording import counted, number, share

_TYPICAL, _CHARTS, _COLUMNS_OF_ROWS, _EXACT = 5, 3, 6, 5  # of a group


@dataclass(frozen=True, kw_only=True)
class ReportedGroup:
    """Rows with a name and a colour."""

    name: str
    rows: NDArray[np.int64]
    colour: str
    nodes: NDArray[np.int64] | None = None  # of a group of the map


@dataclass(frozen=True, kw_only=True)
class GroupCard:
    """What is said and shown of one group."""

    name: str
    colour: str
    sentences: tuple[str, ...]
    charts: tuple[tuple[str, ColumnSpread], ...] = ()  # by their columns
    heads: tuple[str, ...] = ()  # of the typical rows
    typical: tuple[tuple[str, ...], ...] = ()
    of_all: str = ""  # how many of all rows are in it, where they were counted
    exact: tuple[tuple[str, ...], ...] = ()  # what sets those apart


@dataclass(frozen=True)
class ReportedGroups:
    """The groups of an analysis as a report tells of them; what isn't asked for isn't computed."""

    analysis: Analysis
    include_rows: bool

    @cached_property
    def of_map(self) -> tuple[ReportedGroup, ...]:
        """The groups of the map; none where it is undivided."""
        regions, m = self.analysis.regions, self.analysis.map
        if regions is None or regions.k < 2:
            return ()
        return tuple(
            ReportedGroup(
                name=name,
                rows=np.sort(regions.rows(m, label)),
                colour=self.colours[label],
                nodes=np.flatnonzero(regions.node_labels == label),
            )
            for label, name in enumerate(regions.names)
        )

    @cached_property
    def kept(self) -> tuple[ReportedGroup, ...]:
        """The rows that were kept under a name, told from a group of the map of the same name."""
        taken = {group.name for group in self.of_map}
        return tuple(
            ReportedGroup(
                name=f"{group.name} (kept)" if group.name in taken else group.name,
                rows=group.rows,
                colour=group_colour(set_place(place)),
            )
            for place, group in enumerate(self.analysis.groups)
        )

    @property
    def colours(self) -> tuple[str, ...]:
        """The colour of each group of the map."""
        regions = self.analysis.regions
        return self.analysis.colours or tuple(map(group_colour, range(regions.k if regions else 0)))

    @property
    def number_in_words(self) -> str:
        """How many groups the map has, and why; nothing where none were looked for."""
        regions = self.analysis.regions
        return "" if regions is None else regions.reason

    @property
    def all_rows(self) -> NodeAggregates | None:
        """What all rows add up to, where the table is a sample of them."""
        return None if self.analysis.table.sample_of is None else self.analysis.all_rows

    def traits(self) -> str:
        """Name the largest difference of each group, those of the three that differ most."""
        telling = {
            group.name: effects.iloc[0]
            for group in self.of_map
            if self._may_tell(group.rows)
            and len(effects := telling_effects(self._explained[group.name].effects))
        }
        strongest = sorted(telling, key=lambda name: -abs(telling[name]["delta"]))[:_CHARTS]
        return " ".join(f"“{name}”: {telling[name]['in_words']}." for name in strongest)

    def mostly_in(self, rows: NDArray[np.int64]) -> str:
        """Say in which group of the map most of some rows lie; nothing where there is none."""
        shared = {group.name: len(np.intersect1d(group.rows, rows)) for group in self.of_map}
        most = max(shared, key=shared.__getitem__, default="")
        if not shared.get(most):
            return ""
        how_many = "all" if shared[most] == len(rows) else f"{shared[most]:,}"
        return f"{how_many} in “{most}”"

    def in_words(self) -> dict[str, object]:
        """Return the part of the report: what is said of all groups, and a card of each."""
        regions, m = self.analysis.regions, self.analysis.map
        every = {name: found.sentences for name, found in self._explained.items()}
        shared = set.intersection(*map(set, every.values())) if len(every) > 1 else set()
        n_outliers = 0 if regions is None else len(regions.rows(m, OUTLIERS))
        return {
            "reason": self.number_in_words,
            "outliers": f"{counted(n_outliers, 'row')} in no group." if n_outliers else "",
            "cards": [self._card(group, shared) for group in self.of_map],
            "kept": [self._card(group, shared) for group in self.kept],
            "counted": "What is said “of all rows” is counted exactly in the whole table; all else "
            "is of the sample, with its intervals and tests."
            if self.all_rows is not None and self.of_map
            else "",
            # What is said of all is said once.
            "shared": [said for said in next(iter(every.values()), ()) if said in shared],
        }

    @cached_property
    def _explained(self) -> Mapping[str, Explanation]:
        """What makes each group of the map different, and each that was kept, by its name."""
        table = self.analysis.table
        drawn_by = {
            told.name: asked_columns(table, group.rows, group.recipe.step)
            for told, group in zip(self.kept, self.analysis.groups, strict=True)
        }
        return explain_all(
            table,
            {group.name: group.rows for group in (*self.of_map, *self.kept)},
            recipe=self.analysis.recipe,
            drawn_by=drawn_by,
            among=self.analysis.map.chosen,
        )

    def _may_tell(self, rows: NDArray[np.int64]) -> bool:
        """Return whether what sets rows apart may be told: of a few it shows their values."""
        return self.include_rows or len(rows) >= FEW_ROWS

    def _card(self, group: ReportedGroup, said_once: Collection[str]) -> GroupCard:
        found = self._explained[group.name]
        sentences = tuple(said for said in found.sentences if said not in said_once)
        card = self._with_all_rows(
            GroupCard(name=group.name, colour=group.colour, sentences=sentences), group
        )
        if not self._may_tell(group.rows):
            few = f"What sets fewer than {FEW_ROWS} rows apart would show their values."
            return replace(card, sentences=(*sentences[:1], few))
        columns = {column.name: column for column in ranked_table(self.analysis.table).columns}
        telling = telling_effects(found.effects)
        if not self.include_rows:  # the levels of a text are what single rows say
            kinds = telling["column"].map(self.analysis.table.kinds)
            telling = telling[~kinds.isin(["identifier", "text"])]
        charts = tuple(
            (name, column_spread(columns[name], group.rows)) for name in telling["column"][:_CHARTS]
        )
        card = replace(card, charts=charts)
        if not self.include_rows:
            return card
        names = self._columns_to_show(found.effects["column"].tolist())
        return replace(card, heads=("row", *names), typical=self._typical(group.rows, names))

    def _with_all_rows(self, card: GroupCard, group: ReportedGroup) -> GroupCard:
        """Add what is known exactly, of all rows: how many are in a group, what sets them apart."""
        found = self.all_rows
        if found is None or group.nodes is None:
            return card
        n_here, n_on_map = int(found.counts[group.nodes].sum()), int(found.counts.sum())
        card = replace(
            card, of_all=f"{n_here:,} of {n_on_map:,} rows on the map, {share(n_here / n_on_map)}."
        )
        if not self.include_rows and n_here < FEW_ROWS:
            return card
        kinds = self.analysis.table.kinds
        told = [
            effect
            for effect in found.effects(group.nodes.tolist())
            if not np.isnan(effect.effect)
            # Levels of a text are what single rows say.
            and (self.include_rows or kinds[effect.column] not in ("identifier", "text"))
        ]
        exact = tuple(
            (
                effect.column if effect.level is None else f"{effect.column} = {effect.level}",
                *effect.sides_in_words(kinds[effect.column]),
                f"{effect.effect:.2f}",
            )
            for effect in told[:_EXACT]
        )
        return replace(card, exact=exact)

    def _columns_to_show(self, telling: Sequence[str]) -> list[str]:
        """Return a column that names rows, where there is one, and those that tell most."""
        kinds = self.analysis.table.kinds
        naming = [name for kind in ("identifier", "text") for name in kinds if kinds[name] == kind]
        return list(dict.fromkeys([*naming[:1], *telling]))[:_COLUMNS_OF_ROWS]

    def _typical(self, rows: NDArray[np.int64], names: list[str]) -> tuple[tuple[str, ...], ...]:
        """Return the rows nearest to the middle of a group, as texts with their numbers."""
        prepared = self.analysis.prepared
        places = np.flatnonzero(np.isin(prepared.rows, rows))
        matrix = prepared.matrix[places]
        n_present = np.maximum((~np.isnan(matrix)).sum(axis=0), 1)
        middle = np.nan_to_num(matrix).sum(axis=0) / n_present
        apart = (np.nan_to_num(matrix - middle) ** 2).sum(axis=1)
        nearest = prepared.rows[places[np.argsort(apart, kind="stable")[:_TYPICAL]]]
        frame = self.analysis.table.frame
        shown = {name: _as_texts(frame[name].iloc[nearest]) for name in names}
        return tuple(
            (f"{row + 1:,}", *(texts[place] for texts in shown.values()))
            for place, row in enumerate(nearest.tolist())
        )


def _as_texts(values: pd.Series) -> list[str]:
    """Return the values of a column as people write them; “–” where one is missing."""
    if is_float_dtype(values.dtype):
        return [number(value) for value in values.to_numpy(dtype=float, na_value=np.nan)]
    return ["–" if pd.isna(value) else str(value) for value in values]
