"""Linked maps in one file, opened from the disk: they live, and fetch nothing."""

import numpy as np
import pytest
from playwright.sync_api import expect

from som_core.exports.html_maps import standalone_html
from som_core.layers.layer import Layer
from testing.payloads import HOSTILE_TEXTS


def test_one_file_holds_maps_that_light_and_select_whatever_the_columns_are_called(page, tmp_path):
    values = np.random.default_rng(0).normal(size=(5, 7))
    layers = [
        Layer(name=text, values=values, unit=text, description=text)
        for text in HOSTILE_TEXTS.values()
    ]
    report = standalone_html(
        layers,
        title=HOSTILE_TEXTS["html comment"],
        lattice="hexagonal",
        hits=np.ones((5, 7), dtype=np.int64),
        notes=[HOSTILE_TEXTS["script"]] * 35,
    )
    file = tmp_path / "report.html"
    file.write_text(report, encoding="utf-8")
    page.goto(file.as_uri())
    figures = page.get_by_role("figure")
    expect(figures).to_have_count(len(HOSTILE_TEXTS))
    expect(figures.first.locator("image")).to_be_visible()
    assert page.locator(".atlas-name").all_text_contents() == list(HOSTILE_TEXTS.values())
    figures.first.hover()
    expect(page.locator(".atlas-card")).to_contain_text(HOSTILE_TEXTS["script"])
    figures.first.click()
    expect(page.get_by_text("1 cell selected")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE_TEXTS["html comment"])
    assert page.evaluate("window.attacked") is None


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 60), (60, 1), (2, 40), (1, 1)])
def test_chains_of_cells_fill_their_maps_and_answer_where_they_are_clicked(page, tmp_path, shape):
    values = np.linspace(0, 1, shape[0] * shape[1]).reshape(shape)
    layers = [Layer(name=name, values=values) for name in ("large", "small", "other")]
    file = tmp_path / "chain.html"
    file.write_text(
        standalone_html(
            layers,
            title="A chain",
            lattice="rectangular",
            hits=np.ones(shape, dtype=np.int64),
            large="large",
        ),
        encoding="utf-8",
    )
    page.goto(file.as_uri())
    small = page.get_by_role("figure", name="small")
    expect(small.locator("image")).to_be_visible()
    frame, picture = small.bounding_box(), small.locator("image").bounding_box()
    assert min(frame["width"], frame["height"]) >= 20
    assert {side: round(picture[side]) for side in picture} == {
        side: round(frame[side]) for side in frame
    }
    small.click(position={"x": frame["width"] - 2.5, "y": frame["height"] - 2.5})
    expect(page.get_by_text("1 cell selected")).to_be_visible()
    expect(page.locator(".atlas-card")).to_contain_text(f"Cell {shape[1]} across, {shape[0]} down")
