import re
from collections import Counter

import pytest

from forethought.domain.errors import ConfigurationError
from forethought.evals.adversarial.figures import figures
from forethought.evals.adversarial.frames import Split, SplitTexts, read_split
from forethought.evals.adversarial.generator import generate
from forethought.evals.adversarial.page import page
from forethought.evals.adversarial.suite import Judged, Notebook, PairSet, failures, sets_of
from forethought.evals.pairs import PARAPHRASE, Outcome, Pair

KINDS = {"direction", "negation", "role", "entity", "number", "unit", "period", "certainty", "retraction"}


@pytest.fixture(params=Split)
def split(request):
    return request.param


def pairs_of(split, seed=7):
    return generate(read_split(split), split, seed=seed)


def a_pair(kind=PARAPHRASE, **fields):
    return Pair(**{"taught": "Gold rises", "asked": "Gold climbs", "asset": "XAU", "relation": kind} | fields)


def an_outcome(kind=PARAPHRASE, *, reused, opposite=False, style="synonym"):
    pair = a_pair(kind, signal_taught=1, signal_asked=1 if kind == PARAPHRASE else -1, style=style)
    return Outcome(pair, retrieved=True, reused=reused, opposite=opposite, guard="passed", path="precedent")


def a_set(*outcomes, split=Split.DEVELOPMENT):
    return Judged(PairSet("generated", split, tuple(o.pair for o in outcomes)), outcomes)


def a_report(*outcomes):
    each = {"name": "generated, test", "origin": "generated", "split": "test", **figures(outcomes)}
    return {"version": "1", "encoder": "e", "seed": 7, "sets": [each]}


def texts_of(texts):
    for frame in texts.frames:
        yield frame.text
        yield from (text for _, text in frame.same)
        yield from (text for *_, text in frame.other)


def test_the_suite_is_as_large_as_it_has_to_be():
    kinds = Counter(pair.relation for split in Split for pair in pairs_of(split))

    assert kinds.total() - kinds[PARAPHRASE] >= 1_000
    assert kinds[PARAPHRASE] >= 300


def test_every_split_has_every_kind(split):
    assert {pair.relation for pair in pairs_of(split)} == KINDS | {PARAPHRASE}


def test_the_splits_share_no_text_and_no_name():
    one, other = (read_split(each) for each in Split)

    assert not set(texts_of(one)) & set(texts_of(other))
    assert not _names(one) & _names(other)
    assert not {*one.retractions, *one.corrections} & {*other.retractions, *other.corrections}


def _names(texts):
    return {name for entries in texts.lists.values() for entry in entries for name in entry}


@pytest.mark.parametrize(("mine", "other"), [tuple(Split), tuple(Split)[::-1]])
def test_what_moves_in_one_split_does_not_occur_in_the_other(mine, other):
    words = read_split(mine).words
    moving = {*words.up, *words.down, *(word for pair in (*words.turned, *words.alike) for word in pair)}
    rule = re.compile(rf"\b(?:{'|'.join(moving)})\b", re.IGNORECASE)

    assert [text for text in texts_of(read_split(other)) if rule.search(text)] == []


def test_the_same_seed_draws_the_same_pairs_and_another_seed_draws_others(split):
    assert pairs_of(split) == pairs_of(split)
    assert pairs_of(split) != pairs_of(split, seed=8)


def test_no_pair_asks_what_it_teaches_and_no_slot_is_left_open(split):
    pairs = pairs_of(split)

    assert [pair for pair in pairs if pair.taught == pair.asked] == []
    assert [pair for pair in pairs if {"{", "}"} & set(pair.taught + pair.asked)] == []


def test_a_paraphrase_has_the_same_signal_and_a_turned_direction_the_opposite_one(split):
    pairs = pairs_of(split)

    assert [p for p in pairs if p.relation == PARAPHRASE and p.signal_asked != p.signal_taught] == []
    assert [p for p in pairs if p.relation == "direction" and p.signal_asked != -p.signal_taught] == []


def test_a_text_is_taught_with_one_signal_only(split):
    taught = {(pair.asset, pair.taught, pair.signal_taught) for pair in pairs_of(split)}

    assert len(taught) == len({(asset, text) for asset, text, _ in taught})


def test_a_frame_that_names_a_missing_list_is_refused(split):
    broken = read_split(split).model_dump(by_alias=True)
    broken["frames"][0]["of"] = "planets"

    with pytest.raises(ValueError, match="planets"):
        SplitTexts.model_validate(broken)


def test_figures_count_reuse_of_what_was_retrieved_by_kind_and_by_style():
    found = figures([an_outcome(reused=True), an_outcome(reused=False), an_outcome("role", reused=True, opposite=True)])

    assert found["styles"]["synonym"]["reused"]["k"] == 1
    assert found["paraphrases"]["reused"]["n"] == 2
    assert found["kinds"]["role"]["reused"]["k"] == 1
    assert found["opposite"] | {"frac": None, "low": 0, "high": 0} == {
        "k": 1,
        "n": 3,
        "frac": None,
        "low": 0,
        "high": 0,
    }


def test_the_page_says_when_the_aims_are_missed():
    text = page(a_report(an_outcome("role", reused=True, opposite=True)), command="c", made_on="2026-01-01", plot=None)

    assert "missed, 1 were given" in text
    assert "missed, 0 of 0" in text


def test_the_page_says_when_the_aims_are_met_and_what_capitals_add():
    outcomes = [an_outcome(reused=True, style="capitals"), an_outcome(reused=True), an_outcome(reused=False)]

    text = page(a_report(*outcomes), command="lab", made_on="2026-01-01", plot="plot.svg")

    assert "no opposite answer: met." in text
    assert "met, 2 of 3." in text
    assert "Without capitals, 1 of 2" in text
    assert "(plot.svg)" in text


def test_only_failures_of_the_development_split_are_told():
    wrong = [an_outcome("role", reused=True), an_outcome(reused=False), an_outcome("role", reused=True, opposite=True)]
    right = [an_outcome(reused=True), an_outcome("role", reused=False)]

    told = list(failures([a_set(*wrong, *right), a_set(*wrong, split=Split.TEST)]))

    assert [each["why"] for each in told] == [
        "reused, though it says something else",
        "a paraphrase that was not reused: passed",
        "answered with the opposite sign, by precedent",
    ]
    assert told[0]["relation"] == "role"


def test_a_stopped_run_is_taken_up_where_it_was(tmp_path):
    mine = a_set(an_outcome(reused=True), an_outcome(reused=False)).pairs
    first = Notebook.opened(tmp_path / "notes.json", [mine])
    first.note(mine, 1, an_outcome(reused=False))
    first.save()

    assert Notebook.opened(tmp_path / "notes.json", [mine]).known(mine) == {1: an_outcome(reused=False)}


def test_notes_of_another_suite_are_not_used(tmp_path):
    mine, other = a_set(an_outcome(reused=True)).pairs, a_set(an_outcome("role", reused=True)).pairs
    first = Notebook.opened(tmp_path / "notes.json", [mine])
    first.note(mine, 0, an_outcome(reused=True))
    first.save()

    assert Notebook.opened(tmp_path / "notes.json", [other]).known(other) == {}


def test_broken_notes_begin_anew_and_finished_ones_are_taken_away(tmp_path):
    (tmp_path / "notes.json").write_text("{")
    mine = a_set(an_outcome(reused=True)).pairs

    notes = Notebook.opened(tmp_path / "notes.json", [mine])
    notes.close()

    assert notes.answers == {}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_holds_no_pairs_is_refused(tmp_path):
    (tmp_path / "pairs.jsonl").write_text('{"a": "Gold rises"}\n')

    with pytest.raises(ConfigurationError, match="no pair"):
        sets_of(7, real=None, files=[tmp_path / "pairs.jsonl"])
