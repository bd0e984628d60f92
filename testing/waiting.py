"""How tests and benchmarks wait: for what comes true, however long that takes on a busy machine."""

import time
from collections.abc import Callable

PATIENCE = 900.0  # seconds; other work may have the processors, but what takes longer never comes


def wait_until(is_so: Callable[[], object], every: float = 0.01) -> None:
    """Look every so many seconds until something is so.

    In a browser it takes the place of Playwright's `wait_for_function`, which looks from within the
    page by eval, and the page's own content policy forbids that.
    """
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(every)
