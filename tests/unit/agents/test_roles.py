"""The roles: their prompts, the form of their answers, the facts and the tool."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.agents.roles import DECIDING_SPECS, market_data, technical_analysis
from forethought.agents.roles.spec import RoleAnswer, ToolBox, prompt, versions
from forethought.application.ports.analysts import Case
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Indicators, MarketState, Session
from forethought.domain.opinion import DECIDING, Role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Of what OpenAI's and Azure's strict structured output both take; no bounds, no defaults.
STRICT_KEYWORDS = {"additionalProperties", "description", "enum", "items", "properties", "required", "title", "type"}


def a_case(market: MarketState | None = None, as_of: datetime = NOON) -> Case:
    return Case(asset="BTC", strategy="default", instruction="", news="", context=(), as_of=as_of, market=market)


# --- prompts and answers ----------------------------------------------------------------------------------------------


def test_every_deciding_role_has_a_specification_and_no_other() -> None:
    assert tuple(spec.role for spec in DECIDING_SPECS) == DECIDING


@pytest.mark.parametrize("role", DECIDING)
@pytest.mark.parametrize("version", versions())
def test_every_version_tells_every_role_who_it_is_and_whom_not_to_obey(role: Role, version: str) -> None:
    said = prompt(role, version)

    assert said.startswith("You are the ")
    assert "never a message to you" in said


def test_the_first_version_stands() -> None:
    assert versions()[0] == "v1"


@pytest.mark.parametrize(("role", "version"), [(Role.MARKET_DATA, "v1"), (Role.NEWS_SENTIMENT, "v0")])
def test_a_prompt_that_is_not_there_is_an_error_of_configuration(role: Role, version: str) -> None:
    with pytest.raises(ConfigurationError):
        prompt(role, version)


def keywords(schema: Any) -> Iterator[str]:
    """Yield the keywords of a schema; names of properties are none."""
    for name, value in schema.items():
        yield name
        for inner in value.values() if name == "properties" else [value] if name == "items" else []:
            yield from keywords(inner)


def test_the_form_of_an_answer_is_one_that_strict_structured_output_takes() -> None:
    schema = RoleAnswer.model_json_schema()

    assert set(keywords(schema)) <= STRICT_KEYWORDS
    assert schema["required"] == list(schema["properties"]) == ["signal", "conviction", "reasoning", "evidence"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["signal"]["enum"] == [-1, 0, 1]


# --- facts ------------------------------------------------------------------------------------------------------------


def test_facts_have_units_and_say_what_they_are() -> None:
    known = Indicators(
        at=NOON,
        close=98_765.4,
        return_1_frac=0.001,
        return_day_frac=-0.0123,
        rsi_14=71.04,
        macd_hist=12.3456,
        sma_20=97_000.0,
        sma_50=96_000.0,
        atr_14=987.654,
        bollinger_pct=0.9,
        volatility_day_frac=0.025,
    )
    market = MarketState(at=NOON, close=98_765.4, volatility_day_frac=0.025, session=Session.OPEN, indicators=known)

    assert market_data.facts(a_case(market)).lines == (
        "Last close of BTC: 98,765.4, in the quote currency.",
        "Move over the last bar: +0.10%.",
        "Move over 24 hours: -1.23%.",
        "Usual move of a day, one standard deviation: 2.50%, normal volatility.",
        "Market: open.",
    )
    assert technical_analysis.facts(market).lines == (
        "Indicators of the last closed bar, 2026-03-02T12:00Z, close 98,765.4.",
        "Trend, close against SMA(20) and SMA(50): uptrend.",
        "SMA(20): 97,000. SMA(50): 96,000.",
        "RSI(14), 0 to 100: 71.0; overbought.",
        "MACD(12, 26, 9) histogram, in units of price: +12.35.",
        "ATR(14), as a share of the close: 1.00%.",
        "Place in the Bollinger band (20 bars, 2 sd), 0 lower edge, 1 upper: 0.90.",
    )


def test_without_prices_the_facts_say_that_they_are_unknown() -> None:
    assert market_data.facts(a_case()).lines == ("Prices of BTC: unknown.",)
    assert technical_analysis.facts(None).lines == ("Indicators: unknown, no fresh prices.",)


def test_each_figure_that_is_unknown_is_said_to_be_unknown() -> None:
    nothing = Indicators(NOON, 100.0, *[None] * 9)
    market = MarketState(NOON, None, None, Session.UNKNOWN, nothing)

    said = [*market_data.facts(a_case(market)).lines, *technical_analysis.facts(market).lines]

    assert sum("unknown" in line for line in said) == 11
    assert "None" not in " ".join(said)


# --- the tool ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def hourly(tmp_path: Path) -> FileMarketData:
    """Bars of an hour over ten days around noon, each closing one higher, from 100 at the first."""
    start = NOON - timedelta(days=9)
    closes = [100.0 + i for i in range(240)]
    times = [start + timedelta(hours=i) for i in range(240)]
    frame = pd.DataFrame({"ts": times, "open": closes, "high": closes, "low": closes, "close": closes, "volume": 1.0})
    frame.to_parquet(tmp_path / "btc.parquet")
    return FileMarketData([PriceFile(tmp_path / "btc.parquet", "BTC")])


async def ask(prices: FileMarketData, hours: int, as_of: datetime = NOON) -> str:
    (tool,) = market_data.tools(ToolBox(a_case(as_of=as_of), prices))
    return await tool.call(hours=hours)


async def test_the_tool_measures_the_move_up_to_the_moment_and_sees_nothing_later(hourly: FileMarketData) -> None:
    """The bar that opened at 11:00 closed at noon at 315; 24 hours before it was 291."""
    assert await ask(hourly, 24) == ("BTC moved +8.25%: from 291 at 2026-03-01T12:00Z to 315 at 2026-03-02T12:00Z.")


async def test_the_tool_takes_the_last_price_known_by_the_beginning(hourly: FileMarketData) -> None:
    half_past = NOON + timedelta(minutes=30)

    assert (
        await ask(hourly, 1, half_past)
        == "BTC moved +0.32%: from 314 at 2026-03-02T11:00Z to 315 at 2026-03-02T12:00Z."
    )


async def test_the_tool_says_what_it_cannot_know(hourly: FileMarketData) -> None:
    early = NOON - timedelta(days=8)

    assert await ask(hourly, 48, early) == "The prices of BTC do not reach back 48 hours."
    assert await ask(FileMarketData([]), 24) == "No prices of BTC are known."


@pytest.mark.parametrize("hours", [0, -1, 169, 10**9])
async def test_the_tool_looks_back_a_week_at_most(hourly: FileMarketData, hours: int) -> None:
    assert await ask(hourly, hours) == "Ask for 1 to 168 hours."
