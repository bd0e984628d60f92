"""What many analysts at once need: that nobody leaves large things in the server's memory."""

import urllib.request
from pathlib import Path

from benchmarks.browser_tab import open_tab
from testing.event_loop import result_of


def kept_uploads(address: str) -> list[str]:
    """Return what the server counts of uploaded files in its memory."""
    with urllib.request.urlopen(f"{address}/_stcore/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return [line for line in lines if "UploadedFileManager" in line]


async def upload(address: str, table: Path) -> tuple[str, list[str]]:
    async with open_tab(address) as tab:
        await tab.load()
        await tab.upload("CSV", table)
        return tab.text(), kept_uploads(address)


def test_a_file_leaves_the_servers_memory_once_the_workspace_has_it(app_url, tmp_path):
    table = tmp_path / "heights.csv"
    table.write_text("height,weight\n" + "1.5,60\n1.8,80\n" * 1000)
    seen, kept = result_of(upload(app_url, table))
    assert "2,000 rows" in seen
    assert kept == []
