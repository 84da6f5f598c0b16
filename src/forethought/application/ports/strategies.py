"""Strategy files."""

from collections.abc import Mapping
from typing import Protocol

from forethought.domain.composition import Reduction
from forethought.domain.strategy import Strategy


class Strategies(Protocol):
    """All strategies, read at start."""

    def get(self, name: str) -> Strategy:
        """Return a strategy.

        Raises:
            UnknownStrategy: there is none of that name.
        """
        ...

    def reduction(self, name: str) -> Reduction:
        """Return a fitted reduction by name.

        Raises:
            ConfigurationError: there is none of that name, or it cannot be read.
        """
        ...

    def all(self) -> Mapping[str, Strategy]:
        """Return all strategies by name."""
        ...
