from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from forethought.domain.text import text_id
from forethought.evals.stories.labels import Label
from forethought.evals.stories.living import Report

NOON = datetime(2025, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def a_report():
    """Make reports whose vectors lie in a plane: the cosine of two is that of the difference of their angles."""

    def made(text, hours=0.0, angle=0.0, **stories):
        vector = np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)
        at = NOON + timedelta(hours=hours)
        return Report(text_id(text), text, vector, at, stories or {"XAU": text})

    return made


@pytest.fixture
def a_label():
    def made(one, other, label="same", **more):
        given = {"a": one.sha, "a_at": one.at, "b": other.sha, "b_at": other.at, "label": label}
        usual = {"band": 0.5, "stratum": "joined", "weight": 1.0, "hard": False, "half": "test", "kind": None}
        return Label(**{**usual, **given, **more})

    return made
