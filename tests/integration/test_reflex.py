"""What the service learns from labels, and what it answers by it."""

import math
from datetime import timedelta

import pytest
from tests.fakes.lessons import headlines
from tests.fakes.office import until
from tests.integration.conftest import NOW, World

from forethought.application.ports.decision_cache import Selection
from forethought.application.train import Train
from forethought.domain.learning import Mode


async def teach(world: World, rows, *, provider: str = "desk") -> None:
    """Insert labels, fitting as a worker does."""
    for start in range(0, len(rows), 50):
        for text, signal in rows[start : start + 50]:
            await world.insert(text, int(signal), provider=provider)
        await world.service.train.once(patience_s=math.inf)


@pytest.fixture
async def taught(world):
    """A service that has seen 600 headlines."""
    await teach(world, headlines(600))
    return world


async def test_it_answers_new_headlines_by_what_it_learned(taught):
    rows = headlines(700)[600:]
    answers = [await taught.decide(text, agents="never") for text, _ in rows]
    said = [(a, s) for a, (_, s) in zip(answers, rows, strict=True) if a["path"] == "reflex"]

    assert len(said) > 20
    assert sum(a["decision"]["signal"] != int(s) for a, s in said) <= 0.1 * len(said)


async def test_an_answer_says_what_it_was_distilled_from(taught):
    rows = headlines(700)[600:]
    answers = [await taught.decide(text, agents="never") for text, _ in rows]
    answer = next(answer for answer in answers if answer["path"] == "reflex")

    assert answer["cache"]["hit"]
    assert answer["models"]["reflex"].startswith("reflex@")
    assert answer["agreement_p"] > 0.9
    assert answer["budget"]["mode"] == "open"
    assert "Distilled from" in answer["decision"]["reasoning"]


async def test_a_greater_notional_asks_for_more_certainty(taught):
    texts = [text for text, _ in headlines(760)[600:]]

    async def hits(notional: float | None) -> int:
        answers = [await taught.decide(text, agents="never", notional=notional) for text in texts]
        return sum(a["cache"]["hit"] for a in answers)

    assert await hits(1e9) < await hits(None)


async def test_what_was_learned_later_answers_no_earlier_question(taught):
    texts = [text for text, _ in headlines(660)[600:]]
    before = (NOW - timedelta(days=1)).isoformat()

    answers = [await taught.decide(text, agents="never", as_of=before) for text in texts]

    assert not [a for a in answers if a["cache"]["hit"]]


async def test_another_asset_has_learned_nothing(taught):
    answers = [await taught.decide(text, agents="never", asset="XAG") for text, _ in headlines(640)[600:]]

    assert not [a for a in answers if a["cache"]["hit"]]


async def test_forgetting_a_scope_forgets_what_was_learned(taught):
    async def knows_nothing() -> bool:
        answers = [await taught.decide(text, agents="never") for text, _ in headlines(640)[600:]]
        return not [a for a in answers if a["cache"]["hit"]]

    assert not await knows_nothing()

    await taught.service.clear(Selection("taught", "XAU"))

    await until(knows_nothing)  # other processes look once a second


async def test_answers_that_are_wrong_beyond_doubt_stop_the_scope_and_alert(taught):
    listener = taught.service.hub.join()
    listener.wanted = frozenset({("alert", None)})
    await teach(taught, [(text, -signal) for text, signal in headlines(1_000)[600:]])
    scope = next(s for s in taught.service.parts.reflexes._held if s.asset == "XAU")

    assert taught.service.parts.reflexes.peek(scope).mode in {Mode.STOPPED, Mode.TIGHT}
    assert not listener.queue.empty()


async def test_two_processes_do_not_fit_one_scope_at_once(world):
    await teach(world, headlines(9))  # fewer than are due
    other = Train(world.service.parts)

    assert await world.service.train.once(patience_s=0.0) == 1
    await world.insert("Gold rises on a weaker dollar", 1)

    assert await other.once(patience_s=0.0) == 0  # the first holds the right for a while
    assert await world.service.train.once(patience_s=0.0) == 1
