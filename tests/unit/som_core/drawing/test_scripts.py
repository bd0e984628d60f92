"""The scripts that draw the maps: their own tests, which node runs, and as the page gets them."""

import re
import shutil
import subprocess

import pytest

from som_core.drawing.script import FOLDER, MODULES, maps_script
from testing.paths import ROOT

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="the scripts' own tests need Node.js 20.10")


@pytest.mark.slow
@needs_node
def test_the_scripts_pass_their_own_tests():
    tests = sorted((ROOT / "tests" / "javascript").glob("*.test.js"))
    done = subprocess.run([NODE, "--test", *tests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@needs_node
def test_the_modules_together_are_one_script(tmp_path):
    script = tmp_path / "maps.js"
    script.write_text(maps_script(), encoding="utf-8")
    done = subprocess.run([NODE, "--check", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"^(import|export)\b", maps_script(), re.MULTILINE)


def test_each_module_imports_only_those_before_it():
    assert {f"{name}.js" for name in MODULES} == {
        path.name for path in (FOLDER / "scripts").glob("*.js")
    }
    for place, name in enumerate(MODULES):
        source = (FOLDER / "scripts" / f"{name}.js").read_text(encoding="utf-8")
        imported = re.findall(r'from "\./(\w+)\.js"', source)
        assert set(imported) <= set(MODULES[:place]), name
