import errno
import os
import tempfile

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from som_core.errors import AtlasError
from som_core.geometry.arrays_on_disk import array_on_disk


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
