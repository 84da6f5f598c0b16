"""The simulated model server of the demo, as a process of its own that ends with the service."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forethought.domain.errors import ConfigurationError
from forethought.settings import LlmSettings, Settings

_START_S = 30.0
_STOP_S = 5.0


@asynccontextmanager
async def simulated_model(settings: Settings) -> AsyncIterator[Settings]:
    """Run `llm-sim` on a free port of this machine, and yield the settings that ask it.

    Raises:
        ConfigurationError: it did not start.
    """
    command = ("-c", "from forethought.entrypoints.cli.main import main; main()", "llm-sim", "--port", "0")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        "--with-parent",
        stdin=asyncio.subprocess.PIPE,  # it ends when this is closed, however we end
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        url = await asyncio.wait_for(_ready(process), _START_S)
        reading = asyncio.create_task(_drain(process))
        llm = LlmSettings(**{**settings.llm.model_dump(), "base_url": f"{url}/v1"})
        yield settings.model_copy(update={"llm": llm})
        reading.cancel()
    except TimeoutError as error:
        raise ConfigurationError("the simulated model did not start") from error
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_S)
            except TimeoutError:
                process.kill()


async def _ready(process: asyncio.subprocess.Process) -> str:
    if process.stderr is None:
        raise ConfigurationError("the simulated model has no log")
    async for line in process.stderr:
        if b'"llm_sim.ready"' in line:
            url: str = json.loads(line)["url"]
            return url
    raise ConfigurationError("the simulated model ended before it was ready")


async def _drain(process: asyncio.subprocess.Process) -> None:
    """Read its log, so that it never blocks on a full pipe."""
    if process.stderr is not None:
        async for _ in process.stderr:
            pass
