"""Turn text into vectors."""

from collections.abc import Sequence
from typing import Protocol

from forethought.domain.similarity import Embedding, EmbeddingModel


class Embedder(Protocol):
    """A sentence encoder. Inference never blocks the event loop."""

    @property
    def model(self) -> EmbeddingModel:
        """What the vectors are made by."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed each text, in order; vectors have unit norm.

        A text longer than the model reads is cut, and its embedding says so (`truncated`).

        Raises:
            Overloaded: the bounded queue is full.
            EmbedderUnavailable: the model does not answer.
        """
        ...

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        """Cut a text into chunks of at most `max_tokens` tokens that share `overlap` tokens; nothing is lost.

        Args:
            text: Any text; the empty text gives no chunks.
            max_tokens: At least 1, special tokens not counted.
            overlap: In [0, max_tokens).
        """
        ...

    async def close(self) -> None:
        """Stop what runs; idempotent."""
        ...
