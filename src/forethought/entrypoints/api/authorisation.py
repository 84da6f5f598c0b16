"""Who may change what is remembered: whoever has the write key, if there is one. Reading and asking are open."""

import hmac
import ipaddress
from typing import Any

from pydantic import SecretStr
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from forethought.domain.errors import ConfigurationError, Unauthorised
from forethought.entrypoints.api.errors import on_forethought_error
from forethought.entrypoints.api.signature import HEADER
from forethought.settings import ApiSettings

_READS = {"GET", "HEAD", "OPTIONS"}
_OPEN = {"/decide"}
"""What may be posted without the key. All else that is no reading is refused: a new route is guarded from the start."""
_SIGNED = "/news"
_SCHEME = b"bearer"


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine only; a name is, when it is `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_guarded_writes(api: ApiSettings) -> None:
    """Refuse to let strangers teach.

    Raises:
        ConfigurationError: the address is open to the network, and nothing guards what is written.
    """
    if api.write_key is None and not api.open_writes and not is_loopback(api.host):
        raise ConfigurationError(
            f"{api.host} is open to the network and anyone there could teach: set FORETHOUGHT_API__WRITE_KEY to a "
            "secret, or FORETHOUGHT_API__OPEN_WRITES=true where something else keeps strangers away"
        )


class WriteGuard:
    """Lets requests that write pass with the key only."""

    def __init__(self, app: ASGIApp, key: SecretStr | None) -> None:
        self._app = app
        self._key = None if key is None else key.get_secret_value().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._key is None or scope["type"] != "http" or not _writes(scope) or _has(scope, self._key):
            await self._app(scope, receive, send)
            return
        scope["route"] = _route(scope)  # for metrics and the log
        refusal = Unauthorised("this changes what is remembered: send the write key as `Authorization: Bearer ...`")
        answer = await on_forethought_error(Request(scope), refusal)
        await answer(scope, receive, send)


def _writes(scope: Scope) -> bool:
    if scope["method"] in _READS or scope["path"] in _OPEN:
        return False
    # Signed news is judged by its signature; the endpoint refuses what has another one.
    return not (scope["path"] == _SIGNED and any(name == HEADER.encode() for name, _ in scope["headers"]))


def _has(scope: Scope, key: bytes) -> bool:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    scheme, _, token = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    # The key is compared whatever the scheme, in a time that says nothing about it.
    return hmac.compare_digest(token.strip(), key) and scheme.lower() == _SCHEME


def _route(scope: Scope) -> Any:  # noqa: ANN401 - a route of whatever kind
    return next((route for route in scope["app"].routes if getattr(route, "path", None) == scope["path"]), None)
