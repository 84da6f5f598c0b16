"""The real problem: a remembered decision must never be reused for other news, however alike the two look."""

import collections
import json
from pathlib import Path

import pytest

from forethought.application.insert import Record
from forethought.application.question import Question
from forethought.bootstrap import Replacements, running
from forethought.domain.decision import AgentsMode
from forethought.settings import Settings

PAIRS = [
    json.loads(line)
    for name in ("minimal_pairs.jsonl", "minimal_pairs_b.jsonl")
    for line in (Path(__file__).parents[1] / "data" / name).read_text(encoding="utf-8").splitlines()
]


@pytest.fixture
async def answers(redis_server, key_prefix, tmp_path):
    """What each pair's second text is answered, after all first texts were taught."""
    settings = Settings(data_dir=tmp_path)
    async with running(settings, replace=Replacements(namespace=key_prefix, redis_url=redis_server)) as service:
        taught = await service.insert(
            [Record(p["a"], "", signal=p["signal_a"], conviction=0.8, asset=p["asset"]) for p in PAIRS]
        )
        keys = await _keys(service, taught.decision_ids)
        asked = [await service.decide(Question(p["b"], asset=p["asset"], agents=AgentsMode.NEVER)) for p in PAIRS]
        yield list(zip(PAIRS, keys, asked, strict=True))
        await service.clear()


async def _keys(service, decision_ids):
    """Return the key under which each taught text was stored."""
    memory = service.parts.memories["default"].decisions
    by_id = {}
    async for key in service.store.client.scan_iter(match=f"{service.keys.decision_prefix}*", count=1000):
        by_id[(await service.store.client.hget(key, "decision_id")).decode()] = key.decode()
    assert await memory.count() == len(by_id)
    return [by_id[decision_id] for decision_id in decision_ids]


async def test_no_decision_is_reused_across_a_minimal_pair_and_half_of_the_paraphrases_are(answers):
    reused = collections.Counter()
    wrong = []
    for pair, key, answer in answers:
        from_partner = answer["cache"]["hit"] and key in answer["cache"]["precedents"]
        reused[pair["relation"], from_partner] += 1
        if from_partner and pair["relation"] != "paraphrase":
            wrong.append((pair["relation"], pair["a"], pair["b"]))

    assert wrong == []
    assert reused["paraphrase", True] >= reused["paraphrase", False]


async def test_no_answer_from_memory_says_buy_for_sell(answers):
    opposite = [
        (pair["b"], answer["cache"]["key"])
        for pair, _, answer in answers
        if answer["cache"]["hit"] and answer["decision"]["signal"] * pair["signal_b"] == -1
    ]

    assert opposite == []
