"""What memory answers to every decision of a file as of its own moment, with everything it used declared.

`evals.replay` plays a file in the same way; here the ports are wrapped, so that the auditor sees what passes them.
"""

import contextlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.adapters.redis.namespace import forget_abandoned, forget_namespace, namespace_of_its_own
from forethought.adapters.system.clock import VirtualClock
from forethought.application.decide import Decide
from forethought.application.insert import Insert
from forethought.application.parts import Memory
from forethought.application.ports.market_data import MarketData
from forethought.application.survey import Survey
from forethought.bootstrap import Replacements, Service, running
from forethought.domain.decision import Path, Signal
from forethought.domain.errors import EmbedderUnavailable, InvalidInput, Overloaded, StoreUnavailable, Unavailable
from forethought.evals.backtest.auditor import AheadMarketData, Audit, AuditedCache, AuditedMarketData, Used
from forethought.evals.labelled import Labelled, Step, steps
from forethought.evals.replay import question_of
from forethought.settings import Settings

_PURPOSE = "backtest"
_ABANDONED = timedelta(days=1)
_OUTAGES = frozenset(
    {each.code for each in (Unavailable, StoreUnavailable, EmbedderUnavailable, Overloaded)} | {"deadline"}
)
"""Reasons of an interim answer that say nothing about memory: such a run is no measurement."""


class Leak(StrEnum):
    """A look-ahead that is planted to see the auditor turn red."""

    PRICE = "price"
    """Market data are five minutes ahead."""
    REMEMBERED = "remembered"
    """Memory learns every decision one hour early."""
    STAMP = "stamp"
    """Decisions are stamped one hour early, as reading `datetime_est` with daylight saving would."""


PRICE_AHEAD = timedelta(minutes=5)
EARLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said about one row before its label was known."""

    row: int
    path: Path
    signal: Signal
    prices: int = 0
    """How many reads of prices, and"""
    remembered: int = 0
    """of remembered decisions were declared for it."""


@dataclass(frozen=True)
class World:
    """Where a file is played."""

    settings: Settings
    prices: Sequence[PriceFile]
    bar: Mapping[str, timedelta]
    """How long a bar of each asset is."""
    swap: Replacements
    leak: Leak | None = None


def stamped_early(rows: Sequence[Labelled]) -> tuple[Labelled, ...]:
    """Plant the leak `STAMP`."""
    return tuple(_shifted(each, moments=True) for each in rows)


def _shifted(each: Labelled, *, moments: bool) -> Labelled:
    early = replace(each.record, decided_at=each.decided_at - EARLY, known_at=each.known_at - EARLY)
    if not moments:
        return replace(each, record=early)
    return replace(each, record=early, decided_at=each.decided_at - EARLY, known_at=each.known_at - EARLY)


async def play(
    world: World,
    rows: Sequence[Labelled],
    audit: Audit,
    *,
    wanted: Callable[[int], bool] = lambda _: True,
    note: Callable[[Answer], None],
    strict: bool = True,
) -> None:
    """Decide the wanted rows, each as of its own moment, and learn every row when it was known.

    The namespace is deleted at the end, on errors and cancellation too.

    Args:
        world: Where.
        rows: Earliest first.
        audit: Takes what was used.
        wanted: Which rows to decide. All are learned: what is remembered does not depend on what is asked.
        note: Told every answer at once.
        strict: Whether to stop at the first use of something later than a decision; it is in the audit anyway.

    Raises:
        LookAhead: something later than a decision was used, if `strict`.
        ConfigurationError, Unavailable: see `bootstrap.running`.
    """
    require_clean = audit.require_clean if strict else lambda: None
    clock = VirtualClock(rows[0].decided_at)
    parts = replace(world.swap, namespace=namespace_of_its_own(_PURPOSE), clock=clock)
    async with running(world.settings, replace=parts) as service:
        await forget_abandoned(service.store, _PURPOSE, older_than=_ABANDONED)
        player = await _player(world, service, audit)
        try:
            for step in _schedule(rows, world.leak):
                clock.time = step.at
                for each in step.decide:
                    if wanted(each.row) and (answer := await player.decide(each)) is not None:
                        require_clean()
                        note(answer)
                await player.learn(step.learn, step.at)
                require_clean()
        finally:
            with contextlib.suppress(Exception):  # the deletion below matters more than an answer's log
                await player.decides.drain()
            await service.drain()
            await forget_namespace(service.store, service.keys)


def _schedule(rows: Sequence[Labelled], leak: Leak | None) -> Iterator[Step]:
    if leak is not Leak.REMEMBERED:
        yield from steps(rows)
        return
    waiting = [_shifted(each, moments=False) for each in sorted(rows, key=lambda each: each.known_at)]
    for step in steps(rows):
        if step.decide:
            due = [each for each in waiting if each.known_at - EARLY <= step.at]
            waiting = waiting[len(due) :]
            yield Step(step.at, learn=tuple(due))
            yield Step(step.at, decide=step.decide)


async def _player(world: World, service: Service, audit: Audit) -> "_Player":
    inner: MarketData = FileMarketData(
        world.prices, max_staleness=timedelta(seconds=world.settings.market.max_staleness_s)
    )
    if world.leak is Leak.PRICE:
        inner = AheadMarketData(inner, PRICE_AHEAD)
    parts = replace(
        service.parts,
        memories={
            name: Memory(AuditedCache(memory.decisions, audit), memory.model_tag)
            for name, memory in service.parts.memories.items()
        },
        survey=Survey(AuditedMarketData(inner, audit, bar=world.bar), ExchangeCalendars()),
    )
    return _Player(Decide(parts), Insert(parts), service, audit)


@dataclass
class _Player:
    decides: Decide
    inserts: Insert
    service: Service
    audit: Audit

    async def decide(self, each: Labelled) -> Answer | None:
        """Ask; `None` for a row that the service refuses.

        Raises:
            Unavailable: the store or the encoder did not answer, which must not count as an abstention.
        """
        with self.audit.moment(each.row, each.decided_at):
            try:
                found = await self.decides(question_of(each, self.service.parts.strategies))
            except InvalidInput:
                return None
        reason = (found["fallback"] or {}).get("reason")
        if reason in _OUTAGES:
            raise Unavailable(f"row {each.row} could not be asked ({reason}); the same command goes on from there")
        used = self.audit.counts.get(each.row, Counter[Used]())
        signal, path = Signal(found["decision"]["signal"]), Path(found["path"])
        return Answer(each.row, path, signal, used.get(Used.PRICE, 0), used.get(Used.REMEMBERED, 0))

    async def learn(self, rows: Sequence[Labelled], at: datetime) -> None:
        if not rows:
            return
        with self.audit.moment(0, at):
            done = await self.inserts([each.record for each in rows])
            refused = {rejection.index for rejection in done.rejected}
            taken = (each for index, each in enumerate(rows) if index not in refused)
            for each, decision_id in zip(taken, done.decision_ids, strict=True):
                self.audit.learned(decision_id, each.row)
        await self.service.train.once(patience_s=math.inf)
