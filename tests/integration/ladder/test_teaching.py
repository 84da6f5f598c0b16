"""What is inserted teaches the ladder and is counted as evidence; what is cleared is forgotten."""

from datetime import timedelta

from tests.fakes.headlines import GOLD_AGAIN, GOLD_UP, VOLCANO
from tests.integration.conftest import NOW

from forethought.application.ports.decision_cache import Selection


async def test_inserted_truth_is_counted_against_what_would_have_been_said(world):
    await world.insert(GOLD_UP, 1)
    for text, signal in ((GOLD_AGAIN, 1), ("Gold up 0.3 pct as dollar slips", -1)):
        world.later(seconds=1)
        await world.insert(text, signal)

    (scope,) = await world.service.status.quality()

    assert (scope["strategy"], scope["asset"]) == ("taught", "XAU")
    assert (scope["answered"]["n"], scope["answered"]["opposite_frac"]) == (2, 0.5)


async def test_records_sent_again_count_as_evidence_once(world):
    for _ in range(3):
        for minutes, signal in ((0, 1), (1, 1)):
            await world.insert(GOLD_UP, signal, datetime_est=(NOW + timedelta(minutes=minutes)).isoformat())

    (scope,) = await world.service.status.quality()

    assert scope["answered"]["n"] == 1


async def test_the_truth_about_an_answer_is_linked_to_it(world):
    answer = await world.decide(VOLCANO, agents="never")

    await world.insert(VOLCANO, -1, decision_id=answer["decision_id"], output_report="It was bad.")

    after = await world.read(answer)
    assert (after["decision"]["signal"], after["upgrade"]["by"]) == (-1, "inserted")
    assert after["upgrade"]["previous"]["decision"] == answer["decision"]


async def test_many_new_texts_are_inserted_in_one_go(world):
    """More than the encoder's queue takes at once."""
    from forethought.application.messages import InsertRecord  # noqa: PLC0415 - only here

    records = [
        InsertRecord(input_report=f"Lot {i} sold", signal=i % 3 - 1, asset="XAU", strategy="taught").record()
        for i in range(300)
    ]

    done = await world.service.insert(records)

    assert (done.accepted, done.rejected, (await world.service.status.counts())["decisions"]) == (300, (), 300)


async def test_clearing_a_scope_leaves_the_others(world):
    await world.insert(GOLD_UP, 1)
    await world.insert(GOLD_UP, 1, asset="BTC")

    cleared = await world.service.clear(Selection("taught", "XAU"))

    paths = [(await world.decide(GOLD_UP, asset=asset, agents="never"))["path"] for asset in ("XAU", "BTC")]
    assert (cleared.decisions, paths) == (1, ["interim", "exact"])
