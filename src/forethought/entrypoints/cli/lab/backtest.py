"""`forethought lab backtest`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from forethought.adapters.marketdata.file import PriceFile
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.entrypoints.cli.lab._options import AsJson, Limit
from forethought.entrypoints.cli.lab._pages import require_folder, today
from forethought.entrypoints.cli.lab._playing import ending, progress, stoppable
from forethought.evals.backtest.equity import Costs
from forethought.evals.backtest.page import page
from forethought.evals.backtest.plots import draw
from forethought.evals.backtest.remembered import Leak
from forethought.evals.backtest.run import Options, backtest as backtest_file, brief, partial_beside
from forethought.evals.backtest.state import State
from forethought.evals.report import share
from forethought.settings import Settings


def backtest(  # noqa: PLR0917 - typer reads options from parameters
    file: Annotated[Path, typer.Argument(help="Decisions with times: parquet, CSV or JSON lines.")],
    prices: Annotated[
        list[str], typer.Option("--prices", help="ASSET=FILE, or a FILE with a column ticker. May be repeated.")
    ],
    as_json: AsJson = False,
    limit: Limit = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write a page of Markdown with plots there.")] = None,
    strategy: Annotated[str | None, typer.Option("--strategy", "-s", help="Instead of the records' own.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of everything that is drawn.")] = 7,
    runs: Annotated[int, typer.Option("--runs", min=500, help="Random runs of each of the two kinds.")] = 1_000,
    cuts: Annotated[
        int, typer.Option("--cuts", min=0, help="Decisions to make again without what came after them.")
    ] = 5,
    fee_bps: Annotated[float, typer.Option("--fee-bps", min=0, help="Of the traded value, each way.")] = 5.0,
    slippage_bps: Annotated[float, typer.Option("--slippage-bps", min=0, help="How much worse a fill is.")] = 2.0,
    funding_bps: Annotated[
        float, typer.Option("--funding-bps", help="Longs pay it every 8 h in perpetuals; 1 is 0.01 %.")
    ] = 1.0,
    funding: Annotated[
        Path | None, typer.Option("--funding", help="Real funding instead: columns ts (UTC) and rate (a fraction).")
    ] = None,
    plant: Annotated[
        Leak | None,
        typer.Option(
            "--plant",
            help="See the auditor turn red: prices 5 minutes ahead, decisions remembered or stamped an hour early.",
        ),
    ] = None,
) -> None:
    """Hold decisions against real prices: the file's own, and what memory answers as of each moment.

    Anything later than a decision that was used for it ends the run with exit code 2. It runs in a namespace of its
    own. With --report, Ctrl-C leaves what is finished beside the page, and the same command takes it up again.

    Example: forethought lab backtest df_events.parquet --prices BTC=btcusdt_5m.parquet --report backtest.md
    """
    settings = prepared()
    require_folder("--report", report)
    options = Options(
        file=file,
        prices=tuple(_price_file(each) for each in prices),
        costs=Costs(fee_bps, slippage_bps, funding_bps),
        funding=funding,
        limit=limit,
        strategy=strategy,
        seed=seed,
        runs=runs,
        cuts=cuts,
        leak=plant,
    )
    kept = partial_beside(report)
    state = State(kept, options.key)
    with ending(kept):
        found = _measured(settings, options, state)
    if report is not None:
        _write(found, report, _command(options, report))
    state.forget()
    if wants_json(as_json):
        print_json(brief(found))
    else:
        _show(found)


def _price_file(given: str) -> PriceFile:
    asset, equals, path = given.rpartition("=")
    return PriceFile(Path(path), asset.strip().upper() if equals else None)


def _measured(settings: Settings, options: Options, state: State) -> dict[str, Any]:
    with progress() as bars:
        tasks: dict[str, Any] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done)

        return run(stoppable(backtest_file(settings, options, state=state, advance=advance)))


def _command(options: Options, report: Path) -> str:
    prices = " ".join(
        f"--prices {each.asset}=PATH/{each.path.name}" if each.asset else f"--prices PATH/{each.path.name}"
        for each in options.prices
    )
    default = Options(options.file, ())
    more = {
        "--limit": (options.limit, default.limit),
        "--strategy": (options.strategy, default.strategy),
        "--seed": (options.seed, default.seed),
        "--runs": (options.runs, default.runs),
        "--cuts": (options.cuts, default.cuts),
        "--fee-bps": (options.costs.fee_bps, default.costs.fee_bps),
        "--slippage-bps": (options.costs.slippage_bps, default.costs.slippage_bps),
        "--funding-bps": (options.costs.funding_bps, default.costs.funding_bps),
        "--funding": (options.funding and f"PATH/{options.funding.name}", None),
    }
    changed = "".join(f" {name} {value}" for name, (value, usual) in more.items() if value != usual)
    return f"forethought lab backtest PATH/{options.file.name} {prices}{changed} --report {report.as_posix()}"


def _write(found: dict[str, Any], report: Path, command: str) -> None:
    plots = draw(found, report.parent / report.stem)
    text = page(found, command=command, made_on=today(), plots=plots, folder=report.stem)
    report.write_text(text, encoding="utf-8")


def _show(found: dict[str, Any]) -> None:
    table = Table(
        "who", "calls", f"right after {found['primary']}", "block bootstrap", "return", "percentiles", "verdict"
    )
    for source in found["sources"]:
        at = next(each for each in source["horizons"] if each["horizon"] == found["primary"])
        edges = "-" if at["bootstrap"] is None else "[{:.1f}, {:.1f}]".format(*(100 * edge for edge in at["bootstrap"]))
        returned = "-" if source["equity"] is None else f"{100 * source['equity']['return']:.1f} %"
        ranks = ", ".join(f"{100 * each['percentile']:.0f} {name}" for name, each in source["random"].items())
        calls = str(sum(source["signals"].values()))
        table.add_row(source["title"], calls, share(at["right"]), edges, returned, ranks or "-", source["verdict"])
    table.add_row("buy and hold", "", "", "", f"{100 * found['buy_and_hold']['return']:.1f} %", "", "")
    console.print(table)
    audit = found["audit"]
    console.print(
        f"No look-ahead in {sum(audit['declared'].values())} declared uses; {audit['cuts']} decisions made again "
        f"without their future, {audit['changed_by_a_cut']} changed.",
        highlight=False,
    )
