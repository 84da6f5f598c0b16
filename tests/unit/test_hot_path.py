"""What answers questions knows no agent library: over the import graph, and in a process that serves."""

import subprocess
import sys

import grimp
import pytest

LIBRARIES = ("autogen_agentchat", "autogen_core", "autogen_ext")


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("forethought", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize(
    "start",
    [
        "forethought.entrypoints.api.app",
        "forethought.application.decide",
        "forethought.application.ladder",
        "forethought.adapters.redis.deliberations",
        "forethought.entrypoints.cli.serving",
    ],
)
def test_no_chain_of_imports_leads_from_an_answer_to_the_agent_library(graph, start):
    """But for the one import that a worker makes when it starts."""
    graph.remove_import(importer="forethought.bootstrap", imported="forethought.bootstrap.models")
    try:
        chains = [graph.find_shortest_chain(start, library) for library in LIBRARIES]
    finally:
        graph.add_import(importer="forethought.bootstrap", imported="forethought.bootstrap.models")

    assert chains == [None, None, None]


def test_only_the_adapter_imports_the_agent_library(graph):
    importers = set().union(*(graph.find_modules_that_directly_import(library) for library in LIBRARIES))

    assert {name for name in importers if not name.startswith("forethought.adapters.llm")} == set()


_ASKS = """
import asyncio, sys, tempfile
from pathlib import Path
from forethought.application.messages import DecideRequest
from forethought.bootstrap import running
from forethought.entrypoints.api.app import create_app
from forethought.settings import AnalystSettings, Settings

async def main():
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), analysts=AnalystSettings(enabled=True, inside=False))
        async with running(settings, owner=True) as service:
            create_app(service)
            answer = await service.decide(DecideRequest(text="A volcano closes two airports").question())
            assert answer["upgrade"]["pending"], answer
            print([name for name in sys.modules if name.startswith(("autogen", "openai"))])

asyncio.run(main())
"""


def test_a_process_that_queues_a_question_for_the_panel_has_not_loaded_the_agent_library():
    done = subprocess.run([sys.executable, "-c", _ASKS], capture_output=True, text=True, timeout=100, check=False)  # noqa: S603 - our own

    assert ("[]" in done.stdout.splitlines(), done.returncode) == (True, 0), done.stdout + done.stderr[-2_000:]
