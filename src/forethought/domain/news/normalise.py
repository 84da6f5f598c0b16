"""From what connectors understood to what the rest of the system knows, or to a refusal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from forethought.domain.news import columns
from forethought.domain.news.article import Article, Kind, Licence, RawArticle, Refused, Ticker
from forethought.domain.news.columns import Fault
from forethought.domain.news.gazetteer import Gazetteer

Identify = Callable[[Sequence[str]], Sequence[str | None]]
"""Tells the language of each text as ISO 639-1; `None` where it cannot be told."""

ENGLISH: Final = frozenset({"en"})
_PROVIDER: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_USUAL_URGENCY: Final = 3
_LOWEST_URGENCY: Final = 5

_Value = TypeVar("_Value")


def normalise(
    raws: Sequence[RawArticle],
    *,
    identify: Identify,
    gazetteer: Gazetteer,
    languages: frozenset[str] = ENGLISH,
) -> tuple[list[Article], list[Refused]]:
    """Repair, check and complete articles; each one comes back on one of the two lists, in the order given.

    A retraction says nothing but what it takes back, and to lose one is worse than to show a poor one: only its ids can
    refuse it. Text of it that cannot be used is left out, and a time that cannot be is the time when it came.

    Args:
        raws: What connectors understood.
        identify: Asked for the articles whose provider does not name the language.
        gazetteer: Finds instruments.
        languages: What we can read, ISO 639-1.

    Returns:
        Articles, and refusals. The first fault of an item names it: ids, times, headline, body, language.
    """
    drafts, refused = _drafts(raws)
    texts = columns.leads([draft.headline for draft in drafts], [draft.body for draft in drafts])
    spoken = _languages(drafts, texts, identify, languages)
    shas = columns.body_sha([draft.headline for draft in drafts], [draft.body for draft in drafts])
    about = columns.tickers([draft.raw.tickers for draft in drafts], texts, gazetteer)
    articles: list[Article] = []
    for draft, language, sha, found in zip(drafts, spoken, shas, about, strict=True):
        if isinstance(language, Fault):
            refused.append((draft.at, _refusal(draft.raw, language)))
        else:
            articles.append(draft.article(language=language, sha=sha, tickers=found))
    return articles, [refusal for _, refusal in sorted(refused, key=lambda pair: pair[0])]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An item whose own fields are in order."""

    at: int
    """Its place among what was given."""
    raw: RawArticle
    native_id: str
    version: str
    corrects: str | None
    published_at: datetime
    headline: str
    body: str

    def article(self, *, language: str, sha: str, tickers: tuple[Ticker, ...]) -> Article:
        raw = self.raw
        (topics,) = columns.topics([raw.topics])
        (url,) = columns.urls([raw.url])
        return Article(
            provider=raw.provider,
            native_id=self.native_id,
            version=self.version,
            kind=raw.kind,
            corrects=self.corrects,
            headline=self.headline,
            body=self.body,
            body_sha=sha,
            language=language,
            tickers=tickers,
            topics=topics,
            published_at=self.published_at,
            received_at=raw.received_at.astimezone(UTC),
            url=url,
            licence=raw.licence,
            urgency=raw.urgency if 1 <= raw.urgency <= _LOWEST_URGENCY else _USUAL_URGENCY,
        )


def _drafts(raws: Sequence[RawArticle]) -> tuple[list[_Draft], list[tuple[int, Refused]]]:
    """Check each field of all items; the first fault of an item refuses it."""
    wrong = [_source(raw) for raw in raws]
    refused = [(at, _refusal(raw, fault)) for at, (raw, fault) in enumerate(zip(raws, wrong, strict=True)) if fault]
    sound = [(at, raw) for at, (raw, fault) in enumerate(zip(raws, wrong, strict=True)) if fault is None]
    given = [raw for _, raw in sound]
    checked = zip(
        columns.identifiers([raw.native_id for raw in given]),
        columns.identifiers([raw.version for raw in given], field="version"),
        columns.identifiers([raw.corrects or raw.native_id for raw in given], field="corrects"),
        columns.published([raw.published_at for raw in given], [raw.received_at for raw in given]),
        columns.headlines([raw.headline for raw in given]),
        columns.bodies(["" if raw.licence is Licence.HEADLINE else raw.body for raw in given]),
        strict=True,
    )
    drafts: list[_Draft] = []
    for (at, raw), (native_id, version, corrects, when, headline, body) in zip(sound, checked, strict=True):
        if raw.kind is Kind.RETRACTION:
            when, headline, body = _or(when, raw.received_at.astimezone(UTC)), _or(headline, ""), _or(body, "")  # noqa: PLW2901 - the same values
        if (
            isinstance(native_id, Fault)
            or isinstance(version, Fault)
            or isinstance(corrects, Fault)
            or isinstance(when, Fault)
            or isinstance(headline, Fault)
            or isinstance(body, Fault)
        ):
            row = (native_id, version, corrects, when, headline, body)
            fault = next(value for value in row if isinstance(value, Fault))
            refused.append((at, _refusal(raw, fault)))
            continue
        target = None if raw.kind is Kind.NEWS and raw.corrects is None else corrects
        drafts.append(_Draft(at, raw, native_id, version, target, when, headline, body))
    return drafts, refused


def _source(raw: RawArticle) -> Fault | None:
    """Check what the connector itself says."""
    if _PROVIDER.fullmatch(raw.provider) is None:
        return Fault("bad_item", f"provider: expected {_PROVIDER.pattern}, found {raw.provider[:64]!a}")
    if raw.received_at.utcoffset() is None:
        return Fault("bad_item", f"received_at: expected a time with a zone, found {raw.received_at.isoformat()}")
    return None


def _languages(
    drafts: Sequence[_Draft], texts: Sequence[str], identify: Identify, languages: frozenset[str]
) -> list[str | Fault]:
    spoken = columns.given_languages([draft.raw.language for draft in drafts])
    unsaid = [i for i, language in enumerate(spoken) if language is None]
    for i, language in zip(unsaid, identify([texts[i] for i in unsaid]), strict=True):
        spoken[i] = language
    checked = columns.supported(spoken, texts, languages=languages)
    return [
        _or(language, known or "en") if draft.raw.kind is Kind.RETRACTION else language
        for draft, language, known in zip(drafts, checked, spoken, strict=True)
    ]


def _or(value: _Value | Fault, instead: _Value) -> _Value:
    return instead if isinstance(value, Fault) else value


def _refusal(raw: RawArticle, fault: Fault) -> Refused:
    native_id = None if raw.native_id is None else raw.native_id[: columns.MAX_ID]
    return Refused(raw.provider[:64], native_id, fault.code, fault.detail, raw.received_at)
