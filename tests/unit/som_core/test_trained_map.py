import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.errors import AtlasError
from som_core.trained_map import HistoryPoint, TrainedMap
from testing.maps import a_map

CODEBOOK = np.arange(12, dtype=float).reshape(2, 3, 2)


def test_hits_count_the_rows_of_each_node():
    m = a_map(CODEBOOK, [[0.2, 1], [0, 1.1], [10, 11]])

    assert_array_equal(m.hits, [[2, 0, 0], [0, 0, 1]])


def test_a_map_knows_its_shape_and_features():
    m = a_map(CODEBOOK, features=["weight", "length"], lattice="rectangular", toroid=True)

    assert (m.height, m.width, m.lattice, m.toroid) == (2, 3, "rectangular", True)
    assert m.features == ("weight", "length")


def test_new_rows_go_to_their_nearest_node():
    bmu, distance = a_map(CODEBOOK).project(np.array([[4.0, 5.0], [10.0, 15.0]]))

    assert_array_equal(bmu, [2, 5])
    assert_array_equal(distance, [0, 4])


def test_new_rows_with_other_features_are_refused():
    with pytest.raises(AtlasError, match="3 features, but the map was trained on 2"):
        a_map(CODEBOOK).project(np.zeros((1, 3)))


def test_a_saved_map_is_the_same_after_loading(tmp_path):
    m = a_map(CODEBOOK, [[0.2, 1], [10, 11]], rows=[7, 3], distance="manhattan")
    m = TrainedMap(**vars(m) | {"history": (HistoryPoint(0, 2.5, 0.1), HistoryPoint(1, 2.0, 0.2))})

    m.save(tmp_path / "new folder")
    loaded = TrainedMap.load(tmp_path / "new folder")

    for name in ("codebook", "bmu", "second_bmu", "distance", "rows"):
        assert_array_equal(getattr(loaded, name), getattr(m, name))
        assert getattr(loaded, name).dtype == getattr(m, name).dtype
    assert loaded.settings == m.settings
    assert loaded.history == m.history
    assert loaded.features == m.features
    assert loaded.fitted.to_json() == m.fitted.to_json()


def test_a_saved_map_holds_no_pickle(tmp_path):
    a_map(CODEBOOK).save(tmp_path)

    assert {path.suffix for path in tmp_path.iterdir()} == {".npy", ".json"}
    for path in tmp_path.glob("*.npy"):
        np.load(path, allow_pickle=False)


@pytest.mark.parametrize("name", ["map.json", "codebook.npy", "rows.npy"])
@pytest.mark.parametrize("content", [None, b"", b"\x93NUMPY"])
def test_a_map_that_lacks_a_part_is_refused_with_a_sentence(tmp_path, name, content):
    a_map(CODEBOOK).save(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(AtlasError, match="can't be read"):
        TrainedMap.load(tmp_path)


def test_a_map_of_a_later_format_is_refused_with_a_sentence(tmp_path):
    a_map(CODEBOOK).save(tmp_path)
    written = tmp_path / "map.json"
    written.write_text(json.dumps(json.loads(written.read_text()) | {"format": 99}))

    with pytest.raises(AtlasError, match="format 99"):
        TrainedMap.load(tmp_path)


def test_a_map_of_chosen_rows_keeps_them(tmp_path):
    m = replace(a_map(CODEBOOK, [[0.2, 1], [10, 11]], rows=[3, 7]), chosen=np.array([3, 5, 7]))
    m.save(tmp_path)
    loaded = TrainedMap.load(tmp_path)
    assert_array_equal(loaded.chosen, [3, 5, 7])
    assert_array_equal(loaded.rows, [3, 7])


def test_a_map_keeps_how_many_rows_trained_it_and_an_older_one_does_not_say(tmp_path):
    replace(a_map(CODEBOOK), n_trained=5_000).save(tmp_path)
    assert TrainedMap.load(tmp_path).n_trained == 5_000
    written = tmp_path / "map.json"
    values = json.loads(written.read_text())
    del values["n_trained"]
    written.write_text(json.dumps(values))
    assert TrainedMap.load(tmp_path).n_trained is None


def test_without_its_chosen_rows_such_a_map_is_not_whole(tmp_path):
    replace(a_map(CODEBOOK), chosen=np.arange(6)).save(tmp_path)
    (tmp_path / "chosen.npy").unlink()
    with pytest.raises(AtlasError, match="missing or damaged"):
        TrainedMap.load(tmp_path)
