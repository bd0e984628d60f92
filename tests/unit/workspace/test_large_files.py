"""Large files are read in a process of its own: the same table, the same refusals, and its end."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd
import pytest

from som_core.errors import AtlasError
from som_core.files.reading_progress import reading_told_to
from som_core.reading import Limits, TableRefused
from testing.paths import ROOT
from testing.waiting import wait_until
from workspace import large_files
from workspace.large_files import Reader
from workspace.store import create
from workspace.table_source import TableSource
from workspace.uploads import UploadDamaged

pytestmark = pytest.mark.usefixtures("data")

PENGUINS = "species;mass\nAdélie;3,75\nGentoo;5\n;4\n".encode("cp1252")


@pytest.fixture
def all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_files, "LARGE", 0)


@pytest.fixture
def make_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return what makes a reader whose child does something before it reads.

    `_end()` ends both. `longest` is how long the child may work, in seconds.
    """
    made = []

    def make(does: str, longest: int = 60) -> None:
        made.append(
            Reader(
                "-c",
                "import os\n"
                "from workspace import reader\n"
                f"reader._LONGEST = {longest}\n"
                "read = reader.read_anew\n"
                "_end = lambda: (os.kill(os.getppid(), 9), os.kill(os.getpid(), 9))\n"
                f"reader.read_anew = lambda *asked: ({does}, read(*asked))[1]\n"
                "reader.main()",
            )
        )
        monkeypatch.setattr(large_files, "_reader", made[-1])

    yield make
    for reader in made:
        reader.close()


@pytest.mark.slow
def test_a_large_file_becomes_the_very_table_that_a_small_one_becomes(
    monkeypatch: pytest.MonkeyPatch,
):
    here, apart = create(), create()
    alone = here.put_upload(PENGUINS, "penguins – “1”.csv")
    monkeypatch.setattr(large_files, "LARGE", 0)
    monkeypatch.setattr(large_files, "read_anew", _unexpected)
    assert apart.put_upload(PENGUINS, "penguins – “1”.csv") == alone
    mine, other = here.table(), apart.table()
    pd.testing.assert_frame_equal(other.frame, mine.frame)
    assert other.remarks == mine.remarks and other.dialect == mine.dialect


@pytest.mark.slow
def test_it_is_told_how_much_of_a_large_file_is_read(monkeypatch: pytest.MonkeyPatch):
    data = b"a,b\n" + b"1,2\n" * 200_000
    here: list[float] = []
    apart: list[float] = []
    with reading_told_to(here.append):
        create().put_upload(data, "numbers.csv")
    monkeypatch.setattr(large_files, "LARGE", 0)
    with reading_told_to(apart.append):
        create().put_upload(data, "numbers.csv")
    assert apart[-1] == here[-1] == 1.0
    assert sorted(set(apart)) == sorted(set(here)) and len(set(here)) > 3


@pytest.mark.slow
def test_how_a_large_file_is_read_can_be_corrected(all_are_large: None):
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    workspace.read_with(replace(workspace.table().dialect, footer_rows=1))
    assert workspace.table().frame["species"].tolist() == ["Adélie", "Gentoo"]


@pytest.mark.slow
def test_a_large_file_is_refused_in_the_words_of_a_small_one(
    all_are_large: None, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(TableRefused) as apart:
        create().put_upload(b"\x00\x01" * 40, "image.csv")
    monkeypatch.setattr(large_files, "LARGE", 1000)
    with pytest.raises(TableRefused) as here:
        create().put_upload(b"\x00\x01" * 40, "image.csv")
    assert (apart.value.message, apart.value.advice) == (here.value.message, here.value.advice)


def test_a_damaged_upload_is_told_in_the_words_of_a_small_one(all_are_large: None):
    workspace = create()
    source = workspace.put_upload(PENGUINS, "penguins.csv")
    (workspace.folder / "uploads" / source.upload).write_bytes(b"other bytes")
    with pytest.raises(AtlasError) as apart:
        workspace.read_with(replace(workspace.table().dialect, footer_rows=1))
    assert str(apart.value) == str(UploadDamaged("penguins.csv"))


@pytest.mark.slow
def test_a_reading_that_is_killed_is_told_and_the_table_before_it_stays(
    make_reader: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    workspace = create()
    before = workspace.put_upload(PENGUINS, "penguins.csv")
    monkeypatch.setattr(large_files, "LARGE", 0)
    make_reader("os.kill(os.getpid(), 9)")
    with pytest.raises(AtlasError, match=r"“more.csv” was stopped .* perhaps because memory"):
        workspace.put_upload(b"a,b\n1,2\n", "more.csv")
    assert workspace.source == before
    assert [path.name for path in (workspace.folder / "uploads").iterdir()] == [before.upload]


@pytest.mark.slow
def test_a_reading_without_end_is_ended_for_those_who_wait(
    all_are_large: None, make_reader: Callable[..., None]
):
    make_reader("sum(iter(int, 1)) if asked[0].name == 'endless.csv' else 0", longest=1)
    with pytest.raises(AtlasError, match=r"“endless.csv” took too long and was stopped"):
        create().put_upload(PENGUINS, "endless.csv")
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    assert len(workspace.table().frame) == 3


@pytest.mark.slow
def test_after_a_reader_that_ended_comes_another(
    all_are_large: None, make_reader: Callable[..., None], tmp_path: Path
):
    ends_once = f"os.path.exists('{tmp_path}/ended') or (os.mkdir('{tmp_path}/ended'), _end())"
    make_reader(ends_once)
    with pytest.raises(AtlasError, match=r"“penguins.csv” was interrupted. Upload"):
        create().put_upload(PENGUINS, "penguins.csv")
    workspace = create()
    workspace.put_upload(PENGUINS, "penguins.csv")
    assert len(workspace.table().frame) == 3


@pytest.mark.slow
def test_a_reading_ends_with_the_server(tmp_path: Path):
    """Only the server holds the other end of the reader's line: that it closes is its end."""
    reads = tmp_path / "reads"
    code = (
        "import time\nfrom pathlib import Path\nfrom workspace import reader\n"
        f"reader.read_anew = lambda *asked: (Path('{reads}').touch(), time.sleep(600))\n"
        "reader.main()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, cwd=ROOT)
    source = TableSource("0" * 64, "numbers.csv").to_value()
    request = {"source": source, "folder": str(tmp_path), "limits": asdict(Limits())}
    assert process.stdin is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    wait_until(reads.exists)
    process.stdin.close()
    process.wait(60)


@pytest.mark.slow
def test_a_fault_while_reading_quotes_no_table(
    all_are_large: None, make_reader: Callable[..., None], capfd: pytest.CaptureFixture[str]
):
    make_reader("int('a secret')")
    with pytest.raises(RuntimeError, match="exit code 1"):
        create().put_upload(PENGUINS, "penguins.csv")
    logged = capfd.readouterr().err
    assert "unforeseen error" in logged and "ValueError" in logged and "secret" not in logged


def _unexpected(*_: object) -> None:
    raise AssertionError("it was read in the server's process")
