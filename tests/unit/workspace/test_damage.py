"""A damaged file costs what was in it and nothing else, and nobody is shown a wrong number.

Each file of a workspace in turn is cut to a half, emptied, changed in single bytes, and removed.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from som_core.analyses.map_quality import quality
from som_core.errors import AtlasError
from som_core.groups import Group
from som_core.preparation import prepare
from som_core.reading import Dialect, read_table
from som_core.recipe import ColumnRecipe, Recipe
from som_core.settings import MapSettings
from som_core.training import train
from workspace.maps import MapDamaged, SavedMap, save_map
from workspace.people import person_of
from workspace.store import NotYours, WorkspaceMissing, create, open_workspace
from workspace.uploads import UploadDamaged

ROWS = b"name;mass;born\nAda;3750;2001-02-03\nBo;3800;\nCy;3250;2004-01-01\nDi;;1999-12-31\n"
RECIPE = Recipe((ColumnRecipe(name="mass", missing="mean"), ColumnRecipe(name="name", role="drop")))
SETTINGS = MapSettings(height=2, width=2, sigma=1, epochs=4)
GROUP = Group("heavy", np.array([0, 1]), "set")
OWNER = person_of("https://id.example", "ada")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A data folder with one workspace that holds one of everything, and its id."""
    with pytest.MonkeyPatch.context() as environment:
        data = tmp_path_factory.mktemp("whole")
        environment.setenv("SOM_ATLAS_DATA", str(data))
        environment.setenv("SOM_ATLAS_FREE_BYTES", "1")
        workspace = create(OWNER)
        workspace.put_upload(ROWS, "rows.csv")
        workspace.read_with(Dialect(delimiter=";"))
        workspace.put_upload(b"a\n1\n2\n", "new.csv", role="new")
        workspace.keep_recipe(RECIPE)
        workspace.keep_settings(SETTINGS)
        workspace.keep_ui_state({"zoom": 2})
        workspace.keep_group(GROUP)
        workspace.keep_selection(GROUP)
        workspace.share_id()
        prepared = prepare(workspace.table(), RECIPE)
        for name in ("first", "second"):
            m = train(prepared, replace(SETTINGS, seed=len(name)))
            saved = SavedMap(
                id=f"{len(name):016x}",
                name=name,
                created=float(len(name)),
                source=workspace.source,
                recipe=RECIPE,
                settings=m.settings,
                quality=quality(m, prepared),
                complete=True,
            )
            save_map(workspace.folder / "maps" / saved.id, m, saved)
        workspace.choose_map(workspace.maps()[1])
        return data, workspace.id


@pytest.fixture
def data(whole, tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    shutil.copytree(whole[0], tmp_path / "data")
    return tmp_path / "data"


def halve(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path):
    path.write_bytes(b"")


def remove(path):
    path.unlink()


def flip(share):
    def change(path):
        content = bytearray(path.read_bytes())
        if content:
            content[int(share * (len(content) - 1))] ^= 1 << int(share * 7)
        path.write_bytes(content)

    return change


HARM = {"half": halve, "empty": empty, "gone": remove}
HARM |= {f"changed at {share:.0%}": flip(share) for share in np.linspace(0, 1, 9)}
FILES = [
    "workspace.json",
    "used",
    "sources/main.json",
    "sources/new.json",
    "recipe.json",
    "settings.json",
    "ui.json",
    "current.json",
    "groups/*.json",
    "selections/*.json",
    "uploads/*",
    "tables/*",
    "maps/0000000000000005/map.json",
    "maps/0000000000000005/trained/*",
]


def everything(workspace):
    """Return all that can be asked of a workspace; what is a number is told exactly."""
    seen = {
        "source": repr(workspace.source),
        "new": repr(workspace.source_of("new")),
        "recipe": repr(workspace.recipe),
        "settings": repr(workspace.settings),
        "ui": repr(workspace.ui_state),
        "groups": tuple(sorted(map(hash, workspace.groups()))),
        "maps": tuple(repr(saved) for saved in workspace.maps()),
        "current": repr(workspace.current_map),
        "owner": workspace.has_owner,
    }
    for saved in workspace.maps():
        try:
            m = workspace.trained_map(saved)
        except MapDamaged:
            continue
        arrays = (m.codebook, m.bmu, m.second_bmu, m.distance, m.rows)
        seen[saved.name] = (b"".join(a.tobytes() for a in arrays), repr(m.history), m.settings)
    try:
        seen["cells"] = workspace.table().frame.to_csv()
        seen["dates"] = workspace.table().dates.to_csv()
        seen["kinds"] = dict(workspace.table().kinds)
    except UploadDamaged:
        pass
    return seen


NOTHING = {
    "source": ["None"],
    "new": ["None"],
    "recipe": ["None"],
    "settings": ["None"],
    "ui": ["{}"],
    "groups": [()],
}


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize("pattern", FILES)
def test_damage_costs_what_was_in_the_file_and_shows_nothing_wrong(whole, data, pattern, harm):
    _, workspace_id = whole
    workspace = open_workspace(workspace_id, OWNER)
    expected = everything(workspace)
    for path in sorted(workspace.folder.glob(pattern)):
        before = path.read_bytes()
        HARM[harm](path)
        again = open_workspace(workspace_id, OWNER)
        found = everything(again)
        for name in ("source", "new", "recipe", "settings", "ui", "groups"):
            assert found[name] in (expected[name], *NOTHING[name]), (path.name, name)
        assert set(found["maps"]) <= set(expected["maps"])
        assert found["current"] in expected["maps"]
        assert found["owner"]
        for name in set(expected) - {"maps", "current", *NOTHING}:
            assert found.get(name, expected[name]) == expected[name], (path.name, name)
        lost = [name for name in expected if name not in found or found[name] != expected[name]]
        if set(lost) - {"current", "cells", "dates", "kinds"} and harm != "gone":
            assert again.remarks(), f"{path.name} is damaged and nothing is said"
        assert all(len(str(remark)) > 20 for remark in again.remarks())
        path.write_bytes(before)
        (workspace.folder / "maps" / "0000000000000005" / "damaged").unlink(missing_ok=True)
    assert everything(open_workspace(workspace_id, OWNER)) == expected


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_workspace_stays_its_owners(whole, data, harm):
    _, workspace_id = whole
    HARM[harm](open_workspace(workspace_id, OWNER).folder / "workspace.json")
    with pytest.raises(NotYours):
        open_workspace(workspace_id, person_of("https://id.example", "eve"))
    with pytest.raises(NotYours):
        open_workspace(workspace_id, None)
    assert open_workspace(workspace_id, OWNER).source.name == "rows.csv"


@pytest.mark.parametrize("harm", [name for name in HARM if name != "changed at 100%"])
def test_a_damaged_link_says_so_and_sharing_again_mends_it(whole, data, harm):
    workspace = open_workspace(whole[1], OWNER)
    link = workspace.share_id()
    [share] = (data / "shares").iterdir()
    HARM[harm](share)
    with pytest.raises(WorkspaceMissing):
        open_workspace(link)
    assert open_workspace(workspace.share_id()).read_only


def test_uploading_a_damaged_file_again_brings_everything_back(whole, data):
    workspace = open_workspace(whole[1], OWNER)
    expected = everything(workspace)
    flip(0.5)(workspace.folder / "uploads" / workspace.source.upload)
    assert everything(workspace) == expected, "the quick copy is whole"
    for copy in workspace.folder.glob("tables/*.arrow"):
        halve(copy)
    with pytest.raises(UploadDamaged, match=r"“rows\.csv” is damaged on the server.* Upload it"):
        workspace.table()
    workspace.put_upload(ROWS, "rows.csv")
    workspace.read_with(Dialect(delimiter=";"))
    assert workspace.groups() == (GROUP,)
    assert [saved.name for saved in workspace.maps()] == ["second", "first"]
    assert workspace.table(workspace.maps()[0].source).frame["mass"].tolist()[0] == 3750


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_quick_copy_is_made_anew(whole, data, harm):
    workspace = open_workspace(whole[1], OWNER)
    expected = read_table(ROWS, "rows.csv", dialect=Dialect(delimiter=";")).frame
    for copy in sorted(workspace.folder.glob(f"tables/{workspace.source.key}*")):
        HARM[harm](copy)
        assert_frame_equal(workspace.table().frame, expected, check_exact=True)
        assert_frame_equal(workspace.table().frame, expected, check_exact=True)


def test_a_damaged_map_is_named_and_left_out_and_can_be_deleted(whole, data):
    workspace = open_workspace(whole[1], OWNER)
    first = workspace.current_map
    assert first.name == "first"
    flip(0.9)(workspace.folder / "maps" / first.id / "trained" / "bmu.npy")
    with pytest.raises(MapDamaged, match="“first” can't be shown"):
        workspace.trained_map(first)
    again = open_workspace(whole[1], OWNER)
    assert again.current_map.name == "second"
    assert [str(remark) for remark in again.remarks() if "“first”" in str(remark)]
    uploads = len(list(again.folder.glob("uploads/*")))
    again.delete_damaged_maps()
    assert again.remarks() == ()
    assert len(list(again.folder.glob("uploads/*"))) == uploads, "the table still needs its file"


def test_nothing_is_freed_while_it_cannot_be_read_what_is_needed(whole, data):
    """A map whose own file is damaged may be the only one that needs an upload."""
    workspace = open_workspace(whole[1], OWNER)
    halve(workspace.folder / "maps" / "0000000000000005" / "map.json")
    workspace.put_upload(b"a\n1\n", "other.csv")
    assert len(list(workspace.folder.glob("uploads/*"))) == 3


@pytest.mark.parametrize("harm", HARM)
def test_what_is_kept_next_replaces_what_was_damaged(whole, data, harm):
    workspace = open_workspace(whole[1], OWNER)
    for name in ("recipe.json", "settings.json", "ui.json"):
        HARM[harm](workspace.folder / name)
    workspace.keep_recipe(RECIPE)
    workspace.keep_settings(SETTINGS)
    workspace.keep_ui_state({})
    assert (workspace.recipe, workspace.settings) == (RECIPE, SETTINGS)
    assert workspace.remarks() == ()


def test_a_file_that_cannot_be_opened_counts_as_damaged(whole, data):
    workspace = open_workspace(whole[1], OWNER)
    recipe = workspace.folder / "recipe.json"
    recipe.unlink()
    recipe.mkdir()
    assert workspace.recipe is None
    [remark] = workspace.remarks()
    assert remark.severity == "warning"
    assert "The recipe can't be read" in remark.sentence
    assert "the suggestions hold" in remark.sentence


def test_every_problem_with_damage_is_a_sentence(whole, data):
    """All files at once, and still only what an analyst can understand is raised."""
    workspace = open_workspace(whole[1], OWNER)
    for path in workspace.folder.rglob("*"):
        if path.is_file():
            halve(path)
    again = open_workspace(whole[1], OWNER)
    assert again.maps() == () and again.groups() == ()
    assert len(again.remarks()) >= 6
    with pytest.raises(AtlasError):
        again.table()
    again.put_upload(ROWS, "rows.csv")
    assert len(again.table().frame) == 4
    assert Path(again.folder, "uploads", again.source.upload).read_bytes() == ROWS
