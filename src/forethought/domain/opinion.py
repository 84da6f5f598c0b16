"""What the analysts of a panel say, one by one, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from forethought.domain.decision import Decision, Signal


class Role(StrEnum):
    """The members of a panel."""

    NEWS_SENTIMENT = "news_sentiment"
    MARKET_CONTEXT = "market_context"
    RISK_ASSESSMENT = "risk_assessment"
    TECHNICAL_ANALYSIS = "technical_analysis"
    MARKET_DATA = "market_data"


DECIDING = (Role.NEWS_SENTIMENT, Role.MARKET_CONTEXT, Role.RISK_ASSESSMENT)
"""Those whose opinions are aggregated; the others supply facts to them."""


class Failure(StrEnum):
    """Why a role has no opinion: an abstention with its reason. Stable codes on the wire and in metrics."""

    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    """The provider answered an error, cut the connection, or nobody listens."""
    BREAKER_OPEN = "breaker_open"
    RATE_LIMITED = "rate_limited"
    BUDGET_SPENT = "budget_spent"
    REFUSED = "refused"
    """The model declined to answer."""
    MALFORMED = "malformed"
    """No JSON."""
    SCHEMA = "schema"
    """JSON of another form than was asked for."""
    EVIDENCE = "evidence"
    """It quotes what the input does not say."""
    TOOL = "tool"
    """It tried to call a tool that it was not given."""
    LEAK = "leak"
    """It repeats its instructions."""
    INJECTION = "injection"
    """Nothing but instructions to the analysts is left of the news."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One analyst's accepted answer."""

    role: Role
    signal: Signal
    conviction: float
    """In [0, 1]."""
    reasoning: str
    evidence: tuple[str, ...] = ()
    """Quoted from the input, verbatim but for white space and case."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls took; a call that failed after it was sent may have cost tokens that nobody reported."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    """By the price table; 0 for a model without a price."""

    def plus(self, other: "Usage") -> "Usage":
        """Add two."""
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cost_usd + other.cost_usd,
        )


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which model answered, as it must be known to judge the answer later."""

    provider: str
    """Name of the endpoint in the settings: `first`, `second`."""
    model: str
    """As asked for."""
    model_version: str
    """As the endpoint reported it."""
    temperature: float
    seed: int | None
    prompt_version: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class RoleReport:
    """What became of one role: an opinion, or an abstention with its reason."""

    role: Role
    opinion: Opinion | None
    failure: Failure | None
    detail: str
    """Of a failure, for people; never text of the model or of the news."""
    took_ms: float
    usage: Usage = Usage()
    provenance: Provenance | None = None
    choice: int | None = None
    """Which choice answered: 0 the first, 1 the second; `None` when none did."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the opinions come to."""

    signal: Signal
    conviction: float
    reasoning: str
    aggregation: str
    """Name and version of the rule: `majority`, `classifier:2026-11-22`."""
    disagreement_frac: float
    """Share of the opinions that say something else than the verdict, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Deliberation:
    """What a panel concluded, and how."""

    decision: Decision
    cost_usd: float
    took_ms: float
    reports: Sequence[RoleReport] = ()
    verdict: Verdict | None = None
    usage: Usage = Usage()
    partial: str | None = None
    """Why not every role is in it: `risk_assessment: timeout`; `None` when all are."""
    panel: str = ""
    """Name and version of the panel, such as `panel@1.3fa0c2`."""
    screened: tuple[str, ...] = field(default=())
    """What the screen found in the news: codes of attempts to instruct the analysts."""

    @property
    def slowest_ms(self) -> float:
        """How long the slowest role took."""
        return max((r.took_ms for r in self.reports), default=0.0)

    @property
    def summed_ms(self) -> float:
        """How long the roles would have taken one after the other."""
        return sum(r.took_ms for r in self.reports)
