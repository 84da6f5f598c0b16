"""Let the analysts think of usual events before they happen, and of news that came before we did."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import structlog

from forethought.application.decide import Decide
from forethought.application.parts import Parts
from forethought.application.ports.calendar import TradingCalendar
from forethought.application.ports.decision_log import DecisionLog, Document
from forethought.application.ports.events import Events
from forethought.application.ports.evidence import EvidenceLedger
from forethought.application.ports.metrics import Metrics
from forethought.application.question import MAX_TEXT_CHARS, Question
from forethought.application.upgrade import HYPOTHETICAL
from forethought.domain.decision import AgentsMode
from forethought.domain.errors import InvalidInput, Unavailable
from forethought.domain.news.gazetteer import Instrument, InstrumentKind
from forethought.domain.text import require_text

log = structlog.get_logger(__name__)

_DEADLINE_MS = 5_000
_LOOK_S = 0.1
_BLIND_CALLS = 4
"""So many may be under way while nobody knows what one costs."""
_COUNTED = ("step", "answered", "fallback", "refused", "similarity")


@dataclass(frozen=True, slots=True)
class UsualEvent:
    """Something that happens to instruments of a kind again and again."""

    id: str
    kinds: frozenset[InstrumentKind]
    texts: tuple[str, ...]
    """Ways to tell it; `{name}` and `{ticker}` stand for the instrument."""


@dataclass(frozen=True, slots=True)
class Told:
    """News that was told before."""

    asset: str
    text: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one warming may use."""

    calls: int = 200
    """Deliberations that it may cause."""
    usd: float = 2.0
    """What those may cost; the last ones under way may carry it a little over."""
    queued: int = 8
    """Jobs that wait in the queue, anybody's, or jobs of its own under way, at which it waits: news goes before it."""
    patience_s: float = 60.0
    """How long the queue may stand still before it gives up."""


@dataclass(frozen=True, slots=True)
class Warmed:
    """What came of it."""

    asked: int = 0
    known: int = 0
    """Memory answered already."""
    queued: int = 0
    """Deliberations caused."""
    joined: int = 0
    """It is one story with another wording that was under way."""
    shed: int = 0
    """The queue was full."""
    refused: int = 0
    """Texts, assets or strategies that cannot be asked about."""
    failed: int = 0
    """Neither answered nor queued: a part was away, or its deliberation failed."""
    unfinished: int = 0
    """Deliberations still under way when it ended; their cost is not in here."""
    cost_usd: float = 0.0
    stopped: str | None = None
    """Why not everything was asked: `calls`, `usd`, `queue`, `no_analysts`."""


@dataclass(slots=True)
class _Round:
    """One warming under way."""

    done: Warmed = field(default_factory=Warmed)
    pending: set[str] = field(default_factory=set)
    """Decision ids whose deliberation it has caused."""
    settled: int = 0

    def add(self, **counts: float) -> None:
        self.done = replace(self.done, **{name: getattr(self.done, name) + n for name, n in counts.items()})

    @property
    def mean_usd(self) -> float:
        return self.done.cost_usd / self.settled if self.settled else 0.0


class Warm:
    """Asks what may come, in the order it is given, as far as the allowance reaches.

    It asks as `/decide` does, in the background, so what memory answers costs nothing and a warming that was cut short
    goes on where it stopped. Nobody who listens hears of its questions, they are not checked afterwards, and they count
    in no metric of answers.

    Args:
        parts: Of the service.
        calendar: When to warm again.
        library: Usual events, the most usual first.
        strategy: In whose scopes it is decided.
        allowance: For each warming.
        look_s: How often `run` looks at the clock.
    """

    def __init__(
        self,
        parts: Parts,
        *,
        calendar: TradingCalendar,
        library: Sequence[UsualEvent],
        strategy: str = "default",
        allowance: Allowance | None = None,
        look_s: float = 15.0,
    ) -> None:
        self._parts = parts
        self._calendar = calendar
        self._library = tuple(library)
        self._strategy = strategy
        self._allowance = allowance or Allowance()
        self._look_s = look_s
        self._decide = Decide(
            replace(
                parts,
                events=cast("Events", _Muted(parts.events, "publish")),
                metrics=cast("Metrics", _Muted(parts.metrics, *_COUNTED)),
                evidence=cast("EvidenceLedger", _Muted(parts.evidence, "asked")),
                answers=_Marked(parts.answers),
            )
        )

    async def __call__(self, watched: Iterable[Instrument] = (), *, history: Iterable[Told] = ()) -> Warmed:
        """Ask about what was told before, then about the usual events of each instrument, the first instrument first.

        Returns:
            When the last deliberation has ended, or nothing has moved for the allowance's patience.

        Raises:
            UnknownStrategy: nothing was asked.
            StoreUnavailable: the store does not answer; what was asked stays asked.
        """
        if self._parts.strategies.get(self._strategy).teacher not in self._parts.teachers:
            return Warmed(stopped="no_analysts")
        round_ = _Round()
        told = (Question(each.text, asset=each.asset) for each in history)
        for question in itertools.chain(told, usual_questions(watched, self._library)):
            if (stopped := await self._room(round_)) is not None:
                round_.done = replace(round_.done, stopped=stopped)
                break
            await self._ask(round_, question)
        await self._moved(round_, lambda: not round_.pending)
        await self._decide.drain()
        return replace(round_.done, unfinished=len(round_.pending))

    async def run(self, watched: Sequence[Instrument], *, history: Callable[[], Iterable[Told]] = tuple) -> None:
        """Warm now, and at each opening bell the instruments whose exchange opens, until cancelled.

        At the bell and not before it: a strategy may let decisions expire when the market opens. What never closes is
        warmed anew at midnight UTC.

        Args:
            watched: The more important first.
            history: Read at the first warming only.
        """
        due, told = list(watched), history()
        while True:
            since = self._parts.clock.now()
            try:
                done = await self(due, history=told)
                told = ()
                log.info("warm.done", instruments=len(due), **asdict(done))
            except Unavailable as error:
                log.warning("warm.cut_short", reason=str(error))
            except Exception:  # the edge of the loop: a defect must not end it
                log.exception("warm.defect")
            due = await self._bell(watched, since)

    async def _bell(self, watched: Sequence[Instrument], since: datetime) -> list[Instrument]:
        """Wait until an exchange has opened after a moment; return what trades there."""
        while True:
            now = self._parts.clock.now()
            if due := [each for each in watched if self._opens(each.symbol, since) <= now]:
                return due
            await asyncio.sleep(self._look_s)

    def _opens(self, ticker: str, after: datetime) -> datetime:
        found = self._calendar.next_open(ticker, after)
        midnight = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return midnight if found is None else found

    async def _ask(self, round_: _Round, question: Question) -> None:
        asked = replace(question, strategy=self._strategy, agents=AgentsMode.BACKGROUND, deadline_ms=_DEADLINE_MS)
        round_.add(asked=1)
        try:
            require_text(asked.text, max_chars=MAX_TEXT_CHARS, field="text")
            answer = await self._decide(asked)
        except InvalidInput as error:
            log.warning("warm.refused", code=error.code, asset=asked.asset, detail=str(error))
            round_.add(refused=1)
            return
        upgrade = answer["upgrade"]
        if answer["cache"]["hit"]:
            round_.add(known=1)
        elif upgrade.get("shed"):
            round_.add(shed=1)
        elif upgrade.get("joined"):
            round_.add(joined=1)
        elif upgrade["pending"]:
            round_.add(queued=1)
            round_.pending.add(answer["decision_id"])
        else:
            round_.add(failed=1)

    async def _room(self, round_: _Round) -> str | None:
        """Wait until one more may be asked; return why none may."""
        allowed = self._allowance
        await self._collect(round_)
        if round_.done.queued >= allowed.calls:
            return "calls"
        affordable = await self._moved(round_, lambda: not round_.pending or self._affordable(round_))
        if not affordable or not self._affordable(round_):
            return "usd" if affordable else "queue"
        return None if await self._moved(round_, None) else "queue"

    def _affordable(self, round_: _Round) -> bool:
        if not round_.settled and len(round_.pending) >= _BLIND_CALLS:
            return False
        under_way = (len(round_.pending) + 1) * round_.mean_usd
        return round_.done.cost_usd + under_way <= self._allowance.usd and round_.done.cost_usd < self._allowance.usd

    async def _moved(self, round_: _Round, holds: Callable[[], bool] | None) -> bool:
        """Wait until something holds, or (`None`) the queue has room; False when nothing has moved for too long."""
        timer, last = self._parts.clock.monotonic_ms, None
        since_ms = timer()
        while True:
            await self._collect(round_)
            waiting = (await self._parts.tasks.depths()).background
            if holds() if holds is not None else max(waiting, len(round_.pending)) < self._allowance.queued:
                return True
            state = (len(round_.pending), waiting)
            if state != last:
                last, since_ms = state, timer()
            elif timer() - since_ms >= self._allowance.patience_s * 1000:
                return False
            await asyncio.sleep(_LOOK_S)

    async def _collect(self, round_: _Round) -> None:
        """Look which deliberations have ended, and add up what they have cost."""
        for decision_id in sorted(round_.pending):
            found = await self._parts.answers.read(decision_id)
            if found is None or found["upgrade"]["pending"]:
                continue
            round_.pending.discard(decision_id)
            round_.settled += 1
            round_.add(cost_usd=found["cost_usd"], failed=int("failed" in found["upgrade"]))


def usual_questions(watched: Iterable[Instrument], library: Sequence[UsualEvent]) -> Iterator[Question]:
    """Put the usual events of each instrument's kind in words; all of the first instrument before the second."""
    for instrument in watched:
        for event in library:
            if instrument.kind in event.kinds:
                for text in event.texts:
                    named = text.replace("{ticker}", instrument.symbol).replace("{name}", instrument.name)
                    yield Question(named, asset=instrument.symbol)


class _Muted:
    """A part of which some methods do nothing."""

    def __init__(self, part: object, *methods: str) -> None:
        self._part = part
        self._methods = methods

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the part has
        return _nothing if name in self._methods else getattr(self._part, name)


def _nothing(*_: object, **__: object) -> None:
    pass


class _Marked:
    """A decision log that marks what is recorded."""

    def __init__(self, log_: DecisionLog) -> None:
        self._log = log_
        self.upgrade = log_.upgrade
        self.revoke = log_.revoke
        self.read = log_.read
        self.drain = log_.drain

    def record(self, decision_id: str, document: Document) -> None:
        """See the port."""
        self._log.record(decision_id, {**document, HYPOTHETICAL: True})
