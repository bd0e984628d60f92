from som_core.settings import MapSettings
from som_core.suggestions.before_training import expectations
from testing.remarks import sentences


def expected(n_rows, n_features, settings) -> tuple[str, ...]:
    return sentences(expectations(n_rows, n_features, settings))


def test_usual_settings_bring_no_warning():
    assert expectations(1000, 5, MapSettings(height=12, width=14, sigma=4)) == ()


def test_few_rows_are_named():
    (sentence,) = expected(20, 5, MapSettings(height=3, width=4, sigma=1.5))
    assert "20 rows" in sentence


def test_a_grid_with_more_nodes_than_rows_warns_of_empty_cells():
    (sentence,) = expected(100, 5, MapSettings(height=20, width=20, sigma=6))
    assert "400 cells" in sentence and "empty" in sentence


def test_the_suggested_grid_is_offered_where_it_has_fewer_nodes():
    large, suggested = (MapSettings(height=n, width=n, sigma=n / 3) for n in (20, 7))
    (remark,) = expectations(100, 5, large, suggested)
    (remedy,) = remark.remedies
    assert remedy.words == "Set the grid to 7 × 7"
    assert large.changed(remedy.changes) == suggested
    assert expectations(20, 5, suggested, large)[-1].remedies == ()


def test_sigma_over_most_of_the_map_names_the_usual_value():
    (sentence,) = expected(1000, 5, MapSettings(height=10, width=12, sigma=11))
    assert "Sigma 11" in sentence and "4.0" in sentence


def test_tiny_sigma_says_that_neighbours_need_not_be_alike():
    (sentence,) = expected(1000, 5, MapSettings(height=10, width=12, sigma=0.2))
    assert "Sigma 0.2" in sentence and "neighbouring" in sentence


def test_one_feature_and_a_single_line_of_nodes_are_said():
    found = expected(1000, 1, MapSettings(height=1, width=12, sigma=4))
    assert any("one feature" in sentence for sentence in found)
    assert any("on a line" in sentence for sentence in found)
