"""Vectors and how near they lie."""

import hashlib
import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from forethought.domain.errors import DimensionMismatch

Vector: TypeAlias = npt.NDArray[np.float32]
"""float32, shape (d,), unit norm unless said otherwise."""


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """What made a vector. Vectors of different models never meet: `tag` is part of every key and index name."""

    name: str
    dim: int
    weights_hash: str
    """First 12 hex digits of the sha256 of the weights and tokenizer; a remote model's own version string."""

    @property
    def label(self) -> str:
        """Name the model for people and in answers: `name@weights`."""
        return f"{self.name}@{self.weights_hash}"

    @property
    def tag(self) -> str:
        """Identify name, dimension and weights in 16 hex digits, fit for a key or a RediSearch TAG."""
        return hashlib.sha256(f"{self.name}|{self.dim}|{self.weights_hash}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Embedding:
    """One embedded text."""

    vector: Vector
    tokens: int
    """Tokens that the text has, before any cut."""
    truncated: bool
    """True when the model saw only the first part."""


def normalise(vector: Vector) -> Vector:
    """Scale to unit norm; the zero vector stays zero."""
    norm = float(np.linalg.norm(vector))
    return (vector / np.float32(norm)).astype(np.float32) if norm > 0 else vector


def cosine(a: Vector, b: Vector) -> float:
    """Measure the cosine of two unit vectors, clamped to [-1, 1]; -1 when a vector is damaged (not a number).

    Raises:
        DimensionMismatch: the shapes differ.
    """
    if a.shape != b.shape:
        raise DimensionMismatch(f"vectors of {a.shape[0]} and {b.shape[0]} dimensions cannot be compared")
    found = float(a @ b)
    return max(-1.0, min(1.0, found)) if math.isfinite(found) else -1.0
