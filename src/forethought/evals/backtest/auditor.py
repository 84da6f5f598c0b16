"""The look-ahead auditor: what a decision used is declared with its time, and held against the decision's moment."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from forethought.application.ports.decision_cache import DecisionCache, Made, Selection, Stored, Withdrawn
from forethought.application.ports.market_data import MarketData
from forethought.domain.decision import Scope
from forethought.domain.entry import Candidate, Entry, Recalled
from forethought.domain.errors import LookAhead
from forethought.domain.market import Bar, Indicators
from forethought.domain.prompt import decompose
from forethought.domain.similarity import Vector
from forethought.evals.labelled import Labelled

_EASTERN = timezone(timedelta(hours=-5))
"""The data's `datetime_est` is a fixed offset, as its own description says (design, section 3)."""


class Used(StrEnum):
    """What can be used too early."""

    PRICE = "price"
    REMEMBERED = "remembered decision"
    EVENT = "event in the text"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class Violation:
    """One use of what was not known yet, or a fill at a price that was known already."""

    row: int
    """In the file, from 1; 0 while a record was being learned."""
    at: datetime
    used: Used
    known_at: datetime | None
    """`None`: nobody can say where it came from."""

    def __str__(self) -> str:
        """Say it in one line."""
        who = f"row {self.row}, decided {self.at.isoformat()}" if self.row else f"learning at {self.at.isoformat()}"
        if self.known_at is None:
            return f"{who}: {self.used} of unknown origin"
        if self.used is Used.FILL:
            return f"{who}: filled in a bar that opened at {self.known_at.isoformat()}, not after the decision"
        return f"{who}: {self.used} known only at {self.known_at.isoformat()}"


class Audit:
    """Collects what was used. The truth about times is the file's and the prices', never the claim of what is audited.

    Uses are declared inside `moment`; they are only noted there, for an exception inside the service would be turned
    into an interim answer. `require_clean` fails the run.
    """

    def __init__(self, known: Mapping[int, datetime]) -> None:
        """Start.

        Args:
            known: When each row of the file could first be used, by the file itself.
        """
        self._known = known
        self._row_of: dict[str, int] = {}
        self._unresolved: list[tuple[int, datetime, str]] = []
        self._row = 0
        self._at: datetime | None = None
        self.counts: dict[int, Counter[Used]] = {}
        """By row (0: while learning)."""
        self.violations: list[Violation] = []

    @contextmanager
    def moment(self, row: int, at: datetime) -> Iterator[None]:
        """Declare what follows as used for a row (0: for learning) at a moment."""
        self._row, self._at = row, at
        try:
            yield
        finally:
            self._settle()
            self._at = None

    def used(self, what: Used, known_at: datetime) -> None:
        """Declare a use.

        Raises:
            LookAhead: outside `moment`, where nothing can be held against it.
        """
        row, at = self._now()
        self._count(row, what)
        if known_at > at:
            self.violations.append(Violation(row, at, what, known_at))

    def remembered(self, decision_id: str) -> None:
        """Declare a remembered decision; its time is looked up in the file when the moment ends."""
        self._unresolved.append((*self._now(), decision_id))

    def learned(self, decision_id: str, row: int) -> None:
        """Say which row a remembered decision came from."""
        self._row_of[decision_id] = row

    def text(self, each: Labelled) -> None:
        """Declare the events that a table of events names, for the row's own moment."""
        prompt = decompose(each.record.input_report)
        for event in prompt.rows if prompt else ():
            try:
                at = datetime.fromisoformat(event.values.get("datetime_est", ""))
            except ValueError:
                continue
            with self.moment(each.row, each.decided_at):
                self.used(Used.EVENT, at.replace(tzinfo=at.tzinfo or _EASTERN))

    def fill(self, row: int, at: datetime, opened_at: datetime) -> None:
        """Declare a price that was traded at: its bar must open after the decision, not with it and not before."""
        self._count(row, Used.FILL)
        if opened_at <= at:
            self.violations.append(Violation(row, at, Used.FILL, opened_at))

    def require_clean(self) -> None:
        """Fail when anything later than its decision was used.

        Raises:
            LookAhead: with the first use.
        """
        if self.violations:
            more = len(self.violations) - 1
            raise LookAhead(f"look-ahead: {self.violations[0]}" + (f" (and {more} more)" if more else ""))

    def _now(self) -> tuple[int, datetime]:
        if self._at is None:
            raise LookAhead("look-ahead: something was used outside any decision")
        return self._row, self._at

    def _settle(self) -> None:
        for row, at, decision_id in self._unresolved:
            self._count(row, Used.REMEMBERED)
            source = self._row_of.get(decision_id)
            known_at = None if source is None else self._known[source]
            if known_at is None or known_at > at:
                self.violations.append(Violation(row, at, Used.REMEMBERED, known_at))
        self._unresolved.clear()

    def _count(self, row: int, what: Used) -> None:
        self.counts.setdefault(row, Counter())[what] += 1


class AuditedCache:
    """A decision cache that declares every remembered decision it hands out."""

    def __init__(self, inner: DecisionCache, audit: Audit) -> None:
        self._inner = inner
        self._audit = audit

    async def recall(self, sha: str, *, as_of: datetime | None) -> Recalled | None:
        """See the port."""
        found = await self._inner.recall(sha, as_of=as_of)
        if found is not None:
            self._audit.remembered(found.decision_id)
        return found

    async def nearest(self, vector: Vector, *, scope: Scope, k: int, as_of: datetime | None) -> list[Candidate]:
        """See the port."""
        found = await self._inner.nearest(vector, scope=scope, k=k, as_of=as_of)
        for each in found:
            self._audit.remembered(each.entry.decision_id)
        return found

    async def store(self, entries: Sequence[Entry], *, ttl_s: int, settled: bool = True) -> list[Stored]:
        """See the port."""
        return await self._inner.store(entries, ttl_s=ttl_s, settled=settled)

    async def settle(self) -> None:
        """See the port."""
        await self._inner.settle()

    async def made_of(self, decision_id: str) -> list[Made]:
        """See the port."""
        return await self._inner.made_of(decision_id)

    async def withdraw(self, decision_id: str) -> Withdrawn:
        """See the port."""
        return await self._inner.withdraw(decision_id)

    async def forget(self, *, strategy: str | None, asset: str | None) -> int:
        """See the port."""
        return await self._inner.forget(strategy=strategy, asset=asset)

    async def discard(self, which: Selection) -> list[tuple[Scope, str]]:
        """See the port."""
        return await self._inner.discard(which)

    async def count(self) -> int:
        """See the port."""
        return await self._inner.count()


class AuditedMarketData:
    """Market data that declares every price it hands out, by the time its bar closed."""

    def __init__(self, inner: MarketData, audit: Audit, *, bar: Mapping[str, timedelta]) -> None:
        """Wrap.

        Args:
            inner: Where prices come from.
            audit: Takes the declarations.
            bar: How long a bar of each asset is.
        """
        self._inner = inner
        self._audit = audit
        self._bar = bar

    async def bars(self, asset: str, *, as_of: datetime, count: int) -> Sequence[Bar]:
        """See the port."""
        found = await self._inner.bars(asset, as_of=as_of, count=count)
        for each in found:
            self._audit.used(Used.PRICE, each.opened_at + self._bar[asset.upper()])
        return found

    async def indicators(self, asset: str, *, as_of: datetime) -> Indicators | None:
        """See the port."""
        found = await self._inner.indicators(asset, as_of=as_of)
        if found is not None:
            self._audit.used(Used.PRICE, found.at)
        return found


class AheadMarketData:
    """A planted leak: prices as they will be known a while later."""

    def __init__(self, inner: MarketData, ahead: timedelta) -> None:
        self._inner = inner
        self._ahead = ahead

    async def bars(self, asset: str, *, as_of: datetime, count: int) -> Sequence[Bar]:
        """See the port."""
        return await self._inner.bars(asset, as_of=as_of + self._ahead, count=count)

    async def indicators(self, asset: str, *, as_of: datetime) -> Indicators | None:
        """See the port."""
        return await self._inner.indicators(asset, as_of=as_of + self._ahead)


def utc(micros: int) -> datetime:
    """Turn microseconds since 1970 into a time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
