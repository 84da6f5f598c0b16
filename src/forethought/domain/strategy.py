"""A strategy: what is asked, how situations are composed, whose answers count, and when they may be reused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forethought.domain.errors import ConfigurationError, InvalidAsset

ASSET_PATTERN = r"[A-Z0-9][A-Z0-9.\-=/^]{0,19}"
"""Symbols as exchanges write them: BTC, BRK.B, BTC-USD, GC=F, EUR/USD."""
_ASSET = re.compile(ASSET_PATTERN)


class CompositionMethod(StrEnum):
    """How component vectors become the one that retrieves."""

    WEIGHTED_SUM = "weighted_sum"
    CONCAT_PCA = "concat_pca"


@dataclass(frozen=True, slots=True)
class CompositionRule:
    """Method and weights; weights are per component type and shared equally among the components of a type."""

    method: CompositionMethod = CompositionMethod.WEIGHTED_SUM
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"instruction": 1.0, "context": 1.0, "news": 1.0, "market": 1.0}
    )
    pca: str | None = None
    """Name of the fitted reduction, for `concat_pca`."""


@dataclass(frozen=True, slots=True)
class RetrievalRule:
    """How many precedents are looked at, and how near their news must lie."""

    k: int = 8
    slow_k: int = 48
    tau: float = 0.93
    """Least news similarity (cosine) when the guard finds nothing against reuse but recognises little."""
    tau_strong: float = 0.40
    """Least news similarity when the guard recognises the same subject and the same event in both."""
    tau_fair: float = 0.50
    """Least where one of the two tells a detail more."""
    context_min: float = 0.80
    """Least context similarity."""


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """How long a decision holds."""

    max_age_s: int = 7 * 86_400
    expire_at_open: bool = True
    """Whether a decision lapses when its market next opens after it (an overnight gap makes a new situation)."""
    max_move_sigmas: float | None = 3.0
    """How far the price may have moved since, in multiples of recent volatility over the time elapsed."""


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """What share of answers may differ from the teacher's."""

    delta: float = 0.05
    delta_opp: float = 0.01
    """The share that may say buy for sell or sell for buy."""


@dataclass(frozen=True, slots=True)
class ReflexRule:
    """The small model that is distilled from the teacher's answers."""

    enabled: bool = True
    half_life: int = 4_000
    """After so many newer labels a lesson weighs half. Counted in labels, since scopes differ in pace by orders of
    magnitude."""
    min_lessons: int = 150
    """Fewer calibrate nothing: until then the reflex is silent."""
    cost_doubles_at: float = 100_000.0
    """The notional at which a mistake counts twice; each further factor of ten adds as much again."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """One strategy file."""

    name: str
    version: str
    teacher: str
    """Whose answers are the truth in this scope: `inserted`, or the name of a panel."""
    instruction: str
    assets: tuple[str, ...] | None = None
    """The assets it serves; `None` serves any well-formed symbol."""
    aggregation: str = "majority"
    """How the opinions of a panel become one decision (`domain/aggregation`)."""
    composition: CompositionRule = field(default_factory=CompositionRule)
    retrieval: RetrievalRule = field(default_factory=RetrievalRule)
    validity: ValidityRule = field(default_factory=ValidityRule)
    budget: ErrorBudget = field(default_factory=ErrorBudget)
    reflex: ReflexRule = field(default_factory=ReflexRule)
    embedding_model: str | None = None
    """The embedding model that it was tuned for; `None` takes the one that is set."""

    def __post_init__(self) -> None:
        weights = self.composition.weights
        if any(w < 0 for w in weights.values()) or sum(weights.values()) <= 0:
            raise ConfigurationError(f"strategy {self.name}: weights must be >= 0 and not all 0, got {dict(weights)}")
        if not 0 < self.budget.delta < 1 or not 0 < self.budget.delta_opp < 1:
            raise ConfigurationError(f"strategy {self.name}: delta and delta_opp must lie in (0, 1)")
        if self.validity.max_age_s <= 0:
            raise ConfigurationError(f"strategy {self.name}: max_age_s must be > 0")
        if self.composition.method is CompositionMethod.CONCAT_PCA and self.composition.pca is None:
            raise ConfigurationError(f"strategy {self.name}: concat_pca needs the name of a fitted reduction (pca = …)")

    def check_asset(self, asset: str) -> str:
        """Return the asset symbol in upper case.

        Raises:
            InvalidAsset: malformed, or not served by this strategy.
        """
        symbol = asset.strip().upper()
        if not _ASSET.fullmatch(symbol):
            raise InvalidAsset(f"asset must match {ASSET_PATTERN}, got {asset[:40]!r}", field="asset")
        if self.assets is not None and symbol not in self.assets:
            raise InvalidAsset(f"strategy {self.name} serves {', '.join(self.assets)}, not {symbol}", field="asset")
        return symbol
