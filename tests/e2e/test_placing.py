"""The service for other programs on a real server: off at first, and on where it is switched on."""

import json
import urllib.error
import urllib.request

import pytest

from serving.placing import ADDRESS
from testing.browser import server
from testing.customers import customers
from testing.paths import ROOT
from testing.workspaces import workspace_with_maps


def post(address: str, key: str) -> dict:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    asked = urllib.request.Request(address + ADDRESS, customers(50).csv, headers)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


@pytest.mark.slow
def test_it_answers_where_it_is_switched_on(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOM_ATLAS_SERVICE", "on")
    key = workspace_with_maps(customers(200).csv, "customers.csv").share_id()
    with server(ROOT / "server.py", tmp_path) as address:
        assert len(post(address, key)["rows"]) == 50
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert '"request": "service"' in log
    assert key not in log


def test_it_is_off_at_first(app_url, shop):
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(app_url, shop.share_id())
    with refused.value as answer:
        assert answer.code in (404, 405)
