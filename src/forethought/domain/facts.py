"""What an events prompt says in numbers: aggregates over its rows, for a small online linear model.

All values lie in about [-1, 1], so no scaler is fitted (one fitted on the first ten prompts is worse than none).
"""

import hashlib
import math
from datetime import datetime
from functools import lru_cache

from forethought.domain.prompt import EventPrompt, EventRow

SENTIMENT = {"positive": 1.0, "negative": -1.0, "bullish": 1.0, "bearish": -1.0}
"""Anything else, `neutral` and a missing value included, is 0."""
PRICE = "price_change_24h"
RANK_HALF_LIFE = 2.0
"""Rows after which a row counts half, from the newest."""
AGE_HALF_LIFE_H = 24.0
"""Hours before the newest row after which a row counts half."""
LAST = 3


def facts(prompt: EventPrompt) -> dict[str, float]:
    """Return the features of a prompt. A row that recurs in another prompt has the same `row:` name there."""
    rows = sorted(prompt.rows, key=lambda row: row.values.get("datetime_est", ""))  # stable: the later row wins a tie
    count = len(rows)
    by_rank = [0.5 ** ((count - 1 - i) / RANK_HALF_LIFE) for i in range(count)]
    by_age = [0.5 ** (hours / AGE_HALF_LIFE_H) for hours in _ages(rows)]
    found: dict[str, float] = {}
    columns = {
        "sentiment": [SENTIMENT.get(row.values.get("sentiment", "").strip().lower(), 0.0) for row in rows],
        "known": [1.0 if _number(row.values.get(PRICE, "")) is not None else 0.0 for row in rows],
    }
    for name, values in columns.items():
        found[f"{name}:mean"] = sum(values) / count
        found[f"{name}:rank"] = _weighted(values, by_rank)
        found[f"{name}:age"] = _weighted(values, by_age)
        found[f"{name}:newest"] = values[-1]
        found[f"{name}:last3"] = sum(values[-LAST:]) / len(values[-LAST:])
    share = 1.0 / math.sqrt(count)  # the dot product of two prompts is then the share of rows that they have in common
    for row in rows:
        found[f"row:{_name(row.values['summary'])}"] = share
    return found


def _weighted(values: list[float], weights: list[float]) -> float:
    return sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)


def _ages(rows: list[EventRow]) -> list[float]:
    """Hours from each row to the newest; 0 for all where a time is missing or unreadable."""
    try:
        times = [datetime.fromisoformat(row.values["datetime_est"]) for row in rows]
        return [(times[-1] - time).total_seconds() / 3600 for time in times]
    except (KeyError, ValueError, TypeError):
        return [0.0] * len(rows)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


@lru_cache(maxsize=4096)
def _name(summary: str) -> str:
    return hashlib.blake2b(summary.encode(), digest_size=6).hexdigest()
