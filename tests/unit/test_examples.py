import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from testing.paths import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"


def test_the_penguins_example_prints_quality_and_writes_a_figure(tmp_path):
    run = [sys.executable, EXAMPLES / "penguins.py"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "On average a row lies" in done.stdout
    assert "the two best cells are not neighbours" in done.stdout
    page = (tmp_path / "penguins.html").read_text(encoding="utf-8")
    assert "bill_length_mm" in page
    assert '<script src="http' not in page


def test_the_notebook_shows_linked_maps_and_the_rows_of_what_is_selected():
    notebook = nbformat.read(EXAMPLES / "linked_maps.ipynb", as_version=4)
    folder = {"metadata": {"path": str(EXAMPLES)}}
    NotebookClient(notebook, timeout=180, kernel_name="python3", resources=folder).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    shown = {kind for output in outputs for kind in output.get("data", ())}
    assert "application/vnd.jupyter.widget-view+json" in shown
    (rows,) = [output["data"]["text/html"] for output in outputs if "text/html" in str(output)]
    assert "bill_length_mm" in rows
    said = "".join(output.get("text", "") for output in outputs)
    assert "2 groups are the most of which each is found again" in said
