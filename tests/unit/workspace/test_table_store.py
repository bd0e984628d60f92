"""Tables of a workspace: what is read again is what was read, and what fails changes nothing."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from shutil import rmtree

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from som_core.groups import Group
from som_core.notes import RowNote
from som_core.reading import Dialect, TableRefused, read_table
from som_core.recipe import ColumnRecipe, Recipe
from testing.waiting import PATIENCE
from workspace import tables
from workspace.quick_copies import keep_frame, read_frame
from workspace.store import NameTaken, ReadOnly, create, open_workspace

pytestmark = pytest.mark.usefixtures("data")

PENGUINS = b"id,mass,island\n007,3750,Torgersen\n008,,Biscoe\n010,4200.5,\n"
RECIPE = Recipe((ColumnRecipe(name="mass"), ColumnRecipe(name="island", role="describe")))
HEAVY = Group("heavy “ones”", np.array([0, 2]), "set")


def test_the_quick_copy_of_a_table_is_the_table():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    read, copied = workspace.table(), workspace.table()
    assert list(workspace.folder.glob("tables/*.arrow"))
    assert_frame_equal(copied.frame, read.frame, check_exact=True)
    assert (copied.dialect, copied.remarks, copied.name) == (read.dialect, read.remarks, read.name)
    assert copied.sha256 == read.sha256 == sha256(PENGUINS).hexdigest()
    assert copied.frame["id"].iloc[0] == "007", "text stays text"


DATED = b"id,from,until,at\n1,2020-01-01,9999-12-31,06:30\n2,2020-01-02,0001-01-01,18:00\n3,,,\n"
with_and_without_dates = pytest.mark.parametrize("csv", [DATED, PENGUINS], ids=["with", "without"])


@with_and_without_dates
def test_the_quick_copy_knows_kinds_and_dates(csv):
    workspace = create()
    workspace.put_upload(csv, "table.csv")
    read, copied = read_table(csv, "table.csv"), workspace.table()
    assert copied.known_dates is not None
    assert_frame_equal(copied.known_dates.dates, read.dates, check_exact=True)
    assert copied.known_dates.formats == read.date_formats
    assert copied.known_kinds == read.kinds


@with_and_without_dates
def test_a_quick_copy_of_an_older_version_finds_kinds_and_dates_anew(csv):
    workspace = create()
    source = workspace.put_upload(csv, "table.csv")
    fresh = workspace.table()
    facts = workspace.folder / "tables" / f"{source.key}.json"
    written = json.loads(facts.read_text())["value"]
    facts.write_text(json.dumps({name: written[name] for name in ("dialect", "remarks")}))
    (workspace.folder / "tables" / f"{source.key}.dates.arrow").unlink()
    older = workspace.table()
    assert_frame_equal(older.frame, fresh.frame, check_exact=True)
    assert_frame_equal(older.dates, fresh.dates, check_exact=True)
    assert older.kinds == fresh.kinds


ODD_COLUMNS = {
    "leading zeros": pd.Series(["007", None, ""], dtype="str"),
    "surrogates": pd.Series(["\ud800", "a", "b"], dtype="object"),
    "mixed kinds": pd.Series([1, "a", None], dtype="object"),
    "yes and no": pd.Series([True, False, True]),
    "yes, no and missing": pd.Series([True, None, False], dtype="boolean"),
    "extremes": pd.Series([np.inf, -0.0, 1e308]),
    "missing": pd.Series([np.nan, np.nan, np.nan]),
    "whole numbers": pd.Series([2**63 - 1, -(2**63), 0]),
    "dates": pd.Series(pd.to_datetime(["1601-02-03", None, "2200-01-01"])),
    "levels": pd.Series(["b", "a", None], dtype="category"),
}


@pytest.mark.parametrize("name", ODD_COLUMNS)
def test_a_quick_copy_is_exact_or_there_is_none(name, tmp_path):
    frame = ODD_COLUMNS[name].to_frame("größe ‘=1+1’\n")
    path = tmp_path / "copy.arrow"
    if keep_frame(frame, path):
        assert_frame_equal(read_frame(path), frame, check_exact=True)
    else:
        assert name in ("surrogates", "mixed kinds")
        assert not path.exists()


def test_decimals_with_gaps_stay_in_the_quick_copy(tmp_path):
    gaps = np.where(np.arange(1_000_000) % 3, 1.5, np.nan)
    keep_frame(pd.DataFrame({f"with gaps {k}": gaps for k in range(8)}), tmp_path / "copy.arrow")
    before = pa.total_allocated_bytes()
    opened = read_frame(tmp_path / "copy.arrow")
    assert pa.total_allocated_bytes() - before < 1e6  # of 64
    assert opened.isna().sum().eq(333_334).all()


def test_other_rows_make_another_table_and_start_recipe_and_sets_anew():
    workspace = create()
    guessed = workspace.put_upload(b"a;b\n1;2\n3;4\n", "x.csv")
    workspace.keep_recipe(RECIPE)
    workspace.keep_group(HEAVY)
    chosen = workspace.read_with(Dialect(delimiter=";", has_header=False))
    assert chosen.key != guessed.key
    assert len(workspace.table().frame) == 3
    assert workspace.recipe is None
    assert workspace.groups() == ()


def test_what_is_kept_of_rows_stays_where_a_column_is_read_otherwise():
    workspace = create()
    as_numbers = workspace.put_upload(PENGUINS, "penguins.csv")
    dialect = workspace.table().dialect
    workspace.keep_group(HEAVY)
    workspace.keep_note(RowNote("look", Group("a row", [0])))
    linked = workspace.keep_selection(HEAVY)
    as_text = workspace.read_with(replace(dialect, as_text=("mass",)))
    assert as_text.key != as_numbers.key
    assert workspace.recipe is None
    assert workspace.groups() == (HEAVY,)
    assert [note.text for note in workspace.notes().values()] == ["look"]
    assert workspace.selection(linked) == HEAVY
    workspace.keep_group(Group("new", [1]))
    assert [group.name for group in workspace.groups(as_numbers)] == [HEAVY.name, "new"]
    with pytest.raises(NameTaken):
        workspace.keep_group(HEAVY, as_numbers)
    workspace.delete_group(HEAVY.name)
    assert [group.name for group in workspace.groups(as_numbers)] == ["new"]
    workspace.restore_group(workspace.deleted_group(as_numbers), as_numbers)
    assert [group.name for group in workspace.groups()] == [HEAVY.name, "new"]


def test_a_mark_that_makes_a_row_blank_makes_other_rows():
    workspace = create()
    workspace.put_upload(b"a,b\n?,?\n-,-\n3,4\n5,6\n", "x.csv")
    dialect = workspace.table().dialect
    for mark in "?-":
        workspace.read_with(replace(dialect, missing_marks=(mark,)))
        assert len(workspace.table().frame) == 3
        assert workspace.groups() == ()
        workspace.keep_group(HEAVY)


def test_a_file_that_is_no_table_leaves_the_table_and_takes_no_room():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    with pytest.raises(TableRefused, match="picture"):
        workspace.put_upload(b"\x89PNG\r\n\x1a\n" + bytes(100), "photo.png")
    assert workspace.source.name == "penguins.csv"
    assert len(list((workspace.folder / "uploads").iterdir())) == 1


def test_files_that_nobody_needs_any_more_are_freed():
    workspace = create()
    first = workspace.put_upload(PENGUINS, "penguins.csv")
    workspace.table()
    second = workspace.put_upload(b"a,b\n1,2\n", "other.csv")
    assert [path.name for path in workspace.folder.glob("uploads/*")] == [second.upload]
    assert not list(workspace.folder.glob(f"tables/{first.key}*"))


@pytest.mark.parametrize(("large", "at_once"), [(10**9, 2), (1, 1)])
def test_large_files_are_read_one_after_the_other_and_small_ones_at_once(
    monkeypatch, large, at_once
):
    """Each large one takes many times its size of memory while it is read."""
    workspaces = [create(), create()]
    for workspace in workspaces:
        workspace.put_upload(PENGUINS, "penguins.csv")
        for copy in (workspace.folder / "tables").iterdir():
            copy.unlink()
    reading, most = set(), []
    both = threading.Barrier(2)

    def read(path, *arguments, **choices):
        reading.add(path)
        most.append(len(reading))
        with suppress(threading.BrokenBarrierError):
            both.wait(PATIENCE if at_once == 2 else 0.2)  # alone, nobody else comes however long
        reading.remove(path)
        return read_table(path, *arguments, **choices)

    monkeypatch.setattr(tables, "read_table", read)
    monkeypatch.setattr(tables, "LARGE", large)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda workspace: workspace.table(), workspaces))
    assert max(most) == at_once


def test_tables_beside_the_main_one_have_their_role_until_they_are_forgotten():
    workspace = create()
    main = workspace.put_upload(PENGUINS, "penguins.csv")
    recipe = Recipe((ColumnRecipe(name="mass"),))
    workspace.keep_recipe(recipe)
    new = workspace.put_upload(b"a,b\n1,2\n", "new.csv", role="new")
    joined = workspace.put_upload(b"c\n5\n6\n", "joined.csv", role="joined")
    again = open_workspace(workspace.id)
    assert [again.source_of(role) for role in ("main", "new", "joined")] == [main, new, joined]
    assert again.source == main and again.recipe == recipe, "the main table is as it was"
    assert again.table(new).frame["b"].tolist() == [2]
    assert again.table(joined).frame["c"].tolist() == [5, 6]

    read = again.read_with(Dialect(has_header=False), role="joined")
    assert len(again.table(read).frame) == 3 and again.source == main
    again.forget_table("joined")
    assert (again.source_of("joined"), again.source_of("new")) == (None, new)
    kept = {path.name for path in again.folder.glob("uploads/*")}
    assert kept == {main.upload, new.upload}
    again.forget_table("joined")  # twice is no fault


@pytest.mark.slow
@pytest.mark.parametrize("problem", ["refused", "unforeseen"])
def test_an_upload_that_becomes_no_table_leaves_nothing_behind(problem, monkeypatch):
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    workspace.keep_recipe(RECIPE)
    before = sorted(path for path in workspace.folder.rglob("*") if path.is_file())
    if problem == "refused":
        with pytest.raises(TableRefused, match="longer than"):
            workspace.put_upload(b"a,b\n" + b"x" * 9_000_000 + b",1\n", "long.csv")
    else:

        def out_of_memory(*_, **__):
            raise MemoryError

        monkeypatch.setattr(pd, "read_csv", out_of_memory)
        with pytest.raises(MemoryError):
            workspace.put_upload(b"a,b\n1,2\n3,4\n", "other.csv")
    assert sorted(path for path in workspace.folder.rglob("*") if path.is_file()) == before
    assert (workspace.source.name, workspace.recipe) == ("penguins.csv", RECIPE)


def test_several_files_are_kept_as_one_that_is_read_again_as_it_was():
    workspace = create()
    more = PENGUINS.replace(b"007", b"017")
    source = workspace.put_stack([("birds_1.csv", PENGUINS), ("birds_2.csv", more)])
    assert source.name == "birds (2 files).parquet"
    again = open_workspace(workspace.id)
    table = again.table()
    assert table.frame["file"].tolist() == ["birds_1.csv"] * 3 + ["birds_2.csv"] * 3
    assert sha256(again.upload_of(again.source)).hexdigest() == again.source.upload
    assert read_table(again.upload_of(source), source.name).frame.equals(table.frame)


def test_of_several_files_the_bad_one_is_named_and_nothing_changes(data):
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    with pytest.raises(TableRefused, match=r"“picture\.csv”: The file is a picture"):
        workspace.put_stack([("a.csv", PENGUINS), ("picture.csv", b"\x89PNG....")])
    with pytest.raises(TableRefused, match=r"“b\.csv” lacks"):
        workspace.put_stack([("a.csv", PENGUINS), ("b.csv", b"id,mass\n1,2\n2,3\n")])
    assert workspace.source.name == "penguins.csv"
    assert len(list((workspace.folder / "uploads").iterdir())) == 1


def test_too_many_files_are_refused_before_any_is_read():
    with pytest.raises(TableRefused, match="501 files are too many"):
        create().put_stack([("a.csv", b"")] * 501)


def test_a_stack_is_not_put_into_a_workspace_that_is_read_only():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    with pytest.raises(ReadOnly):
        open_workspace(workspace.share_id()).put_stack([("a.csv", PENGUINS), ("b.csv", PENGUINS)])


def test_quick_copies_are_made_anew_though_their_folder_is_gone():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    before = workspace.table().frame
    rmtree(workspace.folder / "tables")
    assert_frame_equal(open_workspace(workspace.id).table().frame, before)
    assert list((workspace.folder / "tables").glob("*.arrow"))
