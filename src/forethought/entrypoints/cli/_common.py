"""What the commands share."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop
from rich.console import Console

from forethought.logs import configure
from forethought.settings import Settings, read_settings

T = TypeVar("T")

console = Console()
"""Tables and results."""
notes = Console(stderr=True)
"""Progress and remarks: never in a pipe."""


def prepared(*, quiet: bool = True) -> Settings:
    """Read the settings and set logging up; commands other than `serve` log warnings only."""
    settings = read_settings()
    level = "warning" if quiet and settings.log.level == "info" else settings.log.level
    configure(level=level, format_=settings.log.format)
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def wants_json(flag: bool) -> bool:
    """Tell whether to print JSON: asked for, or nobody looks."""
    return flag or not sys.stdout.isatty()


def print_json(content: object) -> None:
    """Print JSON, indented where somebody looks."""
    print(json.dumps(content, indent=2 if sys.stdout.isatty() else None, ensure_ascii=False, default=str))
