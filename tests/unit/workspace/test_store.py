"""A workspace keeps everything, for those who hold its id, whatever happens while it is written."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.reading import Dialect, TableRefused, read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.selection_steps import Asked, Pointed
from som_core.settings import MapSettings
from testing.paths import ROOT
from testing.waiting import PATIENCE
from workspace import store, tables
from workspace.documents import FORMAT
from workspace.facts import FACTS
from workspace.files import locked
from workspace.kept_groups import questions_elsewhere
from workspace.store import NameTaken, ReadOnly, WorkspaceMissing, create, open_workspace
from workspace.tables import keep_copy, read_copy

PENGUINS = b"id,mass,island\n007,3750,Torgersen\n008,,Biscoe\n010,4200.5,\n"
RECIPE = Recipe((ColumnRecipe(name="mass"), ColumnRecipe(name="island", role="describe")))
HEAVY = Group("heavy “ones”", np.array([0, 2]), "set")
SETTINGS = MapSettings(height=3, width=4, sigma=1.5)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    return tmp_path / "data"


def test_everything_is_there_again_when_the_workspace_is_opened_by_its_id():
    workspace = create()
    workspace.put_upload(PENGUINS, "../../penguins.csv")
    workspace.keep_recipe(RECIPE)
    workspace.keep_settings(SETTINGS)
    workspace.keep_group(HEAVY)
    workspace.keep_ui_state({"theme": "dark", "zoom": 2})

    again = open_workspace(workspace.id)

    assert again.source.name == "../../penguins.csv"
    assert again.recipe == RECIPE
    assert again.settings == SETTINGS
    assert again.groups() == (HEAVY,)
    assert again.ui_state == {"theme": "dark", "zoom": 2}
    assert (again.folder / "uploads" / again.source.upload).read_bytes() == PENGUINS


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


with_and_without_dates = pytest.mark.parametrize("data", [DATED, PENGUINS], ids=["with", "without"])


@with_and_without_dates
def test_the_quick_copy_knows_kinds_and_dates(data):
    workspace = create()
    workspace.put_upload(data, "table.csv")
    read, copied = read_table(data, "table.csv"), workspace.table()
    assert copied.known_dates is not None
    assert_frame_equal(copied.known_dates.dates, read.dates, check_exact=True)
    assert copied.known_dates.formats == read.date_formats
    assert copied.known_kinds == read.kinds


@with_and_without_dates
def test_a_quick_copy_of_an_older_version_finds_kinds_and_dates_anew(data):
    workspace = create()
    source = workspace.put_upload(data, "table.csv")
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
    if keep_copy(frame, path):
        assert_frame_equal(read_copy(path), frame, check_exact=True)
    else:
        assert name in ("surrogates", "mixed kinds")
        assert not path.exists()


def test_another_dialect_makes_another_table_and_starts_recipe_and_sets_anew():
    workspace = create()
    guessed = workspace.put_upload(b"a;b\n1;2\n3;4\n", "x.csv")
    workspace.keep_recipe(RECIPE)
    workspace.keep_group(HEAVY)
    chosen = workspace.read_with(Dialect(delimiter=";"))
    assert chosen.key != guessed.key
    assert list(workspace.table().frame.columns) == ["a", "b"]
    assert workspace.recipe is None
    assert workspace.groups() == ()


def test_a_renamed_set_keeps_its_rows_and_its_place_and_takes_no_others_name():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    workspace.keep_group(HEAVY)
    workspace.keep_group(Group("light", [1], "set"))
    workspace.rename_group(HEAVY.name, "=heavy")
    assert workspace.groups() == (replace(HEAVY, name="=heavy"), Group("light", [1], "set"))
    with pytest.raises(NameTaken, match="“light” already"):
        workspace.rename_group("=heavy", "light")
    with pytest.raises(AtlasError, match="needs a name"):
        workspace.rename_group("=heavy", " ")
    workspace.rename_group("=heavy", "=heavy")
    assert [group.name for group in workspace.groups()] == ["=heavy", "light"]


def test_a_share_link_shows_everything_and_changes_nothing():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    share = workspace.share_id()
    assert share == workspace.share_id() != workspace.id

    shared = open_workspace(share)

    assert shared.read_only and shared.source == workspace.source
    changes = [
        lambda: shared.put_upload(b"a\n1\n", "x.csv"),
        lambda: shared.read_with(None),
        lambda: shared.keep_recipe(RECIPE),
        lambda: shared.keep_settings(SETTINGS),
        lambda: shared.keep_group(HEAVY),
        lambda: shared.delete_group("all"),
        lambda: shared.rename_group("all", "none"),
        lambda: shared.keep_ui_state({}),
        lambda: shared.share_id(),
        lambda: shared.stop_sharing(),
        lambda: shared.delete(),
    ]
    for change in changes:
        with pytest.raises(ReadOnly, match="can't change it"):
            change()
    workspace.stop_sharing()
    with pytest.raises(WorkspaceMissing):
        open_workspace(share)
    assert open_workspace(workspace.id).source == workspace.source


def test_a_deleted_workspace_leaves_nothing_behind(data):
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    share = workspace.share_id()
    workspace.delete()
    for gone in (workspace.id, share):
        with pytest.raises(WorkspaceMissing):
            open_workspace(gone)
    assert not [path for path in data.rglob("*") if path.is_file()]
    with pytest.raises(WorkspaceMissing):
        workspace.keep_recipe(RECIPE)


def test_ids_are_of_192_random_bits_and_stand_nowhere_on_the_disk(data):
    workspaces = [create() for _ in range(20)]
    shares = [workspace.share_id() for workspace in workspaces]
    ids = {workspace.id for workspace in workspaces} | set(shares)
    assert len(ids) == 40
    assert all(len(base64.urlsafe_b64decode(each)) == 24 for each in ids)
    names = " ".join(map(str, data.rglob("*")))
    assert not [each for each in ids if each in names]
    assert not [
        each
        for each in ids
        if each in repr([open_workspace(s) for s in shares]) and each not in shares
    ], "a reader can't find out the owner's id"


@pytest.mark.parametrize(
    "hostile",
    [
        "", ".", "..", "../..", "../../etc/passwd", "/etc/passwd", "a" * 31, "a" * 33, "a" * 10_000,
        "a" * 31 + "/", "a" * 31 + "\0", "a" * 32 + "\n", "ａ" * 32, "é" * 32, "%2e%2e%2f" * 4,
        "-" * 32, "_" * 32, "*" * 32, "..\\..\\" * 6,
    ],
)  # fmt: skip
def test_no_other_text_opens_anything(hostile, data):
    create().put_upload(PENGUINS, "penguins.csv")
    before = sorted(data.rglob("*"))
    with pytest.raises(WorkspaceMissing):
        open_workspace(hostile)
    assert sorted(data.rglob("*")) == before


def test_the_name_of_the_folder_doesnt_open_the_workspace():
    workspace = create()
    with pytest.raises(WorkspaceMissing):
        open_workspace(workspace.folder.name)


@pytest.mark.parametrize(
    "written",
    [
        b'{"format": %d, "created": 1.0}' % (FORMAT + 1),
        b'{"format": %d, "check": "%s", "value": {"format": 9}}' % (FORMAT + 1, b"0" * 64),
    ],
)
def test_a_workspace_of_a_newer_format_is_not_touched(written):
    workspace = create()
    FACTS.path(workspace.folder).write_bytes(written)
    with pytest.raises(AtlasError, match=r"newer SOM Atlas .* Update SOM Atlas"):
        open_workspace(workspace.id)


def test_a_quota_is_said_before_anything_is_written(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_WORKSPACE_BYTES", "10_000")
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    with pytest.raises(
        AtlasError, match=r"needs 12 kB, but the workspace already holds [\d.]+ kB of the 10 kB"
    ):
        workspace.put_upload(b"x" * 12_000, "large.csv")
    assert workspace.source.name == "penguins.csv"


def test_the_quota_of_the_disk_holds_for_all_workspaces_together(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DISK_BYTES", "20_000")
    rows = b"x\n" + b"1.5\n" * 2_000
    create().put_upload(rows, "first.csv")
    with pytest.raises(AtlasError, match=r"All workspaces together hold [\d.]+ kB of the 20 kB"):
        create().put_upload(rows * 2, "second.csv")


def test_a_file_that_is_no_table_leaves_the_table_and_takes_no_room():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    with pytest.raises(TableRefused, match="picture"):
        workspace.put_upload(b"\x89PNG\r\n\x1a\n" + bytes(100), "photo.png")
    assert workspace.source.name == "penguins.csv"
    assert len(list((workspace.folder / "uploads").iterdir())) == 1


def test_room_is_always_left_free_on_the_disk(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", str(10**18))
    with pytest.raises(AtlasError, match="disk has no room"):
        create()


def test_files_that_nobody_needs_any_more_are_freed():
    workspace = create()
    first = workspace.put_upload(PENGUINS, "penguins.csv")
    workspace.table()
    second = workspace.put_upload(b"a,b\n1,2\n", "other.csv")
    assert [path.name for path in workspace.folder.glob("uploads/*")] == [second.upload]
    assert not list(workspace.folder.glob(f"tables/{first.key}*"))


def test_two_pages_that_write_at_once_both_succeed():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    script = """
import sys, numpy as np
from som_core.groups import Group
from workspace.store import open_workspace
workspace = open_workspace(sys.argv[1])
for number in range(25):
    workspace.keep_group(Group(f"{sys.argv[2]} {number}", np.array([number])))
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", script, workspace.id, page], cwd=ROOT)
        for page in ("left", "right")
    ]
    assert [writer.wait(PATIENCE) for writer in writers] == [0, 0]
    assert len(workspace.groups()) == 50


def is_whole(text):
    return len(text) == 200_000 and len(set(text)) == 1


def test_a_process_killed_while_it_writes_leaves_the_old_or_the_new():
    workspace = create()
    workspace.keep_ui_state({"text": "0" * 200_000})
    script = """
import sys
from workspace.store import open_workspace
workspace = open_workspace(sys.argv[1])
print("ready", flush=True)
for number in range(10**9):
    workspace.keep_ui_state({"text": str(number % 10) * 200_000})
"""
    for looks in np.random.default_rng(0).integers(20, 200, 4):
        writer = subprocess.Popen(
            [sys.executable, "-c", script, workspace.id], cwd=ROOT, stdout=subprocess.PIPE
        )
        writer.stdout.readline()
        for _ in range(looks):
            assert is_whole(workspace.ui_state["text"])
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert is_whole(workspace.ui_state["text"])
    workspace.keep_ui_state({"text": "the lock is free again"})


def test_a_full_disk_is_a_sentence_and_keeps_what_was_there():
    """The kernel refuses files above a size, as it does on a full disk."""
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    workspace.keep_ui_state({"kept": True})
    script = """
import resource, sys
from som_core.errors import AtlasError
from workspace.store import open_workspace
workspace = open_workspace(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for change in (
    lambda: workspace.put_upload(b"x" * 20_000, "large.csv"),
    lambda: workspace.keep_ui_state({"text": "x" * 20_000}),
):
    try:
        change()
    except AtlasError as problem:
        print(problem)
"""
    told = subprocess.run(
        [sys.executable, "-c", script, workspace.id], cwd=ROOT, capture_output=True, text=True
    )
    assert told.stdout.count("disk is full") == 2, told.stderr
    assert workspace.source.name == "penguins.csv"
    assert workspace.ui_state == {"kept": True}
    assert not list(workspace.folder.rglob(".new-*"))
    assert len(list(workspace.folder.glob("uploads/*"))) == 1


def test_the_read_only_link_of_a_damaged_upload_name_stays_text():
    workspace = create()
    hostile = '=HYPERLINK("http://host")\0/../\u202e.csv'
    source = workspace.put_upload(PENGUINS, hostile)
    assert open_workspace(workspace.share_id()).source == replace(source, name=hostile)
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in workspace.folder.rglob("*"))
    assert list(workspace.folder.parent.iterdir()) == [workspace.folder]


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
    monkeypatch.setattr(tables, "_LARGE", large)
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


def test_deleted_groups_come_back_one_after_another_in_any_later_session():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    light = Group("light", [1], "set")
    workspace.keep_group(HEAVY)
    workspace.keep_group(light)
    assert workspace.deleted_group() is None
    workspace.delete_group(HEAVY.name)
    (file,) = (workspace.folder / "deleted-groups").iterdir()
    os.utime(file, (1_000, 1_000))  # long before the next
    workspace.delete_group("light")
    again = open_workspace(workspace.id)
    assert again.deleted_group().group == light
    again.restore_group(again.deleted_group())
    assert again.groups() == (light,)
    again.restore_group(again.deleted_group())
    assert again.groups() == (HEAVY, light)  # each in its place
    assert again.deleted_group() is None


def test_a_group_belongs_to_the_table_of_its_role():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    new = workspace.put_upload(b"a,b\n1,2\n", "new.csv", role="new")
    of_main, of_new = Group("odd", np.array([0, 2])), Group("odd", np.array([0]))
    workspace.keep_group(of_main)
    workspace.keep_group(of_new, new)
    assert (workspace.groups(), workspace.groups(new)) == ((of_main,), (of_new,))


def test_selected_rows_have_one_short_id_that_is_found_again():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    rows = Group("selection", np.array([0, 2]))
    name = workspace.keep_selection(rows)
    assert re.fullmatch("[0-9a-f]{12}", name)
    assert workspace.keep_selection(rows) == name
    assert workspace.keep_selection(Group("selection", np.array([1]))) != name
    assert open_workspace(workspace.share_id()).selection(name) == rows
    assert workspace.selection("../../etc/pa") is workspace.selection("0" * 12) is None
    workspace.put_upload(b"a,b\n1,2\n", "other.csv")
    assert workspace.selection(name) is None, "its rows are of another table"
    with pytest.raises(ReadOnly):
        open_workspace(workspace.share_id()).keep_selection(rows)


def test_the_latest_200_selections_are_kept():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    kept = [workspace.keep_selection(Group("s", np.array([row]))) for row in range(199)]
    oldest = workspace.folder / "selections" / f"{kept[77]}.json"
    os.utime(oldest, (0, 0))
    latest = [workspace.keep_selection(Group("s", np.array([row]))) for row in (199, 200)]
    assert workspace.selection(kept[77]) is None
    assert all(workspace.selection(name) for name in (*kept[:77], *kept[78:], *latest))


def test_questions_of_other_tables_can_be_asked_again():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    asked = GroupRecipe.of_step(Asked("body_mass_g > 5000"))
    pointed = GroupRecipe.of_step(Pointed("3 ticked rows", np.array([1, 2, 3])))
    heavy, ticked = Group("heavy", [1], "set", asked), Group("ticked", [2], "set", pointed)
    for group in (heavy, ticked, Group("by hand", [3]), Group("heavy again", [4], "set", asked)):
        workspace.keep_group(group)

    def elsewhere():
        return questions_elsewhere(workspace.kept_groups(), workspace.source.key)

    assert elsewhere() == ()
    workspace.put_upload(b"body_mass_g\n1\n2\n", "others.csv")
    assert [group.name for group in elsewhere()] == ["heavy again"]


def test_rows_that_are_selected_for_a_while_push_out_no_link(monkeypatch):
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    linked = workspace.keep_selection(Group("s", np.array([0])))
    assert workspace.note_selection(Group("s", np.array([0]))) == linked
    noted = [workspace.note_selection(Group("s", np.array([row]))) for row in range(1, 100)]
    passing = workspace.folder / "passing"
    os.utime(passing / f"{linked}.json", (0, 0))
    os.utime(passing / f"{noted[3]}.json", (1, 1))
    noted += [workspace.note_selection(Group("s", np.array([row]))) for row in (100, 101)]
    assert workspace.selection(noted.pop(3)) is None
    assert workspace.selection(linked).rows.tolist() == [0]
    assert all(workspace.selection(name) for name in noted)
    monkeypatch.setattr(store, "_MOST_PASSING_BYTES", 1)
    last = workspace.note_selection(Group("s", np.array([104])))
    assert workspace.selection(last).rows.tolist() == [104]
    assert len(list(passing.iterdir())) == 1


def test_what_a_reader_by_the_link_selects_is_found_again_and_pushes_out_none_of_the_owners(
    monkeypatch,
):
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    reader = open_workspace(workspace.share_id())
    own = workspace.note_selection(Group("s", np.array([0])))
    before = {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()}
    monkeypatch.setattr(store, "_MOST_READERS", 3)
    noted = []
    for row in range(1, 6):
        noted.append(reader.note_selection(Group("s", np.array([row]))))
        os.utime(workspace.folder / "readers" / f"{noted[-1]}.json", (row, row))
    again = open_workspace(reader.id)
    found = [again.selection(name) for name in noted]
    assert [None if one is None else one.rows.tolist() for one in found] == [
        None, None, [3], [4], [5],
    ]  # fmt: skip
    assert workspace.selection(own).rows.tolist() == [0]
    for path, content in before.items():
        assert path.read_bytes() == content, f"{path.name} is the owner's"
    workspace.stop_sharing()
    with pytest.raises(WorkspaceMissing, match="stopped sharing"):
        reader.note_selection(Group("s", np.array([9])))
    assert workspace.selection(noted[-1]) is None


def test_a_reader_notes_rows_while_the_owner_changes_something():
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    reader = open_workspace(workspace.share_id())
    with locked(workspace.folder / "lock"):
        name = reader.note_selection(Group("s", np.array([1])))
    assert reader.selection(name).rows.tolist() == [1]


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
