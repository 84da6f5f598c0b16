"""The attacks themselves: what they send, how they are counted, and how the report tells it."""

from collections.abc import Callable
from random import Random

import pytest

from forethought.application import assess
from forethought.domain.decision import Times
from forethought.evals.redteam.collision import opposites, pairs
from forethought.evals.redteam.defences import Defence, settings_without, without
from forethought.evals.redteam.disguises import DISGUISES, stacked
from forethought.evals.redteam.page import page
from forethought.evals.redteam.suite import ATTACKS, Notes, document, figures
from forethought.evals.redteam.target import Attack, Attempt
from forethought.settings import ApiSettings, Settings

TAUGHT, ASKED = "Gold rises 2.1 percent as the dollar weakens", "Gold falls 2.1 percent as the dollar weakens"


def draws(seed):
    return Random(seed)  # noqa: S311 - a recorded draw


async def nothing(*_):
    return
    yield


AN_ATTACK = Attack("collision", "Dresses up.", "it is answered", nothing, ("COL",))


def tried(*, won=0, lost=0, answered=0):
    made = [Attempt("a way", succeeded=i < won, sent="`text`\u202e", got="buy") for i in range(won + lost)]
    return figures(
        AN_ATTACK,
        [*made, *(Attempt("honest", succeeded=True, sent="x", got="y", control=True) for _ in range(answered))],
    )


@pytest.mark.parametrize("disguise", [*DISGUISES.values(), stacked])
def test_a_disguise_is_the_same_for_the_same_draws_and_never_empty(disguise: Callable[..., str]):
    for pair in opposites(pairs(7)):
        texts = {disguise(draws(3), pair.taught, pair.asked) for _ in range(2)}
        assert len(texts) == 1
        assert texts.pop().strip()


@pytest.mark.parametrize("name", sorted(DISGUISES))
def test_a_disguise_never_sends_the_remembered_text_alone(name: str):
    """Otherwise its answer would be right, and no success."""
    for seed in range(200):
        sent = DISGUISES[name](draws(seed), TAUGHT, ASKED)
        assert " ".join(sent.casefold().split()) != TAUGHT.casefold()


@pytest.mark.parametrize(
    "name", ["homoglyphs", "invisible characters", "misspelling", "mark-up", "spacing", "leetspeak"]
)
def test_what_is_disguised_is_mostly_the_word_that_makes_the_difference(name: str):
    changed = sum(
        "falls" not in DISGUISES[name](draws(seed), TAUGHT, ASKED).replace("<s>falls</s>", "") for seed in range(100)
    )

    assert changed > 50


def test_there_are_enough_victims_for_300_attempts_of_each():
    assert len(opposites(pairs(7))) >= 300


def test_controls_are_counted_apart():
    found = tried(won=1, lost=3, answered=2)

    assert (found["tried"]["k"], found["tried"]["n"]) == (1, 4)
    assert (found["control"]["k"], found["control"]["n"]) == (2, 2)


def test_zero_of_three_hundred_is_at_most_a_little_over_one_percent():
    assert 0.012 < tried(lost=300)["tried"]["high"] < 0.013


@pytest.mark.parametrize(("won", "passed"), [(0, True), (1, False)])
def test_a_run_passes_only_without_a_success(won, passed):
    assert document([tried(won=won, lost=9)], attempts=10, seed=7, without=())["passed"] is passed


def test_the_page_names_the_bound_what_got_through_and_what_each_defence_stops():
    whole = document([tried(won=1, lost=299, answered=30)], attempts=300, seed=7, without=())
    bare = document([tried(won=250, lost=50)], attempts=300, seed=7, without=[Defence.GUARD])

    text = page(whole, [bare], command="forethought redteam", made_on="2026-01-01")

    assert "| collision | it is answered | 1 of 300, at most 1.9% | 30 of 30 |" in text
    assert "- a way: `'text'\\u202e` (buy)" in text
    assert "| guard |" in text
    assert "250 of 300" in text


def test_a_run_is_taken_up_where_it_was_stopped_unless_it_is_another(tmp_path):
    file = tmp_path / "notes.json"
    Notes.opened(file, seed=7, attempts=300, without=()).keep("collision", {"name": "collision"})

    same = Notes.opened(file, seed=7, attempts=300, without=())
    other = Notes.opened(file, seed=8, attempts=300, without=())

    assert (set(same.found), set(other.found)) == ({"collision"}, set())


@pytest.mark.parametrize("defence", Defence)
def test_every_defence_names_an_attack_that_it_stops(defence: Defence):
    assert defence.stops in ATTACKS
    assert defence.does


def test_a_defence_is_back_when_the_context_ends():
    compare, usable_at = assess.compare, Times.usable_at

    with without(list(Defence)):
        taken = (assess.compare, Times.usable_at)

    assert compare not in taken
    assert usable_at not in taken
    assert (assess.compare, Times.usable_at) == (compare, usable_at)


def test_the_write_key_is_a_setting():
    settings = Settings(api=ApiSettings(write_key="key"))

    assert settings_without(settings, [Defence.GUARD]).api.write_key is not None
    assert settings_without(settings, [Defence.WRITE_KEY]).api.write_key is None
