"""A file from the web comes from allowed hosts at public addresses, neither endless nor slow."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workspace.config import Configuration
from workspace.fetching import AddressRefused, Connection, fetch
from workspace.store import create

TABLE = b"a,b\n1,2\n3,4\n"
HOST = "data.example.org"
PUBLIC = "93.184.215.14"


class Answers(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif path == "/round":
            self.send_response(301)
            self.send_header("Location", "/round")
            self.end_headers()
        elif path == "/gone.csv":
            self.send_error(404)
        elif path == "/cut.csv":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(TABLE)
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who has enough hangs up
                while self.server.is_open:
                    self.wfile.write(b"1,2\n" * 10_000)
        elif path == "/drip":
            self.send_response(200)
            self.flush_headers()
            with contextlib.suppress(ConnectionError):
                while not self.server.closing.wait(0.05):
                    self.wfile.write(b"X: y\r\n")
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(TABLE)))
            if path == "/named":
                self.send_header("Content-Disposition", 'attachment; filename="../other.csv"')
            self.end_headers()
            self.wfile.write(TABLE)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def web() -> Iterator[ThreadingHTTPServer]:
    """Serve without TLS on this machine, where the tests say that public addresses are."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads, server.is_open, server.closing = True, True, threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.is_open = False
        server.closing.set()
        server.shutdown()


def fetched(web, address, *, hosts=(HOST,), ips=None, most_bytes=1_000_000, most_seconds=60.0):
    asked = []

    def connect(host, ip, port, seconds):
        asked.append((host, ip, port))
        return Connection(host, "127.0.0.1", web.server_port, seconds)

    found = fetch(
        address,
        hosts,
        most_bytes=most_bytes,
        most_seconds=most_seconds,
        resolve=lambda host, _: (ips or {}).get(host, [PUBLIC]),
        connect=connect,
    )
    return *found, asked


def test_a_file_comes_with_its_name_from_the_address_that_was_looked_up(web):
    name, content, asked = fetched(web, f"https://{HOST}/may/sales%202024.csv?key=1")
    assert (name, content) == ("sales 2024.csv", TABLE)
    assert asked == [(HOST, PUBLIC, 443)]


@pytest.mark.parametrize(
    ("path", "name"), [("/named", "other.csv"), ("/", HOST), ("/a/", HOST), ("/x%2Fy", "y")]
)
def test_a_file_is_called_as_the_host_or_the_address_says(web, path, name):
    assert fetched(web, f"https://{HOST}{path}")[0] == name


def test_a_redirect_is_followed_to_an_allowed_host(web):
    other = "files.example.org"
    address = f"https://{HOST}/to/https://{other}/table.csv"
    name, content, asked = fetched(web, address, hosts=(HOST, other))
    assert (name, content) == ("table.csv", TABLE)
    assert [host for host, _, _ in asked] == [HOST, other]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "table.csv",
        "http://data.example.org/a.csv",
        "ftp://data.example.org/a.csv",
        "file:///etc/passwd",
        "https://",
        "https://data.example.org:99999/a",
        "https://[::1/a",
        f"https://data.example.org/{'x' * 3_000}",
        "gopher://data.example.org",
    ],
)
def test_what_is_no_address_is_refused(web, address):
    with pytest.raises(AddressRefused, match="begin with https"):
        fetched(web, address)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.csv",
        "https://data.example.org.evil.test/a.csv",
        "https://data.example.org:8443/a.csv",
        "https://evil.test/#@data.example.org/a.csv",
        "https://evil.test\\@data.example.org/a.csv",
        "https://127.0.0.1/a.csv",
        "https://[::1]/a.csv",
        "https://169.254.169.254/latest/meta-data",
    ],
)
def test_another_host_is_refused(web, address):
    with pytest.raises(AddressRefused):
        fetched(web, address)


def test_an_address_with_a_password_is_refused(web):
    with pytest.raises(AddressRefused, match="password"):
        fetched(web, f"https://me:secret@{HOST}/a.csv")


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "::1",
    "100.64.0.1", "224.0.0.1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
    "2002:a00:1::", "255.255.255.255", "::", "fec0::1", "::a00:1", "64:ff9b:1::a00:1",
    "::ffff:0:10.0.0.1", "192.0.0.8",
)  # fmt: skip


@pytest.mark.parametrize("ip", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_refused(web, ip):
    for found in ([ip], [PUBLIC, ip]):
        with pytest.raises(AddressRefused, match="private address"):
            fetched(web, f"https://{HOST}/a.csv", ips={HOST: found})


def test_a_redirect_to_a_private_address_or_another_host_is_refused(web):
    inner = "inner.example.org"
    address = f"https://{HOST}/to/https://{inner}/a.csv"
    with pytest.raises(AddressRefused, match="private address"):
        fetched(web, address, hosts=(HOST, inner), ips={inner: ["10.0.0.1"]})
    with pytest.raises(AddressRefused, match="not from “inner"):
        fetched(web, address)
    for further in ("http://data.example.org/a.csv", "file:///etc/passwd"):
        with pytest.raises(AddressRefused, match="begin with https"):
            fetched(web, f"https://{HOST}/to/{further}")


def test_redirects_come_to_an_end(web):
    with pytest.raises(AddressRefused, match="on and on"):
        fetched(web, f"https://{HOST}/round")


@pytest.mark.parametrize("path", ["/table.csv", "/endless"])
def test_too_much_is_cut_whether_the_host_says_so_or_not(web, path):
    with pytest.raises(AddressRefused, match="larger than"):
        fetched(web, f"https://{HOST}{path}", most_bytes=8)


def test_a_host_that_never_ends_its_headers_is_cut_in_time(web):
    with pytest.raises(AddressRefused, match="in time"):
        fetched(web, f"https://{HOST}/drip", most_seconds=0.5)


def test_half_a_file_is_none(web):
    with pytest.raises(AddressRefused, match="breaks off"):
        fetched(web, f"https://{HOST}/cut.csv")


def test_an_answer_that_is_no_file_is_told(web):
    with pytest.raises(AddressRefused, match="answers 404"):
        fetched(web, f"https://{HOST}/gone.csv")


def test_nothing_is_fetched_unless_hosts_are_allowed(tmp_path, monkeypatch):
    monkeypatch.setenv("SOM_ATLAS_DATA", str(tmp_path))
    monkeypatch.delenv("SOM_ATLAS_URL_HOSTS", raising=False)
    assert Configuration.from_environment().url_hosts == ()
    with pytest.raises(AddressRefused):
        create().put_address(f"https://{HOST}/a.csv")
