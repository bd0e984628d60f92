"""Whether files are still what was written: their sizes and SHA-256, kept apart from them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """What one file was when it was written."""

    size: int  # bytes
    sha256: str


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checks_of(folder: Path) -> dict[str, Check]:
    """Return the check of every file in a folder, by name."""
    return {
        path.name: Check(path.stat().st_size, sha256_of(path))
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def misfit(folder: Path, checks: Mapping[str, Check], *, by_size_only: bool = False) -> str | None:
    """Return the name of a file that isn't what its check says; None if all are.

    Parameters
    ----------
    by_size_only : quick, and finds files that are gone, empty or cut, but none that was changed
    """
    for name, check in checks.items():
        path = folder / name
        try:
            if path.stat().st_size != check.size:
                return name
            if not by_size_only and sha256_of(path) != check.sha256:
                return name
        except OSError:
            return name
    return None
