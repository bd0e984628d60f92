import subprocess
import sys
from pathlib import Path

import pytest

from testing.paths import ROOT

LEAVE_GAPS = """
from pathlib import Path
from serving.memory import give_back_free_pages, return_freed_memory

def own_memory():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))

return_freed_memory()
before = own_memory()
blocks = [bytes(20_000) for _ in range(10_000)]
full = own_memory()
kept = blocks[::100]
del blocks
gaps = own_memory()
give_back_free_pages()
print(full - before, gaps - before, own_memory() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_memory_that_is_free_between_blocks_in_use_goes_back_to_the_system():
    run = [sys.executable, "-c", LEAVE_GAPS]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    full, gaps, after = map(int, done.stdout.split())
    assert full > 150_000  # kB: blocks of 20 kB, of which every hundredth is kept
    assert gaps > full / 2, "else there is nothing to give back"
    assert after < full / 5
