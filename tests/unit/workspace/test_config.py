"""Every limit of an installation can be set in one place, and that place is documented."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from som_core.errors import AtlasError
from testing.paths import ROOT
from workspace.config import Configuration


@pytest.mark.parametrize("field", fields(Configuration), ids=lambda field: field.name)
def test_every_setting_is_in_the_table(field):
    default = Path(field.default).name + "/" if field.name == "data" else field.default
    shown = f"{default:,}" if isinstance(default, int) else default or "none"
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


def test_the_service_is_off_unless_it_is_switched_on(monkeypatch):
    assert Configuration.from_environment().service == "off"
    monkeypatch.setenv("SOM_ATLAS_SERVICE", "on")
    assert Configuration.from_environment().service == "on"
    monkeypatch.setenv("SOM_ATLAS_SERVICE", "yes")
    with pytest.raises(AtlasError, match="SOM_ATLAS_SERVICE is “yes”"):
        Configuration.from_environment()


def test_hosts_of_the_web_are_named_one_by_one(monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_URL_HOSTS", " Data.example.org, files.example.org:8443,")
    config = Configuration.from_environment()
    assert config.url_hosts == ("data.example.org", "files.example.org:8443")


@pytest.mark.parametrize("wrong", ["https://example.org", "*", "*.example.org", "a/b", "10.0.0.1"])
def test_what_is_no_host_is_refused(monkeypatch, wrong):
    monkeypatch.setenv("SOM_ATLAS_URL_HOSTS", f"data.example.org,{wrong}")
    with pytest.raises(AtlasError, match="SOM_ATLAS_URL_HOSTS names"):
        Configuration.from_environment()


def test_every_setting_is_told_on_the_admins_page():
    page = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(SOM_ATLAS_\w+)` \|", page, re.MULTILINE))
    assert told == {f"SOM_ATLAS_{field.name.upper()}" for field in fields(Configuration)}


@pytest.mark.slow
@pytest.mark.parametrize("below", ["", "below/it"])
def test_a_data_folder_that_cannot_be_written_is_named_with_the_way_out(
    tmp_path, monkeypatch, below
):
    in_the_way = tmp_path / "a file"
    in_the_way.touch()
    folder = in_the_way / below
    monkeypatch.setenv("SOM_ATLAS_DATA", str(folder))
    with pytest.raises(AtlasError) as problem:
        Configuration.from_environment().check_data_folder()
    assert f"SOM_ATLAS_DATA is “{folder}”, but nothing can be written there" in str(problem.value)
    assert "Give the folder to the user that runs SOM Atlas" in str(problem.value)
    worker = subprocess.run(
        [sys.executable, "-m", "workspace.worker"], cwd=ROOT, capture_output=True, text=True
    )
    assert worker.returncode == 1
    assert worker.stderr == f"SOM Atlas's worker can't start. {problem.value}\n"


def test_a_data_folder_is_made_where_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "far" / "below"))
    Configuration.from_environment().check_data_folder()
    assert list((tmp_path / "far" / "below").iterdir()) == []


def test_a_dask_cluster_is_named_by_the_address_of_its_scheduler(monkeypatch):
    assert Configuration.from_environment().dask == ""
    monkeypatch.setenv("SOM_ATLAS_DASK", "tcp://dask.example:8786")
    assert Configuration.from_environment().dask == "tcp://dask.example:8786"
    for wrong in ("dask.example", "http://dask.example:8786", "tcp://dask.example"):
        monkeypatch.setenv("SOM_ATLAS_DASK", wrong)
        with pytest.raises(AtlasError, match=r"SOM_ATLAS_DASK is “.*”, but must be the address"):
            Configuration.from_environment()
