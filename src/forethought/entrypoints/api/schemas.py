"""Names on the wire (design, section 3)."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from forethought.application.components import NewComponent
from forethought.application.messages import Label, UtcTime
from forethought.application.ports.decision_cache import Selection
from forethought.application.question import MAX_TEXT_CHARS
from forethought.domain.situation import ComponentType

_ID = r"^[A-Za-z0-9_.\-]{1,128}$"


class ComponentRequest(BaseModel):
    """A text for the embedding cache."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=MAX_TEXT_CHARS)
    type: ComponentType = ComponentType.CONTEXT
    tags: list[Label] = Field(default_factory=list, max_length=32)
    location: Label | None = None
    meta: dict[str, str] = Field(default_factory=dict, max_length=32)

    def component(self) -> NewComponent:
        """Return it as the use case knows it."""
        return NewComponent(self.text, self.type, tuple(self.tags), self.location, dict(self.meta))


class ClearRequest(BaseModel):
    """What to forget; everything when empty."""

    model_config = ConfigDict(extra="forbid")
    strategy: str | None = Field(
        default=None, max_length=64, validation_alias=AliasChoices("strategy", "strategy_name")
    )
    asset: str | None = Field(default=None, max_length=64)
    strategy_version: str | None = Field(default=None, min_length=1, max_length=64)
    """Of the strategy, and so of its instruction."""
    agent_version: str | None = Field(default=None, min_length=1, max_length=128)
    """Of the panel, a role or a model that took part."""
    tag: Label | None = None
    decided_before: UtcTime | None = None

    def selection(self) -> Selection:
        """Return it as the use case knows it."""
        return Selection(**self.model_dump())


class RevokeRequest(BaseModel):
    """Which decision must not be used any more, and why."""

    model_config = ConfigDict(extra="forbid")
    decision_id: str = Field(pattern=_ID)
    reason: str = Field(min_length=1, max_length=500)


class RevokeResponse(BaseModel):
    """What was taken back."""

    decision_id: str
    at: datetime
    """When it was revoked first."""
    reason: str
    decisions: int
    """Remembered decisions, former versions included."""
    lessons: int
    answers: list[str]
    """Decision ids of the answers that say now that they are revoked."""


class DecisionBody(BaseModel):
    """What to do and why."""

    signal: Literal[-1, 0, 1]
    label: Literal["buy", "none", "sell"]
    conviction: float
    reasoning: str
    by: dict[str, str]
    labels: dict[str, str]


class DecideResponse(BaseModel):
    """The answer; `GET /decisions/{id}` returns the same document as it stands then."""

    decision_id: str
    decision: DecisionBody
    path: Literal["exact", "precedent", "reflex", "slow", "analysts", "interim"]
    agreement_p: float | None
    opposite_p: float | None
    budget: dict[str, Any]
    cache: dict[str, Any]
    latency_ms: dict[str, float]
    models: dict[str, str | None]
    fallback: dict[str, Any] | None
    upgrade: dict[str, Any]
    cost_usd: float
    usage: dict[str, int]
    strategy: str
    asset: str
    at: str
    as_of: str | None
    input: dict[str, Any]
    revoked: dict[str, Any] | None = None
    """Since when, why, and of which decision it was derived that does not hold; absent where it holds."""


class ExplainResponse(DecideResponse):
    """An answer as it stands, and who of the analysts said what."""

    deliberation: dict[str, Any] | None = None


class RejectedItem(BaseModel):
    """A record that was not taken."""

    index: int
    code: str
    detail: str
    field: str | None = None


class InsertResponse(BaseModel):
    """What became of the records; what was accepted is on disk and is used from the next question on."""

    accepted: int
    rejected: list[RejectedItem]
    decision_ids: list[str]


class ComponentItem(BaseModel):
    """A component of the embedding cache, without its vector."""

    id: str
    type: ComponentType
    text: str
    chunks: int
    tags: list[str]
    location: str | None
    created_at: datetime


class ComponentsResponse(BaseModel):
    """Components, newest first."""

    components: list[ComponentItem]


class ClearResponse(BaseModel):
    """How much was forgotten."""

    decisions: int
    components: int
    scopes: int


class QualityResponse(BaseModel):
    """The evidence by scope."""

    scopes: list[dict[str, Any]]
    labelling: dict[str, Any]
    """What was used of this hour's labelling budget."""


class HealthResponse(BaseModel):
    """Whether the service lives, and whether it is ready."""

    status: Literal["ok", "unavailable"]
    detail: str | None = None
    version: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None
    request_id: str | None = None
