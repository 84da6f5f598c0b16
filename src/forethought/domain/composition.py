"""Compose component vectors into the one that retrieves.

The composed vector retrieves; it must not decide. With three of four components shared, its cosine hardly depends on
the news any more (.75 + .25 s for equal weights, s the cosine of the news), so the news part is scored by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forethought.domain.errors import ConfigurationError, DimensionMismatch
from forethought.domain.similarity import Vector, normalise

SLOTS = ("instruction", "context", "news", "market")
"""The weights of a strategy, and the order of the parts in a concatenation."""


@dataclass(frozen=True, slots=True)
class Part:
    """One component's vector with the weight name under which it counts."""

    type: str
    id: str
    weight_name: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of `vec_details`: the share of a component in the composed vector."""

    type: str
    id: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reduction:
    """A principal component analysis fitted offline; `name` carries its version."""

    name: str
    model_tag: str
    """The embedding model whose vectors it was fitted on."""
    mean: npt.NDArray[np.float32]
    """float32, shape (4 d,)."""
    axes: npt.NDArray[np.float32]
    """float32, shape (out, 4 d)."""


def shares(parts: Iterable[Part], weights: Mapping[str, float]) -> list[Detail]:
    """Work out each component's weight: the strategy's weight of its kind, shared equally among that kind.

    The shares sum to 1 over the kinds that are present.
    """
    found = list(parts)
    counts = {name: sum(p.weight_name == name for p in found) for name in SLOTS}
    total = sum(weights.get(name, 0.0) for name, n in counts.items() if n)
    if total <= 0:
        return [Detail(p.type, p.id, 0.0) for p in found]
    return [Detail(p.type, p.id, weights.get(p.weight_name, 0.0) / total / counts[p.weight_name]) for p in found]


def weighted_sum(parts: Iterable[Part], weights: Mapping[str, float]) -> Vector:
    """Compose normalise(sum of w_i v_i) (seed `000`, section *Vector composition*).

    Raises:
        DimensionMismatch: the parts differ in dimension.
    """
    found = list(parts)
    _same_dimension(found)
    scale = np.array([d.weight for d in shares(found, weights)], dtype=np.float32)
    return normalise(scale @ np.stack([p.vector for p in found]))


def concatenated(parts: Iterable[Part], weights: Mapping[str, float]) -> Vector:
    """Lay the four slots side by side, each the unit mean of its parts times the square root of its weight.

    Returns:
        float32, shape (4 d,), not of unit norm; a slot without parts is zero.

    Raises:
        DimensionMismatch: the parts differ in dimension.
    """
    found = list(parts)
    _same_dimension(found)
    dim = found[0].vector.shape[0]
    return np.concatenate([_slot(found, name, dim) * np.float32(np.sqrt(weights.get(name, 0.0))) for name in SLOTS])


def concat_pca(parts: Iterable[Part], weights: Mapping[str, float], reduction: Reduction) -> Vector:
    """Compose by concatenating the four slots and reducing by PCA.

    Raises:
        DimensionMismatch: the reduction was fitted for another dimension.
    """
    long = concatenated(parts, weights)
    if long.shape != reduction.mean.shape:
        raise DimensionMismatch(f"{reduction.name} reduces {reduction.mean.shape[0]} dimensions, got {long.shape[0]}")
    return normalise((reduction.axes @ (long - reduction.mean)).astype(np.float32))


def pooled(parts: Iterable[Part]) -> Vector | None:
    """Return the unit mean of the parts, or `None` for none: the context as one vector."""
    found = [p.vector for p in parts]
    return normalise(np.mean(np.stack(found), axis=0, dtype=np.float32)) if found else None


def _slot(parts: list[Part], name: str, dim: int) -> Vector:
    mean = pooled(p for p in parts if p.weight_name == name)
    return np.zeros(dim, dtype=np.float32) if mean is None else mean


def _same_dimension(parts: list[Part]) -> None:
    if not parts:
        raise ConfigurationError("nothing to compose: every component is empty")
    dims = {p.vector.shape for p in parts}
    if len(dims) > 1:
        raise DimensionMismatch(f"components have different dimensions: {sorted(dims)}")
