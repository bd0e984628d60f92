"""How processes that do long work leave the processors, and memory, to the pages."""

import os
from contextlib import suppress
from pathlib import Path

_SHARE_OF_SESSION = Path("/proc/self/autogroup")
_OUT_OF_MEMORY_SCORE = Path("/proc/self/oom_score_adj")


def let_others_go_first(niceness: int) -> None:
    """Run this process at a lower priority, also beside processes of other sessions.

    At a niceness of 10 it gets a tenth of what a page at work gets. The lowest priority gives a
    seventieth: on a crowded machine a training of a second then takes minutes.

    Where Linux shares out the processors by session, niceness counts only among the processes of
    one: a job would have as much of them as the web server. So it gets a session of its own, with
    a low share; whoever forked it keeps its own share, or it would wait until that has its turn.

    Where memory runs out, this process is ended rather than a server.
    """
    os.setsid()
    os.nice(niceness)
    with suppress(OSError):  # other systems don't have it, or don't allow it
        _SHARE_OF_SESSION.write_text(str(niceness))
    if _OUT_OF_MEMORY_SCORE.exists():
        _OUT_OF_MEMORY_SCORE.write_text("1000")
