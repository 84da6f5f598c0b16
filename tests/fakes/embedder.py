"""An encoder without a model: a text's vector is the sum of fixed directions of its words."""

import hashlib
from collections.abc import Sequence

import numpy as np

from forethought.domain.similarity import Embedding, EmbeddingModel, normalise

DIM = 64
MAX_TOKENS = 32


class WordsEmbedder:
    """Implements `Embedder`; texts that share words are near. Counts what it was asked."""

    def __init__(self, *, weights: str = "w1") -> None:
        self.model = EmbeddingModel("words", DIM, weights)
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        self.asked += texts
        return [_embedded(text) for text in texts]

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        words = text.split()
        size = min(max_tokens, MAX_TOKENS)
        return [" ".join(words[i : i + size]) for i in range(0, len(words), size)]

    async def close(self) -> None:
        pass


def _embedded(text: str) -> Embedding:
    words = text.lower().split()
    summed = np.sum([_direction(word) for word in words[:MAX_TOKENS] or [""]], axis=0, dtype=np.float32)
    return Embedding(normalise(summed), len(words), len(words) > MAX_TOKENS)


def _direction(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
    return np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)
