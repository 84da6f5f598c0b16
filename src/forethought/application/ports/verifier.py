"""Ask a second reader whether two texts say the same."""

from collections.abc import Sequence
from typing import Protocol


class Verifier(Protocol):
    """A model that reads two texts together; slower than the guard, and it learned what no table holds.

    It can only take away: what the guard refuses is never asked, and a precedent that it doubts is not reused. Who asks
    it fails closed: on `VerifierUnavailable`, or when it is late, no precedent that had to be verified is reused.
    """

    @property
    def model(self) -> str:
        """Name and hash of what judges, for the record of a decision."""
        ...

    async def verify(self, asked: str, remembered: Sequence[str]) -> list[float]:
        """Judge each remembered text against the asked one, in order.

        Args:
            asked: The question's news.
            remembered: The news of precedents; none gives an empty answer.

        Returns:
            For each the probability in [0, 1] that the two say the same. A text that is longer than the model reads
            gives 0: what was not read may contradict.

        Raises:
            VerifierUnavailable: the model does not answer.
        """
        ...

    async def close(self) -> None:
        """Stop what runs; idempotent."""
        ...
