"""What is read from a text: plain values that compare."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens, on an axis with poles, bound to whom it concerns."""

    axis: str
    pole: str
    negated: bool
    subject: str | None
    """The name that acts, or that moves."""
    object: str | None
    """The name that is acted on."""
    topic: str | None
    """What of it: dividend, output, rates."""
    modal: str
    """How sure the event is; empty for a plain statement."""
    degree: str
    """`+` a large move, `-` a small one."""
    clause: int
    optional: bool
    """May go unmatched."""

    @property
    def label(self) -> str:
        """Name the event for people."""
        what = self.pole if self.axis == "move" else f"{self.axis} {self.pole}" if self.axis != self.pole else self.pole
        return f"not {what}" if self.negated else what


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity: `value` in units of 1, `half` half a unit of its last shown digit."""

    value: float
    half: float
    unit: str
    """`%`, `pp` (percentage points), a currency code, `x` (a ratio), or empty for a count or a price without sign."""
    role: str
    """`from`, `to` (also at), `by` or `vs` where the text says so."""
    sign: str
    fuzzy: bool
    """Said to be approximate: nearly, about, more than."""

    @property
    def label(self) -> str:
        """Name the quantity for people."""
        return f"{self.sign}{self.value:g}{' ' if self.unit else ''}{self.unit}"


Period: TypeAlias = tuple[str, str]
"""Kind and value: `("quarter", "3")`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the guard compares of one text."""

    key: str
    fault: str | None
    """Why the text cannot be read; then only `key` counts."""
    asset: str | None = None
    names: tuple[str, ...] = ()
    """Recognised names in the order of their first mention."""
    tickers: frozenset[str] = frozenset()
    """Unknown tickers."""
    words: tuple[str, ...] = ()
    """Stems of the words that no table explains, in order."""
    proper: frozenset[str] = frozenset()
    """Those of `words` that are written as names."""
    decisive: frozenset[str] = frozenset()
    """Those of `words` that stand where a verb would."""
    designations: frozenset[tuple[str, str]] = frozenset()
    """Unknown names with what they call themselves: `("~lumor", "health")`."""
    topics: tuple[str, ...] = ()
    main_topics: frozenset[str] = frozenset()
    """The topics of the first clause."""
    descriptors: frozenset[str] = frozenset()
    events: tuple[Event, ...] = ()
    numbers: tuple[Number, ...] = ()
    periods: frozenset[Period] = frozenset()
    certainty: str = ""
    """Empty for a plain statement."""
    certainties: frozenset[str] = frozenset()
    """Every class of certainty that a word of the text names."""
    contrasts: frozenset[tuple[str, str]] = frozenset()
    """Small words that have an opposite: pair and pole."""
    consensus: bool = False
    """A figure is set against what was expected."""
    loose_negations: int = 0
    """Negations that no recognised event follows."""
    order: tuple[str, ...] = ()
    """Names and unexplained words in order, for roles that no event explains."""
    own_outlook: bool = False
    """A company says what it expects of itself."""
    coupled: frozenset[frozenset[str]] = frozenset()
    """Names that stand side by side, in either order: Kroger and Albertsons."""
    garbled: frozenset[str] = frozenset()
    """Unknown words that may be a deciding word misspelt, run together with another or taken apart."""
    sequence: tuple[str, ...] = ()
    """What each phrase means, in order; words that say nothing are all alike."""
