"""Service, worker and model as three processes: what an operator runs, and kills."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis
from tests.fakes.llm_sim import LlmSim
from tests.fakes.served import Served, run, served, simulating, until, working
from websockets.asyncio.client import connect

from forethought.adapters.redis.data_folder import DataFolder

APART = {"FORETHOUGHT_ANALYSTS__INSIDE": "false", "FORETHOUGHT_ANALYSTS__ENABLED": "true"}
"""What a service is told that has no model and leaves the thinking to workers."""
SOON = {"FORETHOUGHT_ANALYSTS__STALE_S": "1"}
LATENCY = "0.05"
ROLES = ["market_context", "news_sentiment", "risk_assessment"]
IDLE = {"background": 0, "waiting": 0, "dead": 0, "shadow": 0, "oldest_s": 0.0}
NEWS = "Copper rises 2% after a mine in Chile halts output"


@dataclass
class Desk:
    """The three, and a client."""

    sim: LlmSim
    service: Served
    worker: Served
    http: httpx.Client

    def decide(self, text: str = NEWS, *, asset: str = "HG", **fields: Any) -> dict[str, Any]:
        answer = self.http.post("/decide", json={"text": text, "asset": asset} | fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def decision(self, id_: str) -> dict[str, Any]:
        return self.http.get(f"/decisions/{id_}").json()

    def upgraded(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Wait until an answer is no longer pending."""
        return until(lambda: settled(self.decision(answer["decision_id"])))

    def command(self, *arguments: str) -> Any:
        done = run(self.service.data_dir, *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def settled(document: dict[str, Any]) -> dict[str, Any] | None:
    return None if document.get("upgrade", {"pending": True})["pending"] else document


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlmSim]:
    with simulating(tmp_path_factory.mktemp("sim"), "--latency", LATENCY, "--noise", "0") as sim:
        yield sim


@pytest.fixture(scope="module")
def desk(sim: LlmSim, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("data")
    with served(folder, **APART) as service, working(folder, sim.base_url) as worker, service.client as http:
        yield Desk(sim, service, worker, http)


def test_an_answer_is_upgraded_by_a_worker_apart_and_explained(desk):
    """Who said what, quoting what, by which model, at what cost."""
    answer = desk.decide()

    after = desk.upgraded(answer)

    assert (answer["path"], answer["upgrade"]["pending"], answer["models"]["analysts"]) == ("interim", True, "panel")
    assert after["upgrade"]["previous"]["decision"] == answer["decision"]
    heard = after["deliberation"]
    assert sorted(role["role"] for role in heard["roles"]) == ROLES
    assert all(role["evidence"] and role["evidence"][0] in NEWS for role in heard["roles"])
    assert {(role["model"]["simulated"], role["usage"]["prompt_tokens"] > 0) for role in heard["roles"]} == {
        (True, True)
    }
    assert (heard["job_id"], heard["decision"]) == (answer["upgrade"]["job_id"], after["decision"])
    assert 0 < after["cost_usd"] == heard["cost_usd"] < 0.05
    assert after["usage"] == heard["usage"]
    assert desk.command("explain", answer["decision_id"]) == after


async def test_an_upgrade_made_in_another_process_is_heard_where_it_was_asked(desk):
    text = "Cotton falls 3% as mills cancel orders"
    async with connect(desk.service.url.replace("http", "ws") + "/ws") as socket:
        await socket.send(json.dumps({"subscribe": [{"type": "upgrade", "asset": "CT"}]}))
        answer = await asyncio.to_thread(desk.decide, text, asset="CT")
        async with asyncio.timeout(30):
            event = json.loads(await socket.recv())

    heard = event["data"]
    assert (event["type"], heard["decision_id"]) == ("upgrade", answer["decision_id"])
    assert heard["upgrade"]["previous"]["decision"] == answer["decision"]
    assert heard["upgrade"]["changed"] == (heard["decision"]["signal"] != answer["decision"]["signal"])
    assert heard["decision"]["by"] != answer["decision"]["by"]


def test_who_waits_gets_the_answer_of_the_worker(desk):
    answer = desk.decide("Wheat jumps 4% on frost in Kansas", asset="ZW", agents="wait")

    assert (answer["path"], answer["fallback"], answer["upgrade"]["pending"]) == ("analysts", None, False)
    assert answer["usage"]["calls"] >= len(ROLES)


def test_status_shows_who_thinks_and_what_was_spent(desk):
    desk.upgraded(desk.decide("Sugar slides 2% on a record crop in Brazil", asset="SB"))

    found = desk.command("status")

    panels = desk.worker.event("worker.ready")["panels"]
    assert [worker["panels"] for worker in found["workers"]] == [panels]
    assert found["analysts"] == [f"panel@{panels['panel']}"]
    assert found["queue"] == IDLE
    assert [(line["provider"], line["calls"] >= len(ROLES), line["cost_usd"] > 0) for line in found["spent"]] == [
        ("first", True, True)
    ]


# --- who is killed --------------------------------------------------------------------------------------------------

STORIES = {
    "BA": "Boeing shares rise 2 percent after quarterly results",
    "NESN": "Nestle shares fall 3 percent after quarterly results",
    "TM": "Toyota shares rise 4 percent after quarterly results",
    "SIE": "Siemens shares fall 5 percent after quarterly results",
}


@contextmanager
def in_mid_task(sim: LlmSim, folder: Path, *, latency: str) -> Iterator[tuple[Desk, list[dict[str, Any]]]]:
    """Ask four questions, of which the worker has all in hand, and the model has answered none yet."""
    with served(folder, **APART) as service, working(folder, sim.base_url, **SOON) as worker, service.client as http:
        desk = Desk(sim, service, worker, http)
        sim.settings(latency=latency)
        try:
            answers = [desk.decide(text, asset=asset) for asset, text in STORIES.items()]
            until(lambda: sim.state()["in_flight"] == len(ROLES) * len(answers))
            yield desk, answers
        finally:
            sim.settings(latency=LATENCY)


def check_each_was_thought_once(desk: Desk, answers: list[dict[str, Any]]) -> None:
    """No answer is lost; each has a deliberation of its own, which was paid once and remembered once."""
    after = [desk.upgraded(answer) for answer in answers]
    until(lambda: is_idle(desk.service.data_dir))
    status = desk.command("status")

    heard = [each["deliberation"] for each in after]
    assert [each["upgrade"].get("failed") for each in after] == [None] * len(answers)
    assert [each["job_id"] for each in heard] == [answer["upgrade"]["job_id"] for answer in answers]
    assert len({each["job_id"] for each in heard}) == len(answers)
    assert [(len(each["roles"]), each["partial"]) for each in heard] == [(len(ROLES), None)] * len(answers)
    assert [each["cost_usd"] for each in after] == [each["cost_usd"] for each in heard]
    assert (status["decisions"], status["queue"]) == (len(answers), IDLE)
    assert sum(line["cost_usd"] for line in status["spent"]) == pytest.approx(
        sum(each["cost_usd"] for each in heard), abs=1e-6
    )


def is_idle(data_dir: Path) -> bool:
    """Ask the store itself whether the queue holds nothing, in nobody's hands or in somebody's."""
    with Redis(unix_socket_path=str(DataFolder(data_dir).socket())) as client:
        return not (client.xlen("tasks:analysis") or client.xlen("tasks:analysis:waiting"))


def test_what_a_killed_worker_had_in_hand_is_done_by_another_and_paid_once(sim, tmp_path):
    with in_mid_task(sim, tmp_path, latency="60") as (desk, answers):
        os.kill(desk.worker.process.pid, signal.SIGKILL)
        sim.settings(latency=LATENCY)
        with working(tmp_path, sim.base_url, **SOON):
            check_each_was_thought_once(desk, answers)


def test_a_store_that_is_killed_in_mid_task_loses_no_deliberation(sim, tmp_path):
    with in_mid_task(sim, tmp_path, latency="1") as (desk, answers):
        os.kill(desk.service.redis_pid, signal.SIGKILL)

        after = [desk.upgraded(answer) for answer in answers]

    assert [each["upgrade"].get("failed") for each in after] == [None] * len(answers)
    assert [len(each["deliberation"]["roles"]) for each in after] == [len(ROLES)] * len(answers)


# --- the demo, and no model -----------------------------------------------------------------------------------------


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
    return found


def model_of(demo: Served) -> int:
    """Return the process of its simulated model."""
    (found,) = (pid for pid in children(demo.process.pid) if "llm-sim" in command_line(pid))
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def test_the_demo_thinks_with_a_simulated_model_says_so_and_takes_it_along(tmp_path):
    with served(tmp_path, "--demo") as demo, demo.client as http:
        desk = Desk(LlmSim(""), demo, demo, http)
        model, ready = model_of(demo), demo.event("serve.ready")
        after = desk.upgraded(desk.decide())
    greeting = "\n".join(demo.lines)

    assert (ready["analysts"], ready["decisions"] > 0) == ("simulated", True)
    assert "The analysts are SIMULATED (llm-sim), their answers mean nothing" in greeting
    assert {role["model"]["simulated"] for role in after["deliberation"]["roles"]} == {True}
    until(lambda: "llm-sim" not in command_line(model))

    with served(tmp_path) as bare, bare.client as http:
        desk = Desk(LlmSim(""), bare, bare, http)
        answer, status, ready = desk.decide(), desk.command("status"), bare.event("serve.ready")

    assert (ready["analysts"], ready["decisions"], status["decisions"], status["analysts"]) == (
        "rules",
        0,
        0,
        ["rules"],
    )
    assert (answer["models"]["analysts"], answer["fallback"]["by"]) == ("rules", "rules")
    assert answer["upgrade"] == {"pending": False, "job_id": None}


def test_the_simulated_model_ends_with_a_demo_that_is_killed(tmp_path):
    with served(tmp_path, "--demo") as demo:
        model = model_of(demo)
        os.kill(demo.process.pid, signal.SIGKILL)

        until(lambda: "llm-sim" not in command_line(model))
