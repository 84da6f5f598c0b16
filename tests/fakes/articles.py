"""Articles with something in every field."""

import hashlib

from tests.fakes.entries import NOON

from forethought.domain.news import Article, Kind, Licence, Ticker


def an_article(number: int = 1, **changes) -> Article:
    fields = {
        "provider": "reuters",
        "native_id": f"tag:2026:{number}",
        "version": "1",
        "kind": Kind.NEWS,
        "corrects": None,
        "headline": f"Gold rises 0.{number} %, Ünïcode 黄金 \x1f\u2028",
        "body": 'First.\n\n"Second"\x00\t',
        "language": "en",
        "tickers": (Ticker("XAU", "provider"), Ticker("GLD", "gazetteer")),
        "topics": ("commodities",),
        "published_at": NOON.replace(microsecond=1),
        "received_at": NOON.replace(microsecond=123_457),
        "url": "https://example.org/1",
        "licence": Licence.FULL,
        "urgency": 1,
    } | changes
    words = f"{fields['headline']}\n{fields['body']}"
    return Article(**({"body_sha": hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()} | fields))
