"""`forethought doctor`."""

import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from forethought.adapters.redis.binaries import check_installation, server_version
from forethought.bootstrap import running
from forethought.domain.errors import ForethoughtError
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.settings import Settings

Check = tuple[str, str, bool]


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Check the installation, the store and the encoder, and say what is wrong and what to do."""
    settings = prepared()
    checks = [_python(), _wheels(settings), _folder(settings), _analysts(settings), *run(_service(settings))]
    if wants_json(as_json):
        print_json([{"check": name, "ok": ok, "detail": detail} for name, detail, ok in checks])
    else:
        for name, detail, ok in checks:
            console.print(f"{'[green]ok  [/green]' if ok else '[red]FAIL[/red]'} {name}: {detail}", highlight=False)
    if not all(ok for *_, ok in checks):
        raise typer.Exit(1)


def _python() -> Check:
    ok = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}", ok


def _wheels(settings: Settings) -> Check:
    if settings.redis_url is not None:
        return "embedded Redis", "not used: REDIS_URL is set", True
    problems = check_installation()
    return "embedded Redis", "; ".join(problems) or f"server {server_version()}", not problems


def _folder(settings: Settings) -> Check:
    folder: Path = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return "data folder", f"{folder}: {error.strerror}; set FORETHOUGHT_DATA_DIR", False
    return "data folder", str(folder), True


def _analysts(settings: Settings) -> Check:
    """Say who thinks. No question is asked: it would cost money."""
    if not settings.asks_panel:
        return "analysts", "rules, in the interim only: no model is configured", True
    if not settings.has_model:
        return "analysts", "the panel, by workers that run apart", True
    llm = settings.llm
    names = [llm.model, *([llm.second.model] if llm.second is not None and settings.is_set(llm.second) else [])]
    unpriced = [name for name in names if name not in llm.prices]
    price = f"; no price known of {', '.join(unpriced)}: its cost counts as 0" if unpriced else ""
    return "analysts", f"the panel, by {', then '.join(names)}{price}", True


async def _service(settings: Settings) -> list[Check]:
    checks: list[Check] = []
    try:
        async with running(settings) as service:
            counts = await service.status.counts()
            checks.append(("store", f"{service.redis_is}; {counts['decisions']} decisions", True))

            async def embed() -> str:
                found = await service.embedder.embed(["Gold rises 0.3 percent"])
                return f"{service.embedder.model.label}, {found[0].vector.shape[0]} dimensions"

            checks.append(await _tried("encoder", embed))
    except ForethoughtError as error:
        checks.append(("store", str(error), False))
    return checks


async def _tried(name: str, work: Callable[[], Awaitable[str]]) -> Check:
    try:
        return name, await work(), True
    except ForethoughtError as error:
        return name, str(error), False
