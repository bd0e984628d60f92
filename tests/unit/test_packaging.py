"""What gets installed: som_core alone by `pip install .`, the dashboard by its locks."""

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from testing.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
# Where a package is imported by another name than it is installed by.
IMPORTED_AS = {
    "scikit-learn": "sklearn",
    "charset-normalizer": "charset_normalizer",
    "python-calamine": "python_calamine",
}
LOCKS = (
    "requirements",
    "deploy/requirements-sign-in",
    "deploy/requirements-dask",
    "requirements-dev",
)


def pins(path: Path) -> dict[str, str]:
    """Return the exact version of each package that a file of requirements names or includes."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found |= pins(path.parent / line.removeprefix("-r "))
        elif line and not line.startswith("#"):
            named = Requirement(line)
            found[canonicalize_name(named.name)] = str(named.specifier).removeprefix("==")
    return found


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Return the version of each package in a lock file, and how many hashes it may have."""
    entries = re.split(r"\n(?=\S)", (ROOT / f"{name}.lock").read_text(encoding="utf-8"))
    return {
        requirement.name: (str(requirement.specifier).removeprefix("=="), entry.count("--hash="))
        for entry in entries
        for requirement in [Requirement(entry.partition(" \\\n")[0])]
    }


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_the_exact_versions_that_its_requirements_name(name):
    """Else run `make lock`."""
    named = pins(ROOT / f"{name}.txt")
    in_lock = locked(name)
    assert named == {package: in_lock.get(package, ("",))[0] for package in named}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_all_that_its_packages_need_each_with_a_hash(name):
    in_lock = locked(name)
    assert min(n_hashes for _, n_hashes in in_lock.values()) > 0
    for package in in_lock:
        try:
            needs = [Requirement(line) for line in metadata.requires(package) or []]
        except metadata.PackageNotFoundError:
            continue  # for another system than this one
        for need in needs:
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                assert canonicalize_name(need.name) in in_lock, f"{package} needs {need}"


def test_tests_run_with_the_versions_that_analysts_get():
    tested_with = locked("requirements-dev")
    for name in LOCKS:
        assert locked(name).items() <= tested_with.items()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_leaves_it_to_the_machine_where_packages_come_from(name):
    text = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert set(re.findall(r"--[a-z-]+", text)) == {"--hash"}


def test_an_image_is_built_on_one_base_named_by_its_digest():
    bases = re.findall(r"^FROM (\S+)", (ROOT / "deploy/Dockerfile").read_text("utf-8"), re.M)
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11-slim@sha256:[0-9a-f]{64}", bases[0])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as opened:
        yield opened


def test_the_package_holds_every_file_of_som_core_and_nothing_else(wheel):
    files = [path for path in (ROOT / "som_core").rglob("*") if path.is_file()]
    expected = {
        path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == expected
    assert {"som_core/__init__.py", "som_core/py.typed", "som_core/layers/hits.py"} <= packed


def test_the_package_carries_its_licence(wheel):
    (licence,) = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
    assert wheel.read(licence).startswith(b"MIT License")


@pytest.mark.slow
def test_what_som_core_imports_is_what_the_package_depends_on():
    imported = set()
    for path in (ROOT / "som_core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").partition(".")[0])
    installed = {Requirement(line).name for line in (*PROJECT["dependencies"], *EXTRAS)}
    assert imported - sys.stdlib_module_names - {"som_core"} == {
        IMPORTED_AS.get(name, name.lower()) for name in installed
    }


def test_the_exact_versions_that_are_tested_lie_within_the_ranges_of_the_package():
    exact = pins(ROOT / "requirements-dev.txt")
    for requirement in map(Requirement, (*PROJECT["dependencies"], *EXTRAS)):
        assert exact[canonicalize_name(requirement.name)] in requirement.specifier, requirement


@pytest.mark.slow
def test_the_unpacked_package_reads_and_trains_a_table_from_an_empty_folder(wheel, tmp_path):
    site, empty = tmp_path / "site", tmp_path / "empty"
    wheel.extractall(site)
    empty.mkdir()
    program = (
        "from som_core import prepare, read_table, suggest_recipe, suggest_settings, train\n"
        "import som_core\n"
        "rows = '\\n'.join(f'{i},{i * i % 7}' for i in range(30))\n"
        "table = read_table(f'a,b\\n{rows}\\n'.encode(), 'small.csv')\n"
        "prepared = prepare(table, suggest_recipe(table))\n"
        "print(train(prepared, suggest_settings(prepared)).hits.sum(), som_core.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=empty,
        env=os.environ | {"PYTHONPATH": str(site), "NUMBA_CACHE_DIR": str(tmp_path / "compiled")},
        capture_output=True,
        text=True,
        check=True,
    )
    n_rows, origin = done.stdout.split()
    assert n_rows == "30"
    assert origin == str(site / "som_core" / "__init__.py")
