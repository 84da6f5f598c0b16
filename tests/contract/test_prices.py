"""Kept prices on a real RedisTimeSeries: the promises of the port."""

import asyncio
from datetime import date, timedelta

import pandas as pd
import pytest
from tests.fakes.price_walk import DAY, FIVE, HOUR, MINUTE, START, batch, walk

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.prices import RETENTION, RedisPriceStore
from forethought.application.ports.prices import Interval, Split
from forethought.domain.errors import StoreUnavailable
from forethought.domain.market import Bar


def joined(bars, length):
    """Join bars into longer ones, by pandas."""
    frame = pd.DataFrame([(b.opened_at, b.open, b.high, b.low, b.close, b.volume) for b in bars]).set_index(0)
    how = {1: "first", 2: "max", 3: "min", 4: "last", 5: "sum"}
    rows = frame.resample(length).agg(how).dropna().reset_index().itertuples(index=False)
    return [Bar(row[0].to_pydatetime(), *row[1:]) for row in rows]


def same(found, expected):
    """Compare bars; sums of volumes may differ in their last digit."""
    return [(a.opened_at, a.open, a.high, a.low, a.close, pytest.approx(a.volume, rel=1e-12)) for a in found] == [
        (b.opened_at, b.open, b.high, b.low, b.close, b.volume) for b in expected
    ]


async def test_what_is_written_is_read_to_the_last_bit(prices, store, keys):
    bars = walk(3_000)

    written = await prices.write(batch(bars))

    assert written == 3_000
    assert await RedisPriceStore(store, keys).read("BTC", Interval.FIVE_MINUTES, count=5_000) == bars


async def test_a_range_holds_its_start_but_not_its_end_and_the_last_bars_of_it(prices):
    bars = walk(50)
    await prices.write(batch(bars))
    start, end = bars[10].opened_at, bars[20].opened_at

    async def read(**span):
        return await prices.read("BTC", Interval.FIVE_MINUTES, **span)

    assert await read(start=start, end=end, count=99) == bars[10:20]
    assert await read(start=start, end=end, count=3) == bars[17:20]
    assert await read(end=end + timedelta(microseconds=1), count=1) == bars[20:21]
    assert await read(start=bars[-1].opened_at, count=9) == bars[-1:]
    assert await read(count=0) == await read(start=end, end=start, count=9) == ()


async def test_an_unknown_ticker_has_nothing(prices):
    assert await prices.read("DOGE", Interval.DAY, count=5) == ()
    assert (await prices.splits("DOGE"), await prices.tickers()) == ([], [])


async def test_a_bar_that_comes_again_replaces_the_former(prices):
    bars = walk(10)
    await prices.write(batch(bars))
    better = Bar(bars[4].opened_at, 1.0, 4.0, 0.5, 2.0, 7.0)

    await prices.write(batch([better]))

    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == [*bars[:4], better, *bars[5:]]


async def test_names_and_labels_on_the_wire_are_those_of_the_seed(prices, redis_client, key_prefix):
    await prices.write(batch(walk(3, length=MINUTE), Interval.MINUTE))

    base = await redis_client.execute_command("TS.INFO", f"{key_prefix}price:BTC:close")
    longer = await redis_client.execute_command("TS.INFO", f"{key_prefix}price:BTC:high:1h")

    assert dict(base[b"labels"]) == {b"ticker": b"BTC", b"type": b"close"}
    assert dict(longer[b"labels"]) == {b"ticker": b"BTC", b"type": b"high", b"interval": b"1h"}
    assert base[b"retentionTime"] == RETENTION[Interval.MINUTE] // timedelta(milliseconds=1)
    assert longer[b"sourceKey"] == f"{key_prefix}price:BTC:high".encode()
    assert b"last" in base[b"duplicatePolicy"]


@pytest.mark.parametrize("interval", [Interval.FIVE_MINUTES, Interval.HOUR, Interval.DAY])
async def test_longer_bars_follow_from_minutes_up_to_the_one_under_way(prices, interval):
    bars = walk(2_003, length=MINUTE)

    for start in range(0, 2_003, 700):
        await prices.write(batch(bars[start : start + 700], Interval.MINUTE))

    assert same(await prices.read("BTC", interval, count=999), joined(bars, interval.length))


async def test_minutes_that_come_late_or_again_correct_the_longer_bars(prices):
    """In buckets that are closed, and in the one under way."""
    bars = walk(30, length=MINUTE)
    late, again = (2, 14, 27), (5, 9, 22, 28, 29)
    await prices.write(batch([bar for i, bar in enumerate(bars) if i not in late], Interval.MINUTE))
    for i in (*late, *again):
        spread = 2.0 if i in {5, 28} else 1.0
        bars[i] = Bar(bars[i].opened_at, 90.0 + i, 150.0 * spread, 50.0 / spread, 91.0 + i, 3.0)

        await prices.write(batch([bars[i]], Interval.MINUTE))

    assert same(await prices.read("BTC", Interval.FIVE_MINUTES, count=99), joined(bars, FIVE))
    assert same(await prices.read("BTC", Interval.DAY, count=99), joined(bars, DAY))


async def test_five_minute_bars_that_are_written_directly_make_hours_and_days(prices, redis_client, key_prefix):
    """In pieces, with a correction and a late bar, and without any series of minutes."""
    bars = walk(700)
    for piece in (bars[:301], bars[305:640], bars[640:], bars[301:305]):
        await prices.write(batch(piece))
    bars[400] = Bar(bars[400].opened_at, 1.0, 400.0, 0.5, 2.0, 7.0)

    await prices.write(batch([bars[400]]))

    assert same(await prices.read("BTC", Interval.HOUR, count=999), joined(bars, HOUR))
    assert same(await prices.read("BTC", Interval.DAY, count=999), joined(bars, DAY))
    assert not await redis_client.exists(f"{key_prefix}price:BTC:close")


async def test_a_daily_bar_that_was_written_before_its_minutes_gives_way_to_them(prices):
    daily = Bar(START, 1.0, 2.0, 0.5, 1.5, 9.0)
    minutes = walk(2 * 1_440, length=MINUTE)
    await prices.write(batch([daily], Interval.DAY))

    await prices.write(batch(minutes, Interval.MINUTE))

    assert same(await prices.read("BTC", Interval.DAY, count=9), joined(minutes, DAY))


async def test_a_daily_bar_ahead_of_the_minutes_is_read_in_its_place(prices):
    """`LATEST` puts the bar under way first, whatever its time."""
    minutes, ahead = walk(10, length=MINUTE), Bar(START + 3 * DAY, 1.0, 2.0, 0.5, 1.5, 9.0)
    await prices.write(batch(minutes, Interval.MINUTE))

    await prices.write(batch([ahead], Interval.DAY))

    assert same(await prices.read("BTC", Interval.DAY, count=9), [*joined(minutes, DAY), ahead])
    assert await prices.read("BTC", Interval.DAY, count=1) == [ahead]


async def test_in_a_cluster_minutes_are_rolled_up_without_rules(store, keys, redis_client, monkeypatch):
    monkeypatch.setattr(store, "is_cluster", True)
    prices, bars = RedisPriceStore(store, keys), walk(2_003, length=MINUTE)

    await prices.write(batch(bars, Interval.MINUTE))

    assert same(await prices.read("BTC", Interval.HOUR, count=99), joined(bars, HOUR))
    assert (await redis_client.execute_command("TS.INFO", keys.price("BTC", "close", "1h")))[b"sourceKey"] is None


async def test_bars_before_a_split_are_adjusted_once_the_last_bar_has_seen_it(prices):
    bars = walk(6, length=DAY)
    splits = [Split(date(2025, 3, 5), 4.0), Split(date(2025, 3, 7), 0.5)]
    await prices.write(batch(bars, Interval.DAY, splits=splits))

    before = await prices.read("BTC", Interval.DAY, end=START + 2 * DAY, count=9)
    between = await prices.read("BTC", Interval.DAY, end=START + 3 * DAY, count=9)
    after = await prices.read("BTC", Interval.DAY, count=9)

    assert before == bars[:2]
    assert [bar.close for bar in between] == [bars[0].close / 4, bars[1].close / 4, bars[2].close]
    assert [bar.high for bar in after] == [
        *(bar.high / 2 for bar in bars[:2]),
        *(bar.high / 0.5 for bar in bars[2:4]),
        *(bar.high for bar in bars[4:]),
    ]
    assert [bar.volume for bar in after[:3]] == [bars[0].volume * 2, bars[1].volume * 2, bars[2].volume * 0.5]
    assert await prices.splits("BTC") == splits


async def test_a_damaged_split_is_left_out(prices, redis_client, keys):
    await prices.write(batch(walk(6, length=DAY), Interval.DAY, splits=[Split(date(2025, 3, 5), 4.0)]))
    await redis_client.hset(keys.splits("BTC"), mapping={"soon": "2", "2025-03-06": "many", "2025-03-07": "0"})

    assert await prices.splits("BTC") == [Split(date(2025, 3, 5), 4.0)]


async def test_a_bar_older_than_what_is_kept_is_refused_and_not_counted(store, keys):
    prices = RedisPriceStore(store, keys, retention=dict(RETENTION) | {Interval.FIVE_MINUTES: 10 * FIVE})
    bars = walk(30)
    await prices.write(batch(bars[20:]))

    assert await prices.write(batch(bars[5:25])) == 6
    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == bars[19:]


async def test_a_changed_retention_holds_for_series_that_exist(store, keys, redis_client):
    await RedisPriceStore(store, keys).write(batch(walk(3)))

    await RedisPriceStore(store, keys, retention=dict.fromkeys(Interval, DAY)).write(batch(walk(3)))

    info = await redis_client.execute_command("TS.INFO", keys.price("BTC", "low", "5m"))
    assert info[b"retentionTime"] == 86_400_000


async def test_series_that_somebody_deleted_are_made_again(prices, redis_client, keys, key_prefix):
    bars = walk(20)
    await prices.write(batch(bars[:10]))
    await redis_client.unlink(*[key async for key in redis_client.scan_iter(match=f"{key_prefix}*")])

    assert await prices.write(batch(bars[10:])) == 10
    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == bars[10:]
    assert await prices.tickers() == ["BTC"]


async def test_a_key_of_another_kind_is_an_error_and_no_silent_loss(prices, redis_client, keys):
    await redis_client.set(keys.price("BTC", "low", "5m"), "mine")

    with pytest.raises(StoreUnavailable):
        await prices.write(batch(walk(3)))


async def test_a_torn_bar_is_not_read_until_it_is_completed(prices, redis_client, keys):
    bars = walk(5)
    await prices.write(batch(bars[:4]))
    await redis_client.execute_command(
        "TS.ADD", keys.price("BTC", "open", "5m"), int((START + 4 * FIVE).timestamp()) * 1000, 1
    )

    torn = await prices.read("BTC", Interval.FIVE_MINUTES, count=99)
    await prices.write(batch(bars[4:]))

    assert torn == bars[:4]
    assert await prices.read("BTC", Interval.FIVE_MINUTES, count=99) == bars


async def test_tickers_and_namespaces_are_apart(prices, store, key_prefix):
    other = RedisPriceStore(store, Keys(f"{key_prefix}other:"))
    await prices.write(batch(walk(3), ticker="BRK.B"))
    await prices.write(batch(walk(3), ticker="BTC-USD"))

    assert (await prices.tickers(), await other.tickers()) == (["BRK.B", "BTC-USD"], [])
    assert await other.read("BRK.B", Interval.FIVE_MINUTES, count=9) == ()


async def test_an_empty_batch_holds_nothing(prices):
    assert await prices.write(batch([])) == 0
    assert await prices.tickers() == []


async def test_writers_that_meet_lose_nothing(prices, store, keys):
    bars = walk(120, length=MINUTE)
    writers = [RedisPriceStore(store, keys) for _ in range(3)]

    await asyncio.gather(*(each.write(batch(bars[i::3], Interval.MINUTE)) for i, each in enumerate(writers)))

    assert await prices.read("BTC", Interval.MINUTE, count=999) == bars
    assert same(await prices.read("BTC", Interval.HOUR, count=99), joined(bars, HOUR))
