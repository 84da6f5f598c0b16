import json
import random
import statistics
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.domain.guard import Facts, read
from forethought.domain.similarity import Vector, cosine
from forethought.domain.story import NEAR_COSINE, joins

DATA = Path(__file__).parents[1] / "data"
EVENTS: list[dict[str, Any]] = [json.loads(line) for line in (DATA / "stories.jsonl").read_text().splitlines()]
PLACES = (0, 1, 2, 4, 8)
"""How many wordings came before the report that differs."""
ORDERS = 3
"""Shuffled orders of the wordings: requests that come at once come in any order."""
KNOWN_FALSE_JOINS = {"Toyota recalls 1 million vehicles over fuel pump defect"}
"""Found in the third held-out half, which nothing was tuned on: which defect is not compared."""
MINIMAL_PAIRS = ("guard_dev", "minimal_pairs", "minimal_pairs_b", "minimal_pairs_c", "minimal_pairs_d")

Vectors = dict[str, Vector]


@cache
def facts(text: str, asset: str) -> Facts:
    return read(text, asset=asset)


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Encode every text of the file with the real encoder."""
    texts = [text for event in EVENTS for text in (*event["wordings"], *(o["text"] for o in event["others"]))]
    return {text: found.vector for text, found in zip(texts, MiniLmEmbedder().encode(texts), strict=True)}


def replay(texts: Sequence[str], asset: str, vectors: Vectors) -> list[list[str]]:
    """Tell texts one after the other; each joins the oldest story that takes it, else it opens one."""
    stories: list[list[str]] = []
    for text in texts:
        for story in stories:
            cosines = [cosine(vectors[text], vectors[told]) for told in story]
            if joins(facts(text, asset), [facts(told, asset) for told in story], cosines):
                story.append(text)
                break
        else:
            stories.append([text])
    return stories


def half(name: str) -> list[dict[str, Any]]:
    return [event for event in EVENTS if event["half"] == name]


# --- measured on told events ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "median", "few", "few_shuffled"),
    [
        ("development", 2, 17, 0.9),
        ("held-out", 2, 13, 0.75),
        ("second held-out", 3, 7, 0.6),
        ("second development", 2, 11, 0.8),
        ("third held-out", 3.5, 7, 0.45),
    ],
)
def test_twelve_wordings_of_one_event_cause_few_deliberations(
    vectors: Vectors, name: str, median: float, few: int, few_shuffled: float
) -> None:
    """Without joining there would be 12. `few` events cause three at most, `few_shuffled` as a share in any order.

    The aim, nine in ten, is reached on the events that were tuned on, not on the third held-out half: what no table
    knows opens a story, and so does a first figure.
    """
    counts = [len(replay(event["wordings"], event["asset"], vectors)) for event in half(name)]
    shuffled = [
        len(replay(random.Random(seed).sample(event["wordings"], 12), event["asset"], vectors))  # noqa: S311 -- an order
        for event in half(name)
        for seed in range(ORDERS)
    ]

    assert statistics.median(counts) <= median
    assert sum(count <= 3 for count in counts) >= few
    assert sum(count <= 3 for count in shuffled) >= few_shuffled * len(shuffled)
    assert max(*counts, *shuffled) <= 9


def test_a_contradicting_report_joins_no_story(vectors: Vectors) -> None:
    """Whenever it comes, a report that differs starts its own deliberation."""
    joined = {
        other["text"]
        for event in EVENTS
        for other in event["others"]
        for told in range(1, 13)
        for story in replay([*event["wordings"][:told], other["text"]], event["asset"], vectors)
        if story[-1] == other["text"] and len(story) > 1
    }

    assert joined == KNOWN_FALSE_JOINS


def test_a_contradicting_report_joins_hardly_ever_whatever_the_order(vectors: Vectors) -> None:
    """What it contradicts may not have been told yet; then nothing tells it from one wording more."""
    tried, joined = 0, Counter[str]()
    for event in EVENTS:
        for other in event["others"]:
            for seed in range(ORDERS):
                order = random.Random(seed).sample(event["wordings"], 12)  # noqa: S311 -- an order
                stories = replay([*order[:4], other["text"]], event["asset"], vectors)
                tried += 1
                joined[other["relation"]] += any(len(story) > 1 and story[-1] == other["text"] for story in stories)

    assert joined["negation"] == joined["certainty"] == 0
    assert joined.total() <= 0.01 * tried


def test_only_a_wording_that_leaves_the_difference_open_joins_a_contradicting_report(vectors: Vectors) -> None:
    """`Nike misses estimates` fits `Nike Q3 misses` as well as `Nike Q2 misses`; nothing in it could tell."""
    drawn = Counter(
        other["relation"]
        for event in EVENTS
        for other in event["others"]
        for place in PLACES
        for story in replay(
            [*event["wordings"][:place], other["text"], *event["wordings"][place:]], event["asset"], vectors
        )
        if story[0] == other["text"] and len(story) > 1
    )

    assert drawn["negation"] == drawn["certainty"] == 0
    assert drawn.total() - drawn["number"] - drawn["period"] <= 0.01 * len(PLACES) * sum(
        len(event["others"]) for event in EVENTS
    )
    assert drawn.total() <= 0.06 * len(PLACES) * sum(len(event["others"]) for event in EVENTS)


@pytest.mark.parametrize("name", ["development", "held-out", "second held-out", "second development", "third held-out"])
def test_events_told_at_once_in_one_scope_stay_apart(vectors: Vectors, name: str) -> None:
    owner = {text: event["id"] for event in half(name) for text in event["wordings"]}
    texts = [event["wordings"][place] for place in range(12) for event in half(name)]

    mixed = [story for story in replay(texts, "BTC", vectors) if len({owner[text] for text in story}) > 1]

    assert mixed == []


def test_texts_that_differ_in_a_word_or_two_do_not_join() -> None:
    """On the guard's minimal pairs, taken as near as can be: no joining across direction, negation or role."""
    told, joined = Counter[str](), Counter[str]()
    for name in MINIMAL_PAIRS:
        for line in (DATA / f"{name}.jsonl").read_text().splitlines():
            pair = json.loads(line)
            one, other = read(pair["a"], asset=pair["asset"]), read(pair["b"], asset=pair["asset"])
            told[pair["relation"]] += 1
            joined[pair["relation"]] += joins(one, [other], [1.0]) or joins(other, [one], [1.0])

    paraphrases = joined.pop("paraphrase")
    assert paraphrases >= 0.75 * told.pop("paraphrase")
    assert joined["direction"] == joined["negation"] == joined["role"] == 0
    assert joined.total() <= 0.01 * told.total()


# --- the rules ------------------------------------------------------------------------------------------------------


def asked_joins(text: str, *told: str, near: float | None = 0.8, asset: str = "INTC") -> bool:
    return joins(facts(text, asset), [facts(one, asset) for one in told], [near] * len(told))


CUT = "Intel cuts full-year revenue forecast to $52 billion"


def test_a_wording_that_tells_less_joins() -> None:
    assert asked_joins("Intel lowers its annual sales outlook", CUT)


def test_the_first_figure_opens_a_story() -> None:
    assert not asked_joins(CUT, "Intel lowers its annual sales outlook")


def test_a_figure_that_one_wording_told_is_known_to_the_story() -> None:
    assert asked_joins("Intel slashes FY revenue guidance to $52B", CUT, "Intel lowers its annual sales outlook")


@pytest.mark.parametrize(
    "text",
    [
        "Intel raises full-year revenue forecast to $52 billion",
        "Intel does not cut full-year revenue forecast",
        "Intel denies it cut full-year revenue forecast",
        "Intel weighs cutting full-year revenue forecast",
        "AMD cuts full-year revenue forecast to $52 billion",
        "Intel cuts full-year revenue forecast to $49 billion",
        "Intel cuts third-quarter revenue forecast to $52 billion",
        "Intel scraps cut of full-year revenue forecast",
    ],
)
def test_what_contradicts_one_wording_never_joins_even_where_another_fits(text: str) -> None:
    assert not asked_joins(text, "Intel lowers its annual sales outlook", CUT, "INTEL CUTS ANNUAL SALES FORECAST")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Judge blocks JetBlue takeover of Spirit", "JetBlue barred from buying Spirit"),
        ("Fed starts easing cycle with half-point cut", "Federal Reserve slashes rates by half a point"),
        ("Meta lays off 10,000", "Facebook owner Meta slashes 10,000 positions"),
    ],
)
def test_other_words_for_one_kind_of_event_join(text: str, told: str) -> None:
    assert asked_joins(text, told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Gentrail to buy Marlowe", "Marlowe agrees to acquire Gentrail"),
        ("Gentrail to be acquired by Marlowe", "Gentrail to acquire Marlowe"),
        ("Gentrail CFO steps down", "Gentrail CEO steps down"),
        ("Gentrail names Anna Holt CEO", "Gentrail CEO Anna Holt to leave"),
        ("Gentrail fined by EU", "EU court scraps Gentrail fine"),
        ("Gentrail restores services after outage", "Gentrail hit by outage"),
        ("Europe's regulator rejects Gentrail pill", "FDA rejects Gentrail pill"),
        ("Gentrail expected to recall SUVs", "Gentrail recalls SUVs"),
        ("Gentrail EPS $1.20 vs $1.30 est", "Gentrail profit beats estimates"),
        ("Gentrail drug fails phase 2 trial", "Gentrail drug fails trial"),
    ],
)
def test_what_turns_one_kind_of_event_round_does_not_join(text: str, told: str) -> None:
    assert not asked_joins(text, told)


def test_another_unknown_company_does_not_join_in_capitals_either() -> None:
    told = "Gentrail recalls 240,000 SUVs over brake defect"

    assert asked_joins("GENTRAIL CALLS BACK 240,000 SUVS", told, asset="GNTL")
    assert not asked_joins("MARLOWE CALLS BACK 240,000 SUVS", told, asset="GNTL")


def test_a_text_far_from_every_wording_does_not_join() -> None:
    assert not asked_joins("Intel lowers its annual sales outlook", CUT, near=NEAR_COSINE - 0.01)


def test_a_text_that_is_not_encoded_joins_where_the_guard_recognises_it() -> None:
    assert asked_joins("INTEL LOWERS FY REVENUE OUTLOOK TO $52B", CUT, near=None)
    assert not asked_joins("Intel now sees $52 billion in revenue this year", CUT, near=None)


def test_the_same_text_joins_even_if_nobody_can_read_it() -> None:
    assert asked_joins("英特尔下调全年收入预期", "英特尔下调全年收入预期", near=None)
    assert not asked_joins("英特尔上调全年收入预期", "英特尔下调全年收入预期", near=0.99)


def test_nothing_joins_a_story_that_nobody_told() -> None:
    assert not asked_joins(CUT)
