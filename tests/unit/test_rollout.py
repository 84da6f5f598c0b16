"""The roll-out of panel versions: shadow, promote, roll back, stop."""

import pytest
from tests.fakes.rollout import FakeRollout

from forethought.application.ports.rollout import Standing
from forethought.application.rollout import RollOut, current_of
from forethought.domain.errors import InvalidInput, NotFound
from forethought.domain.panel import in_order

VERSIONS = {"panel": ["10", "2", "9"]}


@pytest.fixture
def port():
    return FakeRollout()


@pytest.fixture
def roll_out(port):
    return RollOut(port, VERSIONS)


async def test_the_lowest_version_answers_before_any_is_promoted(roll_out):
    assert await roll_out.standing("panel") == Standing(current="2")


def test_a_promoted_version_whose_file_is_gone_makes_place_for_the_lowest():
    assert current_of(Standing(current="11"), VERSIONS["panel"]) == "2"


def test_versions_are_ordered_as_people_do():
    assert sorted(["10", "9", "1.10", "1.9", "beta", "1"], key=in_order) == ["1", "1.9", "1.10", "9", "10", "beta"]


async def test_a_version_in_shadow_does_not_answer(roll_out, port):
    await roll_out.shadow("panel", "9", share=0.2)

    assert port.standings["panel"] == Standing(current="2", candidate="9", share=0.2)


async def test_the_candidate_is_promoted_and_the_former_version_kept(roll_out, port):
    await roll_out.shadow("panel", "9", share=0.2)

    await roll_out.promote("panel")

    assert port.standings["panel"] == Standing(current="9", previous="2")


async def test_a_named_version_is_promoted_and_another_candidate_stays_in_shadow(roll_out, port):
    await roll_out.shadow("panel", "9", share=0.2)

    await roll_out.promote("panel", "10")

    assert port.standings["panel"] == Standing(current="10", previous="2", candidate="9", share=0.2)


async def test_rolling_back_swaps_and_rolling_back_again_swaps_again(roll_out, port):
    await roll_out.promote("panel", "9")

    first = await roll_out.rollback("panel")
    second = await roll_out.rollback("panel")

    assert (first, second) == (Standing(current="2", previous="9"), Standing(current="9", previous="2"))
    assert port.standings["panel"] == second


async def test_a_version_that_answers_again_is_no_candidate_any_more(roll_out):
    await roll_out.promote("panel", "9")
    await roll_out.shadow("panel", "2", share=0.5)

    assert await roll_out.rollback("panel") == Standing(current="2", previous="9")


async def test_a_shadow_ends(roll_out, port):
    await roll_out.shadow("panel", "9", share=1.0)

    await roll_out.stop("panel")

    assert port.standings["panel"] == Standing(current="2")


@pytest.mark.parametrize(
    ("act", "error", "said"),
    [
        (lambda r: r.shadow("panel", "3", share=0.2), NotFound, "it has 2, 9, 10"),
        (lambda r: r.shadow("other", "2", share=0.2), NotFound, "known: panel"),
        (lambda r: r.shadow("panel", "2", share=0.2), InvalidInput, "answers already"),
        (lambda r: r.shadow("panel", "9", share=0.0), InvalidInput, "share"),
        (lambda r: r.shadow("panel", "9", share=1.1), InvalidInput, "share"),
        (lambda r: r.shadow("panel", "9", share=float("nan")), InvalidInput, "share"),
        (lambda r: r.promote("panel", "3"), NotFound, "no version '3'"),
        (lambda r: r.promote("panel", "2"), InvalidInput, "answers already"),
        (lambda r: r.promote("panel"), InvalidInput, "in shadow"),
        (lambda r: r.rollback("panel"), InvalidInput, "no previous"),
        (lambda r: r.stop("panel"), InvalidInput, "in shadow"),
    ],
)
async def test_what_cannot_be_done_is_refused_and_changes_nothing(roll_out, port, act, error, said):
    with pytest.raises(error, match=said):
        await act(roll_out)

    assert port.standings == {}


async def test_a_previous_version_whose_file_is_gone_is_not_returned_to(port):
    port.standings["panel"] = Standing(current="9", previous="1")

    with pytest.raises(NotFound, match="no version '1'"):
        await RollOut(port, VERSIONS).rollback("panel")


async def test_without_a_model_there_is_no_panel_to_roll_out(port):
    with pytest.raises(NotFound, match="no model is configured"):
        await RollOut(port, {}).promote("panel", "2")
