"""Financial Times: public RSS feeds, headline and one line."""

from collections.abc import Sequence

from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.rss import RssProvider
from forethought.domain.news import Licence

FEEDS = ("https://www.ft.com/rss/home", "https://www.ft.com/markets?format=rss")


class FtProvider(RssProvider):
    """RSS 2.0 with dates in GMT, ids that are no links, and neither author nor text. Addresses: not checked here."""

    def __init__(self, fetcher: Fetcher, *, name: str = "ft", urls: Sequence[str] = FEEDS) -> None:
        super().__init__(name, urls, fetcher, licence=Licence.HEADLINE, language="en")
