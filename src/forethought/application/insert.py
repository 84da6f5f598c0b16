"""Learn the truth: store decisions, durable and visible at once, and count what had been predicted of them."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from forethought.application.context import resolved
from forethought.application.encode import Encoded
from forethought.application.learn import Label, count
from forethought.application.parts import Parts
from forethought.application.ports.decision_cache import Stored
from forethought.application.predict import Foreseen, Predict
from forethought.application.question import MAX_TEXT_CHARS, ContextRef, require_news
from forethought.application.upgrade import TRUTH, upgrade
from forethought.domain.decision import Decision, Scope, Signal, Times
from forethought.domain.entry import Entry
from forethought.domain.errors import ForethoughtError, InvalidInput, InvalidNumber, InvalidTime
from forethought.domain.market import MarketState
from forethought.domain.situation import Situation, read_situation
from forethought.domain.strategy import Strategy
from forethought.domain.text import require_text
from forethought.domain.validity import Moment

_TTL_GRACE_S = 86_400
"""The store keeps an entry this much longer than it may be used, for as-of lookups."""
_MAX_TTL_S = 100 * 365 * 86_400

_GROUP = 64
"""Records that are encoded and stored together: a long list must not fill the queue from which questions are served."""
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_CAUSALITY_JOIN = "\n\nCausality: "


@dataclass(frozen=True, slots=True)
class Record:
    """One inserted record, validated in form."""

    input_report: str
    output_report: str
    signal: int | None = None
    conviction: float | None = None
    causality: str | None = None
    decided_at: datetime | None = None
    known_at: datetime | None = None
    close: float | None = None
    asset: str | None = None
    strategy: str = "default"
    context: tuple[ContextRef, ...] = ()
    tags: tuple[str, ...] = ()
    location: str | None = None
    decision_id: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not taken."""

    index: int
    error: ForethoughtError


@dataclass(frozen=True, slots=True)
class Inserted:
    """What became of a list of records."""

    accepted: int
    rejected: tuple[Rejected, ...]
    outcomes: tuple[Stored, ...]
    decision_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ready:
    index: int
    record: Record
    strategy: Strategy
    situation: Situation
    decision: Decision
    times: Times
    decision_id: str


@dataclass(frozen=True, slots=True)
class Previewed:
    """A record that is looked at and not stored."""

    situation: Situation
    encoded: Encoded
    market: MarketState | None
    foreseen: Foreseen


class Insert:
    """Stores records of a strategy's teacher."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._foresee = Predict(parts)

    async def __call__(self, records: Sequence[Record]) -> Inserted:
        """Store what can be stored; a bad record is reported and the others go in.

        When this returns, the accepted ones are on disk and the next question sees them.

        Raises:
            Unavailable: the store or the encoder does not answer; some records may have been stored, and sending all
                again stores none twice.
        """
        started = self._parts.clock.monotonic_ms()
        rejected: list[Rejected] = []
        ready: list[_Ready] = []
        for index, record in enumerate(records):
            try:
                ready.append(await self._ready(index, record))
            except InvalidInput as error:
                rejected.append(Rejected(index, error))
        outcomes: dict[int, Stored] = {}
        in_time = sorted(ready, key=lambda each: each.times.decided_at)
        for start in range(0, len(in_time), _GROUP):
            outcomes.update(await self._store(in_time[start : start + _GROUP]))
        if ready:
            self._parts.metrics.inserted(count=len(ready), took_ms=self._parts.clock.monotonic_ms() - started)
        order = [each.index for each in ready]
        return Inserted(
            len(ready), tuple(rejected), tuple(outcomes[i] for i in order), tuple(each.decision_id for each in ready)
        )

    async def preview(self, record: Record) -> Previewed:
        """Predict a record from what is stored now, as storing it would; store nothing but its components' vectors.

        For evaluation: the prediction is there, with its odds, even where the budget forbids to answer.

        Raises:
            InvalidInput: the record would be rejected.
            Unavailable: the store or the encoder does not answer.
        """
        each = await self._ready(0, record)
        market = await self._market(each)
        encoded = await self._encode(each, market)
        await self._parts.encode.keep(encoded)
        return Previewed(each.situation, encoded, market, await self._predict(each, encoded, market))

    async def _ready(self, index: int, record: Record) -> _Ready:
        parts = self._parts
        strategy = parts.strategies.get(record.strategy)
        asset = strategy.check_asset(record.asset or (strategy.assets[0] if strategy.assets else "BTC"))
        scope = Scope(strategy.name, strategy.version, asset, strategy.teacher)
        text = require_text(record.input_report, max_chars=MAX_TEXT_CHARS, field="input_report")
        situation = read_situation(
            text,
            scope=scope,
            instruction=strategy.instruction,
            context=await resolved(record.context, parts.components),
            tags=record.tags,
            location=record.location,
        )
        require_news(situation, field="input_report")
        decision_id = record.decision_id or parts.identifiers.new()
        if record.decision_id is not None:
            await self._require_own(record.decision_id, scope)
        return _Ready(index, record, strategy, situation, _decision(record), self._times(record), decision_id)

    async def _require_own(self, decision_id: str, scope: Scope) -> None:
        """Refuse the truth about an answer that was given in another scope: it would change what its holder reads."""
        answer = await self._parts.answers.read(decision_id)
        if answer is not None and (answer["strategy"], answer["asset"]) != (scope.strategy, scope.asset):
            raise InvalidInput(
                f"decision_id names an answer about {answer['asset']} ({answer['strategy']}), the record is about "
                f"{scope.asset} ({scope.strategy})",
                field="decision_id",
            )

    def _times(self, record: Record) -> Times:
        decided = record.decided_at or self._parts.clock.now()
        known = record.known_at or decided
        for name, moment in (("datetime_est", decided), ("known_at", known)):
            if not _EARLIEST <= moment <= _LATEST:
                raise InvalidTime(f"{name} must lie between 1970 and 2200, got {moment.isoformat()}", field=name)
        if known < decided:
            raise InvalidTime("known_at lies before the decision", field="known_at")
        return Times(decided, known)

    async def _store(self, group: Sequence[_Ready]) -> dict[int, Stored]:
        """Encode a group at once, then predict, store and count its records one after the other.

        Each is predicted from those before it and from nothing later; the disk is waited for once.
        """
        parts = self._parts
        markets = await asyncio.gather(*(self._market(each) for each in group))
        encoded = await asyncio.gather(
            *(self._encode(each, market) for each, market in zip(group, markets, strict=True))
        )
        await asyncio.gather(*(parts.encode.keep(each) for each in encoded))
        outcomes: dict[int, Stored] = {}
        for each, vectors, market in zip(group, encoded, markets, strict=True):
            foreseen = await self._predict(each, vectors, market)
            ttl_s = entry_ttl_s(each.strategy)
            memory = parts.memories[each.strategy.name].decisions
            (outcome,) = await memory.store([self._entry(each, vectors, market, foreseen)], ttl_s=ttl_s, settled=False)
            outcomes[each.index] = outcome
            if outcome is not Stored.SAME:
                await self._count(each, vectors, foreseen)
        await parts.memories[group[0].strategy.name].decisions.settle()
        for each in group:
            if each.record.decision_id is not None:
                await self._upgrade(each)
        return outcomes

    async def _market(self, each: _Ready) -> MarketState | None:
        return await self._parts.survey(each.situation.scope.asset, each.times.decided_at, close=each.record.close)

    async def _encode(self, each: _Ready, market: MarketState | None) -> Encoded:
        component = self._parts.survey.component(market)
        return await self._parts.encode(each.situation, each.strategy, market=component, in_full=True)

    async def _predict(self, each: _Ready, encoded: Encoded, market: MarketState | None) -> Foreseen:
        """Work out what would have been answered, from what was known before this record."""
        dated = each.record.decided_at is not None or each.record.known_at is not None
        return await self._foresee(
            each.situation,
            each.strategy,
            encoded,
            moment=Moment(each.times.known_at, market),
            as_of=each.times.known_at if dated else None,
        )

    async def _count(self, each: _Ready, encoded: Encoded, foreseen: Foreseen) -> None:
        label = Label(
            each.situation, each.strategy, encoded, each.decision, each.times, each.decision_id,
            each.record.provider or "",
        )  # fmt: skip
        await count(self._parts, label, foreseen)

    async def _upgrade(self, each: _Ready) -> None:
        """Tell the truth to the answer that it is about."""
        await upgrade(self._parts, each.decision_id, each.decision, by=TRUTH, decided_at=each.times.decided_at)

    def _entry(self, each: _Ready, encoded: Encoded, market: MarketState | None, foreseen: Foreseen) -> Entry:
        memory = self._parts.memories[each.strategy.name]
        return entry_of(
            each.situation,
            encoded,
            each.decision,
            each.times,
            decision_id=each.decision_id,
            market=market,
            model_tag=memory.model_tag,
            tau=each.strategy.retrieval.tau,
            source=each.record.provider or "",
            contested=foreseen.contested(each.decision.signal, each.record.provider or ""),
        )


def entry_ttl_s(strategy: Strategy) -> int:
    """Return how long the store keeps a strategy's entries, seconds."""
    return min(strategy.validity.max_age_s + _TTL_GRACE_S, _MAX_TTL_S)


def entry_of(
    situation: Situation,
    encoded: Encoded,
    decision: Decision,
    times: Times,
    *,
    decision_id: str,
    market: MarketState | None,
    model_tag: str,
    tau: float,
    source: str,
    contested: bool = False,
) -> Entry:
    """Make what the decision cache remembers."""
    return Entry(
        sha=situation.sha(model_tag),
        scope=situation.scope,
        decision=decision,
        times=times,
        decision_id=decision_id,
        details=encoded.details,
        news_text=situation.news.clean.text,
        row_ids=situation.row_ids,
        vector=encoded.composed,
        news_vector=encoded.news,
        context_vector=encoded.context,
        market=market,
        model_tag=model_tag,
        tau=tau,
        source=source,
        tags=situation.tags,
        contested=contested,
    )


def _decision(record: Record) -> Decision:
    if record.signal is None:
        raise InvalidNumber("signal is missing: 1 (buy), 0 (none) or -1 (sell)", field="signal")
    if record.signal not in {-1, 0, 1}:
        raise InvalidNumber(f"signal must be 1, 0 or -1, got {record.signal}", field="signal")
    conviction = 0.5 if record.conviction is None else record.conviction
    if not math.isfinite(conviction) or not 0 <= conviction <= 1:
        raise InvalidNumber(f"conviction must lie in [0, 1], got {conviction}", field="conviction")
    if record.close is not None and not (math.isfinite(record.close) and record.close > 0):
        raise InvalidNumber(f"close must be > 0, got {record.close}", field="close")
    reasoning = record.output_report
    if record.causality:
        reasoning = f"{reasoning}{_CAUSALITY_JOIN}{record.causality}" if reasoning else record.causality
    versions: Mapping[str, str] = {"inserted": record.provider or record.strategy}
    return Decision(Signal(record.signal), conviction, reasoning, versions, {"source": "inserted"})
