import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import typer
from tests.fakes.embedder import WordsEmbedder
from typer.testing import CliRunner

from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.domain.errors import ConfigurationError
from forethought.domain.strategy import ErrorBudget
from forethought.entrypoints.cli.lab.bound import bound
from forethought.evals.bound.figures import after_flip, document, summary
from forethought.evals.bound.page import page
from forethought.evals.bound.replaying import Life, replay
from forethought.evals.bound.sampling import Variant, block_length, relabelled, resampled
from forethought.evals.bound.sources import Texts, embedded, from_file, generated
from forethought.evals.bound.study import Done, Notebook, Plan, Pool, check, live, play, purpose, stream_of, tasks

BUDGET = ErrorBudget(0.05, 0.01)
TINY = Plan(replays=2, variant_replays=1, flips=1, records=60)


def a_random(seed=0):
    return np.random.default_rng(seed)


def a_life(fate, mode="o"):
    return Life(fate, mode * len(fate) if len(mode) == 1 else mode, 0)


@pytest.fixture(scope="module")
def headlines():
    texts = generated(600, 3)
    encoder = MiniLmEmbedder()
    vectors = np.stack([each.vector for each in encoder.encode(texts.texts)])
    return Pool.of(texts, vectors, seed=3)


# --- drawing


def test_a_resampled_stream_holds_no_record_twice_and_keeps_neighbours_together():
    chosen = resampled(1_000, 300, 20, a_random())

    assert len(set(chosen.tolist())) == 300
    assert (np.diff(chosen) == 1).mean() > 0.9


def test_more_records_than_there_are_cannot_be_drawn():
    with pytest.raises(ValueError, match="11 different records cannot be drawn from 10"):
        resampled(10, 11, 3, a_random())


def test_blocks_are_longer_where_neighbours_are_alike():
    rng, vectors = a_random(), np.zeros((4_000, 2), dtype=np.float32)
    alone = rng.choice([-1, 0, 1], 4_000).astype(np.int8)
    in_runs = np.repeat(rng.choice([-1, 1], 200), 20).astype(np.int8)

    assert block_length(alone, vectors) == 16  # the cube root of n
    assert 30 <= block_length(in_runs, vectors) <= 80


def test_swapped_labels_are_negated_in_half_of_the_topics_and_nowhere_else():
    signals, topic = np.ones(8, dtype=np.int8), np.arange(8) % 4

    found = relabelled(Variant.SWAPPED, signals, topic, a_random())

    negated = {int(t) for t in topic[found == -1]}
    assert len(negated) == 2
    assert all((found[topic == t] == -1).all() for t in negated)


def test_labels_flip_at_the_middle():
    found = relabelled(Variant.FLIPPED, np.array([1, 0, 1, -1], dtype=np.int8), np.zeros(4, dtype=int), a_random())

    assert found.tolist() == [1, 0, -1, 1]


def test_variants_of_one_number_hold_the_same_records(headlines):
    wanted = [each for each in tasks(TINY, [headlines]) if each.number == 0 and each.variant is not Variant.FLIPPED]

    drawn = [stream_of(TINY, headlines, task) for task in wanted]

    assert len(wanted) == 3
    assert all((chosen == drawn[0][0]).all() for chosen, _ in drawn)


def test_too_few_records_are_refused(headlines):
    with pytest.raises(ConfigurationError, match="headlines has 600 records, and replays need 800 different ones"):
        check(replace(TINY, records=400), [headlines])


# --- living


def test_without_audits_only_misses_are_labelled_and_with_all_audits_everything_is(headlines):
    texts, vectors, signals = headlines.texts.texts[:400], headlines.vectors[:400], headlines.texts.signals[:400]

    never = replay(texts, vectors, signals, audit=0.0, budget=ErrorBudget(0.3, 0.2), seed=0)
    always = replay(texts, vectors, signals, audit=1.0, budget=ErrorBudget(0.3, 0.2), seed=0)

    assert 0 < never.fate.count(".") == never.labels < 400
    assert always.labels == 400


def test_nothing_is_answered_before_there_is_a_calibrated_model(headlines):
    life = replay(
        headlines.texts.texts[:160], headlines.vectors[:160], headlines.texts.signals[:160],
        audit=0.1, budget=ErrorBudget(0.5, 0.5), seed=0,
    )  # fmt: skip

    assert life.fate == "." * 160
    assert life.mode[:50] == "-" * 50
    assert life.mode[50:].count("-") == 0


def test_no_word_carries_a_meaning_so_negated_labels_fare_the_same(headlines):
    plan = replace(TINY, records=500, budget=ErrorBudget(0.2, 0.1))
    main, negated = (
        live(plan, headlines, task)
        for task in tasks(plan, [headlines])
        if task.number == 0 and task.variant in {Variant.AS_THEY_ARE, Variant.NEGATED}
    )

    answered = [1 - life.fate.count(".") / 500 for life in (main, negated)]

    assert min(answered) > 0.05
    assert answered[0] == pytest.approx(answered[1], abs=0.05)


# --- counting


def test_a_summary_counts_replays_within_the_budget_and_pools_their_answers():
    lives = [a_life("r" * 50), a_life("r" * 40 + "x" * 10), a_life("." * 25 + "r" * 24 + "w")]

    found = summary("as they are", lives, BUDGET)

    assert found["whole"]["wrong"]["rates"] == [0.0, 0.2, 0.04]
    assert found["whole"]["wrong"]["held"]["k"] == 2
    assert found["whole"]["wrong"]["broken"]["k"] == 1
    assert json.loads(json.dumps(found)) == found
    assert (found["whole"]["wrong"]["pooled"]["k"], found["whole"]["wrong"]["pooled"]["n"]) == (11, 125)
    assert found["whole"]["opposite"]["held"]["k"] == 2
    assert found["second_half"]["wrong"]["rates"] == [0.0, 0.4, 0.04]
    assert found["whole"]["coverage"]["mean"] == pytest.approx((1 + 1 + 0.5) / 3)


def test_the_claim_is_rejected_only_where_too_many_replays_break_the_budget():
    good, bad = a_life("r" * 100), a_life("r" * 90 + "w" * 10)

    few = summary("as they are", [good] * 95 + [bad] * 5, BUDGET)["whole"]["wrong"]
    many = summary("as they are", [good] * 80 + [bad] * 20, BUDGET)["whole"]["wrong"]

    assert few["held_p"] > 0.05
    assert many["held_p"] < 0.05
    assert (few["pooled_p"] > 0.05, many["broken_p"] < 0.05) == (True, True)


def test_replays_without_answers_break_nothing():
    found = summary("as they are", [a_life("." * 10)], BUDGET)["whole"]["wrong"]

    assert (found["held"]["k"], found["broken"]["k"], found["pooled_p"]) == (1, 0, 1.0)


def test_recovery_after_a_flip_is_counted_from_the_flip():
    """500 right answers; 100 opposite ones, then 400 unanswered, then right again."""
    fate = "r" * 1_000 + "x" * 100 + "." * 400 + "r" * 500
    mode = "o" * 1_100 + "s" * 400 + "o" * 500

    found = after_flip(Life(fate, mode, 0), BUDGET)

    assert found["flip_at"] == 1_000
    assert found["records_to_stop"] == 100
    assert found["records_to_half_coverage"] == 500 + 100 - 1
    assert found["records_to_budget"] == 500 + 20 - 1  # the first window with enough answers
    assert found["first_500_after"]["opposite"]["frac"] == 1.0
    assert found["last_500_after"]["wrong"]["frac"] == 0.0


def test_what_never_comes_back_has_no_count():
    found = after_flip(a_life("r" * 500 + "x" * 100 + "." * 400), BUDGET)

    assert (found["records_to_budget"], found["records_to_half_coverage"]) == (None, None)


# --- reading


def test_a_file_without_labels_is_refused(tmp_path):
    file = tmp_path / "texts.csv"
    file.write_text("text\nGold rises\n", "utf-8")

    with pytest.raises(ConfigurationError, match="the columns text and label are needed"):
        from_file(file)


def test_rows_without_a_usable_label_are_left_out(tmp_path):
    file = tmp_path / "texts.csv"
    file.write_text("text,label\nGold rises,buy\nGold,perhaps\nGold falls,sell\n", "utf-8")

    found = from_file(file)

    assert (found.texts, found.signals.tolist()) == (["Gold rises", "Gold falls"], [1, -1])


async def test_texts_are_embedded_once(tmp_path):
    steps, file = [], tmp_path / "vectors.npz"
    first = WordsEmbedder()
    made = await embedded(["gold rises", "gold falls"], first, file, advance=steps.append)

    again = await embedded(["gold rises", "gold falls"], WordsEmbedder(), file, advance=steps.append)

    assert (made == again).all()
    assert sum(steps) == 4


# --- a whole study


def test_a_stopped_study_goes_on_where_it_was(headlines, tmp_path):
    """Two replays are finished, the line of the third is torn; what was lost comes out as it was."""
    wanted = tasks(TINY, [headlines])
    lived = [Done(task, live(TINY, headlines, task)) for task in wanted]
    notebook, steps = Notebook(tmp_path / "replays.jsonl", purpose(TINY, [headlines], "tag")), []
    for done in lived[:3]:
        notebook.add(done)
    torn = notebook.path.read_text("utf-8")[:-30]
    notebook.path.write_text(torn, "utf-8")

    again = play(TINY, [headlines], wanted, notebook, advance=steps.append)

    assert again == lived
    assert steps == [2, *[1] * (len(wanted) - 2)]
    assert notebook.read() == {done.task: done for done in lived}


def test_figures_of_another_seed_are_not_taken_up(headlines, tmp_path):
    this, other = (purpose(plan, [headlines], "tag") for plan in (TINY, replace(TINY, seed=8)))
    done = Done(tasks(TINY, [headlines])[0], a_life("r.w"))
    Notebook(tmp_path / "replays.jsonl", this).add(done)

    assert Notebook(tmp_path / "replays.jsonl", this).read() == {done.task: done}
    assert Notebook(tmp_path / "replays.jsonl", other).read() == {}


def test_the_page_says_what_is_rejected(headlines):
    plan, good, bad = TINY, a_life("r" * 100), a_life("r" * 50 + "x" * 50)
    found = document(plan, [headlines], [], encoder="an encoder")
    found["sources"][0]["variants"] = [
        summary("as they are", [good] * 30, BUDGET),
        summary("every label negated", [bad] * 30, BUDGET),
    ]

    text = page(found, command="a command", made_on="2026-01-01", plots={})

    lines = [line for line in text.splitlines() if line.startswith("- ") and "whole stream" in line]
    assert ("rejected**" in lines[0], "rejected**" in lines[1]) == (False, True)
    assert "over the budget**" in lines[1]


def test_the_command_writes_a_page_its_plots_and_prints_json(tmp_path, monkeypatch):
    monkeypatch.setenv("FORETHOUGHT_DATA_DIR", str(tmp_path / "data"))
    app = typer.Typer()
    app.command()(bound)
    options = ["--replays", "1", "--variants", "1", "--flips", "1", "--records", "40"]

    ran = CliRunner().invoke(app, [*options, "--report", str(tmp_path / "bound.md")])

    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert [each["name"] for each in found["sources"][0]["variants"]] == [
        "as they are", "every label negated", "labels swapped between topics",
    ]  # fmt: skip
    assert found["seed"] == 7
    text = (tmp_path / "bound.md").read_text("utf-8")
    assert f"{datetime.now(UTC).date()}" in text
    for plot in ("bound-headlines-errors.svg", "bound-headlines-flips.svg"):
        assert plot in text
        assert (tmp_path / plot).stat().st_size > 0


def test_streams_are_told_apart_by_texts_and_labels():
    one = Texts("a", "", ["Gold"], np.array([1], dtype=np.int8))

    assert one.digest != replace(one, signals=np.array([-1], dtype=np.int8)).digest
    assert one.digest == replace(one, name="b").digest
