"""Articles and refusals to JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from forethought.domain.news import Article, Kind, Licence, Refused, Ticker

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encode(item: Article | Refused) -> bytes:
    """Write all fields as one JSON object. A lone surrogate, which is no character, becomes a question mark."""
    try:
        return orjson.dumps(item)
    except TypeError:
        return json.dumps(asdict(item), ensure_ascii=False, default=datetime.isoformat).encode(errors="replace")


def decode(raw: bytes) -> Article:
    """Read what `encode` wrote of an article; fields that are not known are left out.

    Raises:
        ValueError: damaged, or none of ours.
    """
    try:
        return _article(orjson.loads(raw))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"no article: {type(error).__name__}: {error}") from error


def decode_refused(raw: bytes) -> Refused:
    """Read what `encode` wrote of a refusal.

    Raises:
        ValueError: damaged, or none of ours.
    """
    try:
        found = orjson.loads(raw)
        text = {name: _text(found[name]) for name in ("provider", "code", "detail")}
        return Refused(native_id=_optional(found, "native_id"), received_at=_moment(found["received_at"]), **text)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"no refusal: {type(error).__name__}: {error}") from error


def to_us(moment: datetime) -> int:
    """Write a time as microseconds since 1970, exactly; a Redis score holds them without rounding until 2255."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(value: bytes) -> datetime:
    """Read what `to_us` wrote."""
    return _EPOCH + int(value) * _MICROSECOND


def _article(found: Mapping[str, Any]) -> Article:
    return Article(
        provider=_text(found["provider"]),
        native_id=_text(found["native_id"]),
        version=_text(found["version"]),
        kind=Kind(found["kind"]),
        corrects=_optional(found, "corrects"),
        headline=_text(found["headline"]),
        body=_text(found["body"]),
        body_sha=_text(found["body_sha"]),
        language=_text(found["language"]),
        tickers=tuple(Ticker(_text(each["symbol"]), _text(each["source"])) for each in found["tickers"]),
        topics=tuple(_text(each) for each in found["topics"]),
        published_at=_moment(found["published_at"]),
        received_at=_moment(found["received_at"]),
        url=_optional(found, "url"),
        licence=Licence(found.get("licence", Licence.UNKNOWN)),
        urgency=int(found.get("urgency", 3)),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {type(value).__name__}")
    return value


def _optional(found: Mapping[str, Any], name: str) -> str | None:
    return None if found.get(name) is None else _text(found[name])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {text}")
    return moment.astimezone(UTC)
