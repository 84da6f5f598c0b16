"""What protects a model's endpoint and those who ask it: time, cancellation, limits and the breaker, over real HTTP."""

import asyncio

import pytest
from tests.fakes.chat_script import CUT, HANG, RESET, ChatScript, Response, calls, chat_script, fails, says
from tests.fakes.llm_sim import LlmSim
from tests.fakes.ports import free_port
from tests.fakes.thinking import GOOD, LONG_S, Think, request, until

from forethought.adapters.llm.autogen import AutoGenThinker
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.application.ports.thinker import ThinkerUnavailable, Tool
from forethought.domain.opinion import Failure


class Changes(PrometheusMetrics):
    """The product's metrics, which also remember what the breaker did."""

    def __init__(self) -> None:
        super().__init__()
        self.states: list[str] = []

    def breaker(self, provider: str, state: str) -> None:
        super().breaker(provider, state)
        self.states.append(state)


# --- Time, and leaving ------------------------------------------------------------------------------------------------


async def test_a_hanging_model_ends_with_the_callers_time_and_frees_the_connection(
    kind: str, sim: LlmSim, thinker: Think
) -> None:
    sim.faults("hang")
    aborted = sim.state()["aborted"]

    with pytest.raises(TimeoutError):
        await thinker(sim.url, kind=kind).think(request(), timeout_s=0.2)

    await until(lambda: sim.state()["aborted"] == aborted + 1 and sim.state()["in_flight"] == 0)


async def test_a_cancelled_call_frees_its_connection(kind: str, sim: LlmSim, thinker: Think) -> None:
    sim.faults("hang")
    aborted = sim.state()["aborted"]
    tasks = [
        asyncio.create_task(thinker(sim.url, kind=kind).think(request(), timeout_s=LONG_S)) for _number in range(3)
    ]
    await until(lambda: sim.state()["in_flight"] == 3)

    for task in tasks:
        task.cancel()

    assert [type(end) for end in await asyncio.gather(*tasks, return_exceptions=True)] == [asyncio.CancelledError] * 3
    await until(lambda: sim.state()["aborted"] == aborted + 3 and sim.state()["in_flight"] == 0)


async def test_a_cancelled_call_stops_its_tool(thinker: Think) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def forever(hours: int) -> str:
        started.set()
        try:
            await asyncio.sleep(LONG_S * hours)
        finally:
            stopped.set()
        return ""

    tool = Tool("price_change", "Takes its time", forever)
    async with chat_script(calls(("price_change", '{"hours": 1}'))) as server:
        task = asyncio.create_task(thinker(server.url).think(request(tools=(tool,)), timeout_s=LONG_S))
        await started.wait()
        task.cancel()
        await stopped.wait()

    assert task.cancelled()


async def test_a_closed_thinker_says_so_and_closes_twice(kind: str, sim: LlmSim, thinker: Think) -> None:
    one = thinker(sim.url, kind=kind)
    await one.think(request(), timeout_s=LONG_S)

    await one.close()
    await one.close()

    with pytest.raises(ThinkerUnavailable, match="closed"):
        await one.think(request(), timeout_s=LONG_S)


async def test_no_more_calls_than_allowed_are_under_way(thinker: Think) -> None:
    async with chat_script(HANG) as server:
        one = thinker(server.url, limits={"concurrency": 2})
        tasks = [asyncio.create_task(one.think(request(), timeout_s=LONG_S)) for _number in range(5)]
        for sent in (2, 3, 4, 5):  # one that ends makes room for one
            await until(lambda sent=sent: len(server.bodies) == sent and server.now["hanging"] == 2)
            await asyncio.sleep(0.02)  # more would arrive now
            assert (len(server.bodies), server.now["hanging"]) == (sent, 2)
            tasks[sent - 2].cancel()
        tasks[-1].cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(end) for end in ends} == {asyncio.CancelledError}


async def test_calls_beyond_the_rate_wait_and_waiting_is_part_of_the_time(thinker: Think) -> None:
    async with chat_script(GOOD) as server:
        one = thinker(server.url, limits={"requests_per_min": 2})
        ends = await asyncio.gather(
            *(one.think(request(), timeout_s=1.0) for _number in range(4)), return_exceptions=True
        )

    assert sorted(type(end).__name__ for end in ends) == ["Reply", "Reply", "TimeoutError", "TimeoutError"]
    assert len(server.bodies) == 2


# --- The breaker ------------------------------------------------------------------------------------------------------


def guarded(metrics: PrometheusMetrics, *, failures: int = 2, reset_s: float = 60.0, **more: object) -> Endpoint:
    return Endpoint(provider="first", metrics=metrics, breaker_failures=failures, breaker_reset_s=reset_s, **more)


async def failed(one: AutoGenThinker, *, timeout_s: float = LONG_S) -> Failure | None:
    """Ask, and return why there is no answer."""
    try:
        await one.think(request(), timeout_s=timeout_s)
    except ThinkerUnavailable as error:
        return error.failure
    except TimeoutError:
        return Failure.TIMEOUT
    return None


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        (fails(500), Failure.UNAVAILABLE),
        (fails(429), Failure.RATE_LIMITED),
        (CUT, Failure.UNAVAILABLE),
        (Response("<html>"), Failure.UNAVAILABLE),
        (HANG, Failure.TIMEOUT),
    ],
)
async def test_failures_in_a_row_open_the_breaker_for_all_who_share_it(
    thinker: Think, step: Response | str, failure: Failure
) -> None:
    metrics = Changes()
    endpoint = guarded(metrics)
    async with chat_script(step) as server:
        one, other = thinker(server.url, endpoint=endpoint), thinker(server.url, endpoint=endpoint, model="gpt-4o")
        timeout_s = 0.5 if step == HANG else LONG_S
        ends = [await failed(who, timeout_s=timeout_s) for who in (one, other, one, other)]

    assert ends == [failure, failure, Failure.BREAKER_OPEN, Failure.BREAKER_OPEN]
    assert len(server.bodies) == 2
    assert metrics.states == ["open"]


async def test_refused_connections_open_the_breaker(thinker: Think) -> None:
    one = thinker(f"http://127.0.0.1:{free_port()}", endpoint=guarded(PrometheusMetrics()))

    assert [await failed(one) for _number in range(2)] == [Failure.UNAVAILABLE, Failure.BREAKER_OPEN]


@pytest.mark.parametrize(
    "step", [fails(400), fails(401), fails(403), fails(404), says("no JSON"), says(None, refusal="")]
)
async def test_an_endpoint_that_answers_is_not_at_fault(thinker: Think, step: Response) -> None:
    metrics = Changes()
    async with chat_script(step) as server:
        one = thinker(server.url, endpoint=guarded(metrics))
        for _number in range(4):
            assert await failed(one) is not Failure.BREAKER_OPEN

    assert (len(server.bodies), metrics.states) == (4, [])


async def test_a_success_between_them_keeps_the_breaker_closed(thinker: Think) -> None:
    async with chat_script(fails(500), GOOD, fails(500), GOOD) as server:
        one = thinker(server.url, endpoint=guarded(PrometheusMetrics()))

        assert [await failed(one) for _number in range(4)] == [Failure.UNAVAILABLE, None, Failure.UNAVAILABLE, None]


async def cancelled(one: AutoGenThinker, server: ChatScript) -> None:
    """Ask a model that hangs, and give up."""
    task = asyncio.create_task(one.think(request(), timeout_s=LONG_S))
    await until(lambda: server.now["hanging"] == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await until(lambda: server.now["hanging"] == 0)


async def test_cancelled_calls_neither_open_the_breaker_nor_mend_it(thinker: Think) -> None:
    metrics = Changes()
    async with chat_script(HANG, HANG, fails(500), HANG, fails(500)) as server:
        one = thinker(server.url, endpoint=guarded(metrics))
        await cancelled(one, server)
        await cancelled(one, server)
        assert metrics.states == []

        assert await failed(one) is Failure.UNAVAILABLE
        await cancelled(one, server)
        assert await failed(one) is Failure.UNAVAILABLE

    assert metrics.states == ["open"]


async def test_a_call_that_waited_too_long_for_its_turn_says_nothing_about_the_endpoint(thinker: Think) -> None:
    """The one that hangs counts; those behind it have a moment left when they are sent, or none."""
    metrics = Changes()
    async with chat_script(HANG) as server:
        one = thinker(server.url, endpoint=guarded(metrics, concurrency=1))
        await asyncio.gather(*(failed(one, timeout_s=0.4 + 0.02 * number) for number in range(4)))
        assert metrics.states == []

        await failed(one, timeout_s=0.4)

    assert metrics.states == ["open"]


async def test_an_open_breaker_refuses_at_once_without_waiting_for_a_turn(thinker: Think) -> None:
    async with chat_script(fails(500)) as server:
        one = thinker(server.url, endpoint=guarded(PrometheusMetrics(), failures=1, requests_per_min=1))

        assert [await failed(one, timeout_s=1.0) for _number in range(2)] == [Failure.UNAVAILABLE, Failure.BREAKER_OPEN]


async def test_a_failure_that_opens_the_breaker_is_not_repeated_and_keeps_its_name(thinker: Think) -> None:
    async with chat_script(RESET) as server:
        one = thinker(server.url, endpoint=guarded(PrometheusMetrics(), failures=1))

        assert await failed(one) is Failure.UNAVAILABLE

    assert len(server.bodies) == 1


async def test_the_breaker_closes_after_a_trial_that_succeeds(thinker: Think) -> None:
    metrics = Changes()
    async with chat_script(fails(500), fails(500), fails(500), GOOD) as server:
        one = thinker(server.url, endpoint=guarded(metrics, reset_s=0.05))
        ends = []
        while not ends or ends[-1] is not None:
            ends.append(await failed(one))
            await asyncio.sleep(0.01)

    assert [end for end in ends if end is not Failure.BREAKER_OPEN] == [Failure.UNAVAILABLE] * 3 + [None]
    assert metrics.states == ["open", "half_open", "open", "half_open", "closed"]
    assert len(server.bodies) == 4


async def test_one_trial_at_a_time(thinker: Think) -> None:
    """A provider that comes back does not meet all who waited; a trial that is given up is followed by another."""
    metrics = Changes()
    async with chat_script(fails(500), HANG, GOOD) as server:
        one = thinker(server.url, endpoint=guarded(metrics, failures=1, reset_s=0.05))
        await failed(one)
        await asyncio.sleep(0.1)

        trial = asyncio.create_task(failed(one))
        await until(lambda: server.now["hanging"] == 1)
        meanwhile = [await failed(one) for _number in range(3)]
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)
        after = await failed(one)

    assert (meanwhile, after) == ([Failure.BREAKER_OPEN] * 3, None)
    assert metrics.states == ["open", "half_open", "closed"]


async def test_a_call_from_before_says_nothing_during_a_trial(thinker: Think) -> None:
    metrics = Changes()
    async with chat_script(HANG, fails(500), HANG) as server:
        one = thinker(server.url, endpoint=guarded(metrics, failures=1, reset_s=0.05))
        before = asyncio.create_task(failed(one, timeout_s=0.5))
        await until(lambda: server.now["hanging"] == 1)
        await failed(one)
        await asyncio.sleep(0.1)

        trial = asyncio.create_task(failed(one))
        assert await before is Failure.TIMEOUT
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)

    assert len(server.bodies) == 3
    assert metrics.states == ["open", "half_open"]
