import os
import subprocess
import sys
from pathlib import Path

import pytest

from som_core.engines.online import compilation
from testing.paths import ROOT

TRAINED_ALIKE = """
import numpy as np
from minisom import MiniSom
from som_core.engines.online import compilation
from som_core.engines.online.som import Som

rows = np.random.default_rng(0).normal(size=(400, 6))
theirs = MiniSom(9, 9, 6, sigma=3, random_seed=1)
theirs.train(rows, 4000, random_order=True)
ours = Som(9, 9, 6, sigma=3, random_seed=1)
"""
KERNELS = "som_core.engines.online.kernels"


@pytest.fixture(autouse=True, scope="module")
def compiled_kernels():
    compilation.warm_up().join()
    assert compilation.kernels() is not None


def run(code, **environment):
    """Run the code in a fresh Python, which has to succeed; return what it wrote as errors."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.slow
def test_importing_som_core_does_not_wait_for_numba():
    run("import sys, som_core, som_core.engines.online.som; assert 'numba' not in sys.modules")


@pytest.mark.slow
def test_kernels_get_ready_in_the_background():
    run(
        "from som_core.engines.online import compilation\n"
        "assert compilation.kernels() is None\n"  # asked for at once, it did not wait
        "compilation.warm_up().join()\n"
        "assert compilation.kernels().present\n"
    )


@pytest.mark.slow
def test_a_training_changes_over_to_the_kernels_when_they_are_ready():
    run(
        TRAINED_ALIKE
        + "from threading import Event\n"
        + "load, may_load = compilation.load, Event()\n"
        + "compilation.load = lambda folder: may_load.wait() and load(folder)\n"
        + "steps = ours.train_steps(rows, 4000, random_order=True)\n"
        + "assert next(steps) < 4000\n"
        + "assert compilation.kernels() is None\n"
        + "may_load.set()\n"
        + "compilation.warm_up().join()\n"
        + "assert compilation.kernels() is not None\n"
        + "ours.update = None\n"  # by numpy it goes no further
        + "assert list(steps)[-1] == 4000\n"
        + "assert (ours.get_weights() == theirs.get_weights()).all()\n"
    )


@pytest.mark.slow
def test_where_nothing_can_be_compiled_training_runs_by_numpy_and_says_so(tmp_path):
    errors = run(
        TRAINED_ALIKE
        + "import sys; sys.executable = 'false'\n"
        + "compilation.warm_up().join()\n"
        + "assert compilation.kernels() is None\n"
        + "ours.train(rows, 4000, random_order=True)\n"
        + "assert (ours.get_weights() == theirs.get_weights()).all()\n",
        NUMBA_CACHE_DIR=str(tmp_path),
    )
    assert "Training is slow" in errors


@pytest.mark.slow
@pytest.mark.parametrize("module", ["numba", "llvmlite.binding", KERNELS])
def test_a_script_may_end_while_kernels_load(module):
    errors = run(f"""
import sys
from threading import Event
from som_core.engines.online import compilation

class Watch:
    begun = Event()

    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            self.begun.set()

sys.meta_path.insert(0, Watch())
compilation.warm_up()
Watch.begun.wait()
""")
    assert errors == ""


@pytest.mark.slow
def test_the_install_command_compiles():
    command = [sys.executable, "-m", "som_core.engines.online.compile_kernels"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("The training kernels are compiled.\n", "")


def test_compiled_code_goes_to_the_first_folder_that_can_be_written(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compilation.cache_folder() == Path(compilation.__file__).with_name("__pycache__")

    monkeypatch.setattr(compilation, "_SOURCE", Path("/dev/null/kernels.py"))  # read-only install
    assert compilation.cache_folder() == tmp_path / "som-atlas"

    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    temporary = compilation.cache_folder()
    assert temporary.name.startswith("som-atlas-")
    assert temporary.stat().st_mode & 0o777 == 0o700  # nobody else may put code there
    temporary.rmdir()

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    assert compilation.cache_folder() == tmp_path / "chosen"
