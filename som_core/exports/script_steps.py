"""What a script of an analysis does, step by step, as statements of Python.

Texts of the table and of the analyst are written by `repr` as literals, and nowhere else: whatever
a column is called, it is never a statement or a comment.
"""

import base64
import platform
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

import som_core
from som_core.analyses.regions import Regions
from som_core.analysis import Analysis
from som_core.drawing.palette import group_colour
from som_core.errors import AtlasError
from som_core.layers.component_plane import order_planes
from som_core.reading import Table

LIBRARIES = ("numpy", "pandas", "scipy", "scikit-learn", "numba")  # on which numbers depend
_LETTERS = 88  # of packed numbers on a line
_PICTURES = ("maps.html", "linked-maps.html", "all-maps.html")  # one more than are read


@dataclass(frozen=True)
class Step:
    """One step of the analysis: what it does, in our words only, and its statements."""

    says: str
    code: str


def script_steps(analysis: Analysis, folder: str) -> list[Step]:
    """Return the steps that make an analysis once more.

    Parameters
    ----------
    analysis : of a table that was read from a file
    folder : the expression that gives the folder of the files

    Raises
    ------
    AtlasError
        If the table, or what is joined to it, is from no file.
    """
    if not can_be_read_again(analysis.table):
        raise AtlasError(
            "The table is from no file, so a script can't read it again. Save it as CSV, read that "
            "with read_table, and make the analysis of what was read."
        )
    steps = [
        _start(folder),
        *_reading(analysis.table),
        _preparation(analysis),
        _training(analysis),
        _comparison(analysis),
    ]
    if analysis.regions is None:
        steps.append(Step("No groups were looked for.", "regions = None"))
    else:
        steps += [_grouping(analysis.regions), _naming(analysis)]
    if analysis.groups:
        steps.append(_kept_groups(analysis))
    return [*steps, _picture(analysis)]


def can_be_read_again(table: Table) -> bool:
    """Return whether a table is from a file, and so is what is joined to it."""
    of = table.joined_from
    files = (table,) if of is None else (of.table, of.other)
    return all(file.sha256 for file in files)


def _start(folder: str) -> Step:
    versions = {
        "python": platform.python_version(),
        "som_core": som_core.__version__,
        **{name: version(name) for name in LIBRARIES},
    }
    code = f"""\
import base64
import hashlib
import io
import platform
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

import numpy as np

import som_core

FOLDER = {folder}
MADE_WITH = {_literal(versions)}

if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal may lack “ or ×
    sys.stdout.reconfigure(errors="replace")


def say(text):
    \"\"\"Print a sentence; signs of the table that would steer the terminal are shown as “?”.\"\"\"
    print("".join(sign if sign.isprintable() else "?" for sign in text))"""
    return Step(
        "The whole analysis of a table as a self-organizing map. It needs som_core (pip install of "
        "SOM Atlas) and the file of the table beside it. On the machine and with the versions that "
        "it was written with, codebook and groups are the same, bit for bit.",
        code,
    )


def _reading(table: Table) -> list[Step]:
    of = table.joined_from
    own = table if of is None else of.table
    by = "file_beside" if own.sample_of is None else "sample_beside"
    code = f"""\
NAME = {own.name!r}{_whole(own)}


def file_beside(name, file, sha256):
    \"\"\"Return the bytes of a file of the analysis, known by its hash.\"\"\"
    data = (FOLDER / file).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise som_core.AtlasError(
            f"{{name!r}} isn't the file of this analysis. Put that file beside this one."
        )
    return data
{_drawing(own)}

enough = 1 << 40
limits = som_core.Limits(
    file_bytes=enough, unpacked_bytes=enough, rows=enough, columns=enough, cells=enough
)
table = {_read_statement(own, "NAME", file_name(own.name), by)}"""
    says = "Read the table. The file is known by its hash, so that nothing is refused for its size."
    if own.sample_of is not None:
        says += (
            " It is a random sample of a larger table. Where its file isn't beside this one, the "
            "same rows are drawn again: say in WHOLE where the larger table lies, a folder or an "
            "address that som_core.open_dataset takes."
        )
    read = Step(says, code)
    if of is None:
        return [read]
    code = f"""\
other = {_read_statement(of.other, repr(of.other.name), file_of_other(table))}
table = som_core.joined(table, other, {of.key!r}, {of.other_key!r})"""
    says = "Read the other table, whose file lies beside the first one, and join its columns."
    return [read, Step(says, code)]


def _whole(table: Table) -> str:
    """Return the line that says where the table lies of which this one is a sample."""
    if table.sample_of is None:
        return ""
    return f"\nWHOLE = FOLDER / {file_name(table.sample_of.name)!r}"


def _drawing(table: Table) -> str:
    """Return the function that draws a sample again, where its file isn't there."""
    of = table.sample_of
    if of is None:
        return ""
    return f"""

def sample_beside(name, file, sha256):
    \"\"\"Return the bytes of the sample: its file, or the same rows drawn once more.\"\"\"
    if (FOLDER / file).exists():
        return file_beside(name, file, sha256)
    whole = som_core.open_dataset(WHOLE)
    if whole.n_rows != {of.n_rows}:
        raise som_core.AtlasError(
            f"The whole table has {{whole.n_rows:,}} rows, but had {of.n_rows:,} when the sample "
            "was drawn, so that it can't be drawn again. Put the file of the sample beside this "
            "one."
        )
    return whole.sample_as_parquet({of.n_drawn}, seed={of.seed})
"""


def file_of_other(table: Table) -> str:
    """Return what the file of the other table is called beside the script; two need two names."""
    of = table.joined_from
    if of is None:
        return ""
    name = file_name(of.other.name)
    is_taken = name.casefold() == file_name(of.table.name).casefold()
    return f"other {name}" if is_taken and of.other.sha256 != of.table.sha256 else name


def _read_statement(table: Table, name: str, file: str, by: str = "file_beside") -> str:
    return f"""\
som_core.read_table(
    {by}({name}, {file!r}, {table.sha256!r}),
    {name},
    dialect=som_core.Dialect({_arguments(asdict(table.dialect))}),
    limits=limits,
)"""


def _preparation(analysis: Analysis) -> Step:
    columns = "".join(
        f"        som_core.ColumnRecipe({_listed(asdict(column))}),\n"
        for column in analysis.recipe.columns
    )
    code = f"""\
recipe = som_core.Recipe(
    (
{columns}    )
)
{_chosen_rows(analysis)}"""
    return Step(
        "Prepare the columns: which of them shape the map, and how. The reasons are those that "
        "were given for each suggestion.",
        code,
    )


def _chosen_rows(analysis: Analysis) -> str:
    """Return the statements that prepare the rows: those that were chosen, or all of them."""
    chosen = analysis.map.chosen
    if chosen is None:
        return "prepared = som_core.prepare(table, recipe)"
    steps = np.diff(chosen, prepend=0).astype("<u4")  # small numbers, which pack well
    return f"""\
# The map is of some of the rows: by how far each is from the one before, in table.frame.
CHOSEN = {_lines_of(_packed(steps))}

steps = np.frombuffer(zlib.decompress(base64.b64decode(CHOSEN)), dtype="<u4")
prepared = som_core.prepare(table, recipe, rows=np.cumsum(steps, dtype=np.int64))"""


def _training(analysis: Analysis) -> Step:
    says = "Train the map. Equal settings on equal rows give an equal map."
    history, epochs = analysis.map.history, analysis.settings.epochs
    if history and history[-1].epoch < epochs:
        says += (
            f" The analyst stopped the training after {history[-1].epoch:.3g} of {epochs} epochs; "
            "this one goes on to the end, so that its map differs."
        )
    trains = "m = som_core.train(prepared, settings)"
    if _is_trained_on_all_rows(analysis):
        says += (
            " All rows of the larger table shape the map, and those of the sample are laid on it: "
            "WHOLE says where the larger table lies."
        )
        trains = """\
whole = som_core.open_dataset(WHOLE)
all_rows = som_core.prepared_alike(prepared, whole, table.sample_of)
m = som_core.train_on_all_rows(prepared, all_rows, settings)"""
    code = f"""\
settings = som_core.MapSettings({_arguments(asdict(analysis.settings))})
{trains}
for sentence in som_core.quality(m, prepared).in_words.values():
    say(sentence)"""
    return Step(says, code)


def _is_trained_on_all_rows(analysis: Analysis) -> bool:
    return analysis.map.n_trained is not None and analysis.table.sample_of is not None


def _comparison(analysis: Analysis) -> Step:
    codebook = np.ascontiguousarray(analysis.map.codebook, dtype="<f8")
    code = f"""\
SHAPE = {codebook.shape!r}
CODEBOOK = {_lines_of(_packed(codebook))}

unpacked = zlib.decompress(base64.b64decode(CODEBOOK))
expected = np.frombuffer(unpacked, dtype="<f8").reshape(SHAPE)
if m.codebook.shape != SHAPE:
    print(f"The codebook has the shape {{m.codebook.shape}}, but had {{SHAPE}}.")
elif m.codebook.astype("<f8").tobytes() == unpacked:
    print("The codebook is the same, bit for bit.")
else:
    difference = np.abs(m.codebook - expected).max()
    print(f"The largest difference to the codebook is {{difference:.3g}}, in scaled units.")
here = {{"python": platform.python_version(), "som_core": som_core.__version__}}
for library, made_with in MADE_WITH.items():
    found = here.get(library) or version(library)
    if found != made_with:
        print(f"This is {{library}} {{found}}; the analysis was made with {{made_with}}.")"""
    return Step("Compare the codebook with the one of the analysis, in scaled units.", code)


def _grouping(regions: Regions) -> Step:
    if regions.was_proposed:
        says = "Look for groups. "
        code = "regions = som_core.regions(m, table=table, prepared=prepared)"
    else:
        k = 1 if regions.is_by_hand else regions.k
        says, code = "Part the map into groups. ", f"regions = som_core.regions(m, {k})"
    if regions.is_by_hand:
        says += "The analyst united or split some by hand: these are the cells of each. "
        code += "\nregions = regions.with_labels(NODE_LABELS)"
    elif regions.was_proposed:
        says += "Their number is the one that the analyst looked at. "
        code += f".at({regions.k})"
    code = f"""\
NODE_LABELS = np.array({_matrix(regions.node_labels.tolist())})

{code}
say(regions.reason)
if np.array_equal(regions.node_labels, NODE_LABELS):
    print("The groups are the same, cell by cell.")
else:
    n_others = np.count_nonzero(regions.node_labels != NODE_LABELS)
    print(f"{{n_others}} of {{NODE_LABELS.size}} cells are in another group.")"""
    return Step(f"{says}-1 stands for cells in no group.", code)


def _naming(analysis: Analysis) -> Step:
    regions = analysis.regions
    assert regions is not None
    colours = analysis.colours or tuple(map(group_colour, range(regions.k)))
    code = f"""\
NAMES = {_literal(list(regions.names))}
COLOURS = {_literal(list(colours))}

if np.array_equal(regions.node_labels, NODE_LABELS):
    regions = regions.named(NAMES)
else:
    regions = regions.named_in_words(m, table)
for label, name in enumerate(regions.names):
    say(f"{{name}}: {{len(regions.rows(m, label))}} rows")
rows_with_groups = som_core.row_groups(m, regions, table)"""
    return Step(
        "The names and colours of the groups, as the analyst saw them. Where the groups are "
        "others, they are named by what sets their rows apart.",
        code,
    )


def _kept_groups(analysis: Analysis) -> Step:
    kept = "".join(
        f"    som_core.Group.from_json({group.to_json()!r}),\n" for group in analysis.groups
    )
    return Step(
        "The sets of rows that the analyst kept, by their positions in table.frame.",
        f"groups = [\n{kept}]",
    )


def _picture(analysis: Analysis) -> Step:
    # What the script writes never takes the place of what it reads.
    read = {file_name(analysis.table.name), file_of_other(analysis.table)}
    taken = {name.casefold() for name in read}
    file = next(name for name in _PICTURES if name not in taken)
    planes = list(order_planes(analysis.map))
    u_matrix = "som_core.u_matrix(m), " if analysis.settings.n_nodes > 1 else ""
    grouped = ""
    if analysis.regions is not None:
        grouped = """
layers.append(som_core.group_map(m, regions.node_labels, regions.names, COLOURS))
overlays.append(
    som_core.Borders(
        node_labels=regions.node_labels, names=regions.names, colours=tuple(COLOURS)
    )
)"""
    code = f"""\
PLANES = {_literal(planes)}

layers = [{u_matrix}som_core.hit_map(m)]
layers += [som_core.component_plane(m, name) for name in PLANES]
layers += [
    som_core.category_map(m, table.column(column.name), column.name)
    for column in recipe.columns
    if column.role == "describe" and table.kinds[column.name] in ("category", "boolean")
]
overlays = []{grouped}
page = som_core.standalone_html(
    layers,
    title=NAME,
    lattice=m.lattice,
    toroid=m.toroid,
    hits=m.hits,
    overlays=overlays,
)
(FOLDER / {file!r}).write_text(page, encoding="utf-8")
print("The linked maps are in {file}.")"""
    return Step("Draw the linked maps, as one file that opens in any browser.", code)


# How values are written ---------------------------------------------------------------------------


def file_name(name: str) -> str:
    """Return the table's name as that of a file beside the script: it never leads elsewhere."""
    plain = "".join("_" if sign in "/\\\0" else sign for sign in name)
    return plain if plain.strip(". ") else f"_{plain}"


def _listed(values: dict[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def _arguments(values: dict[str, object]) -> str:
    """Return arguments by name, one a line."""
    lines = "".join(f"    {name}={value!r},\n" for name, value in values.items())
    return f"\n{lines}"


def _literal(value: dict[str, str] | list[str]) -> str:
    """Return a literal, one entry a line."""
    if isinstance(value, dict):
        entries = [f"{name!r}: {text!r}" for name, text in value.items()]
    else:
        entries = [repr(text) for text in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return start + _indented(entries) + end


def _matrix(rows: Iterable[list[int]]) -> str:
    return "[" + _indented(map(repr, rows)) + "]"


def _indented(entries: Iterable[str]) -> str:
    return "\n" + "".join(f"    {entry},\n" for entry in entries)


def _packed(numbers: NDArray) -> str:
    """Return the bytes of an array as letters."""
    return base64.b64encode(zlib.compress(numbers.tobytes())).decode()


def _lines_of(packed: str) -> str:
    """Return a long text as a literal of many lines."""
    parts = (packed[at : at + _LETTERS] for at in range(0, len(packed), _LETTERS))
    return "(\n" + "".join(f"    {part!r}\n" for part in parts) + ")"
