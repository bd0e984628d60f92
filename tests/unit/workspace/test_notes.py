"""Notes stay with their rows: whatever map is trained, on another server, and past damage."""

import os
from dataclasses import replace

import numpy as np
import pytest

from som_core import AtlasError, Group
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


def test_deleted_ones_come_back_one_after_another_in_any_later_session(workspace):
    early, late = workspace.notes()
    assert workspace.deleted_note() is None
    workspace.delete_note(early)
    (file,) = (workspace.folder / "deleted-notes").iterdir()
    os.utime(file, (1_000, 1_000))  # long before the next
    workspace.delete_note(late)
    again = open_workspace(workspace.id)
    assert (again.notes(), again.deleted_note()) == ({}, (late, LATE))
    again.restore_note("../recipe")
    again.restore_note(late)
    again.restore_note(early)
    assert again.notes() == {early: EARLY, late: LATE}
    assert again.deleted_note() is None
    again.restore_note(early)  # from another tab, once more


def test_a_deleted_one_is_offered_where_its_table_is(workspace):
    workspace.delete_note(next(iter(workspace.notes())))
    source = workspace.source
    workspace.put_upload(b"a,b\n1,2\n3,4\n", "other.csv")
    assert workspace.deleted_note() is None
    assert workspace.deleted_note(source)[1] == EARLY


def test_its_text_is_changed_and_all_else_stays(workspace):
    early, late = workspace.notes()
    workspace.change_note(late, "They paid")
    changed = open_workspace(workspace.id).notes()
    assert list(changed) == [early, late]  # each in its place
    assert changed[late] == replace(LATE, text="They paid", changed=changed[late].changed)
    assert changed[late].changed > LATE.written
    with pytest.raises(AtlasError, match="The note is empty"):
        workspace.change_note(late, "")
    workspace.delete_note(late)
    with pytest.raises(AtlasError, match="deleted meanwhile"):
        workspace.change_note(late, "from another tab")
    assert workspace.deleted_note() == (late, changed[late])


def test_a_read_only_link_shows_them_and_changes_none(workspace):
    shared = open_workspace(workspace.share_id())
    assert list(shared.notes().values()) == [EARLY, LATE]
    with pytest.raises(ReadOnly):
        shared.keep_note(LATE)
    with pytest.raises(ReadOnly):
        shared.delete_note(next(iter(shared.notes())))
    with pytest.raises(ReadOnly):
        shared.change_note(next(iter(shared.notes())), "other words")
    with pytest.raises(ReadOnly):
        shared.restore_note(next(iter(shared.notes())))


def test_a_bundle_brings_them(workspace, tmp_path, monkeypatch):
    workspace.keep_note(replace(LATE, text="to be deleted", written=30))
    _, late, deleted = workspace.notes()
    workspace.change_note(late, "They paid")
    workspace.delete_note(deleted)
    notes = [EARLY, workspace.notes()[late]]
    bundle = workspace_bundle(workspace, None)
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "elsewhere"))
    assert list(open_workspace_bundle(bundle).notes().values()) == notes


def test_a_damaged_one_is_told_and_left_out(workspace):
    first, _ = workspace.notes()
    NOTE.path(workspace.folder, first).write_bytes(b"{}")
    assert list(workspace.notes().values()) == [replace(LATE)]
    assert any("A note can't be read" in str(remark) for remark in workspace.remarks())
