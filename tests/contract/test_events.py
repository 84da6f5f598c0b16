"""Events between processes on a real Redis: each `Process` is what one process has."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from forethought.adapters.redis import behind, events as module, subscription
from forethought.adapters.redis.embedded import EmbeddedRedis
from forethought.adapters.redis.events import RedisEvents
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.adapters.system.hub import Hub
from forethought.bootstrap.store import connect
from forethought.settings import Settings

EVERYTHING = frozenset({(None, None)})


class Process:
    """A hub with one listener, and its events."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self.hub = Hub()
        self.events = RedisEvents(store, keys, self.hub)
        self.listener = self.hub.join()

    async def next(self) -> tuple[str, dict]:
        return await self.listener.queue.get()

    def heard(self) -> list[tuple[str, dict]]:
        """Return what waits for the listener."""
        queue = self.listener.queue
        return [queue.get_nowait() for _ in range(queue.qsize())]


@asynccontextmanager
async def processes(store: Store, keys: Keys, count: int) -> AsyncIterator[list[Process]]:
    found = [Process(store, keys) for _ in range(count)]
    for each in found:
        each.events.start()
    try:
        await subscribers(store, keys, "upgrade", count)
        yield found
    finally:
        for each in found:
            await each.events.close()


async def subscribers(store: Store, keys: Keys, type_: str, count: int) -> None:
    """Wait until so many processes are subscribed."""

    async def are() -> bool:
        _, n = await store.ask("PUBSUB", "NUMSUB", keys.events(type_))
        return n == count

    await until(are)


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    while not await what():  # noqa: ASYNC110 - nothing announces it
        await asyncio.sleep(0.005)


async def tells(one: Process, other: Process) -> None:
    """Publish decisions until the other hears one: nothing announces that it is known that somebody listens."""

    async def heard() -> bool:
        one.events.publish("decision", "BTC", {"n": 0})
        return not other.listener.queue.empty()

    await until(heard)


@pytest.fixture(autouse=True)
def quick(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(module, "_TICK_S", 0.02)
    monkeypatch.setattr(module, "_AGAIN_S", 0.02)
    monkeypatch.setattr(behind, "_AGAIN_S", 0.02)
    return


@pytest.mark.parametrize("type_", ["upgrade", "price", "alert"])
async def test_an_event_is_heard_once_in_every_process(store, keys, type_):
    async with processes(store, keys, 3) as (one, *others):
        for each in (one, *others):
            each.listener.wanted = EVERYTHING

        one.events.publish(type_, "BTC", {"n": 1})
        here = one.heard()
        one.events.publish(type_, "BTC", {"n": 2})
        there = [[await each.next() for _ in range(2)] for each in others]

        both = [(type_, {"n": 1}), (type_, {"n": 2})]
        assert (here, there) == (both[:1], [both] * 2)
        assert (one.heard(), [each.heard() for each in others]) == (both[1:], [[], []])


async def test_events_arrive_in_order_and_whole(store, keys):
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = EVERYTHING
        data = [{"n": n, "text": "höher ▲", "none": None, "frac": 0.1} for n in range(200)]

        for each in data:
            one.events.publish("upgrade", "BTC", each)

        assert [await other.next() for _ in data] == [("upgrade", each) for each in data]


async def test_a_listener_elsewhere_hears_only_what_it_wants(store, keys):
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = frozenset({("upgrade", "XAU"), ("alert", None)})

        for type_, asset in (("upgrade", "BTC"), ("upgrade", "XAU"), ("price", "XAU"), ("alert", "BTC")):
            one.events.publish(type_, asset, {"asset": asset})

        assert [await other.next() for _ in range(2)] == [("upgrade", {"asset": "XAU"}), ("alert", {"asset": "BTC"})]


async def test_namespaces_hear_nothing_of_each_other(store, keys):
    async with (
        processes(store, keys, 2) as (one, near),
        processes(store, Keys(f"{keys.namespace}replay:"), 1) as (far,),
    ):
        near.listener.wanted = far.listener.wanted = EVERYTHING

        one.events.publish("upgrade", "BTC", {"n": 1})
        await near.next()

        assert far.heard() == []


async def test_decisions_are_not_sent_while_nobody_elsewhere_listens_for_them(store, keys):
    async with processes(store, keys, 2) as (one, other):
        one.listener.wanted = EVERYTHING
        other.listener.wanted = frozenset({("upgrade", None)})
        await subscribers(store, keys, "decision", 1)  # one's own listener is no reason to send

        for _ in range(3):
            one.events.publish("decision", "BTC", {"n": 1})
            one.events.publish("upgrade", "BTC", {"n": 2})
            await other.next()

        assert [type_ for type_, _ in one.heard()] == ["decision", "upgrade"] * 3
        assert next(one.events._numbers) == 3  # the upgrades


async def test_decisions_are_heard_elsewhere_as_long_as_somebody_listens_there(store, keys):
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = frozenset({("decision", "BTC")})
        await tells(one, other)

        other.hub.leave(other.listener)
        await subscribers(store, keys, "decision", 0)

        async def silent() -> bool:
            return not one.events._elsewhere

        await until(silent)


@pytest.mark.parametrize(
    "payload",
    [b"", b"nonsense", b"[]", b"{}", b'{"asset": "BTC"}', b'{"asset": [], "data": {}}', b'{"asset": "BTC", "data": 1}'],
)
async def test_what_is_no_event_of_ours_is_passed_over_and_logged(store, keys, payload):
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = EVERYTHING

        with capture_logs() as logs:
            await store.ask("PUBLISH", keys.events("upgrade"), payload)
            one.events.publish("upgrade", "BTC", {"n": 1})

            assert await other.next() == ("upgrade", {"n": 1})
        assert {each["event"] for each in logs} == {"events.damaged"}


async def test_a_listener_whose_connection_is_cut_hears_again(store, keys, redis_client: Redis):
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = EVERYTHING

        with capture_logs() as logs:
            await redis_client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            await tells(one, other)

        assert "events.deaf" in [each["event"] for each in logs]


async def test_a_connection_that_says_nothing_is_given_up(store, keys, monkeypatch):
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = EVERYTHING
        with capture_logs() as logs:
            monkeypatch.setattr(subscription, "_SILENT_S", -1.0)

            async def given_up() -> bool:
                return len(logs) == 2

            await until(given_up)
            monkeypatch.setattr(subscription, "_SILENT_S", 10.0)
            await tells(one, other)

        assert [each["reason"] for each in logs] == ["Redis said nothing for -1.0 s"] * 2


async def test_processes_hear_each_other_again_when_the_store_comes_back(tmp_path, keys):
    server = EmbeddedRedis(tmp_path)
    await server.start()
    store = Store(connect(Settings(), server.url))
    async with processes(store, keys, 2) as (one, other):
        other.listener.wanted = EVERYTHING
        await tells(one, other)

        await server.stop()
        one.events.publish("upgrade", "BTC", {"n": 1})
        while (await other.next())[0] != "alert":  # it tells its own listener, whatever the store does
            other.events.publish("alert", "BTC", {"n": 2})
        await server.start()
        other.heard()

        await tells(one, other)
    await store.close()
    await server.stop()


async def test_what_was_published_before_the_end_is_sent(store, keys):
    async with processes(store, keys, 1) as (other,):
        other.listener.wanted = EVERYTHING
        worker = Process(store, keys)

        worker.events.publish("upgrade", "BTC", {"n": 1})
        await worker.events.close()

        assert worker.events._sent.get("0") is None
        assert await other.next() == ("upgrade", {"n": 1})


async def test_closing_ends_all_connections_of_its_own(store, keys):
    async with processes(store, keys, 2):
        pass

    await subscribers(store, keys, "upgrade", 0)
    assert not [task for task in asyncio.all_tasks() if "events" in task.get_name()]
