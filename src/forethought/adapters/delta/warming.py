"""Gold into a running service, over its HTTP API: texts for the embedding cache, decisions for the semantic cache."""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import httpx
import stamina

from forethought.domain.errors import ConfigurationError, Unavailable
from forethought.domain.news.chunks import chunks
from forethought.domain.text import clean

_BATCH_ROWS: Final = 200
_BATCH_BYTES: Final = 500_000
_AT_ONCE: Final = 4
"""Texts that are embedded at a time: a service that is asked meanwhile keeps its other threads."""
_TIMEOUT_S: Final = 60.0
_UNAUTHORISED, _NOT_FOUND, _TOO_MANY = 401, 404, 429
_SENT: Final = (
    ("text", "input_report"),
    ("decided_at", "datetime_est"),
    *((name, name) for name in ("output_report", "causality", "signal", "conviction", "close", "asset", "strategy")),
    *((name, name) for name in ("tags", "location", "provider", "known_at")),
)
"""Column of gold, name on the wire. A `decision_id` is not sent: gold teaches, it upgrades no answer."""


class _Busy(Exception):
    """The service says that it cannot now."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that the service did not take."""

    row: Mapping[str, Any]
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Taught:
    """What became of some decisions."""

    ids: Mapping[str, str]
    """Decision id by key of gold."""
    rejected: Sequence[Rejected]


class Warmer:
    """A client of one service. What is sent again changes no decision, so all of it may be retried.

    Methods raise `Unavailable` when the service does not answer within `patience_s`, and `ConfigurationError` when it
    refuses the key.
    """

    def __init__(self, url: str, *, write_key: str | None, patience_s: float = 120.0) -> None:
        headers = {} if write_key is None else {"authorization": f"Bearer {write_key}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT_S)
        self._patience_s = patience_s

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def embed(self, rows: Sequence[Mapping[str, Any]]) -> list[Rejected]:
        """Put headlines, and bodies in pieces, into the embedding cache, as the live intake does."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [bad for bad in pool.map(self._embed, rows) if bad is not None]

    def teach(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[Taught]:
        """Insert decisions, a batch at a time; each is on the service's disk when it is yielded."""
        for batch in _batches(rows):
            answer = self._post("/insert_data", [sent for _, sent in batch])
            given = [row for row, _ in batch]
            if answer.is_error:
                yield Taught({}, [Rejected(row, *_problem(answer)) for row in given])
                continue
            said = answer.json()
            rejected = {
                bad["index"]: Rejected(given[bad["index"]], bad["code"], bad["detail"]) for bad in said["rejected"]
            }
            taken = [str(row["key"]) for index, row in enumerate(given) if index not in rejected]
            yield Taught(dict(zip(taken, said["decision_ids"], strict=True)), list(rejected.values()))

    def revoke(self, decision_id: str, *, reason: str) -> bool:
        """Take a decision back with all that was derived from it; `False` when the service does not know it."""
        answer = self._post("/revoke", {"decision_id": decision_id, "reason": reason})
        if answer.status_code == _NOT_FOUND:
            return False
        if answer.is_error:
            raise Unavailable("the service does not revoke: {}: {}".format(*_problem(answer)))
        return True

    def _once(self, path: str, body: object) -> httpx.Response:
        answer = self._http.post(path, json=body)
        if answer.is_server_error or answer.status_code == _TOO_MANY:
            raise _Busy("{}: {}".format(*_problem(answer)))
        return answer

    def _embed(self, row: Mapping[str, Any]) -> Rejected | None:
        about = {"type": "news", "tags": row["tags"] or [], "location": row["provider"]}
        for text in [row["text"], *chunks(row["body"] or "")]:
            if not clean(text).text:
                continue
            answer = self._post("/components", {**about, "text": text})
            if answer.is_error:
                return Rejected(row, *_problem(answer))
        return None

    def _post(self, path: str, body: object) -> httpx.Response:
        retrying = stamina.RetryingCaller(attempts=None, timeout=self._patience_s)
        try:
            answer = retrying((httpx.TransportError, _Busy), self._once, path, body)
        except (httpx.HTTPError, _Busy) as error:
            raise Unavailable(f"{self._http.base_url} does not answer {path}: {error}") from error
        if answer.status_code == _UNAUTHORISED:
            raise ConfigurationError(f"{self._http.base_url} refuses the write key")
        return answer


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[tuple[Mapping[str, Any], dict[str, Any]]]]:
    batch: list[tuple[Mapping[str, Any], dict[str, Any]]] = []
    size = 0
    for row in rows:
        sent = _wire(row)
        length = len(json.dumps(sent))
        if batch and (len(batch) >= _BATCH_ROWS or size + length > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((row, sent))
        size += length
    if batch:
        yield batch


def _wire(row: Mapping[str, Any]) -> dict[str, Any]:
    sent = {name: row[column] for column, name in _SENT if row[column] is not None}
    times = {name: sent[name].isoformat() for name in ("datetime_est", "known_at")}
    return {**sent, **times, "context": json.loads(row["context"] or "[]")}


def _problem(answer: httpx.Response) -> tuple[str, str]:
    """Return code and detail of a problem document, or of whatever else stands between us and the service."""
    try:
        said = answer.json()
        return str(said["code"]), str(said["detail"])[:500]
    except (ValueError, KeyError, TypeError):
        return "http_error", f"status {answer.status_code}"
