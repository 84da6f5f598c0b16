"""What makes a reflex of lessons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from forethought.domain.decision import Scope
from forethought.domain.learning import Guess, Lesson, Mode, Neighbour, Reading, ReflexStanding
from forethought.domain.strategy import Strategy


class Reflex(Protocol):
    """A model that answers in less than a millisecond. Immutable; safe to share."""

    @property
    def standing(self) -> ReflexStanding:
        """What is known of it."""
        ...

    @property
    def label(self) -> str:
        """Name it in answers: `reflex@version`."""
        ...

    @property
    def mode(self) -> Mode:
        """How freely its scope may be answered."""
        ...

    @property
    def known_until(self) -> datetime:
        """When the latest of its lessons was known: it must not answer a question about an earlier moment."""
        ...

    def guess(self, reading: Reading, neighbours: Sequence[Neighbour], lately: tuple[float, float]) -> Guess | None:
        """Guess what the teacher would say.

        Args:
            reading: What it sees.
            neighbours: Remembered decisions near it, nearest first.
            lately: `Evidence.lately`: how often it was wrong of late.

        Returns:
            `None` when it cannot tell: too few lessons, or nothing that it knows.
        """
        ...


class Learner(Protocol):
    """Fits and loads."""

    async def fit(
        self, scope: Scope, strategy: Strategy, lessons: Sequence[Lesson], *, epoch: int, version: int
    ) -> bytes | None:
        """Fit on everything that was learned in a scope, off the event loop.

        Args:
            scope: What the learner keeps between calls is kept by scope.
            strategy: Its budget and half-life.
            lessons: All of them, in the order in which they came; those that were there at the last call are not
                looked at again unless `epoch` has changed.
            epoch: See `Page.epoch`.
            version: The model will be published under.

        Returns:
            The model, or `None` while there is too little to learn from.
        """
        ...

    def load(self, model: bytes) -> Reflex:
        """Read a model; never unpickles.

        Raises:
            ValueError: damaged, or made by another version of the program.
        """
        ...

    async def close(self) -> None:
        """End its process."""
        ...
