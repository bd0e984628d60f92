"""Columns of another file beside those of the table: maps and groups stay, and it can be undone."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal

from som_core import Analysis, AtlasError, Group, prepare, train
from som_core.analyses.map_quality import quality
from som_core.exports.bundle import open_bundle, save_bundle
from som_core.exports.script import script
from som_core.recipe import ColumnRecipe
from testing.workspaces import find_groups, workspace_with_maps
from workspace.bundle import open_workspace_bundle, workspace_bundle
from workspace.jobs.kinds.training import submit_training
from workspace.jobs.order import orders_in
from workspace.maps import save_map
from workspace.store import open_workspace

ROWS = [f"{i},{['NO', 'SE', 'FI', 'XX'][i % 4]},{(i * 13) % 11},{i % 7}" for i in range(120)]
FILE = "\n".join(["id,land,x,y", *ROWS]).encode()
LANDS = b"code,wealth,since\nNO,9.5,1814\nSE,8.25,1523\nFI,7,1917\nIS,6,1944\n"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")


@pytest.fixture
def shop():
    made = workspace_with_maps(FILE, "customers.csv")
    made.keep_group(Group("some", np.arange(5), "set"))
    made.put_upload(LANDS, "lands.csv", "joined")
    return made


def files(workspace):
    folders = [*workspace.folder.glob("uploads/*"), *workspace.folder.glob("tables/*")]
    return sorted(path.name for path in folders)


def test_the_columns_come_and_rows_maps_and_groups_stay(shop):
    before, source = shop.table().frame, shop.source
    shop.join("land", "code")
    again = open_workspace(shop.id)
    both = again.table()
    assert_frame_equal(both.frame[before.columns.tolist()], before)
    assert both.joined_columns == ("wealth", "since")
    assert both.frame["wealth"].tolist()[:4] == [9.5, 8.25, 7.0, pytest.approx(np.nan, nan_ok=True)]
    assert again.source.key == source.key
    assert again.source.columns_key != source.columns_key
    assert again.groups() == shop.groups()
    assert again.maps()[0].source.key == again.source.key


def test_taken_away_all_is_as_before(shop):
    recipe, kept = shop.recipe, files(shop)
    source = shop.source
    shop.join("land", "code")
    describing = [ColumnRecipe(name=name, role="describe") for name in ("wealth", "since")]
    shop.keep_recipe(replace(recipe, columns=(*recipe.columns, *describing)))
    shop.take_join_away()
    assert shop.source == source
    assert shop.recipe == recipe
    assert shop.source_of("joined") is None
    assert shop.table().joined_columns == ()
    assert len(files(shop)) < len(kept), "the other file is gone"
    assert len(shop.maps()) == 1


def test_what_can_not_be_joined_leaves_all_as_it_was(shop):
    source = shop.source
    with pytest.raises(AtlasError, match="No “id” of “customers"):
        shop.join("id", "code")
    assert shop.source == source
    shop.forget_table("joined")
    with pytest.raises(AtlasError, match="no file to add columns from"):
        shop.join("land", "code")


def test_a_map_that_a_joined_column_shaped_keeps_it(shop):
    shop.join("land", "code")
    recipe = shop.recipe
    shaping = replace(
        recipe, columns=(*recipe.columns, ColumnRecipe(name="wealth", missing="mean"))
    )
    prepared = prepare(shop.table(), shaping)
    [first] = shop.maps()
    m = train(prepared, first.settings)
    saved = replace(
        first,
        id="00ff",
        name="with wealth",
        created=first.created + 1,
        source=shop.source,
        recipe=shaping,
        quality=quality(m, prepared),
    )
    save_map(shop.folder / "maps" / saved.id, m, saved)
    shop.take_join_away()
    shop.put_upload(b"other,table\n1,2\n3,4\n", "other.csv")
    kept = shop.maps()[0]
    assert shop.table(kept.source).joined_columns == ("wealth", "since")


@pytest.mark.parametrize("shapes", [True, False])
def test_a_training_takes_the_joined_columns_along_only_if_they_shape_the_map(shop, shapes):
    source = shop.source
    shop.join("land", "code")
    columns = (*shop.recipe.columns, ColumnRecipe(name="wealth", role="describe"))
    recipe = replace(shop.recipe, columns=columns)
    if shapes:
        recipe = recipe.changed({"wealth": {"role": "train"}})
    shop.keep_recipe(recipe)
    submit_training(shop, shop.maps()[0].settings, (120, 4))
    [(_, order)] = orders_in(shop.folder)
    assert (order.sources == (source,)) is not shapes
    named = [column["name"] for column in order.work["recipe"]["columns"]]
    assert ("wealth" in named) is shapes


def test_the_table_read_in_another_way_keeps_what_was_joined(shop):
    shop.join("land", "code")
    shop.read_with(shop.table().dialect.changed({"missing_marks": ("XX",)}))
    assert shop.table().joined_columns == ("wealth", "since")
    shop.put_upload(b"a,b\n1,2\n3,5\n", "another.csv")
    assert shop.table().joined_columns == ()


def test_the_other_file_read_in_another_way_is_joined_anew(shop):
    dialect = shop.table(shop.source_of("joined")).dialect
    shop.read_with(dialect.changed({"missing_marks": ("7",)}), "joined")
    shop.join("land", "code")
    assert shop.table().frame["wealth"].isna().sum() == 60, "of those of FI and of XX"
    describing = [ColumnRecipe(name=name, role="describe") for name in ("wealth", "since")]
    recipe = replace(shop.recipe, columns=(*shop.recipe.columns, *describing))
    shop.keep_recipe(recipe)
    [saved] = shop.maps()
    again = shop.read_with(dialect, "joined")
    assert shop.source_of("joined") == shop.source.join.other == again
    assert shop.table().frame["wealth"].isna().sum() == 30
    assert (shop.source.key, shop.maps()) == (saved.source.key, (saved,))
    assert shop.recipe == recipe
    shop.read_with(dialect.changed({"missing_marks": ("9.5",), "decimal": ","}), "joined")
    assert shop.table().kinds["wealth"] != "number"
    named = {column.name for column in shop.recipe.columns}
    assert "since" in named and "wealth" not in named, "it is suggested anew, as what it is now"


def test_the_other_file_stays_as_it_was_where_it_could_not_be_joined_any_more(shop):
    shop.join("land", "code")
    source, kept, other = shop.source, files(shop), shop.source_of("joined")
    with pytest.raises(AtlasError, match="can't be added any more, so it is read as before"):
        shop.read_with(shop.table(other).dialect.changed({"has_header": False}), "joined")
    assert (shop.source, files(shop), shop.source_of("joined")) == (source, kept, other)
    assert shop.table().joined_columns == ("wealth", "since")


def analysis_of(workspace):
    saved, table = workspace.current_map, workspace.table()
    m = workspace.trained_map(saved)
    return Analysis(
        table=table,
        recipe=saved.recipe,
        prepared=prepare(table, saved.recipe),
        settings=saved.settings,
        map=m,
        groups=workspace.groups(),
    )


@pytest.mark.slow
def test_a_bundle_brings_both_tables(shop, tmp_path, monkeypatch):
    shop.join("land", "code")
    find_groups(shop)
    bundle = workspace_bundle(shop, analysis_of(shop))
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "elsewhere"))
    new = open_workspace_bundle(bundle)
    assert new.source == shop.source
    assert new.source_of("joined") == shop.source.join.other
    assert_frame_equal(new.table().frame, shop.table().frame, check_exact=True)
    new.take_join_away()
    assert new.table().joined_columns == ()

    (tmp_path / "a.atlas.zip").write_bytes(bundle)
    opened = open_bundle(tmp_path / "a.atlas.zip")
    assert_frame_equal(opened.table.frame, shop.table().frame, check_exact=True)
    assert opened.table.joined_from.other.name == "lands.csv"
    save_bundle(opened, tmp_path / "b.atlas.zip")
    again = open_workspace_bundle((tmp_path / "b.atlas.zip").read_bytes())
    assert again.table().joined_columns == ("wealth", "since")
    assert_frame_equal(open_bundle(tmp_path / "b.atlas.zip").table.frame, opened.table.frame)


def test_a_script_reads_both_files_and_joins_them(shop, tmp_path, capsys):
    shop.join("land", "code")
    made = analysis_of(shop)
    (tmp_path / "customers.csv").write_bytes(FILE)
    (tmp_path / "lands.csv").write_bytes(LANDS)
    left = {"__file__": str(tmp_path / "analysis.py")}
    exec(compile(script(made), "analysis.py", "exec"), left)
    assert "The codebook is the same, bit for bit." in capsys.readouterr().out
    assert_frame_equal(left["table"].frame, made.table.frame)
    assert_array_equal(left["m"].codebook, made.map.codebook)
    (tmp_path / "lands.csv").write_bytes(LANDS + b"DK,5,1849\n")
    with pytest.raises(AtlasError, match="isn't the file of this analysis"):
        exec(compile(script(made), "analysis.py", "exec"), left)
