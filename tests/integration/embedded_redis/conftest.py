"""Each test has a server of its own, as most of them kill it."""

from pathlib import Path

import pytest


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signals follow each other soon, for servers that hang anyway."""
    monkeypatch.setattr("forethought.adapters.redis.embedded._LEAVE_PATIENCE_S", 0.2)
    monkeypatch.setattr("forethought.adapters.redis.embedded._SIGNAL_PATIENCE_S", 0.5)
