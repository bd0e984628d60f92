"""What one session can fill of the memory of a real server by its upload address."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from threading import Event
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from serving.upload_limit import most_bytes
from testing.browser import server
from testing.paths import ROOT
from testing.waiting import PATIENCE, wait_until

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Serve the dashboard, which takes files of up to 3 MB: a session may fill 5."""
    assert most_bytes(3_000_000) == 5 * MEGABYTE
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOM_ATLAS_FILE_BYTES", "3_000_000")
        patch.setenv("SOM_ATLAS_WORKER", "external")
        with server(ROOT / "server.py", tmp_path_factory.mktemp("uploads")) as served:
            yield served


@contextmanager
def session(address):
    """Open a session as a browser does; give its id."""
    host = urlsplit(address).netloc
    with connect(
        f"ws://{host}/_stcore/stream", subprotocols=["streamlit"], max_size=None, close_timeout=0
    ) as socket:
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        socket.send(asked.SerializeToString())
        while True:
            told = ForwardMsg.FromString(socket.recv(timeout=PATIENCE))
            if told.WhichOneof("type") == "new_session":
                break
        yield told.new_session.initialize.session_id


def is_taken(address, session_id, file_id, parts: Iterable[bytes]) -> bool:
    """Send a file as the uploader does, by its parts; return whether the server took it."""
    with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
        cookie = re.search(r"_streamlit_xsrf=[^;]*", str(answer.headers))[0]
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
    request = urllib.request.Request(
        f"{address}/_stcore/upload_file/{session_id}/{file_id}",
        data=chain([head], parts, [b"\r\n--x--\r\n"]),
        method="PUT",
        headers={
            "Content-Type": "multipart/form-data; boundary=x",
            "Cookie": cookie,
            "X-Xsrftoken": cookie.partition("=")[2].strip('"'),
        },
    )
    try:
        with urllib.request.urlopen(request):
            return True
    except urllib.error.HTTPError as refusal:
        assert refusal.code == 413
        return False
    except urllib.error.URLError as closed:  # before all was sent, so that the answer may be lost
        assert isinstance(closed.reason, ConnectionError)
        return False


def held_bytes(address) -> int:
    """Return what the server says that it holds of uploaded files."""
    with urllib.request.urlopen(f"{address}/_stcore/metrics") as answer:
        found = re.search(r"UploadedFileManager.*?(\d+)$", answer.read().decode(), re.MULTILINE)
    return int(found[1]) if found else 0


@pytest.mark.slow
def test_file_after_file_fills_no_more_than_one_of_the_largest_size(address):
    with session(address) as session_id:
        for number in range(12):
            assert is_taken(address, session_id, f"file-{number}", [bytes(2 * MEGABYTE)])
        wait_until(lambda: held_bytes(address) == 4 * MEGABYTE)
        # One that was left behind is in nobody's way.
        assert is_taken(address, session_id, "one-more", [bytes(3_000_000)])


@pytest.mark.slow
def test_a_file_beyond_the_limit_is_refused(address):
    with session(address) as session_id:
        assert not is_taken(address, session_id, "large", [bytes(6 * MEGABYTE)])
        assert is_taken(address, session_id, "small", [bytes(MEGABYTE)])


@pytest.mark.slow
def test_of_two_files_that_arrive_at_once_one_is_refused(address):
    answered = {"first": Event(), "second": Event()}

    def send(session_id, name, other) -> bool:
        def slow_file():
            yield bytes(4 * MEGABYTE)
            while not answered[other].wait(0.01):
                yield b"x"

        try:
            return is_taken(address, session_id, name, slow_file())
        finally:
            answered[name].set()

    with session(address) as session_id, ThreadPoolExecutor(max_workers=2) as threads:
        first = threads.submit(send, session_id, "first", "second")
        second = threads.submit(send, session_id, "second", "first")
        assert {first.result(), second.result()} == {True, False}
        assert is_taken(address, session_id, "third", [bytes(2 * MEGABYTE)])
