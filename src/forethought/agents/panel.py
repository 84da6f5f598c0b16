"""The panel of LLM agents: every deciding role at once, inside deadlines, with every failure expected."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from forethought.agents.briefing import Briefing, brief, request
from forethought.agents.roles import market_data as market_facts, technical_analysis
from forethought.agents.roles.spec import RoleSpec, ToolBox, prompt
from forethought.agents.vetting import Rejected, vet
from forethought.application.ports.analysts import Case, Early, PanelFailed
from forethought.application.ports.market_data import MarketData
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.spending import Spending
from forethought.application.ports.thinker import Reply, Request, Thinker, ThinkerUnavailable
from forethought.domain.aggregation import Aggregation
from forethought.domain.decision import Decision
from forethought.domain.errors import StoreUnavailable
from forethought.domain.opinion import (
    Deliberation,
    Failure,
    Opinion,
    Provenance,
    Role,
    RoleReport,
    Usage,
)

_QUORUM = 2
"""Of three: one failed role is an abstention; with two failed the panel has no verdict."""
_MILLION = 1_000_000
_EARLIER_S = 0.02
_LEAST_S = 0.05
"""With less left nobody is asked: no model answers so soon, and a timeout would count against its endpoint."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One model that may be asked, and what it may cost."""

    thinker: Thinker
    prompt_usd: float
    """For a million tokens; 0 when no price is known."""
    completion_usd: float
    daily_budget_usd: float | None
    """Of its provider; `None` is no limit."""
    tools: bool = True
    """Whether its server takes tools."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long, and how much."""

    soft_timeout_s: float = 0.8
    """Then the next choice is asked beside the first."""
    role_timeout_s: float | None = None
    """Hard timeout of a role, whatever the caller allows; `None` takes the caller's and the role's own."""
    max_news_chars: int = 8_000
    max_context_chars: int = 6_000


@dataclass(slots=True)
class _Asked:
    """One role at work: what the attempts have cost so far, and why they failed."""

    spec: RoleSpec
    request: Request
    briefing: Briefing
    canary: str
    usage: Usage = Usage()  # noqa: RUF009 - frozen
    failure: Failure | None = None
    detail: str = ""

    def not_asked(self, failure: Failure, detail: str) -> None:
        """Note why a model was passed over; what came of one that was asked says more."""
        if self.failure is None:
            self.failure, self.detail = failure, detail


class Panel:
    """Implements `Analysts` with language models."""

    def __init__(
        self,
        *,
        name: str,
        version: str,
        prompt_version: str,
        specs: Sequence[RoleSpec],
        choices: Mapping[Role, Sequence[Choice]],
        aggregation: Callable[[str], Aggregation],
        market_data: MarketData,
        spending: Spending,
        metrics: Metrics,
        bounds: Bounds,
    ) -> None:
        self._name = name
        self._prompt_version = prompt_version
        self._specs = tuple(specs)
        self._choices = choices
        self._aggregation = aggregation
        self._market_data = market_data
        self._spending = spending
        self._metrics = metrics
        self._bounds = bounds
        self._version = f"{version}.{self._hash()}"

    def _hash(self) -> str:
        models = [
            (role, c.thinker.model, c.thinker.temperature, c.thinker.seed)
            for role, choices in self._choices.items()
            for c in choices
        ]
        prompts = [prompt(spec.role, self._prompt_version) for spec in self._specs]
        rule = self._aggregation("majority").name  # the file's own, where it has one
        return hashlib.sha256(repr((models, prompts, rule)).encode()).hexdigest()[:8]

    @property
    def name(self) -> str:
        """What a strategy's `teacher` refers to."""
        return self._name

    @property
    def version(self) -> str:
        """Version of the panel file, and a hash of prompts and models."""
        return self._version

    @property
    def models(self) -> Mapping[Role, tuple[str, ...]]:
        """The models of each role in the order in which they are asked."""
        return {role: tuple(c.thinker.model for c in choices) for role, choices in self._choices.items()}

    @property
    def interim_only(self) -> bool:
        """False: these answers teach where a strategy names this panel."""
        return False

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        """Judge a case: all roles at once on one briefing.

        Raises:
            PanelFailed: fewer than two roles have an opinion, or nothing but instructions is left of the news.
        """
        started_s = time.perf_counter()
        facts = (technical_analysis.facts(case.market), market_facts.facts(case))
        bounds = self._bounds
        briefing = brief(
            case,
            facts,
            nonce=secrets.token_hex(8),
            max_news_chars=bounds.max_news_chars,
            max_context_chars=bounds.max_context_chars,
        )
        for code in briefing.screened:
            self._metrics.screened(code)
        if briefing.nothing_left:
            raise PanelFailed(
                "nothing is left of the news but instructions to the analysts",
                reports=[_abstained(spec.role, Failure.INJECTION, "") for spec in self._specs],
            )
        canary = secrets.token_hex(8)
        tools = ToolBox(case, self._market_data)
        asked = [self._asked(spec, briefing, canary, tools) for spec in self._specs]
        async with _together([self._role(each, timeout_s) for each in asked]) as tasks:
            if early is not None:
                await self._tell_early(case, briefing, tasks, early, started_s)
            reports = await asyncio.gather(*tasks)
        return self._conclude(case, briefing, reports, started_s)

    def _asked(self, spec: RoleSpec, briefing: Briefing, canary: str, tools: ToolBox) -> _Asked:
        made = request(spec, briefing, prompt_version=self._prompt_version, canary=canary, tools=spec.tools(tools))
        return _Asked(spec, made, briefing, canary)

    async def _tell_early(
        self,
        case: Case,
        briefing: Briefing,
        tasks: Sequence["asyncio.Task[RoleReport]"],
        early: Early,
        started_s: float,
    ) -> None:
        pending = set(tasks)
        while len(pending) > 1:
            _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            reports = [
                task.result() if task.done() else _abstained(spec.role, Failure.TIMEOUT, "still at work")
                for spec, task in zip(self._specs, tasks, strict=True)
            ]
            if pending and sum(report.opinion is not None for report in reports) >= _QUORUM:
                await early(self._conclude(case, briefing, reports, started_s))
                return

    def _conclude(
        self, case: Case, briefing: Briefing, reports: Sequence[RoleReport], started_s: float
    ) -> Deliberation:
        opinions = [report.opinion for report in reports if report.opinion is not None]
        missing = [f"{r.role}: {r.failure}" for r in reports if r.opinion is None]
        if len(opinions) < _QUORUM:
            raise PanelFailed(f"too few opinions ({'; '.join(missing)})", reports=reports)
        verdict = self._aggregation(case.aggregation)(opinions, case.market)
        took_ms = (time.perf_counter() - started_s) * 1_000
        usage = Usage()
        for report in reports:
            usage = usage.plus(report.usage)
        partial = "; ".join(missing) or None
        labels = {"by": self._name, "aggregation": verdict.aggregation}
        labels["disagreement"] = f"{verdict.disagreement_frac:.2f}"
        if partial:
            labels["partial"] = partial
        if any(r.provenance is not None and r.provenance.simulated for r in reports):
            labels["simulated"] = "true"
        versions = {
            r.role.value: f"{r.provenance.model_version} {r.provenance.prompt_version}" for r in reports if r.provenance
        }
        decision = Decision(
            verdict.signal,
            verdict.conviction,
            verdict.reasoning,
            agent_versions={self._name: self._version, **versions},
            labels=labels,
            latency_ms=round(took_ms, 1),
        )
        return Deliberation(
            decision,
            usage.cost_usd,
            took_ms,
            reports=tuple(reports),
            verdict=verdict,
            usage=usage,
            partial=partial,
            panel=f"{self._name}@{self._version}",
            screened=briefing.screened,
        )

    async def _role(self, asked: _Asked, timeout_s: float) -> RoleReport:
        """Ask a role's choices, the next beside the first when that is slow or has failed; the first answer counts."""
        started_s = time.perf_counter()
        bounds, spec = self._bounds, asked.spec
        hard_s = min(timeout_s, spec.time_s, bounds.role_timeout_s or timeout_s)
        opinion, choice, provenance = None, None, None
        try:
            async with asyncio.timeout(hard_s):
                opinion, choice, provenance = await self._first_answer(asked, started_s + hard_s)
        except TimeoutError:
            asked.failure, asked.detail = Failure.TIMEOUT, f"no answer within {hard_s:.1f} s"
        took_ms = (time.perf_counter() - started_s) * 1_000
        failure = None if opinion is not None else asked.failure or Failure.UNAVAILABLE
        self._metrics.role(
            role=spec.role.value,
            provider=provenance.provider if provenance is not None else "none",
            outcome="ok" if failure is None else failure.value,
            took_ms=took_ms,
        )
        detail = asked.detail if failure is not None else ""
        return RoleReport(spec.role, opinion, failure, detail, took_ms, asked.usage, provenance, choice)

    async def _first_answer(self, asked: _Asked, end_s: float) -> tuple[Opinion | None, int | None, Provenance | None]:
        choices = self._choices[asked.spec.role]
        under_way: dict[asyncio.Task[tuple[Opinion, Provenance] | None], int] = {}
        waiting = list(enumerate(choices))
        try:
            while waiting or under_way:
                if waiting:
                    index, choice = waiting.pop(0)
                    under_way[asyncio.create_task(self._ask(asked, choice, end_s))] = index
                patience_s = self._bounds.soft_timeout_s if waiting else None
                done, _ = await asyncio.wait(under_way, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    index = under_way.pop(task)
                    if (found := task.result()) is not None:
                        return found[0], index, found[1]
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        return None, None, None

    async def _ask(self, asked: _Asked, choice: Choice, end_s: float) -> tuple[Opinion, Provenance] | None:
        """Ask one model; a failure is noted and gives `None`."""
        thinker = choice.thinker
        # Ends a little before the role does, so that it counts against the endpoint and not as our leaving.
        end_s -= _EARLIER_S
        try:
            if choice.daily_budget_usd is not None:
                spent_usd = await self._spending.today(thinker.provider)
                if spent_usd >= choice.daily_budget_usd:
                    asked.not_asked(Failure.BUDGET_SPENT, f"{thinker.provider}: daily budget spent")
                    return None
            left_s = end_s - time.perf_counter()
            if left_s < _LEAST_S:
                asked.not_asked(Failure.TIMEOUT, f"{thinker.provider}: no time was left to ask")
                return None
            reply = await self._paid(asked, choice, timeout_s=left_s)
            opinion = vet(reply, asked.request, asked.briefing, role=asked.spec.role, canary=asked.canary)
        except TimeoutError:
            asked.failure, asked.detail = Failure.TIMEOUT, f"{thinker.provider} did not answer in time"
        except ThinkerUnavailable as error:
            asked.failure, asked.detail = error.failure, str(error)
        except StoreUnavailable as error:
            asked.failure, asked.detail = Failure.UNAVAILABLE, f"spending is not known: {error}"
        except Rejected as error:
            asked.failure, asked.detail = error.failure, error.detail
            self._metrics.screened(f"rejected_{error.failure}")
        else:
            return opinion, self._provenance(thinker, reply)
        return None

    async def _paid(self, asked: _Asked, choice: Choice, *, timeout_s: float) -> Reply:
        """Return a model's reply; what a refusal cost is counted too."""
        offered = asked.request if choice.tools else replace(asked.request, tools=())
        try:
            reply = await choice.thinker.think(offered, timeout_s=timeout_s)
        except ThinkerUnavailable as error:
            if error.spent is not None:
                await self._charge(asked, choice, error.spent)
            raise
        await self._charge(asked, choice, reply)
        return reply

    def _provenance(self, thinker: Thinker, reply: Reply) -> Provenance:
        return Provenance(
            provider=thinker.provider,
            model=thinker.model,
            model_version=reply.model_version,
            temperature=thinker.temperature,
            seed=thinker.seed,
            prompt_version=self._prompt_version,
            simulated=reply.simulated,
        )

    async def _charge(self, asked: _Asked, choice: Choice, reply: Reply) -> None:
        """Count an answer whatever it is worth: it was paid."""
        prompt_tokens, completion_tokens = reply.prompt_tokens, reply.completion_tokens
        cost_usd = (prompt_tokens * choice.prompt_usd + completion_tokens * choice.completion_usd) / _MILLION
        used = Usage(reply.calls, prompt_tokens, completion_tokens, cost_usd)
        asked.usage = asked.usage.plus(used)
        thinker = choice.thinker
        self._metrics.used(
            provider=thinker.provider,
            model=thinker.model,
            prompt=prompt_tokens,
            completion=completion_tokens,
            cost_usd=cost_usd,
        )
        await self._spending.add(thinker.provider, used)


@asynccontextmanager
async def _together(
    work: Sequence[Coroutine[Any, Any, RoleReport]],
) -> AsyncIterator[list["asyncio.Task[RoleReport]"]]:
    """Run coroutines as tasks that do not outlive the context."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _abstained(role: Role, failure: Failure, detail: str) -> RoleReport:
    return RoleReport(role, None, failure, detail, took_ms=0.0)
