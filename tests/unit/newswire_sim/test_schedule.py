"""What is published when."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest

from forethought.entrypoints.newswire.options import PROVIDERS, Malformed, Options, shares
from forethought.entrypoints.newswire.schedule import Schedule
from forethought.entrypoints.newswire.telling import Item, Mark
from forethought.entrypoints.newswire.wordings import kinds

STARTED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def published(count: int, **options: object) -> list[tuple[float, Item]]:
    return list(islice(Schedule(Options(**options), STARTED).items(), count))


@pytest.fixture(scope="module")
def stream() -> list[Item]:
    """So many that everything comes."""
    items = published(20_000, rate=6_000, speed=20, malformed=shares("0.06", Malformed), retractions=0.03)
    return [item for _, item in items]


def versions(stream: list[Item]) -> dict[str, list[Item]]:
    found = defaultdict(list)
    for item in stream:
        if item.mark is not Mark.REPEAT:
            found[item.native_id].append(item)
    return found


def test_equal_seeds_publish_equal_items() -> None:
    assert published(500, seed=3, malformed={"huge": 0.1}) == published(500, seed=3, malformed={"huge": 0.1})


def test_another_seed_publishes_other_items() -> None:
    assert published(50, seed=3) != published(50, seed=4)


def test_a_minute_brings_as_many_items_as_the_rate_says() -> None:
    items = published(1_000, rate=600, corrections=0.5, updates=0.5, duplicates=0.3)

    assert [at_s for at_s, _ in items] == pytest.approx([0.1 * n for n in range(1_000)])


def test_every_provider_tells_every_kind(stream: list[Item]) -> None:
    told = {(item.kind, item.provider) for item in stream if item.mark is Mark.NEWS}

    assert told == {(kind, provider) for kind in kinds() for provider in PROVIDERS}


def test_a_story_is_told_by_several_at_different_times(stream: list[Item]) -> None:
    first = [item for item in stream if item.mark is Mark.NEWS]
    tellers = defaultdict(list)
    for item in first:
        tellers[item.story].append(item)

    full = [items for items in list(tellers.values())[:1_000] if len(items) > 1]
    assert len(full) > 900
    assert all(len({item.provider for item in items}) == len(items) for items in full)
    assert all(len({item.published for item in items}) == len(items) for items in full)
    assert all(len({item.text.headline for item in items}) == len(items) for items in full)


def test_items_are_repeated_and_malformed_as_often_as_asked(stream: list[Item]) -> None:
    share = {mark: sum(item.mark is mark for item in stream) / len(stream) for mark in Mark}

    assert share[Mark.MALFORMED] == pytest.approx(0.06, rel=0.1)
    assert share[Mark.REPEAT] == pytest.approx(0.01, rel=0.2)
    assert share[Mark.REPOST] == pytest.approx(0.01, rel=0.2)
    assert {item.malformed for item in stream} == {None, *Malformed}


def test_versions_of_a_report_follow_each_other_and_stand_for_a_while(stream: list[Item]) -> None:
    for report in versions(stream).values():
        assert [item.version for item in report] == list(range(1, len(report) + 1))
        for one, following in pairwise(report):
            assert following.published - one.published >= timedelta(seconds=10)
            assert following.created == one.created


def test_a_report_that_was_taken_back_says_nothing_more(stream: list[Item]) -> None:
    taken_back = [report for report in versions(stream).values() if report[-1].mark is Mark.RETRACTION]

    assert len(taken_back) > 100
    assert not any(item.mark is Mark.RETRACTION for report in versions(stream).values() for item in report[:-1])


def test_a_correction_keeps_the_words_and_changes_the_figure(stream: list[Item]) -> None:
    pairs = [
        (report[0], report[1])
        for report in versions(stream).values()
        if len(report) > 1 and report[1].mark is Mark.CORRECTION
    ]

    assert {after.provider for _, after in pairs} == set(PROVIDERS)
    for before, after in pairs:
        assert after.text.headline.lower().startswith("correct")
        assert "Corrects figure to" in " ".join(after.text.paragraphs)
        assert len(after.text.headline.split(" ")) - len(before.text.headline.split(" ")) in {0, 1}


def test_a_contradiction_says_the_opposite_of_what_is_so(stream: list[Item]) -> None:
    found = [item for item in stream if item.mark is Mark.CONTRADICTION]

    assert len(found) > 20
    assert all(item.direction == -item.truth != 0 for item in found)
    assert all(item.direction == item.truth for item in stream if item.mark is Mark.NEWS)


def test_a_repeated_item_is_the_newest_version_unchanged(stream: list[Item]) -> None:
    newest: dict[str, Item] = {}
    repeated = 0
    for item in stream:
        if item.mark is Mark.REPEAT:
            repeated += 1
            former = newest[item.native_id]
            assert (item.version, item.text, item.published) == (former.version, former.text, former.published)
        else:
            newest[item.native_id] = item
    assert repeated


def test_the_same_words_come_again_under_a_new_id(stream: list[Item]) -> None:
    texts = {(item.provider, item.text) for item in stream if item.mark not in {Mark.REPEAT, Mark.REPOST}}
    again = [item for item in stream if item.mark is Mark.REPOST]

    assert all((item.provider, item.text) in texts for item in again)
    assert all(item.version == 1 for item in again)


def test_speed_brings_the_other_reports_sooner() -> None:
    def lag_s(speed: float) -> float:
        first: dict[int | None, datetime] = {}
        lags = []
        for _, item in published(2_000, rate=60, speed=speed):
            if item.mark is Mark.NEWS:
                lags.append((item.published - first.setdefault(item.story, item.published)).total_seconds())
        return sum(lags) / len(lags)

    assert lag_s(100) < lag_s(1) / 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0.0), ("0.06", 0.06), ("no_date=0.1,huge=0.2", 0.3)],
)
def test_shares_are_read_as_a_sum_or_one_by_one(text: str, expected: float) -> None:
    assert sum(shares(text, Malformed).values()) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "x", "no_date", "nothing=0.1", "no_date=-1", "1e3"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a share"):
        shares(text, Malformed)
