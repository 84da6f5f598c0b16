#!/bin/sh
# Writes run.txt and dev.txt anew from pyproject.toml: one lock for Python 3.11 to 3.13 and all platforms. Needs uv.
set -eu
cd "$(dirname "$0")/.."
lock() { uv pip compile pyproject.toml --extra agents --extra yahoo --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q "$@"; }
lock -o requirements/run.txt
lock --extra lab --extra lake --group dev -c requirements/run.txt -o requirements/dev.txt
