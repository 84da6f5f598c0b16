"""One place where models answer: its connections, and what keeps both sides from harm."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx
import stamina
from aiolimiter import AsyncLimiter
from pydantic import ValidationError

from forethought.adapters.llm.answers import CALL, Answer, Call
from forethought.adapters.llm.breaker import Breaker
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.thinker import ThinkerUnavailable

Send = Callable[[], Awaitable[httpx.Response]]

_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_LONGEST_PAUSE_S = 2.0
"""A provider that wants a longer pause is not asked again: the second choice is quicker."""
_JITTER_S = (0.05, 0.25)
_KEEP_ALIVE_S = 30.0
"""News come a few a minute; httpx's own 5 s would mean a new TLS handshake for most of them."""


class Endpoint:
    """Connections, limits and breaker of one provider, shared by all thinkers that use it.

    They act on each HTTP exchange, below the vendor's client: a round of tools counts like a first question.
    What counts as a failure for the breaker: no connection, a cut one, 408, 429, 5xx, an answer that is no chat
    completion, and the end of the caller's time, if the exchange had at least half of it. What does not: other
    statuses, since the endpoint answers; cancellation; our own limits.

    Args:
        provider: Its name in settings, metrics and logs.
        metrics: Told of the breaker's changes.
        concurrency: Exchanges at once; more wait.
        requests_per_min: Exchanges in a minute; more wait.
        breaker_failures: Failures in a row that open the breaker.
        breaker_reset_s: How long it stays open before it is tried again.
    """

    def __init__(
        self,
        *,
        provider: str,
        metrics: Metrics,
        concurrency: int = 48,
        requests_per_min: int = 3_000,
        breaker_failures: int = 5,
        breaker_reset_s: float = 10.0,
    ) -> None:
        self.provider = provider
        self._slots = asyncio.Semaphore(concurrency)
        self._rate = AsyncLimiter(requests_per_min)
        self._breaker = Breaker(provider=provider, failures=breaker_failures, reset_s=breaker_reset_s, metrics=metrics)
        # One pause at most, and it is chosen by `_pause`; time is bounded by the caller.
        self._twice = stamina.AsyncRetryingCaller(attempts=2, timeout=None)
        self.http: httpx.AsyncClient = _GuardedClient(self._guard, concurrency=concurrency)

    def __repr__(self) -> str:
        return f"Endpoint({self.provider!r})"

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self.http.is_closed

    async def close(self) -> None:
        """End all connections; closing twice is allowed."""
        await self.http.aclose()

    async def _guard(self, send: Send) -> httpx.Response:
        call = CALL.get()
        try:
            return await self._twice(partial(self._pause, call), self._attempt, call, send)
        except _Troubled as error:
            return error.response  # the vendor's client has an error for each status

    async def _attempt(self, call: Call, send: Send) -> httpx.Response:
        if self._breaker.refuses:  # at once, not after a wait behind calls that hang
            self._breaker.admit()
        async with self._slots:
            await self._rate.acquire()
            if self.closed:
                raise ThinkerUnavailable(f"{self.provider}: closed")
            admission, had_s = self._breaker.admit(), call.left_s
            try:
                response = await self._exchange(call, send)
            except (httpx.RequestError, _Troubled, ThinkerUnavailable) as error:
                self._breaker.failed(admission, error)
                raise
            except asyncio.CancelledError as error:
                # One that had waited for its turn, or for a tool, may have been too late whatever the endpoint does.
                if call.ran_out and 2 * had_s >= call.timeout_s:
                    self._breaker.failed(admission, error)
                else:
                    self._breaker.abandoned(admission)
                raise
            except BaseException:
                self._breaker.abandoned(admission)
                raise
            self._breaker.succeeded(admission)
            return response

    async def _exchange(self, call: Call, send: Send) -> httpx.Response:
        response = await send()  # the head is here
        try:
            await response.aread()
        except httpx.RequestError as error:
            raise _CutOff(str(error), request=response.request) from error
        finally:
            await response.aclose()
        if response.is_success:
            call.answers.append(self._read(response))
        elif response.is_server_error or response.status_code in _BUSY:
            raise _Troubled(response)
        return response

    def _read(self, response: httpx.Response) -> Answer:
        try:
            return Answer.model_validate_json(response.content)
        except ValidationError:
            pass
        # Raised here, so that the content does not ride along as context.
        raise ThinkerUnavailable(f"{self.provider}: answered something else than a chat completion")

    def _pause(self, call: Call, error: Exception) -> float | bool:
        """Return how long to wait before a second attempt, seconds; False when there should be none.

        Never after a timeout or a cut body: the first attempt may have been paid.
        """
        pause_s: float | None = None
        if isinstance(error, _Troubled):
            pause_s = error.retry_after_s
        elif isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
            pause_s = 0.0
        if pause_s is None or pause_s > _LONGEST_PAUSE_S or self._breaker.refuses:
            return False
        pause_s += random.uniform(*_JITTER_S)  # noqa: S311  spreads load, guards nothing
        # Half of the time must remain: an attempt that cannot end is paid for in vain.
        return pause_s if 2 * pause_s <= call.left_s else False


class _GuardedClient(httpx.AsyncClient):
    """An HTTP client whose every exchange passes a guard."""

    def __init__(self, guard: Callable[[Send], Awaitable[httpx.Response]], *, concurrency: int) -> None:
        # The guard lets no more through than connections are there, and the caller's time bounds all of it.
        super().__init__(
            timeout=None,
            limits=httpx.Limits(
                max_connections=concurrency,
                max_keepalive_connections=concurrency,
                keepalive_expiry=_KEEP_ALIVE_S,
            ),
        )
        self._guard = guard

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401  passed on
        """Send, and return the response with its body read."""
        return await self._guard(partial(super().send, request, **options | {"stream": True}))


class _Troubled(Exception):
    """The endpoint answered that it cannot answer now."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response

    @property
    def retry_after_s(self) -> float | None:
        """When it wants to be asked again, where it says so in seconds and has not begun to work."""
        if self.response.status_code not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
            return None
        try:
            return max(0.0, float(self.response.headers["Retry-After"]))
        except (KeyError, ValueError):  # not there, or a date
            return None


class _CutOff(httpx.RequestError):
    """The connection ended inside the answer."""
