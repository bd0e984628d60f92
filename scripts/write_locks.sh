#!/bin/sh
# Writes the lock files: every package that is installed, at one version, with the hashes of its files,
# for each Python from 3.11 on and each system. The exact versions in the .txt files are the source.
#   scripts/write_locks.sh              keep versions that still fit
#   scripts/write_locks.sh --upgrade    take the newest of what no .txt file names
set -eu

lock() { # name, and options
    name=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --default-index https://pypi.org/simple \
        --output-file "$name.lock" "$name.txt" "$@"
}

# The largest first: the others take its versions, so that tests run with what analysts get.
lock requirements-dev "$@"
lock deploy/requirements-sign-in --constraints requirements-dev.lock
lock deploy/requirements-dask --constraints requirements-dev.lock
lock requirements --constraints requirements-dev.lock
