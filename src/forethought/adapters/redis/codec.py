"""Entries to hashes and back."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson

from forethought.adapters.redis.keys import scope_tag
from forethought.domain.composition import Detail
from forethought.domain.decision import Decision, Scope, Signal, Times
from forethought.domain.entry import Entry, Recalled
from forethought.domain.market import MarketState, Session
from forethought.domain.similarity import Vector
from forethought.domain.situation import ComponentType

RECALL_FIELDS = ("decision", "decided_at", "known_at", "decision_id", "market")
"""What an exact match needs: no vectors."""

DAMAGED = (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError)
"""What reading a hash raises when it is not one of ours, or damaged."""


def to_ms(moment: datetime) -> int:
    """Write a time as milliseconds since 1970, for numeric filters."""
    return round(moment.timestamp() * 1000)


def from_ms(value: bytes) -> datetime:
    """Read what `to_ms` wrote."""
    return datetime.fromtimestamp(int(value) / 1000, tz=UTC)


def vector_bytes(vector: Vector | None) -> bytes:
    """Write a vector as RediSearch wants it: little-endian float32."""
    return b"" if vector is None else vector.astype("<f4", copy=False).tobytes()


def read_vector(raw: bytes | None) -> Vector | None:
    """Read what `vector_bytes` wrote; empty is `None`.

    Raises:
        ValueError: damaged: no whole number of floats, or one that is not finite (it would compare as equal to all).
    """
    if not raw:
        return None
    vector = np.frombuffer(raw, dtype="<f4").astype(np.float32, copy=False)
    if not np.isfinite(vector).all():
        raise ValueError("a vector that is not finite")
    return vector


def to_base64(vector: Vector) -> bytes:
    """Write a vector as the embedding cache keeps it."""
    return base64.b64encode(vector_bytes(vector))


def from_base64(raw: bytes) -> Vector | None:
    """Read what `to_base64` wrote; `None` when it is damaged."""
    try:
        return read_vector(base64.b64decode(raw, validate=True))
    except (binascii.Error, ValueError):
        return None


def entry_fields(entry: Entry, *, space: str, ttl_s: int, current: bool) -> dict[str, Any]:
    """Lay an entry out as a hash (design, section 3; ours are added)."""
    now = datetime.now(UTC)
    return {
        "vector": vector_bytes(entry.vector),
        "news_vector": vector_bytes(entry.news_vector),
        "context_vector": vector_bytes(entry.context_vector),
        "dim": entry.vector.shape[0],
        "news_dim": entry.news_vector.shape[0],
        "model": entry.model_tag,
        "space": space,
        "strategy": entry.scope.strategy,
        "strategy_version": entry.scope.strategy_version,
        "asset": entry.scope.asset,
        "teacher": entry.scope.teacher,
        "scope": scope_tag(entry.scope),
        "sha": entry.sha,
        "current": int(current),
        "tau": entry.tau,
        "vec_details": orjson.dumps(
            [{"type": d.type, "id": d.id, "weight": round(d.weight, 6)} for d in entry.details]
        ),
        "decision": decision_json(entry.decision),
        "decision_id": entry.decision_id,
        "decided_at": to_ms(entry.times.decided_at),
        "known_at": to_ms(entry.times.known_at),
        "created_at": now.isoformat(),
        "ttl_sec": ttl_s,
        "news_text": entry.news_text,
        "market": market_json(entry.market),
        "source": entry.source,
        "tags": ",".join(entry.tags),
        "contested": int(entry.contested),
    }


def decision_json(decision: Decision) -> bytes:
    """Write a decision as the hash keeps it."""
    return orjson.dumps(
        {
            "signal": int(decision.signal),
            "conviction": decision.conviction,
            "reasoning": decision.reasoning,
            "agent_versions": dict(decision.agent_versions),
            "latency": decision.latency_ms,
            "labels": dict(decision.labels),
        }
    )


def read_decision(raw: bytes) -> Decision:
    """Read what `decision_json` wrote.

    Raises:
        KeyError, ValueError, TypeError: damaged.
    """
    found = orjson.loads(raw)
    conviction, reasoning = float(found["conviction"]), found["reasoning"]
    if not 0 <= conviction <= 1 or not isinstance(reasoning, str):
        raise ValueError("a decision without conviction or reasoning")
    return Decision(
        Signal(found["signal"]),
        conviction,
        reasoning,
        found.get("agent_versions", {}),
        found.get("labels", {}),
        found.get("latency", 0.0),
    )


def market_json(state: MarketState | None) -> bytes:
    """Write what validity needs of a market state; indicators are not kept."""
    if state is None:
        return b""
    return orjson.dumps(
        {
            "at": to_ms(state.at),
            "close": state.close,
            "volatility_day_frac": state.volatility_day_frac,
            "session": state.session.value,
        }
    )


def read_market(raw: bytes | None) -> MarketState | None:
    """Read what `market_json` wrote."""
    if not raw:
        return None
    found = orjson.loads(raw)
    at = datetime.fromtimestamp(found["at"] / 1000, tz=UTC)
    return MarketState(at, found["close"], found["volatility_day_frac"], Session(found["session"]))


def read_recalled(key: str, values: list[bytes | None]) -> Recalled | None:
    """Read the fields of `RECALL_FIELDS`; `None` when there is no such entry."""
    decision, decided, known, decision_id, market = values
    if decision is None or decided is None or known is None:
        return None
    times = Times(from_ms(decided), from_ms(known))
    return Recalled(key, read_decision(decision), times, (decision_id or b"").decode(), read_market(market))


def read_entry(fields: Mapping[bytes, bytes], *, dim: int) -> Entry:
    """Read what `entry_fields` wrote.

    Args:
        fields: The hash.
        dim: Of the composed vector.

    Raises:
        One of `DAMAGED`: the hash is not one of ours or is damaged.
    """
    details = tuple(Detail(d["type"], d["id"], d["weight"]) for d in orjson.loads(fields[b"vec_details"]))
    rows = frozenset(d.id for d in details if d.type in {ComponentType.ROW, ComponentType.NEWS})
    vector, news_vector = read_vector(fields[b"vector"]), read_vector(fields[b"news_vector"])
    context_vector, news_dim = read_vector(fields.get(b"context_vector")), int(fields.get(b"news_dim") or dim)
    if vector is None or news_vector is None:
        raise ValueError("an entry without vectors")
    dims = [v.shape[0] for v in (vector, news_vector, context_vector) if v is not None]
    if dims != [dim, news_dim, news_dim][: len(dims)]:
        raise ValueError(f"vectors of {dims} dimensions, expected {dim} and {news_dim}")
    is_events = any(d.type in {ComponentType.ROW, ComponentType.EVOLUTION} for d in details)
    return Entry(
        sha=fields[b"sha"].decode(),
        scope=Scope(*(fields[name].decode() for name in (b"strategy", b"strategy_version", b"asset", b"teacher"))),
        decision=read_decision(fields[b"decision"]),
        times=Times(from_ms(fields[b"decided_at"]), from_ms(fields[b"known_at"])),
        decision_id=fields[b"decision_id"].decode(),
        details=details,
        news_text=fields[b"news_text"].decode(),
        row_ids=rows if is_events else frozenset(),
        vector=vector,
        news_vector=news_vector,
        context_vector=context_vector,
        market=read_market(fields.get(b"market")),
        model_tag=fields[b"model"].decode(),
        tau=float(fields[b"tau"]),
        source=fields.get(b"source", b"").decode(),
        contested=fields.get(b"contested") == b"1",
        tags=tuple(t for t in fields.get(b"tags", b"").decode().split(",") if t),
    )
