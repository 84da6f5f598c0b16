"""Prompts with a table of events: their parts are embedded once, and all of them must be the same."""

import pytest
from tests.integration.conftest import World


def cache_hits(world: World) -> float:
    return world.service.metrics.registry.get_sample_value("forethought_embedding_cache_hits_total") or 0.0


COLUMNS = """Column descriptions:
datetime_est: When the event was seen
summary: What happened
category: Its kind
sentiment: Its tone
events_evolution: What has become of it

DataFrame:
"""
INSTRUCTION = "\nSay 1, 0 or -1, and why. Expected change of the price: {change} %."


def events_prompt(*stories: str, change: str = "0.4", evolution: str = "still open") -> str:
    rows = [
        f"Row {i}\ndatetime_est: 2026-03-02 0{i}:00:00\nsummary: {story}\ncategory: macro\nsentiment: positive\n"
        f"events_evolution: {evolution} since {i}"
        for i, story in enumerate(stories, start=1)
    ]
    return COLUMNS + "\n".join(rows) + INSTRUCTION.format(change=change)


STORIES = ("A large bank has opened its vaults", "Miners report a quiet week", "A fund has bought four thousand coins")


async def test_the_parts_of_an_events_prompt_are_embedded_once(world):
    """The second prompt shares all but its newest event with the first: only that one is new to the encoder."""
    await world.insert(events_prompt(*STORIES[:2]), 1)
    before = cache_hits(world)
    world.embedder.asked.clear()

    answer = await world.decide(events_prompt(*STORIES), agents="never")

    assert (answer["input"]["format"], cache_hits(world) - before > 3) == (
        "events",
        True,
    )
    assert [text for text in world.embedder.asked if text.startswith(STORIES[:2])] == []
    assert any(text.startswith(STORIES[2]) for text in world.embedder.asked)


async def test_an_unknown_table_of_events_is_abstained_from(world):
    """The rules read single pieces of news: on such tables they are known to be worse than staying out."""
    answer = await world.decide(events_prompt(*STORIES), agents="never")

    assert (answer["path"], answer["decision"]["signal"], answer["decision"]["conviction"]) == ("interim", 0, 0.0)
    assert (answer["fallback"]["by"], answer["fallback"]["reason"]) == ("abstention", "no_precedent")


async def test_the_same_events_prompt_is_answered_exactly(world):
    await world.insert(events_prompt(*STORIES), -1)

    answer = await world.decide(events_prompt(*STORIES))

    assert (answer["path"], answer["decision"]["signal"]) == ("exact", -1)


@pytest.mark.parametrize("change", [{"change": "-0.4"}, {"evolution": "denied"}])
async def test_an_events_prompt_that_says_something_else_is_not_an_exact_match(world, change):
    await world.insert(events_prompt(*STORIES), -1)

    assert (await world.decide(events_prompt(*STORIES, **change), agents="never"))["path"] != "exact"
