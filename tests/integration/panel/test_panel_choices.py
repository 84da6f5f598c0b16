"""Which model is asked, and when the next one: soft timeout, failure, budget and breaker, over real HTTP and Redis."""

import asyncio
import contextlib
from typing import Any

import pytest
from tests.fakes.llm_sim import LlmSim
from tests.fakes.thinking import LONG_S, until
from tests.integration.panel.conftest import Desk, a_case, given_up, reports_of_failure

from forethought.agents.panel import Panel
from forethought.application.ports.analysts import PanelFailed
from forethought.domain.opinion import DECIDING, Deliberation, Failure, Usage
from forethought.settings import LlmEndpoint

NEVER_MS = 60_000
"""Of the soft timeout: longer than any role may take."""
PRICES = {"gpt-4o-mini": {"prompt": 100_000.0, "completion": 0.0}}
"""A single answer costs more than any budget here."""


def with_second(
    desk: Desk, sim: LlmSim, second: LlmSim, *, second_budget_usd: float | None = None, **llm: Any
) -> Panel:
    local = LlmEndpoint(base_url=second.base_url, model="local", daily_budget_usd=second_budget_usd)
    return desk.panel(sim.base_url, second=local, **llm)


def answered_by(found: Deliberation) -> list[tuple[int | None, str]]:
    """Return which choice answered, by its number and its name, role by role."""
    return [(report.choice, report.provenance.provider) for report in found.reports]


# --- Slow and failing models ------------------------------------------------------------------------------------------


async def test_the_second_choice_is_not_asked_when_the_first_answers_in_time(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    found = await with_second(desk, sim, second, soft_timeout_ms=NEVER_MS).deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(0, "first")] * 3
    assert second.state()["calls"]["total"] == 0


async def test_the_second_choice_is_asked_beside_a_slow_first_and_the_first_answer_counts(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    """The loser's connection is freed."""
    sim.faults("hang")

    found = await with_second(desk, sim, second, soft_timeout_ms=100).deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(1, "second")] * 3
    assert {report.provenance.model for report in found.reports} == {"local"}
    assert (found.partial, found.usage.calls) == (None, 3)
    await given_up(sim, calls=3)


async def test_a_slow_first_choice_may_still_be_the_first_to_answer(desk: Desk, sim: LlmSim, second: LlmSim) -> None:
    sim.settings(latency="0.8")
    second.faults("hang")

    found = await with_second(desk, sim, second, soft_timeout_ms=100).deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(0, "first")] * 3
    await given_up(second, calls=3)


@pytest.mark.parametrize("fault", ["server_error", "cut", "refusal", "schema"])
async def test_the_second_choice_is_asked_at_once_when_the_first_fails(
    desk: Desk, sim: LlmSim, second: LlmSim, fault: str
) -> None:
    """Not after the soft timeout, which is longer here than a role may take."""
    sim.faults(fault)

    found = await with_second(desk, sim, second, soft_timeout_ms=NEVER_MS).deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(1, "second")] * 3
    assert found.partial is None


async def test_each_role_turns_to_its_second_choice_by_itself(desk: Desk, sim: LlmSim, second: LlmSim) -> None:
    sim.faults("malformed", role="market_context")

    found = await with_second(desk, sim, second, soft_timeout_ms=NEVER_MS).deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(0, "first"), (1, "second"), (0, "first")]
    assert [report.usage.calls for report in found.reports] == [1, 2, 1]
    assert second.state()["calls"]["by_role"] == {"market_context": 1}


async def test_a_role_abstains_when_both_choices_fail(desk: Desk, sim: LlmSim, second: LlmSim) -> None:
    sim.faults("server_error", role="market_context")
    second.faults("refusal", role="market_context")

    found = await with_second(desk, sim, second, soft_timeout_ms=NEVER_MS).deliberate(a_case(), timeout_s=LONG_S)

    assert found.partial == "market_context: refused"


async def test_the_second_choice_is_not_asked_when_no_time_is_left_for_an_answer(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    """It would be paid for nothing, and its breaker would count a failure."""
    sim.faults("hang")
    panel = with_second(desk, sim, second, soft_timeout_ms=NEVER_MS, profile="fast", fast_timeout_ms=400)

    reports = await reports_of_failure(panel, timeout_s=LONG_S)

    assert [report.failure for report in reports] == [Failure.TIMEOUT] * 3
    assert second.state()["calls"]["total"] == 0


async def test_with_hardly_any_time_nobody_is_asked(desk: Desk, sim: LlmSim) -> None:
    reports = await reports_of_failure(desk.panel(sim.base_url), timeout_s=0.06)

    assert [report.failure for report in reports] == [Failure.TIMEOUT] * 3
    assert sim.state()["calls"]["total"] == 0


async def test_who_leaves_frees_the_connections_to_both_choices(desk: Desk, sim: LlmSim, second: LlmSim) -> None:
    sim.faults("hang")
    second.faults("hang")
    panel = with_second(desk, sim, second, soft_timeout_ms=50)
    task = asyncio.create_task(panel.deliberate(a_case(), timeout_s=LONG_S))
    await until(lambda: sim.state()["in_flight"] == second.state()["in_flight"] == 3)

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    for server in (sim, second):
        await given_up(server, calls=3)


# --- Budgets ----------------------------------------------------------------------------------------------------------


async def test_when_the_budget_of_a_day_is_spent_the_next_choice_is_asked(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    panel = with_second(desk, sim, second, soft_timeout_ms=NEVER_MS, prices=PRICES, daily_budget_usd=1.0)
    await panel.deliberate(a_case(), timeout_s=LONG_S)
    asked = sim.state()["calls"]["total"]

    found = await panel.deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(1, "second")] * 3
    assert sim.state()["calls"]["total"] == asked > 0


async def test_when_all_budgets_are_spent_the_roles_abstain_for_that_reason(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    for provider in "first", "second":
        await desk.spending().add(provider, Usage(cost_usd=1.0))

    panel = with_second(desk, sim, second, daily_budget_usd=1.0, second_budget_usd=1.0)
    reports = await reports_of_failure(panel, timeout_s=LONG_S)

    assert [report.failure for report in reports] == [Failure.BUDGET_SPENT] * 3
    assert sim.state()["calls"]["total"] == second.state()["calls"]["total"] == 0


async def test_the_budget_is_counted_over_all_processes(desk: Desk, sim: LlmSim, second: LlmSim) -> None:
    one, other = (
        with_second(desk, sim, second, soft_timeout_ms=NEVER_MS, prices=PRICES, daily_budget_usd=1.0)
        for _process in range(2)
    )
    await one.deliberate(a_case(), timeout_s=LONG_S)
    asked = sim.state()["calls"]["total"]

    found = await other.deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(1, "second")] * 3
    assert sim.state()["calls"]["total"] == asked > 0


async def test_a_budget_of_nothing_means_never(desk: Desk, sim: LlmSim, second: LlmSim) -> None:
    found = await with_second(desk, sim, second, daily_budget_usd=0.0).deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(1, "second")] * 3
    assert sim.state()["calls"]["total"] == 0


async def test_a_spent_budget_does_not_hide_that_the_model_which_was_asked_failed(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    """That passes, and is worth another try; a spent budget is not."""
    sim.faults("server_error")

    reports = await reports_of_failure(with_second(desk, sim, second, second_budget_usd=0.0), timeout_s=LONG_S)

    assert [report.failure for report in reports] == [Failure.UNAVAILABLE] * 3


async def test_what_refusals_cost_is_part_of_the_budget(desk: Desk, sim: LlmSim) -> None:
    sim.faults("refusal")
    panel = desk.panel(sim.base_url, prices=PRICES, daily_budget_usd=None)

    reports = await reports_of_failure(panel, timeout_s=LONG_S)

    assert [report.usage.calls for report in reports] == [1, 1, 1]
    assert await desk.spending().today("first") == pytest.approx(sum(report.usage.cost_usd for report in reports))


async def test_a_model_without_a_limit_is_asked_whatever_was_spent(desk: Desk, sim: LlmSim) -> None:
    panel = desk.panel(sim.base_url, prices=PRICES, daily_budget_usd=None)

    ends = [await panel.deliberate(a_case(), timeout_s=LONG_S) for _number in range(2)]

    assert [found.partial for found in ends] == [None, None]
    assert await desk.spending().today("first") == pytest.approx(sum(found.cost_usd for found in ends))


# --- The breaker ------------------------------------------------------------------------------------------------------


async def test_a_model_that_failed_repeatedly_is_left_alone(desk: Desk, sim: LlmSim) -> None:
    sim.faults("server_error")
    panel = desk.panel(sim.base_url, breaker_failures=3, breaker_reset_s=60.0)

    ends = [await reports_of_failure(panel, timeout_s=LONG_S) for _number in range(2)]

    assert [[report.failure for report in reports] for reports in ends] == [
        [Failure.UNAVAILABLE] * 3,
        [Failure.BREAKER_OPEN] * 3,
    ]
    assert sim.state()["calls"]["total"] == 3
    assert desk.counted("breaker_open", provider="first") == 1.0


async def test_a_model_that_has_recovered_is_asked_again(desk: Desk, sim: LlmSim) -> None:
    sim.faults("server_error")
    panel = desk.panel(sim.base_url, breaker_failures=3, breaker_reset_s=0.05)
    await reports_of_failure(panel, timeout_s=LONG_S)
    assert desk.counted("breaker_changes_total", provider="first", state="open") == 1

    sim.clear()
    found = await verdict_at_last(panel)

    assert found.partial in {None, *(f"{role}: breaker_open" for role in DECIDING)}
    assert desk.counted("breaker_open", provider="first") == 0.0


async def verdict_at_last(panel: Panel) -> Deliberation:
    """Deliberate until there is a verdict; the test's own time limit ends it."""
    while True:
        with contextlib.suppress(PanelFailed):  # one trial at a time: until it has succeeded the others are refused
            return await panel.deliberate(a_case(), timeout_s=LONG_S)
        await asyncio.sleep(0.02)


async def test_a_breaker_that_is_open_sends_the_roles_to_the_second_choice(
    desk: Desk, sim: LlmSim, second: LlmSim
) -> None:
    sim.faults("server_error")
    panel = with_second(desk, sim, second, soft_timeout_ms=NEVER_MS, breaker_failures=3, breaker_reset_s=60.0)
    await panel.deliberate(a_case(), timeout_s=LONG_S)

    found = await panel.deliberate(a_case(), timeout_s=LONG_S)

    assert answered_by(found) == [(1, "second")] * 3
    assert (sim.state()["calls"]["total"], second.state()["calls"]["total"]) == (3, 6)
