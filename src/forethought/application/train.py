"""Make reflexes of lessons: soon after they came, one process at a time for a scope."""

import asyncio
from dataclasses import dataclass, field

import structlog

from forethought.application.parts import Parts
from forethought.domain.decision import Scope
from forethought.domain.errors import StoreUnavailable
from forethought.domain.learning import Lesson, Mode

log = structlog.get_logger(__name__)

ENOUGH = 10
"""Labels after which a model is fitted anew; the design allows 50 or 2 s. Of streams of 4,000 headlines, asked as fast
as a client can, 10 and .5 s answered 69, 69 and 73 % of the second half within the budget; 50 and 2 s 61, 59 and 55."""
PATIENCE_S = 0.5
"""After so long fewer are enough."""
_LOOK_EVERY_S = 0.1
_CLAIM_S = 30.0
HELD = 10_000
"""Lessons of one scope that are fitted on: the newest."""


@dataclass
class _Held:
    cursor: str | None = None
    lessons: list[Lesson] = field(default_factory=list)
    epoch: int = 0
    cuts: int = 0
    """How often the oldest lessons were dropped; what the learner keeps by position is then another."""


class Train:
    """Fits what is due."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._owner = parts.identifiers.new()
        self._held: dict[Scope, _Held] = {}
        self._due_since: dict[Scope, float] = {}

    async def run(self) -> None:
        """Fit until cancelled."""
        while True:
            try:
                await self.once()
            except StoreUnavailable as error:
                log.info("train.no_store", reason=str(error))
                await asyncio.sleep(1.0)
            except Exception:  # the edge of the loop: what one scope holds must not end the others' learning
                log.exception("train.defect")
                await asyncio.sleep(1.0)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def once(self, *, patience_s: float = PATIENCE_S) -> int:
        """Fit every scope that has enough new lessons, or has waited long enough; return how many were fitted.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        now_ms = self._parts.clock.monotonic_ms()
        due = await self._parts.lessons.due()
        for scope in self._due_since.keys() - due.keys():
            del self._due_since[scope]
        fitted = 0
        for scope, count in due.items():
            since_ms = self._due_since.setdefault(scope, now_ms)
            if count >= ENOUGH or now_ms - since_ms >= patience_s * 1000:
                fitted += await self._fit(scope, count)
                self._due_since.pop(scope, None)
        return fitted

    async def _fit(self, scope: Scope, count: int) -> bool:
        parts = self._parts
        strategy = parts.strategies.all().get(scope.strategy)
        if strategy is None or strategy.version != scope.strategy_version:
            await parts.lessons.seen(scope, count)  # nobody asks it any more
            return False
        if not await parts.lessons.claim(scope, owner=self._owner, for_s=_CLAIM_S):
            return False
        held = await self._read(scope)
        version = (await parts.lessons.versions()).get(scope, 0) + 1
        model = None
        if held.lessons:
            epoch = held.epoch * 1_000 + held.cuts
            model = await parts.learner.fit(scope, strategy, held.lessons, epoch=epoch, version=version)
        await parts.lessons.seen(scope, count)
        if model is None:
            return False
        await parts.lessons.publish(scope, version=version, model=model)
        self._swap(scope, version, model)
        return True

    def _swap(self, scope: Scope, version: int, model: bytes) -> None:
        parts, reflex = self._parts, self._parts.learner.load(model)
        before = parts.reflexes.peek(scope)
        parts.reflexes.put(scope, version, reflex)
        standing = reflex.standing
        parts.metrics.reflex(scope.strategy, scope.asset, standing)
        was = before.mode if before is not None else Mode.OPEN
        if standing.mode is not was:
            what = {
                "what": "memory", "strategy": scope.strategy, "asset": scope.asset, "mode": standing.mode.value,
                "was": was.value, "answered_n": standing.answered_n, "wrong_frac": standing.wrong_frac,
                "opposite_frac": standing.opposite_frac,
            }  # fmt: skip
            log.warning("reflex.mode", **what)
            parts.events.publish("alert", scope.asset, what)

    async def _read(self, scope: Scope) -> _Held:
        held = self._held.setdefault(scope, _Held())
        page = await self._parts.lessons.since(scope, held.cursor)
        if page.epoch != held.epoch:
            page = await self._parts.lessons.since(scope, None)
            held.lessons = []
        held.epoch, held.cursor = page.epoch, page.cursor
        held.lessons += page.lessons
        if len(held.lessons) > HELD + HELD // 5:
            held.lessons = held.lessons[-HELD:]
            held.cuts += 1
        return held
