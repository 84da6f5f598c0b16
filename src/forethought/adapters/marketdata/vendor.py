"""What the vendors of prices over HTTP have in common: pace, retries, bounds, and errors that tell no secrets."""

import asyncio
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import orjson
import stamina
import structlog
from aiolimiter import AsyncLimiter

from forethought.application.ports.prices import Interval, PriceBatch, SourceUnavailable, Split
from forethought.domain.market import Bar

EASTERN: Final = ZoneInfo("America/New_York")
_ATTEMPTS: Final = 3
_LONGEST_PAUSE_S: Final = 86_400.0
_KEY_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_KEY_CHARS: Final = range(4, 200)

_log = structlog.get_logger(__name__)


class VendorHttp:
    """Asks one vendor for JSON. No error and no log line of it holds the address, the parameters or the answer.

    Args:
        name: Of the source, for messages.
        base_url: With scheme and host; redirects are not followed.
        calls_per_min: Calls are spread evenly, so that no minute sees more; a caller waits for its turn.
        headers: Sent with each call.
        timeout_s: For one exchange, its body included.
        body_limit: Bytes, unpacked; a longer answer is refused.
    """

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        calls_per_min: float,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 20.0,
        body_limit: int = 32 << 20,
    ) -> None:
        for chatty in ("httpx", "httpcore"):  # they log addresses, and one vendor wants its key there
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._name = name
        self._http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=timeout_s)
        self._pace = AsyncLimiter(1, 60 / calls_per_min)
        self._retrying = stamina.AsyncRetryingCaller(attempts=_ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=5.0)
        self._timeout_s = timeout_s
        self._body_limit = body_limit

    @property
    def base_url(self) -> httpx.URL:
        """Where the vendor is."""
        return self._http.base_url

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Ask for a JSON object; what may pass is tried again.

        Raises:
            SourceUnavailable: no answer, another one than was asked for, or one that is too long.
        """

        async def once() -> bytes:  # without arguments: stamina logs them with each retry
            await self._pace.acquire()
            return await self._exchange(path, params)

        try:
            body = await self._retrying(_Passing, once)
            found = await asyncio.to_thread(orjson.loads, body)
        except _Passing as error:
            raise SourceUnavailable(f"{self._name}: {error}") from None
        except orjson.JSONDecodeError:
            raise SourceUnavailable(f"{self._name}: answered something else than JSON") from None
        if not isinstance(found, dict):
            raise SourceUnavailable(f"{self._name}: answered something else than a JSON object")
        return found

    async def close(self) -> None:
        """End all connections."""
        await self._http.aclose()

    async def _exchange(self, path: str, params: Mapping[str, str] | None) -> bytes:
        body = bytearray()
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._http.stream("GET", path, params=params) as response,
            ):
                self._check(response)
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > self._body_limit:
                        raise SourceUnavailable(f"{self._name}: answered with more than {self._body_limit} bytes")
        except (TimeoutError, httpx.TimeoutException):
            raise _Passing(f"did not answer within {self._timeout_s:g} s") from None
        except httpx.HTTPError:
            raise _Passing("cannot be reached, or cut the connection") from None
        return bytes(body)

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == HTTPStatus.OK:
            return
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise SourceUnavailable(f"{self._name}: asks us to wait", retry_after_s=_retry_after_s(response))
        if status == HTTPStatus.REQUEST_TIMEOUT or response.is_server_error:
            raise _Passing(f"failed (status {status})")
        if status in _KEY_REFUSED:
            raise SourceUnavailable(f"{self._name}: refuses the key, or its plan lacks these prices (status {status})")
        raise SourceUnavailable(f"{self._name}: did not take the request (status {status})")


class _Passing(Exception):
    """May be over at the next attempt."""


def _retry_after_s(response: httpx.Response) -> float | None:
    try:
        wanted = float(response.headers["Retry-After"])
    except (KeyError, ValueError):  # not there, or a date
        return None
    return min(max(wanted, 0.0), _LONGEST_PAUSE_S) if math.isfinite(wanted) else None


def usable_key(key: str) -> bool:
    """Tell whether a key can be sent at all."""
    return len(key) in _KEY_CHARS and key.isascii() and key.isprintable() and " " not in key


def split_of(on: object, ratio: object) -> Split | None:
    """Read a split, its day in ISO 8601; `None` when that is none."""
    try:
        number, day = float(ratio), date.fromisoformat(on)  # type: ignore[arg-type]  # what they are not raises
    except (TypeError, ValueError, OverflowError):
        return None
    return Split(day, number) if 0 < number < math.inf else None


def bar_of(opened_at: datetime, values: Sequence[object]) -> Bar | None:
    """Read open, high, low, close and volume, numbers or text; `None` when that is no bar.

    Prices must be finite and above 0, volumes finite and not negative. Whether they are plausible is judged elsewhere.
    """
    try:
        first, high, low, last, volume = (float(each) for each in values)  # type: ignore[arg-type]  # what it is not raises
    except (TypeError, ValueError, OverflowError):
        return None
    if not all(map(math.isfinite, (first, high, low, last, volume))) or min(first, high, low, last) <= 0 or volume < 0:
        return None
    return Bar(opened_at, first, high, low, last, volume)


def midnight(day: date) -> datetime:
    """Return when the bar of a whole day opens, in this project: midnight UTC, whatever the exchange's zone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def spans_days(start: datetime, end: datetime) -> bool:
    """Tell whether a US trading day ends between two moments: only then can a split lie between the bars."""
    last = end - timedelta(microseconds=1)
    return start.astimezone(EASTERN).date() < last.astimezone(EASTERN).date()


def batch_of(
    ticker: str,
    interval: Interval,
    bars: Iterable[Bar | None],
    *,
    start: datetime,
    end: datetime,
    splits: Iterable[Split | None] = (),
    source: str,
) -> PriceBatch:
    """Sort bars, keep the last of two for one time and those in [start, end), and drop and count what is none.

    Args:
        ticker: As it was asked for.
        interval: Of the bars.
        bars: As `bar_of` reads them.
        start: First moment that was asked for.
        end: The moment after the last.
        splits: As `split_of` reads them; those before the day of `start` are dropped.
        source: Who sent them.
    """
    by_time: dict[datetime, Bar] = {}
    refused = 0
    for bar in bars:
        if bar is None:
            refused += 1
        elif start <= bar.opened_at < end:
            by_time[bar.opened_at] = bar
    if refused:
        _log.warning("prices.bars_refused", source=source, ticker=ticker, interval=interval.value, count=refused)
    known = list(splits)
    if None in known:
        _log.warning("prices.splits_refused", source=source, ticker=ticker, count=known.count(None))
    kept = sorted((each for each in known if each is not None and each.on >= start.date()), key=lambda split: split.on)
    return PriceBatch(ticker, interval, [by_time[at] for at in sorted(by_time)], kept, source)
