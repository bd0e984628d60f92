"""When the compiled kernels are ready. Until then everything runs by numpy; nobody waits."""

from types import ModuleType


def kernels() -> ModuleType | None:
    """Return `som_core.kernels` if it is compiled and loaded, else None; never waits."""
    return None
