"""When the compiled kernels are ready. Until then everything runs by numpy, and nobody waits.

Compiling takes seconds of Python's attention. So a process of its own does it and leaves the result
in numba's cache, from where a thread loads it, in about a second. At install time, the command
`python -m som_core.engines.online.compile_kernels` does the first part.

Modules that compile are imported by name here and nowhere else: importing numba takes half a second
that no page and no script should pay before its first line.
"""

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType

_SOURCE = Path(__file__).with_name("kernels.py")
_STARTING = Lock()


class Loading(Thread):
    """Gets the kernels ready; `join()` it to wait for them."""

    kernels: ModuleType | None = None

    def __init__(self) -> None:
        super().__init__(name="kernels", daemon=True)
        self._no_fork = Lock()  # a fork would copy locks that nobody ever frees

    def run(self) -> None:
        with self._no_fork:
            folder = cache_folder()
            compiling = None if _mark(folder).exists() else _compile_into(folder)
        if compiling is not None:
            _, said = compiling.communicate()
            if compiling.returncode != 0:
                logging.getLogger(__name__).warning(
                    "Training is slow, by numpy: the kernels could not be compiled. %s", said
                )
                return
        with self._no_fork:
            self.kernels = load(folder)

    @contextmanager
    def fork_guard(self) -> Iterator[bool]:
        """Keep it from doing what no fork may interrupt; yields False if it is doing so now."""
        is_held = self._no_fork.acquire(blocking=False)
        try:
            yield is_held
        finally:
            if is_held:
                self._no_fork.release()


def warm_up() -> Loading:
    """Start to get the kernels ready in the background, once in a process; return at once."""
    with _STARTING:
        return _loading()


def reset_after_fork() -> None:
    """Get the kernels ready once more if they are not; for a fork, as it has no thread at that."""
    if kernels() is None:
        _loading.cache_clear()


def kernels() -> ModuleType | None:
    """Return the module `kernels` if it is ready, else None, and see that it gets ready."""
    return warm_up().kernels


def load(folder: Path) -> ModuleType:
    """Return the kernels, from the cache in this folder or else compiled into it."""
    config = vars(import_module("numba.core.config"))
    others_folder = config["CACHE_DIR"]
    config["CACHE_DIR"] = str(folder)
    try:
        module = import_module("som_core.engines.online.kernels")
    finally:
        config["CACHE_DIR"] = others_folder  # for what else is compiled in this process
    _mark(folder).touch()
    return module


def cache_folder() -> Path:
    """Return the first folder for compiled code that can be written.

    NUMBA_CACHE_DIR if it is set, the folder beside the module, the user's cache; where even that
    is read-only, a fresh temporary folder.
    """
    users_cache = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    candidates = [_SOURCE.with_name("__pycache__"), Path(users_cache, "som-atlas")]
    if "NUMBA_CACHE_DIR" in os.environ:
        candidates.insert(0, Path(os.environ["NUMBA_CACHE_DIR"]))
    for folder in candidates:
        if _is_writable(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="som-atlas-"))


def _compile_into(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "som_core.engines.online.compile_kernels"],
        cwd=_SOURCE.parents[3],
        env=os.environ | {"NUMBA_CACHE_DIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _mark(folder: Path) -> Path:
    """Return the file that says that this version of the kernels is in the cache."""
    source = _SOURCE.stat()
    facts = (_SOURCE, source.st_mtime_ns, source.st_size, sys.version, version("numba"))
    return folder / f"kernels-{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}.compiled"


@cache
def _loading() -> Loading:
    loading = Loading()
    loading.start()
    return loading
