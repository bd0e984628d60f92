"""What rests on rows of a table keeps just those rows, however files are read tomorrow.

The folder `written_before_fingerprints` was written by the last code whose sources had none: a
table, a recipe, settings, a map and a group.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from pandas.testing import assert_frame_equal

from som_core.errors import AtlasError
from som_core.reading import read_table
from som_core.recipe import ColumnRecipe, Recipe
from testing.workbooks import ANIMALS, xlsx
from workspace import tables
from workspace.fingerprint import fingerprint_of
from workspace.store import create, open_workspace
from workspace.tables import ReadOtherwise

WRITTEN = Path(__file__).parent / "written_before_fingerprints"
OWNER = "lln3bBj7gUPBDcKKDdz9udCBMpI_cj05"
ROWS = b"a,b,t\n" + b"".join(b"%d,%d,t%d\n" % (n, n * n, n % 3) for n in range(9))


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    shutil.copytree(WRITTEN, tmp_path / "data")
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    return tmp_path / "data"


@pytest.fixture(params=["of yesterday", "of today"])
def workspace(request):
    """A workspace with a table that was looked at, a recipe for all of it, and a group."""
    if request.param == "of yesterday":
        opened = open_workspace(OWNER)
    else:
        opened = create()
        opened.put_upload(ROWS, "rows.csv")
        opened.keep_recipe(Recipe(tuple(ColumnRecipe(name=name) for name in "abt")))
        opened.keep_group(open_workspace(OWNER).groups()[0])
    opened.table()
    return opened


@pytest.fixture
def tomorrow(monkeypatch):
    """From now on, the first row of every file is taken for a part of its header."""

    def read_as_tomorrow(*arguments, **named):
        table = read_table(*arguments, **named)
        return replace(table, frame=table.frame.iloc[1:].reset_index(drop=True), known_dates=None)

    return lambda: monkeypatch.setattr(tables, "read_table", read_as_tomorrow)


def lose_copies(workspace):
    for path in workspace.folder.glob("tables/*"):
        path.unlink()


def damage_cells(workspace):
    for path in workspace.folder.glob("tables/*[0-9a-f].arrow"):
        size = path.stat().st_size
        path.unlink()  # or tables that lie in it would change where they are looked at
        path.write_bytes(b"\0" * size)


def upload_of(workspace):
    return (workspace.folder / "uploads" / workspace.source.upload).read_bytes()


def test_a_copy_that_is_there_holds_the_table_as_it_was_read(workspace, tomorrow):
    before = workspace.table().frame
    tomorrow()
    assert_frame_equal(workspace.table().frame, before)


def test_a_damaged_copy_is_made_anew_where_the_file_still_reads_as_it_did(workspace):
    before = workspace.table().frame
    damage_cells(workspace)
    assert_frame_equal(workspace.table().frame, before)
    assert len(list(workspace.folder.glob("tables/*"))) == 3, "there is a copy again"


@pytest.mark.parametrize("harm", [lose_copies, damage_cells])
def test_without_a_copy_no_table_is_shown_that_is_another_one(workspace, tomorrow, harm):
    tomorrow()
    harm(workspace)
    with pytest.raises(ReadOtherwise, match=r"csv” was read by an earlier .*Upload the file once"):
        workspace.table()


def test_the_same_file_uploaded_once_more_is_read_by_the_new_rules(workspace, tomorrow):
    before, groups, recipe = workspace.source, workspace.groups(), workspace.recipe
    n_rows = len(workspace.table().frame)
    tomorrow()
    workspace.put_upload(upload_of(workspace), before.name)
    assert len(workspace.table().frame) == n_rows - 1
    assert workspace.groups() == (), "their rows are others of this table"
    assert workspace.recipe == recipe, "the columns are as they were"
    assert workspace.groups(before) == groups
    assert all(len(workspace.table(saved.source).frame) == n_rows for saved in workspace.maps())


def test_a_recipe_goes_where_the_new_rules_make_other_columns(workspace, monkeypatch):
    def read_as_tomorrow(*arguments, **named):
        table = read_table(*arguments, **named)
        return replace(table, frame=table.frame.iloc[:, 1:], known_dates=None)

    monkeypatch.setattr(tables, "read_table", read_as_tomorrow)
    workspace.put_upload(upload_of(workspace), workspace.source.name)
    assert workspace.recipe is None


def test_the_same_file_uploaded_once_more_is_the_same_table_as_long_as_it_reads_so(workspace):
    def what_is_there():
        source = replace(workspace.source, rows=None)  # noted by now
        return source, workspace.groups(), workspace.recipe, workspace.maps()

    before = what_is_there()
    workspace.put_upload(upload_of(workspace), workspace.source.name)
    assert what_is_there() == before


def test_a_map_of_yesterday_is_named_and_says_that_its_rows_cannot_be_shown(tomorrow):
    workspace = open_workspace(OWNER)
    [saved] = workspace.maps()
    assert workspace.table(saved.source).frame["mass"].iloc[9] == 5250
    tomorrow()
    lose_copies(workspace)
    workspace.put_upload(upload_of(workspace), "penguins.csv")
    assert len(workspace.table().frame) == 9
    [saved] = workspace.maps()
    assert (saved.name, workspace.current_map) == ("of yesterday", saved)
    with pytest.raises(ReadOtherwise, match="the maps stay in the list"):
        workspace.table(saved.source)


def test_a_file_of_yesterday_whose_copy_went_before_it_was_looked_at_is_not_believed():
    workspace = open_workspace(OWNER)
    lose_copies(workspace)
    with pytest.raises(ReadOtherwise):
        workspace.table()
    workspace.put_upload(upload_of(workspace), "penguins.csv")
    assert len(workspace.table().frame) == 10
    assert workspace.recipe is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.iloc[1:],
        lambda frame: frame.iloc[::-1],
        lambda frame: frame[["b", "a", "t"]],
        lambda frame: frame.rename(columns={"a": "c"}),
        lambda frame: frame.assign(a=frame["a"].where(frame["a"] != 2)),
        lambda frame: frame.assign(b=frame["b"].replace(4.5, np.nan)),
        lambda frame: frame.assign(t=frame["t"].replace("", pd.NA)),
        lambda frame: frame.assign(t=["x", "", "yz"]),
    ],
)
def test_whatever_is_another_table_has_another_fingerprint(change):
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.1, 4.5, np.nan], "t": ["xy", "", "z"]})
    assert fingerprint_of(change(frame)) != fingerprint_of(frame)


def test_equal_cells_have_one_fingerprint_however_they_lie_in_memory():
    frame = pd.DataFrame(
        {"a": [1, 2], "b": [0.5, np.nan], "t": pd.Series([None, "ü"], dtype="str")}
    )
    thrice = pd.concat([frame] * 3, ignore_index=True)
    assert fingerprint_of(thrice.iloc[2:4]) == fingerprint_of(frame)
    other_nan = np.array([0.5, -np.nan])
    assert fingerprint_of(frame.assign(b=other_nan)) == fingerprint_of(frame)
    kept_in_workspaces = "575795a0c364b5af4c1c1a26f43d85e340e01ffcb015a6a47281d266622d7f2b"
    assert fingerprint_of(frame) == kept_in_workspaces


def test_what_a_file_says_of_its_columns_is_kept(tmp_path):
    frame = pd.DataFrame({"q1": [1.0, 2.0, 3.5], "q2": [2.0, 4.0, 7.0]})
    pyreadstat.write_sav(frame, tmp_path / "survey.sav", column_labels={"q1": "Are you well?"})
    workspace = create()
    workspace.put_upload((tmp_path / "survey.sav").read_bytes(), "survey.sav")
    assert open_workspace(workspace.id).table().labels == {"q1": "Are you well?"}


def test_a_sheet_that_was_chosen_is_the_table_ever_after():
    workspace = create()
    first = workspace.put_upload(
        xlsx({"Animals": ANIMALS, "Codes": [("a", "b"), (1, 2)]}), "x.xlsx"
    )
    assert workspace.table().sheets == ("Animals", "Codes")
    workspace.read_with(None, sheet="Codes")
    again = open_workspace(workspace.id)
    assert again.table().frame.to_dict("list") == {"a": [1], "b": [2]}
    assert again.table().sheets == ("Animals", "Codes")
    lose_copies(again)
    assert again.table().dialect.sheet == "Codes"
    workspace.read_with(replace(again.table().dialect, has_header=False))
    assert len(workspace.table().frame) == 2
    workspace.read_with(None, sheet="Animals")
    assert workspace.source.key == first.key


def test_a_sheet_that_is_not_there_leaves_the_table_as_it_is():
    workspace = create()
    source = workspace.put_upload(xlsx({"Animals": ANIMALS}), "x.xlsx")
    with pytest.raises(AtlasError, match="“Animals”"):
        workspace.read_with(None, sheet="Plants")
    assert workspace.source == source
