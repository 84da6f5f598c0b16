import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from forethought.application.insert import Record
from forethought.domain.decision import Signal
from forethought.domain.errors import Unavailable
from forethought.evals.acceptance import ASKED, HELD_OUT, INSERTED, Call, Measured, measure
from forethought.evals.labelled import Labelled, LabelledFile

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def a_call(*, hit=True, signal=1, truth=1, took_ms=10.0, status=200):
    answer = {
        "decision": {"signal": signal},
        "cache": {"hit": hit},
        "path": "exact" if hit else "interim",
        "latency_ms": {"total": took_ms},
    }
    return Call(Signal(truth), status, took_ms, answer if status == 200 else {})


def measured(calls, *, accepted=INSERTED):
    statuses = [call.status for call in calls]
    found = Measured("file", "http://x", own_service=True, held_before=False, statuses=statuses, accepted=accepted)
    found.asked = list(calls)
    return found


def verdicts(found):
    return [criterion.passed for criterion in found.criteria()]


def test_fast_answers_from_memory_pass():
    assert verdicts(measured([a_call()] * 30)) == [True, True, True, True]


@pytest.mark.parametrize(
    ("calls", "failing"),
    [
        ([a_call()] * 27 + [a_call(took_ms=900.0)] * 3, 0),
        ([a_call()] * 23 + [a_call(hit=False)] * 7, 1),
        ([a_call()] * 29 + [a_call(status=503)], 2),
    ],
    ids=["slow", "missed", "failed"],
)
def test_each_criterion_fails_by_itself(calls, failing):
    assert [index for index, passed in enumerate(verdicts(measured(calls))) if not passed] == [failing]


def test_24_hits_of_30_are_enough():
    assert measured([a_call()] * 24 + [a_call(hit=False)] * 6).document()["passed"]


def test_records_that_were_not_taken_fail_the_run():
    assert verdicts(measured([a_call()] * 30, accepted=49)) == [True, True, True, False]


def test_nothing_asked_is_no_pass():
    assert not measured([]).document()["passed"]


def test_agreement_counts_answers_from_memory_only():
    calls = [a_call(), a_call(signal=-1), a_call(hit=False, signal=-1), a_call(signal=0)]

    found = measured(calls).document()["asked"]

    assert (found["agreed"]["k"], found["opposite"]["k"], found["agreed"]["n"]) == (1, 1, 3)


class Service:
    """A service that remembers texts exactly, over a transport."""

    def __init__(self):
        self.calls = []
        self.memory = {}

    def __call__(self, request):
        body = json.loads(request.content or b"{}")
        self.calls.append((request.url.path, body))
        if request.url.path == "/insert_data":
            self.memory.update({record["input_report"]: record["signal"] for record in body})
            return httpx.Response(200, json={"accepted": len(body), "rejected": []})
        if request.url.path == "/decide":
            known = self.memory.get(body["prompt"])
            answer = {"decision": {"signal": known or 0}, "cache": {"hit": known is not None}, "path": "exact"}
            return httpx.Response(200, json={**answer, "latency_ms": {"total": 1.0}})
        return httpx.Response(200, json={"scopes": []})


def a_file(n=INSERTED + HELD_OUT, *, times_invented=False):
    rows = []
    for i in range(n):
        at = NOON + timedelta(hours=i)
        rows.append(Labelled(i + 1, Record(f"text {i}", "", 1, decided_at=at, known_at=at), at, at, Signal.BUY))
    return LabelledFile("file", tuple(rows), (), times_invented=times_invented)


def run(service, data=None, **options):
    with httpx.Client(transport=httpx.MockTransport(service), base_url="http://service") as client:
        return measure(client, data or a_file(), own_service=False, **options)


def test_a_service_that_remembers_passes_and_what_was_not_inserted_is_measured_apart():
    found = run(Service()).document()

    assert found["passed"]
    assert found["asked"]["hit"]["k"] == ASKED
    assert (found["unseen"]["n"], found["unseen"]["hit"]["k"]) == (HELD_OUT, 0)


def test_a_remote_memory_is_never_cleared_unless_asked():
    service = Service()

    run(service)

    assert "/clear" not in [path for path, _ in service.calls]


def test_a_remote_memory_is_cleared_first_when_asked():
    service = Service()

    run(service, clear=True)

    assert service.calls[0][0] == "/clear"


def test_no_analyst_is_ever_asked():
    service = Service()

    run(service)

    assert {body["agents"] for path, body in service.calls if path == "/decide"} == {"never"}


def test_what_was_not_inserted_is_asked_as_of_now_and_as_of_its_own_time():
    service = Service()

    run(service)

    asked = [body.get("as_of") for path, body in service.calls if path == "/decide"]
    assert asked[ASKED:] == [None] * HELD_OUT + [row.decided_at.isoformat() for row in a_file().rows[INSERTED:]]


def test_times_that_were_made_up_are_not_sent():
    service = Service()

    found = run(service, a_file(times_invented=True))

    records = [record for path, body in service.calls if path == "/insert_data" for record in body]
    assert not [record for record in records if "datetime_est" in record]
    assert found.unseen_as_of == []


def test_a_short_file_is_judged_by_what_it_holds():
    assert run(Service(), a_file(ASKED)).document()["passed"]


def test_a_service_that_is_not_there_is_said():
    def refuse(request):
        raise httpx.ConnectError("refused")

    with pytest.raises(Unavailable, match="does not answer"):
        run(refuse)
