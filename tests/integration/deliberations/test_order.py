"""Deliberations that end in another order than they began: the newer stands, and truth stands above both."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.fakes.headlines import GOLD_UP, VOLCANO
from tests.fakes.office import is_idle, metric, until
from tests.fakes.teacher import Teacher
from tests.integration.conftest import NOW

from forethought.application.ports.analysts import Case, Deliberation, Early
from forethought.application.upgrade import give_up, upgrade
from forethought.domain.decision import Decision, Signal


@dataclass
class Gatekept(Teacher):
    """Thinks about each moment until the test lets it end; of earlier ones it says sell."""

    gates: defaultdict[datetime, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        found = await super().deliberate(case, timeout_s=timeout_s, early=early)
        await self.gates[case.as_of].wait()
        signal = Signal.SELL if case.as_of < NOW else Signal.BUY
        return replace(found, decision=replace(found.decision, signal=signal))


async def test_an_older_deliberation_that_ends_later_changes_no_newer_one(office):
    teacher = Gatekept()
    world = await office.opens(teacher)
    then = NOW - timedelta(minutes=10)
    old, new = await world.decide(GOLD_UP, as_of=then.isoformat()), await world.decide(GOLD_UP)

    teacher.gates[NOW].set()
    await world.upgraded(new)
    teacher.gates[then].set()
    after = await world.upgraded(old)

    again = await world.decide(GOLD_UP)
    assert (after["decision"]["signal"], (await world.read(new))["decision"]["signal"]) == (-1, 1)
    assert (again["path"], again["decision"]["signal"], again["cache"]["age_s"]) == ("exact", 1, 0.0)


async def test_a_late_result_replaces_no_later_upgrade_of_an_answer(office):
    world = await office.opens(Teacher())
    answer = await world.decide(VOLCANO, agents="never")
    parts, id_ = world.service.parts, answer["decision_id"]
    newer, older = (Decision(signal, 0.9, "so", {"panel": "1"}) for signal in (Signal.BUY, Signal.SELL))

    told = [
        await upgrade(parts, id_, newer, by="panel", decided_at=NOW),
        await upgrade(parts, id_, older, by="panel", decided_at=NOW - timedelta(seconds=1)),
    ]
    await give_up(parts, id_, reason="timeout")

    after = await world.read(answer)
    assert (told, after["decision"]["signal"], after["upgrade"].get("failed")) == ([True, False], 1, None)


async def test_inserted_truth_outranks_a_deliberation_that_ends_later(office):
    world = await office.opens(Teacher(released=asyncio.Event()))
    answer = await world.decide(GOLD_UP)
    world.later(minutes=1)

    await world.insert(GOLD_UP, -1, decision_id=answer["decision_id"])
    world.teacher.released.set()
    await until(lambda: metric(world, "done"))
    await until(lambda: is_idle(world))

    after, again = await world.read(answer), await world.decide(GOLD_UP)
    assert (after["decision"]["signal"], after["upgrade"]["by"]) == (-1, "inserted")
    assert (again["path"], again["decision"]["signal"]) == ("exact", -1)


async def test_an_upgrade_that_comes_before_its_answer_is_in_it(office):
    """Two processes write them, in whatever order."""
    asker, worker = await office.opens(), await office.opens(Teacher())
    answer = await asker.decide(VOLCANO, agents="never")
    decision = Decision(Signal.SELL, 0.7, "ash", {"panel": "1"})
    first = asyncio.create_task(upgrade(worker.service.parts, "FIRST", decision, by="panel", decided_at=NOW))
    await until(lambda: worker.service.store.ask("EXISTS", worker.service.keys.upgrade("FIRST")))

    asker.service.parts.answers.record("FIRST", {**answer, "decision_id": "FIRST"})
    await upgrade(worker.service.parts, answer["decision_id"], decision, by="panel", decided_at=NOW)
    await first

    before, after = await asker.service.explain("FIRST"), await asker.read(answer)
    assert before == {**after, "decision_id": "FIRST"}
    assert (after["decision"]["signal"], after["upgrade"]["previous"]["decision"]) == (-1, answer["decision"])
