"""The service under attack, and what an attempt is."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from forethought.domain.errors import Unavailable

_PER_CALL = 100
"""Records in one list."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of an attack, or a control: an honest request that shows that the service answers at all."""

    variant: str
    """Which way of the attack."""
    succeeded: bool
    """Of a control: whether it was answered from memory."""
    sent: str
    """What was sent, for people."""
    got: str
    """What came back, for people."""
    control: bool = False


@dataclass(slots=True)
class Target:
    """Where the service answers. All that an attack teaches lies in scopes of its own, which are cleared afterwards."""

    client: httpx.AsyncClient
    key: str | None = None
    """The write key; `None` where writing needs none."""
    run: str = field(default_factory=lambda: secrets.token_hex(3).upper())

    def asset(self, name: str) -> str:
        """Name a scope of this run: a symbol that nobody trades."""
        return f"RT{self.run}-{name}"

    async def decide(self, text: str, asset: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Ask, from memory only.

        Raises:
            Unavailable: no answer of the expected form.
        """
        asked = {"text": text, "asset": asset, "agents": "never"} | fields
        reply = await self.client.post("/decide", json=asked)
        if not reply.is_success:
            raise Unavailable(f"POST /decide answered {reply.status_code}: {reply.text[:200]}")
        answer: dict[str, Any] = reply.json()
        return answer

    async def read(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Read.

        Raises:
            Unavailable: it is not there.
        """
        reply = await self.client.get(path)
        if not reply.is_success:
            raise Unavailable(f"GET {path} answered {reply.status_code}: {reply.text[:200]}")
        return reply.json()

    async def write(self, path: str, body: object) -> httpx.Response:
        """Post with the write key."""
        return await self.client.post(path, json=body, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """What whoever has the key sends."""
        return {} if self.key is None else {"authorization": f"Bearer {self.key}"}

    async def teach(self, records: Sequence[dict[str, Any]]) -> None:
        """Insert honest records.

        Raises:
            Unavailable: one was not taken.
        """
        for start in range(0, len(records), _PER_CALL):
            page = list(records[start : start + _PER_CALL])
            reply = await self.write("/insert_data", page)
            if not reply.is_success or reply.json()["accepted"] != len(page):
                raise Unavailable(f"POST /insert_data answered {reply.status_code}: {reply.text[:200]}")


Tries = AsyncIterator[Attempt]


@dataclass(frozen=True, slots=True)
class Attack:
    """A way to make the service say what nobody decided."""

    name: str
    does: str
    success: str
    """When an attempt counts as a success."""
    tries: Callable[[Target, Random, int], Tries]
    """At least so many attempts, and some controls."""
    scopes: tuple[str, ...]
    """Names of the scopes that it teaches."""


def record(text: str, signal: int, asset: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make an honest record."""
    known = {"input_report": text, "output_report": f"Thought about: {text}", "conviction": 0.8, "provider": "desk"}
    return {**known, "signal": signal, "asset": asset, **fields}


def said(answer: dict[str, Any]) -> str:
    """Sum an answer up."""
    return f"{answer['decision']['label']} by {answer['path']}, guard {answer['cache']['guard']}"


def from_memory(answer: dict[str, Any], signal: int) -> bool:
    """Tell whether memory answered with that signal."""
    return bool(answer["cache"]["hit"]) and int(answer["decision"]["signal"]) == signal
