"""The context of a question is part of it, whether given by id or as text."""

import asyncio

import pytest
from tests.fakes.headlines import GOLD_UP

from forethought.domain.errors import NotFound


async def test_context_may_be_given_by_id_or_as_text(world):
    text = "The central bank has just cut rates to zero."
    (made,) = await world.service.components.put([component(text)])
    await world.insert(GOLD_UP, 1, context=[{"text": text}])

    by_id = await world.decide(GOLD_UP, agents="never", context=[{"id": made.component.id}])

    assert by_id["path"] == "exact"


def component(text: str):
    from forethought.application.components import NewComponent  # noqa: PLC0415 - only here

    return NewComponent(text)


async def test_an_unknown_context_id_is_not_found(world):
    with pytest.raises(NotFound, match="no-such-id") as refused:
        await world.decide(GOLD_UP, context=[{"id": "no-such-id"}])

    assert (refused.value.code, refused.value.field) == ("not_found", "context")


async def test_the_order_of_context_does_not_matter(world):
    first, second = {"text": "Rates were cut."}, {"text": "The harvest failed."}
    await world.insert(GOLD_UP, 1, context=[first, second])

    assert (await world.decide(GOLD_UP, context=[second, first]))["path"] == "exact"


async def test_context_that_cannot_be_looked_up_is_not_left_out(world, monkeypatch):
    """A store that recovers in mid-question must not answer the question without its context."""
    await world.insert(GOLD_UP, 1)
    (made,) = await world.service.components.put([component("Rates were cut.")])
    cache, resolve = world.service.parts.components, world.service.parts.components.resolve

    async def slow(ids):
        await asyncio.sleep(0.4)
        return await resolve(ids)

    monkeypatch.setattr(cache, "resolve", slow)

    answer = await world.decide(GOLD_UP, agents="never", context=[{"id": made.component.id}])

    assert answer["path"] == "interim"
