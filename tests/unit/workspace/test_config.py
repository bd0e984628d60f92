"""Every limit of an installation can be set in one place, and that place is documented."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from som_core.errors import AtlasError
from testing.paths import ROOT
from workspace.config import Configuration


@pytest.mark.parametrize("field", fields(Configuration), ids=lambda field: field.name)
def test_every_setting_is_in_the_table(field):
    default = Path(field.default).name + "/" if field.name == "data" else field.default
    shown = f"{default:,}" if isinstance(default, int) else default
    line = next(
        line.split()
        for line in Configuration.__doc__.splitlines()
        if f"SOM_ATLAS_{field.name.upper()}" in line.split()
    )
    assert line[1] == shown


def test_variables_set_the_limits(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_ROWS", "1_000")
    monkeypatch.setenv("SOM_ATLAS_WORKER", "external")
    config = Configuration.from_environment()
    assert config.limits.rows == 1_000
    assert config.worker == "external"
    assert config.nodes == Configuration.nodes


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "1.5", "1e6"])
def test_a_wrong_number_names_its_variable(monkeypatch, wrong):
    monkeypatch.setenv("SOM_ATLAS_NODES", wrong)
    with pytest.raises(
        AtlasError, match=f"SOM_ATLAS_NODES is “{wrong}”, but must be a whole number"
    ):
        Configuration.from_environment()


def test_an_unknown_worker_mode_names_the_two(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_WORKER", "none")
    with pytest.raises(AtlasError, match="“own” or “external”"):
        Configuration.from_environment()


def test_every_setting_is_told_on_the_admins_page():
    page = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(SOM_ATLAS_\w+)` \|", page, re.MULTILINE))
    assert told == {f"SOM_ATLAS_{field.name.upper()}" for field in fields(Configuration)}
