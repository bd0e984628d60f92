"""How the web server deals with memory: what was large goes back to the system when it is free.

By itself the C library keeps freed blocks for later, in a pool for each of many threads, and takes
blocks of up to 32 MB from there once such a block was freed: a crowd that uploads tables leaves
hundreds of megabytes behind that nobody uses.
"""

import asyncio
import ctypes
import gc
from typing import NoReturn

import pyarrow as pa

# From malloc.h of the GNU C library; other libraries have no mallopt.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 4 << 20  # bytes from which a block is the system's own; one column is mostly smaller
_FREE = 16 << 20  # bytes that a pool may keep at its end
_POOLS = 2
_SECONDS_BETWEEN_COLLECTIONS = 20.0
_COLLECTIONS_BETWEEN_RETURNS = 3


def return_freed_memory() -> None:
    """Let large blocks go back to the system; call it before threads are started."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_TRIM_THRESHOLD, _FREE)
        library.mallopt(_M_ARENA_MAX, _POOLS)
    pa.set_memory_pool(pa.system_memory_pool())


def leave_libraries_out_of_garbage_collection() -> None:
    """Count everything that is loaded by now as lasting; call it once, after all imports.

    While garbage is collected all pages stand still: for 0.1 s longer with all libraries, which
    are never garbage.
    """
    gc.collect()
    gc.freeze()


def give_back_free_pages() -> None:
    """Return to the system what is free between blocks in use, not only at a pool's end."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


async def keep_memory_tidy() -> NoReturn:
    """Collect garbage three times a minute, and give back free pages once a minute.

    Streamlit would collect after each run of a page. With thirty analysts that is several times a
    second, and took almost half of the server's time; every five seconds still took a twelfth.
    """
    while True:
        for _ in range(_COLLECTIONS_BETWEEN_RETURNS):
            await asyncio.sleep(_SECONDS_BETWEEN_COLLECTIONS)
            gc.collect()
        await asyncio.to_thread(give_back_free_pages)
