"""Prices from files through the checks into the store, and the command that does it."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from redis.asyncio import Redis
from typer.testing import CliRunner

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData
from forethought.adapters.marketdata.stored import StoredMarketData
from forethought.adapters.marketdata.tables import read_prices
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.prices import RedisPriceStore
from forethought.adapters.redis.store import Store
from forethought.adapters.system.clock import VirtualClock
from forethought.application.ports.prices import Interval, PriceBatch, Split
from forethought.application.prices import Prices, missing_bars
from forethought.application.survey import Survey
from forethought.bootstrap.store import connect
from forethought.domain.errors import ConfigurationError, InvalidAsset
from forethought.domain.market import Bar
from forethought.domain.quality import Code
from forethought.entrypoints.cli.prices import prices as command
from forethought.settings import Settings

SHARED = Path(__file__).parents[3] / "shared" / "data" / "prices"
needs_data = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data/prices")
FIVE, DAY = timedelta(minutes=5), timedelta(days=1)
MONDAY = datetime(2025, 3, 3, tzinfo=UTC)


class Heard:
    """Events, as they were told."""

    def __init__(self):
        self.told = []

    def publish(self, type_, asset, data):
        self.told.append((type_, asset, data))


@pytest.fixture
async def store(redis_server, redis_client: Redis):
    store = Store(connect(Settings(), redis_server))
    yield store
    await store.close()


@pytest.fixture
def clock():
    return VirtualClock(datetime(2025, 6, 5, tzinfo=UTC))


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def use(store, key_prefix, clock, heard):
    kept, calendar = RedisPriceStore(store, Keys(key_prefix)), ExchangeCalendars()
    market = StoredMarketData(kept, calendar, clock, fallback=FileMarketData([]), patience_s=60.0)
    return Prices(kept, Survey(market, calendar), calendar, clock, heard)


def bars(count, *, start=MONDAY, length=FIVE, close=100.0):
    """Bars that wander a little, without any randomness."""
    closes = [close * (1 + 0.001 * ((i * 7) % 5 - 2)) for i in range(count)]
    return [Bar(start + i * length, c, c * 1.01, c * 0.99, c, 10.0 + i % 3) for i, c in enumerate(closes)]


def batch(rows, *, ticker="BTC", interval=Interval.FIVE_MINUTES, splits=()):
    return PriceBatch(ticker, interval, rows, splits, "test")


def table(rows, **columns):
    frame = pd.DataFrame([(b.opened_at, b.open, b.high, b.low, b.close, b.volume) for b in rows])
    frame.columns = ["Date", "Open", "High", "Low", "Close", "Volume"]
    return frame.assign(**columns)


async def imported(use, path, **how):
    done = [await use.write(each) for piece in read_prices(path, **how) for each in piece.batches]
    return sum(each.bars for each in done), [found.code for each in done for found in (*each.refused, *each.suspicious)]


@needs_data
async def test_two_years_of_ten_shares_are_imported_with_their_splits_and_nothing_is_found(use):
    """And every day is there: no false gap at a holiday, no false split."""
    written, findings = await imported(use, SHARED / "us_stocks_daily_2022_2024.parquet")

    assert (written, findings) == (7_530, [])
    assert len(await use.tickers()) == 10
    splits = {ticker: [(s.on, s.ratio) for s in await use.splits(ticker)] for ticker in await use.tickers()}
    assert {ticker: found for ticker, found in splits.items() if found} == {
        "AVGO": [(date(2024, 7, 15), 10.0)],
        "GOOGL": [(date(2022, 7, 18), 20.0)],
        "NVDA": [(date(2024, 6, 10), 10.0)],
    }


@needs_data
@pytest.mark.parametrize("adjusted", [True, False])
async def test_without_a_column_of_splits_they_come_from_the_adjusted_close_or_are_suspected(use, tmp_path, adjusted):
    frame = pd.read_parquet(SHARED / "us_stocks_daily_2022_2024.parquet").drop(columns="split_coefficient")
    frame = frame[frame["ticker"].isin(["NVDA", "AVGO", "GOOGL", "TXN"])]
    (frame if adjusted else frame.drop(columns="adjusted_close")).to_csv(tmp_path / "daily.csv", index=False)

    _, findings = await imported(use, tmp_path / "daily.csv")

    assert findings == ([] if adjusted else [Code.SPLIT_SUSPECTED] * 3)
    assert await use.splits("NVDA") == ([Split(date(2024, 6, 10), 10.0)] if adjusted else [])


@needs_data
async def test_a_split_that_the_prices_show_adjusted_already_is_refused(use, tmp_path):
    """As a file of adjusted prices with a column of splits would have it."""
    frame = pd.read_parquet(SHARED / "us_stocks_daily_2022_2024.parquet")
    frame = frame[frame["ticker"] == "NVDA"]
    factor = frame["adjusted_close"] / frame["close"]
    for name in ("open", "high", "low", "close"):
        frame[name] = frame[name] * factor
    frame.drop(columns="adjusted_close").to_parquet(tmp_path / "adjusted.parquet")

    written, findings = await imported(use, tmp_path / "adjusted.parquet")

    assert (written, findings) == (753, [Code.SPLIT_MISMATCH])
    assert await use.splits("NVDA") == []


@needs_data
async def test_five_minutes_of_btc_are_imported_and_described_in_words(use):
    written, findings = await imported(use, SHARED / "btcusdt_5m_2025-02-15_2025-06-04.parquet", ticker="BTC")
    regime = await use.regime("BTC", datetime(2025, 5, 1, 12, 3, tzinfo=UTC))

    assert (written, findings) == (31_680, [Code.SPIKE] * 3)
    assert regime.words == "Market regime: uptrend, strong momentum, normal volatility, market open."
    assert len(await use.read("BTC", Interval.DAY, count=999)) == 110


async def test_broken_rows_are_refused_and_counted_and_the_rest_goes_on(use, tmp_path):
    frame = table(bars(200), ticker="BTC").astype("string")
    frame.loc[3, "Close"] = "n/a"
    frame.loc[5, "High"] = "-4"
    frame.loc[7, "Low"] = "1e9"
    frame.loc[9, "Date"] = "yesterday"
    frame.loc[11, "Date"] = "2025-03-03 00:57:13"
    frame.loc[13, "Date"] = "2199-01-01 00:00:00"
    frame.loc[15, "Date"] = frame.loc[16, "Date"]
    path = tmp_path / "bars.csv"
    path.write_text(frame.to_csv(index=False) + "1,2,3\n" + ",".join("a" * 30) + "\n")

    (piece,) = read_prices(path)
    done = await use.write(piece.batches[0])

    assert piece.refused == {"invalid_time": 1, "invalid_row": 2}
    assert sorted(found.code for found in done.refused) == sorted(
        [
            Code.NON_FINITE,
            Code.NON_POSITIVE,
            Code.INCONSISTENT,
            Code.MISALIGNED,
            Code.INVALID_TIME,
            Code.DUPLICATE,
        ]
    )
    assert done.bars == 193
    assert {found.code for found in done.suspicious} == {Code.GAP}


@pytest.mark.parametrize(
    "write",
    [
        lambda day: f"{day:%Y-%m-%d}",
        lambda day: f"{day:%Y-%m-%d} 00:00:00-05:00",
        lambda day: f"{day:%Y-%m-%d}T00:00:00+09:00",
        lambda day: f"{day:%Y%m%d}",
        lambda day: str(int(day.timestamp())),
        lambda day: str(int(day.timestamp() * 1000)),
    ],
)
async def test_a_daily_bar_belongs_to_the_day_that_is_written(tmp_path, write):
    rows = bars(8, length=DAY)
    frame = table(rows)
    frame["Date"] = [write(row.opened_at) for row in rows]
    frame.to_csv(tmp_path / "daily.csv", index=False, encoding="utf-8-sig")

    (piece,) = read_prices(tmp_path / "daily.csv", ticker="AAPL")

    assert [bar.opened_at for bar in piece.batches[0].bars] == [row.opened_at for row in rows]
    assert piece.batches[0].interval is Interval.DAY


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("date,open,high,low,close\n2025-01-01,1,1,1,1\n", "no column volume"),
        ("a,b\n1,2\n", "no column open"),
        ("date,open,high,low,close,volume\n2025-01-01,1,1,1,1,1\n", "fewer than two bars"),
        ("date,open,high,low,close,volume\n2025-01-01,1,1,1,1,1\n2025-01-08,1,1,1,1,1\n", "7 days, 0:00:00 apart"),
        ("", "cannot be read"),
        ("date,open,high,low,close,volume\n", "no rows"),
        (b"\xff\xfe\x00\x01,\x80\n\x00\x81", "no rows"),
        (b"\xff\xfe\x00\x01,\x80\n\x00\x81,3", "no column"),
    ],
)
def test_a_file_that_is_no_table_of_bars_is_refused(tmp_path, content, said):
    path = tmp_path / "b.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(ConfigurationError, match=said):
        list(read_prices(path, ticker="BTC"))


async def test_gaps_are_those_of_the_trading_calendar(use):
    """A share's night, weekend and Good Friday (18 April 2025) are none; a coin has no such thing."""
    days = [MONDAY + i * DAY for i in range(60) if (MONDAY + i * DAY).weekday() < 5]
    rows = [bar for day in days for bar in bars(1, start=day, length=DAY) if day.date() != date(2025, 4, 18)]
    without = [bar for bar in rows if bar.opened_at.date() != date(2025, 3, 19)]

    whole = await use.write(batch(rows, ticker="AAPL", interval=Interval.DAY))
    share = await use.write(batch(without, ticker="MSFT", interval=Interval.DAY))
    coin = await use.write(batch(rows[:6], ticker="ETH", interval=Interval.DAY))
    unknown = await use.write(batch(rows[:6], ticker="X1234567", interval=Interval.DAY))

    assert (list(whole.suspicious), list(unknown.suspicious)) == ([], [])
    assert [(f.code, f.at.date()) for f in share.suspicious] == [(Code.GAP, date(2025, 3, 19))]
    assert [(f.code, f.at.date()) for f in coin.suspicious] == [(Code.GAP, date(2025, 3, 8))]


def test_missing_bars_of_a_session_are_counted_and_a_century_costs_little():
    calendar = ExchangeCalendars()
    friday = datetime(2025, 3, 7, 20, 30, tzinfo=UTC)
    monday = datetime(2025, 3, 10, 14, 0, tzinfo=UTC)  # opens at 13:30: summer time began on Sunday

    assert missing_bars(calendar, "AAPL", FIVE)(friday, monday) == 6 + 6
    assert missing_bars(calendar, "BTC", FIVE)(friday, friday + 100 * 365 * DAY) == 1_000
    assert missing_bars(calendar, "X1234567", FIVE)(friday, monday) == 0


async def test_only_a_bar_that_is_news_is_told(use, clock, heard):
    rows = bars(300)
    clock.time = rows[-1].opened_at + FIVE + timedelta(seconds=2)

    await use.write(batch(rows[:200]))  # history
    await use.write(batch(rows[200:]))
    await use.write(batch(rows[250:251]))  # a correction of an old one
    last = rows[-1]

    assert heard.told == [
        (
            "price",
            "BTC",
            {
                "interval": "5m",
                "opened_at": last.opened_at.isoformat(),
                **{name: getattr(last, name) for name in ("open", "high", "low", "close", "volume")},
                "closed": True,
                "source": "test",
            },
        )
    ]
    assert json.dumps(heard.told)


async def test_a_split_suspected_in_one_bar_alone_is_seen_with_what_was_kept(use):
    rows = bars(40, length=DAY)
    split = Bar(rows[30].opened_at, 25.0, 25.5, 24.5, 25.0, 44.0)
    await use.write(batch(rows[:30], ticker="ETH", interval=Interval.DAY))

    suspected = await use.write(batch([split], ticker="ETH", interval=Interval.DAY))
    declared = await use.write(
        batch([split], ticker="ETH", interval=Interval.DAY, splits=[Split(split.opened_at.date(), 4.0)])
    )

    assert [found.code for found in suspected.suspicious] == [Code.SPLIT_SUSPECTED]
    assert (list(declared.suspicious), list(declared.refused)) == ([], [])
    assert [bar.close for bar in await use.read("ETH", Interval.DAY, count=2)] == [rows[29].close / 4, 25.0]


async def test_a_check_finds_what_is_out_of_date_and_a_split_that_nobody_declared(use, clock):
    rows = bars(60, length=DAY)
    rows[30:] = [Bar(b.opened_at, b.open / 4, b.high / 4, b.low / 4, b.close / 4, b.volume * 4) for b in rows[30:]]
    clock.time = rows[-1].opened_at + DAY
    await use.write(batch(rows, ticker="ETH", interval=Interval.DAY))

    in_time = await use.check("ETH", Interval.DAY, count=99)
    clock.time += 6 * DAY
    late = await use.check("ETH", Interval.DAY, count=99)

    assert [found.code for found in in_time.findings] == [Code.SPLIT_SUSPECTED]
    assert [found.code for found in late.findings] == [Code.SPLIT_SUSPECTED, Code.STALE]
    assert (await use.check("DOGE", Interval.DAY, count=99)).bars == 0


@pytest.mark.parametrize("ticker", ["", "*", "A B", "A:close", "x" * 30, "\n"])
async def test_a_malformed_ticker_is_refused(use, ticker):
    with pytest.raises(InvalidAsset):
        await use.write(batch(bars(3), ticker=ticker))
    with pytest.raises(InvalidAsset):
        await use.read(ticker, Interval.DAY, count=1)


def test_the_command_imports_lists_and_checks(tmp_path, redis_server, key_prefix):
    environment = {
        "FORETHOUGHT_DATA_DIR": str(tmp_path / "data"),
        "FORETHOUGHT_NAMESPACE": key_prefix,
        "REDIS_URL": redis_server,
    }
    rows = bars(300)
    rows[40] = Bar(rows[40].opened_at, 1.0, 0.5, 2.0, 1.0, 1.0)
    table(rows).to_parquet(tmp_path / "btc.parquet")

    def ran(*arguments, code):
        done = CliRunner().invoke(command, [*map(str, arguments)], env=environment)
        assert done.exit_code == code, (done.output, done.exception)
        return json.loads(done.stdout) if done.stdout else done.exception

    outcome = ran("import", tmp_path / "btc.parquet", "--ticker", "btc", code=1)
    (held,) = ran("list", code=0)
    checked = ran("check", "BTC", code=1)

    assert (outcome["rows"], outcome["written"], outcome["refused"]) == (300, 299, {"inconsistent": 1})
    assert outcome["suspicious"] == {"gap": 1}
    assert (held["ticker"], held["close"], list(held["last"])) == ("BTC", rows[-1].close, ["5m", "1h", "1d"])
    assert {each["code"] for each in checked["findings"]} == {"gap", "stale"}
    assert isinstance(ran("import", tmp_path / "btc.parquet", code=1), ConfigurationError)
    assert isinstance(ran("import", tmp_path / "none.parquet", code=1), ConfigurationError)
    assert isinstance(ran("check", "a b", code=1), InvalidAsset)
