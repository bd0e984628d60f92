"""The whole analysis taken home as a script and as a notebook."""

import json
import subprocess
import sys
import zipfile

import pytest
from playwright.sync_api import Page, expect

from som_core import MapSettings
from testing.browser import large_map
from testing.paths import ROOT
from testing.workspaces import find_groups, workspace_with_maps
from workspace.map_groups import MapGroups

PENGUINS = (ROOT / "samples" / "penguins.csv").read_bytes()


@pytest.fixture
def saved_as(page: Page, app_url, app_folder, monkeypatch, tmp_path):
    """Return what saves the whole analysis of a map with named groups, and gives the file."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(app_folder / "data"))
    settings = MapSettings(height=6, width=8, sigma=3, epochs=10)
    workspace = workspace_with_maps(PENGUINS, "penguins.csv", [settings])
    found = find_groups(workspace)
    names = {found.marks[0]: "mine </script>"}
    workspace.keep_map_groups(workspace.maps()[0], MapGroups(k=found.k, names=names))
    page.goto(f"{app_url}/explore?w={workspace.id}")
    expect(large_map(page).locator("image")).to_be_visible()
    page.get_by_role("button", name="This map").click()

    def saved(label: str):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        return file

    return saved


def test_the_script_that_is_saved_gives_the_map_and_the_groups_on_the_page(saved_as, tmp_path):
    file = saved_as("Python script")
    assert file.name == "analysis.py"
    (tmp_path / "penguins.csv").write_bytes(PENGUINS)
    done = subprocess.run(
        [sys.executable, file],
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "The codebook is the same, bit for bit." in done.stdout
    assert "The groups are the same, cell by cell." in done.stdout
    assert "mine </script>: " in done.stdout


@pytest.mark.slow
def test_the_notebook_that_is_saved_holds_the_same_steps(saved_as):
    file = saved_as("Notebook")
    assert file.name == "analysis.ipynb"
    cells = json.loads(file.read_bytes())["cells"]
    steps = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    assert "som_core.train(prepared, settings)" in steps
    assert "mine </script>" in steps


@pytest.mark.slow
def test_script_and_notebook_are_saved_with_the_file_that_they_read(saved_as):
    with zipfile.ZipFile(saved_as("Both with the file")) as archive:
        assert sorted(archive.namelist()) == ["analysis.ipynb", "analysis.py", "penguins.csv"]
        assert archive.read("penguins.csv") == PENGUINS
