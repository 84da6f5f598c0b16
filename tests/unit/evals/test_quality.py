import json
import sys
from dataclasses import replace

import pytest

from forethought.evals.quality import Ground, Job, Outcome, jobs, run_jobs, write_headlines
from forethought.evals.quality_page import page, streams
from forethought.evals.statistics import Share

PROGRAM = """
import json, os, sys
assert sys.argv[1] == "lab"
with open("ran.txt", "a") as log:
    log.write(sys.argv[2] + "\\n")
if sys.argv[2] == "stopped":
    sys.exit(130)
if sys.argv[2] == "broken":
    sys.exit(2)
print("{}" if sys.argv[2] != "chatty" else "hello")
"""


@pytest.fixture
def ground(tmp_path, monkeypatch):
    """A folder of data with one file, and of results with no headlines to be written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "work").mkdir()
    (tmp_path / "data.txt").write_text("data")
    found = Ground(tmp_path, tmp_path, tmp_path / "work")
    found.headlines.write_text("")
    return found


@pytest.fixture
def play(ground, tmp_path):
    def played(*names, **more):
        told = []
        wanted = [Job(name, (name,), (tmp_path / "data.txt",), f"{name}.md") for name in names]
        starts = [sys.executable, "program.py"]
        outcomes = run_jobs(ground, wanted, starts=starts, tell=lambda job, what: told.append(what), **more)
        log = tmp_path / "ran.txt"
        return [each.state for each in outcomes], log.read_text().split() if log.exists() else []

    return played


def test_what_is_finished_is_not_run_again(play):
    assert play("a", "b") == (["run", "run"], ["a", "b"])
    assert play("a", "b") == (["kept", "kept"], ["a", "b"])


def test_other_data_are_measured_again(play, tmp_path):
    play("a")
    (tmp_path / "data.txt").write_text("other data")

    assert play("a") == (["run"], ["a", "a"])


def test_only_what_was_asked_for_runs_and_the_rest_is_read(play):
    play("a")

    assert play("a", "b", "c", only=["b"]) == (["kept", "run", "skipped"], ["a", "b"])


def test_a_result_of_other_code_is_taken_only_on_demand(play, ground):
    play("a")
    file = ground.work / "a.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"code": "another"}))

    assert play("a", reuse=True)[0] == ["older"]
    assert play("a")[0] == ["run"]


def test_a_command_that_fails_ends_none_of_the_others(play):
    assert play("broken", "chatty", "a")[0] == ["failed", "failed", "run"]


def test_a_stop_keeps_what_is_finished(play):
    with pytest.raises(KeyboardInterrupt):
        play("a", "stopped", "b")

    assert play("a", "b") == (["kept", "run"], ["a", "stopped", "b"])


def test_a_command_without_its_data_is_skipped(play, tmp_path):
    (tmp_path / "data.txt").unlink()

    assert play("a") == (["skipped"], [])


def test_the_commands_name_their_sizes_and_write_beside_the_page(tmp_path):
    ground = Ground(tmp_path / "data", tmp_path / "pages", tmp_path / "work", records=50, replays=8)

    found = {job.name: job.arguments for job in jobs(ground)}

    assert all(str(tmp_path / "pages") in " ".join(arguments) for arguments in found.values())
    assert "--limit 50" in " ".join(found["headlines"])
    assert "--replays 8 --variants 2" in " ".join(found["bound"])


def test_the_headlines_are_the_same_each_time(tmp_path):
    for name in ("one", "two"):
        write_headlines(tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert len((tmp_path / "one").read_text(encoding="utf-8").splitlines()) == 4_000


def a_worth(answered, wrong, opposite, n):
    shares = {"answered": (answered, n), "wrong": (wrong, answered), "opposite": (opposite, answered)}
    return {name: Share(*pair).document() for name, pair in (shares | {"saved": (answered, n)}).items()}


def a_replay(name, answered, wrong, opposite=0, *, rival=(0, 0)):
    def who(called, worth):
        return {"name": called, "operating": {"whole": worth, "second_half": worth}}

    ours = who("Forethought, whole ladder", a_worth(answered, wrong, opposite, 1_000))
    contenders = [ours, who("another", a_worth(*rival, 0, 1_000))]
    found = {
        "budget": {"delta": 0.05, "delta_opp": 0.01},
        "protocols": [{"labels": "audit:0.1", "contenders": contenders}],
    }
    return Outcome(Job(name, ("replay",), (), f"{name}-replay.md"), "run", "", found, 60.0, "2026-11-22")


def text_of(*outcomes):
    return page(outcomes, command="forethought lab report", version="1")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((900, 20), "both intervals lie within the budget; the coverage asked for is reached"),
        ((900, 40), "both rates lie within the budget; the coverage asked for is reached"),
        ((100, 2), "both rates lie within the budget; the coverage asked for is not reached"),
        ((900, 50), "over the budget, though"),
        ((900, 90), "the budget is broken"),
        ((0, 0), "it answered nothing"),
    ],
)
def test_the_verdict_follows_from_the_figures(counts, words):
    (found,) = streams([a_replay("headlines", *counts)])

    assert found.verdict.startswith(words)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ([a_replay("headlines", 900, 20), a_replay("texts", 900, 20)], "**Yes: on all 2 streams"),
        ([a_replay("headlines", 100, 2), a_replay("texts", 900, 20)], "**Yes, for a part of the questions:"),
        ([a_replay("headlines", 900, 90), a_replay("texts", 900, 20)], "**In part:"),
        ([a_replay("headlines", 900, 90), a_replay("texts", 0, 0)], "**No: on none of 2"),
        ([], "**Not answered:"),
    ],
)
def test_the_answer_follows_from_the_streams(outcomes, words):
    assert words in text_of(*outcomes)


def test_who_answers_more_within_the_budget_is_named():
    better, worse = (text_of(a_replay("texts", 300, 5, rival=rival)) for rival in ((500, 5), (500, 50)))

    assert "answer more than the service does: another." in better
    assert "None of the others answers more within the budget." in worse


def test_costs_are_counted_by_the_calls():
    """900 of 1,000 questions cost no call; the others cost 0.0004 USD each."""
    assert "| texts | 1000 | 90.0 % [88.0, 91.7] of 1000 | 0.360 | 0.040 | 20, of which opposite 3 |" in text_of(
        a_replay("texts", 900, 20, 3)
    )


def test_what_was_not_measured_is_said():
    skipped = replace(a_replay("texts", 1, 0), state="skipped", why="no data", found=None, made_on="")

    text = text_of(skipped)

    assert "| texts | skipped: no data | - | - | - |" in text
    assert text.count("Not measured.") == 3


def a_study(name, found):
    return Outcome(Job(name, (name,), (), f"{name}.md"), "kept", "", found, 1.0, "2026-11-22")


def a_bound(p):
    tested = {"held": Share(180, 200).document(), "held_p": p}
    part = {"coverage": {"mean": 0.5}, "wrong": tested, "opposite": tested}
    variant = {"name": "as they are", "replays": 200, "second_half": part}
    return {
        "records": 2_000,
        "claim": {"held_share": 0.9, "level": 0.05},
        "budget": {"wrong": 0.05, "opposite": 0.01},
        "sources": [{"title": "headlines", "variants": [variant]}],
    }


@pytest.mark.parametrize(("p", "words"), [(0.5, "stands"), (0.01, "is rejected")])
def test_the_bound_stands_where_the_test_does_not_reject_it(p, words):
    row = f"| headlines | as they are | 200 | 50.0 % | wrong | 90.0 % [85.1, 93.4] of 200 | {p:.2g} | {words} |"

    assert row in text_of(a_study("bound", a_bound(p)))


@pytest.mark.parametrize(("opposite", "words"), [(0, "No answers to 100 texts"), (1, "1 answer to 100 texts")])
def test_opposite_answers_to_deceiving_texts_are_counted(opposite, words):
    of = {"n": 50, "reused": Share(1, 50).document()}
    suite = {"sets": [{"name": "x", "changed": of, "paraphrases": of, "opposite": Share(opposite, 100).document()}]}

    assert words in text_of(a_study("adversarial", suite))


@pytest.mark.parametrize(("verdict", "words"), [("edge", "An edge is shown for: memory."), ("no edge", "Nobody shows")])
def test_an_edge_is_claimed_only_by_the_backtest(verdict, words):
    at = {"horizon": "1 h", "right": Share(5, 10).document()}
    source = {"title": "memory", "signals": {"buy": 10}, "horizons": [at], "verdict": verdict}

    assert words in text_of(a_study("backtest", {"primary": "1 h", "sources": [source]}))
