"""What the stories are made of."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from forethought.entrypoints.newswire import facts, telling
from forethought.entrypoints.newswire.instruments import INSTRUMENTS
from forethought.entrypoints.newswire.options import PROVIDERS
from forethought.entrypoints.newswire.wordings import Kind, kinds

AT = datetime(2026, 3, 2, tzinfo=UTC)
KINDS = sorted(kinds())


def the_facts(kind: Kind, seed: int = 1) -> facts.Facts:
    rng = Random(seed)  # noqa: S311 - a simulation
    return facts.draw(rng, next(one for one in INSTRUMENTS if one.about == kind.about), AT)


def test_there_are_at_least_forty_kinds_of_events_and_forty_instruments() -> None:
    assert len(KINDS) >= 40
    assert len({instrument.symbol for instrument in INSTRUMENTS}) == len(INSTRUMENTS) >= 40


def test_all_wordings_of_all_kinds_and_providers_are_distinct() -> None:
    told = [
        line
        for kind in kinds().values()
        for provider in PROVIDERS
        for line in (*kind.told[provider].headlines, kind.told[provider].lead)
    ]

    assert [line for line, times in Counter(told).items() if times > 1] == []


@pytest.mark.parametrize("name", KINDS)
def test_every_provider_has_two_headlines_for_a_kind(name: str) -> None:
    assert all(len(kinds()[name].told[provider].headlines) >= 2 for provider in PROVIDERS)


@pytest.mark.parametrize("name", KINDS)
def test_every_wording_can_be_filled_and_names_the_figure_that_matters(name: str) -> None:
    kind = kinds()[name]
    texts = the_facts(kind).texts(kind)
    for provider in PROVIDERS:
        wording = kind.told[provider]
        for headline in wording.headlines:
            told = [line.format_map(texts) for line in (headline, wording.lead, *wording.details)]

            assert not any(mark in line for line in told for mark in "{}[]|")
            assert not any(line != line.strip() or "  " in line for line in told)
            assert texts[kind.figure] in told[0] + told[1]


@pytest.mark.parametrize("name", KINDS)
def test_the_opposite_of_a_kind_points_the_other_way(name: str) -> None:
    kind = kinds()[name]
    if kind.opposite is None:
        assert kind.direction == 0
        return
    other = kinds()[kind.opposite]

    assert (other.opposite, other.direction, other.figure) == (name, -kind.direction, kind.figure)


@pytest.mark.parametrize("name", KINDS)
def test_a_correction_tells_another_figure_and_changes_no_expectation(name: str) -> None:
    kind = kinds()[name]
    for seed in range(50):
        was = the_facts(kind, seed)
        changed = dict(set(was.corrected(kind).texts(kind).items()) - set(was.texts(kind).items()))

        assert list(changed) == [kind.figure]


@pytest.mark.parametrize(
    ("good", "figure", "expected", "more_is_good"),
    [
        ("earnings_beat", "eps", "est", True),
        ("inflation_cools", "cpi", "cpi_est", False),
        ("jobs_strong", "jobs", "jobs_est", True),
    ],
)
def test_a_surprise_lies_on_the_side_that_the_kind_says(
    good: str, figure: str, expected: str, *, more_is_good: bool
) -> None:
    for seed in range(50):
        for kind in (kinds()[good], kinds()[kinds()[good].opposite or ""]):
            for told in (the_facts(kind, seed), the_facts(kind, seed).corrected(kind)):
                texts = told.texts(kind)
                above = float(texts[figure]) > float(texts[expected])

                assert float(texts[figure]) != float(texts[expected])
                assert above == ((kind.direction > 0) == more_is_good)


def test_the_same_story_has_five_headlines_and_five_leads() -> None:
    kind = kinds()["earnings_beat"]
    rng = Random(1)  # noqa: S311 - a simulation
    told = [telling.tell(provider, kind, the_facts(kind), rng) for provider in PROVIDERS]

    assert len({text.headline for text in told}) == len({text.paragraphs[0] for text in told}) == 5
    assert all(1 <= len(text.paragraphs) <= 4 for text in told)
    assert all("simulated" in " ".join(text.paragraphs).lower() for text in told)
