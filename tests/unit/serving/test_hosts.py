"""By which names browsers may reach a real server, where the installation says so."""

import http.client
import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from testing.browser import server
from testing.paths import ROOT


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Serve the dashboard under two names; return where it listens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOM_ATLAS_HOSTS", "atlas.example, *.lab.example")
        patch.setenv("SOM_ATLAS_WORKER", "external")
        with server(ROOT / "server.py", tmp_path_factory.mktemp("hosts")) as address:
            yield urlsplit(address)


def status(place, host: str) -> int:
    with closing(http.client.HTTPConnection(place.hostname, place.port)) as connection:
        connection.request("GET", "/", headers={"Host": host})
        return connection.getresponse().status


@pytest.mark.parametrize(
    "host", ["atlas.example", "ATLAS.example:8501", "one.lab.example", "localhost", "127.0.0.1:80"]
)
def test_a_name_that_is_allowed_is_served(place, host):
    assert status(place, host) == 200


@pytest.mark.parametrize(
    "host", ["other.example", "atlas.example.other.example", "lab.example", "", "a b"]
)
def test_any_other_name_is_refused(place, host):
    assert status(place, host) == 400


@pytest.mark.parametrize(("host", "code"), [("atlas.example", 101), ("other.example", 400)])
def test_a_session_opens_by_an_allowed_name_alone(place, host, code):
    """A page of another site whose name was made to point here is of the same origin."""
    try:
        with connect(
            f"ws://{host}/_stcore/stream",
            sock=socket.create_connection((place.hostname, place.port)),
            origin=f"http://{host}",
            subprotocols=["streamlit"],
            close_timeout=0,
        ):
            opened = 101
    except InvalidStatus as refusal:
        opened = refusal.response.status_code
    assert opened == code
