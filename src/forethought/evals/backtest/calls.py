"""Who called what at which moment, and the bar in which it could first be traded."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forethought.domain.decision import Signal
from forethought.evals.backtest.auditor import Audit, utc
from forethought.evals.backtest.prices import Prices
from forethought.evals.backtest.remembered import Answer
from forethought.evals.labelled import Labelled


@dataclass(frozen=True, slots=True)
class Call:
    """A signal that could be traded."""

    row: int
    at: datetime
    """When it was there to be acted on."""
    asset: str
    signal: Signal
    entry: int
    """The first bar that begins after it."""


@dataclass(frozen=True)
class Source:
    """Somebody who makes calls."""

    name: str
    title: str
    calls: tuple[Call, ...]
    """In the order of time."""
    abstained: int
    """Decisions that it leaves to others."""
    unpriced: int
    """Signals outside the prices."""


def sources(
    rows: Sequence[Labelled],
    answers: Mapping[int, Answer],
    asset_of: Callable[[Labelled], str],
    prices: Mapping[str, Prices],
    audit: Audit,
) -> tuple[Source, ...]:
    """Lay the three who decide side by side: the file's own analysts, memory, and what stood in meanwhile.

    The analysts' decisions are there when they are known, memory's and the interim ones at the moment of the question.
    Every entry is declared to the audit.
    """

    def made(name: str, title: str, asked: Callable[[Labelled], tuple[Signal, datetime] | None]) -> Source:
        calls: list[Call] = []
        abstained = unpriced = 0
        for each in rows:
            said = asked(each)
            if said is None:
                abstained += 1
                continue
            signal, at = said
            asset = asset_of(each)
            entry = prices[asset].entry(at)
            if entry is None:
                unpriced += 1
                continue
            audit.fill(each.row, at, utc(int(prices[asset].opened_us[entry])))
            calls.append(Call(each.row, at, asset, signal, entry))
        return Source(name, title, tuple(sorted(calls, key=lambda c: (c.at, c.row))), abstained, unpriced)

    def answered(each: Labelled, *, from_memory: bool) -> tuple[Signal, datetime] | None:
        found = answers.get(each.row)
        if found is None or found.path.from_memory is not from_memory:
            return None
        return found.signal, each.decided_at

    return (
        made("analysts", "the file's own decisions", lambda each: (each.truth, each.known_at)),
        made("memory", "answered from memory", lambda each: answered(each, from_memory=True)),
        made("interim", "interim answers", lambda each: answered(each, from_memory=False)),
    )
