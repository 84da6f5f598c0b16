"""Whom to believe."""

import pytest

from forethought.domain.sources import Standing, distrusted

HONEST = {"desk-1": Standing(100, 2), "desk-2": Standing(80, 3)}


def test_a_source_that_contradicts_the_others_is_distrusted():
    assert distrusted({**HONEST, "mallory": Standing(10, 4)}) == {"mallory"}


@pytest.mark.parametrize(
    "standing", [Standing(10, 2), Standing(100, 10)], ids=["too few to tell", "no more than honest errors explain"]
)
def test_one_that_errs_now_and_then_is_not(standing: Standing):
    assert distrusted({**HONEST, "clumsy": standing}) == frozenset()


def test_nobody_is_distrusted_when_the_world_changes():
    assert distrusted({name: Standing(100, 40) for name in ("desk-1", "desk-2", "desk-3")}) == frozenset()


def test_a_single_source_has_nobody_to_contradict():
    assert distrusted({"only": Standing(50, 0)}) == frozenset()
