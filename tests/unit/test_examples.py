import subprocess
import sys

from testing.paths import ROOT

EXAMPLES = ROOT / "examples"


def test_the_penguins_example_prints_quality_and_writes_a_figure(tmp_path):
    run = [sys.executable, EXAMPLES / "penguins.py"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "On average a row lies" in done.stdout
    assert "the two best cells are not neighbours" in done.stdout
    page = (tmp_path / "penguins.html").read_text(encoding="utf-8")
    assert "bill_length_mm" in page
    assert '<script src="http' not in page
