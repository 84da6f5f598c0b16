"""What the demo simulates, each as a process of its own that ends with the service: a model server and a newswire."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import files
from pathlib import Path
from string import Template

from forethought.domain.errors import ConfigurationError
from forethought.settings import LlmSettings, Settings

_START_S = 30.0
_STOP_S = 5.0
_MODEL = ("llm-sim", "--port", "0")
_WIRE = ("newswire", "--port", "0", "--rate", "30", "--speed", "10", "--corrections", "0.1", "--retractions", "0.05")
"""Calm enough to watch. What is corrected is corrected within minutes, not within the hour."""
_PROVIDERS = "newswire.yaml"
_KEY = "FORETHOUGHT_SIMULATED_KEY"
"""The newswire asks for keys as the real ones do, and takes any."""


@asynccontextmanager
async def simulated(settings: Settings) -> AsyncIterator[Settings]:
    """Run what is simulated on free ports of this machine, and yield the settings that ask it.

    The news is simulated only where providers would be asked, and none are configured.

    Raises:
        ConfigurationError: something did not start.
    """
    if not simulates_news(settings):
        async with _running(*_MODEL) as model:
            yield _asking(settings, await _address(model))
        return
    # Both start at once: each needs a second, and the service waits for both.
    async with _running(*_MODEL) as model, _running(*_WIRE) as wire:
        settings = _asking(settings, await _address(model))
        with _providers(await _address(wire)) as file:
            yield settings.model_copy(update={"news": settings.news.model_copy(update={"providers_file": file})})


def simulates_news(settings: Settings) -> bool:
    """Tell whether a demo reads simulated news."""
    return settings.news.poll and settings.news.providers_file is None and settings.analysts.inside


def _asking(settings: Settings, url: str) -> Settings:
    llm = LlmSettings(**{**settings.llm.model_dump(), "base_url": f"{url}/v1"})
    return settings.model_copy(update={"llm": llm})


@contextmanager
def _providers(url: str) -> Iterator[Path]:
    """Write the file of providers that leads to the newswire, and set its key."""
    text = files("forethought.samples").joinpath(_PROVIDERS).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="forethought-") as folder:
        file = Path(folder) / _PROVIDERS
        file.write_text(Template(text).substitute(wire=url), encoding="utf-8")
        os.environ[_KEY] = "simulated"
        try:
            yield file
        finally:
            del os.environ[_KEY]


@asynccontextmanager
async def _running(command: str, *arguments: str) -> "AsyncIterator[asyncio.Future[str]]":
    """Run one of our commands, and yield its address to come.

    It is run from its module: all commands together take three seconds to import.
    """
    module = command.replace("-", "_")
    code = f"import typer; from forethought.entrypoints.cli.{module} import {module}; typer.run({module})  # {command}"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        *arguments,
        "--with-parent",
        stdin=asyncio.subprocess.PIPE,  # it ends when this is closed, however we end
        stderr=asyncio.subprocess.PIPE,
    )
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    reading = asyncio.create_task(_read(process, command, ready))
    try:
        yield ready
    finally:
        reading.cancel()
        ready.cancel()
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_S)
            except TimeoutError:
                process.kill()


async def _read(process: asyncio.subprocess.Process, command: str, ready: "asyncio.Future[str]") -> None:
    """Find the address in the log, and read on, so that it never blocks on a full pipe."""
    if process.stderr is not None:
        async for line in process.stderr:
            if b'.ready"' in line and not ready.done():
                ready.set_result(json.loads(line)["url"])
    if not ready.done():
        ready.set_exception(ConfigurationError(f"{command} of the demo ended before it was ready"))


async def _address(ready: "asyncio.Future[str]") -> str:
    try:
        return await asyncio.wait_for(ready, _START_S)
    except TimeoutError as error:
        raise ConfigurationError("what the demo simulates did not start") from error
