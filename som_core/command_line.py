"""The command som-atlas: describe a table, or train a map of it, in a terminal."""

import argparse
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import NoReturn, TextIO, get_args

from som_core import __version__
from som_core.analyses.map_quality import quality
from som_core.analyses.row_cells import rows_with_cells
from som_core.analyses.valley import valleys
from som_core.errors import AtlasError
from som_core.exports.html_maps import standalone_html
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.files.dates import is_time_of_day
from som_core.layers.categories import category_map
from som_core.layers.component_plane import component_plane, order_planes
from som_core.layers.hits import hit_map
from som_core.layers.layer import Layer
from som_core.layers.row_means import with_row_means
from som_core.layers.u_matrix import u_matrix
from som_core.preparation import Prepared, prepare
from som_core.profiling import ColumnProfile, profile
from som_core.reading import Table, read_table
from som_core.recipe import Recipe
from som_core.remarks import Remark
from som_core.settings import MapSettings
from som_core.suggestions.before_training import expectations
from som_core.suggestions.recipe import suggest_recipe
from som_core.suggestions.settings import suggest_settings
from som_core.trained_map import TrainedMap
from som_core.training import Progress, train
from som_core.wording import SETTINGS, counted, duration_in_words, number, share

ABOUT = """\
A self-organizing map lays the rows of a table out on a grid of cells, so that rows which are alike
lie in the same cell or in neighbouring ones. It shows groups, borders and trends at a glance.

  som-atlas describe penguins.csv
  som-atlas train penguins.csv --out penguins-map"""

ABOUT_DESCRIBE = """\
Say how a table was read, what was noticed (after “!” what may mislead), and for each column what it
holds and what to do with it: train (it shapes the map), describe (it is laid over the map) or drop.

  som-atlas describe penguins.csv"""

ABOUT_TRAIN = """\
Train a map of a table. Nothing but the table and a folder is needed: whatever isn't given is
suggested, from the rows themselves. Equal tables and settings give equal maps.

  som-atlas train penguins.csv --out penguins-map
  som-atlas train penguins.csv --out larger --height 20 --width 30 --epochs 50
  som-atlas train penguins.csv --out again --recipe penguins-map/recipe.json

The folder then holds
  maps.html      linked maps, one file for any browser: a cell lights up in all of them
  map/           the trained map: TrainedMap.load(Path("penguins-map/map")) in Python
  rows.csv       the table, and the cell of each row
  quality.txt    how good the map is, in words
  recipe.json    what became of each column; change it, and train again with --recipe
  settings.json  how the map was trained"""

_BAR = 24  # signs
_LONGEST_NAME, _LONGEST_RANGE = 30, 40  # signs, in the lines of describe


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, or 1 where the table or a choice is refused.

    A wrong option ends it with code 2, an interruption from the keyboard with 130.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack “ or ×
            stream.reconfigure(errors="replace")
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
        sys.stdout.flush()
    except AtlasError as problem:
        _say(f"som-atlas: {problem}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("som-atlas: Stopped before the map was written.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


# What it understands -----------------------------------------------------------------------------


_AsWritten = argparse.RawDescriptionHelpFormatter


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sentence = message[:1].upper() + message[1:]
        self.exit(2, f"som-atlas: {sentence}. “{self.prog} --help” says what it takes.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="som-atlas", description=ABOUT, formatter_class=_AsWritten)
    parser.add_argument("--version", action="version", version=f"som-atlas {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="describe | train")
    describe = commands.add_parser(
        "describe",
        help="what a table holds, and what to do with each column",
        usage="som-atlas describe TABLE",
        description=ABOUT_DESCRIBE,
        formatter_class=_AsWritten,
    )
    describe.set_defaults(run=_describe)
    trains = commands.add_parser(
        "train",
        help="a map of a table, written into a folder",
        usage="som-atlas train TABLE --out FOLDER [options]",
        description=ABOUT_TRAIN,
        formatter_class=_AsWritten,
    )
    trains.set_defaults(run=_train)
    for command in (describe, trains):
        command.add_argument(
            "table",
            metavar="TABLE",
            type=Path,
            help="A CSV file, a workbook, or another file that the dashboard reads.",
        )
    _add_options(trains)
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, required=True, help="Where to write; a new folder."
    )
    parser.add_argument(
        "--recipe", metavar="FILE", type=Path, help="What becomes of each column, as JSON."
    )
    for field in fields(MapSettings):
        option = f"--{field.name.replace('_', '-')}"
        default = "suggested" if field.default is MISSING else field.default
        said = f"{SETTINGS[field.name].help} If not given: {default}.".replace("%", "%%")
        if field.type is bool:
            said = SETTINGS[field.name].help
            parser.add_argument(option, action="store_true", default=None, help=said)
        elif field.type is int:
            parser.add_argument(option, metavar="N", type=int, help=said)
        elif field.type is float:
            parser.add_argument(option, metavar="X", type=float, help=said)
        else:  # what may be chosen is checked, and refused in words, by MapSettings
            parser.add_argument(option, metavar="|".join(get_args(field.type)), help=said)


# What it does ------------------------------------------------------------------------------------


def _describe(chosen: argparse.Namespace) -> None:
    table = _table(chosen.table)
    profiles = profile(table)
    recipe = suggest_recipe(table)
    _say_what_was_read(table)
    _say("")
    head = ("column", "kind", "missing", "range", "suggestion")
    lines = [head]
    for column in profiles:
        suggested = recipe.column(column.name)
        lines.append(
            (
                _cut(column.name, _LONGEST_NAME),
                column.kind,
                _missing(column),
                _cut(_range(column, table), _LONGEST_RANGE),
                f"{suggested.role}: {suggested.reason}",
            )
        )
    widths = [max(len(line[place]) for line in lines) for place in range(len(head) - 1)]
    for *cells, last in lines:
        _say("  ".join([*map(str.ljust, cells, widths), last]))


def _train(chosen: argparse.Namespace) -> None:
    _check_folder(chosen.out)
    table = _table(chosen.table)
    recipe = suggest_recipe(table) if chosen.recipe is None else _recipe(chosen.recipe)
    prepared = prepare(table, recipe)
    map_settings = _settings(chosen, prepared)
    _say_what_was_read(table)
    n_rows, n_features = prepared.matrix.shape
    for remark in (*prepared.remarks, *expectations(n_rows, n_features, map_settings)):
        _say(f"- {remark}")
    _say(_in_words(map_settings))
    with _problems_of(chosen.out, "written"):
        chosen.out.mkdir(parents=True, exist_ok=True)
    with _progress_bar(sys.stderr) as show:
        m = train(prepared, map_settings, on_progress=show)
    sentences = tuple(quality(m, prepared).in_words.values())
    with _problems_of(chosen.out, "written"):
        _write(chosen.out, m, table, recipe, sentences)
    for sentence in sentences:
        _say(f"- {sentence}")
    _say(f"The map is in “{chosen.out}”.")


def _table(path: Path) -> Table:
    with _problems_of(path, "read"):
        return read_table(path, path.name)


def _recipe(path: Path) -> Recipe:
    with _problems_of(path, "read"):
        return Recipe.from_json(path.read_text(encoding="utf-8", errors="replace"))


def _settings(chosen: argparse.Namespace, prepared: Prepared) -> MapSettings:
    """Return the suggested settings with those that were given in their place."""
    options = {field.name: getattr(chosen, field.name) for field in fields(MapSettings)}
    given = {name: value for name, value in options.items() if value is not None}
    suggested = suggest_settings(prepared)
    if {"height", "width"} & set(given) and "sigma" not in given:
        height = given.get("height", suggested.height)
        width = given.get("width", suggested.width)
        # Of a side below 1 the settings say more plainly what is wrong than their sigma.
        given["sigma"] = max(round(max(height, width) / 3, 1), 0.1)
    return replace(suggested, **given)


def _write(
    folder: Path, m: TrainedMap, table: Table, recipe: Recipe, sentences: Sequence[str]
) -> None:
    m.save(folder / "map")
    (folder / "rows.csv").write_bytes(spreadsheet_csv(rows_with_cells(m, table)))
    maps = standalone_html(
        _layers(m, table), title=table.name, lattice=m.lattice, hits=m.hits, valleys=valleys(m)
    )
    (folder / "maps.html").write_text(maps, encoding="utf-8")
    texts = {
        "quality.txt": "\n".join(sentences),
        "recipe.json": recipe.to_json(),
        "settings.json": m.settings.to_json(),
    }
    for name, text in texts.items():
        (folder / name).write_text(f"{text}\n", encoding="utf-8")


def _layers(m: TrainedMap, table: Table) -> list[Layer]:
    """Return the classic layers, similar planes side by side, and the categories laid over."""
    described = [c.name for c in m.fitted.recipe.columns if c.role == "describe"]
    categories = [name for name in described if table.kinds[name] in ("category", "boolean")]
    return [
        *([u_matrix(m)] if m.settings.n_nodes > 1 else []),
        hit_map(m),
        *(
            with_row_means(m, component_plane(m, feature), feature, table)
            for feature in order_planes(m)
        ),
        *(category_map(m, table.column(name), name) for name in categories),
    ]


def _check_folder(folder: Path) -> None:
    """Raise an AtlasError if writing into a folder might replace something."""
    with _problems_of(folder, "written"):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise AtlasError(
                f"“{folder}” is there already, and nothing in it is to be lost. Name a new folder "
                "with --out."
            )


@contextmanager
def _problems_of(path: Path, done: str) -> Iterator[None]:
    """Turn what the system says of a file into a sentence."""
    try:
        yield
    except FileNotFoundError as problem:
        raise AtlasError(f"There is no file “{path}”. Look at the path.") from problem
    except OSError as problem:
        said = problem.strerror or str(problem)
        raise AtlasError(f"“{path}” can't be {done}: {said}.") from problem


# What it says ------------------------------------------------------------------------------------


def _say(text: str, stream: TextIO | None = None) -> None:
    """Print a line; signs from a file that would steer the terminal are shown as “�”."""
    print(_plain(text), file=stream)


def _plain(text: str) -> str:
    signs = (" " if sign.isspace() else sign if sign.isprintable() else "�" for sign in text)
    return "".join(signs)


def _say_what_was_read(table: Table) -> None:
    n_rows, n_columns = table.frame.shape
    _say(f"{table.name}: {counted(n_rows, 'row')} × {counted(n_columns, 'column')}")
    _say(table.dialect.in_words)
    _say_remarks(table.remarks)


def _say_remarks(remarks: Sequence[Remark]) -> None:
    for remark in remarks:
        _say(f"{'!' if remark.severity == 'warning' else '-'} {remark}")


def _in_words(chosen: MapSettings) -> str:
    end = f" to {min(chosen.sigma, chosen.end_sigma):g}" if chosen.algorithm == "batch" else ""
    return (
        f"Training {chosen.height} × {chosen.width} cells: {chosen.lattice}, {chosen.algorithm}, "
        f"sigma {chosen.sigma:g}{end}, {counted(chosen.epochs, 'epoch')}, seed {chosen.seed}."
    )


def _missing(column: ColumnProfile) -> str:
    if not column.n_missing:
        return "0"
    return f"{column.n_missing:,} ({share(column.n_missing / column.n_rows)})"


def _range(column: ColumnProfile, table: Table) -> str:
    form = column.date_format
    if form is not None:
        # Of a moment, written as 2024-02-29 13:45:00, what the file tells.
        has_time = "%H" in form or "%I" in form
        shown = slice(11 if is_time_of_day(form) else 0, 16 if has_time else 10)
        dates = table.dates[column.name]
        return f"{str(dates.min())[shown]} to {str(dates.max())[shown]}"
    if column.minimum is not None and column.maximum is not None:
        return f"{number(column.minimum)} to {number(column.maximum)}"
    return ", ".join(column.top_values)


def _cut(text: str, longest: int) -> str:
    text = _plain(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


@contextmanager
def _progress_bar(stream: TextIO) -> Iterator[Callable[[Progress], None] | None]:
    """Yield what shows the progress of a training in one line; None without a terminal."""
    if not stream.isatty():
        yield None
        return

    def show(progress: Progress) -> None:
        filled = round(_BAR * progress.fraction)
        line = (
            f"[{'#' * filled}{'-' * (_BAR - filled)}] {progress.fraction:4.0%}  "
            f"epoch {progress.epoch} of {progress.epochs}  "
            f"error {number(progress.quantization_error)}"
        )
        if progress.fraction < 1:
            line += f"  {duration_in_words(progress.seconds_left)} left"
        width = shutil.get_terminal_size().columns - 1
        print("\r" + line[:width].ljust(width), end="", file=stream, flush=True)

    try:
        yield show
    finally:
        print(file=stream)


if __name__ == "__main__":  # from a checkout, without an installation
    sys.exit(main())
