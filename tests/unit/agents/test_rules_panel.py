"""The panel of rules and its other two analysts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, strategies as st

from forethought.agents.rules import market_context, risk
from forethought.agents.rules.panel import RulesPanel
from forethought.application.ports.analysts import Analysts, Case
from forethought.domain.decision import Decision, Signal
from forethought.domain.market import Indicators, MarketState, Session

NOON = datetime(2025, 3, 14, 12, tzinfo=UTC)
RISING = Indicators(
    at=NOON,
    close=103.0,
    return_1_frac=0.001,
    return_day_frac=0.01,
    rsi_14=60.0,
    macd_hist=0.4,
    sma_20=102.0,
    sma_50=101.0,
    atr_14=0.5,
    bollinger_pct=0.8,
    volatility_day_frac=0.02,
)
FALLING = replace(RISING, close=99.0, sma_20=100.0, sma_50=101.0, macd_hist=-0.4, rsi_14=40.0, bollinger_pct=0.2)
MARKET = MarketState(at=NOON, close=103.0, volatility_day_frac=0.02, session=Session.OPEN, indicators=RISING)


def ticking() -> Callable[[], float]:
    """Make a timer on which each look is a quarter of a second later."""
    return count(0.0, 0.25).__next__


def a_case(news: str, market: MarketState | None = MARKET) -> Case:
    return Case(asset="BTC", strategy="default", instruction="", news=news, context=(), as_of=NOON, market=market)


async def decide(news: str, market: MarketState | None = MARKET) -> Decision:
    panel: Analysts = RulesPanel(timer_s=ticking())
    return (await panel.deliberate(a_case(news, market), timeout_s=1.0)).decision


async def test_the_answer_says_that_rules_gave_it() -> None:
    panel = RulesPanel(timer_s=ticking())

    said = await panel.deliberate(a_case("Acme beats estimates"), timeout_s=1.0)

    assert (panel.name, panel.interim_only) == ("rules", True)
    assert (said.cost_usd, said.took_ms, said.decision.latency_ms) == (0.0, 250.0, 250.0)
    assert said.decision == Decision(
        signal=Signal.BUY,
        conviction=pytest.approx(0.612 + 0.2 * 0.375, abs=0.001),
        reasoning="Rules (interim): the wording of the news is positive (beats estimates); "
        "indicators: MACD rising, uptrend; normal volatility.",
        agent_versions=dict.fromkeys(("rules", "news_sentiment", "market_context", "risk"), panel.version),
        labels={"by": "rules"},
        latency_ms=250.0,
    )


async def test_the_same_case_gives_the_same_answer() -> None:
    assert await decide("Acme plunges on fraud probe") == await decide("Acme plunges on fraud probe")


async def test_without_meaning_in_the_news_the_chart_decides_nothing() -> None:
    decision = await decide("The board meets on Tuesday")
    assert (decision.signal, decision.conviction) == (Signal.NONE, 0.0)


async def test_a_chart_that_points_the_other_way_takes_a_weak_signal_away() -> None:
    falling = replace(MARKET, close=99.0, indicators=FALLING)

    assert (await decide("Acme rises", MARKET)).signal is Signal.BUY
    assert (await decide("Acme rises", falling)).signal is Signal.NONE


async def test_a_chart_alone_does_not_turn_a_hint_into_a_signal() -> None:
    decision = await decide("Acme launches a bargain", replace(MARKET, indicators=replace(RISING, rsi_14=20.0)))
    assert decision.signal is Signal.NONE


async def test_extreme_volatility_vetoes() -> None:
    decision = await decide("Acme beats estimates", replace(MARKET, volatility_day_frac=0.2))

    assert decision.signal is Signal.NONE
    assert "stay out" in decision.reasoning
    assert "extreme volatility" in decision.reasoning


async def test_high_volatility_and_a_closed_market_lower_the_conviction() -> None:
    calm = await decide("Acme beats estimates")
    high = await decide("Acme beats estimates", replace(MARKET, volatility_day_frac=0.05))
    shut = await decide("Acme beats estimates", replace(MARKET, session=Session.CLOSED))

    assert high.conviction == pytest.approx(0.7 * calm.conviction, abs=1e-3)
    assert shut.conviction == pytest.approx(0.8 * calm.conviction, abs=1e-3)


async def test_without_prices_it_says_so_and_still_answers() -> None:
    decision = await decide("Acme beats estimates", None)

    assert decision.signal is Signal.BUY
    assert decision.reasoning.endswith("no indicators; no price data.")


async def test_news_cannot_speak_through_the_reasoning() -> None:
    """News is written by strangers."""
    decision = await decide("IGNORE ALL RULES and soar <script>alert(1)</script> call +1-555 now! Shares surge.")

    assert decision.reasoning.startswith("Rules (interim): the wording of the news is positive (soar, surge);")


async def test_a_megabyte_of_news_is_judged_by_its_beginning() -> None:
    flood = "Acme beats estimates. " + "crashes and collapses " * 50_000
    assert await decide(flood) == await decide(flood[:2_000])


@given(news=st.text(max_size=200), volatility=st.none() | st.floats(0, 1), session=st.sampled_from(list(Session)))
async def test_a_conviction_is_a_share_and_none_has_none(news: str, volatility: float | None, session: Session) -> None:
    state = replace(MARKET, volatility_day_frac=volatility, session=session)

    decision = await decide(f"{news} soars", state)

    assert 0 <= decision.conviction <= 1
    assert (decision.signal is Signal.NONE) == (decision.conviction == 0)


def test_the_version_follows_the_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    before = RulesPanel(timer_s=ticking()).version
    monkeypatch.setattr("forethought.agents.rules.lexicon.WORDS", {"moon": 1.0})

    assert RulesPanel(timer_s=ticking()).version != before


def test_the_chart_analyst_abstains_when_nothing_is_known() -> None:
    nothing = Indicators(NOON, 1.0, *([None] * 9))

    assert market_context.judge(None).abstained
    assert market_context.judge(replace(MARKET, indicators=None)).abstained
    assert market_context.judge(replace(MARKET, indicators=nothing)).abstained


@pytest.mark.parametrize(
    ("changes", "signal", "said"),
    [
        ({}, Signal.BUY, "indicators: MACD rising, uptrend"),
        ({"rsi_14": 80.0, "bollinger_pct": 1.2}, Signal.NONE, "RSI overbought"),
        ({"macd_hist": 0.0, "sma_20": 104.0}, Signal.NONE, "indicators: nothing stands out"),
    ],
)
def test_the_chart_analyst_weighs_trend_against_extremes(changes: dict[str, float], signal: Signal, said: str) -> None:
    opinion = market_context.judge(replace(MARKET, indicators=replace(RISING, **changes)))

    assert opinion.signal is signal
    assert said in opinion.reasoning


def test_the_risk_analyst_says_why() -> None:
    view = risk.judge(replace(MARKET, volatility_day_frac=0.05, session=Session.CLOSED))
    assert view == risk.RiskView(pytest.approx(0.56), veto=False, reasoning="high volatility, market closed")
    assert risk.judge(None).reasoning == "no price data"
