"""Which columns the map knows: said, ranked, pale on the maps, and what repeats or hides a rate."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from som_core import MapSettings, column_importance, read_table, suggest_recipe
from som_core.analyses.column_importance import importance_in_words
from testing.browser import large_map
from testing.workspaces import workspace_with_maps
from workspace.store import Workspace

N_ROWS = 600
DESCRIBED = ("churned", "noise")


def customers_csv() -> bytes:
    """Return customers of any age, whose savings follow it; few of them churn."""
    random = np.random.default_rng(0)
    age = random.uniform(20, 80, N_ROWS)
    frame = pd.DataFrame(
        {
            "age": age,
            "saved": 100 * age,
            "visits": random.uniform(0, 9, N_ROWS),
            "churned": np.where(random.random(N_ROWS) < 0.15, "yes", "no"),
            "noise": random.normal(size=N_ROWS),
        }
    )
    return frame.to_csv(index=False).encode()


@pytest.fixture
def customers(app_folder: Path, app_url: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    content = customers_csv()
    suggested = suggest_recipe(read_table(content, "customers.csv"))
    recipe = replace(
        suggested,
        columns=tuple(
            replace(column, role="describe" if column.name in DESCRIBED else "train")
            for column in suggested.columns
        ),
    )
    settings = MapSettings(height=5, width=6, sigma=2, epochs=10)
    return workspace_with_maps(content, "customers.csv", [settings], recipe)


def test_columns_are_ranked_in_words_and_planes_follow_and_go_pale(page, app_url, customers):
    (saved,) = customers.maps()
    importance = column_importance(customers.trained_map(saved), customers.table())
    page.goto(f"{app_url}/explore?w={customers.id}&over=Mean+of+noise")
    expect(large_map(page)).to_be_visible()
    page.get_by_role("radio", name="Columns").click()
    for sentence in importance_in_words(importance):
        expect(page.get_by_text(sentence)).to_be_visible()

    page.get_by_role("radio", name="Rank").click()
    trained = importance.loc[importance["trained"], "column"].tolist()
    names = page.locator(".atlas-small .atlas-name")
    expect(names).to_have_text(["Hits", "Mean of noise", *trained])
    page.get_by_text("Pale: what the map doesn't know").click()
    expect(page.locator(".atlas-pale")).to_have_count(1)
    expect(page.locator(".atlas-pale")).to_contain_text("Mean of noise")
    page.reload()
    expect(page.locator(".atlas-pale")).to_contain_text("Mean of noise")
    expect(names).to_have_text(["Hits", "Mean of noise", *trained])


@pytest.mark.slow
def test_planes_that_repeat_a_picture_say_so(page, app_url, customers):
    page.goto(f"{app_url}/explore?w={customers.id}")
    expect(
        page.get_by_text(re.compile("^Nearly the same picture: “age” and “saved”"))
    ).to_be_visible()


@pytest.mark.slow
def test_a_share_is_offered_beside_a_label_that_is_nearly_everywhere(page, app_url, customers):
    page.goto(f"{app_url}/explore?w={customers.id}&over=Most+frequent+churned")
    expect(page.get_by_text("“no” is the most frequent nearly everywhere")).to_be_visible()
    page.get_by_role("button", name="Share of churned = yes").click()
    expect(large_map(page)).to_have_accessible_name("Share of churned = yes")
    expect(page.get_by_text("is the most frequent nearly everywhere")).to_have_count(0)
