"""Who may change what is remembered, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.fakes.served import Served, run, served

KEY = "an-open-sesame-of-forty-thieves"
ANYWHERE = "0.0.0.0"  # noqa: S104 - what a container listens on
RECORD = {"input_report": "Gold rises 0.3 percent as the dollar weakens", "signal": 1, "asset": "XAU"}
WRITES = [
    ("POST", "/insert_data", RECORD),
    ("POST", "/components", {"text": "The dollar has been weak for weeks."}),
    ("POST", "/clear", {}),
    ("POST", "/revoke", {"decision_id": "01J"}),
    ("DELETE", "/decisions/01J", None),
    ("POST", "/a/route/that/comes/later", {}),
]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("guarded"), FORETHOUGHT_API__WRITE_KEY=KEY) as running:
        yield running


@pytest.fixture(scope="module")
def asked(guarded: Served) -> Iterator[httpx.Client]:
    with guarded.client as client:
        yield client


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_write_without_the_key_is_refused(asked: httpx.Client, method, path, body):
    answer = asked.request(method, path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer wrong", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Basic {KEY}", KEY, "Bearer é"],
)
def test_any_other_credential_is_refused(asked: httpx.Client, given):
    headers = {"authorization": given.encode("latin-1")}

    assert asked.post("/insert_data", json=RECORD, headers=headers).status_code == 401


def test_two_credentials_are_refused(asked: httpx.Client):
    headers = [("authorization", "Bearer wrong"), ("authorization", f"Bearer {KEY}")]

    assert asked.post("/insert_data", json=RECORD, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["//insert_data", "/insert_data/", "/insert%5Fdata", "/decide/../insert_data"])
def test_no_spelling_of_the_path_goes_round_the_key(asked: httpx.Client, path):
    answer = asked.post(path, json=RECORD, follow_redirects=True)

    assert not answer.is_success


def test_with_the_key_it_is_taken_and_asking_needs_none(asked: httpx.Client):
    taken = asked.post("/insert_data", json=RECORD, headers={"authorization": f"bearer {KEY}"})
    answer = asked.post("/decide", json={"text": RECORD["input_report"], "asset": "XAU", "agents": "never"})

    assert taken.json()["accepted"] == 1
    assert (answer.json()["path"], answer.json()["decision"]["signal"]) == ("exact", 1)


@pytest.mark.parametrize("path", ["/components", "/quality", "/metrics", "/health/ready", "/openapi.json"])
def test_reading_needs_no_key(asked: httpx.Client, path):
    assert asked.get(path).status_code == 200


def test_a_refusal_is_counted_by_its_route_and_the_key_is_never_logged(guarded: Served, asked: httpx.Client):
    asked.post("/clear", headers={"authorization": f"Bearer {KEY}-nearly"})
    asked.post("/clear", headers={"authorization": f"Bearer {KEY}"})

    shown = asked.get("/metrics").text
    assert 'application_errors_total{code="unauthorised",endpoint="/clear",status="401"}' in shown
    assert not [line for line in guarded.lines if KEY in line]
    assert KEY not in shown


def test_a_service_open_to_the_network_without_a_key_does_not_start(tmp_path: Path):
    done = run(tmp_path, "serve", FORETHOUGHT_API__HOST=ANYWHERE)

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "FORETHOUGHT_API__WRITE_KEY" in done.stderr


@pytest.mark.parametrize("how", [{"FORETHOUGHT_API__WRITE_KEY": KEY}, {"FORETHOUGHT_API__OPEN_WRITES": "true"}])
def test_it_starts_with_a_key_or_when_told_to_be_open_and_says_so(tmp_path: Path, how: dict[str, str]):
    with served(tmp_path, FORETHOUGHT_API__HOST=ANYWHERE, **how) as running:
        (warning,) = [event for event in running.events if event["event"] == "http.open_to_network"]

    assert ("teach" in warning["reason"]) is ("FORETHOUGHT_API__OPEN_WRITES" in how)
