"""Linked maps in one file, opened from the disk: they live, and fetch nothing."""

import numpy as np
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
