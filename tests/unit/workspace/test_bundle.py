"""A workspace goes into one file, and comes out of it as a new one."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal

from som_core import Analysis, Group, prepare, read_table, regions, save_bundle, train
from som_core.analyses.node_aggregates import LevelAggregate, NodeAggregates
from som_core.drawing.palette import LEVELS
from som_core.errors import AtlasError
from som_core.exports.bundle import BundleRefused, open_bundle
from som_core.settings import MapSettings
from som_core.suggestions.recipe import suggest_recipe
from testing.rezipped import changed, rezipped
from testing.workspaces import find_groups, workspace_with_maps
from workspace.bundle import open_workspace_bundle, workspace_bundle
from workspace.jobs.kinds.counting_of_all_rows import KIND as COUNTING
from workspace.jobs.kinds.counting_of_all_rows import count_of
from workspace.jobs.kinds.grouping import proposal
from workspace.map_groups import MapGroups
from workspace.maps import Parent, save_map
from workspace.people import workspaces_of
from workspace.store import NotYours, ReadOnly, create, open_workspace

SAVED_BEFORE = Path(__file__).parent / "saved_in_format_1.atlas.zip"
ROWS = [f"{i % 7},{(i * 13) % 11},{'ab'[i % 2]},2024-01-{1 + i % 28:02}" for i in range(60)]
FILE = "\n".join(["x,y,letter,day", *ROWS]).encode()
SMALL = MapSettings(height=4, width=3, sigma=1, epochs=2)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    return tmp_path / "data"


@pytest.fixture
def full():
    """A workspace with all that there can be in one."""
    made = workspace_with_maps(FILE, "a “table”.csv", (SMALL, SMALL.changed({"seed": 3})))
    made.keep_recipe(made.recipe.changed({"x": {"weight": 2.0}}))
    made.keep_settings(SMALL.changed({"epochs": 7}))
    made.keep_ui_state({"theme": "dark"})
    made.keep_group(Group("second", np.array([3, 1]), "set"))
    made.keep_group(Group("first", np.array([59]), "selection"))
    _, oldest = made.maps()
    made.choose_map(oldest)
    made.rename_map(oldest, "my map")
    found = find_groups(made)
    by_hand = found.at(3).united([0, 1])
    names = {by_hand.marks[0]: "Großes"}
    chosen = MapGroups(k=None, by_hand=by_hand, names=names, colours={by_hand.marks[1]: 5})
    made.keep_map_groups(oldest, chosen)
    return made


def analysis_of(made):
    saved = made.current_map
    table = made.table(saved.source)
    found = proposal(made, saved).regions
    return Analysis(
        table=table,
        recipe=saved.recipe,
        prepared=prepare(table, saved.recipe, made.trained_map(saved).chosen),
        settings=saved.settings,
        map=made.trained_map(saved),
        regions=found.named_in_words(made.trained_map(saved), table),
        groups=made.groups(),
    )


def moved(made, monkeypatch, tmp_path):
    """Return the workspace as another server opens it."""
    bundle = workspace_bundle(made, analysis_of(made))
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "another server"))
    return open_workspace_bundle(bundle)


def test_everything_comes_out_as_it_went_in(full, monkeypatch, tmp_path):
    new = moved(full, monkeypatch, tmp_path)
    assert new.config.data != full.config.data
    assert_frame_equal(new.table().frame, full.table().frame, check_exact=True)
    assert new.source == full.source, "read from the same file in the same way"
    assert (new.recipe, new.settings, new.ui_state) == (full.recipe, full.settings, full.ui_state)
    assert new.groups() == full.groups(), "in their order"
    assert [saved.name for saved in new.maps()] == [saved.name for saved in full.maps()]
    assert new.current_map.name == "my map", "the one that was chosen"
    for old, found in zip(full.maps(), new.maps(), strict=True):
        assert (found.recipe, found.settings, found.quality) == (
            old.recipe,
            old.settings,
            old.quality,
        )
        assert (found.created, found.complete) == (old.created, old.complete)
        assert_array_equal(new.trained_map(found).codebook, full.trained_map(old).codebook)
        assert_array_equal(new.trained_map(found).bmu, full.trained_map(old).bmu)
    chosen, before = new.map_groups(new.current_map), full.map_groups(full.current_map)
    assert (chosen.k, chosen.names, chosen.colours) == (before.k, before.names, before.colours)
    assert_array_equal(chosen.by_hand.node_labels, before.by_hand.node_labels)
    found, old = proposal(new, new.current_map), proposal(full, full.current_map)
    assert_array_equal(found.regions.node_labels, old.regions.node_labels)
    assert found.regions.reason == old.regions.reason
    assert new.remarks() == ()


def test_the_new_workspace_has_keys_and_ids_of_its_own(full):
    shared = full.share_id()
    bundle = workspace_bundle(full, analysis_of(full))
    new = open_workspace_bundle(bundle)
    assert new.id != full.id and new.folder != full.folder
    assert not new.is_shared
    assert not {saved.id for saved in new.maps()} & {saved.id for saved in full.maps()}
    everything = b"".join(
        zipfile.ZipFile(io.BytesIO(bundle)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(bundle)).namelist()
    )
    for key in (full.id, shared, full.folder.name):
        assert key.encode() not in everything
    new.delete_map(new.current_map)
    assert len(full.maps()) == 2, "what is done in one is not done in the other"


def test_with_sign_in_it_belongs_to_who_opened_it(full):
    new = open_workspace_bundle(workspace_bundle(full, None), "c" * 32)
    assert new.has_owner
    assert [owned.id for owned in workspaces_of(new.config, "c" * 32)] == [new.id]
    with pytest.raises(NotYours):
        open_workspace(new.id, "d" * 32)


def test_it_opens_in_python_as_well(full, tmp_path):
    path = tmp_path / "x.atlas.zip"
    path.write_bytes(workspace_bundle(full, analysis_of(full)))
    found = open_bundle(path)
    assert_array_equal(found.map.codebook, full.trained_map(full.current_map).codebook)
    assert found.groups == full.groups()
    assert found.regions.names == analysis_of(full).regions.names


@pytest.mark.slow
def test_a_bundle_that_python_wrote_becomes_a_workspace(tmp_path):
    table = read_table(FILE, "t.csv")
    recipe = suggest_recipe(table)
    m = train(prepare(table, recipe), SMALL)
    found = regions(m, 3, table=table).named(["one", "two", "three"])
    kept = (Group("kept", np.array([2, 4]), "set"),)
    colours = (LEVELS[4], LEVELS[0], LEVELS[2])
    prepared = prepare(table, recipe)
    analysis = Analysis(table, recipe, prepared, SMALL, m, found, kept, colours=colours)
    save_bundle(analysis, tmp_path / "x.atlas.zip")

    new = open_workspace_bundle((tmp_path / "x.atlas.zip").read_bytes())
    assert_frame_equal(new.table().frame, table.frame, check_exact=True)
    assert_frame_equal(new.table().dates, table.dates, check_exact=True)
    assert new.table().kinds == table.kinds
    assert (new.recipe, new.groups()) == (recipe, kept)
    [saved] = new.maps()
    assert (saved.name, saved.settings, saved.complete) == ("4 × 3, 2 epochs", SMALL, True)
    assert saved.quality.n_rows == 60
    assert_array_equal(new.trained_map(saved).codebook, m.codebook)
    chosen = new.map_groups(saved)
    shown = chosen.chosen_of(proposal(new, saved).regions)
    assert_array_equal(shown.node_labels, found.node_labels)
    assert [chosen.names[mark] for mark in shown.marks] == ["one", "two", "three"]
    assert [chosen.colours[mark] for mark in shown.marks] == [4, 0, 2]
    another = new.read_with(None)
    assert_frame_equal(new.table(another).frame, table.frame)


@pytest.mark.slow
def test_a_table_that_its_file_no_longer_gives_stays_as_it_was(full):
    """So is one that an earlier SOM Atlas had read in another way."""
    key = full.source.key
    read_before = full.table().frame.assign(x=full.table().frame["x"] + 1)
    bundle = changed(
        workspace_bundle(full, None), f"tables/{key}/cells.arrow", an_arrow_file(read_before)
    )
    new = open_workspace_bundle(bundle)
    assert new.source.brought is not None
    assert new.source.key != key
    assert_frame_equal(new.table().frame, read_before, check_exact=True)
    assert_frame_equal(new.table().dates, full.table().dates, check_exact=True)
    assert new.groups() == full.groups()
    assert new.current_map.source == new.source
    again = open_workspace_bundle(workspace_bundle(new, None))
    assert_frame_equal(again.table().frame, read_before, check_exact=True)
    assert again.groups() == full.groups()


@pytest.mark.slow
def test_what_a_bundle_says_of_a_table_is_never_taken_for_what_was_read_here(full):
    """Tables are cached by their key for all sessions: nobody may put another one under it."""
    bundle = workspace_bundle(full, None)
    facts = f"tables/{full.source.key}/table.json"
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        said = json.loads(file.read(facts))
    said["kinds"]["x"] = "identifier"
    forged = changed(bundle, facts, json.dumps(said).encode())
    new = open_workspace_bundle(forged)
    assert new.source.key == full.source.key
    assert new.table().kinds == full.table().kinds, "it was read from the file, once more"

    without_file = rezipped_without_file(forged, full.source.key)
    new = open_workspace_bundle(without_file)
    assert new.table().kinds["x"] == "identifier"
    assert new.source.key != full.source.key


def an_arrow_file(frame):
    target = io.BytesIO()
    table = pa.Table.from_pandas(frame)
    with pa.ipc.new_file(target, table.schema) as file:
        file.write_table(table)
    return target.getvalue()


def rezipped_without_file(bundle, key):
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        manifest = json.loads(file.read("manifest.json"))
    del manifest["members"][f"tables/{key}/file"]
    written = json.dumps(manifest).encode()
    return rezipped(bundle, without=[f"tables/{key}/file"], instead={"manifest.json": written})


def test_a_workspace_without_a_map_can_be_saved_too(tmp_path):
    made = create()
    made.put_upload(FILE, "t.csv")
    bundle = workspace_bundle(made, None)
    new = open_workspace_bundle(bundle)
    assert_frame_equal(new.table().frame, made.table().frame)
    assert new.maps() == ()
    (tmp_path / "x.zip").write_bytes(bundle)
    with pytest.raises(BundleRefused, match="holds no map"):
        open_bundle(tmp_path / "x.zip")


@pytest.mark.slow
def test_maps_of_an_earlier_table_keep_theirs(full):
    full.put_upload(b"p,q\n1,2\n3,4\n5,6\n", "another.csv")
    new = open_workspace_bundle(workspace_bundle(full, None))
    assert new.source.name == "another.csv"
    assert {saved.source.name for saved in new.maps()} == {"a “table”.csv"}
    assert len(new.trained_map(new.maps()[0]).bmu) == len(new.table(new.maps()[0].source).frame)
    assert new.groups() == ()
    assert new.groups(new.maps()[0].source) == full.groups(full.maps()[0].source) != ()


def test_the_read_only_link_gives_no_bundle(full):
    reader = open_workspace(full.share_id())
    with pytest.raises(ReadOnly):
        workspace_bundle(reader, None)


def test_a_workspace_of_the_first_format_opens_with_todays_code():
    new = open_workspace_bundle(SAVED_BEFORE.read_bytes())
    assert new.source.name == "penguins “2”.csv"
    assert new.table().frame.shape == (344, 8)
    assert [group.name for group in new.groups()] == ["heavy ones", "light ones"]
    assert new.recipe.column("species").role == "describe"
    assert [saved.name for saved in new.maps()] == ["second", "first"]
    assert new.current_map.name == "first"
    chosen = new.map_groups(new.current_map)
    shown = chosen.chosen_of(proposal(new, new.current_map).regions)
    assert shown.k == 3
    assert chosen.names[shown.marks[0]] == "Gentoo “G”"
    trained = new.trained_map(new.current_map)
    assert trained.codebook.sum() == pytest.approx(4.694078620845707)
    assert_array_equal(np.bincount(shown.node_labels.ravel()), [8, 7, 5])
    assert new.remarks() == ()


# What isn't opened leaves nothing -----------------------------------------------------------------


def no_workspace_but(folders, data):
    return {path.name for path in (data / "workspaces").iterdir()} == folders


@pytest.mark.slow
@pytest.mark.parametrize("part", ["saved.json", "proposal.json", "choice.json"])
def test_a_document_that_was_changed_is_refused(full, data, part):
    bundle = workspace_bundle(full, None)
    name = f"maps/{full.current_map.id}/{part}"
    there = {path.name for path in (data / "workspaces").iterdir()}
    for content in (b"{}", b"[]", b"[" * 100_000, b'{"format": 2, "check": "", "value": {}}'):
        with pytest.raises(BundleRefused, match=f"{part}” of the bundle can't be understood"):
            open_workspace_bundle(changed(bundle, name, content))
    assert no_workspace_but(there, data)


@pytest.mark.slow
def test_a_map_of_other_settings_than_it_says_is_refused(full, data):
    bundle = workspace_bundle(full, None)
    one, other = (f"maps/{saved.id}/saved.json" for saved in full.maps())
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        forged = changed(bundle, one, file.read(other))
    with pytest.raises(BundleRefused, match="other settings than its map has"):
        open_workspace_bundle(forged)


@pytest.mark.slow
@pytest.mark.parametrize(
    "variable, value, sentence",
    [
        ("FILE_BYTES", "1000", "larger than 1 kB"),
        ("WORKSPACE_BYTES", "5000", "unpacks to"),
        ("DISK_BYTES", "5000", "no room for"),
        ("ROWS", "10", "more than the 10 rows"),
        ("NODES", "11", "has 12 cells"),
    ],
)
def test_the_limits_of_uploads_hold_for_bundles(full, data, monkeypatch, variable, value, sentence):
    bundle = workspace_bundle(full, None)
    there = {path.name for path in (data / "workspaces").iterdir()}
    monkeypatch.setenv(f"SOM_ATLAS_{variable}", value)
    with pytest.raises(AtlasError, match=sentence):
        open_workspace_bundle(bundle)
    assert no_workspace_but(there, data)


def test_a_bundle_that_could_not_be_opened_again_is_not_saved(full, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_FILE_BYTES", "1000")
    with pytest.raises(AtlasError, match="could not be opened again"):
        workspace_bundle(open_workspace(full.id), None)


@pytest.mark.slow
def test_what_all_rows_add_up_to_on_a_map_goes_along(full, monkeypatch, tmp_path):
    saved, n_nodes = full.current_map, SMALL.n_nodes
    levels = LevelAggregate(levels=("a", "b"), counts=np.arange(2 * n_nodes).reshape(-1, 2))
    counted = NodeAggregates(counts=np.arange(n_nodes), numbers={}, levels={"letter": levels})
    result = full.folder / "maps" / saved.id / COUNTING.name / "00ff"
    result.mkdir(parents=True)
    counted.save(result)
    new = moved(full, monkeypatch, tmp_path)
    assert new.current_map.name == saved.name
    found = count_of(new, new.current_map)
    assert_array_equal(found.counts, counted.counts)
    assert found.levels["letter"].levels == ("a", "b")
    assert_array_equal(found.levels["letter"].counts, levels.counts)


@pytest.mark.slow
def test_a_map_that_more_rows_trained_still_says_so(full, monkeypatch, tmp_path):
    _, oldest = full.maps()
    m = replace(full.trained_map(oldest), n_trained=5_000)
    saved = replace(oldest, id="00ff", name="all", created=oldest.created + 100, n_trained=5_000)
    save_map(full.folder / "maps" / saved.id, m, saved)
    full.choose_map(saved)
    find_groups(full)
    new = moved(full, monkeypatch, tmp_path)
    assert new.current_map.n_trained == new.trained_map(new.current_map).n_trained == 5_000


@pytest.mark.slow
@pytest.mark.parametrize("n_trained", ["5000", 1.5, True, 3, -1, 10**30])
def test_a_map_that_can_not_have_been_trained_on_so_many_rows_is_refused(full, data, n_trained):
    bundle = workspace_bundle(full, None)
    there = {path.name for path in (data / "workspaces").iterdir()}
    with zipfile.ZipFile(io.BytesIO(bundle)) as file:
        name = next(name for name in file.namelist() if name.endswith("/map.json"))
        values = json.loads(file.read(name)) | {"n_trained": n_trained}
    with pytest.raises(BundleRefused, match="is no whole map of its table"):
        open_workspace_bundle(changed(bundle, name, json.dumps(values).encode()))
    assert no_workspace_but(there, data)


@pytest.mark.slow
def test_a_map_of_some_rows_keeps_them_and_its_parent(full, monkeypatch, tmp_path):
    _, oldest = full.maps()
    chosen = np.arange(0, 60, 3)
    prepared = prepare(full.table(), oldest.recipe, chosen)
    m = train(prepared, SMALL)
    of = Parent(map=oldest.id, name=oldest.name, chosen_by="every third", n_rows=20)
    saved = replace(
        oldest, id="00ff", name="thirds", created=oldest.created + 100, settings=SMALL, parent=of
    )
    save_map(full.folder / "maps" / saved.id, m, saved)
    full.choose_map(saved)
    find_groups(full)
    new = moved(full, monkeypatch, tmp_path)
    found = new.current_map
    parent = next(other for other in new.maps() if other.name == "my map")
    assert found.name == "thirds"
    assert found.parent == replace(of, map=parent.id), "by its new id"
    assert_array_equal(new.trained_map(found).chosen, chosen)

    bundle = tmp_path / "thirds.atlas.zip"
    bundle.write_bytes(workspace_bundle(new, analysis_of(new)))
    opened = open_bundle(bundle)
    assert_array_equal(opened.map.chosen, chosen)
    assert_array_equal(opened.prepared.matrix, prepared.matrix)
    save_bundle(opened, bundle)
    again = open_workspace_bundle(bundle.read_bytes()).current_map
    assert again.parent == Parent(map="", name="", chosen_by="20 chosen rows", n_rows=20)
