"""A vendor of prices as a server here: what it sends, and what it was asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

KEY = "k-test-that-must-not-show"
NOW = datetime(2026, 3, 4, 21, tzinfo=UTC)
FAST = 60_000.0
"""Calls a minute: tests do not wait for their turn."""
Answer = tuple[int, dict[str, str], bytes]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def json_of(found: object, status: int = 200, **headers: str) -> Answer:
    return status, headers, json.dumps(found).encode()


@dataclass
class Wire:
    """A vendor's server; `answer` says what it sends."""

    url: str = ""
    answer: Callable[[str, dict[str, str]], Answer] = lambda path, query: json_of({})
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)


def aggregate(at: datetime, price: float = 100.0, **changes: Any) -> dict[str, Any]:
    row = {"t": int(at.timestamp() * 1000), "o": price, "h": price + 1, "l": price - 1, "c": price + 0.5}
    return row | {"v": 1_000.0, "vw": price, "n": 12} | changes
