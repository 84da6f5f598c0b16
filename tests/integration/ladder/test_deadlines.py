"""An answer comes within its deadline; a text too long for it is never taken for its head."""

from tests.fakes.headlines import GOLD_UP
from tests.integration.conftest import World


async def test_a_hanging_store_costs_no_more_than_the_deadline(world, hanging):
    await world.insert(GOLD_UP, 1)
    hanging()

    answer = await world.decide(GOLD_UP, deadline_ms=200)

    assert (answer["path"], answer["fallback"]["reason"]) == ("interim", "deadline")
    assert answer["latency_ms"]["total"] <= 200


LONG = " ".join(["Producers met for another round of talks, and nobody would say what had been agreed."] * 143)


async def test_a_long_text_is_read_in_full_before_it_is_remembered(world):
    """2,000 words: the head alone never decides, and what is kept is the whole."""
    answer = await world.decide(LONG, agents="never", deadline_ms=5_000)

    assert answer["input"]["tokens"] > 2_000
    assert answer["input"]["truncated"] is False
    assert LONG not in [item.component.text for item in await newest(world, chunks_below=2)]


async def newest(world: World, *, chunks_below: int):
    found = await world.service.components.find(tag=None, location=None, type_=None, latest=100)
    return [item for item in found if item.chunks < chunks_below]


async def test_a_long_text_cut_short_by_the_deadline_says_so(world, monkeypatch):
    split = world.embedder.inner.split
    monkeypatch.setattr(world.embedder, "split", lambda text, **options: split(text, **options) * 40)

    answer = await world.decide(LONG, agents="never", deadline_ms=400)

    assert (answer["fallback"]["reason"], answer["input"]["truncated"]) == ("deadline", True)
