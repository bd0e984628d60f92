"""What tests of the workspace share."""

import pytest


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Return the folder, still empty, in which all workspaces of a test lie."""
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_FREE_BYTES", "1")
    return tmp_path / "data"
