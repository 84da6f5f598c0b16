"""What the axes of `words` can do, whatever words stand on them."""

from typing import Final

from forethought.domain.guard.inflect import listed

OPERATORS: Final = frozenset(
    listed("run verdict ban time finish warn support suit penalty guilt sanction delay war debt")
)
"""Axes that turn another event round ("halts the ban"); one of them on one side only is never a detail."""

BY_WORDS: Final = frozenset({"rating", "verdict", "support", "pact", "run"})
"""Axes whose doer may follow as `at` or `from`: upgraded at Goldman, approval from the FDA."""

TRANSITIVE: Final = frozenset(
    listed("trade rating verdict suit penalty guilt probe ban sanction support merge hack war impose threat demand")
)
"""Axes where who does it to whom matters; a past form without an object is then a passive: `Tesla sued`."""
