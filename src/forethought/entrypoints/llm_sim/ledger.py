"""What was asked of the simulator, for those who test a client."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

_MAX_NAMES: Final = 200
"""Names come from outside: those beyond are counted together."""
_PATHS: Final = 20
_SECRETS: Final = frozenset({"authorization", "api-key", "x-api-key", "cookie", "proxy-authorization"})


class Ledger:
    """Counts of calls of the model; the controls of the simulator itself are not counted."""

    def __init__(self) -> None:
        self.in_flight = 0
        """Calls that are being answered."""
        self.aborted = 0
        """Calls whose client left before the answer."""
        self._by: dict[str, Counter[str]] = {"path": Counter(), "role": Counter(), "model": Counter()}
        self._headers: dict[str, str] = {}
        self._paths: deque[str] = deque(maxlen=_PATHS)

    @contextmanager
    def call(self, *, path: str, query: str, headers: Mapping[str, str]) -> Iterator[None]:
        """Count a call, and that it is under way."""
        self.count("path", path)
        self._paths.append(f"{path}?{query}" if query else path)
        self._headers = {name: "present" if name in _SECRETS else value for name, value in headers.items()}
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def count(self, what: str, name: str) -> None:
        """Count a call by its path, role or model."""
        counter = self._by[what]
        counter[name if name in counter or len(counter) < _MAX_NAMES else "other"] += 1

    def document(self) -> dict[str, Any]:
        """Say it all."""
        return {
            "calls": {"total": self._by["path"].total(), **{f"by_{what}": dict(c) for what, c in self._by.items()}},
            "in_flight": self.in_flight,
            "aborted": self.aborted,
            "last_headers": self._headers,
            "last_paths": list(self._paths),
        }
