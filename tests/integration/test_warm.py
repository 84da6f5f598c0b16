"""Warming with a real Redis, a real encoder, and a panel whose answers the test sets."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.fakes.office import listen, told, until
from tests.integration.conftest import NOW, World

from forethought.adapters.files.event_library import read_event_library
from forethought.application.warm import Allowance, Told, UsualEvent, Warm, Warmed
from forethought.domain.errors import ConfigurationError
from forethought.domain.market import Session
from forethought.domain.news.gazetteer import Instrument, InstrumentKind

GOLD = Instrument("XAU", InstrumentKind.COMMODITY, "CMES", "USD", "Gold")
SILVER = Instrument("XAG", InstrumentKind.COMMODITY, "CMES", "USD", "Silver")
BOTH = frozenset({InstrumentKind.COMMODITY})
LIBRARY = (
    UsualEvent("cut", BOTH, ("Producers agree to cut {name} output",)),
    UsualEvent("cpi_up", BOTH, ("US inflation comes in above expectations",)),
    UsualEvent("strike", BOTH, ("Workers at a large {name} mine go on strike",)),
)


@dataclass
class Bells:
    """A calendar of the test's own."""

    opens: dict[str, datetime] = field(default_factory=dict)

    def session(self, asset: str, at: datetime) -> Session:
        return Session.OPEN

    def next_open(self, asset: str, after: datetime) -> datetime | None:
        found = self.opens.get(asset)
        return found if found is not None and found > after else None


def warm_of(world: World, *, bells: Bells | None = None, **allowance: Any) -> Warm:
    return Warm(
        world.service.parts,
        calendar=bells or Bells(),
        library=LIBRARY,
        strategy="taught",
        allowance=Allowance(**{"patience_s": 20} | allowance),
        look_s=0.005,
    )


async def test_what_was_warmed_is_answered_from_memory_when_it_happens(world: World):
    done = await warm_of(world)([GOLD])

    answer = await world.decide("US inflation comes in above expectations", agents="never")
    retold = await world.decide("US inflation came in above expectations", agents="never")
    opposite = await world.decide("US inflation comes in below expectations", agents="never")
    assert done == Warmed(asked=3, queued=3, cost_usd=pytest.approx(0.06))
    assert (answer["path"], answer["decision"]["signal"]) == ("exact", 1)
    assert (retold["path"], retold["decision"]["signal"]) == ("precedent", 1)
    assert opposite["path"] == "interim"


async def test_what_is_warm_is_skipped(world: World):
    warm = warm_of(world)
    await warm([GOLD])

    again = await warm([GOLD, SILVER])

    assert again == Warmed(asked=6, known=3, queued=3, cost_usd=pytest.approx(0.06))
    assert [case.asset for case in world.teacher.cases] == ["XAU"] * 3 + ["XAG"] * 3


async def test_a_warming_ends_with_its_calls_and_the_next_goes_on_there(world: World):
    warm = warm_of(world, calls=2)

    rounds = [await warm([GOLD]) for _ in range(2)]

    assert rounds == [
        Warmed(asked=2, queued=2, cost_usd=pytest.approx(0.04), stopped="calls"),
        Warmed(asked=3, known=2, queued=1, cost_usd=pytest.approx(0.02)),
    ]


async def test_a_warming_ends_with_its_money(world: World):
    history = [Told("XAU", f"Mine number {number} is flooded") for number in range(40)]

    done = await warm_of(world, usd=0.15)(history=history)

    # 0.02 each; while no price was known four were under way.
    assert (done.stopped, done.queued, done.cost_usd) == ("usd", 7, pytest.approx(0.14))


async def test_without_money_nothing_is_asked(world: World):
    assert await warm_of(world, usd=0)([GOLD]) == Warmed(stopped="usd")


async def test_it_gives_way_to_a_queue_that_is_full(world: World):
    world.teacher.released = asyncio.Event()
    warm = warm_of(world, queued=2, patience_s=0.2)

    stuck = await warm([GOLD])
    world.teacher.released.set()
    after = await warm_of(world, queued=2)([GOLD])

    assert (stuck.queued, stuck.unfinished, stuck.stopped) == (2, 2, "queue")
    assert (after.asked, after.known + after.joined + after.queued, after.stopped) == (3, 3, None)
    assert len(world.teacher.cases) == 3


async def test_history_is_thought_through_before_the_usual_events(world: World):
    history = [
        Told("XAU", "Gold climbs as the Fed hints at cuts"),
        Told("XAU", " "),
        Told("not an asset", "Gold rises"),
    ]

    done = await warm_of(world)([GOLD], history=history)

    assert (done.asked, done.queued, done.refused) == (6, 4, 2)
    assert world.teacher.cases[0].news == "Gold climbs as the Fed hints at cuts"


async def test_nobody_hears_of_what_has_not_happened_as_a_decision(world: World):
    heard = listen(world, "decision")

    await warm_of(world)([GOLD])
    real = await world.decide("Gold is up", agents="never")
    decisions = await told(heard, by=world)

    count = world.service.metrics.registry.get_sample_value
    assert [each["decision_id"] for each in decisions] == [real["decision_id"]]
    assert count("forethought_decisions_total", {"path": "interim", "strategy": "taught"}) == 1.0
    assert count("semantic_cache_misses_total") == 1.0


async def test_its_answers_are_marked_as_hypothetical(world: World):
    await warm_of(world)([GOLD])

    answer = await world.decide(LIBRARY[1].texts[0], agents="never")
    source = await world.service.store.ask("HGET", answer["cache"]["key"], "decision_id")

    found = await world.service.parts.answers.read(source.decode())
    assert found is not None
    assert (found["hypothetical"], found["upgrade"]["pending"], "hypothetical" in answer) == (True, False, False)


async def test_without_analysts_nothing_is_asked(world: World):
    warm = Warm(world.service.parts, calendar=Bells(), library=LIBRARY, strategy="events_impacts_v1_vp")

    assert await warm([GOLD]) == Warmed(stopped="no_analysts")


async def test_a_deliberation_that_fails_is_counted_and_the_rest_goes_on(world: World):
    world.teacher.failure = ConfigurationError("no such model")

    done = await warm_of(world)([GOLD, SILVER])

    assert done == Warmed(asked=6, queued=6, failed=6)


async def test_it_warms_at_start_and_what_opens_at_the_bell(world: World):
    bells = Bells({"XAU": NOW + timedelta(hours=2), "XAG": NOW + timedelta(hours=3)})
    running = asyncio.create_task(warm_of(world, bells=bells).run([GOLD, SILVER]))
    seen = world.teacher.cases
    await until(lambda: len(seen) == 6)
    await until(lambda: _warmed(world, "XAG"))

    world.later(hours=2, seconds=1)  # an hour is as long as these decisions hold
    await until(lambda: len(seen) == 9)
    running.cancel()

    assert [case.asset for case in seen] == ["XAU"] * 3 + ["XAG"] * 3 + ["XAU"] * 3
    with pytest.raises(asyncio.CancelledError):
        await running


async def _warmed(world: World, asset: str) -> bool:
    answer = await world.decide(LIBRARY[-1].texts[0].replace("{name}", "Silver"), asset=asset, agents="never")
    return bool(answer["path"] == "exact")


async def test_the_package_s_library_can_be_asked_whole(world: World):
    warm = Warm(
        world.service.parts,
        calendar=Bells(),
        library=read_event_library(),
        strategy="taught",
        allowance=Allowance(calls=500, usd=50.0, queued=64, patience_s=20),
    )

    first, second, third = [await warm([GOLD]) for _ in range(3)]

    assert (first.failed, first.refused, first.shed, first.unfinished, first.stopped) == (0, 0, 0, 0, None)
    assert first.queued + first.joined + first.known == first.asked
    assert second.queued <= first.joined  # what had joined another wording is thought through by itself
    assert third.known == third.asked
