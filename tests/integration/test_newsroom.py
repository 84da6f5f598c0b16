"""An article's way from its arrival to a decision, and back when it is corrected or retracted."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.fakes.office import is_idle, listen, until
from tests.integration.conftest import NOW, World

from forethought.domain.decision import Scope
from forethought.domain.errors import StoreUnavailable
from forethought.domain.news import Kind, RawArticle

GOLD = "Gold rises 0.3 percent as the dollar weakens"
GOLD_AGAIN = "Gold climbs 0.3% on weaker dollar"
GOLD_FALLS = "Gold falls 0.3 percent as the dollar strengthens"
SCOPE = Scope("taught", "1", "XAU", "panel")


def article(headline: str = GOLD, native_id: str = "1", **changes: Any) -> RawArticle:
    made = RawArticle(
        provider="reuters",
        native_id=native_id,
        headline=headline,
        published_at=NOW - timedelta(seconds=5),
        received_at=NOW,
        language="en",
        tickers=("XAU",),
    )
    return replace(made, **changes)


async def report(world: World, *articles: RawArticle) -> None:
    """Take articles in, work them, and let the analysts finish."""
    await world.service.newsroom.ingest(articles)
    while await world.service.newsroom.intake.once():
        pass
    await world.service.drain()
    await until(lambda: is_idle(world))


def outcomes(world: World) -> Counter[str]:
    """What became of articles so far."""
    (family,) = world.service.metrics._news_analysed.collect()
    return Counter({s.labels["outcome"]: int(s.value) for s in family.samples if s.name.endswith("_total")})


async def ask(world: World, text: str = GOLD) -> dict[str, Any]:
    return await world.decide(text, agents="never")


async def test_what_was_reported_is_decided_before_anybody_asks(world):
    await report(world, article())

    answer = await ask(world)

    assert (answer["path"], answer["decision"]["signal"]) == ("exact", 1)
    assert outcomes(world) == {"asked": 1}


async def test_the_same_report_is_worked_once(world):
    await report(world, article(), article())
    await report(world, article())

    assert len(world.teacher.cases) == 1
    assert (await world.service.newsroom.queue.backlog()).waiting == 0


async def test_five_providers_that_tell_one_story_are_thought_about_once(world):
    tellings = [GOLD, GOLD_AGAIN, "Gold gains 0.3 percent as dollar eases", "Gold up 0.3 pct, dollar softer", GOLD]
    names = ["reuters", "bloomberg", "wsj", "ft", "ap"]

    await report(world, *(article(text, provider=name) for text, name in zip(tellings, names, strict=True)))

    assert len(world.teacher.cases) == 1
    assert outcomes(world) == {"asked": 1, "same_story": 4}
    (story,) = await world.service.newsroom.archive.stories(asset="XAU", count=5)
    timeline = await world.service.newsroom.archive.timeline(story.story_id)
    assert {each.provider for each in timeline} == set(names)


async def test_a_story_that_contradicts_another_is_a_story_of_its_own(world):
    await report(world, article(), article(GOLD_FALLS, provider="ap"))

    assert outcomes(world)["asked"] == 2
    assert len(await world.service.newsroom.archive.stories(asset="XAU", count=5)) == 2


async def test_analysts_read_the_body_and_the_situation_is_the_headline(world):
    await report(world, article(body="<p>Bullion rose for a third day.</p>"))

    (case,) = world.teacher.cases
    assert (case.news, case.context) == (GOLD, ("Bullion rose for a third day.",))
    found = await world.service.components.find(tag="XAU", location="reuters", type_=None, latest=5)
    assert [each.component.text for each in found] == ["Bullion rose for a third day."]


async def test_a_retraction_takes_back_every_answer_that_came_of_the_report(world):
    await report(world, article())
    answers = [await ask(world, GOLD if n % 2 else GOLD_AGAIN) for n in range(50)]
    assert not [answer for answer in answers if not answer["cache"]["hit"]]
    await world.service.drain()
    heard = listen(world, "alert")

    await report(world, article("WITHDRAWN: gold story", version="2", kind=Kind.RETRACTION))

    assert all(["revoked" in await world.read(answer) for answer in answers])
    assert [(await ask(world, text))["path"] for text in (GOLD, GOLD_AGAIN)] == ["interim", "interim"]
    assert not (await world.service.parts.lessons.since(SCOPE, None)).lessons
    alerts = [heard.queue.get_nowait()[1] for _ in range(heard.queue.qsize())]
    told = {decision_id for alert in alerts for decision_id in alert["decision_ids"]}
    assert told >= {answer["decision_id"] for answer in answers}
    assert "retraction" in {alert["kind"] for alert in alerts}


async def test_a_correction_replaces_what_was_decided(world):
    await report(world, article())
    world.teacher.signal = -1

    await report(world, article(GOLD_FALLS, version="2", kind=Kind.CORRECTION))

    assert (await ask(world))["path"] == "interim"
    fallen = await ask(world, GOLD_FALLS)
    assert (fallen["path"], fallen["decision"]["signal"]) == ("exact", -1)


async def test_a_story_that_others_still_tell_is_thought_through_again(world):
    await report(world, article(), article(GOLD_AGAIN, provider="ap"))

    await report(world, article("WITHDRAWN: gold story", version="2", kind=Kind.RETRACTION))

    assert len(world.teacher.cases) == 2
    assert (await ask(world, GOLD_AGAIN))["path"] == "exact"


async def test_what_is_retracted_before_it_was_worked_is_never_thought_about(world):
    await world.service.newsroom.ingest([article(version="2", kind=Kind.RETRACTION)])
    await report(world, article())

    assert not world.teacher.cases
    assert outcomes(world) == {"retracted": 1, "stale": 1}


async def test_a_report_about_nothing_known_is_filed_only(world):
    await report(world, article("Bakers of the village hold their summer fair", tickers=()))

    assert outcomes(world) == {"no_instrument": 1}
    assert await world.service.newsroom.archive.find("reuters:1") is not None


async def test_questions_are_shed_by_urgency_when_too_many_wait(world, monkeypatch):
    monkeypatch.setattr(world.service.newsroom.intake._analyse, "_depth", (float("inf"), 170))

    await report(world, article("Gold rises 1 percent", "1", urgency=3), article("Oil falls 9 percent", "2", urgency=1))

    assert outcomes(world) == {"shed": 1, "asked": 1}


async def test_an_article_that_was_left_by_a_dead_worker_is_still_thought_about(world, monkeypatch):
    """Its worker died between the beginning of the story and the question."""
    newsroom = world.service.newsroom
    with monkeypatch.context() as patch:
        patch.setattr(newsroom.intake._analyse, "_decide", _dies)
        await newsroom.ingest([article()])
        with pytest.raises(StoreUnavailable):
            await newsroom.intake._analyse(
                (await newsroom.queue.take("dead", count=1, wait_s=0, stale_s=60))[0].article
            )
    await asyncio.sleep(0.01)
    monkeypatch.setattr("forethought.application.intake.STALE_S", 0.0)

    await report(world)

    assert outcomes(world) == {"asked": 1}


async def _dies(*_: object) -> None:
    raise StoreUnavailable("gone")


async def test_items_that_cannot_be_used_are_refused_by_name(world):
    done = await world.service.newsroom.ingest(
        [article(), article(native_id="2", published_at=None), article("", "3"), article("Gold rises", None)]
    )

    assert (done.new, sorted(each.code for each in done.refused)) == (1, ["bad_id", "no_date", "no_headline"])
