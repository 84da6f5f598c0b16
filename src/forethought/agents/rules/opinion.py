"""What one rule-based analyst thinks."""

from dataclasses import dataclass

from forethought.domain.decision import Signal


@dataclass(frozen=True, slots=True)
class Opinion:
    """One analyst's view, before the panel weighs it."""

    role: str
    """Module name of the analyst."""
    signal: Signal
    conviction: float
    """In [0, 1]."""
    reasoning: str
    """A clause without a full stop, in our own words only."""
    score: float = 0.0
    """Signed evidence in [-1, 1]; the panel weighs this, not the rounded signal."""
    abstained: bool = False
    """True when nothing was known: the panel leaves the opinion out."""


def signal_of(score: float, *, threshold: float) -> Signal:
    """Turn signed evidence into a signal: `none` unless it reaches the threshold."""
    if abs(score) < threshold:
        return Signal.NONE
    return Signal.BUY if score > 0 else Signal.SELL
