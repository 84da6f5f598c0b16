"""Vectors that are made once: by text for the encoder, by record for those who compete; kept in a file between runs."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from forethought.application.ports.embedder import Embedder
from forethought.domain.similarity import Embedding, EmbeddingModel, Vector

WAYS = ("head", "chunks", "seed")
"""Ways of looking at a record: the head of its whole text, the mean of its chunks, the seed's composition."""


@dataclass(slots=True)
class Looks:
    """What is known of one record: its vectors by way, or why the service refuses it."""

    same: str
    """Equal for the same ten rows; for a text, for the same text."""
    vectors: dict[str, Vector]
    refusal: tuple[str, str] | None = None
    """Code and detail."""


@dataclass
class RecordedEmbedder:
    """An encoder that embeds no text twice, in this run or in an earlier one."""

    inner: Embedder
    known: dict[str, Embedding] = field(default_factory=dict)
    """By sha256 of the text."""

    @property
    def model(self) -> EmbeddingModel:
        """See the port."""
        return self.inner.model

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """See the port."""
        names = [_sha(text) for text in texts]
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in self.known}
        if missing:
            made = await self.inner.embed(list(missing.values()))
            self.known.update(zip(missing, made, strict=True))
        return [self.known[name] for name in names]

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        """See the port."""
        return self.inner.split(text, max_tokens=max_tokens, overlap=overlap)

    async def close(self) -> None:
        """See the port."""
        await self.inner.close()


@dataclass
class Vectors:
    """Both kinds of vectors, and the file that they are kept in."""

    path: Path
    purpose: str
    """Names what the vectors hang on: the data, the strategies and the model. A file of another purpose is not used."""
    embedder: RecordedEmbedder
    looks: dict[int, Looks] = field(default_factory=dict)
    """By row of the file."""

    def load(self) -> None:
        """Take what the file has; a file of another purpose, or a damaged one, is as good as none."""
        try:
            with self.path.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
                if str(held["purpose"]) != self.purpose:
                    return
                texts, looks = _texts_of(held), _looks_of(held)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return
        self.embedder.known.update(texts)
        self.looks.update(looks)

    def save(self) -> None:
        """Write the file anew, at once or not at all."""
        known, looks = self.embedder.known, self.looks
        dim = self.embedder.model.dim
        nothing = np.zeros(dim, dtype=np.float32)
        write_npz(
            self.path,
            purpose=np.array(self.purpose),
            names=np.array(list(known), dtype="U64"),
            embeddings=_stacked([each.vector for each in known.values()], dim),
            tokens=np.array([each.tokens for each in known.values()], dtype=np.int64),
            truncated=np.array([each.truncated for each in known.values()], dtype=np.bool_),
            looks=np.array(json.dumps([(row, each.same, each.refusal) for row, each in looks.items()])),
            **{
                f"way_{way}": _stacked([each.vectors.get(way, nothing) for each in looks.values()], dim) for way in WAYS
            },
        )


def write_npz(path: Path, **arrays: Any) -> None:  # noqa: ANN401 - as numpy has it
    """Write a file of arrays, at once or not at all."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        np.savez(stream, **arrays)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _stacked(vectors: Sequence[Vector], dim: int) -> "np.ndarray[Any, np.dtype[np.float32]]":
    return np.stack(vectors) if vectors else np.zeros((0, dim), dtype=np.float32)


def _texts_of(held: Any) -> dict[str, Embedding]:  # noqa: ANN401 - numpy's file of arrays
    embeddings = held["embeddings"]
    columns = zip(held["names"], held["tokens"], held["truncated"], strict=True)
    return {
        str(name): Embedding(embeddings[i], int(tokens), bool(cut)) for i, (name, tokens, cut) in enumerate(columns)
    }


def _looks_of(held: Any) -> dict[int, Looks]:  # noqa: ANN401 - numpy's file of arrays
    ways = {way: held[f"way_{way}"] for way in WAYS}
    found = {}
    for i, (row, same, refusal) in enumerate(json.loads(str(held["looks"]))):
        vectors = {} if refusal else {way: vectors[i] for way, vectors in ways.items()}
        found[int(row)] = Looks(same, vectors, tuple(refusal) if refusal else None)
    return found
