"""The rules of the house that no single test would notice being broken."""

import pkgutil
import re
import subprocess
import sys

import pytest

import som_core
from testing.paths import ROOT


@pytest.mark.slow
def test_importing_som_core_waits_for_no_compiler_and_no_cluster():
    program = "import som_core, sys; print({'numba', 'dask', 'distributed'} & {*sys.modules})"
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_nothing_is_pickled_and_no_page_shows_raw_html():
    forbidden = re.compile(
        r"^\s*(import|from) pickle|allow_pickle=True|unsafe_allow_html=True", re.M
    )
    for folder in ("som_core", "workspace", "ui", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_every_name_of_the_public_api_can_be_imported():
    for name in som_core.__all__:
        assert hasattr(som_core, name), name


def test_no_module_bears_the_name_of_a_public_function():
    modules = {module.name for module in pkgutil.iter_modules(som_core.__path__)}
    assert not modules & set(som_core.__all__)


def test_unit_tests_lie_where_the_code_lies():
    unit = ROOT / "tests" / "unit"
    places = {ROOT / path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}
    nowhere = [
        place for place in places if not (place.is_dir() or place.with_suffix(".py").exists())
    ]
    assert nowhere == []
