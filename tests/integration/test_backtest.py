import asyncio
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from forethought.adapters.marketdata.file import PriceFile
from forethought.domain.errors import ConfigurationError, EmbedderUnavailable, LookAhead, Unavailable
from forethought.entrypoints.cli.lab.backtest import backtest as backtest_command
from forethought.evals.backtest.auditor import Audit, Used
from forethought.evals.backtest.cuts import Memoised, compare
from forethought.evals.backtest.page import page
from forethought.evals.backtest.plots import draw
from forethought.evals.backtest.remembered import Leak, World, play
from forethought.evals.backtest.run import Options, backtest, brief
from forethought.evals.backtest.state import State
from forethought.evals.labelled import read_labelled

SHARED = Path(__file__).parents[3] / "shared" / "data"
GOLD, OIL = "Gold rises 0.3 percent as the dollar weakens", "Oil output is cut by two million barrels a day"
TICKERS = ("AAPL", "AMZN", "GOOGL", "META", "MSFT", "NFLX", "NVDA", "TSLA", "JPM", "XOM")


def a_record(text, clock, signal, **more):
    """Return a record of 3 March; the clock is the east's."""
    return {"input_report": text, "signal": signal, "asset": "BTC", "datetime_est": f"2025-03-03 {clock}:00", **more}


@pytest.fixture
def a_file(tmp_path):
    def made(*records):
        path = tmp_path / "decisions.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        return path

    return made


@pytest.fixture
def minutes(tmp_path):
    """Five days of 5-minute bars around 3 March."""
    path = tmp_path / "btc.parquet"
    rng = np.random.default_rng(1)
    close = 90_000 * np.exp(np.cumsum(rng.normal(0, 0.001, 5 * 288)))
    open_ = np.concatenate((close[:1], close[:-1]))
    frame = {"open": open_, "high": np.maximum(open_, close), "low": np.minimum(open_, close), "close": close}
    times = pd.date_range("2025-03-02", periods=len(close), freq="5min", tz="UTC")
    pd.DataFrame({"ts": times, **frame, "volume": 1.0}).to_parquet(path)
    return PriceFile(path, "BTC")


@pytest.fixture
def repeated(a_file):
    """Gold every half hour, oil between; memory can answer all but the first of each."""
    signs = (1, 1, -1, 1)
    return a_file(
        *(a_record(GOLD, f"{9 + i // 2:02d}:{30 * (i % 2):02d}", signs[i % 4]) for i in range(8)),
        *(a_record(OIL, f"{9 + i:02d}:10", 1) for i in range(4)),
    )


def options_for(file, *prices, **more):
    return Options(file, prices, runs=500, **more)


async def test_decisions_of_the_file_of_memory_and_interim_ones_stand_side_by_side(repeated, minutes, settings, swap):
    found = await backtest(settings, options_for(repeated, minutes), state=State(None, ""), swap=swap)

    analysts, memory, interim = found["sources"]
    assert sum(analysts["signals"].values()) == 12
    assert (sum(memory["signals"].values()), memory["abstained"]) == (10, 2)
    assert sum(interim["signals"].values()) == 2
    assert {each["runs"] for each in analysts["random"].values()} == {500}
    assert found["audit"]["violations"] == found["audit"]["changed_by_a_cut"] == 0
    assert found["audit"]["cuts_from_memory"] == 5
    assert found["audit"]["decisions_that_read_a_price"] == 12
    assert found["audit"]["declared"].keys() == {Used.FILL.value, Used.PRICE.value, Used.REMEMBERED.value}


async def test_the_same_seed_gives_the_same_figures(repeated, minutes, settings, swap):
    first, second = [
        await backtest(settings, options_for(repeated, minutes, cuts=0), state=State(None, ""), swap=swap)
        for _ in range(2)
    ]

    assert first == second


@pytest.mark.parametrize(
    ("leak", "line"),
    [
        (Leak.PRICE, "row 1, decided 2025-03-03T14:00:00.*: price known only at 2025-03-03T14:05:00"),
        (Leak.REMEMBERED, "2025-03-03T14:00:00.*: remembered decision known only at 2025-03-03T14:"),
    ],
)
async def test_a_planted_leak_fails_the_run(leak, line, repeated, minutes, settings, swap):  # noqa: PLR0917 - fixtures
    with pytest.raises(LookAhead, match=line):
        await backtest(settings, options_for(repeated, minutes, leak=leak), state=State(None, ""), swap=swap)


async def test_decisions_stamped_an_hour_early_fail_the_run_by_their_own_texts(a_file, minutes, settings, swap):
    columns = "Column descriptions:\n\ndatetime_est: when\nsummary: what\n\nDataFrame:\n\n"
    text = f"{columns}Row 1\ndatetime_est: 2025-03-03 08:30:00\nsummary: The exchange was robbed\n\nDecide."
    options = options_for(a_file(a_record(text, "09:00", -1)), minutes, cuts=0)

    await backtest(settings, options, state=State(None, ""), swap=swap)
    with pytest.raises(
        LookAhead, match=r"decided 2025-03-03T13:00:00.*: event in the text known only at .*T08:30:00-05:00"
    ):
        await backtest(settings, replace(options, leak=Leak.STAMP), state=State(None, ""), swap=swap)


async def played(world, rows):
    answers = {}
    audit = Audit({each.row: each.known_at for each in rows})
    await play(world, rows, audit, note=lambda each: answers.update({each.row: each}), strict=False)
    return answers, audit


@pytest.mark.parametrize(("leak", "same"), [(None, True), (Leak.REMEMBERED, False)])
async def test_without_the_auditor_a_cut_file_shows_what_was_learned_early(  # noqa: PLR0917 - fixtures
    leak, same, repeated, minutes, settings, swap
):
    world = World(
        settings, [minutes], {"BTC": pd.Timedelta("5min")}, replace(swap, embedder=Memoised(swap.embedder)), leak
    )
    rows = read_labelled(repeated).rows
    answers, audit = await played(world, rows)

    first, later = [await compare(world, rows, answers, row) for row in (1, 4)]

    assert any(each.row for each in audit.violations) is not same
    assert first.same is same
    assert later.cut is not None
    if same:
        assert later.same


async def test_a_cut_shows_prices_that_are_ahead(a_file, minutes, settings, swap, tmp_path):
    """The price leaps a minute after the question: with it, the remembered decision has lapsed, without it, not."""
    frame = pd.read_parquet(minutes.path)
    at = pd.Timestamp("2025-03-03T16:00:00Z")
    leap = frame["ts"] >= at
    frame.loc[leap, ["open", "high", "low", "close"]] *= 1.5
    path = tmp_path / "leap.parquet"
    frame.to_parquet(path)
    rows = read_labelled(a_file(a_record(GOLD, "10:00", 1), a_record(GOLD, "11:00", 1))).rows
    parts = replace(swap, embedder=Memoised(swap.embedder))
    honest = World(settings, [PriceFile(path, "BTC")], {"BTC": pd.Timedelta("5min")}, parts)
    leaky = replace(honest, leak=Leak.PRICE)

    outcomes = []
    for world in (honest, leaky):
        answers, _ = await played(world, rows)
        outcomes.append((await compare(world, rows, answers, 2)).same)

    assert outcomes == [True, False]


async def test_a_run_that_was_stopped_is_taken_up_again(repeated, minutes, settings, swap, tmp_path):
    options = options_for(repeated, minutes, cuts=2)
    partial, stages = tmp_path / "report.partial.json", []

    def stop(stage, done, _total):
        if stage == "decide as of each moment" and done == 7:
            asyncio.current_task().cancel()

    task = asyncio.create_task(backtest(settings, options, state=State(partial, options.key), swap=swap, advance=stop))
    with pytest.raises(asyncio.CancelledError):
        await task
    taken_up = State(partial, options.key)
    assert 7 <= len(taken_up.answers) < 12

    resumed = await backtest(
        settings, options, state=taken_up, swap=swap, advance=lambda stage, done, _: stages.append((stage, done))
    )

    assert stages[0][1] >= 7
    assert resumed == await backtest(settings, options, state=State(None, ""), swap=swap)


def test_what_another_run_left_is_not_taken_up(tmp_path, repeated, minutes):
    options = options_for(repeated, minutes)
    path = tmp_path / "report.partial.json"
    for content in ('{"key": "another", "answers": [], "cuts": []}', "{", '{"key": 1}'):
        path.write_text(content, encoding="utf-8")

        assert State(path, options.key).answers == {}


async def test_daily_bars_of_ten_tickers_with_decisions_of_our_own(a_file, settings, swap, tmp_path):
    """There are no decisions on shares in the shared data: these are ours, and say only that the machinery works."""
    rng = np.random.default_rng(2)
    days = pd.bdate_range("2025-01-02", periods=80)
    tables = []
    for ticker in TICKERS:
        close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, len(days))))
        table = {"open": close, "high": close, "low": close, "close": close, "adjusted_close": close, "volume": 1e6}
        tables.append(pd.DataFrame({"date": days.strftime("%Y-%m-%d"), **table, "ticker": ticker}))
    path = tmp_path / "stocks.parquet"
    pd.concat(tables).to_parquet(path)
    records = [
        {
            "input_report": f"{ticker} raises its guidance for the {part} quarter",
            "signal": sign,
            "asset": ticker,
            "datetime_est": f"2025-0{month}-{day:02d} 15:00:00",
        }
        for ticker in TICKERS
        for part, sign, month, day in (("first", 1, 2, 3), ("first", 1, 2, 12), ("second", -1, 3, 4))
    ]

    found = await backtest(
        settings, options_for(a_file(*records), PriceFile(path), cuts=2), state=State(None, ""), swap=swap
    )

    analysts = found["sources"][0]
    assert [each["asset"] for each in found["assets"]] == sorted(TICKERS)
    assert found["primary"] == "1 session"
    assert [(each["horizon"], each["right"]["n"]) for each in analysts["horizons"]] == [
        ("1 session", 30),
        ("2 sessions", 30),
        ("5 sessions", 30),
    ]
    assert analysts["verdict"] in {"edge", "no edge"}
    text = page(found, command="", made_on="2026-01-01", plots=draw(found, tmp_path / "plots"), folder="plots")
    assert "No funding: no asset is a perpetual" in text


class Failing:
    """The real encoder, until a text comes that it cannot stand."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def embed(self, texts):
        if OIL in texts:
            raise EmbedderUnavailable("the encoder went away")
        return await self._inner.embed(texts)


async def test_an_outage_ends_the_run_and_is_no_abstention(repeated, minutes, settings, swap):
    failing = replace(swap, embedder=Failing(swap.embedder))

    with pytest.raises(Unavailable, match="row 9 could not be asked"):
        await backtest(settings, options_for(repeated, minutes), state=State(None, ""), swap=failing)


async def test_a_file_without_times_is_refused(a_file, minutes, settings, swap):
    file = a_file({"input_report": GOLD, "signal": 1, "asset": "BTC"})

    with pytest.raises(ConfigurationError, match="no times"):
        await backtest(settings, options_for(file, minutes), state=State(None, ""), swap=swap)


@pytest.fixture
def command(redis_server, tmp_path, monkeypatch):
    monkeypatch.setenv("REDIS_URL", redis_server)
    monkeypatch.setenv("FORETHOUGHT_DATA_DIR", str(tmp_path / "data"))
    app = typer.Typer()
    app.command()(backtest_command)
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


def test_the_command_prints_json_and_writes_the_same_page_and_plots_again(command, repeated, minutes, tmp_path):
    report = tmp_path / "page.md"
    pages = []
    for _ in range(2):
        done = command(repeated, "--prices", f"BTC={minutes.path}", "--runs", 500, "--cuts", 1, "--report", report)
        assert done.exit_code == 0, (done.output, done.exception)
        pages.append([report.read_text(), *(each.read_text() for each in sorted((tmp_path / "page").iterdir()))])

    found = json.loads(done.stdout)
    assert (found["seed"], found["runs"], found["audit"]["cuts"]) == (7, 500, 1)
    assert pages[0] == pages[1]
    assert {each.name for each in (tmp_path / "page").iterdir()} >= {"accuracy.svg", "equity.svg", "random.svg"}
    assert set(re.findall(r"\((page/\w+\.svg)\)", pages[0][0])) <= {
        f"page/{p.name}" for p in (tmp_path / "page").iterdir()
    }
    assert not report.with_suffix(".partial.json").exists()


def test_the_command_fails_with_one_line_on_a_planted_leak_and_writes_no_page(command, repeated, minutes, tmp_path):
    report = tmp_path / "page.md"

    done = command(repeated, "--prices", f"BTC={minutes.path}", "--plant", "price", "--report", report)

    assert isinstance(done.exception, LookAhead)
    assert "\n" not in str(done.exception)
    assert not report.exists()


@pytest.mark.parametrize("wrong", [("--runs", "499"), ("--plant", "nothing"), ("--fee-bps", "-1")])
def test_the_command_refuses_what_makes_no_sense(wrong, command, repeated, minutes):
    assert command(repeated, "--prices", f"BTC={minutes.path}", *wrong).exit_code == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development data (../shared/data) is not here")
async def test_the_events_data_are_decided_without_look_ahead(settings, swap):
    prices = PriceFile(SHARED / "prices" / "btcusdt_5m_2025-02-15_2025-06-04.parquet", "BTC")
    options = options_for(SHARED / "events" / "df_events.parquet", prices, limit=10, cuts=1)

    found = await backtest(settings, options, state=State(None, ""), swap=swap)

    assert found["audit"]["declared"][Used.EVENT.value] == 100
    assert found["audit"]["violations"] == 0
    assert brief(found)["buy_and_hold"].keys() >= {"return", "max_drawdown", "sharpe"}
    assert "vectorbt" in sys.modules
