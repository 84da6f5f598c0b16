"""Generated requests against the running service: what /openapi.json says is what it does."""

import os
import subprocess
import sys
from pathlib import Path

from tests.fakes.served import Served

EXAMPLES = 10
"""For each operation, beside the systematic ones."""


def test_every_answer_is_as_described(service: Served, tmp_path: Path) -> None:
    """Status, type, headers and body are declared; bad input is refused, good input is not; nothing is a 500."""
    command = [
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"),
        *(f"{service.url}/openapi.json", "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        *("--generation-deterministic", "--continue-on-failure", "--no-shrink"),
        # What no schema can say is refused too: an unknown strategy, a text of nothing but links.
        *("--exclude-checks", "positive_data_acceptance"),
        *("--request-timeout", "10", "--warnings", "off", "--no-color"),
    ]

    done = subprocess.run(  # noqa: S603 - our own
        command, cwd=tmp_path, env=os.environ | {"COLUMNS": "120"}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    assert [event for event in service.events if event["event"] == "http.defect"] == []
