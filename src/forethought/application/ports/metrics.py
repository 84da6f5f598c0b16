"""What is counted and timed."""

from collections.abc import Mapping
from typing import Protocol

from forethought.domain.learning import ReflexStanding


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
        """Count a deliberation: `queued`, `joined`, `shed`, `retried`, `done`, `failed`, `dead`."""
        ...

    def deliberated(self, *, took_ms: float, slowest_ms: float, summed_ms: float) -> None:
        """Time a deliberation beside its slowest role and the sum of its roles."""
        ...

    def role(self, *, role: str, provider: str, outcome: str, took_ms: float) -> None:
        """Count and time one role's call: `ok`, or the code of a `Failure`."""
        ...

    def used(self, *, provider: str, model: str, prompt: int, completion: int, cost_usd: float) -> None:
        """Count tokens and what they cost."""
        ...

    def screened(self, reason: str) -> None:
        """Count an attempt in the news to instruct the analysts."""
        ...

    def breaker(self, provider: str, state: str) -> None:
        """Note that a provider's breaker is now `closed`, `half_open` or `open`."""
        ...

    def queue(self, *, background: int, waiting: int, dead: int, oldest_s: float) -> None:
        """Note how much waits for the analysts."""
        ...

    def shadow(self, *, panel: str, outcome: str) -> None:
        """Count what a candidate panel said beside the current one: `agreed`, `wrong`, `opposite` or `failed`."""
        ...

    def checked(self, outcome: str, *, path: str) -> None:
        """Count an answer from memory that the analysts judged afterwards: `agreed`, `wrong` or `opposite`."""
        ...

    def shares(
        self, *, strategy: str, asset: str, path: str, of: str, shares: tuple[float | None, float, float]
    ) -> None:
        """Note which share of checked answers was `wrong` or `opposite`: point (`None` without any), low and high."""
        ...

    def labelling(self, *, calls_frac: float, cost_frac: float) -> None:
        """Note how much of this hour's labelling budget is used."""
        ...

    def reflex(self, strategy: str, asset: str, standing: ReflexStanding) -> None:
        """Note what is known of a reflex that was fitted."""
        ...

    def evaluated(
        self,
        *,
        strategy: str,
        asset: str,
        window: str,
        labels: int,
        shares: Mapping[str, tuple[float | None, float, float]],
        calibration_gap: float | None,
    ) -> None:
        """Note what the periodic evaluation found of a scope's latest labels; `None` where nothing can be said."""
        ...

    def news_items(self, *, provider: str, outcome: str, count: int) -> None:
        """Count articles that came: `new`, `duplicate` or `refused`."""
        ...

    def news_analysed(self, outcome: str) -> None:
        """Count what became of an article, or of a question because of it.

        `asked`, `known` (memory answered), `unanswered` (nobody thinks), `same_story`, `shed`, `text_shed`,
        `retracted`, `stale` (a newer version is there), `no_instrument`, `round_up` (too many instruments).
        """
        ...

    def news_lag(self, lag_s: float) -> None:
        """Time an article from its arrival to the end of its analysis."""
        ...

    def news_backlog(self, *, waiting: int, in_work: int, dead: int, oldest_s: float) -> None:
        """Note how the queue of articles stands."""
        ...

    def store_up(self, *, up: bool) -> None:
        """Note whether the store answers."""
        ...
