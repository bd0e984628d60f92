"""Names of maps: each is another one."""

import pytest

from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
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
