"""A table from an address on the web, where whoever runs the server allows its host.

Off by default. What a server may reach, an analyst behind a browser may not: so only https, only
hosts by name, and no host whose name leads to a private address, however the way leads there. A
name is resolved once, and the connection goes to what was found, so it can't mean another machine
a moment later.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import Self
from urllib.parse import quote, unquote, urljoin, urlsplit

from som_core.errors import AtlasError
from som_core.wording import listed, size_in_words

_CHUNK = 1 << 16
_MOST_REDIRECTS = 5
_SECONDS_TO_ANSWER = 20.0
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {"User-Agent": "SOM-Atlas", "Accept": "*/*", "Accept-Encoding": "identity"}
_LONGEST_ADDRESS = 2_000

Connect = Callable[[str, str, int, float], "Connection"]
Resolve = Callable[[str, int], list[str]]


class AddressRefused(AtlasError):
    """An address that isn't fetched, or from which no file came."""


@dataclass(frozen=True)
class _Address:
    host: str
    port: int
    path: str  # with the query

    @classmethod
    def of(cls, text: str, hosts: Collection[str]) -> Self:
        """Read an address, and refuse what isn't https or leads to a host that isn't allowed."""
        try:
            parts = urlsplit(text.strip())
            port = parts.port or 443
        except ValueError as problem:
            raise _no_address() from problem
        host = (parts.hostname or "").rstrip(".").lower()
        if parts.scheme.lower() != "https" or not host or len(text) > _LONGEST_ADDRESS:
            raise _no_address()
        if parts.username is not None or parts.password is not None:
            raise AddressRefused(
                "The address holds a name or a password. Use one that anybody may open, or "
                "download the file and upload it."
            )
        if not hosts:
            raise AddressRefused(
                "This server fetches no files from the web. Download the file in the browser and "
                "upload it."
            )
        if (host if port == 443 else f"{host}:{port}") not in hosts:
            raise AddressRefused(
                f"Files are fetched from {listed(sorted(hosts))} only, not from “{host}”. Download "
                "the file in the browser and upload it, or ask whoever runs this server."
            )
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        return cls(host, port, f"{path}?{query}" if query else path)


def fetch(
    address: str,
    hosts: Collection[str],
    *,
    most_bytes: int,
    most_seconds: float,
    resolve: Resolve | None = None,
    connect: Connect | None = None,
) -> tuple[str, bytes]:
    """Return the name and the bytes of a file on the web.

    Parameters
    ----------
    address : that begins with https://
    hosts : that are allowed, such as data.example.org, or data.example.org:8443
    most_bytes, most_seconds : the most that is read, and that it may take in all
    resolve : the IP addresses of a host and port; the system's if not given
    connect : a connection to a host at one of them, within seconds; by TLS if not given

    Raises
    ------
    AddressRefused
        If the address isn't allowed, nothing answers, or what comes is too large or too slow.
    """
    until = monotonic() + most_seconds
    resolve, connect = resolve or _resolved, connect or _by_tls
    for _ in range(1 + _MOST_REDIRECTS):
        place = _Address.of(address, hosts)
        ip = _public_ip(place, resolve)
        left = _seconds_left(until)
        connection = connect(place.host, ip, place.port, min(left, _SECONDS_TO_ANSWER))
        with _broken_off_after(connection, left):
            try:
                connection.request("GET", place.path, headers=_HEADERS | {"Host": _host_of(place)})
                answer = connection.getresponse()
                if answer.status not in _REDIRECTS:
                    return _file_name(place, answer), _content(answer, place, most_bytes, until)
                address = urljoin(address, answer.getheader("Location") or "")
            except (OSError, ValueError, http.client.HTTPException) as problem:
                _seconds_left(until)
                raise _no_answer(place.host) from problem
    raise AddressRefused(
        "The address leads on and on to others. Use the one at which the file itself is."
    )


def _public_ip(place: _Address, resolve: Resolve) -> str:
    """Return where a host is; all addresses of its name must be public ones."""
    try:
        found = resolve(place.host, place.port)
    except (OSError, UnicodeError) as problem:
        raise AddressRefused(
            f"There is no host “{place.host}”. Look whether the address is right."
        ) from problem
    if not found or not all(map(_is_public, found)):
        raise AddressRefused(
            f"“{place.host}” is a private address, from which nothing is fetched. Download the "
            "file in the browser and upload it."
        )
    return found[0]


def _is_public(ip: str) -> bool:
    """Tell an address of the internet from those of one machine, one network or none."""
    found = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner:
            found = inner
        elif found in _TRANSLATED:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif found not in _INTERNET:
            return False
    return found.is_global and not found.is_multicast and found not in _PROTOCOLS


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a translator (RFC 6052)
_INTERNET = ipaddress.ip_network("2000::/3")  # all that is given out of IPv6 (RFC 4291)
_PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")  # of no host on the internet (RFC 6890)


def _resolved(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Connection(http.client.HTTPConnection):
    """A connection to an IP address that asks for a host; by TLS the certificate is the host's.

    Parameters
    ----------
    host, ip, port : whom to ask for, and where
    seconds : the longest time in which nothing arrives
    tls : None: without
    """

    def __init__(
        self, host: str, ip: str, port: int, seconds: float, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(host, port, timeout=seconds)
        self._ip, self._tls = ip, tls
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        self._socket = socket.create_connection((self._ip, self.port), self.timeout)
        if self._tls is not None:
            self._socket = self._tls.wrap_socket(self._socket, server_hostname=self.host)
        self.sock = self._socket

    def break_off(self) -> None:
        """End what is waited for, from another thread."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def _by_tls(host: str, ip: str, port: int, seconds: float) -> Connection:
    return Connection(host, ip, port, seconds, ssl.create_default_context())


@contextmanager
def _broken_off_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Break a connection off in time, though each piece of what comes may come in time."""
    timer = Timer(seconds, connection.break_off)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def _content(
    answer: http.client.HTTPResponse, place: _Address, most_bytes: int, until: float
) -> bytes:
    """Return what a host sends, piece by piece, so that too much or too slow is cut in time."""
    if answer.status != 200:
        raise AddressRefused(
            f"“{place.host}” sends no file, but answers {answer.status} ({answer.reason}). Open "
            "the address in a browser and look whether it is right."
        )
    content = bytearray()
    said = answer.length or 0  # bytes, if the host says so
    while max(said, len(content)) <= most_bytes:
        _seconds_left(until)
        piece = answer.read1(_CHUNK)
        if not piece:
            _seconds_left(until)  # broken off, it ends as well
            if len(content) < said:
                raise _no_answer(place.host)
            return bytes(content)
        content += piece
    raise AddressRefused(
        f"The file is larger than {size_in_words(most_bytes)}, the most that can be read. Upload a "
        "part of it."
    )


def _seconds_left(until: float) -> float:
    left = until - monotonic()
    if left <= 0:
        raise AddressRefused(
            "The file did not arrive in time. Download it in the browser and upload it."
        )
    return left


def _host_of(place: _Address) -> str:
    return place.host if place.port == 443 else f"{place.host}:{place.port}"


def _file_name(place: _Address, answer: http.client.HTTPResponse) -> str:
    """Return what the file is called: as the host says, or else the end of the address."""
    said = answer.headers.get_filename()
    name = said or unquote(place.path.partition("?")[0].rpartition("/")[2])
    return name.replace("\\", "/").rpartition("/")[2][:200] or place.host


def _no_address() -> AddressRefused:
    return AddressRefused(
        "This is no address from which a file can be fetched. It must begin with https:// and name "
        "a host, such as https://data.example.org/table.csv."
    )


def _no_answer(host: str) -> AddressRefused:
    return AddressRefused(
        f"“{host}” does not answer, or breaks off. Try again later, or download the file in the "
        "browser and upload it."
    )
