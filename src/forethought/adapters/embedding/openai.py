"""OpenAI and Azure OpenAI embeddings, by setting; the hot path is local unless configured otherwise."""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import openai
from pydantic import SecretStr

from forethought.adapters.embedding._tokenizer import WordPieces, require_content, require_unicode, word_pieces
from forethought.domain.errors import (
    ConfigurationError,
    EmbedderUnavailable,
    ForethoughtError,
    InvalidText,
    Overloaded,
)
from forethought.domain.similarity import Embedding, EmbeddingModel, Vector, normalise

BASE_URL = "https://api.openai.com/v1"
MAX_TOKENS = 8_191
"""What the embedding models of OpenAI read of a text."""

NATIVE_DIM = {"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072, "text-embedding-ada-002": 1_536}

# A request may carry 2,048 texts and 300,000 tokens; a token has at least one byte, so bytes are a safe bound.
_MAX_TEXTS = 256
_MAX_BYTES = 300_000
# Our count is WordPiece, theirs is cl100k: a text that we think too long is cut with this much to spare.
_CUT_TOKENS = MAX_TOKENS * 4 // 5
_BYTES_PER_TOKEN = 4

ERRORS: dict[type[openai.OpenAIError], type[ForethoughtError]] = {
    openai.OpenAIError: EmbedderUnavailable,
    openai.APIError: EmbedderUnavailable,
    openai.APIResponseValidationError: EmbedderUnavailable,
    openai.APIConnectionError: EmbedderUnavailable,
    openai.APITimeoutError: EmbedderUnavailable,
    openai.APIStatusError: EmbedderUnavailable,
    openai.InternalServerError: EmbedderUnavailable,
    openai.ConflictError: EmbedderUnavailable,
    openai.RateLimitError: Overloaded,
    openai.AuthenticationError: ConfigurationError,
    openai.PermissionDeniedError: ConfigurationError,
    openai.NotFoundError: ConfigurationError,
    openai.BadRequestError: ConfigurationError,
    openai.UnprocessableEntityError: ConfigurationError,
}
"""What each vendor error becomes; the most specific class wins. `_translate` refines two of them by their code."""

_CODES: dict[str, type[ForethoughtError]] = {
    "insufficient_quota": ConfigurationError,  # comes as 429, but waiting does not help
    "context_length_exceeded": InvalidText,
}


class OpenAiEmbedder:
    """Embeddings of a remote model.

    `Embedding.tokens` is the provider's own count when one text is sent; for several texts, which the provider counts
    together, its count is shared out by ours (WordPiece); for a text that was cut it is our estimate. `split` counts by
    WordPiece too: cl100k is not at hand offline.

    Args:
        api_key: Sent as a bearer token; never shown.
        model: Name of the model.
        dim: Length of the vectors; `None` is the model's own, which must be known for models not in `NATIVE_DIM`.
        base_url: Any service with OpenAI's protocol.
        timeout_s: For one `embed` request, repeats included.
        max_retries: Repeats of a request that met 408, 409, 429, 5xx or no connection, with pauses between.
    """

    def __init__(
        self,
        *,
        api_key: SecretStr,
        model: str = "text-embedding-3-small",
        dim: int | None = None,
        base_url: str = BASE_URL,
        timeout_s: float = 5.0,
        max_retries: int = 1,
    ) -> None:
        key = _require_key(api_key)
        client = openai.AsyncOpenAI(api_key=key, base_url=base_url, timeout=timeout_s, max_retries=max_retries)
        self._set_up(client, key, model=model, dim=dim, timeout_s=timeout_s, version=f"remote:{model}")

    def _set_up(
        self, client: openai.AsyncOpenAI, key: str, *, model: str, dim: int | None, timeout_s: float, version: str
    ) -> None:
        native = NATIVE_DIM.get(model)
        if dim is None and native is None:
            raise ConfigurationError(f"the dimension of {model} is not known; set it beside the model")
        if dim is not None and not 0 < dim <= (native or dim):
            raise ConfigurationError(f"{model} has at most {native} dimensions, found {dim}")
        self._client = client
        self._key = key
        self._timeout_s = timeout_s
        self._model = EmbeddingModel(name=model, dim=dim or native or 0, weights_hash=version)
        self._dimensions = openai.omit if self._model.dim == native else self._model.dim
        self._pieces: WordPieces = word_pieces()
        self._closed = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._model.name!r}, dim={self._model.dim})"

    @property
    def model(self) -> EmbeddingModel:
        """What the vectors are made by."""
        return self._model

    @property
    def max_tokens(self) -> int:
        """Tokens that are read of a text."""
        return MAX_TOKENS

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed each text, in order, in as few requests as the provider allows.

        Raises:
            InvalidText: a text is empty, not Unicode, or refused as too long.
            Overloaded: the rate limit is reached.
            EmbedderUnavailable: no answer in time, or not a usable one; or closed.
            ConfigurationError: key, model, address or quota is wrong.
        """
        for text in texts:
            require_content(text)
            require_unicode(text)
        if self._closed:
            raise EmbedderUnavailable("the remote encoder is closed")
        embeddings: list[Embedding] = []
        for batch in _batches([self._cut(text) for text in texts]):
            embeddings += await self._embed_batch(batch)
        return embeddings

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        """Cut a text between words into chunks of at most `max_tokens` WordPiece tokens; nothing is lost."""
        return self._pieces.split(text, max_tokens=max_tokens, overlap=overlap)

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        await self._client.close()

    def _cut(self, text: str) -> tuple[str, int | None]:
        """Return what can be sent, and the number of tokens before the cut when there was one."""
        if len(text) * 4 <= MAX_TOKENS or len(text.encode()) <= MAX_TOKENS:
            return text, None
        tokens = max(self._pieces.count(text), len(text.encode()) // _BYTES_PER_TOKEN)
        if tokens <= MAX_TOKENS:
            return text, None
        head = self._pieces.head(text, _CUT_TOKENS)
        return head.encode()[: _CUT_TOKENS * _BYTES_PER_TOKEN].decode(errors="ignore"), tokens

    def _cut_to_bytes(self, text: str, before: int | None) -> tuple[str, int | None]:
        raw = text.encode()
        if len(raw) <= MAX_TOKENS:
            return text, before
        return raw[:MAX_TOKENS].decode(errors="ignore"), before or max(self._pieces.count(text), MAX_TOKENS + 1)

    async def _embed_batch(self, batch: list[tuple[str, int | None]]) -> list[Embedding]:
        try:
            response = await self._request([text for text, _ in batch])
        except InvalidText:  # a text has more tokens than we thought: cut to what fits for certain, and say so
            batch = [self._cut_to_bytes(*item) for item in batch]
            response = await self._request([text for text, _ in batch])
        vectors = self._vectors(response, len(batch))
        counts = self._counts([text for text, _ in batch], response)
        return [
            Embedding(vector=vector, tokens=count if before is None else before, truncated=before is not None)
            for vector, count, (_, before) in zip(vectors, counts, batch, strict=True)
        ]

    async def _request(self, texts: list[str]) -> Any:  # noqa: ANN401  checked by `_vectors`; servers differ from the type
        caught: Exception
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._client.embeddings.create(
                    input=texts, model=self._model.name, encoding_format="base64", dimensions=self._dimensions
                )
        except (openai.OpenAIError, TimeoutError, ValueError) as error:  # ValueError: a body that is not JSON
            caught = error
        # Raised outside the handler, so that a cause that shows the key does not ride along as context.
        raise _translate(caught) from (None if self._key in str(caught) else caught)

    def _vectors(self, response: Any, expected: int) -> list[Vector]:  # noqa: ANN401  see `_request`
        try:
            rows = sorted(response.data, key=lambda row: int(row.index))
            vectors = [_vector(row.embedding) for row in rows]
        except (AttributeError, TypeError, ValueError) as error:
            raise EmbedderUnavailable("the embedding service answered something else than embeddings") from error
        shapes = {vector.shape for vector in vectors}
        if [row.index for row in rows] != list(range(expected)) or shapes != {(self._model.dim,)}:
            raise EmbedderUnavailable(
                f"expected {expected} vectors of {self._model.dim} dimensions, found {len(rows)} of {sorted(shapes)}"
            )
        if not all(np.isfinite(vector).all() and vector.any() for vector in vectors):
            raise EmbedderUnavailable("the embedding service answered a vector without direction")
        return [normalise(vector) for vector in vectors]

    def _counts(self, texts: list[str], response: Any) -> list[int]:  # noqa: ANN401  see `_request`
        total = getattr(getattr(response, "usage", None), "prompt_tokens", None)
        if isinstance(total, int) and len(texts) == 1:
            return [total]
        ours = [self._pieces.count(text) for text in texts]
        if not isinstance(total, int) or sum(ours) == 0:
            return ours
        return [max(1, round(count * total / sum(ours))) for count in ours]


class AzureOpenAiEmbedder(OpenAiEmbedder):
    """The same models from a deployment in Azure.

    Args:
        api_key: Sent as the header `api-key`; never shown.
        endpoint: `https://{resource}.openai.azure.com`.
        deployment: Name of the deployment.
        api_version: Version of the data-plane API, such as `2024-10-21`.
        model: The model that is deployed.
        dim: As for OpenAI.
        timeout_s: As for OpenAI.
        max_retries: As for OpenAI.
    """

    def __init__(
        self,
        *,
        api_key: SecretStr,
        endpoint: str,
        deployment: str,
        api_version: str = "2024-10-21",
        model: str = "text-embedding-3-small",
        dim: int | None = None,
        timeout_s: float = 5.0,
        max_retries: int = 1,
    ) -> None:
        key = _require_key(api_key)
        client = openai.AsyncAzureOpenAI(
            api_key=key,
            azure_endpoint=endpoint,
            azure_deployment=deployment,
            api_version=api_version,
            timeout=timeout_s,
            max_retries=max_retries,
        )
        version = f"remote:azure:{model}:{deployment}:{api_version}"
        self._set_up(client, key, model=model, dim=dim, timeout_s=timeout_s, version=version)


def _require_key(api_key: SecretStr) -> str:
    key = api_key.get_secret_value()
    if not key or not key.isascii() or not key.isprintable():
        raise ConfigurationError("the key of the embedding service is empty or holds characters that no key has")
    return key


def _batches(texts: Sequence[tuple[str, int | None]]) -> Iterator[list[tuple[str, int | None]]]:
    batch: list[tuple[str, int | None]] = []
    size = 0
    for item in texts:
        length = len(item[0].encode())
        if batch and (len(batch) == _MAX_TEXTS or size + length > _MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += length
    if batch:
        yield batch


def _vector(embedding: object) -> Vector:
    """Read base64 little-endian float32, or the list of numbers that some services send whatever is asked."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4").astype(np.float32)
    return np.asarray(embedding, dtype=np.float32)


def _translate(error: Exception) -> ForethoughtError:
    """Name our error; the vendor's own text, which may quote the key or the news, stays out of its message."""
    status = getattr(error, "status_code", None)
    code = getattr(error, "code", None)
    what = type(error).__name__ if status is None else f"{type(error).__name__}, status {status}"
    kind = _CODES.get(str(code)) or next(
        (ERRORS[base] for base in type(error).__mro__ if base in ERRORS), EmbedderUnavailable
    )
    return kind(f"the embedding service failed: {what}" + (f", code {code}" if code in _CODES else ""))
