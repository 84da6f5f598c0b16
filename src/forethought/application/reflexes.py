"""The reflexes in force, and what one says of a question."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from forethought.application.assess import Judged
from forethought.application.encode import Encoded
from forethought.application.ports.clock import Clock
from forethought.application.ports.learner import Learner, Reflex
from forethought.application.ports.lessons import Lessons
from forethought.domain.agreement import Evidence
from forethought.domain.decision import Scope
from forethought.domain.errors import Unavailable
from forethought.domain.learning import Guess, Neighbour, Reading
from forethought.domain.situation import Situation

log = structlog.get_logger(__name__)

_FRESH_MS = 1_000.0
"""How old the models of other processes may be; one's own are current."""


class Reflexes:
    """Models by scope. Reading costs no round trip but the first."""

    def __init__(self, lessons: Lessons, learner: Learner, clock: Clock) -> None:
        self._lessons = lessons
        self._learner = learner
        self._clock = clock
        self._held: dict[Scope, tuple[int, Reflex | None]] = {}
        self._looked_ms = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    async def current(self, scope: Scope) -> Reflex | None:
        """Return the reflex of a scope, or `None` while there is none.

        Raises:
            StoreUnavailable: asked for the first time while the store does not answer.
        """
        if scope not in self._held:
            await self._fetch(scope)
        elif self._looking is None and self._clock.monotonic_ms() - self._looked_ms > _FRESH_MS:
            self._looking = asyncio.create_task(self._look())
        return self.peek(scope)

    def peek(self, scope: Scope) -> Reflex | None:
        """Return what this process holds, as it is."""
        return self._held.get(scope, (0, None))[1]

    def put(self, scope: Scope, version: int, reflex: Reflex) -> None:
        """Swap a model that was fitted here in, at once."""
        self._held[scope] = (version, reflex)

    async def _fetch(self, scope: Scope) -> None:
        version, held = self._held.get(scope, (0, None))
        found = await self._lessons.model(scope, newer_than=version)
        if found is not None:
            try:
                self._held[scope] = (found[0], self._learner.load(found[1]))
            except ValueError as error:
                log.warning("reflex.unreadable", scope=scope.name, reason=str(error))
                self._held[scope] = (found[0], None)
        else:
            self._held[scope] = (version, held)

    async def _look(self) -> None:
        try:
            versions = await self._lessons.versions()
            for scope, (version, _) in list(self._held.items()):
                if (stands := versions.get(scope, 0)) > version:
                    await self._fetch(scope)
                    if self._held[scope][0] < stands:  # forgotten: nothing stands under the new version
                        self._held[scope] = (stands, None)
        except Unavailable:  # the models held serve on; the caller's own command reports the outage
            pass
        finally:
            self._looked_ms, self._looking = self._clock.monotonic_ms(), None


def reading_of(situation: Situation, encoded: Encoded) -> Reading:
    """Return what a reflex sees of a situation."""
    return Reading(situation.news.clean.text, encoded.news, situation.facts)


def consult(
    reflex: Reflex | None, situation: Situation, encoded: Encoded, judged: Sequence[Judged], evidence: Evidence,
    *, at: datetime,
) -> Guess | None:  # fmt: skip
    """Ask the reflex; `None` when there is none, or when it learned something after the moment that is asked about.

    Whatever retrieval returned counts as a neighbour, even where guard or age forbid to reuse it: it says what the
    teacher said of something near.
    """
    if reflex is None or reflex.known_until > at:
        return None
    near = sorted((j for j in judged if j.refusal != "scope"), key=lambda j: -j.news_similarity)
    neighbours = [Neighbour(j.news_similarity, j.signal) for j in near]
    return reflex.guess(reading_of(situation, encoded), neighbours, evidence.lately)
