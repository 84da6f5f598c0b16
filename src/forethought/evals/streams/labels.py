"""Which labels are learned."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forethought.domain.errors import ConfigurationError

_AUDIT = re.compile(r"audit:(\d*\.?\d+)")


@dataclass(frozen=True, slots=True)
class Labels:
    """A protocol: whose labels come back after the question."""

    audit_frac: float | None = None
    """The chance that the true answer comes after a hit; after a miss it always comes. `None`: all labels come."""
    seed: int = 0
    """The audits are drawn from it, before anybody plays: whoever hits the same record is audited alike."""

    @classmethod
    def read(cls, text: str, *, seed: int) -> "Labels":
        """Read `all` or `audit:RATE`.

        Raises:
            ConfigurationError: it is neither, or the rate does not lie in [0, 1].
        """
        if text == "all":
            return cls(seed=seed)
        found = _AUDIT.fullmatch(text)
        if found is None or float(found[1]) > 1:
            raise ConfigurationError(f"labels must be all, or audit:RATE with a rate in [0, 1], got {text!r}")
        return cls(float(found[1]), seed)

    @property
    def name(self) -> str:
        """As it is written on the command line."""
        return "all" if self.audit_frac is None else f"audit:{self.audit_frac:g}"

    @property
    def words(self) -> str:
        """As a page says it."""
        if self.audit_frac is None:
            return "every label is learned after its question"
        return f"the true answer is learned after every miss, and after a hit with probability {self.audit_frac:g}"

    def audited(self, n: int) -> npt.NDArray[np.bool_]:
        """Draw for each of `n` records whether it is learned although it was answered."""
        if self.audit_frac is None:
            return np.ones(n, dtype=np.bool_)
        return np.random.default_rng(self.seed).random(n) < self.audit_frac


ALL = Labels()
