"""`forethought panel` as an operator runs it, with a model that is simulated on a real port."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.fakes import served
from tests.fakes.llm_sim import llm_sim

from forethought.adapters.redis.embedded import EmbeddedRedis

SECOND = 'name = "panel"\nversion = "2"\naggregation = "conviction"\n[models]\nrisk_assessment = "gpt-4o"\n'
RECORDS = 110


@dataclass
class Desk:
    """A data folder with a running Redis, a second version of the panel, and labelled records."""

    folder: Path
    base_url: str

    @property
    def records(self) -> Path:
        return self.folder / "records.jsonl"

    @property
    def judged(self) -> Path:
        return self.folder / "judged.jsonl"

    def run(self, *arguments: str, model: bool = True) -> CompletedProcess[str]:
        settings = {"FORETHOUGHT_LLM__PANELS_DIR": str(self.folder / "panels")}
        if model:
            settings["FORETHOUGHT_LLM__BASE_URL"] = self.base_url
        return served.run(self.folder, "panel", *arguments, **settings)

    def told(self, *arguments: str):
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "panels").mkdir()
    (folder / "panels" / "second.toml").write_text(SECOND)
    said = [("rises", 1), ("falls", -1)]
    rows = (
        {
            "input_report": f"Gold {said[i % 2][0]} {i} percent",
            "signal": said[i % 2][1],
            "asset": "XAU",
            "datetime_est": f"2025-03-{1 + i // 24:02d} {i % 24:02d}:00:00",
        }
        for i in range(RECORDS)
    )
    (folder / "records.jsonl").write_text("\n".join(map(json.dumps, rows)))
    server = EmbeddedRedis(folder)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner, llm_sim() as sim:
        runner.run(server.start())
        try:
            yield Desk(folder, sim.base_url)
        finally:
            runner.run(server.stop())


def test_a_version_goes_into_shadow_and_is_promoted(desk):
    shadow = desk.told("shadow", "2", "--share", "0.5")
    promoted = desk.told("promote")
    listed = desk.told("list")

    assert shadow == {"panel": "panel", "current": "1", "previous": None, "candidate": "2", "share": 0.5}
    assert promoted == {"panel": "panel", "current": "2", "previous": "1", "candidate": None, "share": 0.0}
    assert [(each["version"], each["state"]) for each in listed] == [("1", "previous"), ("2", "current")]
    assert listed[1]["models"] == {
        "news_sentiment": "gpt-4o-mini",
        "market_context": "gpt-4o-mini",
        "risk_assessment": "gpt-4o",
    }


def test_a_panel_judges_a_file_goes_on_where_it_stopped_and_is_learned_from(desk):
    part = desk.told("judge", str(desk.records), "--out", str(desk.judged), "--limit", "20")
    rest = desk.told("judge", str(desk.records), "--out", str(desk.judged))
    found = desk.told("learn", str(desk.judged), "--kind", "classifier", "--name", "desk")

    assert (part["judged"], rest["already"], rest["judged"]) == (20, 20, RECORDS - 20)
    assert rest["simulated"] == RECORDS - 20
    assert rest["cost_usd"] > 0
    assert (found["training"]["n"], found["held_out"]["n"]) == (77, 33)
    assert found["results"]["learned"]["agreement"]["n"] == 33
    assert Path(found["file"]) == desk.folder / "panels" / "desk.learned.json"


def test_without_a_model_judging_is_refused_in_one_line(desk):
    done = desk.run("judge", "records.jsonl", "--out", "judged.jsonl", model=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("forethought: no model is configured: set ")
    assert done.stderr.count("\n") == 1
