"""A whole analysis as one HTML file: to be sent on, read on any screen, and printed on A4."""

import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_float_dtype

import som_core
from som_core.analyses.asked_columns import asked_columns
from som_core.analyses.column_importance import column_importance, importance_in_words
from som_core.analyses.column_spread import ColumnSpread, column_spread
from som_core.analyses.explanation import FEW_ROWS, Explanation, explain_all, telling_effects
from som_core.analyses.map_quality import quality
from som_core.analyses.node_aggregates import NodeAggregates
from som_core.analyses.ranked_table import ranked_table
from som_core.analyses.regions import OUTLIERS
from som_core.analyses.selection import nearest_rows
from som_core.analyses.valley import valleys
from som_core.analysis import Analysis
from som_core.cells import missing_in
from som_core.columns.cycles import CyclicColumn
from som_core.columns.numbers import NumberColumn
from som_core.drawing.document import document
from som_core.drawing.overlays import Borders
from som_core.drawing.palette import group_colour, set_place
from som_core.drawing.script import maps_style
from som_core.errors import AtlasError
from som_core.exports.html_maps import PAGE_STYLE, POLICY, live_maps
from som_core.exports.script import LIBRARIES, can_be_read_again, script
from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.groups import group_map
from som_core.layers.hits import hit_map
from som_core.layers.row_means import with_row_means
from som_core.layers.u_matrix import u_matrix
from som_core.notes import RowNote
from som_core.recipe import ColumnRecipe
from som_core.settings import MapSettings
from som_core.wording import (
    RECIPE,
    SETTINGS,
    counted,
    in_one_direction,
    number,
    placed,
    share,
)

# What can be left out, by its heading, in the order of the page.
PARTS: Mapping[str, str] = {
    "findings": "Findings",
    "map": "The map",
    "groups": "The groups",
    "notes": "Notes",
    "quality": "How far to trust the map",
    "columns": "What was done to the columns",
    "repeat": "How to repeat it",
    "glossary": "Words",
}
GLOSSARY: Mapping[str, str] = {
    "Map": "a sheet of cells on which rows that are alike lie near each other (Kohonen, 1982).",
    "Cell": "one place on the map, which stands for the rows on it; rows in it are much alike.",
    "Group": "cells whose rows belong together, found from the map alone.",
    "U-matrix": "how far each cell is from its neighbours; ridges part what is different.",
    "Hits": "how many rows lie on each cell.",
    "Plane": "one column over the whole map: what each cell stands for.",
    "Higher in 90 of 100 pairs": "of a row of the group and one elsewhere, how often the group's "
    "is the higher; 50 is no difference.",
    "Quantization error": "how far rows lie from their cell on average, in scaled units.",
    "Topographic error": "the share of rows whose two best cells are not neighbours.",
    "Trustworthiness": "whether neighbours on the map are neighbours in the table; 1 is best.",
}
_TYPICAL, _CHARTS, _COLUMNS_OF_ROWS, _EXACT = 5, 3, 6, 5  # of a group
_NOTHING_DONE = ("keep", "none")


def _shown(value: object) -> object:
    """Return what stands on the page: no text from outside turns the sentence that it stands in."""
    if isinstance(value, str) and not hasattr(value, "__html__"):  # no part of the page
        return in_one_direction(value)
    return value


_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,  # whatever a column, a level or a file is called
    finalize=_shown,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(
    analysis: Analysis,
    path: Path,
    *,
    title: str = "",
    author: str = "",
    include_rows: bool = True,
    parts: Collection[str] = tuple(PARTS),
) -> None:
    """Write an analysis into one HTML file that holds all it needs and fetches nothing.

    Parameters
    ----------
    analysis : Analysis
    path : of the file, which is written anew
    title : of the page; the name of the table if not given
    author : whose report it is; "" names nobody
    include_rows : whether values of single rows are shown: typical rows, means of cells, the ends
        of columns, cells quoted by remarks, and what sets groups of fewer than ten rows apart
    parts : what the page has of findings, map, groups, notes, quality, columns, repeat, glossary
        Where nobody wrote a note there is no such part.

    Raises
    ------
    AtlasError
        If there is no such part.

    References
    ----------
    Vesanto and Hollmén (2002), An automated report generation tool for the data understanding
    phase.
    """
    text = report(analysis, title=title, author=author, include_rows=include_rows, parts=parts)
    Path(path).write_text(text, encoding="utf-8")


def report(
    analysis: Analysis,
    *,
    title: str = "",
    author: str = "",
    include_rows: bool = True,
    parts: Collection[str] = tuple(PARTS),
    made: date | None = None,
) -> str:
    """Return what `write_report` writes.

    Parameters
    ----------
    analysis, title, author, include_rows, parts : see `write_report`
    made : the day that stands on it; today if not given
    """
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise AtlasError(f"A report has no part “{unknown[0]}”. Choose from: {', '.join(PARTS)}.")
    return _Report(
        analysis,
        title or analysis.table.name,
        author,
        include_rows,
        tuple(part for part in PARTS if part in parts and (part != "notes" or analysis.row_notes)),
        made or date.today(),
    ).html()


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Rows with a name and a colour."""

    name: str
    rows: NDArray[np.int64]
    colour: str
    nodes: NDArray[np.int64] | None = None  # of a group of the map


@dataclass(frozen=True, kw_only=True)
class _Card:
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
class _Report:
    analysis: Analysis
    title: str
    author: str
    include_rows: bool
    parts: tuple[str, ...]
    made: date

    def html(self) -> str:
        """Return the page; what no part of it asks for isn't computed."""
        makers = {
            "findings": self._findings,
            "map": self._map,
            "groups": self._groups_in_words,
            "notes": lambda: {"notes": list(map(self._note, self.analysis.row_notes))},
            "quality": self._quality_in_words,
            "columns": self._columns,
            "repeat": self._repeat,
            "glossary": lambda: {"words": GLOSSARY},
        }
        table = self.analysis.table
        of = table.joined_from
        source = table.name if of is None else f"{table.name} with {of.in_words}"
        if table.sample_of is not None:
            source += f", {table.sample_of.in_words}"
        return _templates.get_template("report.html").render(
            title=self.title,
            author=self.author,
            include_rows=self.include_rows,
            made=f"{self.made.day} {self.made:%B %Y}",
            source=source,
            sha256=table.sha256 if of is None else of.table.sha256,
            policy=POLICY,
            style=PAGE_STYLE + maps_style(),
            headings={part: PARTS[part] for part in self.parts},
            parts={part: makers[part]() for part in self.parts},
        )

    # What several parts stand on ------------------------------------------------------------------

    @cached_property
    def _regions(self) -> tuple[_Group, ...]:
        """The groups of the map; none where it is undivided."""
        regions, m = self.analysis.regions, self.analysis.map
        if regions is None or regions.k < 2:
            return ()
        return tuple(
            _Group(
                name=name,
                rows=np.sort(regions.rows(m, label)),
                colour=self._colours[label],
                nodes=np.flatnonzero(regions.node_labels == label),
            )
            for label, name in enumerate(regions.names)
        )

    @property
    def _colours(self) -> tuple[str, ...]:
        regions = self.analysis.regions
        return self.analysis.colours or tuple(map(group_colour, range(regions.k if regions else 0)))

    @cached_property
    def _explained(self) -> Mapping[str, Explanation]:
        """What makes each group of the map different, and each that was kept, by its name."""
        table = self.analysis.table
        kept = {_beside(group.name, self._regions): group for group in self.analysis.groups}
        rows = {group.name: group.rows for group in self._regions}
        rows |= {name: group.rows for name, group in kept.items()}
        drawn_by = {
            name: asked_columns(table, group.rows, group.recipe.step)
            for name, group in kept.items()
        }
        return explain_all(
            table,
            rows,
            recipe=self.analysis.recipe,
            drawn_by=drawn_by,
            among=self.analysis.map.chosen,
        )

    @property
    def _all_rows(self) -> NodeAggregates | None:
        """What all rows add up to, where the table is a sample of them."""
        return None if self.analysis.table.sample_of is None else self.analysis.all_rows

    @cached_property
    def _importance(self) -> pd.DataFrame:
        return column_importance(self.analysis.map, self.analysis.table)

    @cached_property
    def _quality(self) -> Mapping[str, str]:
        return quality(self.analysis.map, self.analysis.prepared).in_words

    def _may_tell(self, rows: NDArray[np.int64]) -> bool:
        """Return whether what sets rows apart may be told: of a few it shows their values."""
        return self.include_rows or len(rows) >= FEW_ROWS

    # The parts ------------------------------------------------------------------------------------

    def _findings(self) -> dict[str, str]:
        """Return five findings by what they are about."""
        words = self._quality
        found = {
            "Rows": self._size(),
            "Groups": self._number_of_groups(),
            "Traits": self._traits(),
            "Columns": " ".join(importance_in_words(self._importance)),
            "Quality": f"{words['explained_variance']} {words['topographic_error']} "
            f"{words['trustworthiness']}",
        }
        return {about: sentence for about, sentence in found.items() if sentence}

    def _size(self) -> str:
        table, recipe = self.analysis.table, self.analysis.recipe
        n_rows, n_columns = table.frame.shape
        on_map, trained = len(self.analysis.map.rows), len(recipe.trained)
        chosen = self.analysis.map.chosen
        of = "" if chosen is None else f"The map is of {len(chosen):,} rows that were chosen. "
        describing = sum(column.role == "describe" for column in recipe.columns)
        left_out = n_columns - trained - describing
        sample = "" if table.sample_of is None else f" It is {table.sample_of.in_words}."
        n_trained = self.analysis.map.n_trained
        if table.sample_of is not None and n_trained is not None:
            rows = table.sample_of.trained_in_words(n_trained)
            sample += f" The map was trained on {rows}, and shows those of the sample."
        if table.sample_of is not None and self._all_rows is not None:
            n_counted = int(self._all_rows.counts.sum())
            sample += (
                f" All rows were counted: {n_counted:,} of {table.sample_of.n_rows:,} lie on the "
                "map."
            )
        return (
            f"The table has {counted(n_rows, 'row')} and {counted(n_columns, 'column')}.{sample} "
            f"{of}On the map: {counted(on_map, 'row')}, {n_rows - on_map:,} left out. "
            f"Columns: {trained:,} shaped it, {describing:,} describe it, {left_out:,} left out."
        )

    def _number_of_groups(self) -> str:
        regions = self.analysis.regions
        return "" if regions is None else regions.reason

    def _traits(self) -> str:
        """Name the largest difference of each group, those of the three that differ most."""
        telling = {
            group.name: effects.iloc[0]
            for group in self._regions
            if self._may_tell(group.rows)
            and len(effects := telling_effects(self._explained[group.name].effects))
        }
        strongest = sorted(telling, key=lambda name: -abs(telling[name]["delta"]))[:_CHARTS]
        return " ".join(f"“{name}”: {telling[name]['in_words']}." for name in strongest)

    def _map(self) -> dict[str, object]:
        """Return the linked maps, the groups first where there are some."""
        m, table, regions = self.analysis.map, self.analysis.table, self.analysis.regions
        layers = [*([u_matrix(m)] if m.settings.n_nodes > 1 else []), hit_map(m)]
        for feature in order_planes(m):
            plane = component_plane(m, feature)
            layers.append(with_row_means(m, plane, feature, table) if self.include_rows else plane)
        borders = []
        if regions is not None and self._regions:
            labels, names, colours = regions.node_labels, regions.names, self._colours
            layers.insert(0, group_map(m, labels, names, colours))
            borders = [Borders(node_labels=labels, names=names, colours=colours)]
        notes = None
        if self.include_rows:
            typical = [rows[rows >= 0] + 1 for rows in nearest_rows(m)]
            notes = [placed("row", rows.tolist()) if len(rows) else "" for rows in typical]
        drawn = document(
            layers,
            lattice=m.lattice,
            hits=m.hits,
            toroid=m.toroid,
            overlays=borders,
            notes=notes,
            valleys=valleys(m),
        )
        return {"live": live_maps(drawn, layers[0].name)}

    def _groups_in_words(self) -> dict[str, object]:
        regions, m = self.analysis.regions, self.analysis.map
        kept = tuple(
            _Group(
                name=_beside(group.name, self._regions),
                rows=group.rows,
                colour=group_colour(set_place(place)),
            )
            for place, group in enumerate(self.analysis.groups)
        )
        every = {name: found.sentences for name, found in self._explained.items()}
        shared = set.intersection(*map(set, every.values())) if len(every) > 1 else set()
        n_outliers = 0 if regions is None else len(regions.rows(m, OUTLIERS))
        return {
            "reason": self._number_of_groups(),
            "outliers": f"{counted(n_outliers, 'row')} in no group." if n_outliers else "",
            "cards": [self._card(group, shared) for group in self._regions],
            "kept": [self._card(group, shared) for group in kept],
            "counted": "What is said “of all rows” is counted exactly in the whole table; all else "
            "is of the sample, with its intervals and tests."
            if self._all_rows is not None and self._regions
            else "",
            # What is said of all is said once.
            "shared": [said for said in next(iter(every.values()), ()) if said in shared],
        }

    def _card(self, group: _Group, said_once: Collection[str]) -> _Card:
        found = self._explained[group.name]
        sentences = tuple(said for said in found.sentences if said not in said_once)
        card = self._with_all_rows(
            _Card(name=group.name, colour=group.colour, sentences=sentences), group
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

    def _with_all_rows(self, card: _Card, group: _Group) -> _Card:
        """Add what is known exactly, of all rows: how many are in a group, what sets them apart."""
        found = self._all_rows
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

    def _note(self, note: RowNote) -> dict[str, object]:
        """Return a note line by line, who wrote it when, and on which rows."""
        about = note.about
        facts = [f"{about.name}, {counted(len(about), 'row')}", self._mostly_in(about.rows)]
        facts += [note.author, _day_in_words(note.written)]
        facts += [f"changed {_day_in_words(note.changed)}"] if note.changed else []
        return {
            "lines": note.text.splitlines(),
            "facts": " · ".join(fact for fact in facts if fact),
        }

    def _mostly_in(self, rows: NDArray[np.int64]) -> str:
        """Say in which group of the map most of some rows lie; nothing where there is none."""
        shared = {group.name: len(np.intersect1d(group.rows, rows)) for group in self._regions}
        most = max(shared, key=shared.__getitem__, default="")
        if not shared.get(most):
            return ""
        how_many = "all" if shared[most] == len(rows) else f"{shared[most]:,}"
        return f"{how_many} in “{most}”"

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

    def _quality_in_words(self) -> dict[str, object]:
        columns = [
            (one.column, "yes" if one.trained else "no", _explained_part(one.explained))
            for one in self._importance.itertuples()
        ]
        return {"sentences": [*self._quality.values(), *self.analysis.notes], "columns": columns}

    def _columns(self) -> dict[str, object]:
        table, prepared = self.analysis.table, self.analysis.prepared
        return {
            "reading": f"The file was {table.dialect.in_words}.",
            "remarks": [*(table.remarks if self.include_rows else ()), *prepared.remarks],
            "lines": [
                (column.name, self._done_to(column), column.reason)
                for column in self.analysis.recipe.columns
            ],
        }

    def _done_to(self, column: ColumnRecipe) -> str:
        """Return what was done to a column: each step that did something."""
        if column.role == "drop":
            return "left out"
        if column.role == "describe" or not column.weight:
            return "describes the map, did not shape it"
        fitted = {one.recipe.name: one for one in self.analysis.map.fitted.columns}
        learned = fitted.get(column.name)
        if learned is None:
            return "left out: the same in all rows that remain"
        steps = []
        if missing_in(self.analysis.table.column(column.name)).any():
            steps.append(_step("missing", column.missing))
        if isinstance(learned, NumberColumn):
            steps += [
                _step(name, getattr(column, name))
                for name in ("outliers", "transform", "scale")
                if getattr(column, name) not in _NOTHING_DONE
            ]
        else:
            steps.append("on a circle" if isinstance(learned, CyclicColumn) else "as levels")
        if column.weight != 1:
            steps.append(_step("weight", f"{column.weight:g}"))
        return "; ".join(["shaped the map", *steps])

    def _repeat(self) -> dict[str, object]:
        reads = "A script reads the same file, whose hash it checks,"
        if self.analysis.table.sample_of is not None:
            reads = "A script reads the file of the sample, or draws it from the whole table again,"
        return {
            "reads": reads,
            "settings": _settings_in_words(self.analysis.settings),
            "versions": {
                "SOM Atlas": som_core.__version__,
                "Python": platform.python_version(),
                **{library: version(library) for library in LIBRARIES},
            },
            # A table that is from no file can't be read again.
            "script": script(self.analysis) if can_be_read_again(self.analysis.table) else "",
        }


# In words -----------------------------------------------------------------------------------------


def _day_in_words(seconds: float) -> str:
    """Return such as “6 March 2026”; seconds are counted since 1970."""
    day = datetime.fromtimestamp(seconds, UTC)
    return f"{day.day} {day:%B %Y}"


def _beside(name: str, regions: Collection[_Group]) -> str:
    """Return the name of kept rows, told from that of a group of the map."""
    return f"{name} (kept)" if any(name == group.name for group in regions) else name


def _explained_part(part: float) -> str:
    """Return ε² as people say it; it is a little below 0 by chance."""
    return "–" if np.isnan(part) else share(max(part, 0.0))


def _step(name: str, value: str) -> str:
    choice = RECIPE[name]
    return f"{choice.label.lower()}: {choice.word(value)}"


def _settings_in_words(settings: MapSettings) -> dict[str, str]:
    """Return each setting by what it is called; without those that other choices make idle."""
    idle = "learning_rate" if settings.algorithm == "batch" else "end_sigma"
    return {
        SETTINGS[field.name].label: _setting(field.name, getattr(settings, field.name))
        for field in fields(settings)
        if field.name != idle
    }


def _setting(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return SETTINGS[name].word(f"{value:g}" if isinstance(value, float) else str(value))


def _as_texts(values: pd.Series) -> list[str]:
    """Return the values of a column as people write them; “–” where one is missing."""
    if is_float_dtype(values.dtype):
        return [number(value) for value in values.to_numpy(dtype=float, na_value=np.nan)]
    return ["–" if pd.isna(value) else str(value) for value in values]
