"""Groups and selections of a workspace: kept by table, found again, and brought back."""

import os
import re
from dataclasses import replace

import numpy as np
import pytest

from som_core.errors import AtlasError
from som_core.groups import Group, GroupRecipe
from som_core.selection_steps import Asked, Pointed
from workspace import row_store
from workspace.files import locked
from workspace.kept_groups import questions_elsewhere
from workspace.store import NameTaken, ReadOnly, WorkspaceMissing, create, open_workspace

pytestmark = pytest.mark.usefixtures("data")

PENGUINS = b"id,mass,island\n007,3750,Torgersen\n008,,Biscoe\n010,4200.5,\n"
HEAVY = Group("heavy “ones”", np.array([0, 2]), "set")


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


@pytest.mark.slow
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
        return questions_elsewhere(workspace.kept_groups(), workspace.source)

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
    monkeypatch.setattr(row_store, "_MOST_PASSING_BYTES", 1)
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
    monkeypatch.setattr(row_store, "_MOST_READERS", 3)
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
