"""Take a decision back: out of the memory, out of what was learned, and out of every answer derived from it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from forethought.application.parts import Parts
from forethought.application.ports.decision_cache import DecisionCache, Made
from forethought.application.ports.provenance import Revocation
from forethought.domain.decision import Scope
from forethought.domain.errors import NotFound

log = structlog.get_logger(__name__)

_LATECOMERS_S = 0.2
"""An answer that was being given while its precedent went is noted behind its sending: it is looked for again then."""
_AT_ONCE = 500
"""Answers that are marked in one write, and named in one alert."""


@dataclass(slots=True)
class Revoked:
    """What was taken back."""

    revocation: Revocation
    decisions: int = 0
    """Remembered decisions, former versions included."""
    lessons: int = 0
    answers: list[str] = field(default_factory=list)
    """Decision ids of the answers that are marked now, those that were marked before included."""


class Revoke:
    """The use case behind `POST /revoke`; corrections, retractions and shadow verification call it, too.

    The order is such that a crash leaves something to find: first it is written that the decision is revoked and
    where it was remembered, then entries go, then answers are marked, then lessons are struck. Doing it again does
    what is missing.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._caches: list[DecisionCache] = list(
            {id(m.decisions): m.decisions for m in parts.memories.values()}.values()
        )

    async def __call__(self, decision_id: str, *, reason: str) -> Revoked:
        """Revoke a decision and everything derived from it.

        What stood before it in its situation stands again, unless that is revoked too.

        Args:
            decision_id: Of an answer, or of a record that was inserted.
            reason: For people, and on the wire.

        Raises:
            NotFound: nothing is known of it, and nothing was derived from it.
            StoreUnavailable: a part may be done; revoking again does the rest.
        """
        parts = self._parts
        if not await self._is_known(decision_id):
            raise NotFound(f"nothing is known of a decision {decision_id[:64]!r} (any more)", field="decision_id")
        revocation = await parts.provenance.revoke(decision_id, Revocation(parts.clock.now(), reason))
        done = Revoked(revocation)
        gone = await self._withdraw_all([decision_id], decision_id, done)
        await asyncio.sleep(_LATECOMERS_S)
        await self._withdraw_all(gone, decision_id, done)
        log.info(
            "decision.revoked",
            decision_id=decision_id,
            reason=reason,
            decisions=done.decisions,
            answers=len(done.answers),
            lessons=done.lessons,
        )
        return done

    async def _is_known(self, decision_id: str) -> bool:
        parts = self._parts
        return bool(
            await self._made_of(decision_id)
            or await parts.provenance.derived(decision_id)
            or await parts.answers.read(decision_id)
            or await parts.provenance.revocation(decision_id)
        )

    async def _withdraw_all(self, decision_ids: Iterable[str], root: str, done: Revoked) -> list[str]:
        """Withdraw decisions with all that is derived from them, transitively; return which decisions that were."""
        waiting, gone = list(decision_ids), []
        while waiting:
            gone.append(each := waiting.pop())
            risen = await self._withdraw(each, done)
            answers = [each, *await self._parts.provenance.derived(each)]
            scopes = (await self._parts.provenance.revocation(each) or done.revocation).scopes
            await self._mark([a for a in answers if a not in done.answers], root, scopes, done)
            await self._strike(each, scopes, done)
            for other in [*risen, *await self._remembered(answers[1:])]:
                if other not in gone and other not in waiting:
                    waiting.append(other)
        return gone

    async def _withdraw(self, decision_id: str, done: Revoked) -> list[str]:
        """Take the entries of a decision out; return what stands in their place although it is revoked."""
        parts, found = self._parts, done.revocation
        scopes = tuple(dict.fromkeys(made.scope for made in await self._made_of(decision_id)))
        await parts.provenance.revoke(decision_id, Revocation(found.at, found.reason, scopes))
        risen: list[str] = []
        for cache in self._caches:
            withdrawn = await cache.withdraw(decision_id)
            done.decisions += withdrawn.removed
            risen += withdrawn.risen
        return [each for each in risen if await parts.provenance.revocation(each) is not None]

    async def _made_of(self, decision_id: str) -> list[Made]:
        found = await asyncio.gather(*(cache.made_of(decision_id) for cache in self._caches))
        return [made for each in found for made in each]

    async def _mark(self, answers: Sequence[str], root: str, scopes: Sequence[Scope], done: Revoked) -> None:
        """Mark answers, and tell who holds them. All that is derived from a decision is of its asset."""
        parts, why = self._parts, done.revocation
        mark = {"at": why.at.isoformat(), "reason": why.reason, "of": root}
        for some in _batches(answers):
            await parts.answers.revoke(some, mark)
            for asset in await self._assets(scopes, some):
                alert = {"kind": "revoked", "asset": asset, **mark, "decision_ids": list(some)}
                parts.events.publish("alert", asset, alert)
            done.answers += some

    async def _assets(self, scopes: Sequence[Scope], answers: Sequence[str]) -> list[str]:
        """Return whom an alert concerns; of a decision whose entries are long gone the answers still say it."""
        if scopes:
            return list(dict.fromkeys(scope.asset for scope in scopes))
        for answer in answers:
            if (found := await self._parts.answers.read(answer)) is not None:
                return [found["asset"]]
        return []

    async def _strike(self, decision_id: str, scopes: Sequence[Scope], done: Revoked) -> None:
        """Take the lessons out; of a decision whose entries are long gone they may be in any scope."""
        lessons = self._parts.lessons
        for scope in scopes or await lessons.versions():
            done.lessons += await lessons.strike(scope, [decision_id])

    async def _remembered(self, answers: Sequence[str]) -> list[str]:
        """Return those of the derived answers that were themselves remembered."""
        found: list[str] = []
        for some in _batches(answers):
            made = await asyncio.gather(*(self._made_of(answer) for answer in some))
            found += [a for a, entries in zip(some, made, strict=True) if any(not _judged_anew(e) for e in entries)]
        return found


def _batches(answers: Sequence[str]) -> Iterator[Sequence[str]]:
    return (answers[start : start + _AT_ONCE] for start in range(0, len(answers), _AT_ONCE))


def _judged_anew(made: Made) -> bool:
    """Tell whether an entry under the id of an answer is the teacher's own word on it, not the answer itself."""
    return made.source == made.scope.teacher or made.decision.labels.get("source") == "inserted"
