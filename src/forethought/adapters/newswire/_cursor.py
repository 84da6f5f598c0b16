"""What a connector remembers of addresses between two fetches: validators, and what it has seen there."""

import hashlib
from dataclasses import dataclass, field, replace
from enum import Enum

import orjson

from forethought.adapters.newswire.http import Reply
from forethought.domain.news import Kind, RawArticle

_OLDER = 200
"""Reports that are remembered after they left the address; those that are still there, all."""
_LONGEST_VALIDATOR = 256
_ID, _TEXT = 12, 8


class Change(Enum):
    """What a report is to what was seen before."""

    UNSEEN = "unseen"
    CHANGED = "changed"
    SAME = "same"
    COPY = "copy"
    """First time here, but another address of the provider had it."""

    @property
    def is_news(self) -> bool:
        """Whether it says what was not said before."""
        return self in {Change.UNSEEN, Change.CHANGED}


def digest(*parts: str, size: int = _TEXT) -> str:
    """Return a short name of texts: hexadecimal digits."""
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:size]


def words_of(article: RawArticle) -> str:
    """Return a short name of what an article says."""
    return digest(article.headline, article.body)


@dataclass
class Place:
    """One address."""

    etag: str | None = None
    modified: str | None = None
    seen: dict[str, str] = field(default_factory=dict)
    """Digest of an id to digest of its text; the latest last."""
    trouble: str | None = None
    """Digest of what was wrong with the document as a whole, so that it is told once."""
    next_page: str | None = None
    """Where to go on before the address itself is asked again."""

    def answered(self, reply: Reply) -> None:
        """Keep the validators of a reply."""
        self.etag, self.modified = _validator(reply, "etag"), _validator(reply, "last-modified")


class Cursor:
    """The addresses of one provider; as text it is JSON of some kilobytes."""

    def __init__(self, places: dict[str, Place]) -> None:
        self._places = places

    @classmethod
    def load(cls, text: str | None) -> "Cursor":
        """Read one; what is none, or of another version of ours, is like no cursor."""
        try:
            stored = orjson.loads(text or "{}")
            places = {key: Place(**value) for key, value in stored.items()}
        except (ValueError, TypeError, AttributeError):
            return cls({})
        return cls(places)

    def place(self, url: str) -> Place:
        """Return what is known of an address."""
        return self._places.setdefault(digest(url, size=_ID), Place())

    @staticmethod
    def key(native_id: str) -> str:
        """Return the digest of an id, as in `Place.seen`."""
        return digest(native_id, size=_ID)

    def note(self, place: Place, native_id: str, text: str) -> Change:
        """Remember a report as it stands at a place now.

        Args:
            place: Where it was met.
            native_id: Its id.
            text: Digest of what it says.
        """
        key = self.key(native_id)
        before = place.seen.pop(key, None)
        place.seen[key] = text
        if before is not None:
            return Change.SAME if before == text else Change.CHANGED
        elsewhere = any(key in other.seen for other in self._places.values() if other is not place)
        return Change.COPY if elsewhere else Change.UNSEEN

    def meet(self, place: Place, article: RawArticle) -> tuple[RawArticle, Change]:
        """Remember an article as it stands at a place now; one whose words changed is a correction.

        What a provider calls a correction or a retraction itself stays what it is.
        """
        change = self.note(place, article.native_id or "", words_of(article))
        if change is Change.CHANGED and article.kind is Kind.NEWS:
            article = replace(article, kind=Kind.CORRECTION)
        return article, change

    def dump(self, urls: tuple[str, ...], *, present: int = 0) -> str:
        """Write the places that are still configured.

        Args:
            urls: The addresses.
            present: Reports that an address held at most this time.
        """
        kept = max(present, _OLDER)
        return orjson.dumps(
            {
                digest(url, size=_ID): {
                    "etag": place.etag,
                    "modified": place.modified,
                    "seen": dict(list(place.seen.items())[-kept:]),
                    "trouble": place.trouble,
                    "next_page": place.next_page,
                }
                for url in urls
                for place in (self.place(url),)
            }
        ).decode()


def _validator(reply: Reply, name: str) -> str | None:
    value = reply.headers.get(name)
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None
