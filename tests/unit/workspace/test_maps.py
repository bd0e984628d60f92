"""Names of maps: each is another one."""

from dataclasses import replace

import pytest

from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from testing.workspaces import workspace_with_maps
from workspace.jobs.kinds.training import KIND, submit_training
from workspace.jobs.order import orders_in
from workspace.maps import free_name
from workspace.store import create


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], "map"),
        (["other"], "map"),
        (["map"], "map (2)"),
        (["map", "map (2)", "map (3)"], "map (4)"),
        (["map", "map (3)"], "map (2)"),
        (["map (2)"], "map"),
    ],
)
def test_a_name_that_is_taken_gets_the_first_free_number(taken, free):
    assert free_name("map", taken) == free


def test_trainings_in_line_of_one_name_become_maps_of_different_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    monkeypatch.setenv("SOM_ATLAS_TRAININGS_PER_WORKSPACE", "9")
    workspace = create()
    workspace.put_upload(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(9)), "t.csv")
    workspace.keep_recipe(Recipe((ColumnRecipe(name="a"), ColumnRecipe(name="b"))))
    settings = MapSettings(height=2, width=3, sigma=1, epochs=7)
    for name in ("", "", "mine", "mine", ""):
        submit_training(workspace, settings, (9, 2), name)
    named = sorted(KIND.work_of(order).name for _, order in orders_in(workspace.folder))
    standard = "2 × 3, 7 epochs"
    assert named == [standard, f"{standard} (2)", f"{standard} (3)", "mine", "mine (2)"]


TABLE = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(9))


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """Return a workspace with two maps."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    settings = MapSettings(height=2, width=3, sigma=1, epochs=2)
    return workspace_with_maps(TABLE, "table.csv", [settings, replace(settings, epochs=3)])


def test_a_deleted_map_comes_back_as_it_was(workspace):
    before = workspace.maps()
    workspace.delete_map(before[0])
    assert workspace.maps() == before[1:]
    assert workspace.deleted_map == before[0]
    workspace.restore_map(workspace.deleted_map)
    assert workspace.maps() == before
    assert workspace.deleted_map is None
    assert workspace.trained_map(before[0]).settings == before[0].settings
    workspace.restore_map(before[0])  # in another tab, too late
    assert workspace.maps() == before


def test_the_map_that_was_deleted_last_is_the_one_to_come_back(workspace):
    second, first = workspace.maps()
    workspace.delete_map(first)
    workspace.delete_map(second)
    workspace.delete_map(second)  # in another tab
    assert workspace.maps() == ()
    assert workspace.deleted_map == second


def test_a_map_that_comes_back_takes_no_name_from_another(workspace):
    second, first = workspace.maps()
    workspace.delete_map(first)
    workspace.rename_map(second, first.name)
    workspace.restore_map(first)
    assert {saved.name for saved in workspace.maps()} == {first.name, f"{first.name} (2)"}


def test_a_deleted_map_keeps_its_table_until_it_is_gone_for_good(workspace):
    second, first = workspace.maps()
    workspace.put_upload(b"other\n1\n2\n", "other.csv")
    workspace.delete_map(first)
    workspace.delete_map(second)
    assert len(list(workspace.folder.glob("uploads/*"))) == 2
    assert len(workspace.table(workspace.deleted_map.source).frame) == 9


def test_the_name_of_a_map_is_told_without_reading_any_other(workspace):
    second, first = workspace.maps()
    workspace.rename_map(first, "the old one")
    (workspace.folder / "maps" / second.id / "map.json").write_bytes(b"{")
    assert workspace.map_name(first.id) == "the old one"
    assert [workspace.map_name(name) for name in (second.id, "0a", "", "../maps", "*")] == [""] * 5
