"""The page “Groups”: found, named, explained, compared, changed, and taken home."""

import io
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect
from sklearn.metrics import adjusted_rand_score

from som_core.analyses.regions import Regions
from som_core.drawing.palette import LEVEL_NAMES
from som_core.groups import Group
from testing.browser import wait_until_still
from testing.customers import SEGMENTS, customers
from testing.waiting import wait_until
from testing.workspaces import find_groups, workspace_with_maps
from workspace.map_groups import MapGroups
from workspace.store import Workspace

CUSTOMERS = customers()
TENTH = Group("every tenth", np.arange(0, 1_000, 10), "set")
PLANTED = {  # what a name of the segment has to have at least one of
    "young app users": ("low age", "app"),
    "families": ("high groceries",),
    "professionals": ("high travel", "high income"),
    "pensioners": ("high age", "high health"),
    "foodies": ("high restaurants",),
}
HOSTILE = [
    "<img src=x onerror=window.attacked=true>",
    "=cmd|' /C calc'!A0",
    "**bold**",
    "[x](javascript:window.attacked=true)",
]
READERS: dict[str, Callable[[bytes], pd.DataFrame]] = {
    "groups.csv": lambda saved: pd.read_csv(io.BytesIO(saved), encoding="utf-8-sig"),
    "groups.xlsx": lambda saved: pd.read_excel(io.BytesIO(saved), engine="openpyxl"),
    "groups.parquet": lambda saved: pd.read_parquet(io.BytesIO(saved)),
}


@pytest.fixture
def with_set(shop: Workspace) -> Workspace:
    """Return the workspace with a map of customers, and a set of them."""
    shop.keep_group(TENTH)
    return shop


@pytest.fixture
def groups(page: Page, app_url: str, with_set: Workspace, found: Regions) -> Page:
    """Open the page on the five groups of the customers and their set."""
    page.goto(f"{app_url}/groups?w={with_set.id}")
    expect(lines(page)).to_have_count(6)
    return page


@pytest.mark.slow
def test_a_long_name_of_a_group_can_be_read_to_its_end(
    page: Page, app_url: str, shop: Workspace, found: Regions
):
    mark, name = found.marks[0], "partners with agreements of the northern sales regions, " * 3
    shop.keep_map_groups(shop.maps()[0], MapGroups(k=found.k, names={mark: name.strip(", ")}))
    page.goto(f"{app_url}/groups?w={shop.id}&group={mark}")
    expect(page.get_by_role("heading", name=name.strip(", "), exact=True)).to_be_visible()
    # Rows of 66 pixels are those in which texts are wrapped.
    assert table(page).evaluate("table => table.clientHeight") >= 66 * found.k


def table(page: Page) -> Locator:
    return page.locator(".st-key-ticked-groups").get_by_test_id("stDataFrame")


def lines(page: Page) -> Locator:
    """Return the lines of the table of groups."""
    return table(page).locator("tbody tr")


def tick(page: Page, place: int) -> None:
    box = table(page).bounding_box()
    # Lines are high where a name needs two.
    row = 66 if box["height"] > 38 + 50 * lines(page).count() else 35
    page.mouse.click(box["x"] + 16, box["y"] + 38 + row * (place + 0.5))


def call_the_first(page: Page, name: str) -> None:
    """Tick the first group and give it a name; what changes it stays open."""
    tick(page, 0)
    page.get_by_role("button", name="Change this group").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.keyboard.press("Enter")
    expect(lines(page).first).to_contain_text(name)


def ticked(page: Page) -> Locator:
    return table(page).locator("tbody tr[aria-selected=true]")


def n_ticked_rows(page: Page) -> str:
    """Return how many rows the page says that the ticked groups have."""
    return panel(page).get_by_text(re.compile(r"^[\d,]+ rows? · \d")).first.text_content() or ""


def colour_of(line: str) -> str:
    return next(name for name in LEVEL_NAMES if line.startswith(name))


def panel(page: Page) -> Locator:
    return page.locator(".st-key-groups_panel")


def heading(page: Page) -> Locator:
    return panel(page).get_by_role("heading")


def saved_as(page: Page, file: str) -> bytes:
    name = re.sub(r"\W", "-", file if file in READERS else f"all {file}")
    with page.expect_download() as download:
        page.locator(f".st-key-{name}").get_by_role("button").click()
    assert download.value.suggested_filename == file
    return download.value.path().read_bytes()


def segment_of(rows: np.ndarray) -> str:
    """Return the planted segment that most of these rows are of."""
    return SEGMENTS[int(np.bincount(CUSTOMERS.segment[rows]).argmax())]


def test_the_planted_segments_are_found_named_and_explained(groups, shop, found):
    m = shop.trained_map(shop.current_map)
    segments = [segment_of(found.rows(m, label)) for label in range(5)]
    assert sorted(segments) == sorted(SEGMENTS)
    for place, segment in enumerate(segments):
        expect(lines(groups).nth(place)).to_contain_text(found.names[place])
        assert any(trait in found.names[place] for trait in PLANTED[segment])
    expect(lines(groups).nth(5)).to_contain_text("every tenth")
    expect(groups.get_by_role("figure", name="Heat table of the groups")).to_be_visible()
    groups.get_by_text("Profile lines").click()
    expect(groups.get_by_role("figure", name="Profile lines of the groups")).to_be_visible()

    tick(groups, segments.index("young app users"))
    expect(panel(groups).get_by_text(re.compile(r"age is lower\W+2[2-4]"))).to_be_visible()
    tick(groups, segments.index("young app users"))
    expect(heading(groups)).to_have_count(0)
    tick(groups, segments.index("foodies"))
    expect(panel(groups).get_by_text(re.compile(r"restaurants is higher\W+5"))).to_be_visible()


@pytest.mark.slow
def test_keys_go_back_to_the_group_that_was_ticked_before(groups, found):
    tick(groups, 0)
    expect(heading(groups).first).to_have_text(found.names[0])
    tick(groups, 0)
    expect(heading(groups)).to_have_count(0)
    tick(groups, 1)
    expect(heading(groups).first).to_have_text(found.names[1])
    for keys, names in (("ControlOrMeta+z", []), ("ControlOrMeta+z", [found.names[0]])):
        groups.keyboard.press(keys)
        expect(ticked(groups)).to_have_count(len(names))
        expect(heading(groups).filter(has_text=found.names[0])).to_have_count(len(names))
    groups.get_by_role("button", name="Redo the selection").click()
    expect(heading(groups)).to_have_count(0)
    groups.keyboard.press("ControlOrMeta+Shift+z")
    expect(heading(groups).first).to_have_text(found.names[1])
    expect(panel(groups).get_by_text("rows selected:")).to_have_count(0)


@pytest.mark.slow
def test_what_is_selected_on_the_maps_is_told_where_no_group_is_ticked(groups, app_url, with_set):
    every_hundredth = Group("selection", np.arange(0, 1_000, 100), "selection")
    link = with_set.note_selection(every_hundredth, with_set.source)
    groups.goto(f"{app_url}/groups?w={with_set.id}&selection={link}")
    expect(panel(groups).get_by_text("10 rows selected: 10 rows")).to_be_visible()


@pytest.mark.slow
def test_the_number_of_groups_stays_on_the_way_between_pages(groups):
    number = groups.get_by_role("slider", name="How many groups")
    groups.get_by_role("link", name="Explore", exact=True).click()
    groups.get_by_role("radio", name="Groups").click()
    expect(number).to_have_value("5")
    groups.get_by_role("link", name="Groups", exact=True).click()
    expect(lines(groups)).to_have_count(6)
    expect(number).to_have_value("5")
    number.focus()
    groups.keyboard.press("ArrowLeft")
    expect(lines(groups)).to_have_count(5)  # four groups, and the set


def test_the_whole_table_goes_home_with_its_groups_row_by_row(groups):
    for file, read in READERS.items():
        frame = read(saved_as(groups, file))
        assert frame["customer"].tolist() == CUSTOMERS.frame["customer"].tolist()
        for column in CUSTOMERS.frame:
            assert frame[column].tolist() == CUSTOMERS.frame[column].tolist()
        assert adjusted_rand_score(CUSTOMERS.segment, frame["region_name"]) >= 0.95
        in_set = frame["every tenth"].isin(["yes", True])
        assert np.flatnonzero(in_set).tolist() == TENTH.rows.tolist()
        assert set(frame["every tenth"]) in ({"yes", "no"}, {True, False})


@pytest.mark.slow
def test_what_makes_each_group_different_goes_home(groups, found):
    names = [*found.names, "every tenth"]
    saved = pd.read_csv(io.BytesIO(saved_as(groups, "differences.csv")), encoding="utf-8-sig")
    assert saved["group"].unique().tolist() == names
    sheets = pd.read_excel(
        io.BytesIO(saved_as(groups, "differences.xlsx")), sheet_name=None, engine="openpyxl"
    )
    assert [name[:31] for name in [*names, "Meanings"]] == list(sheets)
    for name in names:
        expected = saved[saved["group"] == name]["in_words"].tolist()
        assert sheets[name[:31]]["in_words"].tolist() == expected


@pytest.mark.slow
def test_two_ticked_groups_are_compared_and_a_link_shows_the_same(groups, found):
    tick(groups, 0)
    expect(heading(groups)).to_have_text(found.names[0])
    tick(groups, 1)
    expect(heading(groups)).to_have_text(f"{found.names[0]} · {found.names[1]}")
    said = panel(groups).get_by_text(f"in “{found.names[1]}”").first
    expect(said).to_be_visible()
    wait_until(lambda: f"beside={found.marks[1]}" in groups.evaluate("location.href"))
    groups.reload()
    expect(heading(groups)).to_have_text(f"{found.names[0]} · {found.names[1]}")
    expect(said).to_be_visible()
    groups.go_back()
    expect(heading(groups)).to_have_text(found.names[0])
    expect(said).to_have_count(0)
    expect(ticked(groups)).to_have_count(1)


@pytest.mark.slow
def test_groups_are_united_split_and_as_proposed_again(groups, found):
    by_hand = groups.get_by_text("Groups were united or split by hand")
    tick(groups, 0)
    expect(heading(groups)).to_have_text(found.names[0])
    tick(groups, 1)
    groups.get_by_role("button", name="Unite them").click()
    expect(lines(groups)).to_have_count(5)
    expect(by_hand).to_be_visible()
    groups.get_by_role("button", name="Change this group").click()
    groups.get_by_role("button", name="Split in two").click()
    expect(lines(groups)).to_have_count(6)
    expect(heading(groups)).to_have_text(f"{found.names[0]} · {found.names[1]}")
    expect(by_hand).to_have_count(0)  # they are as proposed again
    groups.keyboard.press("Escape")
    groups.get_by_role("button", name="Unite them").click()
    expect(by_hand).to_be_visible()
    back = groups.get_by_role("button", name="As proposed")
    groups.get_by_test_id("stDataFrame").first.hover()
    toolbar = groups.get_by_test_id("stElementToolbar").first
    expect(toolbar).to_be_visible()
    above, below = back.bounding_box(), toolbar.bounding_box()
    assert above["y"] + above["height"] <= below["y"], "it takes no click meant for the button"
    back.click()
    expect(groups.get_by_text("5 groups are the most of which")).to_be_visible()


def test_a_split_leaves_other_groups_their_colours_and_parts_the_name_that_was_given(groups):
    before = [colour_of(line) for line in lines(groups).all_text_contents()[1:5]]
    call_the_first(groups, "Young")
    groups.get_by_role("button", name="Split in two").click()
    expect(lines(groups)).to_have_count(7)
    said = lines(groups).all_text_contents()
    parts = [line for line in said if "Young · " in line]
    assert len(parts) == 2
    assert [colour_of(line) for line in said[:6] if line not in parts] == before


@pytest.mark.slow
def test_what_is_ticked_stays_so_while_the_number_of_groups_grows(groups):
    tick(groups, 0)
    expect(heading(groups)).to_be_visible()
    whole = n_ticked_rows(groups)
    slider = groups.get_by_role("slider", name="How many groups")
    for n_lines in (7, 8):  # of more, some are out of sight
        wait_until_still(groups)
        slider.press("ArrowRight")
        expect(lines(groups)).to_have_count(n_lines)
        wait_until(lambda: n_ticked_rows(groups) == whole)


def test_a_group_renamed_and_recoloured_here_is_so_on_the_map(groups):
    call_the_first(groups, "Young")
    groups.get_by_role("combobox", name="Colour").click()
    groups.get_by_role("option", name="teal").click()
    expect(lines(groups).first).to_contain_text("teal")
    groups.keyboard.press("Escape")
    groups.get_by_role("link", name="Show it on the map").click()
    name = groups.locator(".atlas-large .atlas-label-of-group").filter(has_text="Young")
    expect(name).to_have_count(1)
    expect(groups.get_by_role("heading", name=re.compile("^2\\d\\d of 1,000 rows"))).to_be_visible()


@pytest.mark.slow
def test_sets_are_renamed_and_groups_are_kept_together_as_a_set(groups, shop):
    tick(groups, 5)
    groups.get_by_role("button", name="Rename this set").click()
    groups.get_by_role("textbox", name="Name").fill("a sample")
    groups.keyboard.press("Enter")
    expect(heading(groups)).to_have_text("a sample")
    groups.keyboard.press("Escape")
    tick(groups, 0)
    groups.get_by_role("button", name="Keep as a set").click()
    groups.get_by_label(re.compile("^Keep these")).fill("both")
    groups.keyboard.press("Enter")
    expect(lines(groups)).to_have_count(7)
    sample, both = shop.groups()
    assert (sample.name, both.name) == ("a sample", "both")
    assert set(TENTH.rows) < set(both.rows)


@pytest.mark.slow
def test_whoever_has_the_read_only_link_sees_all_and_changes_nothing(groups, shop, found):
    groups.goto(groups.url.replace(shop.id, shop.share_id()))
    expect(lines(groups)).to_have_count(6)
    tick(groups, 0)
    expect(heading(groups)).to_have_text(found.names[0])
    tick(groups, 1)
    expect(panel(groups).get_by_text(f"in “{found.names[1]}”").first).to_be_visible()
    expect(groups.get_by_role("slider")).to_have_count(0)
    for change in ("Change this group", "Unite them", "Keep as a set", "As proposed"):
        expect(groups.get_by_role("button", name=change)).to_have_count(0)


@pytest.mark.slow
def test_groups_that_were_not_looked_for_are_offered(page, app_url, with_set):
    page.goto(f"{app_url}/groups?w={with_set.id}")
    expect(lines(page)).to_have_count(1)  # the set
    page.get_by_role("button", name="Look for groups").click()
    expect(lines(page)).to_have_count(6)


def test_noise_is_one_cloud(page, app_url, app_folder, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    noise = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 4)), columns=list("abcd"))
    workspace = workspace_with_maps(noise.to_csv(index=False).encode(), "noise.csv")
    find_groups(workspace)
    page.goto(f"{app_url}/groups?w={workspace.id}")
    expect(page.get_by_text("one cloud")).to_be_visible()
    expect(lines(page)).to_have_count(1)


@pytest.mark.slow
def test_names_from_a_file_or_a_person_stay_text(page, app_url, app_folder, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    frame = CUSTOMERS.frame.rename(
        columns=dict(zip(["age", "income", "restaurants", "travel"], HOSTILE, strict=True))
    )
    frame["channel"] = frame["channel"].map({"app": HOSTILE[0], "shop": HOSTILE[1]})
    workspace = workspace_with_maps(frame.to_csv(index=False).encode(), "customers.csv")
    found = find_groups(workspace)
    for place, name in enumerate(HOSTILE):
        workspace.keep_group(Group(name, np.arange(place, 1_000, 10), "set"))
    page.goto(f"{app_url}/groups?w={workspace.id}")
    # Lines that have to be scrolled to are counted, but not drawn.
    expect(table(page).locator("table")).to_have_attribute("aria-rowcount", "10")
    tick(page, 0)
    page.get_by_role("button", name="Change this group").click()
    page.get_by_role("textbox", name="Name").fill(f"{HOSTILE[0]} {HOSTILE[3]}")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(re.compile(re.escape(HOSTILE[0])))
    page.keyboard.press("Escape")
    tick(page, 5)
    expect(panel(page).get_by_text("What sets them apart").first).to_be_visible()
    expect(page.locator(".ytick text").filter(has_text="<img").first).to_be_visible()
    page.get_by_text("Profile lines").click()
    expect(page.locator(".legendtext").filter(has_text="**bold**").first).to_be_visible()
    injected = page.locator("a[href^='javascript'], .stMain img, .stMain strong:has-text('bold')")
    expect(injected).to_have_count(0)
    assert page.evaluate("window.attacked") is None

    for file in ("groups.csv", "differences.csv"):
        saved = pd.read_csv(io.BytesIO(saved_as(page, file)), encoding="utf-8-sig", dtype=str)
        texts = [*saved.columns, *saved.to_numpy().ravel()]
        risky = [t for t in texts if isinstance(t, str) and re.match(r"[=+@]|-[^\d]", t)]
        assert risky == []
    sheets = pd.read_excel(
        io.BytesIO(saved_as(page, "differences.xlsx")), sheet_name=None, engine="openpyxl"
    )
    assert len(sheets) == found.k + len(HOSTILE) + 1


def test_without_a_map_the_page_says_where_to_get_one(page, app_url):
    page.goto(f"{app_url}/groups")
    expect(page.get_by_text("There is no map yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Train a map")).to_be_visible()
