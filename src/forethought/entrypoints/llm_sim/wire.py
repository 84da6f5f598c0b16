"""What is answered on OpenAI's wire."""

import base64
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import orjson
from starlette.responses import Response
from ulid import ULID

from forethought.entrypoints.llm_sim.answers import Answer
from forethought.entrypoints.llm_sim.asked import Asks, Embeds

_CHARS_PER_TOKEN: Final = 4
_PIECE_CHARS: Final = 24
"""Of a text in one event of a stream."""


def tokens(text: str) -> int:
    """Count tokens, roughly: one is about four characters of English."""
    return -(-len(text) // _CHARS_PER_TOKEN)


def rendered(answer: Answer, asked: Asks, *, seed: int, prompt: str) -> Iterator[bytes]:
    """Render an answer: one document, or events of a stream.

    Args:
        answer: What is said.
        asked: The request.
        seed: Becomes part of the fingerprint.
        prompt: All that was said before, for counting.
    """
    calls = [_call(name, arguments) for name, arguments in answer.tool_calls]
    said = answer.refusal or answer.text or "".join(call["function"]["arguments"] for call in calls)
    prompt_tokens, completion_tokens = tokens(prompt), tokens(said)
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    head = {
        "id": f"chatcmpl-sim-{ULID()}",
        "object": "chat.completion.chunk" if asked.stream else "chat.completion",
        "created": int(time.time()),
        "model": simulated(asked.model),
        "system_fingerprint": f"fp_simulated_{seed}",
    }
    reason = "tool_calls" if calls else "stop"
    if asked.stream:
        with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        yield from _events(head, _deltas(answer, calls), reason, usage if with_usage else None)
        return
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if calls or answer.refusal else answer.text,
        "refusal": answer.refusal,
    }
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
    yield orjson.dumps({**head, "choices": [choice], "usage": usage})


def simulated(model: str) -> str:
    """Name a model as what it is here."""
    return f"simulated-{model}"


def _call(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"call_{ULID()}",
        "type": "function",
        "function": {"name": name, "arguments": orjson.dumps(arguments).decode()},
    }


def _deltas(answer: Answer, calls: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": None if calls else "", "refusal": None}
    for i, call in enumerate(calls):
        function = call["function"]
        yield {"tool_calls": [{"index": i, **call, "function": {**function, "arguments": ""}}]}
        for piece in _pieces(function["arguments"]):
            yield {"tool_calls": [{"index": i, "function": {"arguments": piece}}]}
    if not calls:
        field = "refusal" if answer.refusal else "content"
        for piece in _pieces(answer.refusal or answer.text):
            yield {field: piece}


def _pieces(text: str) -> Iterator[str]:
    return (text[i : i + _PIECE_CHARS] for i in range(0, len(text), _PIECE_CHARS))


def _events(
    head: Mapping[str, Any], deltas: Iterator[dict[str, Any]], reason: str, usage: Mapping[str, int] | None
) -> Iterator[bytes]:
    nothing_yet = {} if usage is None else {"usage": None}
    for delta in deltas:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
        yield _event({**head, "choices": [choice], **nothing_yet})
    last = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": reason}
    yield _event({**head, "choices": [last], **nothing_yet})
    if usage is not None:
        yield _event({**head, "choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def _event(document: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(document) + b"\n\n"


def embeddings(asked: Embeds, vectors: Sequence[np.ndarray[Any, np.dtype[np.float32]]]) -> Response:
    """Answer with vectors, as numbers or as base64 of little-endian float32."""
    plain = asked.encoding_format == "float"
    rows = [
        {
            "object": "embedding",
            "index": i,
            "embedding": vector.tolist() if plain else base64.b64encode(vector.astype("<f4").tobytes()).decode(),
        }
        for i, vector in enumerate(vectors)
    ]
    count = sum(map(tokens, asked.texts))
    usage = {"prompt_tokens": count, "total_tokens": count}
    return as_json({"object": "list", "data": rows, "model": simulated(asked.model), "usage": usage})


def as_json(document: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(orjson.dumps(document), status, headers, "application/json")
