"""Tuning on a small stream of generated headlines, against a real Redis and the real encoder."""

import json

import pytest
import typer
from typer.testing import CliRunner

from forethought.adapters.strategies.files import read_strategy
from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli.lab.tune import tune as command
from forethought.evals.tuning.study import Plan, printed, tune

TEXTS = ("Gold rises 0.3 percent as the dollar weakens", "Oil output is cut by two million barrels a day")


class Steps:
    """Notes what was under way; stops where so many steps of something are done."""

    def __init__(self, *, stop_at=None, after=0):
        self.begun, self.stop_at, self.left = {}, stop_at, after

    def begin(self, what, *, total):
        self.begun[what] = 0

    def advance(self, steps):
        what = list(self.begun)[-1]
        self.begun[what] += steps
        if what == self.stop_at and self.begun[what] >= self.left:
            raise KeyboardInterrupt


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.jsonl"
    rows = [{"text": f"{TEXTS[i % 2]}, edition {i // 10}", "label": 1 - 2 * (i % 2)} for i in range(40)]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def a_plan(tmp_path, file, work="work", **more):
    return Plan(file=file, work=tmp_path / work, asset="XAU", trials=3, deltas=(0.05,), **more)


async def test_a_stopped_search_comes_to_the_same_end_as_one_that_was_not(tmp_path, file, settings):
    plan = a_plan(tmp_path, file)
    with pytest.raises(KeyboardInterrupt):
        await tune(settings, plan, Steps(stop_at="trials", after=2))

    resumed = await tune(settings, plan, steps := Steps())
    whole = await tune(settings, a_plan(tmp_path, file, work="other"), Steps())

    assert steps.begun["trials"] == plan.trials
    assert printed(resumed) == printed(whole)
    assert resumed["strategy"] == whole["strategy"]


async def test_trials_see_nothing_of_the_held_out_part(tmp_path, file, settings):
    found = await tune(settings, a_plan(tmp_path, file), Steps())

    assert {trial["answered"]["n"] for trial in found["trials"]} == {24}
    assert found["held_out"]["default"]["answered"]["n"] == 16
    assert found["trials"][0]["values"] == found["default"]


def the_command(*arguments, tmp_path):
    app = typer.Typer()
    app.command()(command)
    environment = {"FORETHOUGHT_DATA_DIR": str(tmp_path / "data")}
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)


def test_the_command_writes_a_page_and_a_strategy_only_where_something_beat_the_default(tmp_path, file):
    report, out = tmp_path / "page.md", tmp_path / "strategy.toml"
    options = ["--asset", "XAU", "--trials", "3", "--delta", "0.1", "--report", report, "--out", out]

    done = the_command(file, *options, tmp_path=tmp_path)

    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    text = report.read_text(encoding="utf-8")
    assert "| 0.1 | 0.02 |" in text
    assert "| held out | default | " in text
    assert "| held out | always `buy` | " in text
    assert "| seen by trials | default | " in text
    assert "| `k` | 2 to 32, by logarithm | " in text
    assert "![trials](page-trials.svg)" in text
    assert (tmp_path / "page-trials.svg").is_file()
    assert out.is_file() == (found["tuned"] is not None)
    if out.is_file():
        assert read_strategy(out).version == "2"
        assert found["held_out"]["verdict"]["words"] in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("wrong", [["--labels", "some"], ["--delta", "2"], ["--report", "no/such/folder/page.md"]])
def test_bad_input_is_refused_before_anything_starts(tmp_path, file, wrong):
    done = the_command(file, "--report", tmp_path / "page.md", *wrong, tmp_path=tmp_path)

    assert type(done.exception).__name__ == "ConfigurationError"
    assert not (tmp_path / "page.work").exists()


async def test_too_short_a_stream_is_refused(tmp_path, file, settings):
    with pytest.raises(ConfigurationError, match="too few"):
        await tune(settings, a_plan(tmp_path, file, limit=20), Steps())
