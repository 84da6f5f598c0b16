"""A small HTTP server that speaks OpenAI's embeddings protocol, plain and Azure; vectors are hashed words.

`script` holds what the next requests meet, one word each: a status (`429`, `500`, `401`, ...), `quota`, `hang` (until
the server stops), `cut` (the connection ends inside the body), `html`, `floats` (numbers where base64 was asked),
`reversed`, `short` (one vector missing), `narrow` (wrong dimension), `nan`, `echo_key` (an error that quotes the key).
An empty script answers properly.
"""

import base64
import hashlib
import json
import re
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import numpy as np
from tests.fakes.http_server import HttpServer

KEY = "sk-test-a-key-that-must-not-show"
MAX_TOKENS = 8_191
DIMS = {"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072}
_TOKEN = re.compile(r"\w{1,4}|[^\w\s]")


def vector(text: str, dim: int) -> np.ndarray:
    """Sum one fixed random direction a word; unit norm."""
    words = text.lower().split() or [""]
    seeds = [int.from_bytes(hashlib.sha256(word.encode()).digest()[:8]) for word in words]
    summed = np.sum([np.random.default_rng(seed).standard_normal(dim) for seed in seeds[:64]], axis=0)
    return (summed / np.linalg.norm(summed)).astype("<f4")


def count(text: str) -> int:
    return len(_TOKEN.findall(text))


def _error(message: str, code: str | None) -> dict:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}


class _Handler(BaseHTTPRequestHandler):
    fake: "FakeOpenAi"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.requests.append(body)
        self.fake.paths.append(self.path)
        step = self.fake.script.popleft() if self.fake.script else ""
        if step == "hang":
            self.fake.stopping.wait()
            self.close_connection = True
        elif step == "cut":
            self._cut()
        elif step == "html":
            self._send(200, b"<html>a proxy says hello</html>", "text/html")
        else:
            status, document = _scripted(step) or self._refusal() or _unusable(body) or (200, _embeddings(step, body))
            self._send(status, json.dumps(document).encode(), "application/json")

    def _refusal(self) -> tuple[int, dict] | None:
        address = urlsplit(self.path)
        azure = re.fullmatch(r"/openai/deployments/[\w-]+/embeddings", address.path)
        if azure is not None and "api-version" not in parse_qs(address.query):
            return 404, _error("Resource not found", "404")
        if azure is None and address.path != "/v1/embeddings":
            return 404, _error("Unknown address", None)
        if KEY not in {self.headers.get("api-key"), self.headers.get("Authorization", "").removeprefix("Bearer ")}:
            return 401, _error("Incorrect API key provided", "invalid_api_key")
        return None

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"object": "list", "data": [')
        self.close_connection = True

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass
class FakeOpenAi(HttpServer):
    """The server; use as a context manager."""

    handler = _Handler
    script: deque[str] = field(default_factory=deque)
    requests: list[dict] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


def _scripted(step: str) -> tuple[int, dict] | None:
    if step == "quota":
        return 429, _error("You exceeded your current quota", "insufficient_quota")
    if step == "echo_key":
        return 401, _error(f"Incorrect API key provided: {KEY}", "invalid_api_key")
    return (int(step), _error("scripted", None)) if step.isdigit() else None


def _unusable(body: dict) -> tuple[int, dict] | None:
    if body["model"] not in DIMS:
        return 404, _error("The model does not exist", "model_not_found")
    if not body["input"] or "" in body["input"]:
        return 400, _error("'$.input' is invalid", None)
    if max(map(count, body["input"])) > MAX_TOKENS:
        return 400, _error("This model's maximum context length is 8192 tokens", "context_length_exceeded")
    return None


def _embeddings(step: str, body: dict) -> dict:
    dim = 7 if step == "narrow" else body.get("dimensions", DIMS[body["model"]])
    vectors = [vector(text, dim) for text in body["input"]]
    if step == "nan":
        vectors[0][0] = np.nan
    plain = step == "floats" or body.get("encoding_format") != "base64"
    rows = [
        {
            "object": "embedding",
            "index": index,
            "embedding": row.tolist() if plain else base64.b64encode(row.tobytes()).decode(),
        }
        for index, row in enumerate(vectors)
    ]
    rows = rows[::-1] if step == "reversed" else rows[1:] if step == "short" else rows
    tokens = sum(map(count, body["input"]))
    return {
        "object": "list",
        "data": rows,
        "model": body["model"],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }
