"""Texts that try to instruct the analysts, before a gullible model in this process."""

import pytest
from tests.fakes.injections import NOON, ROWS, Row, breach, judged, obedient

from forethought.agents.briefing import ALL, Defence
from forethought.agents.roles import DECIDING_SPECS
from forethought.application.ports.analysts import Case


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_no_attack_gets_through(row: Row) -> None:
    assert await breach(row, obedient) is None


@pytest.mark.parametrize("row", [row for row in ROWS if row.needs], ids=lambda row: f"{row.id}-{row.needs}")
async def test_an_attack_gets_through_without_the_defence_against_it(row: Row) -> None:
    """Else the table would show nothing of that defence."""
    assert await breach(row, obedient, defences=ALL - {Defence(row.needs)}) is not None


def test_every_defence_has_an_attack_that_only_it_stops() -> None:
    assert {row.needs for row in ROWS} - {""} == set(Defence)


@pytest.mark.parametrize("spec", DECIDING_SPECS, ids=lambda spec: spec.role)
async def test_the_gullible_model_takes_nothing_of_our_own_for_an_order(spec) -> None:
    """Whatever is in the prompts, the facts and the strategy's instruction: it must judge the news by itself."""
    case = Case(
        asset="XAU",
        strategy="default",
        instruction="Judge the news over the next day: 1 buy, -1 sell, 0 stay out. Say how sure you are and why.",
        news="Gold climbs 2 percent to a record on strong demand from central banks.",
        context=("The dollar eased.",),
        as_of=NOON,
        market=None,
    )

    found = await judged(case, obedient, spec=spec)

    assert found.opinion is not None
    assert (found.opinion.signal, found.opinion.reasoning[:10]) == (1, "Simulated:")
