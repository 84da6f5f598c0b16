"""A panel whose answers a test sets: it stands in for the LLM analysts, and may teach."""

import asyncio
from dataclasses import dataclass, field

from forethought.application.ports.analysts import Case, Deliberation, Early
from forethought.domain.decision import Decision, Signal


@dataclass
class Teacher:
    """Implements `Analysts`."""

    signal: int = 1
    conviction: float = 0.9
    reasoning: str = "the panel says so"
    cost_usd: float = 0.02
    delay_s: float = 0.0
    """How long it thinks; longer than the time it is given ends in TimeoutError, as with a real panel."""
    failure: Exception | None = None
    hangs: bool = False
    """Whether it ignores the time that it is given."""
    name: str = "panel"
    version: str = "1"
    interim_only: bool = False
    cases: list[Case] = field(default_factory=list)
    released: asyncio.Event | None = None
    """When set, it thinks until the test releases it."""

    async def deliberate(self, case: Case, *, timeout_s: float, early: Early | None = None) -> Deliberation:
        self.cases.append(case)
        if self.hangs:
            await asyncio.Event().wait()
        async with asyncio.timeout(timeout_s):
            await (self.released.wait() if self.released is not None else asyncio.sleep(self.delay_s))
        if self.failure is not None:
            raise self.failure
        decision = Decision(Signal(self.signal), self.conviction, self.reasoning, {self.name: self.version})
        return Deliberation(decision, self.cost_usd, took_ms=self.delay_s * 1_000)
