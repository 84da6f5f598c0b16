"""The assembled ladder: which rung answers, and what must never be reused."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.conftest import NOW, World

from forethought.application.decide import Decide
from forethought.application.messages import DecideRequest
from forethought.application.ports.decision_cache import Selection
from forethought.domain.errors import NotFound, Unavailable, VerifierUnavailable
from forethought.settings import AnalystSettings

GOLD_UP = "Gold rises 0.3 percent as the dollar weakens"
PARAPHRASE = "Gold climbs 0.3% on weaker dollar"
GOLD_DOWN = "Gold falls 0.3 percent as the dollar strengthens"
UNHEARD = "A volcano in Iceland has closed two airports"


def metric(world: World, name: str, **labels: str) -> float:
    return world.service.metrics.registry.get_sample_value(name, labels) or 0.0


async def test_the_same_text_is_answered_exactly_without_embedding(world):
    await world.insert(GOLD_UP, 1, conviction=0.8, output_report="A weaker dollar supports gold.")
    world.embedder.asked.clear()
    world.later(minutes=5)

    answer = await world.decide(GOLD_UP)

    assert (answer["path"], answer["decision"]["label"], answer["decision"]["conviction"]) == ("exact", "buy", 0.8)
    assert (answer["cache"]["hit"], answer["cache"]["age_s"], answer["fallback"]) == (True, 300.0, None)
    assert world.embedder.asked == []


async def test_white_space_and_unicode_forms_do_not_make_another_text(world):
    await world.insert("Café chain's profit  rises", 1)

    assert (await world.decide(" Cafe\u0301 chain's\nprofit rises ")).get("path") == "exact"


async def test_a_paraphrase_is_answered_from_its_precedent(world, key_prefix):
    await world.insert(GOLD_UP, 1)

    answer = await world.decide(PARAPHRASE)

    assert (answer["path"], answer["decision"]["signal"], answer["cache"]["guard"]) == ("precedent", 1, "passed")
    assert answer["cache"]["key"].startswith(f"{key_prefix}sc:combo:")
    assert answer["cache"]["precedents"] == [answer["cache"]["key"]]
    assert answer["agreement_p"] >= 0.95
    assert set(answer["latency_ms"]) >= {"total", "read", "exact", "components", "embed", "compose", "search", "guard"}


@pytest.mark.parametrize(
    "contrary",
    [
        GOLD_DOWN,
        "Gold does not rise 0.3 percent as the dollar weakens",
        "Gold rises 3 percent as the dollar weakens",
        "Silver rises 0.3 percent as the dollar weakens",
        "Rumour: gold rises 0.3 percent as the dollar weakens",
    ],
)
async def test_contrary_news_is_never_answered_from_the_precedent(world, contrary):
    """However near its vector lies."""
    await world.insert(GOLD_UP, 1)

    answer = await world.decide(contrary, agents="never")

    assert (answer["path"], answer["cache"]["hit"]) == ("interim", False)
    assert answer["cache"]["guard"] not in {None, "passed"}


@pytest.mark.parametrize("other", [{"asset": "BTC"}, {"strategy": "default"}])
async def test_another_scope_is_never_reused(world, other):
    await world.insert(GOLD_UP, 1)

    answer = await world.decide(GOLD_UP, agents="never", **other)

    assert (answer["path"], answer["cache"]["key"]) == ("interim", None)


async def test_the_same_text_in_another_context_is_not_an_exact_match(world):
    await world.insert(GOLD_UP, 1, context=[{"text": "The central bank has just cut rates to zero."}])

    answer = await world.decide(GOLD_UP, agents="never")

    assert answer["path"] == "interim"


@pytest.mark.parametrize(("age_s", "path"), [(3_600, "exact"), (3_601, "interim")])
async def test_a_decision_lapses_by_age_and_no_hit_makes_it_younger(world, age_s, path):
    await world.insert(GOLD_UP, 1)
    world.later(seconds=3_000)
    assert (await world.decide(GOLD_UP))["path"] == "exact"

    world.later(seconds=age_s - 3_000)

    answer = await world.decide(GOLD_UP, agents="never")
    assert (answer["path"], answer["cache"]["guard"]) == (path, "passed" if path == "exact" else "too_old")


async def test_nothing_is_used_before_it_was_known(world):
    known_at = (NOW + timedelta(minutes=10)).isoformat()
    await world.insert(GOLD_UP, 1, datetime_est=NOW.isoformat(), known_at=known_at)
    world.later(minutes=30)

    paths = [
        (await world.decide(text, agents="never", as_of=(NOW + timedelta(minutes=m)).isoformat()))["path"]
        for m in (9, 11)
        for text in (GOLD_UP, PARAPHRASE)
    ]

    assert paths == ["interim", "interim", "exact", "precedent"]


async def test_a_question_about_the_past_gets_what_stood_then(world):
    for minutes, report in ((0, "first"), (20, "second")):
        world.clock.time = NOW + timedelta(minutes=minutes)
        await world.insert(GOLD_UP, 1, output_report=report)

    then = await world.decide(GOLD_UP, as_of=(NOW + timedelta(minutes=10)).isoformat())
    now = await world.decide(GOLD_UP)

    assert (then["decision"]["reasoning"], now["decision"]["reasoning"]) == ("first", "second")


async def test_a_record_from_the_future_is_not_used_now(world):
    await world.insert(GOLD_UP, 1, datetime_est=(NOW + timedelta(minutes=10)).isoformat())

    assert (await world.decide(GOLD_UP, agents="never"))["path"] == "interim"


async def test_nothing_known_gives_an_interim_answer_by_rule(world):
    answer = await world.decide(UNHEARD, agents="never")

    assert (answer["path"], answer["fallback"]["reason"], answer["fallback"]["by"]) == (
        "interim",
        "no_precedent",
        "rules",
    )
    assert answer["decision"]["reasoning"].startswith("Rules (interim)")


async def test_interim_answers_are_never_remembered(world):
    for text in (GOLD_UP, GOLD_UP, PARAPHRASE):
        assert (await world.decide(text, agents="never"))["path"] == "interim"

    assert (await world.service.status.counts())["decisions"] == 0
    assert await world.service.status.quality() == []


async def test_the_analysts_work_on_after_the_answer_and_upgrade_it(world):
    world.teacher.signal = -1

    answer = await world.decide(UNHEARD)
    assert (answer["path"], answer["upgrade"]["pending"]) == ("interim", True)
    after = await world.upgraded(answer)

    assert (after["decision"]["signal"], after["decision"]["reasoning"]) == (-1, "the panel says so")
    assert after["upgrade"]["previous"]["decision"] == answer["decision"]
    assert (after["upgrade"]["previous"]["path"], after["upgrade"]["by"], after["cost_usd"]) == (
        "interim",
        "panel",
        0.02,
    )


async def test_what_the_analysts_conclude_answers_the_next_question_from_memory(world):
    """They fill both caches: the text exactly, its paraphrase by vector, its components without embedding."""
    await world.upgraded(await world.decide(GOLD_UP))
    world.embedder.asked.clear()

    exact, precedent = await world.decide(GOLD_UP), await world.decide(PARAPHRASE)

    assert (exact["path"], precedent["path"]) == ("exact", "precedent")
    assert world.embedder.asked == [PARAPHRASE]
    assert len(world.teacher.cases) == 1


async def test_what_the_analysts_conclude_was_not_known_before_they_concluded(world):
    world.teacher.released = asyncio.Event()
    answer = await world.decide(GOLD_UP)
    world.later(minutes=1)
    world.teacher.released.set()
    await world.upgraded(answer)

    before = await world.decide(GOLD_UP, agents="never", as_of=(NOW + timedelta(seconds=59)).isoformat())
    after = await world.decide(GOLD_UP, agents="never", as_of=(NOW + timedelta(seconds=61)).isoformat())

    assert (before["path"], after["path"]) == ("interim", "exact")


async def test_never_means_no_deliberation_now_or_later(world):
    answer = await world.decide(UNHEARD, agents="never")
    await world.decide(GOLD_UP)  # and whoever allows it gets one

    assert answer["upgrade"] == {"pending": False, "job_id": None}
    assert [case.news for case in world.teacher.cases] in ([], [GOLD_UP])


async def test_who_waits_gets_the_answer_of_the_analysts(world):
    answer = await world.decide(UNHEARD, agents="wait")

    assert (answer["path"], answer["decision"]["reasoning"]) == ("analysts", "the panel says so")
    assert (answer["fallback"], answer["cost_usd"], answer["cache"]["hit"]) == (None, 0.02, False)
    assert (answer["upgrade"]["pending"], answer["upgrade"]["joined"]) == (False, False)


async def test_analysts_see_the_whole_case(world):
    await world.decide(UNHEARD, agents="wait", context=[{"text": "Airlines are fully booked."}])

    (case,) = world.teacher.cases
    assert (case.asset, case.strategy, case.news, case.as_of) == ("XAU", "taught", UNHEARD, NOW)
    assert (case.context, case.instruction) == (
        ("Airlines are fully booked.",),
        "Judge what this means for the price over the next day.",
    )


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("fails", "unavailable"),
        ("hangs", "analysts_late"),
        ("is slow", "analysts_late"),
        ("has a defect", "analysts_late"),
    ],
)
async def test_whatever_befalls_the_analysts_there_is_an_interim_answer_in_time(world, trouble, reason):
    world.teacher.hangs = trouble == "hangs"
    world.teacher.delay_s = 30 if trouble == "is slow" else 0
    failures = {"fails": Unavailable("no answer"), "has a defect": KeyError("defect")}
    world.teacher.failure = failures.get(trouble)

    answer = await world.decide(UNHEARD, agents="wait", deadline_ms=500)

    assert (answer["path"], answer["fallback"]["reason"]) == ("interim", reason)
    assert answer["latency_ms"]["total"] <= 500


async def test_analysts_that_are_late_still_upgrade_the_answer(world):
    world.teacher.released = asyncio.Event()
    answer = await world.decide(UNHEARD, agents="wait", deadline_ms=100)

    world.teacher.released.set()

    assert (answer["path"], answer["upgrade"]["pending"]) == ("interim", True)
    assert (await world.upgraded(answer))["decision"]["reasoning"] == "the panel says so"


async def test_an_answer_whose_analysts_failed_waits_no_longer(world):
    world.teacher.failure = Unavailable("no answer")

    after = await world.upgraded(await world.decide(UNHEARD))

    assert (after["path"], after["upgrade"]["pending"], after["upgrade"]["failed"]) == ("interim", False, "unavailable")
    assert metric(world, "forethought_deliberations_total", outcome="failed") == 1
    assert (await world.service.status.counts())["decisions"] == 0


async def test_the_same_situation_asked_at_once_is_worked_out_once(world):
    world.teacher.released = asyncio.Event()

    answers = await asyncio.gather(*(world.decide(UNHEARD) for _ in range(8)))
    world.teacher.released.set()
    after = [await world.upgraded(answer) for answer in answers]

    assert world.embedder.asked.count(UNHEARD) == 1
    assert len(world.teacher.cases) == 1
    assert len({answer["decision_id"] for answer in answers}) == 8
    assert {each["decision"]["reasoning"] for each in after} == {"the panel says so"}


@pytest.mark.parametrize("analysts", [AnalystSettings(slots=1, queue_limit=3, grace_s=0)])
async def test_a_full_queue_sheds_and_says_so(world):
    world.teacher.released = asyncio.Event()

    answers = [await world.decide(f"Shares of company {n} rise {n} percent", asset=f"A{n}") for n in range(1, 7)]

    told = [(a["upgrade"]["pending"], a["upgrade"]["job_id"] is None, a["upgrade"]["shed"]) for a in answers]
    assert told == [(True, False, False)] * 3 + [(False, True, True)] * 3
    assert metric(world, "forethought_deliberations_total", outcome="shed") == 3
    world.teacher.released.set()
    await world.upgraded(answers[2])


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


class TestMovedMarket:
    """The fingerprint of the market forbids what was decided at another price."""

    @pytest.fixture
    def price_files(self, tmp_path: Path) -> dict[str, Path]:
        """Two quiet days of gold, a jump of 5 % after NOW, and quiet again."""
        lines = ["ts,open,high,low,close,volume"]
        for i in range(-288, 24):
            at = NOW + i * timedelta(minutes=10)
            price = (2_000 if i < 3 else 2_100) * (1 + 0.0005 * (-1) ** i)
            lines.append(f"{at.isoformat()},{price},{price * 1.0005},{price * 0.9995},{price},10")
        path = tmp_path / "gold.csv"
        path.write_text("\n".join(lines))
        return {"XAU": path}

    @pytest.mark.parametrize(("minutes", "paths"), [(20, ["exact", "precedent"]), (50, ["interim", "interim"])])
    async def test_a_jump_of_the_price_ends_what_was_decided_before(self, world, minutes, paths):
        await world.insert(GOLD_UP, 1)
        world.later(minutes=minutes)

        answers = [await world.decide(text, agents="never") for text in (GOLD_UP, PARAPHRASE)]

        assert [answer["path"] for answer in answers] == paths
        if minutes > 30:
            assert {answer["cache"]["guard"] for answer in answers} == {"market_moved"}


async def test_a_hanging_store_costs_no_more_than_the_deadline(world, hanging):
    await world.insert(GOLD_UP, 1)
    hanging()

    answer = await world.decide(GOLD_UP, deadline_ms=200)

    assert (answer["path"], answer["fallback"]["reason"]) == ("interim", "deadline")
    assert answer["latency_ms"]["total"] <= 200


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
    before = metric(world, "forethought_embedding_cache_hits_total")
    world.embedder.asked.clear()

    answer = await world.decide(events_prompt(*STORIES), agents="never")

    assert (answer["input"]["format"], metric(world, "forethought_embedding_cache_hits_total") - before > 3) == (
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


async def test_inserted_truth_is_counted_against_what_would_have_been_said(world):
    await world.insert(GOLD_UP, 1)
    for text, signal in ((PARAPHRASE, 1), ("Gold up 0.3 pct as dollar slips", -1)):
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
    answer = await world.decide(UNHEARD, agents="never")

    await world.insert(UNHEARD, -1, decision_id=answer["decision_id"], output_report="It was bad.")

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


FIELDS = {
    "decision_id": None,
    "decision": {"signal", "label", "conviction", "reasoning", "by", "labels"},
    "path": None,
    "agreement_p": None,
    "opposite_p": None,
    "budget": {"state", "n", "mode"},
    "cache": {
        *("hit", "key", "similarity", "news_similarity", "context_similarity", "threshold", "guard", "age_s"),
        "precedents",
    },
    "latency_ms": None,
    "models": {"embedder", "teacher", "reflex", "analysts"},
    "fallback": None,
    "upgrade": None,
    "cost_usd": None,
    "usage": {"calls", "prompt_tokens", "completion_tokens"},
    "strategy": None,
    "asset": None,
    "at": None,
    "as_of": None,
    "input": {"format", "tokens", "truncated", "cleaned"},
}
"""The design's section 3, and what we add: `by`, `labels`, `context_similarity`, and from `strategy` on."""


@pytest.mark.parametrize("path", ["exact", "precedent", "interim", "analysts"])
async def test_an_answer_has_exactly_the_fields_of_the_design(world, path):
    await world.insert(GOLD_UP, 1)
    text = {"exact": GOLD_UP, "precedent": PARAPHRASE}.get(path, UNHEARD)

    answer = await world.decide(text, agents="wait" if path == "analysts" else "never")

    assert answer["path"] == path
    assert {name: set(answer[name]) if inner else None for name, inner in FIELDS.items()} == FIELDS
    assert set(answer) == set(FIELDS)
    assert (answer["strategy"], answer["asset"], answer["at"], answer["as_of"]) == (
        "taught",
        "XAU",
        NOW.isoformat(),
        None,
    )


class SecondReader:
    """A verifier that says what it is told to say."""

    model = "second-reader@test"

    def __init__(self, says: float | Exception) -> None:
        self.says = says

    async def verify(self, asked: str, remembered: Sequence[str]) -> list[float]:
        if isinstance(self.says, Exception):
            raise self.says
        return [self.says for _ in remembered]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("says", "path"), [(0.95, "precedent"), (0.1, "interim"), (VerifierUnavailable("late"), "interim")]
)
async def test_a_second_reader_may_refuse_a_precedent_and_fails_closed(world, says, path):
    await world.insert("Gold rises 0.3 percent as the dollar weakens")
    parts = replace(world.service.parts, verifier=SecondReader(says))

    text = "Gold climbs 0.3 percent on a weaker dollar"
    asked = DecideRequest(text=text, asset="XAU", strategy="taught", agents="never")
    answer = await Decide(parts)(asked.question())

    assert answer["path"] == path
