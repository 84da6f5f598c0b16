"""Bloomberg: public RSS feeds, headline and summary."""

import re
from collections.abc import Sequence
from dataclasses import replace

from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.rss import RssProvider
from forethought.domain.news import Licence, RawArticle

FEEDS = ("https://feeds.bloomberg.com/markets/news.rss", "https://feeds.bloomberg.com/economics/news.rss")
_SUFFIX = re.compile(r"\s[-|–]\sBloomberg(?:\.com)?$")  # noqa: RUF001  an en dash is meant


class BloombergProvider(RssProvider):
    """RSS 2.0 with dates in GMT. The feeds' addresses and the suffix of headlines are from memory: not checked here."""

    def __init__(self, fetcher: Fetcher, *, name: str = "bloomberg", urls: Sequence[str] = FEEDS) -> None:
        super().__init__(name, urls, fetcher, licence=Licence.HEADLINE, language="en")

    def _tidied(self, article: RawArticle) -> RawArticle:
        """Take the publisher's name off the headline."""
        return replace(article, headline=_SUFFIX.sub("", article.headline[:2_000]) + article.headline[2_000:])
