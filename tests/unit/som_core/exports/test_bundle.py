import io
import json
import re
import stat
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal
from pandas.testing import assert_frame_equal

from som_core import (
    Analysis,
    Group,
    MapSettings,
    node_aggregates,
    open_bundle,
    open_dataset,
    prepare,
    read_table,
    regions,
    save_bundle,
    suggest_recipe,
    train,
)
from som_core.analyses.all_rows import with_all_rows
from som_core.exports import archive
from som_core.exports.bundle import BundleRefused, is_bundle
from som_core.files.sample_of import SampleOf
from som_core.groups import GroupRecipe
from som_core.reading import Limits
from testing.paths import ROOT
from testing.payloads import HOSTILE_TEXTS
from testing.rezipped import changed, rezipped

SAVED_BEFORE = ROOT / "tests" / "unit" / "workspace" / "saved_in_format_1.atlas.zip"
WEATHER = ROOT / "samples" / "seattle_weather.csv"


@pytest.fixture(scope="module")
def analysis():
    table = read_table(WEATHER, "seattle “weather”.csv")
    recipe = suggest_recipe(table)
    prepared = prepare(table, recipe)
    m = train(prepared, MapSettings(height=6, width=5, sigma=2, epochs=3))
    found = regions(m, 4, table=table).united([0, 1]).named(["Wet", HOSTILE_TEXTS["script"], "–"])
    steps = json.dumps({"column": "wind", "above": 5})
    return Analysis(
        table=table,
        recipe=recipe,
        prepared=prepare(table, recipe),
        settings=m.settings,
        map=m,
        regions=found,
        groups=(
            Group("windy", np.array([4, 1, 1400]), "condition", GroupRecipe("wind > 5", steps)),
            Group("none", np.array([], dtype=int), "set"),
        ),
        notes=("The training was stopped early.",),
        colours=("#112233", "#445566", "#778899"),
    )


@pytest.fixture(scope="module")
def saved(analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "weather.atlas.zip"
    save_bundle(analysis, path)
    return path


def opened(data, tmp_path, **limits):
    path = tmp_path / "changed.atlas.zip"
    path.write_bytes(data)
    return open_bundle(path, Limits(**limits))


def test_what_was_saved_opens_as_it_was(analysis, saved):
    found = open_bundle(saved)
    assert_frame_equal(found.table.frame, analysis.table.frame, check_exact=True)
    assert_frame_equal(found.table.dates, analysis.table.dates, check_exact=True)
    for part in ("name", "dialect", "remarks", "kinds", "date_formats", "sha256", "labels"):
        assert getattr(found.table, part) == getattr(analysis.table, part), part
    assert (found.recipe, found.settings) == (analysis.recipe, analysis.settings)
    for part in ("codebook", "bmu", "second_bmu", "distance", "rows"):
        assert_array_equal(getattr(found.map, part), getattr(analysis.map, part))
    assert (found.map.fitted, found.map.history) == (analysis.map.fitted, analysis.map.history)
    assert_array_equal(found.prepared.matrix, analysis.prepared.matrix)
    assert_array_equal(found.regions.node_labels, analysis.regions.node_labels)
    assert found.regions.names == analysis.regions.names
    assert_array_equal(
        found.regions.at(7).node_labels, analysis.regions.at(7).node_labels
    )  # other numbers of groups are still to be had
    assert found.groups == analysis.groups
    assert (found.notes, found.colours) == (analysis.notes, analysis.colours)


def test_a_sample_is_still_one(analysis, tmp_path):
    of = SampleOf(name="all weather", n_rows=90_000, n_drawn=1_461, seed=7)
    path = tmp_path / "sample.atlas.zip"
    save_bundle(replace(analysis, table=replace(analysis.table, sample_of=of)), path)
    assert open_bundle(path).table.sample_of == of


@pytest.fixture(scope="module")
def counted(analysis, tmp_path_factory):
    """Return the analysis with what all rows of a larger table add up to on its map."""
    path = tmp_path_factory.mktemp("whole") / "weather.parquet"
    pd.concat([analysis.table.frame] * 2).to_parquet(path, index=False)
    whole = open_dataset(path)
    return replace(analysis, all_rows=node_aggregates(with_all_rows(analysis.map, whole), whole))


def test_what_all_rows_add_up_to_is_still_known(counted, tmp_path):
    path = tmp_path / "counted.atlas.zip"
    save_bundle(counted, path)
    found, expected = open_bundle(path).all_rows, counted.all_rows
    assert_array_equal(found.counts, expected.counts)
    assert found.counts.sum() == 2 * len(counted.map.rows)
    assert list(found.numbers) == list(expected.numbers) != []
    for name, number in expected.numbers.items():
        for part, values in vars(number).items():
            assert_array_equal(getattr(found.numbers[name], part), values)
    assert list(found.levels) == list(expected.levels) != []
    for name, column in expected.levels.items():
        assert found.levels[name].levels == column.levels
        assert_array_equal(found.levels[name].counts, column.counts)
    assert found.effects([0, 1]) == expected.effects([0, 1])


def as_array(values):
    target = io.BytesIO()
    np.save(target, values)
    return target.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("names.json", b"[]"),
        ("names.json", b'{"numbers": ["no such"], "levels": []}'),
        ("names.json", b'{"numbers": [["wind"]], "levels": [["weather", [1]]]}'),
        ("hits.npy", as_array(np.zeros(30, dtype=int))),
        ("hits.npy", as_array(np.full(30, -1))),
        ("hits.npy", as_array(np.full(30, 1 << 62))),
        ("hits.npy", as_array(np.ones(29, dtype=int))),
        ("hits.npy", as_array(np.ones(30))),
        ("sums.npy", as_array(np.full((5, 30, 4), 1e300))),
        ("sums.npy", as_array(np.full((5, 30, 4), np.nan))),
        ("sums.npy", as_array(np.zeros((5, 29, 4)))),
        ("edges.npy", as_array(np.zeros((5, 3)))),
        ("levels.npy", as_array(np.zeros((30, 1), dtype=int))),
        ("counts.npy", as_array(np.zeros((5, 30, 65)))),
    ],
)
def test_what_no_rows_can_add_up_to_is_refused(counted, tmp_path, member, content):
    path = tmp_path / "counted.atlas.zip"
    save_bundle(counted, path)
    assert len(counted.all_rows.numbers) == 5
    forged = changed(path.read_bytes(), f"maps/1/all_rows/{member}", content)
    with pytest.raises(BundleRefused, match="isn't what the rows of its map add up to"):
        opened(forged, tmp_path)


def test_a_table_without_dates_and_with_gaps_keeps_every_cell(tmp_path):
    table = read_table(
        b"a,b,c\n1,x,0.1\n2,,\n3,\xc3\xa9\n4,z,1e-300\n" + b"5,z,3\n" * 9, "gaps.csv"
    )
    recipe = suggest_recipe(table)
    prepared = prepare(table, recipe)
    m = train(prepared, MapSettings(height=2, width=2, sigma=1, epochs=1))
    save_bundle(Analysis(table, recipe, prepared, m.settings, m), tmp_path / "a.atlas.zip")
    found = open_bundle(tmp_path / "a.atlas.zip")
    assert_frame_equal(found.table.frame, table.frame, check_exact=True)
    assert len(found.table.dates.columns) == 0
    assert (found.regions, found.groups, found.colours) == (None, (), ())


def test_a_bundle_of_the_first_format_opens_with_todays_code():
    found = open_bundle(SAVED_BEFORE)  # of a workspace: the map that it shows
    assert found.table.name == "penguins “2”.csv"
    assert found.table.frame.shape == (344, 8)
    assert found.map.codebook.shape == (5, 4, len(found.map.features))
    assert found.map.codebook.sum() == pytest.approx(4.694078620845707)
    assert found.regions.names[0] == "Gentoo “G”"
    assert_array_equal(np.bincount(found.regions.node_labels.ravel()), [8, 7, 5])
    assert [group.name for group in found.groups] == ["heavy ones", "light ones"]
    assert_array_equal(found.prepared.rows, found.map.rows)


def test_the_manifest_names_versions_and_the_hash_of_each_file(saved):
    with zipfile.ZipFile(saved) as file:
        manifest = json.loads(file.read("manifest.json"))
        assert file.namelist()[0] == "manifest.json"
        assert set(manifest["members"]) == set(file.namelist()) - {"manifest.json"}
    assert manifest["format"] == 1
    assert {"som_core", "python", "numpy", "pyarrow"} <= set(manifest["made_with"])
    assert all(re.fullmatch("[0-9a-f]{64}", m["sha256"]) for m in manifest["members"].values())


def test_archives_find_an_ro_crate_in_it(saved):
    """What specification 1.2 demands: a descriptor, a root with six properties, parts that are."""
    with zipfile.ZipFile(saved) as file:
        crate = json.loads(file.read("ro-crate-metadata.json"))
        sizes = {info.filename: info.file_size for info in file.infolist()}
    assert crate["@context"] == "https://w3id.org/ro/crate/1.2/context"
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"]), "each has an id of its own"
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    root = entities[descriptor["about"]["@id"]]
    assert (root["@id"], root["@type"]) == ("./", "Dataset")
    assert {"name", "description", "datePublished", "license"} <= set(root)
    assert "seattle “weather”.csv" in root["name"]
    assert entities[root["license"]["@id"]]["name"]
    parts = [part["@id"] for part in root["hasPart"]]
    assert set(parts) == set(sizes) - {"ro-crate-metadata.json", "manifest.json"}
    for part in parts:
        assert entities[part]["@type"] == "File"
        assert entities[part]["contentSize"] == str(sizes[part])
        assert len(entities[part]["description"]) > 10
    for entity in crate["@graph"]:
        assert "url" in entity or entity["@type"] != "SoftwareApplication"


def test_nothing_in_it_is_pickled(saved):
    with zipfile.ZipFile(saved) as file:
        for name in file.namelist():
            data = file.read(name)
            if name.endswith(".npy"):
                assert np.load(io.BytesIO(data), allow_pickle=False).dtype.kind in "if"
            else:
                assert name.endswith((".json", ".arrow")), name


@pytest.mark.parametrize(
    "data",
    [b"", b"a,b\n1,2\n", b"PK\x03\x04" + b"\0" * 60, WEATHER.read_bytes()],
    ids=["empty", "text", "a torn archive", "a table"],
)
def test_other_files_are_no_bundles(data, tmp_path):
    assert not is_bundle(data)
    with pytest.raises(BundleRefused, match="isn't a bundle"):
        opened(data, tmp_path)


def test_a_bundle_is_told_from_other_archives(saved, tmp_path):
    assert is_bundle(saved.read_bytes())
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("table.csv", "a,b\n")
    assert not is_bundle((tmp_path / "other.zip").read_bytes())
    with pytest.raises(BundleRefused, match=r"holds “table\.csv”, which no bundle does"):
        open_bundle(tmp_path / "other.zip")


# What somebody may send ---------------------------------------------------------------------------


def linked(data):
    """Return the bundle with a symbolic link in it."""
    entry = zipfile.ZipInfo("maps/1/recipe.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return rezipped(data, without=["maps/1/recipe.json"], more=[(entry, b"/etc/passwd")])


def said_size(data, name, size):
    """Return the bundle with another declared size of a member, as bombs have it."""
    listed = data.rindex(name.encode()) - 46  # in the list at the end
    local = int.from_bytes(data[listed + 42 : listed + 46], "little")
    changed_bytes = bytearray(data)
    for at in (listed + 24, local + 22):
        changed_bytes[at : at + 4] = size.to_bytes(4, "little")
    return bytes(changed_bytes)


def encrypted(data):
    listed = data.rindex(b"analysis.json") - 46
    marked = bytearray(data)
    marked[listed + 8] |= 1
    return bytes(marked)


def an_array(array):
    target = io.BytesIO()
    np.save(target, array, allow_pickle=True)
    return target.getvalue()


def member(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


def huge_array():
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (900000000000, 1), }"
    text = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + b"\0" * 64


def an_arrow_file(table, **options):
    target = io.BytesIO()
    with pa.ipc.new_file(target, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as file:
        file.write_table(table)
    return target.getvalue()


def listed(n):
    return pa.table({"a": pa.array([[1]] * n)})


JSON = b'{"a": 1}'
CHANGES = {
    "a path upwards": (lambda d: rezipped(d, more=[("../evil.json", JSON)]), "leads out of it"),
    "a path upwards within": (
        lambda d: rezipped(d, more=[("maps/../../evil.json", JSON)]),
        "leads out of it",
    ),
    "an absolute path": (lambda d: rezipped(d, more=[("/etc/passwd", JSON)]), "leads out of it"),
    "a path of Windows": (lambda d: rezipped(d, more=[("C:\\evil.json", JSON)]), "leads out of it"),
    "a backslash": (lambda d: rezipped(d, more=[("..\\evil.json", JSON)]), "leads out of it"),
    "a link": (linked, "a link to another file"),
    "a folder": (lambda d: rezipped(d, more=[("maps/2/", b"")]), "which no bundle does"),
    "an unknown member": (lambda d: rezipped(d, more=[("run.py", b"1")]), "which no bundle does"),
    "a pickle": (
        lambda d: rezipped(d, more=[("maps/1/trained/m.pkl", b"1")]),
        "which no bundle does",
    ),
    "a name with a line break": (
        lambda d: rezipped(d, more=[("analysis.json\n", JSON)]),
        "which no bundle does",
    ),
    "a member twice": (
        lambda d: rezipped(d, more=[("analysis.json", JSON)]),
        "holds “analysis.json” twice",
    ),
    "a member too many": (
        lambda d: rezipped(d, more=[("ui.json", JSON)]),
        "which its manifest doesn't name",
    ),
    "a member missing": (
        lambda d: rezipped(d, without=["maps/1/recipe.json"]),
        "lacks “maps/1/recipe.json”",
    ),
    "no manifest": (lambda d: rezipped(d, without=["manifest.json"]), "no manifest.json"),
    "another byte": (
        lambda d: rezipped(d, instead={"analysis.json": JSON}),
        "its SHA-256 differs",
    ),
    "an encrypted member": (encrypted, "is encrypted"),
    "a size too small": (lambda d: said_size(d, "analysis.json", 20), "is damaged"),
    "a size too large": (lambda d: said_size(d, "analysis.json", 4_000), "damaged|others"),
    "a bomb by what it says": (
        lambda d: said_size(d, "tables/1/cells.arrow", 3_000_000_000),
        "unpacks to 3 GB",
    ),
    "a bomb of JSON": (
        lambda d: rezipped(d, instead={"analysis.json": b" " * 60_000_000}),
        "unpacks to 60 MB",
    ),
    "too many members": (
        lambda d: rezipped(d, more=[(f"maps/{n:x}/saved.json", b"") for n in range(2, 6_000)]),
        "holds at most 5,000",
    ),
    "half of it": (lambda d: d[: len(d) // 2], "cut or damaged"),
    "something behind it": (lambda d: d + b"more", "cut or damaged"),
    "a manifest of tomorrow": (
        lambda d: rezipped(d, instead={"manifest.json": b'{"format": 2, "members": {}}'}),
        "newer SOM Atlas",
    ),
    "a manifest without members": (
        lambda d: rezipped(d, instead={"manifest.json": b'{"format": 1}'}),
        "manifest of the bundle can't be understood",
    ),
    "a manifest that is a list": (
        lambda d: rezipped(d, instead={"manifest.json": b"[]"}),
        "manifest of the bundle can't be understood",
    ),
    "a nested manifest": (
        lambda d: rezipped(d, instead={"manifest.json": b"[" * 100_000}),
        "isn't JSON",
    ),
    # From here on, whoever changed it knew to write the manifest anew as well.
    "a pickled array": (
        lambda d: changed(d, "maps/1/trained/bmu.npy", an_array(np.array([{}], dtype=object))),
        "an array of other things than numbers",
    ),
    "an array that says it is huge": (
        lambda d: changed(d, "maps/1/trained/codebook.npy", huge_array()),
        "of another size than it says",
    ),
    "an array of text": (
        lambda d: changed(d, "maps/1/trained/bmu.npy", an_array(np.array(["x"]))),
        "an array of other things than numbers",
    ),
    "an array whose head is no head": (
        lambda d: changed(
            d, "maps/1/trained/bmu.npy", an_array(np.arange(3)).replace(b"'d", b"\0(")
        ),
        "is no array",
    ),
    "no array": (lambda d: changed(d, "maps/1/trained/bmu.npy", b"1,2,3"), "is no array"),
    "cells beyond the map": (
        lambda d: changed(d, "maps/1/trained/bmu.npy", an_array(np.full(1461, 30))),
        "no whole map",
    ),
    "rows beyond the table": (
        lambda d: changed(d, "maps/1/trained/rows.npy", an_array(np.arange(1, 1462))),
        "no whole map",
    ),
    "a codebook of another shape": (
        lambda d: changed(d, "maps/1/trained/codebook.npy", an_array(np.zeros((6, 5, 1)))),
        "no whole map",
    ),
    "a map that is no object": (
        lambda d: changed(d, "maps/1/trained/map.json", b"[]"),
        "no whole map",
    ),
    "a nested map": (
        lambda d: changed(d, "maps/1/trained/map.json", b"[" * 100_000),
        "no whole map",
    ),
    "a recipe of something else": (
        lambda d: changed(d, "maps/1/recipe.json", b'{"version": 1, "columns": [{"name": 3}]}'),
        "no recipe",
    ),
    "groups of another map": (
        lambda d: changed(d, "maps/1/regions.json", JSON),
        "no groups of its map",
    ),
    "groups with a number that is none": (
        lambda d: changed(
            d,
            "maps/1/regions.json",
            re.sub(rb'"cloud_p": [^,]+', b'"cloud_p": NaN', member(d, "maps/1/regions.json")),
        ),
        "no groups of its map",
    ),
    "rows of a set beyond the table": (
        lambda d: changed(d, "tables/1/sets/0.npy", an_array(np.array([1461]))),
        "holds no groups",
    ),
    "a colour that is a script": (
        lambda d: changed(
            d,
            "analysis.json",
            b'{"map": "1", "table": "1", "notes": [], "colours": ["url(x)"]}',
        ),
        "can't be understood",
    ),
    "a table that isn't there": (
        lambda d: changed(
            d, "analysis.json", b'{"map": "1", "table": "../x", "notes": [], "colours": []}'
        ),
        "lacks",
    ),
    "no Arrow": (lambda d: changed(d, "tables/1/cells.arrow", b"PAR1"), "no table of Arrow"),
    "a torn Arrow file": (
        lambda d: changed(d, "tables/1/cells.arrow", b"ARROW1\0\0" + b"\xff" * 200),
        "no table of SOM Atlas",
    ),
    "cells that are lists": (
        lambda d: changed(d, "tables/1/cells.arrow", an_arrow_file(listed(3))),
        "neither numbers",
    ),
    "columns of another table": (
        lambda d: changed(
            d, "tables/1/cells.arrow", an_arrow_file(pa.table({"a": pa.array([1.0])}))
        ),
        "no table of SOM Atlas",
    ),
    "an unknown kind of column": (
        lambda d: changed(d, "tables/1/table.json", b'{"kinds": {"a": "b"}}'),
        "no table of SOM Atlas",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("change, sentence", CHANGES.values(), ids=CHANGES.keys())
def test_a_bundle_that_was_changed_is_refused_in_words(saved, tmp_path, change, sentence):
    with pytest.raises(BundleRefused, match=sentence):
        opened(change(saved.read_bytes()), tmp_path)


def test_packed_cells_are_unpacked_only_as_far_as_a_table_may_go(saved, tmp_path):
    large = pa.table({"a": pa.array(np.zeros(3_000_000))})
    data = changed(
        saved.read_bytes(), "tables/1/cells.arrow", an_arrow_file(large, compression="zstd")
    )
    assert len(data) < 300_000
    with pytest.raises(BundleRefused, match="holds more than the"):
        opened(data, tmp_path, rows=1_000_000)
    with pytest.raises(BundleRefused, match="holds more than the"):
        opened(data, tmp_path, unpacked_bytes=1_000_000)


def test_a_table_beyond_the_limits_is_refused(saved, tmp_path):
    with pytest.raises(BundleRefused, match="more than the 1,000 rows"):
        open_bundle(saved, Limits(rows=1_000))
    with pytest.raises(BundleRefused, match="larger than 100 bytes"):
        open_bundle(saved, Limits(file_bytes=100))


def test_the_sizes_of_all_members_are_added_up(saved):
    few = archive.ArchiveLimits(unpacked_bytes=1_000)
    with pytest.raises(BundleRefused, match="more than the 1 kB that can be opened here"):
        archive.Archive.opened(saved.read_bytes(), lambda name: True, few)
