"""ZIP archives changed by somebody who isn't SOM Atlas."""

import hashlib
import io
import json
import warnings
import zipfile
from collections.abc import Collection, Mapping, Sequence


def rezipped(
    data: bytes,
    *,
    without: Collection[str] = (),
    instead: Mapping[str, bytes] | None = None,
    more: Sequence[tuple[str | zipfile.ZipInfo, bytes]] = (),
) -> bytes:
    """Return an archive with some members left out, replaced or added; all others as they were."""
    target = io.BytesIO()
    replaced = instead or {}
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # that a name is there twice
        for entry in source.infolist():
            if entry.filename not in without:
                content = replaced.get(entry.filename, source.read(entry))
                written.writestr(entry.filename, content)
        for name, content in more:
            written.writestr(name, content)
    return target.getvalue()


def changed(data: bytes, name: str, content: bytes) -> bytes:
    """Return a bundle with another content of one member, which its manifest names rightly."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        manifest = json.loads(source.read("manifest.json"))
    sha256 = hashlib.sha256(content).hexdigest()
    manifest["members"][name] = {"size": len(content), "sha256": sha256}
    instead = {name: content, "manifest.json": json.dumps(manifest).encode()}
    return rezipped(data, instead=instead)
