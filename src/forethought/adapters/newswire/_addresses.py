"""Connections only to addresses that anybody may reach, checked after the name is resolved."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from functools import cache

import httpcore
import httpx

from forethought.application.ports.news_provider import ProviderUnavailable

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Name and port to addresses; raises `OSError`."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_KEEP_ALIVE_S = 30.0


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the open internet; one that carries an IPv4 address is what that one is."""
    parsed = ipaddress.ip_address(address)
    carried = _carried(parsed)
    if carried is not None:
        return is_public(str(carried))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _carried(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, looks at every address, and connects to one of those."""

    def __init__(self, resolve_name: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve_name
        self._allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  the interface is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError):  # a label too long for IDNA is a UnicodeError
            raise httpcore.ConnectError("the name cannot be resolved") from None
        if not self._allow_private and not all(map(is_public, addresses)):
            raise ProviderUnavailable(f"{host} is at an address that is not public")
        failure = httpcore.ConnectError("the name has no address")
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = httpcore.ConnectError(str(error))
        raise failure

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # reading the authorities takes 20 ms; it does not change


class CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport, connecting through the check. Proxies of the environment are not used: they would resolve.

    Args:
        resolve_name: Finds addresses.
        allow_private: Whether private, loopback and such addresses are reached too.
    """

    def __init__(self, resolve_name: Resolve, *, allow_private: bool) -> None:
        super().__init__(verify=_tls())
        # httpx 0.28 has no parameter for the network below it.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=20,
            keepalive_expiry=_KEEP_ALIVE_S,
            network_backend=_CheckedBackend(resolve_name, allow_private=allow_private),
        )
