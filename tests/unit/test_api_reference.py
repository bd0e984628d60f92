"""The reference of the API says what the docstrings say, and names everything that is exported."""

import re
import runpy

import som_core
from testing.paths import ROOT

COMMAND = "scripts/write_api_reference.py"
REFERENCE = ROOT / "docs" / "api.md"


def test_the_reference_describes_exactly_what_is_exported():
    headings = re.findall(r"^## (\w+)$", REFERENCE.read_text(encoding="utf-8"), re.M)
    assert headings == som_core.__all__, f"Run: .venv/bin/python {COMMAND}"


def test_the_reference_is_what_the_docstrings_say_now():
    written_now = runpy.run_path(str(ROOT / COMMAND))["api_reference"]()
    is_same = REFERENCE.read_text(encoding="utf-8") == written_now
    assert is_same, f"docs/api.md is older than a docstring. Run: .venv/bin/python {COMMAND}"


def test_everything_that_is_exported_says_what_it_is():
    for name in som_core.__all__:
        assert getattr(som_core, name).__doc__, name
