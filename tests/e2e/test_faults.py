"""What goes wrong in operation: the store dies or hangs, a process is killed, an address or a folder is taken."""

import json
import os
import signal
import socket
import threading
from pathlib import Path
from typing import Self

import httpx
import pytest
from redis import Redis
from tests.fakes.served import Served, run, served, start, until

from forethought.adapters.redis.data_folder import DataFolder

DEADLINE_MS = 500
GOLD_UP = "Gold rises 0.3 percent as the dollar weakens"


def insert(http: httpx.Client, text: str, signal_: int = 1) -> int:
    return http.post("/insert_data", json={"input_report": text, "signal": signal_, "asset": "XAU"}).status_code


def decide(http: httpx.Client, text: str = GOLD_UP, **fields) -> dict:
    answer = http.post("/decide", json={"text": text, "asset": "XAU", "agents": "never"} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_ready(http: httpx.Client) -> bool:
    return http.get("/health/ready").status_code == 200


class Traffic:
    """Callers that insert and ask without pause; what they were told is kept."""

    def __init__(self, service: Served) -> None:
        self.acknowledged: list[str] = []
        self.answers: list[dict] = []
        self.statuses: set[int] = set()
        self._service = service
        self._over = threading.Event()
        self._threads = [threading.Thread(target=each) for each in (self._insert, self._ask)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        until(lambda: len(self.acknowledged) > 5 and len(self.answers) > 5)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _insert(self) -> None:
        with self._service.client as http:
            for number in range(100_000):
                if self._over.is_set():
                    return
                text = f"Lot {number} of gold was sold"
                status = insert(http, text)
                self.statuses.add(status)
                if status == 200:
                    self.acknowledged.append(text)

    def _ask(self) -> None:
        with self._service.client as http:
            while not self._over.is_set():
                self.answers.append(decide(http))


def test_a_killed_store_costs_no_deadline_and_no_acknowledged_record(tmp_path):
    with served(tmp_path) as service, service.client as http:
        insert(http, GOLD_UP)
        with Traffic(service) as traffic:
            os.kill(service.redis_pid, signal.SIGKILL)
            until(lambda: [a for a in traffic.answers if a["path"] == "interim"])
            seen = len(traffic.answers)
            until(lambda: [a for a in traffic.answers[seen:] if a["path"] == "exact"])
            until(lambda: is_ready(http))

        reasons = {a["fallback"]["reason"] for a in traffic.answers if a["fallback"]}
        assert reasons == {"store_unavailable"}
        assert max(a["latency_ms"]["total"] for a in traffic.answers) <= DEADLINE_MS
        assert traffic.statuses <= {200, 503}
        assert {decide(http, text)["path"] for text in traffic.acknowledged} == {"exact"}


def test_while_the_store_is_away_the_service_is_alive_but_not_ready(tmp_path):
    """The supervisor brings a dead server back; one that hangs stays away until it moves again."""
    with served(tmp_path) as service, service.client as http:
        insert(http, GOLD_UP)
        redis = service.redis_pid
        os.kill(redis, signal.SIGSTOP)
        try:
            ready, live = http.get("/health/ready"), http.get("/health/live")
            answers = [decide(http, text) for text in (GOLD_UP, "A volcano has closed two airports") for _ in range(2)]
            short = decide(http, deadline_ms=100)
        finally:
            os.kill(redis, signal.SIGCONT)
        until(lambda: is_ready(http))
        after = decide(http)

    assert (ready.status_code, ready.json()["status"], live.status_code) == (503, "unavailable", 200)
    assert {a["path"] for a in answers} == {"interim"}
    assert {a["fallback"]["reason"] for a in answers} <= {"deadline", "store_unavailable"}
    # The promise, but for a machine that is busy with other tests: the second best of four.
    assert sorted(a["latency_ms"]["total"] for a in answers)[1] <= DEADLINE_MS
    assert short["latency_ms"]["total"] <= 100
    assert after["path"] == "exact"


def test_inserting_while_the_store_is_away_is_refused_as_temporary(tmp_path):
    with served(tmp_path) as service, service.client as http:
        os.kill(service.redis_pid, signal.SIGKILL)
        answers = [http.post("/insert_data", json={"input_report": "Gold is flat", "signal": 0, "asset": "XAU"})]
        until(lambda: is_ready(http))
        again = insert(http, "Gold is flat", 0)

    for answer in answers:
        assert answer.status_code in {200, 503}
        if answer.status_code == 503:
            assert (answer.json()["code"], answer.headers["retry-after"]) == ("store_unavailable", "1")
    assert again == 200


ROWS = 600


def rows_file(folder: Path) -> Path:
    """Distinct rows, with a situation that is decided twice."""
    path = folder / "rows.jsonl"
    with path.open("w") as file:
        for i in range(ROWS):
            row = {"input_report": f"Lot {i % (ROWS - 1)} of gold was sold at auction number {i % (ROWS - 1)}"}
            row |= {"signal": i % 3 - 1, "asset": "XAU", "datetime_est": f"2026-01-0{1 + i // 100}T00:00:{i % 60:02}"}
            file.write(json.dumps(row) + "\n")
    return path


def test_a_killed_import_is_completed_by_a_second_run_without_duplicates(tmp_path):
    file, data_dir = rows_file(tmp_path), tmp_path / "data"
    with served(data_dir):
        with start(data_dir, "import", str(file), "--json") as first:
            until(lambda: stored(data_dir))
            first.kill()
        partly = stored(data_dir)
        second = json.loads(run(data_dir, "import", str(file), "--json").stdout)
        complete = stored(data_dir)
        third = json.loads(run(data_dir, "import", str(file), "--json").stdout)

    assert 0 < partly < ROWS
    assert (second["accepted"], second["rejected"], complete) == (ROWS, [], ROWS)
    assert (third["same"], third["new"], third["changed"]) == (ROWS, 0, 0)


def stored(data_dir: Path) -> int:
    """Ask the store itself how many decisions it holds, former versions included."""
    with Redis(unix_socket_path=str(DataFolder(data_dir).socket())) as client:
        return len(set(client.scan_iter(match="sc:combo:*", count=1_000)))


def refusal(done) -> str:
    """Check that a command was refused in one line, and return it."""
    assert done.returncode == 2, done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("forethought: ")
    return said[0]


def test_a_second_service_on_one_folder_is_refused(tmp_path):
    with served(tmp_path):
        assert "already runs" in refusal(run(tmp_path, "serve"))


def test_a_taken_port_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        said = refusal(run(tmp_path, "serve", FORETHOUGHT_API__PORT=port))

    assert port in said
    assert "FORETHOUGHT_API__PORT" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORETHOUGHT_API__PORT", "many"),
        ("FORETHOUGHT_API__PORT", "70000"),
        ("FORETHOUGHT_API__PROT", "8005"),
        ("FORETHOUGHT_EMBEDDING__PROVIDER", "abacus"),
        ("FORETHOUGHT_EMBEDDING__PROVIDER", "openai"),
        ("FORETHOUGHT_STRATEGIES_DIR", "/nonexistent"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("FORETHOUGHT_LOG__LEVEL", "loud"),
    ],
)
def test_a_malformed_setting_is_refused_in_one_line(tmp_path, name, value):
    refusal(run(tmp_path, "serve", **{name: value}))


def test_a_strategy_file_that_cannot_be_read_is_refused_in_one_line(tmp_path):
    folder = tmp_path / "strategies"
    folder.mkdir()
    (folder / "mine.toml").write_text("name = 'mine")

    assert "mine.toml" in refusal(run(tmp_path, "serve", FORETHOUGHT_STRATEGIES_DIR=str(folder)))


def test_a_service_that_is_killed_leaves_nothing_behind_that_hinders_the_next(tmp_path):
    with served(tmp_path) as service, service.client as http:
        insert(http, GOLD_UP)
        service.process.kill()
        service.process.wait()

    with served(tmp_path) as again, again.client as http:
        assert decide(http)["path"] == "exact"
