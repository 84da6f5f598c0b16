"""A decision that is taken back takes with it all that was derived from it, whatever dies in between."""

import asyncio
from dataclasses import replace

import pytest
from tests.fakes.office import listen
from tests.integration.conftest import NOW, World

from forethought.domain.decision import Scope
from forethought.domain.errors import NotFound, StoreUnavailable

GOLD = "Gold rises 0.3 percent as the dollar weakens"
GOLD_AGAIN = "Gold climbs 0.3% on weaker dollar"
VOLCANO = "A volcano in Iceland has closed two airports"
WHY = "the wire retracted it"
SCOPE = Scope("taught", "1", "XAU", "panel")


async def lessons(world: World) -> list[str]:
    page = await world.service.parts.lessons.since(SCOPE, None)
    return [lesson.decision_id for lesson in page.lessons]


async def ask(world: World, text: str = GOLD, **fields):
    return await world.decide(text, agents="never", **fields)


async def test_every_answer_of_a_revoked_decision_says_so_and_no_other(world):
    await world.insert(GOLD, decision_id="X")
    await world.insert(VOLCANO, decision_id="Y")
    answers = [await ask(world, GOLD if n % 2 else GOLD_AGAIN) for n in range(50)]
    other = await ask(world, VOLCANO)
    assert {answer["path"] for answer in [*answers, other]} == {"exact", "precedent"}

    done = await world.service.revoke("X", reason=WHY)

    mark = {"at": NOW.isoformat(), "reason": WHY, "of": "X"}
    assert set(done.answers) == {"X", *(answer["decision_id"] for answer in answers)}
    assert [(await world.read(answer))["revoked"] for answer in answers] == [mark] * 50
    assert "revoked" not in await world.read(other)


async def test_a_revoked_decision_and_its_lessons_are_gone(world):
    await world.insert(GOLD, decision_id="X")
    await world.insert(VOLCANO, decision_id="Y")

    done = await world.service.revoke("X", reason=WHY)

    assert (done.decisions, done.lessons) == (1, 1)
    assert await lessons(world) == ["Y"]
    assert [(await ask(world, text))["path"] for text in (GOLD, GOLD_AGAIN, VOLCANO)] == ["interim", "interim", "exact"]


async def test_what_stood_before_answers_again_unless_it_is_revoked_too(world):
    for minute, (decision_id, signal) in enumerate([("V", 1), ("W", -1), ("X", 0)]):
        await world.insert(GOLD, signal, decision_id=decision_id, datetime_est=_est(minute))
    world.later(minutes=5)

    await world.service.revoke("W", reason=WHY)
    between = await ask(world)
    await world.service.revoke("X", reason=WHY)

    assert (between["decision"]["signal"], (await ask(world))["decision"]["signal"]) == (0, 1)


def _est(minute: int) -> str:
    return f"2026-03-02 07:0{minute}:00"


async def test_a_revoked_decision_never_rises_again_when_that_in_its_place_goes(world, monkeypatch):
    """Its withdrawal was cut off before the copy of its former version was gone."""
    await world.insert(GOLD, 1, decision_id="W", datetime_est=_est(0))
    await world.insert(GOLD, -1, decision_id="X", datetime_est=_est(1))
    world.later(minutes=5)
    parts = world.service.parts
    cache = parts.memories["taught"].decisions
    with monkeypatch.context() as patch:
        patch.setattr(type(cache), "withdraw", _cut_off)
        with pytest.raises(StoreUnavailable):
            await world.service.revoke("W", reason=WHY)

    await world.service.revoke("X", reason=WHY)

    assert (await ask(world))["path"] == "interim"


async def _cut_off(*_: object) -> None:
    raise StoreUnavailable("cut off")


@pytest.mark.parametrize("victim", ["withdraw", "revoke", "strike"])
async def test_a_revocation_that_was_cut_off_is_done_to_the_end_when_it_is_repeated(world, monkeypatch, victim):
    await world.insert(GOLD, decision_id="X")
    answer = await ask(world)
    parts = world.service.parts
    owner = {"withdraw": parts.memories["taught"].decisions, "revoke": parts.answers, "strike": parts.lessons}[victim]
    with monkeypatch.context() as patch:
        patch.setattr(type(owner), victim, _cut_off)
        with pytest.raises(StoreUnavailable):
            await world.service.revoke("X", reason=WHY)
    world.later(hours=1)

    await world.service.revoke("X", reason="again")

    assert (await world.read(answer))["revoked"] == {"at": NOW.isoformat(), "reason": WHY, "of": "X"}
    assert (await lessons(world), (await ask(world))["path"]) == ([], "interim")


async def test_revoking_again_changes_nothing(world):
    await world.insert(GOLD, decision_id="X")
    answer = await ask(world)
    first = await world.service.revoke("X", reason=WHY)
    marked = await world.read(answer)

    second = await world.service.revoke("X", reason="again")

    assert (second.revocation.at, second.revocation.reason) == (NOW, WHY)
    assert set(second.answers) == set(first.answers)
    assert (second.decisions, second.lessons, await world.read(answer)) == (0, 0, marked)


async def test_who_holds_a_revoked_answer_hears_of_it_once(world):
    await world.insert(GOLD, decision_id="X")
    answers = [await ask(world) for _ in range(3)]
    heard = listen(world, "alert")

    await world.service.revoke("X", reason=WHY)

    type_, alert = heard.queue.get_nowait()
    assert (type_, heard.queue.empty()) == ("alert", True)
    ids = alert.pop("decision_ids")
    assert set(ids) == {"X", *(answer["decision_id"] for answer in answers)}
    assert alert == {"kind": "revoked", "asset": "XAU", "at": NOW.isoformat(), "reason": WHY, "of": "X"}


async def test_a_remembered_answer_goes_with_what_it_was_derived_from_and_so_does_what_leans_on_it(world):
    """Nothing stores answers from memory as precedents now; where it is done, they fall with their source."""
    await world.insert(GOLD, decision_id="X")
    answer = await ask(world, GOLD_AGAIN)
    cache = world.service.parts.memories["taught"].decisions
    derived = await _copy_of(world, "X", decision_id=answer["decision_id"], source="", labels={"source": "memory"})
    await cache.store([derived], ttl_s=600)
    world.service.parts.provenance.note("SECOND", (answer["decision_id"],))

    done = await world.service.revoke("X", reason=WHY)

    assert (done.decisions, set(done.answers)) == (2, {"X", answer["decision_id"], "SECOND"})
    assert await cache.count() == 0


async def test_the_truth_about_a_derived_answer_stays(world):
    """A record that was inserted for it does not lean on what it had been derived from."""
    await world.insert(GOLD, decision_id="X")
    answer = await ask(world, GOLD_AGAIN)
    await world.insert(GOLD_AGAIN, -1, decision_id=answer["decision_id"])

    await world.service.revoke("X", reason=WHY)

    assert (await ask(world, GOLD_AGAIN))["decision"]["signal"] == -1
    assert (await world.read(answer))["revoked"]["of"] == "X"


async def _copy_of(world: World, of: str, **changes):
    cache = world.service.parts.memories["taught"].decisions
    (encoded,) = await world.embedder.inner.embed([GOLD])
    found = await cache.nearest(encoded.vector, scope=SCOPE, k=8, as_of=None)
    entry = next(c.entry for c in found if c.entry.decision_id == of)
    labels = changes.pop("labels")
    return replace(entry, sha="d" * 64, decision=replace(entry.decision, labels=labels), **changes)


async def test_an_answer_that_was_being_given_meanwhile_is_revoked_too(world):
    await world.insert(GOLD, decision_id="X")
    await ask(world)

    revoking = asyncio.create_task(world.service.revoke("X", reason=WHY))
    while await world.service.parts.memories["taught"].decisions.count():  # noqa: ASYNC110 - until the entry is gone
        await asyncio.sleep(0)
    world.service.parts.provenance.note("LATE", ("X",))

    assert "LATE" in (await revoking).answers


async def test_a_deliberation_that_was_revoked_meanwhile_is_told_and_not_remembered(world):
    world.teacher.released = asyncio.Event()
    answer = await world.decide(GOLD)

    await world.service.revoke(answer["decision_id"], reason=WHY)
    world.teacher.released.set()
    after = await world.upgraded(answer)

    assert (after["decision"]["signal"], after["revoked"]["reason"]) == (1, WHY)
    assert (await ask(world))["path"] == "interim"


async def test_who_joined_a_story_is_told_when_its_verdict_is_revoked(world):
    world.teacher.released = asyncio.Event()
    first, joined = await world.decide(GOLD), await world.decide(GOLD_AGAIN)
    world.teacher.released.set()
    for answer in (first, joined):
        await world.upgraded(answer)

    done = await world.service.revoke(first["decision_id"], reason=WHY)

    assert set(done.answers) == {first["decision_id"], joined["decision_id"]}


async def test_an_unknown_decision_is_refused(world):
    with pytest.raises(NotFound):
        await world.service.revoke("NOBODY", reason=WHY)

    assert await world.service.parts.provenance.revocation("NOBODY") is None
