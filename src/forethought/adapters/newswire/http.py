"""Fetching for all providers: bounded, polite, and only from where anybody may fetch."""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx
import orjson
import stamina
from aiolimiter import AsyncLimiter

from forethought.adapters.newswire._addresses import CheckedTransport, Resolve, resolve
from forethought.adapters.newswire._charset import BadEncodingError, decode
from forethought.adapters.newswire.robots import Robots
from forethought.application.ports.news_provider import ProviderUnavailable

__all__ = ["BadEncodingError", "BadStatus", "Fetcher", "Limits", "Reply"]

_LONGEST_PAUSE_S = 3_600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({500, 502, 504})
"""Worth a second try at once; 503 asks us to wait."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_BURST = 6
"""The part of a minute's requests that may go out at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How one provider is fetched."""

    per_minute: float = 60.0
    """Requests in any minute, retries and redirects counted: a sixth may go at once, the rest at an even pace."""
    timeout_s: float = 10.0
    """For one exchange, from connecting to the last byte; waiting for our turn is not counted."""
    max_bytes: int = 5_000_000
    """Of a body, compressed or not."""
    max_redirects: int = 3
    allow_private: bool = False
    """Reach private addresses too; a redirect leads to no other private origin even then."""
    robots: bool = True
    """Obey robots.txt: for what a browser reads. An interface that we have a key for is not meant by it."""
    user_agent: str = "forethought/0.1 (news reader)"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider answered: a success, or that nothing changed."""

    status: int
    headers: Mapping[str, str]
    """Case does not matter."""
    body: bytes = field(repr=False)
    """Decompressed."""
    url: str = field(repr=False)
    """After redirects; may hold a key."""
    not_modified: bool = False

    def text(self) -> str:
        """Decode strictly by the declared charset.

        Raises:
            BadEncodingError: the bytes are something else.
        """
        return decode(self.body, self.headers.get("content-type", ""))

    def json(self) -> Any:  # noqa: ANN401  JSON is anything
        """Read JSON.

        Raises:
            ValueError: it is none, or in another charset than declared.
        """
        return orjson.loads(self.text())


class _QueriesLeftOut(logging.Filter):
    """Keys travel in queries, and httpx logs addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                each.copy_with(query=None) if isinstance(each, httpx.URL) else each for each in record.args
            )
        return True


_QUERIES_LEFT_OUT = _QueriesLeftOut()


class _Passing(Exception):
    """A failure that a second try may mend; holds what to say if it does not."""

    def __init__(self, unavailable: ProviderUnavailable) -> None:
        super().__init__(str(unavailable))
        self.unavailable = unavailable


class Fetcher:
    """Gets and posts, for one provider.

    Every failure is a `ProviderUnavailable` that names the host and never the query. A failed connection, a cut one and
    500, 502, 504 are tried once more when getting; never when posting. Names are resolved once a connection, and the
    connection goes to the address that was checked. Headers of the caller go to the first origin only. Cookies are
    not kept; proxies and netrc of the environment are not used.

    Args:
        limits: What is allowed.
        client: Takes the place of the checked connections, for tests: where it connects to is then its owner's affair.
        resolve_name: Finds the addresses of a host.
    """

    def __init__(
        self, limits: Limits, *, client: httpx.AsyncClient | None = None, resolve_name: Resolve = resolve
    ) -> None:
        self._limits = limits
        self._first = client or _client(CheckedTransport(resolve_name, allow_private=limits.allow_private))
        # Whoever is allowed to be private may still not send us to another private place.
        self._onward = client or _client(CheckedTransport(resolve_name, allow_private=False))
        burst = max(1.0, limits.per_minute // _BURST)
        pace = limits.per_minute - burst if burst > 1 else limits.per_minute
        self._rate = AsyncLimiter(burst, 60.0 * burst / pace)
        self._twice = stamina.AsyncRetryingCaller(attempts=2, timeout=None, wait_initial=0.1, wait_jitter=0.2)
        self._robots = Robots(self._robots_txt, user_agent=limits.user_agent)
        logging.getLogger("httpx").addFilter(_QUERIES_LEFT_OUT)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Reply:
        """Get, following redirects.

        Args:
            url: http or https.
            headers: Sent to the origin of `url` only.
            params: Added to the query.
            etag: Of the version that we have.
            last_modified: Of the version that we have.

        Raises:
            ProviderUnavailable: for everything but a success and "not modified".
        """
        target = _parsed(url).copy_merge_params(params or {})
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        known = {name: value for name, value in conditions.items() if value}

        async def attempt() -> Reply:
            return await self._follow(target, dict(headers or {}), known)

        try:  # `attempt` has no arguments: stamina would log them
            return await self._twice(_Passing, attempt)
        except _Passing as error:
            raise error.unavailable from error.__cause__

    async def post(
        self,
        url: str,
        *,
        data: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Post a form or JSON. A redirect is an error: what is posted may be a secret.

        Raises:
            ProviderUnavailable: for everything but a success.
        """
        target = _parsed(url)
        try:
            return await self._exchange(self._first, "POST", target, dict(headers or {}), data=data, json=json)
        except _Passing as error:
            raise error.unavailable from error.__cause__
        except _Redirected:
            raise ProviderUnavailable(f"{target.host} answers a post with a redirect") from None

    async def close(self) -> None:
        """End all connections; closing twice is allowed."""
        await self._first.aclose()
        await self._onward.aclose()

    async def _follow(
        self, first: httpx.URL, headers: dict[str, str], known: dict[str, str], *, robots: bool = True
    ) -> Reply:
        url = first
        for _ in range(self._limits.max_redirects + 1):
            same = _origin(url) == _origin(first)
            if robots and self._limits.robots:
                await self._robots.check(_site(url), str(url))
            try:
                return await self._exchange(
                    self._first if same else self._onward, "GET", url, (headers if same else {}) | known
                )
            except _Redirected as redirect:
                url = _next(url, redirect.location)
        raise ProviderUnavailable(f"{first.host} redirects more than {self._limits.max_redirects} times")

    async def _exchange(
        self,
        client: httpx.AsyncClient,
        method: str,
        url: httpx.URL,
        headers: dict[str, str],
        *,
        data: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Reply:
        sent = {"User-Agent": self._limits.user_agent, "Accept-Encoding": "gzip"} | headers
        await self._rate.acquire()
        try:
            async with asyncio.timeout(self._limits.timeout_s):
                request = client.build_request(method, url, headers=sent, data=data, json=json)
                response = await client.send(request, stream=True, follow_redirects=False)
                async with _closing(response):
                    return await self._read(response, url)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ProviderUnavailable(f"{url.host} did not answer within {self._limits.timeout_s:g} s") from error
        except (httpx.TransportError, httpx.StreamError) as error:
            told = f"{url.host} cannot be reached, or cut the connection ({type(error).__name__})"
            raise _Passing(ProviderUnavailable(told)) from error
        except (httpx.InvalidURL, ValueError, UnicodeError) as error:  # a header that is none, a host that is none
            raise ProviderUnavailable(f"{url.host} cannot be asked ({type(error).__name__})") from None

    async def _read(self, response: httpx.Response, url: httpx.URL) -> Reply:
        status = response.status_code
        if status in _REDIRECTS and "location" in response.headers:
            raise _Redirected(response.headers["location"])
        body = b"" if status == HTTPStatus.NOT_MODIFIED else await self._body(response, url)
        if status == HTTPStatus.NOT_MODIFIED or response.is_success:
            return Reply(status, response.headers, body, str(url), not_modified=status == HTTPStatus.NOT_MODIFIED)
        raise _refusal(url.host, response)

    async def _body(self, response: httpx.Response, url: httpx.URL) -> bytes:
        if not response.is_success:
            return b""  # nobody reads it
        limit = self._limits.max_bytes
        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in {"identity", "", "gzip", "x-gzip"}:
            raise ProviderUnavailable(f"{url.host} sends a content encoding that was not asked for")
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16) if coding.endswith("gzip") else None
        body, received = bytearray(), 0
        async for chunk in response.aiter_raw():
            received += len(chunk)
            try:  # one byte more than allowed tells that there is more; a bomb is not unpacked any further
                body += chunk if unpack is None else unpack.decompress(chunk, limit + 1 - len(body))
            except zlib.error as error:
                raise ProviderUnavailable(f"{url.host} sends a body that is not gzip") from error
            if max(received, len(body)) > limit:
                raise ProviderUnavailable(f"{url.host} sends more than {limit} bytes")
        if unpack is not None and received and (not unpack.eof or unpack.unused_data):
            raise ProviderUnavailable(f"{url.host} sends a body whose gzip does not end where it ends")
        return bytes(body)

    async def _robots_txt(self, url: str) -> tuple[int, bytes]:
        try:
            reply = await self._follow(httpx.URL(url), {}, {}, robots=False)
        except BadStatus as error:
            return error.status, b""
        return reply.status, reply.body


class _Redirected(Exception):
    """The answer is elsewhere."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


class BadStatus(ProviderUnavailable):
    """An answer of 400 and above."""

    def __init__(self, message: str, *, status: int, retry_after_s: float | None = None) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.status = status


def _client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx.AsyncClient(transport=transport, trust_env=False, timeout=None, cookies=no_cookies)  # noqa: S113  each exchange has one


@asynccontextmanager
async def _closing(response: httpx.Response) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await response.aclose()


def _refusal(host: str, response: httpx.Response) -> Exception:
    status = response.status_code
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        pause_s = _pause_s(response.headers.get("retry-after", ""))
        return BadStatus(f"{host} asks us to wait (status {status})", status=status, retry_after_s=pause_s)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return BadStatus(f"{host} refuses our key (status {status})", status=status)
    refused = BadStatus(f"{host} answers with status {status}", status=status)
    return _Passing(refused) if status in _PASSING else refused


def _pause_s(header: str) -> float | None:
    """Read `Retry-After`, seconds or an HTTP date; an hour at most."""
    header = header.strip()[:64]
    if header.isascii() and header.isdigit():
        return min(_LONGEST_PAUSE_S, float(header))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)  # HTTP dates are GMT by definition
    return min(_LONGEST_PAUSE_S, max(0.0, (until - datetime.now(UTC)).total_seconds()))


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise ProviderUnavailable("the address is not a URL") from None
    if parsed.scheme not in _DEFAULT_PORTS or not parsed.host:
        raise ProviderUnavailable("the address is neither http nor https")
    return parsed


def _next(url: httpx.URL, location: str) -> httpx.URL:
    try:
        to = _parsed(str(url.join(location)))
    except (httpx.InvalidURL, ProviderUnavailable):
        raise ProviderUnavailable(f"{url.host} redirects to something else than http or https") from None
    if to.userinfo or (url.scheme == "https" and to.scheme == "http"):
        raise ProviderUnavailable(f"{url.host} redirects to an address that is less safe")
    return to


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or _DEFAULT_PORTS[url.scheme]


def _site(url: httpx.URL) -> str:
    return str(url.copy_with(path="/", query=None, fragment=None, userinfo=b"")).rstrip("/")
