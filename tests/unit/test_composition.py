"""Composition: unit vectors, the same in any order, never of mixed dimensions."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from forethought.domain.composition import SLOTS, Part, Reduction, concat_pca, pooled, shares, weighted_sum
from forethought.domain.errors import ConfigurationError, DimensionMismatch
from forethought.domain.similarity import normalise

DIM = 5
WEIGHTS = {"instruction": 0.4, "context": 0.2, "news": 0.2, "market": 0.2}
VECTORS = (
    arrays(np.float32, DIM, elements=st.floats(-1, 1, width=32))
    .filter(lambda v: float(np.linalg.norm(v)) > 0.1)
    .map(normalise)
)
PARTS = st.lists(st.tuples(st.sampled_from(SLOTS), VECTORS), min_size=1, max_size=8).map(
    lambda found: [Part(slot, f"{i:064}", slot, vector) for i, (slot, vector) in enumerate(found)]
)


def a_part(slot: str = "news", vector: np.ndarray | None = None, id_: str = "a") -> Part:
    return Part(slot, id_, slot, normalise(np.ones(DIM, np.float32)) if vector is None else vector)


def a_reduction(out: int = 3) -> Reduction:
    axes = np.random.default_rng(1).standard_normal((out, 4 * DIM)).astype(np.float32)
    return Reduction("pca-test-1", "tag", np.zeros(4 * DIM, np.float32), axes)


def composed(parts: list[Part]) -> list[np.ndarray]:
    return [weighted_sum(parts, WEIGHTS), concat_pca(parts, WEIGHTS, a_reduction())]


@given(PARTS)
def test_what_is_composed_has_unit_norm(parts):
    """Or none at all, where the parts cancel out."""
    for vector in composed(parts):
        norm = float(np.linalg.norm(vector))
        assert norm == pytest.approx(1, abs=1e-4) or norm < 1e-3
        assert vector.dtype == np.float32


@given(PARTS, st.randoms(use_true_random=False))
def test_the_order_of_the_parts_does_not_matter(parts, random):
    before = composed(parts)
    if (
        min(
            float(np.linalg.norm(sum(p.vector for p in parts if p.weight_name == s)))
            for s in {p.weight_name for p in parts}
        )
        < 0.05
    ):
        return  # what cancels out has no direction
    shuffled = random.sample(parts, len(parts))

    for one, other in zip(before, composed(shuffled), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


@given(PARTS)
def test_shares_sum_to_one_and_a_kind_shares_its_weight_equally(parts):
    found = shares(parts, WEIGHTS)

    assert sum(detail.weight for detail in found) == pytest.approx(1)
    for slot in SLOTS:
        assert len({round(d.weight, 9) for d in found if d.type == slot}) <= 1


def test_of_one_part_the_sum_is_the_part():
    part = a_part()

    np.testing.assert_allclose(weighted_sum([part], WEIGHTS), part.vector, atol=1e-6)


def test_parts_without_weight_count_for_nothing():
    news, market = a_part(vector=normalise(np.arange(1, 6, dtype=np.float32))), a_part("market", id_="b")

    vector = weighted_sum([news, market], WEIGHTS | {"market": 0.0})

    np.testing.assert_allclose(vector, news.vector, atol=1e-6)


def test_vectors_of_different_dimensions_never_meet():
    parts = [a_part(), a_part(vector=np.ones(DIM + 1, np.float32), id_="b")]

    for compose in (lambda: weighted_sum(parts, WEIGHTS), lambda: concat_pca(parts, WEIGHTS, a_reduction())):
        with pytest.raises(DimensionMismatch):
            compose()


def test_a_reduction_of_another_dimension_is_refused():
    with pytest.raises(DimensionMismatch, match=f"{4 * DIM}"):
        concat_pca([a_part(vector=np.ones(DIM + 1, np.float32))], WEIGHTS, a_reduction())


def test_nothing_cannot_be_composed():
    with pytest.raises(ConfigurationError):
        weighted_sum([], WEIGHTS)


def test_no_context_is_no_vector():
    assert pooled([]) is None
