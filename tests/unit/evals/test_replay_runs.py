from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from tests.fakes.embedder import WordsEmbedder

from forethought.application.insert import Record
from forethought.domain.decision import Scope, Signal
from forethought.domain.strategy import ErrorBudget
from forethought.evals.baselines import Guess, Majority, Nearest, RepeatLast, View
from forethought.evals.labelled import Labelled
from forethought.evals.streams.contenders import Plain, Stream, least_cosine, play
from forethought.evals.streams.figures import Judge
from forethought.evals.streams.labels import ALL, Labels
from forethought.evals.streams.runs import Finished, Run, Trace, load, save
from forethought.evals.streams.vectors import Looks, RecordedEmbedder, Vectors

BUY, NONE, SELL = Signal.BUY, Signal.NONE, Signal.SELL
START = datetime(2000, 1, 3, tzinfo=UTC)
SCOPE = Scope("default", "1", "XAU", "panel")
BUDGET = ErrorBudget(0.05, 0.01)
NEVER_AUDITED = Labels(0.0)


def a_stream(truths, vectors=()):
    times = [START + timedelta(minutes=i) for i in range(len(truths))]
    rows = [
        Labelled(i + 1, Record(f"text {i}", "", int(truth), decided_at=at, known_at=at), at, at, truth)
        for i, (truth, at) in enumerate(zip(truths, times, strict=True))
    ]
    found = vectors or [(1.0, 0.0)] * len(truths)
    views = [View(SCOPE, str(i), {"head": np.array(v, dtype=np.float32)}) for i, v in enumerate(found)]
    return Stream(rows, views, "", "")


def said(run, threshold):
    return [None if guess is None else guess.signal for guess in run.at(threshold).guesses()]


async def played(contender, stream, labels=ALL):
    return await play(contender, stream, labels, advance=lambda _: None)


async def test_where_all_labels_come_everybody_learns_whatever_it_answered():
    run = await played(Plain(RepeatLast), a_stream([BUY, SELL, SELL]))

    assert said(run, 0.0) == [None, BUY, SELL]


async def test_without_audits_nobody_learns_what_it_answered():
    run = await played(Plain(RepeatLast), a_stream([BUY, SELL, SELL]), NEVER_AUDITED)

    assert said(run, 0.0) == [None, BUY, BUY]


async def test_with_every_hit_audited_it_is_as_if_all_labels_came():
    stream = a_stream([BUY, SELL, NONE, SELL, SELL, BUY])

    for make in (RepeatLast, Majority):
        audited, full = await played(Plain(make), stream, Labels(1.0)), await played(Plain(make), stream)
        assert said(audited, 0.0) == said(full, 0.0)


async def test_each_threshold_has_a_memory_of_its_own_where_labels_come_after_misses():
    """Cosine of the second to the first is .8: at .7 it is a hit and is not learned, at .9 it is a miss and is."""
    contender = Plain(lambda: Nearest("nearest", "head", (0.7, 0.9)), 0.9)
    stream = a_stream([BUY, SELL, SELL], [(1.0, 0.0), (0.8, 0.6), (0.8, 0.6)])

    run = await played(contender, stream, NEVER_AUDITED)

    assert (said(run, 0.7), said(run, 0.9)) == ([None, BUY, BUY], [None, None, SELL])
    assert run.operating() is run.traces[0.9]


async def test_where_all_labels_come_one_memory_serves_for_all_thresholds():
    contender = Plain(lambda: Nearest("nearest", "head", (0.7, 0.9)), 0.9)
    stream = a_stream([BUY, SELL, SELL], [(1.0, 0.0), (0.8, 0.6), (0.8, 0.6)])

    run = await played(contender, stream)

    assert list(run.traces) == [0.0]
    assert (said(run, 0.7), said(run, 0.9)) == ([None, BUY, SELL], [None, None, SELL])


async def test_records_of_one_instant_are_asked_before_any_is_learned():
    stream = a_stream([BUY, BUY])
    together = Stream([stream.rows[0], Labelled(2, stream.rows[1].record, START, START, BUY)], stream.views, "", "")

    assert said(await played(Plain(RepeatLast), together), 0.0) == [None, None]


def test_the_least_cosine_tells_whether_vectors_differ_at_all():
    apart, alike = a_stream([BUY, BUY], [(1.0, 0.0), (0.6, 0.8)]), a_stream([BUY, BUY])

    assert least_cosine(apart.views, "head") == pytest.approx(0.6)
    assert least_cosine(alike.views, "head") == 1.0


def a_run(guesses, *, thresholds=(0.5, 0.9), answered=None):
    return Run("run", thresholds, None, {0.0: Trace.of(guesses)}, own_memories=False, answered=answered)


def test_shares_are_counted_over_the_whole_and_over_the_second_half():
    guesses = [Guess(BUY, 0.9), None, Guess(NONE, 0.9), Guess(SELL, 0.6)]
    judge = Judge([BUY, BUY, BUY, BUY], ALL, BUDGET)

    found = judge.contender(a_run(guesses))["curve"]

    counts = [
        [(cut[part][name]["k"], cut[part][name]["n"]) for name in ("answered", "wrong", "opposite")]
        for cut in found
        for part in ("whole", "second_half")
    ]
    assert counts == [
        [(3, 4), (2, 3), (1, 3)],
        [(2, 2), (2, 2), (1, 2)],
        [(2, 4), (1, 2), (0, 2)],
        [(1, 2), (1, 1), (0, 1)],
    ]


def test_an_audit_costs_a_call_and_a_label_that_comes_by_itself_does_not():
    guesses, truths = [Guess(BUY, 1.0)] * 3, [BUY] * 3

    saved = {
        labels.name: Judge(truths, labels, BUDGET).shares(Trace.of(guesses))["whole"]["saved"]["k"]
        for labels in (ALL, Labels(0.0), Labels(1.0))
    }

    assert saved == {"all": 3, "audit:0": 3, "audit:1": 0}


def test_the_best_cut_within_the_budget_is_the_one_that_answers_most_of_those_that_keep_it():
    guesses = [Guess(BUY, 0.95)] * 60 + [Guess(BUY, 0.6)] * 40
    judge = Judge([BUY] * 60 + [SELL] * 40, ALL, BUDGET)

    found = judge.contender(a_run(guesses))

    assert found["within_budget"]["whole"]["threshold"] == 0.9
    assert found["within_budget"]["second_half"] is None


def test_the_time_line_rolls_over_a_window_and_knows_no_error_where_nothing_was_answered():
    guesses = [None] * 30 + [Guess(BUY, 1.0)] * 30
    judge = Judge([BUY] * 45 + [SELL] * 15, ALL, BUDGET)

    found = judge.timeline(Trace.of(guesses))

    assert found["window"] == 25
    assert (found["ends"][0], found["coverage"][0], found["wrong"][0]) == (25, 0.0, None)
    assert (found["ends"][-1], found["coverage"][-1], found["wrong"][-1]) == (60, 1.0, 0.6)
    assert [each["answered"]["n"] for each in found["slices"]] == [6] * 10


def test_finished_runs_come_back_as_they_were(tmp_path):
    answered = Trace.of([Guess(BUY, 1.0), None])
    finished = Finished((a_run([Guess(BUY, 0.9), Guess(SELL, 0.5)], answered=answered), a_run([None, None])), {"n": 2})
    path = tmp_path / "runs.npz"

    save(path, "purpose", finished)
    found = load(path, "purpose")

    assert found.remarks == {"n": 2}
    assert [said(run, 0.5) for run in found.runs] == [[BUY, SELL], [None, None]]
    assert [said(run, 0.9) for run in found.runs] == [[BUY, None], [None, None]]
    assert found.runs[0].answered.guesses() == answered.guesses()
    assert found.runs[1].answered is None


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut off"])
def test_runs_that_are_missing_or_damaged_are_made_again(tmp_path, content):
    path = tmp_path / "runs.npz"
    if content is not None:
        path.write_bytes(content)

    assert load(path, "purpose") is None


def test_runs_of_another_purpose_are_made_again(tmp_path):
    save(tmp_path / "runs.npz", "before the change", Finished((a_run([None]),), {}))

    assert load(tmp_path / "runs.npz", "after the change") is None


async def test_no_text_is_embedded_twice_in_this_run_or_a_later_one(tmp_path):
    first, again = WordsEmbedder(), WordsEmbedder()
    vectors = Vectors(tmp_path / "v.npz", "data", RecordedEmbedder(first))
    made = await vectors.embedder.embed(["gold", "oil", "gold"])
    vectors.looks[7] = Looks("same", dict.fromkeys(("head", "chunks", "seed"), made[0].vector))
    vectors.looks[8] = Looks("", {}, ("invalid_text", "nothing is left"))
    vectors.save()

    later = Vectors(tmp_path / "v.npz", "data", RecordedEmbedder(again))
    later.load()
    found = await later.embedder.embed(["oil", "gold"])

    assert [each.vector.tolist() for each in found] == [made[1].vector.tolist(), made[0].vector.tolist()]
    assert (first.asked, again.asked) == (["gold", "oil"], [])
    assert later.looks[7].vectors["seed"].tolist() == made[0].vector.tolist()
    assert later.looks[8] == vectors.looks[8]


def test_vectors_of_other_data_are_not_used(tmp_path):
    Vectors(tmp_path / "v.npz", "data", RecordedEmbedder(WordsEmbedder()), {7: Looks("", {}, ("code", "why"))}).save()

    other = Vectors(tmp_path / "v.npz", "other data", RecordedEmbedder(WordsEmbedder()))
    other.load()

    assert other.looks == {}
