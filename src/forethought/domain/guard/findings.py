"""What the guard says."""

from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a precedent may not be reused, in the order of the checks; stable codes on the wire and in metrics."""

    ENTITY = "entity"
    DIRECTION = "direction"
    NEGATION = "negation"
    NUMBER = "number"
    PERIOD = "period"
    CERTAINTY = "certainty"
    UNREADABLE = "unreadable"
    """The guard could not read one of the texts and fails closed."""


class Alignment(StrEnum):
    """How much the two texts positively share when nothing contradicts."""

    IDENTICAL = "identical"
    """The same facts and the same content words."""
    STRONG = "strong"
    """The same recognised subject, and the same recognised event or direction."""
    FAIR = "fair"
    """The same recognised subject and event; one text tells a detail more."""
    WEAK = "weak"
    """Nothing contradicts, but the subject or the event was not recognised in both."""

    @property
    def rank(self) -> int:
        """Return how strong it is: greater for stronger."""
        return _RANKS[self]


_RANKS = {Alignment.WEAK: 0, Alignment.FAIR: 1, Alignment.STRONG: 2, Alignment.IDENTICAL: 3}


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """The outcome of comparing a question's news with a precedent's."""

    refusal: Refusal | None
    alignment: Alignment
    detail: str
    """What was found against what was expected, for people: `direction: rise vs fall`."""

    @property
    def passed(self) -> bool:
        """Tell whether nothing forbids reuse."""
        return self.refusal is None
