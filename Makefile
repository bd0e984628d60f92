# make run    make the environment, install, start the dashboard and print its address
# make test   install what the tests need, a headless Chromium included, and run all but slow tests
# make check  what of that needs no browser: style, types, directions of imports, unit tests
# make test-all  make test with the slow tests, as CI runs it
# make lock   write anew, from the exact versions in the .txt files, what make run and make test install
# make bench  measure speed as ratios and write tables into benchmarks/results

PORT ?= 8501
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python3.14; do \
	command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && break; done)

.PHONY: run test test-all check lint lock bench

run: .venv/run.stamp
	@.venv/bin/python -m streamlit run server.py --server.port $(PORT)

# Two at a time; whoever is done first takes over tests of the other. One alone: pytest tests/…
PYTEST = .venv/bin/python -m pytest --numprocesses 2 --dist worksteal

# With CI set, Hypothesis draws the same examples every time, and sets no deadline on them.
test test-all check: export CI = true
# They start many processes, each of which would compile every source anew.
test test-all check: export PYTHONDONTWRITEBYTECODE =
test check: QUICK = -m "not slow"
test test-all: lint
	scripts/install_chromium.sh
	$(PYTEST) $(QUICK)

check: lint
	$(PYTEST) $(QUICK) tests/unit

lint: .venv/test.stamp
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	scripts/lint_javascript.sh

# With the lock writer itself: a new version of anything else is not in the lock yet.
lock: | .venv/bin/python
	.venv/bin/python -m pip install --quiet --disable-pip-version-check $(shell grep '^uv==' requirements-dev.txt)
	scripts/write_locks.sh

bench: .venv-bench/bench.stamp
	.venv-bench/bin/python -m benchmarks

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "SOM Atlas needs Python 3.11 or newer; install it, or name it: make run PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

INSTALL_LOCKED = .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(INSTALL_LOCKED) -r requirements.lock
	@echo "Compiling the training kernels, once: about 15 seconds …"
	.venv/bin/python -m som_core.engines.online.compile_kernels
	@touch $@

.venv/test.stamp: requirements-dev.lock .venv/run.stamp
	$(INSTALL_LOCKED) -r requirements-dev.lock
	@touch $@

# The libraries to compare with get an environment of their own. Somoclu's build looks for numpy
# where it is to be installed, and for CUDA, which the comparison leaves out; where it can't be
# built, the table says so.
.venv-bench/bench.stamp: requirements-bench.txt .venv/test.stamp
	scripts/install_chromium.sh
	.venv/bin/python -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	-CUDAHOME=none .venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-cache-dir somoclu==1.7.6
	@touch $@
