"""Articles as they are pushed from outside."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from forethought.application.messages import Label
from forethought.domain.news import Kind, Licence, RawArticle

PROVIDER = r"^[a-z0-9][a-z0-9_.\-]{0,63}$"


def _moment(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("should be ISO 8601 with a zone, not a number")  # noqa: TRY004 - pydantic takes no TypeError
    return value


class PushedArticle(BaseModel):
    """One article. What is wrong with its text, time or language is reported by item; the rest of a list is taken."""

    model_config = ConfigDict(extra="forbid")
    provider: str = Field(pattern=PROVIDER)
    id: str = Field(min_length=1, max_length=512)
    version: str = Field(default="1", min_length=1, max_length=64)
    kind: Kind = Kind.NEWS
    corrects: str | None = Field(default=None, max_length=512)
    headline: str = Field(max_length=10_000)
    body: str = Field(default="", max_length=1_000_000)
    language: str | None = Field(default=None, max_length=35)
    tickers: list[Label] = Field(default_factory=list, max_length=64)
    topics: list[Label] = Field(default_factory=list, max_length=64)
    published_at: Annotated[datetime, BeforeValidator(_moment)]
    url: str | None = Field(default=None, max_length=2_048)
    licence: Licence = Licence.UNKNOWN
    urgency: int = Field(default=3, ge=1, le=5)

    def raw(self, received_at: datetime) -> RawArticle:
        """Return it as connectors do."""
        return RawArticle(
            provider=self.provider,
            native_id=self.id,
            headline=self.headline,
            published_at=self.published_at,
            received_at=received_at,
            version=self.version,
            kind=self.kind,
            corrects=self.corrects,
            body=self.body,
            language=self.language,
            tickers=tuple(self.tickers),
            topics=tuple(self.topics),
            url=self.url,
            licence=self.licence,
            urgency=self.urgency,
        )
