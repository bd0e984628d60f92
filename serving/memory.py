"""How the web server deals with memory: what was large goes back to the system when it is free.

By itself the C library keeps freed blocks for later, in a pool for each of many threads, and takes
blocks of up to 32 MB from there once such a block was freed: a crowd that uploads tables leaves
hundreds of megabytes behind that nobody uses.
"""

import ctypes
import gc

import pyarrow as pa

# From malloc.h of the GNU C library; other libraries have no mallopt.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 4 << 20  # bytes from which a block is the system's own; one column is mostly smaller
_FREE = 16 << 20  # bytes that a pool may keep at its end
_POOLS = 2


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

    Streamlit collects garbage after each run of a page, while all other pages stand still. With
    all libraries that takes 0.1 s, and next to nothing without them: they are never garbage.
    """
    gc.collect()
    gc.freeze()
