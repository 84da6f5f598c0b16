"""The Wall Street Journal: public RSS feeds of Dow Jones, headline and summary."""

from collections.abc import Sequence
from dataclasses import replace

from forethought.adapters.newswire.http import Fetcher
from forethought.adapters.newswire.rss import RssProvider
from forethought.domain.news import Licence, RawArticle

FEEDS = (
    "https://feeds.content.dowjones.io/public/rss/RSSMarketsMain",
    "https://feeds.content.dowjones.io/public/rss/WSJcomUSBusiness",
)
_ACCESS = frozenset({"PAID", "FREE"})


class WsjProvider(RssProvider):
    """RSS 2.0 with CDATA; the ids are those of Dow Jones, not links. An item in two feeds has one id.

    Not checked here: the addresses (formerly `feeds.a.dj.com/rss/RSSMarketsMain.xml`), and that a category says who may
    read the page.
    """

    def __init__(self, fetcher: Fetcher, *, name: str = "wsj", urls: Sequence[str] = FEEDS) -> None:
        super().__init__(name, urls, fetcher, licence=Licence.HEADLINE, language="en")

    def _tidied(self, article: RawArticle) -> RawArticle:
        """Leave out the category that says who may read the page: it is no topic."""
        return replace(article, topics=tuple(topic for topic in article.topics if topic.upper() not in _ACCESS))
