"""What was accepted is there afterwards: news by poll and by push, while every process is killed in turn."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import httpx
import orjson
import pytest
from redis import Redis, RedisError
from tests.fakes.ports import free_port
from tests.fakes.served import Served, running, served, until, working

from forethought.adapters.redis.data_folder import DataFolder
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.news_queue import GROUP
from forethought.entrypoints.api.signature import HEADER, sign

SECRET = "only-the-desk-next-door-knows-it"
RATE = "600"
ONE_VERSION = ("--updates", "0", "--corrections", "0", "--retractions", "0")
"""Of RSS, who is away misses a version that is replaced meanwhile; a report itself must never be missed."""
ROUGH = ("--duplicates", "0.1", "--malformed", "0.05", "--faults", "0.03", "--speed", "100")
_CAUGHT_UP_S = 240.0
"""For what a busy machine has left waiting."""
KEYS = Keys("")

Item = tuple[str, str]


@dataclass
class Office:
    """The processes, which may be killed and started again, and what is on disk."""

    folder: Path
    stack: ExitStack
    wire_port: int = field(default_factory=free_port)
    model_port: int = field(default_factory=free_port)
    services: list[Served] = field(default_factory=list)

    @property
    def service(self) -> Served:
        """The one that runs now."""
        return self.services[-1]

    @property
    def redis(self) -> Redis:
        """A client of the embedded server, whichever process it is by now."""
        return Redis(unix_socket_path=str(DataFolder(self.folder).socket()))

    @property
    def settings(self) -> dict[str, str]:
        return {
            "FORETHOUGHT_LLM__BASE_URL": f"http://127.0.0.1:{self.model_port}/v1",
            "FORETHOUGHT_NEWS__PROVIDERS_FILE": str(self.folder / "providers.yaml"),
            "FORETHOUGHT_NEWS__WEBHOOK_SECRET": SECRET,
            "FORETHOUGHT_SIMULATED_KEY": "simulated",
        }

    def start_service(self) -> None:
        self.services.append(self.stack.enter_context(served(self.folder, **self.settings)))

    def start_model(self) -> Served:
        options = ("--port", str(self.model_port), "--latency", "0.05")
        return self.stack.enter_context(running("llm_sim.ready", self.folder, "llm-sim", *options))

    def start_wire(self, *options: str) -> Served:
        options = ("--port", str(self.wire_port), "--rate", RATE, *ONE_VERSION, *ROUGH, *options)
        return self.stack.enter_context(running("newswire.ready", self.folder, "newswire", *options))

    def start_worker(self) -> tuple[Served, bytes]:
        """Start a worker that takes articles but asks no provider; return its name in the queue too."""
        # Every service that was ever started is a consumer, the last one too as soon as it takes articles.
        before = until(lambda: len(held := set(self.in_hand())) >= len(self.services) and held)
        settings = {**self.settings, "FORETHOUGHT_NEWS__POLL": "false"}
        worker = self.stack.enter_context(working(self.folder, settings.pop("FORETHOUGHT_LLM__BASE_URL"), **settings))
        (name,) = until(lambda: set(self.in_hand()) - before)
        return worker, name

    def in_hand(self) -> dict[bytes, int]:
        """Count the articles that each worker holds."""
        with self.redis as client:
            return {each["name"]: each["pending"] for each in client.xinfo_consumers(KEYS.news, GROUP)}

    def appended(self) -> int:
        """Count the articles that were ever put into the queue; 0 while the server is away."""
        with suppress(RedisError), self.redis as client:
            return int(client.xinfo_stream(KEYS.news)["entries-added"])
        return 0

    def kept(self) -> dict[Item, int]:
        """Read what is archived: how many versions of which report."""
        found = {}
        with suppress(RedisError), self.redis as client:
            for key in client.scan_iter(match="article:*", count=1_000):
                fields = client.hgetall(key)
                if b"article" in fields:
                    article = orjson.loads(fields[b"article"])
                    versions = sum(name.startswith(b"v:") for name in fields)
                    found[article["provider"], article["native_id"]] = versions
        return found

    def is_idle(self) -> bool:
        """Tell whether no article waits or is in anybody's hands."""
        with suppress(RedisError), self.redis as client:
            return client.xlen(KEYS.news) == 0
        return False

    def let_time_pass(self) -> None:
        """Let what is in anybody's hands be there for a minute: whoever is dead loses it to others."""
        with self.redis as client:
            for each in client.xpending_range(KEYS.news, GROUP, "-", "+", 10_000):
                held_by, entry = each["consumer"], each["message_id"]
                client.xclaim(KEYS.news, GROUP, held_by, 0, [entry], idle=60_000, justid=True)

    def kill_with_work_in_hand(self, process: Served, names: set[bytes]) -> None:
        """Kill a process while articles are in its hands."""
        pid = process.process.pid

        def holds() -> bool:
            os.kill(pid, signal.SIGSTOP)
            held = self.in_hand()
            if not any(held.get(name) for name in names):
                os.kill(pid, signal.SIGCONT)
                return False
            return True

        until(holds)
        kill(process)


def kill(process: Served) -> None:
    process.process.kill()
    process.process.wait()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A service that polls and works, with nobody to poll as yet."""
    with ExitStack() as stack:
        office = Office(tmp_path_factory.mktemp("data"), stack)
        template = files("forethought.samples").joinpath("newswire.yaml").read_text(encoding="utf-8")
        text = Template(template).substitute(wire=f"http://127.0.0.1:{office.wire_port}")
        (office.folder / "providers.yaml").write_text(text.replace("every_s: 5", "every_s: 0.5\n    per_minute: 6000"))
        office.start_service()
        yield office


# --- the demo -------------------------------------------------------------------------------------------------------


def newswire_of(demo: Served) -> int:
    """Return the process of its simulated newswire."""
    tasks = Path(f"/proc/{demo.process.pid}/task").glob("*/children")
    (found,) = (pid for each in tasks for pid in map(int, each.read_text().split()) if "newswire" in command_line(pid))
    return found


def command_line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def test_the_demo_reads_simulated_news_says_so_and_takes_the_newswire_along(tmp_path):
    with served(tmp_path, "--demo") as demo, demo.client as http:
        wire = newswire_of(demo)
        until(lambda: http.get("/stories").json()["stories"])
        feeds = http.get("/news/providers").json()["providers"]
        metrics = http.get("/metrics").text

    assert {each["name"]: each["off"] for each in feeds} == dict.fromkeys(["reuters", "bloomberg", "wsj", "ft", "ap"])
    assert 'forethought_news_items_total{outcome="new"' in metrics
    assert "The news is SIMULATED too (newswire)" in "\n".join(demo.lines)
    until(lambda: "newswire" not in command_line(wire))


# --- pushed ---------------------------------------------------------------------------------------------------------


def pushed(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "provider": "desk",
        "id": f"{number}",
        "headline": f"Gold rises {number} percent as the dollar weakens",
        "language": "en",
        "published_at": datetime.now(UTC).isoformat(),
    } | changes


def push(office: Office, body: Any, **headers: str) -> httpx.Response:
    with office.service.client as http:
        return http.post("/news", content=json.dumps(body), headers={"content-type": "application/json", **headers})


def signed(body: Any, *, secret: str = SECRET, ago: timedelta = timedelta(0)) -> dict[str, str]:
    return {HEADER: sign(json.dumps(body).encode(), secret=secret, at=datetime.now(UTC) - ago)}


def test_a_signed_webhook_is_accepted_once(office):
    body = pushed(1)

    first, again = (push(office, body, **signed(body)) for _ in range(2))

    assert (first.status_code, first.json()) == (202, {"accepted": 1, "duplicates": 0, "refused": []})
    assert (again.status_code, again.json()) == (202, {"accepted": 0, "duplicates": 1, "refused": []})
    until(lambda: office.kept().get(("desk", "1")) == 1)


@pytest.mark.parametrize(
    "wrong", [{"secret": "guessed"}, {"ago": timedelta(minutes=10)}, {"ago": timedelta(minutes=-10)}], ids=str
)
def test_a_webhook_signed_by_others_or_at_another_time_is_refused(office, wrong):
    body = pushed(2)

    answer = push(office, body, **signed(body, **wrong))

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")


def test_a_signature_of_another_body_is_refused(office):
    assert push(office, pushed(2), **signed(pushed(3))).status_code == 401


def test_of_a_list_the_bad_articles_are_refused_by_code_and_the_others_taken(office):
    future = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    items = [
        pushed(10),
        pushed(11, headline=" "),
        pushed(12, published_at=future),
        pushed(13, published_at="2026-01-05T09:00:00"),
        {"id": "14"},
        pushed(15, language="de"),
        "no article",
        pushed(10),
    ]

    answer = push(office, items)

    told = answer.json()
    assert (answer.status_code, told["accepted"], told["duplicates"]) == (202, 1, 1)
    assert [(each["index"], each["code"]) for each in told["refused"]] == [
        (1, "no_headline"),
        (2, "future_date"),
        (3, "no_timezone"),
        (4, "invalid_input"),
        (5, "unsupported_language"),
        (6, "invalid_input"),
    ]


def test_more_than_a_thousand_articles_are_refused_together(office):
    before = office.appended()

    answer = push(office, [pushed(n) for n in range(1_001)])

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert office.appended() == before


# --- polled ---------------------------------------------------------------------------------------------------------


def ledger(wire: Served) -> tuple[dict[Item, int], set[Item]]:
    """Return what a perfect reader has of a wire, with the numbers of versions, and what is malformed."""
    with wire.client as http:
        rows, malformed = (
            http.get("/ledger/items", params={"limit": 10_000, "malformed": flag}).json()["items"] for flag in (0, 1)
        )
    return {(row["provider"], row["id"]): 1 for row in rows}, {(row["provider"], row["id"]) for row in malformed}


def more(office: Office, number: int = 20) -> None:
    """Wait until so many more articles were accepted."""
    before = until(office.appended)
    until(lambda: office.appended() >= before + number)


def of_the_wires(office: Office) -> dict[Item, int]:
    return {item: versions for item, versions in office.kept().items() if item[0] not in {"desk", "urgent"}}


def silent(wire: Served) -> bool:
    with wire.client as http:
        return http.get("/ledger").json()["finished"]


@pytest.mark.timeout(900)  # it starts eight processes, one after the other
def test_every_article_is_there_once_after_every_process_was_killed_in_turn(office):
    """The service in the moment in which it has acknowledged what was pushed, with work in its hands."""
    wire, model = office.start_wire(), office.start_model()
    more(office)
    accepted = push(office, [pushed(n, provider="urgent") for n in range(100)]).json()["accepted"]
    office.kill_with_work_in_hand(office.service, set(office.in_hand()))
    office.start_service()
    worker, name = office.start_worker()
    office.kill_with_work_in_hand(worker, {name})
    os.kill(office.service.redis_pid, signal.SIGKILL)
    more(office)
    kill(model)
    more(office)
    office.start_model()
    office.let_time_pass()

    published, _ = ledger(wire)
    until(lambda: published.items() <= office.kept().items(), timeout_s=_CAUGHT_UP_S)
    kept = of_the_wires(office)
    published, malformed = ledger(wire)
    assert {item: versions for item, versions in kept.items() if item not in malformed}.items() <= published.items()

    kill(wire)
    wire = office.start_wire("--count", "40")
    until(lambda: silent(wire) and ledger(wire)[0].items() <= office.kept().items(), timeout_s=_CAUGHT_UP_S)
    until(office.is_idle, timeout_s=_CAUGHT_UP_S)
    assert kept.items() <= of_the_wires(office).items()
    assert sum(office.kept().values()) == office.appended()
    pushed_before = {item: versions for item, versions in office.kept().items() if item[0] == "urgent"}
    assert (accepted, pushed_before) == (100, {("urgent", str(n)): 1 for n in range(100)})
    with office.redis as client:
        assert client.xlen(KEYS.news_dead) == 0
