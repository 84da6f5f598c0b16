"""Questions and records as they come from outside, over HTTP or from a file (design, section 3)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from forethought.application.insert import Record
from forethought.application.question import MAX_TEXT_CHARS, ContextRef, Question
from forethought.domain import errors
from forethought.domain.decision import AgentsMode
from forethought.domain.text import require_text

EST = timezone(timedelta(hours=-5), "EST")
"""The events data says Eastern Standard Time: fixed, without daylight saving."""

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_TAG = r"^[^,\x00-\x1f]{1,64}$"
_ID = r"^[A-Za-z0-9_.\-]{1,128}$"
Label = Annotated[str, Field(pattern=_TAG)]


def _utc(moment: datetime) -> datetime:
    return _in_utc(moment, unless_said=UTC)


def _eastern(moment: datetime) -> datetime:
    return _in_utc(moment, unless_said=EST)


def _in_utc(moment: datetime, *, unless_said: timezone) -> datetime:
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:  # first, as no offset can be taken from the ends of the calendar
        raise ValueError(f"should lie between {_FIRST_YEAR} and {_LAST_YEAR}")
    return (moment.replace(tzinfo=unless_said) if moment.tzinfo is None else moment).astimezone(UTC)


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):  # Python takes True for 1
        raise ValueError("should be a number, not true or false")  # noqa: TRY004 - pydantic takes no TypeError
    return value


NotBoolean = BeforeValidator(_no_boolean)


def _no_number(value: object) -> object:
    text = value.strip().lstrip("+-").replace(".", "", 1) if isinstance(value, str) else ""
    if isinstance(value, int | float) or text.isdecimal():
        raise ValueError("should be ISO 8601, not a number: seconds and milliseconds could only be told by guessing")
    return value


UtcTime = Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_utc)]
EasternTime = Annotated[datetime, BeforeValidator(_no_number), AfterValidator(_eastern)]


class ContextItem(BaseModel):
    """A piece of context: by id in the embedding cache, or as text."""

    model_config = ConfigDict(extra="forbid")
    id: str | None = Field(default=None, pattern=_ID)
    text: str | None = Field(default=None, min_length=1, max_length=MAX_TEXT_CHARS)

    @model_validator(mode="after")
    def _one_of(self) -> "ContextItem":
        if (self.id is None) == (self.text is None):
            raise ValueError("give either id or text")
        return self

    def ref(self) -> ContextRef:
        """Return it as the use cases know it."""
        return ContextRef(self.id, self.text)


class DecideRequest(BaseModel):
    """A piece of market news, and how it is to be decided."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": True})
    text: str = Field(
        validation_alias=AliasChoices("text", "prompt"),
        max_length=MAX_TEXT_CHARS,
        description="The news, or a whole prompt in the format of the events data. `prompt` is accepted as its name.",
        examples=["Gold rises 0.3 % as the dollar weakens"],
    )
    headline: str | None = Field(default=None, max_length=2_000)
    provider: str | None = Field(default=None, max_length=64)
    published_at: UtcTime | None = None
    asset: str = Field(default="BTC", max_length=64, examples=["XAU"])
    strategy: str = Field(
        default="default",
        max_length=64,
        validation_alias=AliasChoices("strategy", "strategy_name"),
        examples=["default"],
    )
    context: list[ContextItem] = Field(default_factory=list, max_length=64)
    tags: list[Label] = Field(default_factory=list, max_length=32)
    location: Label | None = None
    agents: AgentsMode = AgentsMode.BACKGROUND
    deadline_ms: Annotated[int | None, NotBoolean] = Field(default=None, ge=50, le=120_000)
    as_of: UtcTime | None = None
    notional: Annotated[float | None, NotBoolean] = Field(default=None, ge=0, allow_inf_nan=False)

    def question(self) -> Question:
        """Return it as the use case knows it.

        Raises:
            InvalidText: empty, or not text.
        """
        text = require_text(self.text, max_chars=MAX_TEXT_CHARS, field="text")
        if self.headline and not text.startswith(self.headline):
            text = f"{require_text(self.headline, max_chars=2_000, field='headline')}\n{text}"
        return Question(
            text=text,
            asset=self.asset,
            strategy=self.strategy,
            context=tuple(item.ref() for item in self.context),
            tags=tuple(self.tags),
            location=self.location,
            agents=self.agents,
            deadline_ms=self.deadline_ms,
            as_of=self.as_of,
            provider=self.provider,
            notional=self.notional,
        )


class InsertRecord(BaseModel):
    """A record in the format of the events data: a situation, and what its strategy's teacher decided."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": True})
    input_report: str = Field(max_length=MAX_TEXT_CHARS, examples=["Gold rises 0.3 % as the dollar weakens"])
    output_report: str = Field(default="", max_length=MAX_TEXT_CHARS, examples=["A weaker dollar supports gold."])
    signal: Annotated[Literal[-1, 0, 1] | None, NotBoolean] = Field(default=None, examples=[1])
    conviction: Annotated[float | None, NotBoolean] = Field(
        default=None, ge=0, le=1, allow_inf_nan=False, examples=[0.8]
    )
    causality: str | None = Field(default=None, max_length=MAX_TEXT_CHARS)
    datetime_est: EasternTime | None = Field(
        default=None, description="When it was decided; UTC-5 unless it says otherwise"
    )
    known_at: UtcTime | None = Field(
        default=None, description="When it could first be used; when it was decided, if not given"
    )
    close: Annotated[float | None, NotBoolean] = Field(default=None, gt=0, allow_inf_nan=False)
    asset: str | None = Field(default=None, max_length=64, examples=["XAU"])
    strategy: str = Field(
        default="default",
        max_length=64,
        validation_alias=AliasChoices("strategy", "strategy_name"),
        examples=["default"],
    )
    context: list[ContextItem] = Field(default_factory=list, max_length=64)
    tags: list[Label] = Field(default_factory=list, max_length=32)
    location: Label | None = None
    decision_id: str | None = Field(default=None, pattern=_ID, description="The answer that this is the truth about")
    provider: str | None = Field(default=None, max_length=64)

    def record(self) -> Record:
        """Return it as the use case knows it."""
        return Record(
            input_report=self.input_report,
            output_report=self.output_report,
            signal=self.signal,
            conviction=self.conviction,
            causality=self.causality,
            decided_at=self.datetime_est,
            known_at=self.known_at,
            close=self.close,
            asset=self.asset,
            strategy=self.strategy,
            context=tuple(item.ref() for item in self.context),
            tags=tuple(self.tags),
            location=self.location,
            decision_id=self.decision_id,
            provider=self.provider,
        )


def from_validation(error: ValidationError) -> errors.InvalidInput:
    """Turn pydantic's first complaint into ours, with a code by field where one is known."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    said = _PLAINER.get(first["type"], str(first["msg"]).removeprefix("Value error, "))
    message = f"{where}: {said}" if where else said
    root = str(first["loc"][0]) if first["loc"] else ""
    kind = _BY_FIELD.get(root, errors.InvalidInput)
    if first["type"] == "json_invalid":
        kind = errors.InvalidBody
    return kind(message[:500], field=where or None)


_PLAINER = {"model_type": "expected a JSON object", "model_attributes_type": "expected a JSON object"}

_BY_FIELD: dict[str, type[errors.InvalidInput]] = {
    "text": errors.InvalidText,
    "prompt": errors.InvalidText,
    "input_report": errors.InvalidText,
    "output_report": errors.InvalidText,
    "signal": errors.InvalidNumber,
    "conviction": errors.InvalidNumber,
    "close": errors.InvalidNumber,
    "notional": errors.InvalidNumber,
    "deadline_ms": errors.InvalidNumber,
    "datetime_est": errors.InvalidTime,
    "known_at": errors.InvalidTime,
    "as_of": errors.InvalidTime,
    "published_at": errors.InvalidTime,
    "asset": errors.InvalidAsset,
}
