"""Entries of the decision cache with something in every field, in a space of four dimensions."""

from datetime import UTC, datetime

import numpy as np

from forethought.domain.composition import Detail
from forethought.domain.decision import Decision, Scope, Signal, Times
from forethought.domain.entry import Entry
from forethought.domain.market import MarketState, Session
from forethought.domain.similarity import Vector, normalise

DIM = 4
MODEL_TAG = "0123456789abcdef"
SCOPE = Scope("default", "1", "XAU", "inserted")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def unit(*numbers: float) -> Vector:
    return normalise(np.array([*numbers, *[0.0] * (DIM - len(numbers))], dtype=np.float32))


def a_decision(signal: int = 1, conviction: float = 0.75, reasoning: str = "because") -> Decision:
    return Decision(Signal(signal), conviction, reasoning, {"inserted": "x"}, {"source": "inserted"}, 1.5)


def an_entry(sha: str = "a" * 64, **changes) -> Entry:
    fields = {
        "sha": sha,
        "scope": SCOPE,
        "decision": a_decision(),
        "times": Times(NOON, NOON),
        "decision_id": "01J",
        "details": (Detail("instruction", "i" * 64, 0.5), Detail("news", "n" * 64, 0.5)),
        "news_text": "Gold rises 0.3 %, Ünïcode 黄金",
        "row_ids": frozenset(),
        "vector": unit(1),
        "news_vector": unit(0, 1),
        "context_vector": unit(0, 0, 1),
        "market": MarketState(NOON, 2650.5, 0.012, Session.OPEN),
        "model_tag": MODEL_TAG,
        "tau": 0.93,
        "source": "wire",
        "tags": ("fed", "rates"),
    }
    return Entry(**(fields | changes))
