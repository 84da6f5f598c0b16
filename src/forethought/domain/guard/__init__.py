"""The guard: deterministic rules that forbid reuse. Fails closed."""

from forethought.domain.guard.compare import compare
from forethought.domain.guard.facts import Event, Facts, Number
from forethought.domain.guard.findings import Alignment, GuardFinding, Refusal
from forethought.domain.guard.reader import read

__all__ = ["Alignment", "Event", "Facts", "GuardFinding", "Number", "Refusal", "compare", "read"]
