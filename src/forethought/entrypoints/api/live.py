"""`WS /ws`: decisions and upgrades as they happen."""

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Literal

import orjson
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forethought.adapters.system.hub import Hub, Subscription
from forethought.domain.strategy import ASSET_PATTERN

_MAX_TOPICS = 256
_INVALID = 1007
"""RFC 6455, section 7.4.1: data that is not consistent with the type of the message."""


class _Topic(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: Literal["decision", "upgrade", "price", "alert"] | None = None
    asset: str | None = Field(default=None, pattern=f"^{ASSET_PATTERN}$")


class _Subscribe(BaseModel):
    model_config = ConfigDict(extra="forbid")
    subscribe: list[_Topic] = Field(max_length=_MAX_TOPICS)


def add_live(app: FastAPI, hub: Hub) -> None:
    """Add the endpoint.

    A client says `{"subscribe": [{"type": "upgrade", "asset": "BTC"}]}` (a missing name matches all; a later message
    replaces it) and hears `{"type", "at", "data"}`.
    """

    @app.websocket("/ws")
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        subscription = hub.join()
        teller = asyncio.create_task(_tell(socket, subscription))
        try:
            await _listen(socket, subscription)
        except (WebSocketDisconnect, RuntimeError):
            pass  # it went away
        except (ValidationError, KeyError):
            with contextlib.suppress(RuntimeError):
                await socket.close(_INVALID, 'expected {"subscribe": [{"type": …, "asset": …}]}')
        finally:
            hub.leave(subscription)
            teller.cancel()


async def _listen(socket: WebSocket, subscription: Subscription) -> None:
    while True:
        asked = _Subscribe.model_validate_json(await socket.receive_text())
        subscription.wanted = frozenset((topic.type, topic.asset) for topic in asked.subscribe)


async def _tell(socket: WebSocket, subscription: Subscription) -> None:
    while True:
        type_, data = await subscription.queue.get()
        envelope = {"type": type_, "at": datetime.now(UTC).isoformat(), "data": data}
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await socket.send_text(orjson.dumps(envelope).decode())
