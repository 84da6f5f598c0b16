"""What a site lets a machine read."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from cachetools import TTLCache
from protego import Protego

from forethought.application.ports.news_provider import ProviderUnavailable

MAX_BYTES = 512_000
"""RFC 9309 wants at least 500 KiB to be read."""
_KEPT_S = 3_600.0
_SITES = 256

Fetch = Callable[[str], Awaitable[tuple[int, bytes]]]
"""Address to status and body; raises `ProviderUnavailable`."""


class Robots:
    """`robots.txt` of each site, kept for an hour.

    As RFC 9309 has it, a site that answers 4xx has no rules, and one that does not answer may not be read for now.

    Args:
        fetch: Gets a `robots.txt`.
        user_agent: Who we say we are.
    """

    def __init__(self, fetch: Fetch, *, user_agent: str) -> None:
        self._fetch = fetch
        self._user_agent = user_agent
        self._rules: TTLCache[str, Protego] = TTLCache(maxsize=_SITES, ttl=_KEPT_S)

    async def check(self, site: str, url: str) -> None:
        """Raise `ProviderUnavailable` if a page may not be read.

        Args:
            site: Scheme, host and port.
            url: The page.
        """
        rules = self._rules.get(site)
        if rules is None:
            rules = self._rules[site] = await self._read(site)
        if not rules.can_fetch(url, self._user_agent):
            raise ProviderUnavailable(f"robots.txt of {site} disallows this path")

    async def _read(self, site: str) -> Protego:
        status, body = await self._fetch(f"{site}/robots.txt")
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ProviderUnavailable(f"robots.txt of {site} cannot be read (status {status})")
        if status != HTTPStatus.OK:
            return Protego.parse("")
        return Protego.parse(
            body[:MAX_BYTES].decode("utf-8", "replace")
        )  # rules are ASCII; a bad comment harms nothing
