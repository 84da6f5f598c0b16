"""The defences, and how to take each away: to show that it is what stops an attack. In this process only.

Each is taken away where the parts meet, by putting another in the place of one function or method.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from forethought.adapters.redis import decision_cache, evidence
from forethought.adapters.redis.decision_cache import RedisDecisionCache
from forethought.application import assess, insert
from forethought.application.answers import Outcome
from forethought.application.insert import Insert, Record
from forethought.application.ladder import Climb
from forethought.application.messages import InsertRecord
from forethought.application.predict import Foreseen
from forethought.domain.decision import Decision, Scope, Signal, Times
from forethought.domain.entry import Candidate
from forethought.domain.errors import InvalidNumber
from forethought.domain.guard import Alignment, Facts, GuardFinding
from forethought.domain.similarity import Vector
from forethought.settings import Settings


class Defence(StrEnum):
    """What can be taken away."""

    GUARD = "guard"
    WRITE_KEY = "write-key"
    SCOPE = "scope"
    CONTEXT = "context"
    KNOWN_AT = "known-at"
    NUMBERS = "numbers"
    LABELS_ONLY = "labels-only"
    CONTESTED = "contested"
    DISTRUST = "distrust"
    OWNERSHIP = "ownership"

    @property
    def does(self) -> str:
        """Say what it is."""
        return _DOES[self]

    @property
    def stops(self) -> str:
        """Name the attack that succeeds without it."""
        return _STOPS[self]


_DOES = {
    Defence.GUARD: "reads direction, negation, names, numbers and certainty in both texts, and refuses what it cannot "
    "read",
    Defence.WRITE_KEY: "whoever changes what is remembered must send it",
    Defence.SCOPE: "only decisions of the same strategy and asset are looked at",
    Defence.CONTEXT: "the context must be alike",
    Defence.KNOWN_AT: "nothing is used before it was known",
    Defence.NUMBERS: "signals, convictions and prices must be finite and in range",
    Defence.LABELS_ONLY: "only labels are evidence; an answer that was given is none",
    Defence.CONTESTED: "what contradicts another source about nearly the same news answers nothing but itself",
    Defence.DISTRUST: "a source that contradicts the others often answers nothing and teaches nothing",
    Defence.OWNERSHIP: "a record speaks about answers of its own scope only",
}
_STOPS = {
    Defence.GUARD: "collision",
    Defence.WRITE_KEY: "unauthorised",
    Defence.SCOPE: "scope",
    Defence.CONTEXT: "smuggling",
    Defence.KNOWN_AT: "time",
    Defence.NUMBERS: "forged",
    Defence.LABELS_ONLY: "flooding",
    Defence.CONTESTED: "poisoning",
    Defence.DISTRUST: "poisoning",
    Defence.OWNERSHIP: "smuggling",
}


def settings_without(settings: Settings, defences: Sequence[Defence]) -> Settings:
    """Return settings without the defences that are settings."""
    if Defence.WRITE_KEY not in defences:
        return settings
    return settings.model_copy(update={"api": settings.api.model_copy(update={"write_key": None})})


@contextmanager
def without(defences: Sequence[Defence]) -> Iterator[None]:
    """Take defences away until the end of the context, in this process."""
    with ExitStack() as stack:
        for defence in defences:
            for owner, name, replacement in _SWAPS.get(defence, ()):
                stack.enter_context(_swapped(owner, name, replacement))
        assess.facts_of.cache_clear()
        yield
    assess.facts_of.cache_clear()


@contextmanager
def _swapped(owner: Any, name: str, replacement: Any) -> Iterator[None]:  # noqa: ANN401 - whatever it is
    own = vars(owner).get(name)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        if own is None:
            delattr(owner, name)  # it was inherited
        else:
            setattr(owner, name, own)


def _guard_passes_all(asked: Facts, stored: Facts) -> GuardFinding:  # noqa: ARG001 - read by nobody
    return GuardFinding(None, Alignment.STRONG, "the guard is taken away")


def _contexts_are_alike(*_: object) -> float:
    return 1.0


def _always_usable(self: Times, as_of: datetime) -> bool:  # noqa: ARG001 - read by nobody
    return True


def _any_moment(as_of: datetime) -> str:  # noqa: ARG001 - read by nobody
    return "@current:{1}"


_nearest: Callable[..., Awaitable[list[Candidate]]] = RedisDecisionCache.nearest


async def _of_any_scope(
    self: RedisDecisionCache, vector: Vector, *, scope: Scope, k: int, as_of: datetime | None
) -> list[Candidate]:
    found = await _nearest(self, vector, scope=scope, k=k, as_of=as_of)
    return [replace(each, entry=replace(each.entry, scope=scope)) for each in found]


_NUMBERS = {"signal", "conviction", "close"}
_validate: Callable[[object], InsertRecord] = InsertRecord.model_validate


def _numbers_as_they_come(cls: type[InsertRecord], item: dict[str, Any]) -> InsertRecord:  # noqa: ARG001 - of a class method
    record = _validate({name: value for name, value in item.items() if name not in _NUMBERS} | {"signal": 0})
    return record.model_copy(update={name: value for name, value in item.items() if name in _NUMBERS})


def _decision_of_any_number(record: Record) -> Decision:
    given = (record.signal, record.conviction)
    if not all(isinstance(number, int | float) for number in given):
        raise InvalidNumber(f"no numbers: {given}")
    signal = Signal(record.signal) if record.signal in set(Signal) else Signal.BUY
    return Decision(signal, float(record.conviction or 0.0), record.output_report)


_run: Callable[[Climb], Awaitable[Outcome]] = Climb.run


async def _answers_as_evidence(self: Climb) -> Outcome:
    outcome = await _run(self)
    band = outcome.band or "precedent|text|weak|high|1"
    await self.parts.evidence.add(self.asking.scope, band, answered=True, wrong=False, opposite=False)
    return outcome


def _nothing_is_contested(self: Foreseen, signal: Signal, source: str) -> bool:  # noqa: ARG001 - read by nobody
    return False


async def _own_or_not(self: Insert, decision_id: str, scope: Scope) -> None:
    pass


_SWAPS: dict[Defence, tuple[tuple[Any, str, Any], ...]] = {
    Defence.GUARD: ((assess, "compare", _guard_passes_all),),
    Defence.CONTEXT: ((assess, "_context_similarity", _contexts_are_alike),),
    Defence.KNOWN_AT: ((Times, "usable_at", _always_usable), (decision_cache, "_known_by", _any_moment)),
    Defence.SCOPE: (
        (decision_cache, "scope_tag", lambda _: "w'*'"),
        (RedisDecisionCache, "nearest", _of_any_scope),
    ),
    Defence.NUMBERS: (
        (InsertRecord, "model_validate", classmethod(_numbers_as_they_come)),
        (insert, "_decision", _decision_of_any_number),
    ),
    Defence.LABELS_ONLY: ((Climb, "run", _answers_as_evidence),),
    Defence.DISTRUST: ((evidence, "distrusted", lambda _: frozenset()),),
    Defence.CONTESTED: ((Foreseen, "contested", _nothing_is_contested),),
    Defence.OWNERSHIP: ((Insert, "_require_own", _own_or_not),),
}
