from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.application.insert import Record
from forethought.domain.decision import Signal
from forethought.domain.errors import LookAhead
from forethought.evals.backtest.auditor import AheadMarketData, Audit, AuditedMarketData, Used
from forethought.evals.labelled import Labelled

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)

PROMPT = """Column descriptions:

datetime_est: when
summary: what

DataFrame:

Row 1
datetime_est: 2025-03-03 {clock}
summary: The exchange was robbed

Decide."""


@pytest.fixture
def market(tmp_path):
    path = tmp_path / "btc.parquet"
    times = pd.date_range("2025-03-03", periods=288, freq="5min", tz="UTC")
    flat = dict.fromkeys(("open", "high", "low", "close"), 100.0)
    pd.DataFrame({"ts": times, **flat, "volume": 1.0}).to_parquet(path)
    return FileMarketData([PriceFile(path, "BTC")])


def a_row(clock, at=NOON):
    return Labelled(1, Record(PROMPT.format(clock=clock), ""), at, at, Signal.BUY)


async def test_a_price_five_minutes_ahead_turns_the_auditor_red(market):
    audit = Audit({})
    leaky = AuditedMarketData(AheadMarketData(market, FIVE), audit, bar={"BTC": FIVE})

    with audit.moment(1, NOON):
        await leaky.indicators("BTC", as_of=NOON)

    with pytest.raises(LookAhead, match=r"row 1, .*: price known only at 2025-03-03T12:05"):
        audit.require_clean()


async def test_bars_five_minutes_ahead_turn_it_red_too(market):
    audit = Audit({})

    with audit.moment(1, NOON):
        await AuditedMarketData(AheadMarketData(market, FIVE), audit, bar={"BTC": FIVE}).bars(
            "BTC", as_of=NOON, count=3
        )

    assert [each.known_at for each in audit.violations] == [NOON + FIVE]


async def test_prices_of_closed_bars_are_fine(market):
    audit = Audit({})
    honest = AuditedMarketData(market, audit, bar={"BTC": FIVE})

    with audit.moment(1, NOON):
        await honest.indicators("BTC", as_of=NOON)
        await honest.bars("BTC", as_of=NOON, count=3)

    audit.require_clean()
    assert audit.counts[1][Used.PRICE] == 4


def test_when_a_remembered_decision_was_known_is_looked_up_in_the_file():
    audit = Audit({7: NOON + HOUR})
    audit.learned("its-id", 7)

    with audit.moment(8, NOON):
        audit.remembered("its-id")

    with pytest.raises(LookAhead, match=r"row 8, .*: remembered decision known only at 2025-03-03T13:00"):
        audit.require_clean()


def test_a_remembered_decision_of_that_very_moment_is_fine():
    audit = Audit({7: NOON})
    audit.learned("its-id", 7)

    with audit.moment(8, NOON):
        audit.remembered("its-id")

    audit.require_clean()


def test_a_remembered_decision_that_is_in_no_file_turns_it_red():
    audit = Audit({})

    with audit.moment(8, NOON):
        audit.remembered("planted")

    with pytest.raises(LookAhead, match="remembered decision of unknown origin"):
        audit.require_clean()


def test_what_is_learned_together_may_read_each_other_before_its_ids_are_told():
    audit = Audit({7: NOON})

    with audit.moment(0, NOON):
        audit.remembered("its-id")
        audit.learned("its-id", 7)

    audit.require_clean()


def test_nothing_may_be_used_outside_a_decision():
    with pytest.raises(LookAhead, match="outside any decision"):
        Audit({}).used(Used.PRICE, NOON)


@pytest.mark.parametrize(("clock", "red"), [("07:00:00", False), ("07:00:01", True), ("08:00:00", True)])
def test_a_decision_stamped_before_the_events_of_its_text_turns_it_red(clock, red):
    """Noon UTC is seven in the east, all year."""
    audit = Audit({})

    audit.text(a_row(clock))

    assert bool(audit.violations) is red
    assert audit.counts[1] == {Used.EVENT: 1}


@pytest.mark.parametrize(("opened", "red"), [(NOON - FIVE, True), (NOON, True), (NOON + FIVE, False)])
def test_a_fill_must_be_in_a_bar_that_opens_after_the_decision(opened, red):
    audit = Audit({})

    audit.fill(3, NOON, opened)

    assert bool(audit.violations) is red
