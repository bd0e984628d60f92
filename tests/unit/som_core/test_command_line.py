import io
import json
import os
import re
import subprocess
import sys

import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from som_core import (
    MapSettings,
    Recipe,
    TrainedMap,
    prepare,
    read_table,
    suggest_recipe,
    suggest_settings,
    train,
)
from som_core.command_line import main
from som_core.wording import number
from testing.paths import ROOT, SAMPLES
from testing.payloads import HOSTILE_TEXTS

PENGUINS = SAMPLES / "penguins.csv"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def refusal(capsys):
    """Return what a refused command says: one line on stderr, and nothing of Python's own."""

    def sentence(*arguments: object, code: int = 1) -> str:
        assert exit_code(*arguments) == code
        said = capsys.readouterr().err
        assert said.startswith("som-atlas: ")
        assert said.count("\n") == 1 and said.rstrip().isprintable()
        return said.removeprefix("som-atlas: ").strip()

    return sentence


def exit_code(*arguments: object) -> int:
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as ending:
        return int(ending.code)


def lines_of(capsys) -> list[str]:
    return capsys.readouterr().out.splitlines()


# describe ----------------------------------------------------------------------------------------


def test_describe_says_how_a_table_was_read_and_one_line_a_column(capsys):
    assert exit_code("describe", PENGUINS) == 0
    lines = lines_of(capsys)
    assert lines[:2] == [
        "penguins.csv: 344 rows × 8 columns",
        "read as utf-8 · columns split by comma · decimal point",
    ]
    start = next(k for k, line in enumerate(lines) if line.startswith("column "))
    columns = [line.split()[0] for line in lines[start + 1 :]]
    assert columns == list(read_table(PENGUINS, "penguins.csv").frame.columns)
    facts = {line.split()[0]: line for line in lines[start + 1 :]}
    assert "  number    2 (below 1%)  32.1 to 59.6 " in facts["bill_length_mm"]
    assert "  train: Rows without it (2) lack all other measures too" in facts["bill_length_mm"]
    assert "  Adelie, Gentoo, Chinstrap " in facts["species"]
    assert "  describe: A category of 3 levels" in facts["species"]


def test_describe_gives_dates_and_times_from_the_first_to_the_last(capsys, tmp_path):
    rows = "".join(
        f"{29 - k}.02.2024,{k:02}:30,2024-03-{k + 1:02}T0{k % 9}:15\n" for k in range(12)
    )
    (tmp_path / "days.csv").write_text(f"day,time,moment\n{rows}", encoding="utf-8")
    exit_code("describe", tmp_path / "days.csv")
    *_, day, time, moment = lines_of(capsys)
    assert "  2024-02-18 to 2024-02-29  " in day
    assert "  00:30 to 11:30  " in time
    assert "  2024-03-01 00:15 to 2024-03-12 02:15  " in moment


@pytest.mark.slow
def test_describe_repeats_every_remark(capsys):
    exit_code("describe", SAMPLES / "air_quality.csv")
    lines = lines_of(capsys)
    for remark in read_table(SAMPLES / "air_quality.csv", "air_quality.csv").remarks:
        assert f"- {remark}" in lines


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS.keys())
def test_no_text_of_a_table_steers_the_terminal_or_breaks_its_line(capsys, tmp_path, text):
    quoted = text.replace('"', '""').replace("\0", "")  # a file with 0 is no text
    rows = "".join(f'{k},"\x1b[2J{quoted}"\n' for k in range(8))
    path = tmp_path / "hostile.csv"
    path.write_text(f'number,"{quoted}"\n{rows}', encoding="utf-8")
    exit_code("describe", path)
    said = capsys.readouterr().out
    assert all(sign.isprintable() or sign == "\n" for sign in said)
    column_lines = said.partition("\ncolumn ")[2].splitlines()[1:]
    assert len(column_lines) == read_table(path, path.name).frame.shape[1]


def test_what_may_mislead_stands_out(capsys, tmp_path):
    rows = "".join(f"shop {k},{k % 7 + 1},{k * 3 + 2}\n" for k in range(20))
    total = f"Total,{sum(k % 7 + 1 for k in range(20))},{sum(k * 3 + 2 for k in range(20))}\n"
    (tmp_path / "shops.csv").write_text(f"shop,staff,sales\n{rows}{total}", encoding="utf-8")
    exit_code("describe", tmp_path / "shops.csv")
    assert any(line.startswith("! ") and "total" in line for line in lines_of(capsys))


# train -------------------------------------------------------------------------------------------


def test_the_saved_map_is_that_of_the_suggestions(capsys, tmp_path):
    folder = tmp_path / "map of penguins"
    assert exit_code("train", PENGUINS, "--out", folder) == 0
    table = read_table(PENGUINS, "penguins.csv")
    recipe = suggest_recipe(table)
    prepared = prepare(table, recipe)
    expected = train(prepared, suggest_settings(prepared))

    saved = TrainedMap.load(folder / "map")
    assert_array_equal(saved.codebook, expected.codebook)
    assert_array_equal(saved.bmu, expected.bmu)
    assert saved.settings == expected.settings
    assert Recipe.from_json((folder / "recipe.json").read_text(encoding="utf-8")) == recipe
    settings = MapSettings.from_json((folder / "settings.json").read_text(encoding="utf-8"))
    assert settings == expected.settings
    assert capsys.readouterr().err == ""


def test_every_setting_can_be_given(tmp_path):
    given = {
        "height": 4,
        "width": 6,
        "sigma": 1.5,
        "learning_rate": 0.25,
        "epochs": 2,
        "lattice": "rectangular",
        "algorithm": "online",
        "neighbourhood": "bubble",
        "distance": "manhattan",
        "initialisation": "sample",
        "seed": 7,
        "end_sigma": 1.25,
    }
    options = [
        part
        for name, value in given.items()
        for part in (f"--{name.replace('_', '-')}", str(value))
    ]
    assert exit_code("train", PENGUINS, "--out", tmp_path / "m", "--toroid", *options) == 0
    written = json.loads((tmp_path / "m" / "settings.json").read_text(encoding="utf-8"))
    assert written == given | {"toroid": True}
    assert TrainedMap.load(tmp_path / "m" / "map").settings == MapSettings(**written)


def test_sigma_follows_the_size_that_was_given(tmp_path):
    exit_code("train", PENGUINS, "--out", tmp_path / "m", "--height", 3, "--width", 2)
    assert TrainedMap.load(tmp_path / "m" / "map").settings.sigma == 1.0


def test_the_rows_are_written_with_their_cell_as_the_maps_count_it(tmp_path):
    exit_code("train", PENGUINS, "--out", tmp_path / "m")
    m = TrainedMap.load(tmp_path / "m" / "map")
    # Read as text, since older versions of pandas round numbers when they parse them.
    path, as_text = tmp_path / "m" / "rows.csv", {"distance": str}
    rows = pd.read_csv(path, encoding="utf-8-sig", dtype=as_text)
    assert len(rows) == 344
    assert rows["cell_x"].isna().sum() == 344 - len(m.rows) == 2
    on_map = rows.iloc[m.rows]
    assert_array_equal((on_map["cell_y"] - 1) * m.width + on_map["cell_x"] - 1, m.bmu)
    assert_array_equal(on_map["distance"].map(float), m.distance)


def test_one_file_holds_every_map_and_needs_no_network(tmp_path):
    exit_code("train", PENGUINS, "--out", tmp_path / "m")
    page = (tmp_path / "m" / "maps.html").read_text(encoding="utf-8")
    drawn = re.search(r'<script id="drawing" type="application/json">(.*?)</script>', page)
    names = [layer["name"] for layer in json.loads(drawn[1])["layers"]]
    assert names[:2] == ["U-matrix", "Hits"]
    assert {"bill_length_mm", "body_mass_g"} <= set(names)
    assert {f"Most frequent {name}" for name in ("species", "island", "sex")} <= set(names)
    assert '<script src="' not in page


def test_a_map_of_one_cell_is_written_too(tmp_path):
    assert exit_code("train", PENGUINS, "--out", tmp_path / "m", "--height", 1, "--width", 1) == 0
    assert TrainedMap.load(tmp_path / "m" / "map").hits.tolist() == [[342]]


def test_a_recipe_that_was_changed_is_followed(tmp_path):
    exit_code("train", PENGUINS, "--out", tmp_path / "first")
    written = json.loads((tmp_path / "first" / "recipe.json").read_text(encoding="utf-8"))
    for column in written["columns"]:
        if column["name"] == "body_mass_g":
            column["role"] = "drop"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(written), encoding="utf-8")
    assert exit_code("train", PENGUINS, "--out", tmp_path / "second", "--recipe", changed) == 0
    features = TrainedMap.load(tmp_path / "second" / "map").features
    assert features == ("bill_length_mm", "bill_depth_mm", "flipper_length_mm")


def test_quality_is_said_and_written_in_words(capsys, tmp_path):
    exit_code("train", PENGUINS, "--out", tmp_path / "m")
    said = lines_of(capsys)
    written = (tmp_path / "m" / "quality.txt").read_text(encoding="utf-8").splitlines()
    assert written[0].startswith("On average a row lies ")
    assert all(f"- {sentence}" in said for sentence in written)


def test_a_terminal_shows_the_progress_and_the_error_in_one_line(monkeypatch, tmp_path):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    exit_code("train", PENGUINS, "--out", tmp_path / "m")
    written = terminal.getvalue()
    assert written.count("\n") == 1
    *_, last = written.rstrip().split("\r")
    error = TrainedMap.load(tmp_path / "m" / "map").history[-1].quantization_error
    assert last.startswith("[########################] 100%  epoch 20 of 20")
    assert last.endswith(f"error {number(error)}")


def test_an_interruption_ends_it_without_a_traceback_and_without_a_map(monkeypatch, tmp_path):
    class Interrupted(Terminal):
        def write(self, text: str) -> int:
            if text.startswith("\r[") and "\r[" not in self.getvalue():
                super().write(text)
                raise KeyboardInterrupt
            return super().write(text)

    terminal = Interrupted()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert exit_code("train", PENGUINS, "--out", tmp_path / "m") == 130
    assert terminal.getvalue().endswith("\nsom-atlas: Stopped before the map was written.\n")
    assert list((tmp_path / "m").iterdir()) == []


# Refusals ----------------------------------------------------------------------------------------


def test_a_file_that_is_not_there_is_refused(refusal, tmp_path):
    path = tmp_path / "no.csv"
    assert refusal("describe", path) == f"There is no file “{path}”. Look at the path."


def test_a_folder_is_no_table(refusal, tmp_path):
    assert f"“{tmp_path}” can't be read" in refusal("describe", tmp_path)


def test_a_file_that_is_no_table_is_refused_with_what_to_do(refusal, tmp_path):
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n....")
    assert "a picture (PNG)" in refusal("describe", tmp_path / "picture.csv")


def test_a_table_that_no_map_can_be_made_of_is_refused(refusal, tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = refusal("train", tmp_path / "one.csv", "--out", tmp_path / "m")
    assert said.startswith("“one.csv” has one row")
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--sigma", "-1"], "Sigma is -1, but must be above 0"),
        (["--height", "0"], "A map of 0 × 15 cells can't be made"),
        (["--lattice", "cubic"], "Lattice is “cubic”, but must be one of: hexagonal, rectangular."),
        (["--epochs", "0"], "Epochs is 0"),
        (["--algorithm", "online", "--learning-rate", "2"], "The learning rate is 2"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(refusal, tmp_path, options, sentence):
    assert refusal("train", PENGUINS, "--out", tmp_path / "m", *options).startswith(sentence)
    assert not (tmp_path / "m").exists()


def test_a_wrong_option_is_refused_with_where_to_look(refusal, tmp_path):
    said = refusal("train", PENGUINS, "--out", tmp_path / "m", "--height", "tall", code=2)
    assert "“som-atlas train --help”" in said
    assert "--out" in refusal("train", PENGUINS, code=2)
    assert "describe" in refusal(code=2)


def test_nothing_in_the_folder_is_ever_replaced(refusal, tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    said = refusal("train", PENGUINS, "--out", tmp_path)
    assert said.startswith(f"“{tmp_path}” is there already")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_folder_that_cannot_be_made_is_refused(refusal, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / "m"
    assert refusal("train", PENGUINS, "--out", folder).startswith(f"“{folder}” can't be written")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[]", b'{"version": 1, "columns": [{}]}'])
def test_a_file_that_is_no_recipe_is_refused(refusal, tmp_path, content):
    (tmp_path / "recipe.json").write_bytes(content)
    said = refusal("train", PENGUINS, "--out", tmp_path / "m", "--recipe", tmp_path / "recipe.json")
    assert "recipe" in said


def test_no_name_in_a_refusal_steers_the_terminal(refusal, tmp_path):
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"version": 1, "columns": [{"name": "\\u001b[2J\\n"}]}', encoding="utf-8")
    said = refusal("train", PENGUINS, "--out", tmp_path / "m", "--recipe", recipe)
    assert "“�[2J ”" in said


# As a process ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_terminal_without_the_signs_gets_others_in_their_place(tmp_path):
    done = run("describe", PENGUINS, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert done.stdout.startswith("penguins.csv: 344 rows ? 8 columns")


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_causes_no_complaint(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = run("describe", PENGUINS, stdout=writing)
    os.close(writing)
    assert done.stderr == ""


def test_help_says_what_a_map_is_and_shows_how_to_begin(capsys):
    assert exit_code("--help") == 0
    said = capsys.readouterr().out
    assert "rows which are alike" in said
    assert "som-atlas train penguins.csv --out penguins-map" in said


def run(*arguments, stdout=subprocess.PIPE, env=None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "som_core.command_line", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )
