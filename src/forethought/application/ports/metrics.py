"""What is counted and timed."""

from typing import Protocol


class Metrics(Protocol):
    """Every method is cheap and never raises. Labels are bounded: names of steps, paths, reasons and strategies."""

    def step(self, name: str, took_ms: float) -> None:
        """Time one step of an answer."""
        ...

    def answered(self, *, path: str, strategy: str, hit: bool) -> None:
        """Count an answer."""
        ...

    def fallback(self, reason: str) -> None:
        """Count an interim answer by its reason."""
        ...

    def refused(self, reason: str) -> None:
        """Count a precedent that the guard or its age forbade to reuse."""
        ...

    def similarity(self, news_similarity: float) -> None:
        """Note how near the news of the best candidate lay."""
        ...

    def components(self, *, hits: int, misses: int) -> None:
        """Count lookups in the embedding cache."""
        ...

    def weights(self, strategy: str, shares: dict[str, float]) -> None:
        """Note the composition weights in force."""
        ...

    def embedded(self, took_ms: float) -> None:
        """Time one embedding."""
        ...

    def inserted(self, *, count: int, took_ms: float) -> None:
        """Count and time records that were stored."""
        ...

    def label(self, *, strategy: str, agreed: bool, opposite: bool) -> None:
        """Count a label that came for a prediction."""
        ...

    def deliberation(self, outcome: str) -> None:
        """Count a deliberation: `queued`, `joined`, `shed`, `done`, `failed`."""
        ...

    def store_up(self, *, up: bool) -> None:
        """Note whether the store answers."""
        ...
