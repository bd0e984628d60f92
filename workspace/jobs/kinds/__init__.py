"""The kinds of job. Each file here that defines KIND is one, and is known by being here."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from workspace.jobs.kind import Kind


@cache
def all_kinds() -> dict[str, Kind[object]]:
    """Return every kind of job by its name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.KIND.name: module.KIND for module in modules}
