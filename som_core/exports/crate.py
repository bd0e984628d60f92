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
_CONTENTS = {  # by the last of a file's name
    "analysis.json": "What belongs to which: the map, its table, and what was made of them",
    "workspace.json": "The workspace that was saved: which table and which map were shown",
    "ui.json": "What the pages showed",
    "source.json": "Of which file the table is, with its SHA-256",
    "file": "The file as it was uploaded",
    "table.json": "How the file was read: columns, kinds, dates, remarks",
    "cells.arrow": "The cells of the table",
    "dates.arrow": "Columns of dates as moments",
    "sets.json": "Names and recipes of the rows that were kept under a name",
    "notes.json": "What was written on rows",
    "recipe.json": "What was done to each column before the training",
    "settings.json": "How the map was trained: grid, radius, epochs, seed",
    "saved.json": "Name and time of the map",
    "proposal.json": "The groups that were proposed",
    "choice.json": "The groups that were chosen, their names and colours",
    "regions.json": "The groups of the map: the cells of each, names, and how sure they are",
    "map.json": "The lattice of the map, and errors by epoch",
    "codebook.npy": "The weights of each node, in scaled units",
    "bmu.npy": "The best matching unit of each row, a node from 0",
    "second_bmu.npy": "The second best matching unit of each row, a node from 0",
    "distance.npy": "The distance of each row from its best matching unit",
    "rows.npy": "The row of the table that each row of the map is, from 0",
    "chosen.npy": "Which rows the map was made of, if not all of the table",
    "names.json": "Columns of the whole table that are added up by node, and levels",
    "hits.npy": "How many rows of the whole table lie on each node",
    "counts.npy": "Of each column of numbers and node: rows with a value, and those in each bin",
    "sums.npy": "Of each column of numbers and node: sum, squares, lowest and highest",
    "edges.npy": "Of each column of numbers: the centre of its sums, and the edges of its bins",
    "levels.npy": "Of each node: rows of each level, column after column",
}
_ROWS = "The rows of one set, from 0"
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
        "@type": "CreativeWork",  # a SoftwareApplication must have a url, and there is none
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
    last = name.rpartition("/")[2]
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": _ROWS if "/sets/" in name else _CONTENTS[last],
        "contentSize": str(size),
        "encodingFormat": _TYPES.get(suffix, "application/octet-stream"),
    }
