"""What archives want to know of a bundle: its files as an RO-Crate, in JSON-LD.

Soiland-Reyes et al. (2022), Packaging research artefacts with RO-Crate; specification 1.2:
https://w3id.org/ro/crate/1.2
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

CRATE = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_LICENSE = "#license"
_PROGRAM = "#som-atlas"
_ACTION = "#making"
_TYPES = {
    ".json": "application/json",
    ".arrow": "application/vnd.apache.arrow.file",
    ".npy": "application/x-npy",
}


def crate_metadata(name: str, description: str, files: Mapping[str, int], version: str) -> bytes:
    """Return `ro-crate-metadata.json` of a bundle.

    Parameters
    ----------
    name, description : of the whole
    files : bytes of each file by its name
    version : of SOM Atlas, which made it
    """
    made = datetime.now(UTC).isoformat(timespec="seconds")
    descriptor = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _SPECIFICATION},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": name,
        "description": description,
        "datePublished": made,
        "license": {"@id": _LICENSE},
        "hasPart": [{"@id": file} for file in files],
        "mentions": {"@id": _ACTION},
    }
    license_ = {
        "@id": _LICENSE,
        "@type": "CreativeWork",
        "name": "No licence stated",
        "description": "How this may be used was not said when it was saved. Ask whoever gave it "
        "to you, or who holds the rights in the table.",
    }
    program = {
        "@id": _PROGRAM,
        "@type": "SoftwareApplication",
        "name": "SOM Atlas",
        "version": version,
        "description": "Explores a table as a self-organizing map.",
    }
    action = {
        "@id": _ACTION,
        "@type": "CreateAction",
        "name": "The analysis was saved",
        "endTime": made,
        "instrument": {"@id": _PROGRAM},
        "result": {"@id": "./"},
    }
    described = [_file(file, size) for file, size in files.items()]
    graph = [descriptor, root, license_, program, action, *described]
    crate = {"@context": f"{_SPECIFICATION}/context", "@graph": graph}
    return json.dumps(crate, indent=1, ensure_ascii=False).encode(errors="replace")


def _file(name: str, size: int) -> dict[str, object]:
    suffix = name[name.rfind(".") :] if "." in name else ""
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "contentSize": str(size),
        "encodingFormat": _TYPES.get(suffix, "application/octet-stream"),
    }
