"""The linked maps in a browser: what is lit or selected in one map is so in every one."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from som_core.geometry.lattice import coordinates, neighbours
from testing.browser import WINDOW, middle_of_cell
from testing.payloads import HOSTILE_TEXTS
from testing.waiting import wait_until

SIZE = 6  # nodes along each side of the maps shown here
VALUE = "plot => plot.data[0].z[200][200]"  # of one pixel of a map
NEUTRAL_PLACE = (5, 5)  # where the pointer lights no cell


@pytest.fixture(scope="module")
def maps_url(serve: Callable[[Path], str]) -> str:
    return serve(Path(__file__).parent / "apps" / "maps_app.py")


def open_maps(page: Page, address: str) -> Locator:
    page.goto(address)
    figures = page.get_by_role("figure")
    expect(figures.first.locator("image")).to_be_visible()
    return figures


def place_of(
    figure: Locator, node: int, lattice: str = "hexagonal", size: tuple[int, int] = (SIZE, SIZE)
) -> tuple[float, float]:
    """Return where on the page the middle of a cell is."""
    return middle_of_cell(figure, node, size, lattice)


def outlines(figures: Locator) -> list[list[str]]:
    """Return the paths of the selection and of the lit cell over each map."""
    return figures.evaluate_all(
        "plots => plots.map(plot => [...plot.parentElement.querySelectorAll("
        "'.atlas-selected path, .atlas-lit path')].map(path => path.getAttribute('d')))"
    )


def edges(path: str) -> int:
    return path.count("L")


def expect_selected(page: Page, nodes: list[int]) -> None:
    expect(page.get_by_text(f"Selected: {nodes}", exact=True)).to_be_visible()


def drag(page: Page, places: list[tuple[float, float]]) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def test_hovering_a_cell_lights_it_in_every_map_and_shows_its_values(page, maps_url):
    figures = open_maps(page, maps_url)
    page.mouse.move(*place_of(figures.nth(1), 14))
    card = page.locator(".atlas-card")
    expect(card).to_contain_text("Cell 3 across, 3 down")
    for words in ("U-matrix", "distance", "Hits", "Levels", HOSTILE_TEXTS["script"]):
        expect(card).to_contain_text(words)
    drawn = outlines(figures)
    assert drawn[0] and drawn[0] == drawn[1] == drawn[2]
    x, y = coordinates(SIZE, SIZE, "hexagonal")[14]
    corners = [corner.split(",") for corner in drawn[0][0].strip("MZ").split("L")]
    assert np.allclose(np.array(corners, float).mean(axis=0), (x, y), atol=1e-3)
    page.mouse.move(*NEUTRAL_PLACE)
    expect(card).to_be_hidden()
    assert outlines(figures) == [[], [], []]


@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
def test_clicking_a_cell_selects_exactly_that_node(page, maps_url, lattice):
    figures = open_maps(page, f"{maps_url}?lattice={lattice}")
    sides = 6 if lattice == "hexagonal" else 4
    for node in (0, 7, 35):
        page.mouse.click(*place_of(figures.nth(2), node, lattice))
        expect_selected(page, [node])
        page.mouse.move(*NEUTRAL_PLACE)
        for dark, light in outlines(figures):
            assert dark == light and edges(dark) == sides
        expect(page.get_by_text("1 cell selected")).to_be_visible()


def test_shift_click_adds_a_cell_and_takes_it_away_again(page, maps_url):
    figures = open_maps(page, maps_url)
    page.mouse.click(*place_of(figures.first, 8))
    expect_selected(page, [8])
    page.keyboard.down("Shift")
    page.mouse.click(*place_of(figures.nth(1), 21))
    expect_selected(page, [8, 21])
    page.mouse.click(*place_of(figures.nth(2), 8))
    expect_selected(page, [21])


def test_a_lasso_selects_the_cells_whose_middle_it_holds_and_shift_adds(page, maps_url):
    figures = open_maps(page, maps_url)
    first = figures.first
    around = [place_of(first, node) for node in (6, 9, 27, 24, 6)]
    left, right = around[0][0] - 4, around[1][0] + 4
    top, bottom = around[0][1] - 8, around[2][1] + 8
    drag(page, [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 1)])
    inside = [
        node
        for node in range(SIZE * SIZE)
        if left < place_of(first, node)[0] < right and top < place_of(first, node)[1] < bottom
    ]
    assert len(inside) > 8
    expect_selected(page, inside)
    x, y = place_of(first, 35)
    page.keyboard.down("Shift")
    drag(page, [(x - 9, y - 9), (x + 9, y - 9), (x + 9, y + 9), (x - 9, y + 9), (x - 9, y - 8)])
    expect_selected(page, [*inside, 35])


@pytest.mark.slow
def test_a_lasso_may_begin_and_end_beside_the_map(page, maps_url):
    first = open_maps(page, f"{maps_url}?height=6&width=3&lattice=rectangular").first
    box = first.bounding_box()
    left, right = box["x"] - 12, box["x"] + 0.6 * box["width"] / 3
    top, bottom = box["y"] + 2, box["y"] + box["height"] - 2
    drag(page, [(left, top), (right, top), (right, bottom), (left, bottom), (left, top + 1)])
    expect_selected(page, [0, 3, 6, 9, 12, 15])


@pytest.mark.slow
def test_a_lasso_by_finger_keeps_its_cells(browser, maps_url):
    context = browser.new_context(viewport=WINDOW, has_touch=True, is_mobile=True)
    page = context.new_page()
    figures = open_maps(page, maps_url)
    assert page.evaluate("matchMedia('(hover: none)').matches")
    corners = [place_of(figures.first, node) for node in (6, 9, 27, 24, 6)]
    drag(page, [(x - 4, y - 4) for x, y in corners])  # a mouse, though the device has no hover
    expect(page.get_by_text(re.compile(r"^\d+ cells selected$"))).to_be_visible()
    fingers = context.new_cdp_session(page)
    fingers.send("Input.dispatchTouchEvent", touch("touchStart", corners[0]))
    for corner in corners[1:]:
        fingers.send("Input.dispatchTouchEvent", touch("touchMove", corner))
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_text(re.compile(r"^\d+ cells selected$"))).to_be_visible()
    context.close()


def touch(kind: str, place: tuple[float, float]) -> dict:
    return {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]}


def test_a_box_selects_a_block_of_cells(page, maps_url):
    figures = open_maps(page, f"{maps_url}?lattice=rectangular")
    page.get_by_role("button", name="Box").click()
    start, end = (place_of(figures.first, node, "rectangular") for node in (7, 21))
    drag(page, [(start[0] - 5, start[1] - 5), (end[0] + 5, end[1] + 5)])
    expect_selected(page, [7, 8, 9, 13, 14, 15, 19, 20, 21])
    page.mouse.move(*NEUTRAL_PLACE)
    assert {edges(path) for paths in outlines(figures) for path in paths} == {12}


def test_empty_space_the_button_and_escape_each_clear_the_selection(page, maps_url):
    figures = open_maps(page, maps_url)
    box = figures.first.bounding_box()

    def click_the_corner():  # beside the first hexagon, whose row is shifted
        page.mouse.click(box["x"] + 2, box["y"] + 2)

    def press_the_button():
        page.get_by_role("button", name="Clear selection").click()

    def press_escape():
        page.keyboard.press("Escape")

    for clear in (click_the_corner, press_the_button, press_escape):
        page.mouse.click(*place_of(figures.first, 15))
        expect_selected(page, [15])
        clear()
        expect_selected(page, [])


@pytest.mark.slow
@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
def test_arrow_keys_walk_to_neighbours_and_enter_selects(page, maps_url, lattice):
    figures = open_maps(page, f"{maps_url}?lattice={lattice}")
    beside = neighbours(SIZE, SIZE, lattice, toroid=False)
    figures.first.focus()
    page.keyboard.press("ArrowRight")  # the tour starts at the first cell
    spoken = page.locator("[aria-live=polite]")
    node = 0
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        words = spoken.inner_text()
        across, down = (int(part.split()[-2]) for part in words.split(";")[0].split(","))
        moved_to = (down - 1) * SIZE + across - 1
        assert moved_to in beside[node]
        expect_selected(page, [moved_to])
        node = moved_to
    assert "selected" in spoken.inner_text() and "U-matrix: " in spoken.inner_text()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_text("2 cells selected")).to_be_visible()


@pytest.mark.slow
def test_walking_down_and_up_again_ends_where_it_began(page, maps_url):
    figures = open_maps(page, maps_url)
    page.mouse.click(*place_of(figures.first, 3))
    for key in ["ArrowDown"] * 7 + ["ArrowUp"] * 5:
        page.keyboard.press(key)
    expect(page.locator("[aria-live=polite]")).to_contain_text("Cell 4 across, 1 down")


@pytest.mark.slow
def test_a_selection_made_in_python_is_outlined(page, maps_url):
    figures = open_maps(page, maps_url)
    page.mouse.click(*place_of(figures.first, 30))
    expect_selected(page, [30])
    page.get_by_role("button", name="Select the first row of cells").click()
    expect_selected(page, [0, 1, 2, 3, 4, 5])
    expect(page.get_by_text("6 cells selected")).to_be_visible()
    assert {edges(path) for paths in outlines(figures) for path in paths} == {6 * 6 - 2 * 5}


def test_levels_have_a_legend_and_the_rare_ones_share_a_colour(page, maps_url):
    open_maps(page, f"{maps_url}?levels=15")
    expect(page.get_by_text(re.compile(r"^other \(\d more\)$"))).to_be_visible()
    expect(page.locator(".atlas-level")).to_have_count(13)


def test_each_map_says_its_smallest_and_largest_value_with_the_unit(page, maps_url):
    open_maps(page, f"{maps_url}?layers=6")
    section = page.locator(".atlas-map").filter(has=page.get_by_role("figure", name="plane 2"))
    x, y = coordinates(SIZE, SIZE, "hexagonal").T
    values = np.sin(x / 3 + 2) * np.cos(y / 6) * 10
    for value in (values.min(), values.max()):
        expect(section).to_contain_text(f"{value:.1f}".replace("-", "−"))
    expect(section).to_contain_text("mm")


@pytest.mark.slow
def test_a_cell_without_rows_is_hollow_among_counts_and_dotted_among_values(page, maps_url):
    figures = open_maps(page, maps_url)
    page.mouse.move(*NEUTRAL_PLACE)
    u_matrix, hits = (colours(figure, place_of(figure, 0)) for figure in figures.all()[:2])
    assert u_matrix["middle"] != u_matrix["beside"]
    assert hits["middle"] == (255, 255, 255)
    assert hits["rim"] != (255, 255, 255)
    for figure in figures.all()[:2]:
        filled = colours(figure, place_of(figure, 14))
        assert filled["middle"] == filled["beside"]


def colours(figure: Locator, place: tuple[float, float]) -> dict[str, tuple[int, int, int]]:
    picture = Image.open(io.BytesIO(figure.screenshot())).convert("RGB")
    box = figure.bounding_box()
    cell = box["width"] / (SIZE + 0.6)  # half a cell of shift, and the margin
    x, y = place[0] - box["x"], place[1] - box["y"]
    return {
        "middle": picture.getpixel((round(x), round(y))),
        "beside": picture.getpixel((round(x + 0.27 * cell), round(y))),
        "rim": picture.getpixel((round(x + 0.46 * cell), round(y))),
    }


def test_hostile_names_are_shown_as_text_and_fetch_nothing(page, maps_url):
    figures = open_maps(page, f"{maps_url}?hostile=1")
    headings = page.locator(".atlas-name")
    for name, text in zip(headings.all_text_contents(), HOSTILE_TEXTS.values(), strict=True):
        assert name == text
    page.mouse.move(*place_of(figures.first, 14))
    expect(page.locator(".atlas-card")).to_contain_text(HOSTILE_TEXTS["Plotly tags"])
    assert page.locator(".atlas-maps").locator("a, img, script, b b, h1, .katex").count() == 0
    assert page.evaluate("window.attacked") is None


def test_cells_are_cut_out_with_smooth_edges_unless_they_are_tiny(page, maps_url):
    cut = "plot => getComputedStyle(plot.querySelector('.plot-container')).clipPath"
    figures = open_maps(page, maps_url)
    assert figures.first.evaluate(cut).count("M") == SIZE**2
    figures = open_maps(page, f"{maps_url}?height=60&width=60")
    assert figures.first.evaluate(cut) == "none"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 3)])
@pytest.mark.parametrize("lattice", ["hexagonal", "rectangular"])
def test_the_smallest_maps_can_be_seen_and_clicked(page, maps_url, lattice, size):
    height, width = size
    figures = open_maps(page, f"{maps_url}?lattice={lattice}&height={height}&width={width}")
    figures.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect_selected(page, [0])


def test_nothing_is_wider_than_the_page_with_24_maps(page, maps_url):
    open_maps(page, f"{maps_url}?layers=24")
    assert page.get_by_role("figure").count() == 24
    for box in (figure.bounding_box() for figure in page.get_by_role("figure").all()):
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_click_on_a_small_maps_title_makes_it_the_large_one(page, maps_url):
    figures = open_maps(page, f"{maps_url}?layers=12&large=Hits")
    expect(figures.first).to_have_attribute("aria-label", "Hits")
    large, *small = (figure.bounding_box() for figure in figures.all())
    assert all(2 * box["width"] < large["width"] for box in small)
    page.get_by_role("button", name="plane 3: show as the large map").press("Enter")
    expect(page.get_by_text("Large: plane 3")).to_be_visible()
    expect(figures.first).to_have_attribute("aria-label", "plane 3")
    expect(figures.first).to_be_focused()
    expect(page).to_have_url(re.compile(r"large=plane\+3"))
    assert figures.first.bounding_box() == large
    names = [figure.get_attribute("aria-label") for figure in figures.all()]
    assert names[1:4] == ["U-matrix", "Hits", "Levels"]
    page.mouse.click(*place_of(figures.nth(5), 14))
    expect_selected(page, [14])
    page.mouse.click(*place_of(figures.first, 3))
    expect_selected(page, [3])


@pytest.mark.slow
@pytest.mark.parametrize("tall", [480, 640])
def test_the_large_map_leaves_room_for_a_row_of_small_ones(page, maps_url, tall):
    figures = open_maps(page, f"{maps_url}?layers=24&large=Hits&tall={tall}")
    top = page.get_by_role("toolbar").bounding_box()["y"]
    boxes = [figure.bounding_box() for figure in figures.all()]
    below = [box for box in boxes if box["y"] > boxes[0]["y"] + boxes[0]["height"]]
    first_row = [box["y"] + box["height"] for box in below if box["y"] == below[0]["y"]]
    assert tall - 60 < max(first_row) - top <= tall


@pytest.mark.slow
def test_a_large_map_that_is_not_there_leaves_the_first_one_large(page, maps_url):
    figures = open_maps(page, f"{maps_url}?large=nothing")
    expect(figures.first).to_have_attribute("aria-label", "U-matrix")
    expect(page.get_by_role("button", name="show as the large map")).to_have_count(2)


def test_groups_have_borders_on_every_map_and_names_on_the_large_one(page, maps_url):
    figures = open_maps(page, f"{maps_url}?height=10&width=12&large=Hits&groups=1")
    drawn = figures.evaluate_all(
        "plots => plots.map(plot => [...plot.parentElement.querySelectorAll('.atlas-given path')]"
        ".map(path => path.getAttribute('d')))"
    )
    borders = [[path for path in paths if path.count("M") > 3] for paths in drawn]
    assert len(borders[0]) == 4 and borders[0] == borders[1] == borders[2]
    names = page.locator(".atlas-label-of-group")
    expect(names).to_have_count(3)  # not one a map
    expect(names.last.locator("text")).to_have_count(2)
    expect(names.last).to_contain_text("…")
    expect(page.locator(".atlas-selected ~ .atlas-names .atlas-label-of-group")).to_have_count(3)
    boxes = [name.bounding_box() for name in names.all()]
    for k, box in enumerate(boxes):
        assert not any(overlap(box, other) for other in boxes[:k])
    page.mouse.move(*place_of(figures.first, 0, size=(10, 12)))
    expect(page.locator(".atlas-card")).to_contain_text("young, entertainment")


def overlap(one: dict, other: dict) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


@pytest.mark.slow
def test_a_groups_name_stays_text_whatever_it_is(page, maps_url):
    open_maps(page, f"{maps_url}?height=10&width=12&large=U-matrix&groups=1&hostile=1")
    written = "".join(page.locator(".atlas-label-of-group").all_text_contents())
    assert "<" in written
    assert page.locator(".atlas-overlays").locator("a, image, script, foreignObject").count() == 0
    assert page.evaluate("window.attacked") is None


@pytest.mark.slow
@pytest.mark.parametrize("what", ["rows=20000", "glyphs=pie", "glyphs=bars", "path=0,1,2,8,9"])
def test_cells_below_an_overlay_are_hovered_and_selected_as_ever(page, maps_url, what):
    figures = open_maps(page, f"{maps_url}?large=Hits&toroid=1&{what}")
    page.mouse.click(*place_of(figures.first, 14))
    expect_selected(page, [14])
    expect(page.locator(".atlas-card")).to_contain_text("Cell 3 across, 3 down")


@pytest.mark.slow
def test_marks_that_have_no_room_say_so(page, maps_url):
    open_maps(page, f"{maps_url}?height=40&width=40&large=Hits&rows=100&layers=2")
    page.set_viewport_size({"width": 600, "height": 700})
    expect(page.get_by_text("The cells are too small here")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 1000})
    expect(page.get_by_text("The cells are too small here")).to_be_hidden()
    expect(page.locator(".atlas-legend")).to_contain_text("even")


@pytest.mark.slow
def test_a_lens_that_opens_leaves_the_focus_where_it_was(page, maps_url):
    figures = open_maps(page, f"{maps_url}?lens=1")
    figures.nth(1).focus()
    walked = page.get_by_role("figure", name="Hits")
    for key, node in (("ArrowRight", 0), ("ArrowRight", 1), ("ArrowDown", 7)):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect_selected(page, [node])
        expect(page.get_by_role("figure", name=f"Distance from cell {node}")).to_be_visible()
        expect(walked).to_be_focused()
    lens = page.get_by_role("figure", name="Distance from cell 7")
    lens.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_selected(page, [8])
    expect(page.get_by_role("figure", name="Distance from cell 8")).to_be_focused()


def test_a_layer_that_changes_is_redrawn_in_its_place(page, maps_url):
    figure = open_maps(page, f"{maps_url}?live=1").first
    figure.evaluate("plot => { plot.dataset.since = 'the start' }")
    box = figure.bounding_box()
    pictures = set()
    for _ in range(3):
        drawn = figure.evaluate(VALUE)
        pictures.add(drawn)
        wait_until(lambda drawn=drawn: figure.evaluate(VALUE) != drawn)
    assert len(pictures) == 3
    assert figure.get_attribute("data-since") == "the start"
    assert figure.bounding_box() == box
    expect(page.get_by_role("toolbar")).to_be_hidden()  # there is nothing to select


@pytest.mark.slow
def test_a_click_does_not_bring_the_layers_again(page, maps_url):
    sizes = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))),
    )
    figures = open_maps(page, f"{maps_url}?height=30&width=30&layers=12&large=Hits")
    with_layers = max(sizes)
    page.mouse.click(*place_of(figures.first, 14, size=(30, 30)))
    expect_selected(page, [14])
    sizes.clear()
    page.mouse.click(*place_of(figures.first, 100, size=(30, 30)))
    expect_selected(page, [100])
    assert max(sizes) < with_layers - 100_000  # what is left is the script


@pytest.mark.slow
def test_a_click_does_not_bring_the_overlays_again(page, maps_url):
    sizes = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))),
    )
    figures = open_maps(page, f"{maps_url}?large=Hits&rows=20000&glyphs=pie")
    with_overlays = max(sizes)
    page.mouse.click(*place_of(figures.first, 14))
    expect_selected(page, [14])
    sizes.clear()
    page.mouse.click(*place_of(figures.first, 20))
    expect_selected(page, [20])
    assert max(sizes) < with_overlays - 100_000  # what is left is the script


@pytest.mark.slow
def test_maps_that_move_on_the_page_are_drawn_with_their_selection(page, maps_url):
    figures = open_maps(page, f"{maps_url}?rows=100")
    for node, box in ((14, True), (15, False), (16, True)):
        page.mouse.click(*place_of(figures.first, node))
        expect_selected(page, [node])
        figures.evaluate_all("plots => plots.forEach(plot => { plot.dataset.old = ''; })")
        page.get_by_text("In a box").click()
        expect(page.get_by_role("switch", name="In a box")).to_be_checked(checked=box)
        expect(page.locator("[data-old]")).to_have_count(0)
        expect(figures).to_have_count(3)
        expect(page.locator(".atlas-selected path")).to_have_count(2 * 3)
        assert edges(outlines(figures)[0][0]) == 6


@pytest.mark.slow
def test_the_maps_leave_nothing_behind_and_come_back_with_the_selection(page, maps_url):
    figures = open_maps(page, maps_url)
    page.mouse.click(*place_of(figures.first, 9))
    expect_selected(page, [9])
    page.get_by_text("Show the maps").click()
    expect(page.locator(".js-plotly-plot, .atlas-maps")).to_have_count(0)
    page.get_by_text("Show the maps").click()
    expect(figures.first.locator("image")).to_be_visible()
    expect_selected(page, [9])
    assert edges(outlines(figures)[0][0]) == 6
