"""The assembled ladder: which rung answers, and what must never be reused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.headlines import GOLD_AGAIN, GOLD_DOWN, GOLD_UP, VOLCANO
from tests.integration.conftest import NOW

from forethought.application.decide import Decide
from forethought.application.messages import DecideRequest
from forethought.domain.errors import VerifierUnavailable


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

    answer = await world.decide(GOLD_AGAIN)

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
        for text in (GOLD_UP, GOLD_AGAIN)
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
    answer = await world.decide(VOLCANO, agents="never")

    assert (answer["path"], answer["fallback"]["reason"], answer["fallback"]["by"]) == (
        "interim",
        "no_precedent",
        "rules",
    )
    assert answer["decision"]["reasoning"].startswith("Rules (interim)")


async def test_interim_answers_are_never_remembered(world):
    for text in (GOLD_UP, GOLD_UP, GOLD_AGAIN):
        assert (await world.decide(text, agents="never"))["path"] == "interim"

    assert (await world.service.status.counts())["decisions"] == 0
    assert await world.service.status.quality() == []


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

        answers = [await world.decide(text, agents="never") for text in (GOLD_UP, GOLD_AGAIN)]

        assert [answer["path"] for answer in answers] == paths
        if minutes > 30:
            assert {answer["cache"]["guard"] for answer in answers} == {"market_moved"}


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
    text = {"exact": GOLD_UP, "precedent": GOLD_AGAIN}.get(path, VOLCANO)

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
