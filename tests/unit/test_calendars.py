"""Sessions by asset, from the real calendars."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st

from forethought.adapters.marketdata.calendars import SUFFIXES, ExchangeCalendars, calendar_of
from forethought.domain.market import Session

OPEN, CLOSED, UNKNOWN = Session.OPEN, Session.CLOSED, Session.UNKNOWN


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture(scope="module")
def calendars() -> ExchangeCalendars:
    return ExchangeCalendars()


@pytest.mark.parametrize(
    ("asset", "at", "expected"),
    [
        ("AAPL", utc(2025, 7, 2, 13, 29), CLOSED),
        ("AAPL", utc(2025, 7, 2, 13, 30), OPEN),
        ("AAPL", utc(2025, 7, 2, 19, 59), OPEN),
        ("AAPL", utc(2025, 7, 2, 20, 0), CLOSED),
        ("AAPL", utc(2025, 7, 3, 16, 59), OPEN),
        ("AAPL", utc(2025, 7, 3, 17, 0), CLOSED),
        ("AAPL", utc(2025, 7, 4, 15, 0), CLOSED),
        ("AAPL", utc(2025, 7, 5, 15, 0), CLOSED),
        ("AAPL", utc(2025, 11, 27, 16, 0), CLOSED),
        ("AAPL", utc(2025, 11, 28, 17, 59), OPEN),
        ("AAPL", utc(2025, 11, 28, 18, 0), CLOSED),
        ("BRK.B", utc(2025, 7, 2, 15, 0), OPEN),
        ("VOD.L", utc(2025, 7, 3, 7, 0), OPEN),
        ("SAP.DE", utc(2025, 7, 3, 15, 29), OPEN),
        ("MC.PA", utc(2025, 7, 14, 9, 0), OPEN),
        ("7203.T", utc(2025, 7, 3, 2, 0), OPEN),
        ("7203.T", utc(2025, 7, 3, 3, 0), CLOSED),
        ("7203.T", utc(2025, 7, 3, 3, 30), OPEN),
        ("0700.HK", utc(2025, 7, 3, 6, 0), OPEN),
        ("GC=F", utc(2025, 7, 2, 3, 0), OPEN),
        ("XAU", utc(2025, 7, 5, 12, 0), CLOSED),
        ("EURUSD", utc(2025, 7, 4, 23, 59), OPEN),
        ("EURUSD", utc(2025, 7, 5, 0, 0), CLOSED),
        ("BTC", utc(2025, 7, 5, 3, 0), OPEN),
        ("WHATEVER-1", utc(2025, 7, 3, 15, 0), UNKNOWN),
    ],
)
def test_a_session_follows_holidays_half_days_and_lunch_breaks(
    calendars: ExchangeCalendars, asset: str, at: datetime, expected: Session
) -> None:
    assert calendars.session(asset, at) is expected


@pytest.mark.parametrize(
    ("monday", "opens_at_utc"), [((2025, 3, 3), (14, 30)), ((2025, 3, 10), (13, 30)), ((2025, 11, 3), (14, 30))]
)
def test_the_opening_bell_follows_daylight_saving(
    calendars: ExchangeCalendars, monday: tuple[int, ...], opens_at_utc: tuple[int, ...]
) -> None:
    sunday = utc(*monday) - timedelta(hours=12)
    assert calendars.next_open("AAPL", sunday) == utc(*monday, *opens_at_utc)


@pytest.mark.parametrize(
    ("asset", "after", "expected"),
    [
        ("AAPL", utc(2025, 7, 3, 18), utc(2025, 7, 7, 13, 30)),
        ("AAPL", utc(2025, 7, 7, 13, 30), utc(2025, 7, 8, 13, 30)),
        ("AAPL", utc(2025, 12, 31, 22), utc(2026, 1, 2, 14, 30)),
        ("7203.T", utc(2025, 7, 3, 1), utc(2025, 7, 4, 0, 0)),
        ("EURUSD", utc(2025, 7, 1, 12), utc(2025, 7, 7)),
        ("GC=F", utc(2025, 7, 5), utc(2025, 7, 6, 22)),
        ("BTC", utc(2025, 7, 5), None),
        ("WHATEVER-1", utc(2025, 7, 5), None),
    ],
)
def test_the_next_opening_skips_closed_days_and_lunch(
    calendars: ExchangeCalendars, asset: str, after: datetime, expected: datetime | None
) -> None:
    assert calendars.next_open(asset, after) == expected


@pytest.mark.parametrize(
    ("asset", "code"),
    [
        ("btc", "24/7"),
        ("ETHUSDT", "24/7"),
        ("BTC-USD", "24/7"),
        ("SOL/USD", "24/7"),
        ("NEWCOINUSDT", "24/7"),
        ("EUR/USD", "24/5"),
        ("USDJPY=X", "24/5"),
        ("CL=F", "CMES"),
        ("XAUUSD", "CMES"),
        ("TSLA", "XNYS"),
        ("BRK-B", "XNYS"),
        ("^GSPC", "XNYS"),
        ("RELIANCE.NS", "XBOM"),
        ("ABC.QQ", None),
        ("", None),
        ("TOOLONG", None),
    ],
)
def test_a_symbol_names_its_calendar(asset: str, code: str | None) -> None:
    assert calendar_of(asset) == code


def test_the_mapping_can_be_overridden() -> None:
    """`SOL` is also a share; whoever trades that says so."""
    calendars = ExchangeCalendars(calendars={"sol": "XNYS", "MYSWAP-1": "24/7"})

    assert calendars.session("SOL", utc(2025, 7, 5, 15)) is CLOSED
    assert calendars.session("MYSWAP-1", utc(2025, 7, 5, 15)) is OPEN


def test_every_calendar_of_a_suffix_exists() -> None:
    calendars = ExchangeCalendars()
    wednesday = utc(2025, 7, 2, 12)

    unknown = [suffix for suffix in SUFFIXES if calendars.session(f"ABC.{suffix}", wednesday) is UNKNOWN]

    assert unknown == []


@pytest.mark.parametrize(
    ("asset", "at"),
    [
        ("AAPL", utc(1, 1, 1)),
        ("AAPL", utc(9999, 12, 31, 23)),
        ("AAPL", utc(2101, 1, 1)),
        ("RELIANCE.NS", utc(2090, 7, 1)),
    ],
)
def test_times_beyond_the_calendars_are_unknown_and_raise_nothing(
    calendars: ExchangeCalendars, asset: str, at: datetime
) -> None:
    assert calendars.session(asset, at) is UNKNOWN
    assert calendars.next_open(asset, at) is None


def test_a_calendar_that_does_not_exist_is_unknown() -> None:
    calendars = ExchangeCalendars(calendars={"AAPL": "XNOWHERE"})
    assert calendars.session("AAPL", utc(2025, 7, 2, 15)) is UNKNOWN


def test_years_ahead_are_known_beyond_the_default_range_of_the_library(calendars: ExchangeCalendars) -> None:
    assert calendars.session("AAPL", utc(2040, 7, 3, 15)) is OPEN


def test_another_time_zone_is_the_same_moment(calendars: ExchangeCalendars) -> None:
    tokyo = timezone(timedelta(hours=9))
    new_year_in_tokyo = datetime(2026, 1, 1, 1, 0, tzinfo=tokyo)
    assert calendars.session("AAPL", new_year_in_tokyo) is calendars.session("AAPL", utc(2025, 12, 31, 16)) is OPEN


async def test_a_warmed_calendar_answers_in_the_background_mode() -> None:
    calendars = ExchangeCalendars(background=True)

    await calendars.warm("AAPL", "BTC", "WHATEVER-1", at=utc(2025, 7, 2))

    assert calendars.session("AAPL", utc(2025, 7, 2, 15)) is OPEN
    assert calendars.session("AAPL", utc(2026, 7, 1, 15)) is OPEN


def test_an_unbuilt_calendar_is_unknown_until_a_thread_has_built_it() -> None:
    calendars = ExchangeCalendars(background=True)
    monday = utc(2025, 7, 7, 10)

    first = calendars.session("EURUSD", monday)
    for thread in threading.enumerate():
        if thread.name == "calendar-24/5-2025":
            thread.join()

    assert first is UNKNOWN
    assert calendars.session("EURUSD", monday) is OPEN


@settings(deadline=None, max_examples=200)
@given(
    at=st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive limits
    asset=st.sampled_from(["AAPL", "VOD.L", "7203.T", "GC=F", "EURUSD"]),
)
def test_a_market_is_open_right_after_its_next_opening(calendars: ExchangeCalendars, at: datetime, asset: str) -> None:
    opening = calendars.next_open(asset, at)

    assert opening is not None
    assert opening > at
    assert opening - at < timedelta(days=12)
    assert calendars.session(asset, opening) is OPEN
    assert calendars.session(asset, opening - timedelta(minutes=2)) is CLOSED


def test_many_threads_build_a_year_once() -> None:
    calendars = ExchangeCalendars()

    async def ask() -> list[Session]:
        asked = (asyncio.to_thread(calendars.session, "EURUSD", utc(2025, 7, 7, 10)) for _ in range(8))
        return await asyncio.gather(*asked)

    assert set(asyncio.run(ask())) == {OPEN}
    assert list(calendars._years) == [("24/5", 2025)]
