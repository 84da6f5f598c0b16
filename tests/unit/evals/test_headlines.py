import re
from collections import Counter
from itertools import pairwise

import pytest

from forethought.domain.decision import Signal
from forethought.evals.headlines import PROFILES, broad, causes, stream, templates_development, templates_test, words
from forethought.evals.headlines.inflection import gerund, third_person

SHARED = ("up", "down", "higher", "lower", "{house}")


def test_the_same_arguments_write_the_same_stream() -> None:
    gold = PROFILES["gold"]

    assert stream(gold, 50, seed=3) == stream(gold, 50, seed=3)
    assert stream(gold, 50, seed=3) != stream(gold, 50, seed=4)


@pytest.mark.parametrize("split", ["development", "test", "both"])
@pytest.mark.parametrize("name", PROFILES)
def test_every_asset_has_a_stream_in_time_order_with_every_slot_filled(name, split) -> None:
    told = stream(PROFILES[name], 300, seed=1, split=split)

    assert len(told) == 300
    assert [h.at for h in told] == sorted(h.at for h in told)
    assert not [h.text for h in told if set("{}") & set(h.text)]
    assert all(5 < len(h.text) < 200 for h in told)


def test_signals_come_in_the_mix_of_labelled_streams() -> None:
    told = [h for seed in range(4) for h in stream(PROFILES["gold"], 1_500, seed=seed)]
    share = {signal: count / len(told) for signal, count in Counter(h.signal for h in told).items()}

    assert share[Signal.BUY] == pytest.approx(0.42, abs=0.05)
    assert share[Signal.SELL] == pytest.approx(0.38, abs=0.05)
    assert share[Signal.NONE] == pytest.approx(0.20, abs=0.03)


def test_noise_changes_labels_and_nothing_else() -> None:
    clean, noisy = (stream(PROFILES["crude"], 2_000, seed=5, noise=noise) for noise in (0.0, 0.1))

    assert [(h.text, h.at) for h in clean] == [(h.text, h.at) for h in noisy]
    changed = sum(a.signal != b.signal for a, b in zip(clean, noisy, strict=True))
    assert changed / 2_000 == pytest.approx(0.1, abs=0.03)


def test_directions_cluster_in_time() -> None:
    """Neighbours agree more often than strangers."""
    told = [h.signal for h in stream(PROFILES["gold"], 4_000, seed=2) if h.signal is not Signal.NONE]

    def agreement(lag):
        return sum(a == b for a, b in zip(told, told[lag:], strict=False)) / (len(told) - lag)

    assert agreement(1) > agreement(500) + 0.05


@pytest.mark.parametrize("name", ["MOVE", "UP", "DOWN", "NONE"])
def test_no_template_is_in_both_halves(name) -> None:
    development = getattr(templates_development, name)
    test = getattr(templates_test, name)

    shared = set(development) & set(test)
    # a subject with its verb and reason has no word of its own
    assert not {template for template in shared if re.sub(r"\{[^}]*\}", "", template).strip(" ,;:")}


def test_no_verb_noun_or_cause_is_in_both_halves() -> None:
    for halves in (words, causes):
        for key in halves.TEST:
            shared = set(halves.DEVELOPMENT[key]) & set(halves.TEST[key])
            assert shared <= set(SHARED), key


def test_a_quarter_of_the_headlines_says_something_rare() -> None:
    """Real streams have a long tail of phrasings: pairs of words seen fewer than five times in 4,000."""
    told = [pairs(h.text) for h in stream(PROFILES["gold"], 4_000, seed=0)]
    seen = Counter(pair for text in told for pair in text)

    assert sum(any(seen[pair] < 5 for pair in text) for text in told) / len(told) > 0.25


def pairs(text):
    tokens = ["0" if any(c.isdigit() for c in t) else t.strip(",.:;!?") for t in text.lower().split()]
    return set(pairwise(tokens))


def test_the_broad_stream_is_mostly_neutral_and_says_much_once() -> None:
    told = broad(2_000, seed=0)
    seen = Counter(word for h in told for word in h.text.lower().split())

    assert sum(h.signal is Signal.NONE for h in told) / 2_000 == pytest.approx(0.6, abs=0.04)
    assert sum(count == 1 for count in seen.values()) / len(seen) > 0.5
    assert not [h.text for h in told if set("{}[]") & set(h.text)]
    assert told == broad(2_000, seed=0)


@pytest.mark.parametrize(
    ("verb", "third", "ing"),
    [
        ("edge up", "edges up", "edging up"),
        ("slip", "slips", "slipping"),
        ("touch fresh low", "touches fresh low", "touching fresh low"),
        ("rally", "rallies", "rallying"),
        ("be on a tear", "is on a tear", "being on a tear"),
        ("defy gravity", "defies gravity", "defying gravity"),
    ],
)
def test_verbs_are_inflected(verb, third, ing) -> None:
    assert (third_person(verb), gerund(verb)) == (third, ing)


def test_above_and_below_a_mark_follow_the_signal() -> None:
    told = [h for seed in range(3) for h in stream(PROFILES["gold"], 4_000, seed=seed, noise=0.0)]
    above = [h for h in told if re.search(r"(?i)^(\w+ )?gold( price)?( back)? above \$", h.text)]

    assert above
    assert {h.signal for h in above} == {Signal.BUY}
