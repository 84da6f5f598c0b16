from dataclasses import replace

import numpy as np
import pytest

from forethought.adapters.strategies.files import StrategyFiles, read_strategy
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import ErrorBudget
from forethought.evals.statistics import Share
from forethought.evals.streams.runs import Trace
from forethought.evals.tuning.judging import Worth, verdict
from forethought.evals.tuning.space import values_of, with_values
from forethought.evals.tuning.strategy_file import next_version, write_strategy
from forethought.evals.tuning.study import beside_a_constant

BUDGET = ErrorBudget(0.05, 0.01)
SHIPPED = StrategyFiles().all()


def a_worth(answered, wrong, opposite=0, n=1_000):
    return Worth(Share(answered, n), Share(wrong, answered), Share(opposite, answered))


def a_verdict(default, tuned, *, n=1_000):
    """Judge two whose answers begin at the same record."""
    answered = {name: np.arange(n) < each.answered.k for name, each in (("default", default), ("tuned", tuned))}
    return verdict({"default": default, "tuned": tuned}, answered, BUDGET)


def test_only_what_is_answered_in_the_part_is_counted():
    answers, signals = np.array([1, 1, 1, 0, 1], bool), np.array([1, 1, -1, 1, 0], np.int8)
    truths = [Signal(1), Signal(-1), Signal(1), Signal(1), Signal(1)]

    found = Worth.of(Trace(answers, signals, np.ones(5, np.float32)), truths, slice(1, None))

    assert found == Worth(Share(3, 4), Share(3, 3), Share(2, 3))


def test_a_constant_answer_is_judged_beside_and_the_records_where_it_is_wrong_alone():
    buy, none, sell = Signal(1), Signal(0), Signal(-1)
    truths = [none, none, buy, none, buy, sell]
    trace = Trace(np.array([1, 1, 1, 1, 1, 0], bool), np.array([1, 0, 0, 0, 1, 0], np.int8), np.ones(6, np.float32))

    found = beside_a_constant({"default": trace}, truths, 3)

    assert found == {
        "label": "none",
        **Worth(Share(3, 3), Share(2, 3), Share(0, 3)).document(),
        "elsewhere": {"default": Worth(Share(1, 2), Share(0, 1), Share(0, 1)).document()},
    }


def test_more_coverage_within_the_budget_scores_more():
    assert a_worth(600, 30, 6).score(BUDGET) > a_worth(500, 0).score(BUDGET) > a_worth(0, 0).score(BUDGET) == 0


def test_whatever_breaks_the_budget_scores_less_than_silence_and_the_worse_the_less():
    silent, over, opposite = a_worth(0, 0), a_worth(900, 50), a_worth(900, 45, 40)

    assert silent.score(BUDGET) > over.score(BUDGET) > opposite.score(BUDGET)


def test_one_error_does_not_make_silence_the_best_strategy():
    assert a_worth(7, 1).score(BUDGET) > a_worth(0, 0).score(BUDGET) > a_worth(7, 2).score(BUDGET)


@pytest.mark.parametrize(
    ("default", "tuned", "words"),
    [
        (a_worth(300, 10), a_worth(400, 15), "a gain:"),
        (a_worth(300, 10), a_worth(303, 10), "no gain is shown:"),
        (a_worth(400, 10), a_worth(300, 10), "worse: less"),
        (a_worth(300, 10), a_worth(400, 30), "worse: the tuned strategy breaks"),
        (a_worth(300, 30), a_worth(400, 40), "no gain: both"),
        (a_worth(300, 30), a_worth(250, 10), "the tuned strategy keeps"),
    ],
)
def test_a_gain_is_claimed_only_where_the_held_out_part_shows_one(default, tuned, words):
    assert a_verdict(default, tuned).words.startswith(words)


def test_the_difference_in_coverage_has_an_interval_even_where_nothing_differs():
    gained, same = a_verdict(a_worth(300, 10), a_worth(400, 15)), a_verdict(a_worth(300, 10), a_worth(300, 10))

    # Agresti and Min (2005): (100 - 0) / 1002 and 1.96 * sqrt(101 - 100**2 / 1002) / 1002.
    assert gained.gain == pytest.approx((0.1, 0.0811, 0.1185), abs=1e-4)
    assert same.gain == pytest.approx((0, -0.00196, 0.00196), abs=1e-5)


@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("a-9", "a-10"), ("beta", "beta.2")])
def test_a_version_is_counted_up(old, new):
    assert next_version(old) == new


def test_a_version_that_becomes_too_long_is_refused():
    with pytest.raises(ConfigurationError, match="32 characters"):
        next_version("x" * 32)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_values_of_a_strategy_give_the_same_strategy_again(name):
    strategy = SHIPPED[name]

    assert with_values(strategy, values_of(strategy), version=strategy.version) == strategy


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_strategy_that_was_written_is_read_as_it_was(tmp_path, name):
    strategy = replace(SHIPPED[name], instruction='Say "buy"\nor \\ sell: ½ 金')

    write_strategy(tmp_path / "x.toml", strategy, ["made by a test", ""])

    assert read_strategy(tmp_path / "x.toml") == strategy
    assert (tmp_path / "x.toml").read_text(encoding="utf-8").startswith("# made by a test\n#\n")
    assert [path.name for path in tmp_path.iterdir()] == ["x.toml"]


def test_what_a_file_cannot_say_is_not_written(tmp_path):
    strategy = replace(SHIPPED["default"], validity=replace(SHIPPED["default"].validity, max_move_sigmas=None))

    with pytest.raises(ConfigurationError, match="cannot say"):
        write_strategy(tmp_path / "x.toml", strategy, [])

    assert not list(tmp_path.iterdir())
