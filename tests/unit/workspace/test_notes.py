"""Notes stay with their rows: whatever map is trained, on another server, and past damage."""

from dataclasses import replace

import numpy as np
import pytest

from som_core import Group
from som_core.notes import RowNote
from testing.workspaces import workspace_with_maps
from workspace.bundle import open_workspace_bundle, workspace_bundle
from workspace.kept_notes import NOTE
from workspace.store import ReadOnly, open_workspace

ROWS = [f"{i % 7},{(i * 13) % 11}" for i in range(60)]
FILE = "\n".join(["x,y", *ROWS]).encode()
LATE = RowNote("<b>late</b>\nsecond line", Group("few", np.array([4, 9]), "selection"), "Ana", 20)
EARLY = RowNote("early", Group("others", np.array([1]), "region"), "", 10)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    made = workspace_with_maps(FILE, "rows.csv")
    made.keep_note(LATE)
    made.keep_note(EARLY)
    return made


def test_they_stay_with_the_table_whatever_becomes_of_its_maps(workspace):
    workspace.delete_map(workspace.maps()[0])
    source = workspace.source
    workspace.put_upload(b"a,b\n1,2\n3,4\n", "other.csv")
    assert workspace.notes() == {}
    assert list(open_workspace(workspace.id).notes(source).values()) == [EARLY, LATE]


def test_one_is_deleted_by_its_id(workspace):
    first, _ = workspace.notes()
    workspace.delete_note("../recipe")
    workspace.delete_note(first)
    assert list(workspace.notes().values()) == [LATE]


def test_a_read_only_link_shows_them_and_changes_none(workspace):
    shared = open_workspace(workspace.share_id())
    assert list(shared.notes().values()) == [EARLY, LATE]
    with pytest.raises(ReadOnly):
        shared.keep_note(LATE)
    with pytest.raises(ReadOnly):
        shared.delete_note(next(iter(shared.notes())))


def test_a_bundle_brings_them(workspace, tmp_path, monkeypatch):
    bundle = workspace_bundle(workspace, None)
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "elsewhere"))
    assert list(open_workspace_bundle(bundle).notes().values()) == [EARLY, LATE]


def test_a_damaged_one_is_told_and_left_out(workspace):
    first, _ = workspace.notes()
    NOTE.path(workspace.folder, first).write_bytes(b"{}")
    assert list(workspace.notes().values()) == [replace(LATE)]
    assert any("A note can't be read" in str(remark) for remark in workspace.remarks())
