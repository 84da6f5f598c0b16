#!/bin/sh
# Runs the pipeline through Spark Connect (pysail: no JVM) and compares its tables with those of delta-rs.
# Makes the environment that it needs in .venv-spark, once: pyspark's protobuf is another than ours.
# FORETHOUGHT_SPARK_VENV: where instead. Needs .venv (make check).
set -eu
cd "$(dirname "$0")/../.."
venv=${FORETHOUGHT_SPARK_VENV:-.venv-spark}
lock=pipelines/databricks/requirements-spark.txt
if ! cmp -s "$lock" "$venv/.installed"; then
    echo "Making $venv: about 500 MB"
    .venv/bin/python -m venv --clear "$venv"
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input -qq install --require-hashes -r "$lock"
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input -qq install --no-deps --no-build-isolation -e .
    cp "$lock" "$venv/.installed"
fi
FORETHOUGHT_SPARK_PYTHON="$(cd "$venv" && pwd)/bin/python" RUST_LOG="${RUST_LOG:-error}" \
    exec .venv/bin/python -m pytest -q tests/integration/test_pipeline_spark.py "$@"
