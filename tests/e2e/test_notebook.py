"""The widget of a notebook in a browser, by its module alone: its Python half is the real one."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from som_core import linked_maps, regions, rows_of
from som_core.exports.notebook_widget import LinkedMaps, notebook_module
from testing.maps import a_map

NOTEBOOK = "http://127.0.0.1/notebook"
# What anywidget does in a notebook: a model with what Python says, and an element to draw into.
HOST = """<!doctype html><meta charset="utf-8">
<style>%s</style>
<body style="background: rgb(17, 20, 24); color: rgb(240, 240, 240)"><div id="output"></div>
<script type="module">
import widget from "/widget.js";
const state = await heldByPython();
const acts = [];
const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; },
    save_changes: () => heardByPython({ selected: state.selected, large: state.large }),
    on: (names, act) => acts.push(act),
    off: () => {},
};
window.pythonSays = (said) => { Object.assign(state, said); acts.forEach((act) => act()); };
await widget.render({ model, el: document.getElementById("output") });
</script>"""


@pytest.fixture
def widget() -> LinkedMaps:
    m = a_map(np.random.default_rng(0).normal(size=(4, 5, 3)))
    return linked_maps(m, regions=regions(m, 2))


@pytest.fixture
def notebook(page: Page, widget: LinkedMaps) -> Page:
    names = ("drawing", "selected", "large", "height")
    page.expose_function("heldByPython", lambda: {name: getattr(widget, name) for name in names})
    page.expose_function("heardByPython", widget.set_state)
    host, module = HOST % widget._css, notebook_module()
    page.route(NOTEBOOK, lambda route: route.fulfill(content_type="text/html", body=host))
    page.route(
        "http://127.0.0.1/widget.js",
        lambda route: route.fulfill(content_type="text/javascript", body=module),
    )
    page.route("http://127.0.0.1/favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(NOTEBOOK)
    expect(page.get_by_role("figure", name="Hits").locator("image")).to_be_visible()
    return page


def test_a_click_in_the_notebook_is_known_to_python_with_its_rows(notebook, widget):
    figure = notebook.get_by_role("figure", name="U-matrix")
    figure.click()
    expect(notebook.get_by_text("1 cell selected")).to_be_visible()
    (node,) = widget.selected
    m = a_map(np.random.default_rng(0).normal(size=(4, 5, 3)))
    assert rows_of(m, widget.selected).tolist() == [node]
    notebook.get_by_role("button", name="U-matrix: show as the large map").click()
    expect(notebook.locator(".atlas-large h4")).to_have_text("U-matrix")
    assert widget.large == "U-matrix"


@pytest.mark.slow
def test_the_maps_show_what_python_selects_and_take_the_colours_of_the_notebook(notebook, widget):
    widget.selected = [4, 5, 6]
    notebook.evaluate("said => pythonSays(said)", {"selected": widget.selected})
    expect(notebook.get_by_text("3 cells selected")).to_be_visible()
    expect(notebook.locator(".atlas-maps")).to_have_css("color", "rgb(240, 240, 240)")
    expect(notebook.locator(".atlas-label-of-group")).to_have_count(2)
    notebook.get_by_role("figure", name="Hits").hover()
    expect(notebook.locator(".atlas-card")).to_have_css("background-color", "rgb(17, 20, 24)")
