"""Several sources behind one: who is asked, and who is left alone for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from tests.fakes.price_vendor import NOW

from forethought.adapters.marketdata.failover import Failover
from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable


@dataclass
class Told:
    """A source that does as it is told."""

    name: str
    fails: SourceUnavailable | None = None
    asked: list[str] = field(default_factory=list)
    closed: bool = False

    async def bars(self, ticker: str, interval: Interval, *, start: datetime, end: datetime) -> PriceBatch:
        self.asked.append(ticker)
        if self.fails is not None:
            raise self.fails
        return PriceBatch(ticker, interval, [], [], self.name)

    async def close(self) -> None:
        self.closed = True


@dataclass
class Stopwatch:
    at_s: float = 0.0

    def __call__(self) -> float:
        return self.at_s


async def ask(source: Failover, ticker: str = "AAPL") -> str:
    return (await source.bars(ticker, Interval.MINUTE, start=NOW - timedelta(minutes=5), end=NOW)).source


async def test_the_first_that_answers_is_named_and_one_that_failed_is_left_alone_for_that_ticker():
    first, second, timer = Told("first", SourceUnavailable("no such ticker")), Told("second"), Stopwatch()
    both = Failover([first, second], pause_s=60, timer=timer)

    answered = [await ask(both), await ask(both), await ask(both, "MSFT")]
    timer.at_s = 61
    first.fails = None
    answered.append(await ask(both))

    assert answered == ["second", "second", "second", "first"]
    assert first.asked == ["AAPL", "MSFT", "AAPL"]
    assert both.name == "first>second"


async def test_a_source_that_asks_us_to_wait_is_asked_nothing_so_long():
    first, second, timer = Told("first", SourceUnavailable("wait", retry_after_s=300)), Told("second"), Stopwatch()
    both = Failover([first, second], timer=timer)

    answered = [await ask(both), await ask(both, "MSFT")]
    timer.at_s = 301
    first.fails = None
    answered.append(await ask(both, "MSFT"))

    assert answered == ["second", "second", "first"]
    assert first.asked == ["AAPL", "MSFT"]


async def test_when_nobody_answers_it_is_said_when_to_come_again():
    first, second = (
        Told("first", SourceUnavailable("down")),
        Told("second", SourceUnavailable("busy", retry_after_s=20)),
    )
    both = Failover([first, second], pause_s=60, timer=Stopwatch())

    for _ in range(2):
        with pytest.raises(SourceUnavailable) as caught:
            await ask(both)
        assert caught.value.retry_after_s == 20

    await both.close()
    assert (first.asked, second.asked, first.closed, second.closed) == (["AAPL"], ["AAPL"], True, True)


async def test_without_any_source_there_are_no_prices():
    with pytest.raises(SourceUnavailable, match="no source"):
        await ask(Failover([]))
