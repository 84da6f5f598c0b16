"""Reuters over REST, as Reuters Connect had it: a token for client id and secret, items by cursor.

What is public: the fields of an item and their meaning (descriptions by others of `rmb.reuters.com/rmd/rest`), and
that a token comes by OAuth 2.0 client credentials from `auth.thomsonreuters.com/oauth/token`. What could not be checked
without a contract: the path `/items`, and `limit`, `cursor`, `nextCursor` and `hasMore`, which are ours. Reuters' newer
interface is GraphQL (`api.reutersconnect.com/content/graphql`): who has that puts a gateway of this form before it.
"""

import re
import time
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog

from forethought.adapters.newswire.http import BadStatus, Fetcher, Reply
from forethought.adapters.newswire.rest import (
    Item,
    RestProvider,
    Unusable,
    forgotten,
    read_cursor,
    write_cursor,
)
from forethought.application.ports.news_provider import Fetched, ProviderUnavailable
from forethought.domain.news import Kind, Licence, RawArticle

PAGE: Final = 100

log = structlog.get_logger(__name__)

_EARLY_S = 60
"""A token is renewed so long before it ends."""
_TOKEN_S = 300
"""How long one is used that does not say when it ends; RFC 6749 lets the end be left out."""
_LONGEST_TOKEN_S = 86_400

_CORRECTED = re.compile(r"(?:CORRECTED|CORRECTION|REFILE)\b")
_WITHDRAWN = re.compile(r"(?:WITHDRAWN|KILL)\b|ADVISORY\b.{0,200}\bwithdrawn\b", re.DOTALL)
"""Marks at the beginning of a headline, from Reuters' style handbook as remembered."""
_RIC = "R:"
"""What stands before the code of an instrument among the subjects: `R:AAPL.O`."""


class ReutersProvider(RestProvider):
    """One feed of Reuters."""

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        base_url: str,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        licence: Licence = Licence.FULL,
        language: str | None = None,
    ) -> None:
        """Ask nothing yet; the first fetch logs in."""
        super().__init__(name, fetcher, base_url, licence=licence, language=language)
        self._token_url = token_url
        self._login = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._token = ""
        self._until_s = 0.0

    async def fetch(self, cursor: str | None) -> Fetched:
        """Read the next page; see the port."""
        place = read_cursor(cursor).get("cursor")
        try:
            answer = await self._page(place)
        except ProviderUnavailable as error:
            if place is None or not forgotten(error):
                raise
            log.warning("news.cursor_forgotten", provider=self.name)
            return Fetched([], [], write_cursor(), more=True)
        items, refused = self.understand(answer, "items", self._article, id_name="guid")
        following = self.field(answer, "nextCursor") or place
        # A feed that says "more" and stays where it is would be asked without end.
        more = answer.values.get("hasMore") is True and following != place
        return Fetched(items, refused, write_cursor(cursor=following), more)

    async def _page(self, place: str | None) -> Item:
        params = {"limit": str(PAGE)} | ({} if place is None else {"cursor": place})
        url = f"{self._base_url}/items"
        try:
            return self.document(await self._fetcher.get(url, params=params, headers=await self._authorised()))
        except BadStatus as error:
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise
        self._token = ""  # it was taken back before its time
        return self.document(await self._fetcher.get(url, params=params, headers=await self._authorised()))

    async def _authorised(self) -> dict[str, str]:
        if not self._token or time.monotonic() >= self._until_s:
            answer = self.document(await self._log_in())
            if not (token := self.field(answer, "access_token")):
                raise ProviderUnavailable(f"{self.name}: the answer to the login holds no access_token")
            try:
                lasts_s = answer.whole("expires_in")
            except Unusable as error:
                raise ProviderUnavailable(f"{self.name}: {error.detail}") from None
            lasts_s = min(_TOKEN_S if lasts_s is None else lasts_s, _LONGEST_TOKEN_S)
            self._token, self._until_s = token, time.monotonic() + lasts_s - _EARLY_S
        return {"Authorization": f"Bearer {self._token}"}

    async def _log_in(self) -> Reply:
        try:
            return await self._fetcher.post(self._token_url, data=self._login)
        except ProviderUnavailable as error:  # its status says nothing about a place in the feed
            raise ProviderUnavailable(f"{self.name}: login: {error}", retry_after_s=error.retry_after_s) from error

    def _article(self, item: Item, received_at: datetime) -> RawArticle:
        headline = item.text("headline")
        version = item.whole("version") or 1
        subjects = item.parts("subjects")
        codes = [subject.text("code") for subject in subjects]
        return RawArticle(
            provider=self.name,
            native_id=_guid(item, version),
            headline=headline,
            published_at=item.moment("dateModified" if item.text("dateModified") else "dateCreated", self._zone),
            received_at=received_at,
            version=str(version),
            kind=_kind(headline, version),
            body=item.text("body"),
            language=item.text("language") or self._language,
            tickers=tuple(code.removeprefix(_RIC) for code in codes if code.startswith(_RIC)),
            topics=tuple(subject.text("name") for subject in subjects),
            licence=self._licence,
            urgency=min(5, max(1, item.whole("urgency") or 3)),  # IPTC counts to 9
        )


def _guid(item: Item, version: int) -> str | None:
    """Return what names a report in all its versions: `guid`, else `id` without the version at its end."""
    return item.text("guid") or item.text("id").removesuffix(f":{version}") or None


def _kind(headline: str, version: int) -> Kind:
    if _WITHDRAWN.match(headline):
        return Kind.RETRACTION
    return Kind.CORRECTION if version > 1 or _CORRECTED.match(headline) else Kind.NEWS
