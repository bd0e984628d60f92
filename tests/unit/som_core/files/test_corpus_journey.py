"""Every odd file that loads goes the whole way to drawn maps, or a sentence says why it can't."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from som_core import (
    AtlasError,
    Layer,
    Table,
    TableRefused,
    TrainedMap,
    category_map,
    cluster_nodes,
    component_plane,
    explain,
    hit_map,
    node_error,
    prepare,
    profile,
    quality,
    read_table,
    rows_of,
    suggest_recipe,
    suggest_settings,
    train,
    u_matrix,
)
from som_core.drawing.document import document
from som_core.exports.spreadsheet import spreadsheet_csv
from som_core.figures.effects import effects_figure
from som_core.layers.component_plane import order_planes
from testing.bad_files import wide_table
from testing.corpus import corpus
from testing.heavy_files import assert_little_memory, calls, needs_proc, report
from testing.odd_files import OddFile

LOADED = [file for file in corpus() if file.outcome == "loads" and not file.is_heavy]
EPOCHS = 2


def by_name(files: list[OddFile]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", files, ids=lambda file: file.name)


@pytest.mark.slow
@by_name([file for file in LOADED if "untrainable" not in file.facts])
def test_an_odd_file_becomes_a_map_that_answers_and_is_drawn(file):
    table = read_table(file.content, file.name)
    trained = trained_map(table)
    assert np.isfinite(trained.codebook).all()
    answer(trained, table)
    draw(trained, table)


@by_name([file for file in LOADED if "untrainable" in file.facts])
def test_a_table_that_cannot_train_says_what_is_wrong_and_what_to_do(file):
    table = read_table(file.content, file.name)
    assert len(profile(table)) == table.frame.shape[1]
    with pytest.raises(AtlasError) as problem:
        prepare(table, suggest_recipe(table))
    found, way_out = str(problem.value).split(". ")
    assert file.facts["untrainable"] in found
    assert way_out.startswith(("Choose", "Set")) and way_out.endswith(".")


@pytest.mark.slow
@needs_proc
def test_no_heavy_file_takes_1_gb_from_its_bytes_to_drawn_maps():
    assert_little_memory("tests.unit.som_core.files.test_corpus_journey")


@pytest.mark.slow
def test_the_work_from_bytes_to_drawn_maps_grows_no_faster_than_the_columns():
    few, many = (
        calls(partial(go_all_the_way, wide_table(n_columns, 20))) for n_columns in (100, 400)
    )
    assert many <= 4 * few


def trained_map(table: Table) -> TrainedMap:
    """Take every suggestion, and train shortly."""
    prepared = prepare(table, suggest_recipe(table))
    settings = replace(suggest_settings(prepared), epochs=EPOCHS)
    trained = train(prepared, settings)
    figures = quality(trained, prepared)
    assert figures.quantization_error >= 0
    assert 0 <= figures.topographic_error <= 1
    return trained


def answer(trained: TrainedMap, table: Table) -> None:
    """Ask for the rows of a cell, what sets them apart, and the clusters."""
    rows = rows_of(trained, [int(trained.hits.argmax())])
    assert len(rows) == trained.hits.max()
    explanation = explain(table, rows, recipe=trained.fitted.recipe)
    assert explanation.sentences
    assert len(effects_figure(explanation.effects, most=8).data[0].x) <= 8
    lines = spreadsheet_csv(table.frame.iloc[rows])
    assert lines.startswith(b"\xef\xbb\xbf")
    assert cluster_nodes(trained).node_labels.size == trained.hits.size


def draw(trained: TrainedMap, table: Table) -> None:
    """Draw every layer for the page, and some for a report."""
    layers = [u_matrix(trained), hit_map(trained), node_error(trained)]
    layers += category_maps(trained, table)
    layers += [component_plane(trained, feature) for feature in order_planes(trained)]
    for layer in layers:
        assert layer.values.shape == trained.hits.shape
    assert document(layers, lattice=trained.lattice, hits=trained.hits).json


def category_maps(trained: TrainedMap, table: Table) -> list[Layer]:
    kinds = ("category", "boolean")
    names = [column.name for column in profile(table) if column.kind in kinds]
    return [category_map(trained, table.frame[name], name) for name in names]


def go_all_the_way(content: bytes, name: str = "table.csv") -> None:
    table = read_table(content, name)
    trained = trained_map(table)
    answer(trained, table)
    draw(trained, table)


def go_as_far_as_it_goes(file: OddFile, content: bytes) -> None:
    with suppress(TableRefused):
        go_all_the_way(content, file.name)


if __name__ == "__main__":
    report(go_as_far_as_it_goes)
