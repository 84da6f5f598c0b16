"""`forethought prices`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.tables import Piece, count_bars, read_prices
from forethought.adapters.redis.prices import RedisPriceStore
from forethought.application.ports.prices import Interval
from forethought.application.prices import Prices, check_ticker
from forethought.bootstrap import Service, running
from forethought.domain.errors import InvalidAsset
from forethought.domain.quality import Finding
from forethought.entrypoints.cli._common import console, notes, prepared, print_json, run, wants_json
from forethought.settings import Settings

_SHOWN = 20

prices = typer.Typer(name="prices", help="Prices that are kept: import, list, check.", no_args_is_help=True)


@prices.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Parquet or CSV with a time, open, high, low, close, volume; perhaps ticker and splits."),
    ],
    ticker: Annotated[
        str | None, typer.Option("--ticker", "-t", help="Whose prices they are, or whose rows to take.")
    ] = None,
    interval: Annotated[
        Interval | None, typer.Option("--interval", "-i", help="Of the bars; found out when left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Keep the prices of files, as traded, with their splits.

    A bar that is there already is replaced, so an import that was interrupted is completed by running it again. Broken
    bars are refused and counted, suspicious ones are kept and reported.

    Example: forethought prices import daily.parquet
    """
    settings = prepared()
    symbol = None if ticker is None else check_ticker(ticker)
    outcome = run(_import(settings, files, symbol, interval))
    if wants_json(as_json):
        print_json(outcome)
    else:
        _show_import(outcome)
    if outcome["refused"]:
        raise typer.Exit(1)


async def _import(
    settings: Settings, files: list[Path], ticker: str | None, interval: Interval | None
) -> dict[str, Any]:
    sources = [read_prices(file, ticker=ticker, interval=interval) for file in files]
    # Files that cannot be read are refused before Redis starts.
    started = [
        (file, count_bars(file), next(source, None), source) for file, source in zip(files, sources, strict=True)
    ]
    outcome = _Outcome()
    columns = (TextColumn("[progress.description]{task.description}"), BarColumn(), MofNCompleteColumn())
    async with running(settings) as service:
        use = _prices(service)
        with Progress(*columns, TimeElapsedColumn(), console=notes, transient=True) as progress:
            for file, rows, first, rest in started:
                task = progress.add_task(f"import {file.name}", total=rows)
                piece = first
                while piece is not None:
                    await outcome.add(use, piece)
                    progress.advance(task, piece.rows)
                    piece = next(rest, None)
    return outcome.document()


class _Outcome:
    """What became of the rows so far."""

    def __init__(self) -> None:
        self._rows = 0
        self._bars: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._suspicious: Counter[str] = Counter()
        self._splits: list[dict[str, object]] = []
        self._findings: list[dict[str, object]] = []
        self._writing_s = 0.0

    async def add(self, use: Prices, piece: Piece) -> None:
        """Write one piece."""
        self._rows += piece.rows
        self._refused += piece.refused
        for batch in piece.batches:
            began = perf_counter()
            try:
                done = await use.write(batch)
            except InvalidAsset as error:
                self._refused[error.code] += len(batch.bars)
                continue
            finally:
                self._writing_s += perf_counter() - began
            self._bars[batch.ticker] += done.bars
            self._splits += [{"ticker": batch.ticker, "on": each.on, "ratio": each.ratio} for each in done.splits]
            self._note(batch.ticker, self._refused, done.refused)
            self._note(batch.ticker, self._suspicious, done.suspicious)

    def _note(self, ticker: str, counts: Counter[str], findings: Sequence[Finding]) -> None:
        counts.update(finding.code.value for finding in findings)
        room = _SHOWN - len(self._findings)
        self._findings += [_line(ticker, finding) for finding in findings[: max(0, room)]]

    def document(self) -> dict[str, Any]:
        """Return the outcome as JSON types; of the findings the first 20."""
        return {
            "rows": self._rows,
            "written": sum(self._bars.values()),
            "tickers": dict(self._bars),
            "splits": self._splits,
            "refused": dict(self._refused),
            "suspicious": dict(self._suspicious),
            "findings": self._findings,
            "rows_per_s": round(sum(self._bars.values()) / self._writing_s) if self._writing_s else None,
        }


def _show_import(outcome: dict[str, Any]) -> None:
    console.print(
        f"[bold]{outcome['written']}[/bold] of {outcome['rows']} bars kept, {len(outcome['tickers'])} tickers, "
        f"{len(outcome['splits'])} splits; [bold]{sum(outcome['refused'].values())}[/bold] refused, "
        f"{sum(outcome['suspicious'].values())} suspicious; {outcome['rows_per_s'] or 0:,} rows/s",
        highlight=False,
    )
    for name in ("refused", "suspicious"):
        for code, count in outcome[name].items():
            console.print(f"  {name}: {count} {code}", highlight=False)
    for each in outcome["splits"]:
        console.print(f"  split of {each['ticker']}: {each['ratio']:g} for 1 on {each['on']}", highlight=False)
    _show_findings(outcome["findings"])


@prices.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Tell whose prices are kept, up to when, and their splits."""
    held = run(_list(prepared()))
    if wants_json(as_json):
        print_json(held)
        return
    table = Table("ticker", *(f"last {each}" for each in Interval), "close", "splits")
    for row in held:
        times = (row["last"].get(each.value) for each in Interval)
        splits = ", ".join(f"{each['ratio']:g} on {each['on']}" for each in row["splits"])
        table.add_row(
            row["ticker"], *("" if at is None else f"{at:%Y-%m-%d %H:%M}" for at in times), *(_num(row), splits)
        )
    console.print(table)


def _num(row: dict[str, Any]) -> str:
    return "" if row["close"] is None else f"{row['close']:g}"


async def _list(settings: Settings) -> list[dict[str, Any]]:
    async with running(settings) as service:
        use = _prices(service)
        return [await _held(use, ticker) for ticker in await use.tickers()]


async def _held(use: Prices, ticker: str) -> dict[str, Any]:
    found = {each: await use.read(ticker, each, count=1) for each in Interval}
    last = [bars[-1] for bars in found.values() if bars]
    return {
        "ticker": ticker,
        "last": {each.value: bars[-1].opened_at for each, bars in found.items() if bars},
        "close": last[0].close if last else None,
        "splits": [{"on": each.on, "ratio": each.ratio} for each in await use.splits(ticker)],
    }


@prices.command("check")
def check(
    tickers: Annotated[list[str] | None, typer.Argument(help="Whose prices; all without.")] = None,
    bars: Annotated[int, typer.Option("--bars", min=1, max=50_000, help="The last so many of each interval.")] = 2_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Look through the kept prices for gaps, spikes, splits that nobody declared, and what is out of date.

    Exit code 1 when anything was found.

    Example: forethought prices check AAPL MSFT
    """
    settings = prepared()
    found = run(_check(settings, [check_ticker(ticker) for ticker in tickers or []], bars))
    if wants_json(as_json):
        print_json(found)
    else:
        console.print(f"{found['bars']} bars of {found['tickers']} tickers, {len(found['findings'])} findings")
        _show_findings(found["findings"])
    if found["findings"]:
        raise typer.Exit(1)


async def _check(settings: Settings, tickers: list[str], count: int) -> dict[str, Any]:
    looked, findings = 0, []
    async with running(settings) as service:
        use = _prices(service)
        chosen = tickers or await use.tickers()
        for ticker in chosen:
            for interval in Interval:
                done = await use.check(ticker, interval, count=count)
                looked += done.bars
                findings += [_line(ticker, each) | {"interval": interval.value} for each in done.findings]
    return {"tickers": len(chosen), "bars": looked, "findings": findings}


def _prices(service: Service) -> Prices:
    """Build the use case with a calendar that knows at once: the service's own is built while it runs."""
    parts = service.parts
    store = RedisPriceStore(service.store, service.keys)
    return Prices(store, parts.survey, ExchangeCalendars(), parts.clock, parts.events)


def _line(ticker: str, finding: Finding) -> dict[str, object]:
    return {"ticker": ticker, "code": finding.code.value, "at": finding.at, "detail": finding.detail}


def _show_findings(findings: list[dict[str, Any]]) -> None:
    for each in findings[:_SHOWN]:
        interval = f" {each['interval']}" if "interval" in each else ""
        console.print(
            f"  {each['ticker']}{interval} {each['at']:%Y-%m-%d %H:%M}: {each['detail']} [dim]({each['code']})[/dim]",
            highlight=False,
        )
    if len(findings) > _SHOWN:
        console.print(f"  … and {len(findings) - _SHOWN} more")
