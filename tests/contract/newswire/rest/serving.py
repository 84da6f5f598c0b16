"""What the tests of the REST connectors share: recorded shapes, answers, and what becomes of items further on."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.contract.newswire.feeds.site import Answer, Asked

from forethought.application.ports.news_provider import Fetched, NewsProvider
from forethought.domain.news import Article, Kind
from forethought.domain.news.gazetteer import Gazetteer, Instrument, InstrumentKind
from forethought.domain.news.normalise import normalise

SECRET = "a-key-that-must-not-show"
_KNOWN = Gazetteer(
    [
        Instrument("AAPL", InstrumentKind.STOCK, "XNAS", "USD", "Apple"),
        Instrument("BTC", InstrumentKind.CRYPTO, "24/7", "USD", "Bitcoin"),
        Instrument("EURUSD", InstrumentKind.FX, "24/7", "USD", "Euro", codes=("FOREX:EUR",)),
    ]
)


def recorded(name: str) -> Any:
    """Read a shape."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())


def says(document: object, status: int = 200, **headers: str) -> Answer:
    """Answer in JSON."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(json.dumps(document).encode(), status, {"Content-Type": "application/json"} | sent)


def query(asked: Asked) -> dict[str, str]:
    """Return the parameters of a request."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(asked.path).query).items()}


def _english(texts: Sequence[str]) -> list[str | None]:
    return ["en" for _ in texts]


def outcome(fetched: Fetched) -> tuple[list[Article], list[tuple[str | None, str]]]:
    """Normalise; return articles, and id and code of all that was refused, on the way or at its end."""
    articles, refused = normalise(fetched.items, identify=_english, gazetteer=_KNOWN)
    return articles, [(each.native_id, each.code) for each in (*fetched.refused, *refused)]


async def check_one_correction(provider: NewsProvider, change: Callable[[], object]) -> None:
    """Read two articles, change the body of the first to `It fell.`, and read twice more.

    Args:
        provider: Of a wire that has published the two.
        change: Changes it.
    """
    first = await provider.fetch(None)
    change()
    second = await provider.fetch(first.cursor)
    third = await provider.fetch(second.cursor)

    ((before, other), _), ((after, same), _), ((again, _), _) = map(outcome, (first, second, third))
    assert [before.kind, other.kind, after.kind, same.kind] == [Kind.NEWS, Kind.NEWS, Kind.CORRECTION, Kind.NEWS]
    assert (after.target, after.body) == (before.id, "It fell.")
    assert after.version != before.version
    assert other.version == same.version, "the queue knows it"
    assert (again.kind, again.version) == (Kind.NEWS, after.version), "the queue knows it"
