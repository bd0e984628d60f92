import errno
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.errors import AtlasError
from som_core.geometry.arrays_on_disk import array_on_disk, moved_to_disk, stays_in_memory


def test_it_holds_what_is_written_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    values = array_on_disk(1_000, np.int32)
    values[:] = np.arange(1_000)

    assert isinstance(values, np.memmap)
    assert_array_equal(values, np.arange(1_000))
    assert list(tmp_path.iterdir()) == []


def test_no_rows_take_no_file():
    assert array_on_disk(0, np.float64).shape == (0,)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system keeps no room")
def test_a_full_disk_is_told_before_anything_is_written(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)

    with pytest.raises(AtlasError, match=r"no room for 8 GB\. Make room there, or name another"):
        array_on_disk(1_000_000_000, np.float64)


def own_memory() -> int:
    """Return the bytes of memory that are this process's own, pages of files aside."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_what_is_moved_to_the_disk_is_the_same_and_takes_no_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = own_memory()

    moved = moved_to_disk(np.arange(20_000_000, dtype=np.int32).reshape(-1, 4))

    assert own_memory() - before < 20e6  # of 80
    assert moved.shape == (5_000_000, 4)
    assert_array_equal(moved.reshape(-1), np.arange(20_000_000))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="read-only"):
        moved[0, 0] = 1


def test_what_is_small_or_has_no_room_stays_where_it_is(monkeypatch):
    small, large = np.arange(100), np.arange(1_000_000)
    monkeypatch.setattr(tempfile, "tempdir", "/there/is/no/such/folder")

    assert moved_to_disk(small) is small
    assert stays_in_memory(small.nbytes)
    assert moved_to_disk(large) is large
    assert not stays_in_memory(large.nbytes)
