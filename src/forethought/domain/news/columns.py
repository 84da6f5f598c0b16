"""The rules of normalising, one column at a time: sequences in, sequences of the same length out.

The live intake runs them over what a connector brings, the pipeline over the columns of a table. What cannot be used
becomes a `Fault` in its place.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from forethought.domain.news.article import Ticker
from forethought.domain.news.encoding import damage, repair
from forethought.domain.news.gazetteer import Gazetteer
from forethought.domain.news.markup import plain_text
from forethought.domain.text import text_id

MAX_ID: Final = 512
MAX_HEADLINE: Final = 1_000
MAX_BODY: Final = 200_000
MAX_RAW: Final = 2_000_000
"""Characters of a field with its mark-up."""
LEAD: Final = 300
"""Characters of a body in which the gazetteer looks, and that tell the language with the headline."""
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_YEAR: Final = 2200
CLOCKS_DIFFER: Final = timedelta(minutes=5)
MAX_TICKERS: Final = 64
MAX_TOPICS: Final = 50
MAX_TOPIC: Final = 100
MAX_URL: Final = 2_048

_SHOWN: Final = 60
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8}){0,4}", re.IGNORECASE)
_UNKNOWN_LANGUAGE: Final = frozenset({"und", "mul", "zxx", "mis", "xx"})
_SPELT_OUT: Final = {
    "en": ("eng",),
    "de": ("deu", "ger"),
    "fr": ("fra", "fre"),
    "es": ("spa",),
    "zh": ("zho", "chi"),
    "ja": ("jpn",),
}
_THREE_LETTERS: Final = {long: short for short, forms in _SPELT_OUT.items() for long in forms}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a value cannot be used."""

    code: str
    """One of `Refused.code`."""
    detail: str


def headlines(column: Sequence[str]) -> list[str | Fault]:
    """Return headlines as one line of plain text: `no_headline`, `too_long`, `bad_encoding`, `hostile_markup`."""
    found: list[str | Fault] = []
    for text in _plain("headline", column):
        if isinstance(text, str):
            text = text.replace("\n", " ")  # noqa: PLW2901 - the same value, on one line
            if not text:
                text = Fault("no_headline", "headline: expected a text, found none")  # noqa: PLW2901
            elif len(text) > MAX_HEADLINE:
                text = _too_long("headline", MAX_HEADLINE, len(text))  # noqa: PLW2901
        found.append(text)
    return found


def bodies(column: Sequence[str]) -> list[str | Fault]:
    """Return bodies as plain text, a line for each paragraph: `too_long`, `bad_encoding`, `hostile_markup`."""
    return [
        _too_long("body", MAX_BODY, len(text)) if isinstance(text, str) and len(text) > MAX_BODY else text
        for text in _plain("body", column)
    ]


def published(given: Sequence[datetime | None], received: Sequence[datetime]) -> list[datetime | Fault]:
    """Return times in UTC: `no_date` for none and for one before 1990, `no_timezone`, `future_date`.

    Args:
        given: As the provider says.
        received: When we had it, with a zone. Five minutes later than that is a clock that differs; more is a mistake.
    """
    return [_published(one, at) for one, at in zip(given, received, strict=True)]


def identifiers(column: Sequence[str | None], *, field: str = "native_id") -> list[str | Fault]:
    """Return ids without the white space around them: `bad_id` for none, over 512 characters, or unprintable ones."""
    found: list[str | Fault] = []
    for given in column:
        text = (given or "").strip()
        if not text:
            found.append(Fault("bad_id", f"{field}: expected an id, found none"))
        elif len(text) > MAX_ID:
            found.append(Fault("bad_id", f"{field}: expected at most {MAX_ID} characters, found {len(text)}"))
        elif not text.isprintable():
            found.append(Fault("bad_id", f"{field}: expected printable characters, found {_show(text)}"))
        else:
            found.append(text)
    return found


def given_languages(column: Sequence[str | None]) -> list[str | None]:
    """Return what providers say as ISO 639-1: `en-US`, `en_GB` and `eng` are `en`; `None` where they do not say."""
    found: list[str | None] = []
    for given in column:
        match = _LANGUAGE.fullmatch((given or "").strip())
        code = match[1].lower() if match else None
        found.append(None if code is None or code in _UNKNOWN_LANGUAGE else _THREE_LETTERS.get(code, code))
    return found


def supported(column: Sequence[str | None], texts: Sequence[str], *, languages: frozenset[str]) -> list[str | Fault]:
    """Return languages that are among `languages`; `unsupported_language` for the others.

    A text whose language nobody could tell passes as English if English is wanted and its letters are Latin ones. Such
    texts are short and full of names and figures, and most of them are English: refused, a flash would be lost; let
    in by mistake, it meets a guard that refuses what it cannot read and analysts who read other languages.
    """
    found: list[str | Fault] = []
    for language, text in zip(column, texts, strict=True):
        if language is None:
            readable = "en" in languages and _latin(text)
            found.append(
                "en" if readable else Fault("unsupported_language", f"language: not recognised in {_show(text)}")
            )
        elif language in languages:
            found.append(language)
        else:
            wanted = ", ".join(sorted(languages))
            found.append(Fault("unsupported_language", f"language: expected {wanted}, found {language}"))
    return found


def leads(head: Sequence[str], body: Sequence[str]) -> list[str]:
    """Return headline and the first 300 characters of the body, cut between words."""
    found: list[str] = []
    for headline, text in zip(head, body, strict=True):
        lead = text[:LEAD]
        if len(text) > LEAD and not text[LEAD].isspace():
            lead = lead.rpartition(" ")[0] or lead
        found.append(f"{headline}\n{lead}" if lead else headline)
    return found


def body_sha(head: Sequence[str], body: Sequence[str]) -> list[str]:
    """Return what identifies the words of an article: equal for equal words, however they are spaced."""
    return [text_id(f"{headline}\n{text}") for headline, text in zip(head, body, strict=True)]


def tickers(given: Sequence[Sequence[str]], texts: Sequence[str], gazetteer: Gazetteer) -> list[tuple[Ticker, ...]]:
    """Return what articles are about: the provider's symbols as ours, then what the gazetteer finds besides.

    Args:
        given: Provider's symbols in any vendor's form. Unknown ones stay if they are well-formed, others are dropped;
            so are those after the 64th.
        texts: Headline and lead.
        gazetteer: Knows the instruments.
    """
    found: list[tuple[Ticker, ...]] = []
    for symbols, named in zip(given, gazetteer.find(texts), strict=True):
        mapped = [gazetteer.resolve(symbol) for symbol in symbols[:MAX_TICKERS]]
        about = {symbol: Ticker(symbol, "provider") for symbol in mapped if symbol is not None}
        for symbol in named:
            about.setdefault(symbol, Ticker(symbol, "gazetteer"))
        found.append(tuple(about.values()))
    return found


def topics(column: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return topics, each once; the unprintable, those over 100 characters and those after the 50th are dropped."""
    return [
        tuple(
            dict.fromkeys(
                topic
                for given in names[:MAX_TOPICS]
                if (topic := given.strip()) and len(topic) <= MAX_TOPIC and topic.isprintable()
            )
        )
        for names in column
    ]


def urls(column: Sequence[str | None]) -> list[str | None]:
    """Return links that lead to a page; `None` for other schemes, unprintable ones and over 2,048 characters."""
    return [
        url
        if url is not None
        and len(url) <= MAX_URL
        and url.isprintable()
        and url.lower().startswith(("https://", "http://"))
        else None
        for url in column
    ]


def _plain(field: str, column: Sequence[str]) -> list[str | Fault]:
    """Repair and read; and again after reading, as entities may hide what is damaged."""
    sized = [_too_long(field, MAX_RAW, len(text)) if len(text) > MAX_RAW else text for text in column]
    repaired = _step(repair, sized, lambda text: Fault("bad_encoding", f"{field}: {damage(text)}"))
    read = _step(
        plain_text, repaired, lambda text: Fault("hostile_markup", f"{field}: escaped again and again: {_show(text)}")
    )
    return _step(repair, read, lambda text: Fault("bad_encoding", f"{field}: {damage(text)}"))


def _step(
    step: Callable[[Sequence[str]], Sequence[str | None]],
    column: Sequence[str | Fault],
    fault: Callable[[str], Fault],
) -> list[str | Fault]:
    """Take the texts of a column a step further; what gives `None` becomes a fault."""
    found = iter(step([text for text in column if isinstance(text, str)]))
    results: list[str | Fault] = []
    for given in column:
        if isinstance(given, Fault):
            results.append(given)
        else:
            changed = next(found)
            results.append(fault(given) if changed is None else changed)
    return results


def _published(given: datetime | None, received: datetime) -> datetime | Fault:
    if given is None:
        return Fault("no_date", "published_at: expected a time, found none")
    if given.tzinfo is None or given.utcoffset() is None:
        return Fault("no_timezone", f"published_at: expected a time with a zone, found {given.isoformat()}")
    if given.year < EARLIEST.year - 1 or given.year > LATEST_YEAR or given < EARLIEST:
        code = "future_date" if given.year > LATEST_YEAR else "no_date"
        return Fault(code, f"published_at: out of range, found {given.isoformat()}")
    if given > received + CLOCKS_DIFFER:
        return Fault(
            "future_date", f"published_at: {given.isoformat()} is later than {received.isoformat()}, when it came"
        )
    return given.astimezone(UTC)


def _latin(text: str) -> bool:
    """Tell whether every letter is one of Latin-1 or the Latin extensions."""
    return text.isascii() or not any(sign.isalpha() and ord(sign) > 0x24F for sign in text)  # noqa: PLR2004 - where they end


def _too_long(field: str, most: int, found: int) -> Fault:
    return Fault("too_long", f"{field}: expected at most {most} characters, found {found}")


def _show(text: str) -> str:
    return ascii(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
