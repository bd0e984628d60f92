"""What the documents name is there: files, links, settings."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from testing.paths import ROOT
from workspace.config import Configuration

DOCUMENTS = sorted(
    path
    for folder in (ROOT, ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "benchmarks")
    for path in folder.glob("*.md")
)
FOLDERS = [path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."]
NAMES = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")}
NAMES |= {path.name for path in ROOT.iterdir()}
PYTHON = re.compile(r"^```python\n(.*?)^```", re.M | re.S)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
SOURCE_NAME = re.compile(r"[\w-]+\.(?:py|js|css|sh|toml|yaml|conf)")

each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)


@each_document
def test_every_file_that_a_document_names_is_there(document):
    missing = [name for name in CODE.findall(text_of(document)) if not is_there(name)]
    assert not missing


@each_document
def test_every_link_between_documents_leads_somewhere(document):
    targets = LINK.findall(text_of(document))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (document.parent / target).exists()] == []


def test_the_settings_of_a_server_and_their_defaults_are_those_of_the_code():
    lines = re.findall(r"^\| `SOM_ATLAS_(\w+)` \| (\S+)", text_of(ROOT / "docs/admin.md"), re.M)
    described = {name.lower(): default.strip("`") for name, default in lines}
    defaults = {field.name: field.default for field in fields(Configuration)}
    assert described.keys() == defaults.keys()
    for name, default in defaults.items():
        if name != "data":  # a folder, which is said in words
            assert described[name] == (
                f"{default:,}" if isinstance(default, int) else default or "none"
            )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of pandas, told by Dask's own code
def test_the_guides_code_on_tables_beyond_memory_runs_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    columns = {name: random.normal(50, 9, 2_000) for name in ("income", "age", "visits")}
    (tmp_path / "orders").mkdir()
    pd.DataFrame(columns).to_parquet(tmp_path / "orders" / "part.parquet", index=False)
    guide = text_of(ROOT / "docs/guide.md").partition("## More rows than memory holds, in Python")[
        2
    ]
    blocks = PYTHON.findall(guide.partition("\n## ")[0])
    # What is elsewhere for readers is here for the test.
    code = "\n".join(blocks).replace("s3://warehouse/orders", "orders")
    code = code.replace('"tcp://scheduler:8786"', "processes=False, dashboard_address=None")

    found: dict[str, Any] = {}
    exec(code, found)

    with found["client"]:
        assert len(found["nodes"].compute()) == 2_000
    assert len(blocks) == 4
    assert found["sums"].counts.sum() == found["by_cell"].counts.sum() == 2_000


def is_there(name: str) -> bool:
    """Tell a name of one of our files that is gone from everything else that is set as code."""
    if name.partition("/")[0] in FOLDERS and re.fullmatch(r"[\w./-]+", name):
        return (ROOT / name).exists()
    return name in NAMES if SOURCE_NAME.fullmatch(name) else True


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")
