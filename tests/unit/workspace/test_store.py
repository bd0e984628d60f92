"""A workspace keeps everything, for those who hold its id, whatever happens while it is written."""

import base64
import re
import signal
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from testing.paths import ROOT
from testing.waiting import PATIENCE
from workspace.documents import FORMAT
from workspace.facts import FACTS
from workspace.store import ReadOnly, WorkspaceMissing, create, open_workspace

pytestmark = pytest.mark.usefixtures("data")

PENGUINS = b"id,mass,island\n007,3750,Torgersen\n008,,Biscoe\n010,4200.5,\n"
RECIPE = Recipe((ColumnRecipe(name="mass"), ColumnRecipe(name="island", role="describe")))
HEAVY = Group("heavy “ones”", np.array([0, 2]), "set")
SETTINGS = MapSettings(height=3, width=4, sigma=1.5)


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
    with pytest.raises(WorkspaceMissing, match="is not shared any more"):
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


@pytest.mark.slow
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


def test_room_is_always_left_free_on_the_disk(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", str(10**18))
    with pytest.raises(AtlasError, match="disk has no room left"):
        create()


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
