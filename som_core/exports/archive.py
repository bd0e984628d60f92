"""The ZIP archive of a bundle: written with a manifest, and checked before anything in it is read.

    manifest.json    {"format": 1, "made": …, "made_with": {…}, "members": {name: size, sha256}}
    everything else as the manifest says, byte for byte

An archive comes from anywhere. Names, sizes and kinds are compared with what a bundle may hold
before a member is unpacked, and a member is unpacked only as far as it said.
"""

import hashlib
import io
import json
import platform
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from math import prod
from pathlib import Path
from typing import BinaryIO, TypeAlias

from som_core.errors import AtlasError
from som_core.wording import size_in_words

FORMAT = 1
MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "scikit-learn", "numba")

Content: TypeAlias = bytes | Path  # a path: the bytes of that file

_MOST_MEMBERS = 5_000
_MOST_DIRECTORY = 2_000_000  # bytes of the list of members at the end of the archive
_MOST_JSON = 50_000_000  # bytes of a member; read, it takes many times that of memory
_END_LENGTH = 22  # bytes of the archive's last record, when no comment follows
_FIRST = b"PK\x03\x04"
# An array as numpy writes it. Its own reader evaluates the head of an array: so it isn't asked to
# read any other.
_ARRAY_HEAD = re.compile(
    rb"\x93NUMPY\x01\0(?P<length>..)\{'descr': '(?P<kind>[^']{1,20})', "
    rb"'fortran_order': (?:False|True), "
    rb"'shape': \((?P<shape>(?:\d{1,15}, ?){0,3}\d{0,15})\), \} *\n",
    re.DOTALL,
)
_ARRAY_START = 10  # bytes before the text of the head
_ARRAY_KINDS = (b"<f8", b"<i8")  # each of 8 bytes
_CANT_BE_UNPACKED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_SAVE_AGAIN = "Save the bundle once more and open that."


class BundleRefused(AtlasError):
    """A file that isn't a bundle, or one that can't be opened."""


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """The most that a bundle may hold; a larger one is refused before it is unpacked."""

    file_bytes: int = 500_000_000
    unpacked_bytes: int = 2_000_000_000  # of all members together


def lists_members(data: bytes, *names: str) -> bool:
    """Tell by the list at its end whether a file is a ZIP archive with members of these names.

    Nothing is unpacked or taken apart, so that it may be asked of any file.
    """
    end = data[-_MOST_DIRECTORY:]
    return data.startswith(_FIRST) and all(name.encode() in end for name in names)


# Writing ------------------------------------------------------------------------------------------


def manifest_of(members: Mapping[str, Content], versions: Mapping[str, str]) -> bytes:
    """Return the manifest of members: what they are, and what they were made with.

    Parameters
    ----------
    members : by name
    versions : of what made the bundle, beside those of Python and the libraries
    """
    written = {
        "format": FORMAT,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_with": {
            **versions,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "members": {
            name: {"size": _size_of(content), "sha256": _sha256_of(content)}
            for name, content in sorted(members.items())
        },
    }
    return json.dumps(written, indent=1).encode()


def write_archive(
    target: Path | BinaryIO, members: Mapping[str, Content], versions: Mapping[str, str]
) -> None:
    """Write members with their manifest as a ZIP archive, the manifest first."""
    everything = {MANIFEST: manifest_of(members, versions), **members}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in everything.items():
            if isinstance(content, Path):
                archive.write(content, name)
            else:
                archive.writestr(name, content)


def _size_of(content: Content) -> int:
    return content.stat().st_size if isinstance(content, Path) else len(content)


def _sha256_of(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Reading ------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Archive:
    """A bundle all of whose members are what its manifest says."""

    names: frozenset[str]
    unpacked_bytes: int
    _file: zipfile.ZipFile

    @classmethod
    def opened(
        cls, data: bytes, is_known: Callable[[str], bool], limits: ArchiveLimits
    ) -> "Archive":
        """Check an archive, and return it.

        Parameters
        ----------
        data : the bytes of the file
        is_known : whether a bundle may hold a member of a name; the manifest need not be among them
        limits : the most that it may hold

        Raises
        ------
        BundleRefused
            If it is no bundle, a member is not what a bundle may hold or not what the manifest
            says, it is too large, or a newer version wrote it.
        """
        if len(data) > limits.file_bytes:
            raise BundleRefused(
                f"The bundle is larger than {size_in_words(limits.file_bytes)}, the most that can "
                "be opened here. Save one with fewer maps."
            )
        _check_end(data)
        try:
            file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OverflowError, struct.error) as problem:
            raise _broken() from problem
        entries = file.infolist()
        _check_entries(entries, is_known, limits)
        archive = cls(
            frozenset(entry.filename for entry in entries) - {MANIFEST},
            sum(entry.file_size for entry in entries),
            file,
        )
        archive._check_against_manifest()
        return archive

    def read(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises
        ------
        BundleRefused
            If there is none of this name, or it is damaged.
        """
        try:
            entry = self._file.getinfo(name)
            with self._file.open(entry) as member:
                # One byte more than was said, so that more is noticed.
                data = member.read(entry.file_size + 1)
        except KeyError as problem:
            raise BundleRefused(f"The bundle lacks “{name}”. {_SAVE_AGAIN}") from problem
        except _CANT_BE_UNPACKED as problem:
            raise BundleRefused(
                f"“{name}” of the bundle can't be unpacked: it is damaged. {_SAVE_AGAIN}"
            ) from problem
        if len(data) != entry.file_size:
            raise BundleRefused(
                f"“{name}” of the bundle says it holds {entry.file_size:,} bytes, but holds "
                f"others. {_SAVE_AGAIN}"
            )
        return data

    def read_json(self, name: str) -> object:
        """Return what a member says as JSON; BundleRefused where it is none."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as problem:
            raise BundleRefused(f"“{name}” of the bundle isn't JSON. {_SAVE_AGAIN}") from problem

    def _check_against_manifest(self) -> None:
        expected = _expected(self.read_json(MANIFEST))
        missing = sorted(expected.keys() - self.names)
        if missing:
            raise BundleRefused(
                f"The bundle lacks “{missing[0]}”, which its manifest names. {_SAVE_AGAIN}"
            )
        unexpected = sorted(self.names - expected.keys())
        if unexpected:
            raise BundleRefused(
                f"The bundle holds “{unexpected[0]}”, which its manifest doesn't name. "
                f"{_SAVE_AGAIN}"
            )
        for name, (size, sha256) in expected.items():
            data = self.read(name)
            if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
                raise BundleRefused(
                    f"“{name}” of the bundle isn't what was written: its SHA-256 differs from the "
                    f"manifest's. {_SAVE_AGAIN}"
                )
            _check_kind(name, data)


def _expected(manifest: object) -> dict[str, tuple[int, str]]:
    """Return size and SHA-256 of each member that a manifest names."""
    written: dict = manifest if isinstance(manifest, dict) else {}
    found = written.get("format")
    if isinstance(found, int) and found > FORMAT:
        raise BundleRefused(
            f"The bundle was written by a newer SOM Atlas (format {found}; this one knows "
            f"{FORMAT}). Update SOM Atlas to open it."
        )
    try:
        if found != FORMAT:
            raise ValueError("no format of a bundle")
        return {
            str(name): (int(member["size"]), str(member["sha256"]))
            for name, member in written["members"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as problem:
        raise BundleRefused(
            f"The manifest of the bundle can't be understood. {_SAVE_AGAIN}"
        ) from problem


def _check_end(data: bytes) -> None:
    """Refuse what doesn't end as our archives do, or lists more members than a bundle has.

    The list is taken apart as a whole, so that its length is looked at before.
    """
    end = data[-_END_LENGTH:]
    is_plain = end[:4] == b"PK\x05\x06" and end[-2:] == b"\0\0" and len(end) == _END_LENGTH
    if not data.startswith(_FIRST) or not is_plain:
        raise _broken()
    if data[-_END_LENGTH - 20 :][:4] == b"PK\x06\x07":
        raise BundleRefused(
            "The bundle is packed in the way of huge archives (ZIP64), which bundles never are. "
            f"{_SAVE_AGAIN}"
        )
    count, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if count > _MOST_MEMBERS or length > _MOST_DIRECTORY:
        raise BundleRefused(
            f"The bundle holds {count:,} files; a bundle holds at most {_MOST_MEMBERS:,}. "
            "Delete maps or groups that are no longer needed, and save it once more."
        )


def _check_entries(
    entries: list[zipfile.ZipInfo], is_known: Callable[[str], bool], limits: ArchiveLimits
) -> None:
    if len(entries) > _MOST_MEMBERS:
        raise BundleRefused(f"The bundle holds more than {_MOST_MEMBERS:,} files. {_SAVE_AGAIN}")
    seen: set[str] = set()
    for entry in entries:
        _check_name(entry, is_known)
        if entry.filename in seen:
            raise BundleRefused(f"The bundle holds “{entry.filename}” twice. {_SAVE_AGAIN}")
        seen.add(entry.filename)
        if entry.flag_bits & 1:
            raise BundleRefused(
                f"“{entry.filename}” of the bundle is encrypted. Save the bundle without a "
                "password."
            )
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BundleRefused(
                f"“{entry.filename}” of the bundle is packed in a way that bundles never are. "
                f"{_SAVE_AGAIN}"
            )
        if entry.filename.endswith(".json") and entry.file_size > _MOST_JSON:
            raise BundleRefused(
                f"“{entry.filename}” of the bundle unpacks to {size_in_words(entry.file_size)}, "
                f"more than the {size_in_words(_MOST_JSON)} that it may. {_SAVE_AGAIN}"
            )
    if MANIFEST not in seen:
        raise BundleRefused(
            "The ZIP archive has no manifest.json, so it isn't a bundle of SOM Atlas. Choose a "
            "file whose name ends in .atlas.zip."
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise BundleRefused(
            f"The bundle unpacks to {size_in_words(total)}, more than the "
            f"{size_in_words(limits.unpacked_bytes)} that can be opened here. Save one with fewer "
            "maps."
        )


def _check_name(entry: zipfile.ZipInfo, is_known: Callable[[str], bool]) -> None:
    name = entry.orig_filename
    shown = re.sub(r"[^ -~]", "?", name[:80])
    parts = re.split(r"[/\\]", name)
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
        raise BundleRefused(
            f"The bundle holds “{shown}”, a path that leads out of it. Nothing of it was opened: "
            "ask where the file comes from."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BundleRefused(
            f"The bundle holds “{shown}”, which is a link to another file. Nothing of it was "
            "opened: ask where the file comes from."
        )
    if name != entry.filename or (name != MANIFEST and not is_known(name)):
        raise BundleRefused(f"The bundle holds “{shown}”, which no bundle does. {_SAVE_AGAIN}")


def _check_kind(name: str, data: bytes) -> None:
    """Refuse a member whose bytes are of another kind than its name says."""
    if name.endswith(".npy"):
        _check_array(name, data)
    elif name.endswith(".arrow") and not data.startswith(b"ARROW1\0\0"):
        raise _other_kind(name, "no table of Arrow")


def _check_array(name: str, data: bytes) -> None:
    """Refuse an array of other things than numbers, or whose size isn't what it says."""
    head = _ARRAY_HEAD.match(data)
    if head is None or int.from_bytes(head["length"], "little") != head.end() - _ARRAY_START:
        raise _other_kind(name, "no array")
    if head["kind"] not in _ARRAY_KINDS:
        raise _other_kind(name, "an array of other things than numbers")
    shape = map(int, re.findall(rb"\d+", head["shape"]))
    if head.end() + 8 * prod(shape) != len(data):
        raise _other_kind(name, "an array of another size than it says")


def _other_kind(name: str, found: str) -> BundleRefused:
    return BundleRefused(f"“{name}” of the bundle is {found}. {_SAVE_AGAIN}")


def _broken() -> BundleRefused:
    return BundleRefused(f"The file isn't a bundle, or it is cut or damaged. {_SAVE_AGAIN}")
