"""A whole analysis as one HTML file: to be sent on, read on any screen, and printed on A4."""

import platform
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import jinja2
import numpy as np
import pandas as pd

import som_core
from som_core.analyses.column_importance import column_importance, importance_in_words
from som_core.analyses.map_quality import quality
from som_core.analyses.selection import nearest_rows
from som_core.analyses.valley import valleys
from som_core.analysis import Analysis
from som_core.cells import missing_in
from som_core.columns.cycles import CyclicColumn
from som_core.columns.numbers import NumberColumn
from som_core.drawing.document import document
from som_core.drawing.overlays import Borders
from som_core.drawing.script import maps_style
from som_core.errors import AtlasError
from som_core.exports.html_maps import PAGE_STYLE, POLICY, live_maps
from som_core.exports.report_groups import ReportedGroups
from som_core.exports.script import script
from som_core.exports.script_steps import LIBRARIES, can_be_read_again
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
            "groups": self._groups.in_words,
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
    def _groups(self) -> ReportedGroups:
        return ReportedGroups(self.analysis, self.include_rows)

    @cached_property
    def _importance(self) -> pd.DataFrame:
        return column_importance(self.analysis.map, self.analysis.table)

    @cached_property
    def _quality(self) -> Mapping[str, str]:
        return quality(self.analysis.map, self.analysis.prepared).in_words

    # The parts ------------------------------------------------------------------------------------

    def _findings(self) -> dict[str, str]:
        """Return five findings by what they are about."""
        words = self._quality
        found = {
            "Rows": self._size(),
            "Groups": self._groups.number_in_words,
            "Traits": self._groups.traits(),
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
        all_rows = self._groups.all_rows
        if table.sample_of is not None and all_rows is not None:
            n_counted = int(all_rows.counts.sum())
            sample += (
                f" All rows were counted: {n_counted:,} of {table.sample_of.n_rows:,} lie on the "
                "map."
            )
        return (
            f"The table has {counted(n_rows, 'row')} and {counted(n_columns, 'column')}.{sample} "
            f"{of}On the map: {counted(on_map, 'row')}, {n_rows - on_map:,} left out. "
            f"Columns: {trained:,} shaped it, {describing:,} describe it, {left_out:,} left out."
        )

    def _map(self) -> dict[str, object]:
        """Return the linked maps, the groups first where there are some."""
        m, table, regions = self.analysis.map, self.analysis.table, self.analysis.regions
        layers = [*([u_matrix(m)] if m.settings.n_nodes > 1 else []), hit_map(m)]
        for feature in order_planes(m):
            plane = component_plane(m, feature)
            layers.append(with_row_means(m, plane, feature, table) if self.include_rows else plane)
        borders = []
        if regions is not None and self._groups.of_map:
            labels, names, colours = regions.node_labels, regions.names, self._groups.colours
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

    def _note(self, note: RowNote) -> dict[str, object]:
        """Return a note line by line, who wrote it when, and on which rows."""
        about = note.about
        facts = [f"{about.name}, {counted(len(about), 'row')}", self._groups.mostly_in(about.rows)]
        facts += [note.author, _day_in_words(note.written)]
        facts += [f"changed {_day_in_words(note.changed)}"] if note.changed else []
        return {
            "lines": note.text.splitlines(),
            "facts": " · ".join(fact for fact in facts if fact),
        }

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
