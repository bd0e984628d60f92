"""The rules of the house that no single test would notice being broken."""

import re
import subprocess
import sys

from testing.paths import ROOT


def modules_after_importing_all_of(package: str) -> set[str]:
    """Import every module of a package in a fresh process and return all that is then loaded."""
    program = (
        "import importlib, pkgutil, sys\n"
        f"package = importlib.import_module({package!r})\n"
        "for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(module.name)\n"
        "print('\\n'.join(sys.modules))\n"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_som_core_knows_no_page():
    loaded = modules_after_importing_all_of("som_core")
    assert "som_core.training" in loaded
    assert not {"streamlit", "ui", "workspace"} & loaded


def test_the_workspace_knows_no_page():
    loaded = modules_after_importing_all_of("workspace")
    assert "workspace.store" in loaded
    assert not {"streamlit", "ui"} & loaded


def test_importing_som_core_waits_for_no_compiler():
    program = "import som_core, sys; print('numba' in sys.modules)"
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_nothing_is_pickled_and_no_page_shows_raw_html():
    forbidden = re.compile(
        r"^\s*(import|from) pickle|allow_pickle=True|unsafe_allow_html=True", re.M
    )
    for folder in ("som_core", "workspace", "ui", "pages"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not forbidden.search(path.read_text(encoding="utf-8")), path


def test_every_name_of_the_public_api_can_be_imported():
    import som_core

    for name in som_core.__all__:
        assert hasattr(som_core, name), name
