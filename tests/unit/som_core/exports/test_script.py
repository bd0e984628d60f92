"""An analysis as a script: it does the same once more, and no text becomes a statement."""

import ast
import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from som_core import (
    Analysis,
    AtlasError,
    Group,
    MapSettings,
    joined,
    open_dataset,
    prepare,
    prepared_alike,
    read_table,
    regions,
    suggest_recipe,
    train,
    train_on_all_rows,
    write_script,
)
from som_core.exports.script import notebook, script, script_with_files
from som_core.suggestions.joined import completed
from testing.maps import a_table
from testing.paths import ROOT
from testing.payloads import HOSTILE_TEXTS

SETTINGS = MapSettings(height=4, width=6, sigma=2, epochs=5)
KEEP = """
import runpy
import numpy as np
left = runpy.run_path("analysis.py")
np.savez("left.npz", codebook=left["m"].codebook, labels=left["regions"].node_labels,
         names=left["regions"].names, reason=left["regions"].reason)
"""


def a_file(names=("length", "width", "kind"), n_rows=90):
    """Return a CSV file of three clouds; the last column is a category."""
    rng = np.random.default_rng(0)
    cloud = np.arange(n_rows) % 3
    numbers = rng.normal(size=(n_rows, len(names) - 1)) + 8 * cloud[:, None]
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(names)
    rows.writerows([*row, "abc"[at]] for row, at in zip(numbers.round(3), cloud, strict=True))
    return written.getvalue().encode()


def an_analysis(data=None, name="clouds.csv", k=3, **more):
    table = read_table(data or a_file(), name)
    recipe = suggest_recipe(table)
    prepared = prepare(table, recipe)
    m = train(prepared, SETTINGS)
    return Analysis(table, recipe, prepared, SETTINGS, m, regions(m, k), **more)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return what runs a written script beside a file: what it leaves, and what it says."""

    def ran(written, data, name="clouds.csv"):
        (tmp_path / name).write_bytes(data)
        monkeypatch.chdir(tmp_path)
        left = {"__file__": str(tmp_path / "analysis.py"), "__name__": "__main__"}
        exec(compile(written, "analysis.py", "exec"), left)
        return left, capsys.readouterr().out

    return ran


@pytest.mark.slow
def test_a_script_gives_the_same_map_and_groups_bit_for_bit_in_a_fresh_process(tmp_path):
    data = a_file()
    (tmp_path / "clouds.csv").write_bytes(data)
    made = an_analysis(data)
    found = regions(made.map, table=made.table, prepared=made.prepared)
    shown = found.at(3).named(["large", "“middle”", "small"])
    write_script(replace(made, regions=shown), tmp_path / "analysis.py")
    done = subprocess.run(
        [sys.executable, "-c", KEEP],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    with np.load(tmp_path / "left.npz") as left:
        assert left["codebook"].tobytes() == made.map.codebook.tobytes()
        np.testing.assert_array_equal(left["labels"], shown.node_labels)
        assert left["names"].tolist() == ["large", "“middle”", "small"]
        assert left["reason"] == shown.reason
    assert "The codebook is the same, bit for bit." in done.stdout
    assert "The groups are the same, cell by cell." in done.stdout
    assert "“middle”: 30 rows" in done.stdout
    assert "clouds.csv" in (tmp_path / "maps.html").read_text(encoding="utf-8")


def test_a_notebook_has_a_cell_for_each_step_and_gives_the_same(run, tmp_path):
    data = a_file()
    made = an_analysis(data)
    write_script(made, tmp_path / "analysis.ipynb")
    cells = json.loads((tmp_path / "analysis.ipynb").read_bytes())["cells"]
    assert [cell["cell_type"] for cell in cells[:4]] == ["markdown", "code"] * 2
    assert len({cell["id"] for cell in cells}) == len(cells)
    left, said = run("\n".join(c["source"] for c in cells if c["cell_type"] == "code"), data)
    assert left["m"].codebook.tobytes() == made.map.codebook.tobytes()
    assert "The codebook is the same, bit for bit." in said


def test_groups_made_by_hand_colours_and_kept_sets_are_in_it(run):
    data = a_file()
    kept = Group("mine", np.array([2, 5]), origin="set")
    made = an_analysis(data, groups=(kept,))
    by_hand = made.regions.split(1).united([0, 2]).named(["north", "south", "rest"])
    shown = replace(made, regions=by_hand, colours=("#112233", "#445566", "#778899"))
    left, said = run(script(shown), data)
    np.testing.assert_array_equal(left["regions"].node_labels, by_hand.node_labels)
    assert left["regions"].names == by_hand.names
    assert left["groups"] == [kept]
    assert left["COLOURS"] == list(shown.colours)
    assert "The groups are the same, cell by cell." in said


def test_without_groups_it_says_that_none_were_looked_for(run):
    data = a_file()
    left, _ = run(script(replace(an_analysis(data), regions=None)), data)
    assert left["regions"] is None
    assert left["prepared"].matrix.shape == (90, 2)


def test_elsewhere_it_says_how_much_differs_and_names_no_other_cells(run):
    data = a_file()
    made = an_analysis(data)
    other = replace(made.map, codebook=made.map.codebook + 1e-6)
    moved = np.roll(made.regions.node_labels, 1, axis=1)
    grouped = made.regions.with_labels(moved).named(["x", "y", "z"])
    written = script(replace(made, map=other, regions=grouped))
    left, said = run(written, data)
    assert "The largest difference to the codebook is 1e-06, in scaled units." in said
    assert left["regions"].names == ("x", "y", "z")  # by hand: these cells, wherever it runs
    written = script(replace(made, regions=made.regions.named(["x", "y", "z"])))
    line = f"    {made.regions.node_labels[0].tolist()!r},\n"
    left, said = run(written.replace(line, f"    {[-1] * 6!r},\n", 1), data)
    assert "6 of 24 cells are in another group." in said
    assert "x" not in left["regions"].names


def test_another_file_is_refused(run):
    with pytest.raises(AtlasError, match="isn't the file of this analysis"):
        run(script(an_analysis()), a_file(n_rows=60))


def test_a_table_from_no_file_is_refused():
    made = replace(an_analysis(), table=a_table({"length": [1.0, 2.0]}))
    with pytest.raises(AtlasError, match="from no file"):
        script(made)


def test_a_script_says_that_a_training_was_stopped():
    made = an_analysis()
    stopped = train(made.prepared, SETTINGS, should_stop=lambda: True)
    assert b"stopped the training after" not in notebook(made)
    assert b"stopped the training after 0 of 5 epochs" in notebook(replace(made, map=stopped))


def test_the_file_it_reads_is_never_written_over(run, tmp_path):
    data = a_file()
    run(script(an_analysis(data, "Maps.html")), data, "Maps.html")
    assert (tmp_path / "Maps.html").read_bytes() == data
    assert (tmp_path / "linked-maps.html").exists()


def hostile_analysis(texts, name):
    made = an_analysis(a_file([*texts, "kind"]), name)
    kept = Group(texts[0], np.array([1]), origin="set")
    return replace(made, regions=made.regions.named(texts[:3]), groups=(kept,))


def blank(written):
    """Return the structure of a script without its texts and numbers."""
    tree = ast.parse(written)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = 0
    return ast.dump(tree)


def test_no_text_is_ever_a_statement_or_a_comment(run):
    # A file can't carry a zero byte.
    texts = [text.replace("\0", "") for text in HOSTILE_TEXTS.values()]
    name = 'a\'"""{x}\n\u202e#\\.csv'
    made = hostile_analysis(texts, name)
    written = script(made)
    harmless = [f"text {number}" for number in range(len(texts))]
    assert blank(written) == blank(script(hostile_analysis(harmless, "a")))
    comments = [line for line in written.splitlines() if line.startswith("#")]
    assert not [text for text in texts if any(text in line for line in comments)]
    left, said = run(written, a_file([*texts, "kind"]), name.replace("\\", "_"))
    assert list(left["table"].frame.columns) == list(made.table.frame.columns)
    assert left["m"].codebook.tobytes() == made.map.codebook.tobytes()
    assert left["regions"].names == tuple(texts[:3])
    assert left["groups"] == list(made.groups)
    assert "\u202e" not in said
    json.loads(notebook(made))


def test_a_script_of_chosen_rows_keeps_only_those_and_gives_the_same_map(run):
    data = a_file()
    whole = an_analysis(data)
    chosen = np.flatnonzero(np.arange(90) % 3 != 1)
    prepared = prepare(whole.table, whole.recipe, chosen)
    m = train(prepared, SETTINGS)
    made = replace(whole, prepared=prepared, map=m, regions=regions(m, 2, table=whole.table))
    left, said = run(script(made), data)
    assert left["m"].codebook.tobytes() == m.codebook.tobytes()
    assert "The codebook is the same, bit for bit." in said
    assert "The groups are the same, cell by cell." in said
    assert left["regions"].names == made.regions.names
    np.testing.assert_array_equal(left["prepared"].rows, chosen)
    on_map = left["rows_with_groups"]["cell_x"].notna()
    np.testing.assert_array_equal(np.flatnonzero(on_map), chosen)


@pytest.fixture
def sample_of_many(tmp_path):
    """Return the analysis of a sample of a data set that lies beside it, and the sample's file."""
    folder = tmp_path / "many clouds"
    folder.mkdir()
    (folder / "part.csv").write_bytes(a_file(n_rows=900))
    data = open_dataset(folder).sample_as_parquet(300, seed=5)
    return an_analysis(data, "many clouds (300 of 900 rows).parquet"), data


@pytest.mark.slow
def test_a_script_draws_the_same_sample_from_the_whole_table(run, tmp_path, sample_of_many):
    made, data = sample_of_many
    left, said = run(script(made), data, made.table.name)
    assert left["table"].sha256 == made.table.sha256  # its file lies beside the script

    (tmp_path / made.table.name).rename(tmp_path / "elsewhere.parquet")
    again, said = run(script(made), b"", "unused")
    assert again["table"].sample_of == made.table.sample_of
    assert again["m"].codebook.tobytes() == made.map.codebook.tobytes()
    assert "The codebook is the same, bit for bit." in said
    assert "The groups are the same, cell by cell." in said


@pytest.mark.slow
def test_a_script_trains_on_all_rows_behind_a_sample_where_the_map_was(
    run, tmp_path, sample_of_many
):
    made, data = sample_of_many
    prepared = prepare(made.table, made.recipe)
    whole = open_dataset(tmp_path / "many clouds")
    all_rows = prepared_alike(prepared, whole, made.table.sample_of)
    m = train_on_all_rows(prepared, all_rows, SETTINGS)
    assert m.codebook.tobytes() != made.map.codebook.tobytes()
    left, said = run(script(replace(made, map=m, regions=None)), data, made.table.name)
    assert "The codebook is the same, bit for bit." in said
    assert left["m"].n_trained == 900


def test_a_script_says_where_the_sample_can_not_be_drawn_again(run, tmp_path, sample_of_many):
    made, _ = sample_of_many
    (tmp_path / "many clouds" / "more.csv").write_bytes(a_file(n_rows=3))
    with pytest.raises(AtlasError, match="has 903 rows, but had 900 when the sample was drawn"):
        run(script(made), b"", "unused")


@pytest.mark.slow
def test_a_script_of_a_table_joined_to_a_sample_reads_both(run, tmp_path, sample_of_many):
    made, data = sample_of_many
    facts = b"kind,place\na,north\nb,south\nc,west\n"
    other = read_table(facts, "facts.csv")
    table = joined(made.table, other, "kind", "kind")
    recipe = completed(made.recipe, suggest_recipe(table))
    m = train(prepare(table, recipe), SETTINGS)
    (tmp_path / "facts.csv").write_bytes(facts)
    together = replace(made, table=table, recipe=recipe, map=m, regions=None)
    left, said = run(script(together), data, made.table.name)
    assert "The codebook is the same, bit for bit." in said
    assert left["table"].sample_of == made.table.sample_of


def test_a_script_with_its_files_runs_where_it_is_unpacked(run, tmp_path):
    data, facts = a_file(), b"kind,place\na,north\nb,south\nc,west\n"
    made = an_analysis(data)
    table = joined(made.table, read_table(facts, "clouds.csv"), "kind", "kind")
    recipe = completed(made.recipe, suggest_recipe(table))
    m = train(prepare(table, recipe), SETTINGS)
    together = replace(made, table=table, recipe=recipe, map=m, regions=None)
    with zipfile.ZipFile(io.BytesIO(script_with_files(together, [data, facts]))) as archive:
        archive.extractall(tmp_path)
    names = ["analysis.ipynb", "analysis.py", "clouds.csv", "other clouds.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    _, said = run((tmp_path / "analysis.py").read_text(encoding="utf-8"), data)
    assert "The codebook is the same, bit for bit." in said
