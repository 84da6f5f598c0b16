"""Articles as providers send them, and as the rest of the system knows them."""

from forethought.domain.news.article import Article, Kind, Licence, RawArticle, Refused, Ticker

__all__ = ["Article", "Kind", "Licence", "RawArticle", "Refused", "Ticker"]
