"""Files as they were uploaded, under the SHA-256 of their bytes.

uploads/<SHA-256>
"""

import hashlib
from pathlib import Path

from som_core.errors import AtlasError
from workspace.checks import sha256_of
from workspace.files import replacing
from workspace.table_source import TableSource


class UploadDamaged(AtlasError):
    """An upload is gone, or no longer what was uploaded."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The file “{name}” is damaged on the server, so it can't be read any more. Upload it "
            "once more: its recipe, groups and maps are still there."
        )


def keep_upload(folder: Path, data: bytes) -> str:
    """Write bytes into a workspace under their SHA-256, unless they are there, and return it."""
    digest = hashlib.sha256(data).hexdigest()
    path = folder / "uploads" / digest
    if not _is_upload(path):
        with replacing(path) as temporary:
            temporary.write_bytes(data)
    return digest


def upload_of(source: TableSource, folder: Path) -> Path | None:
    """Return the file that was uploaded; None where it is gone, or damaged."""
    path = folder / "uploads" / source.upload
    return path if _is_upload(path) else None


def kept_upload(source: TableSource, folder: Path) -> bytes:
    """Return the bytes of the file that a table is from; UploadDamaged where they are gone."""
    path = upload_of(source, folder)
    if path is None:
        raise UploadDamaged(source.name)
    return path.read_bytes()


def _is_upload(path: Path) -> bool:
    """Return whether a file holds the bytes whose SHA-256 is its name."""
    try:
        return sha256_of(path) == path.name
    except OSError:
        return False
