"""Bars of a random walk."""

from datetime import UTC, datetime

import numpy as np

from forethought.application.ports.prices import Interval, PriceBatch
from forethought.domain.market import Bar

START = datetime(2025, 3, 3, tzinfo=UTC)
MINUTE, FIVE, HOUR, DAY = (each.length for each in Interval)


def walk(count, *, length=FIVE, seed=7, start=START):
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.002, count)))
    opened = np.concatenate([[100.0], close[:-1]])
    high, low = np.maximum(opened, close) * 1.001, np.minimum(opened, close) * 0.999
    columns = (opened, high, low, close, random.uniform(1, 100, count))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [Bar(start + i * length, *row) for i, row in enumerate(rows)]


def batch(bars, interval=Interval.FIVE_MINUTES, *, ticker="BTC", splits=()):
    return PriceBatch(ticker, interval, bars, splits, "test")
