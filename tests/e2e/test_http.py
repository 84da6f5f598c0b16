"""A real service over HTTP: what it refuses, what it tells, and how it stops."""

import json
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.fakes.served import Served, run, served, until

GOLD_UP = "Gold rises 0.3 percent as the dollar weakens"
PARAPHRASE = "Gold climbs 0.3% on weaker dollar"
LIMIT = 1_048_576
JSON = {"content-type": "application/json"}


def send(http: httpx.Client, path: str, body: bytes | str) -> httpx.Response:
    return http.post(path, content=body, headers=JSON)


def decide(http: httpx.Client, text: str = GOLD_UP, **fields) -> dict:
    # A busy machine must not turn what a test expects into an interim answer.
    answer = http.post("/decide", json={"text": text, "asset": "XAU", "deadline_ms": 20_000} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def insert(http: httpx.Client, text: str = GOLD_UP, signal: int = 1, **fields) -> dict:
    answer = http.post("/insert_data", json={"input_report": text, "signal": signal, "asset": "XAU"} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def stored(http: httpx.Client) -> int:
    """How many records were taken so far."""
    metrics = http.get("/metrics").text
    found = [line for line in metrics.splitlines() if line.startswith("redis_insert_operations_total{")]
    return int(float(found[0].split()[-1])) if found else 0


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Check the form of a refusal, and return its status and code."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(problem) <= {"type", "title", "status", "code", "detail", "field", "request_id"}
    assert (problem["status"], problem["type"]) == (answer.status_code, f"urn:forethought:problem:{problem['code']}")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in problem["detail"]
    return answer.status_code, problem["code"]


ANY_BODY = {
    "empty": (b"", 400, "invalid_body"),
    "binary": (bytes(range(256)), 400, "invalid_body"),
    "not UTF-8": ('{"text": "café"}'.encode("latin-1"), 400, "invalid_body"),
    "100,000 levels": (b"[" * 100_000, 400, "invalid_body"),
    "100,000 levels in a field": (
        b'{"text":"x","input_report":"x","signal":1,"z":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        400,
        "invalid_body",
    ),
    "half": (b'{"text": "x"', 400, "invalid_body"),
    "a lone surrogate": (rb'{"text":"\ud800","input_report":"\ud800","signal":1}', 400, "invalid_body"),
    "a number": (b"1", 422, "invalid_input"),
    "null": (b"null", 422, "invalid_input"),
    "a string": (b'"text"', 422, "invalid_input"),
    "too large": (b'{"text":"' + b"a" * LIMIT + b'"}', 413, "body_too_large"),
}


@pytest.mark.parametrize("path", ["/decide", "/insert_data", "/components"])
@pytest.mark.parametrize("name", ANY_BODY)
def test_a_bad_body_is_refused_and_nothing_stored(http, path, name):
    body, status, code = ANY_BODY[name]
    before = stored(http)

    answer = send(http, path, body)

    assert refused(answer) == (status, code)
    assert stored(http) == before


def test_a_huge_body_without_a_length_is_refused(http):
    def chunks() -> Iterator[bytes]:
        for _ in range(64):
            yield b"a" * 65_536

    answer = http.post("/insert_data", content=chunks(), headers=JSON)

    assert refused(answer) == (413, "body_too_large")


def test_a_long_article_is_read_whole_and_answered(http):
    answer = decide(http, "Nobody would say what had been agreed. " * 400, agents="never")

    assert (answer["path"], answer["input"]["tokens"], answer["input"]["truncated"]) == ("interim", 3_200, False)


DECIDE = {
    "no text": ({}, 422, "invalid_text"),
    "a blank text": ({"text": " \n\t"}, 422, "invalid_text"),
    "a NUL": ({"text": "a\0b"}, 422, "invalid_text"),
    "a text of another type": ({"text": 5}, 422, "invalid_text"),
    "nothing but a link": ({"text": "https://example.com/a"}, 422, "invalid_text"),
    "an unknown strategy": ({"text": "x", "strategy": "nope"}, 422, "unknown_strategy"),
    "a malformed asset": ({"text": "x", "asset": "a b!"}, 422, "invalid_asset"),
    "an asset that the strategy does not serve": (
        {"text": "x", "asset": "XAU", "strategy": "events_impacts_v1_vp"},
        422,
        "invalid_asset",
    ),
    "an unknown mode": ({"text": "x", "agents": "maybe"}, 422, "invalid_input"),
    "a deadline out of range": ({"text": "x", "deadline_ms": 1}, 422, "invalid_number"),
    "a bad date": ({"text": "x", "as_of": "yesterday"}, 422, "invalid_time"),
    "the first of all days, elsewhere": ({"text": "x", "as_of": "0001-01-01T00:00:00+10:00"}, 422, "invalid_time"),
    "the last of all days, elsewhere": ({"text": "x", "as_of": "9999-12-31T23:59:59-10:00"}, 422, "invalid_time"),
    "context that is nothing": ({"text": "x", "context": [{}]}, 422, "invalid_input"),
    "context that is empty": ({"text": "x", "context": [{"text": " "}]}, 422, "invalid_text"),
    "context that is unknown": ({"text": "x", "context": [{"id": "unknown"}]}, 404, "not_found"),
    "a malformed tag": ({"text": "x", "tags": ["a,b"]}, 422, "invalid_input"),
}


@pytest.mark.parametrize("name", DECIDE)
def test_a_bad_question_is_refused_with_a_stable_code(http, name):
    body, status, code = DECIDE[name]

    assert refused(http.post("/decide", json=body)) == (status, code)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", '"many"', "1e400"])
def test_a_number_out_of_range_is_refused(http, number):
    decided = send(http, "/decide", f'{{"text": "x", "notional": {number}}}')
    inserted = send(http, "/insert_data", f'{{"input_report": "x", "signal": 1, "conviction": {number}}}')

    assert {refused(decided)[1], refused(inserted)[1]} <= {"invalid_number", "invalid_body"}


RECORDS = {
    "no signal": ({"input_report": "x"}, "invalid_number"),
    "a signal out of range": ({"input_report": "x", "signal": 2}, "invalid_number"),
    "a signal of another type": ({"input_report": "x", "signal": "buy"}, "invalid_number"),
    "true for a signal": ({"input_report": "x", "signal": True}, "invalid_number"),
    "no text": ({"signal": 1}, "invalid_text"),
    "a blank text": ({"input_report": " ", "signal": 1}, "invalid_text"),
    "nothing but a link": ({"input_report": "https://example.com/a", "signal": 1}, "invalid_text"),
    "too sure": ({"input_report": "x", "signal": 1, "conviction": 1.01}, "invalid_number"),
    "a price of nothing": ({"input_report": "x", "signal": 1, "close": 0}, "invalid_number"),
    "a bad date": ({"input_report": "x", "signal": 1, "datetime_est": "31/12/2025"}, "invalid_time"),
    "a date before all others": ({"input_report": "x", "signal": 1, "datetime_est": "0001-01-01"}, "invalid_time"),
    "known before it was decided": (
        {"input_report": "x", "signal": 1, "datetime_est": "2025-01-02", "known_at": "2025-01-01"},
        "invalid_time",
    ),
    "an unknown strategy": ({"input_report": "x", "signal": 1, "strategy": "nope"}, "unknown_strategy"),
    "a malformed asset": ({"input_report": "x", "signal": 1, "asset": "!"}, "invalid_asset"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_bad_record_is_refused_and_not_stored(http, name):
    record, code = RECORDS[name]
    before = stored(http)

    assert refused(http.post("/insert_data", json=record)) == (422, code)
    assert stored(http) == before


def test_of_a_list_the_good_records_are_taken_and_the_bad_ones_named(http):
    good = {"input_report": "Corn is flat after a quiet day", "signal": 0, "asset": "CORN"}
    bad = [record for record, _ in RECORDS.values()]

    answer = http.post("/insert_data", json=[*bad, good, None, 5])

    found = answer.json()
    assert (answer.status_code, found["accepted"], len(found["decision_ids"])) == (200, 1, 1)
    assert [(each["index"], each["code"]) for each in found["rejected"]] == [
        *enumerate(code for _, code in RECORDS.values()),
        (len(bad) + 1, "invalid_input"),
        (len(bad) + 2, "invalid_input"),
    ]
    assert decide(http, good["input_report"], asset="CORN")["path"] == "exact"


def test_an_empty_list_is_fine(http):
    assert http.post("/insert_data", json=[]).json() == {"accepted": 0, "rejected": [], "decision_ids": []}


def test_more_than_ten_thousand_records_are_refused_as_a_whole(http):
    before = stored(http)

    answer = http.post("/insert_data", json=[{"input_report": "x", "signal": 1}] * 10_001)

    assert (refused(answer), stored(http)) == ((422, "invalid_input"), before)


def test_ten_thousand_records_are_read(http):
    answer = http.post("/insert_data", json=[{"input_report": "x"}] * 10_000)

    assert (answer.json()["accepted"], len(answer.json()["rejected"])) == (0, 10_000)


def test_extra_columns_are_accepted_and_extra_questions_are_named(http):
    insert(http, "Cotton is flat", 0, asset="CT", pk=7, ulid="01J", schema_version="v1", nested={"a": [1]})

    answer = decide(http, "Cotton is flat", asset="CT", colour="red", strategy_name="default")

    assert (answer["path"], answer["input"]["ignored"]) == ("exact", ["colour"])


def test_the_names_of_the_seed_are_understood(http):
    insert(http, "Tin is flat", 0, asset="SN")

    answer = http.post("/decide?manual_embeddings=true", json={"prompt": "Tin is flat", "asset": "SN"})

    assert answer.json()["path"] == "exact"


def test_what_was_inserted_is_used_by_the_very_next_question(http):
    for i in range(20):
        insert(http, f"Lot {i} of copper was sold at auction", 1, asset="HG")
        assert decide(http, f"Lot {i} of copper was sold at auction", asset="HG")["path"] == "exact"


def test_an_answer_can_be_read_again_and_by_its_id_the_truth_is_linked_to_it(http):
    answer = decide(http, "A refinery in the north has caught fire", asset="CL", agents="never")
    read = http.get(f"/decisions/{answer['decision_id']}")
    assert read.json() == answer

    truth = insert(http, "A refinery in the north has caught fire", 1, asset="CL", decision_id=answer["decision_id"])

    after = http.get(f"/decisions/{answer['decision_id']}").json()
    assert truth["decision_ids"] == [answer["decision_id"]]
    assert (after["decision"]["signal"], after["upgrade"]["by"]) == (1, "inserted")
    assert after["upgrade"]["previous"]["decision"] == answer["decision"]


@pytest.mark.parametrize("id_", ["unknown", "%00", "%ff", "x" * 4_000])
def test_an_unknown_answer_is_not_found(http, id_):
    assert refused(http.get(f"/decisions/{id_}")) == (404, "not_found")


@pytest.fixture(scope="module")
def library(http: httpx.Client) -> httpx.Client:
    """The embedding cache with three texts of our own."""
    for text, fields in {
        "Rates are at 4 %": {"tags": ["fed", "Zürich 2", "黄金"], "location": "US"},
        "Rates are at 2 %": {"tags": ["ecb", "fed"], "location": "EU"},
        "Think step by step": {"type": "framework", "meta": {"tags": "mine", "chunks": "many"}},
    }.items():
        assert http.post("/components", json={"text": text, **fields}).status_code == 201
    return http


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ({"tag": "fed"}, ["Rates are at 2 %", "Rates are at 4 %"]),
        ({"tag": "Zürich 2"}, ["Rates are at 4 %"]),
        ({"tag": "黄金"}, ["Rates are at 4 %"]),
        ({"tag": "fed", "location": "EU"}, ["Rates are at 2 %"]),
        ({"tag": "fed", "latest": 1}, ["Rates are at 2 %"]),
        ({"type": "framework"}, ["Think step by step"]),
        ({"tag": "no such tag"}, []),
        ({"tag": " "}, []),
        ({"tag": "*"}, []),
        ({"tag": "} | @type:{framework"}, []),
    ],
)
def test_components_are_found_by_tag_location_type_and_recency(library, query, texts):
    found = library.get("/components", params=query).json()["components"]

    assert [each["text"] for each in found] == texts


@pytest.mark.parametrize(
    "query", [{"type": "unheard-of"}, *({"latest": n} for n in ("0", "1001", "-1", "1.5", "x", "9" * 30, ""))]
)
def test_a_bad_query_for_components_is_refused(http, query):
    assert refused(http.get("/components", params=query)) == (422, "invalid_input")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_text"),
        ({"text": " "}, "invalid_text"),
        ({"text": "x", "type": "unheard-of"}, "invalid_input"),
        ({"text": "x", "colour": "red"}, "invalid_input"),
        ({"text": "x", "tags": ["a,b"]}, "invalid_input"),
    ],
)
def test_a_bad_component_is_refused(http, body, code):
    assert refused(http.post("/components", json=body)) == (422, code)


def test_clearing_one_scope_leaves_the_others(http):
    for asset in ("ZW", "ZS"):
        insert(http, "Rain is forecast for the plains", -1, asset=asset)

    cleared = http.post("/clear", json={"strategy": "default", "asset": "zw"}).json()

    paths = [
        decide(http, "Rain is forecast for the plains", asset=asset, agents="never")["path"] for asset in ("ZW", "ZS")
    ]
    assert (cleared, paths) == ({"decisions": 1, "components": 0, "scopes": 0}, ["interim", "exact"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "invalid_body")),
        (b"[]", (422, "invalid_input")),
        (b'{"strategy": "nope"}', (422, "unknown_strategy")),
        (b'{"asset": "!"}', (422, "invalid_asset")),
        (b'{"scope": "all"}', (422, "invalid_input")),
    ],
)
def test_a_bad_wish_to_clear_clears_nothing(http, body, expected):
    insert(http, "Sugar is flat", 0, asset="SB")

    assert refused(send(http, "/clear", body)) == expected
    assert decide(http, "Sugar is flat", asset="SB")["path"] == "exact"


@pytest.mark.parametrize("path", ["/nothing", "/decide/x", "/decisions/", "/..%2f..%2fetc", "/" + "a" * 8_000])
def test_an_unknown_path_is_not_found_and_makes_no_label(http, path):
    assert refused(http.get(path)) == (404, "not_found")

    metrics = http.get("/metrics").text
    labels = {line.split('endpoint="')[1].split('"')[0] for line in metrics.splitlines() if 'endpoint="' in line}
    assert "unmatched" in labels
    assert labels <= {
        *("/decide", "/decisions/{decision_id}", "/insert_data", "/components", "/clear", "/metrics", "/quality"),
        *("/health/live", "/health/ready", "unmatched"),
    }


@pytest.mark.parametrize(("method", "path"), [("GET", "/decide"), ("DELETE", "/decide"), ("PUT", "/insert_data")])
def test_a_wrong_method_is_refused_with_the_right_one(http, method, path):
    answer = http.request(method, path)

    assert (refused(answer), answer.headers["allow"]) == ((405, "method_not_allowed"), "POST")


SEEDS = {
    *("http_requests_total", "http_request_duration_seconds", "application_errors_total"),
    *("semantic_cache_duration_seconds", "semantic_cache_hits_total", "semantic_cache_misses_total"),
    *("openai_embedding_duration_seconds", "redis_insert_operations_total", "redis_insert_duration_seconds"),
}


def test_metrics_have_the_names_of_the_seed_with_help_and_values(http):
    insert(http)
    decide(http)
    decide(http, "Palladium has been found on the moon", agents="never")
    http.get("/nothing")

    text = http.get("/metrics").text

    helped = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    assert helped >= SEEDS
    for sample in (
        'http_requests_total{endpoint="/decide",method="POST",status="200"}',
        'http_request_duration_seconds_bucket{endpoint="/decide",le="0.5",method="POST"}',
        'http_request_duration_seconds_bucket{endpoint="/decide",le="0.75",method="POST"}',
        'semantic_cache_duration_seconds_count{operation="acheck"}',
        "semantic_cache_hits_total",
        "semantic_cache_misses_total",
        'openai_embedding_duration_seconds_count{operation="embedding"}',
        'redis_insert_operations_total{operation="astore",status="success"}',
        'redis_insert_duration_seconds_count{operation="astore"}',
    ):
        (line,) = [line for line in text.splitlines() if line.startswith(f"{sample} ")]
        assert float(line.split()[-1]) > 0


def test_health_and_quality_answer(http):
    live, ready, quality = (http.get(path) for path in ("/health/live", "/health/ready", "/quality"))

    assert (live.json()["status"], ready.json()["status"], quality.status_code) == ("ok", "ok", 200)


@pytest.mark.parametrize(("sent", "kept"), [("my-request-1", True), ("with spaces", False), ("x" * 65, False)])
def test_a_request_id_is_echoed_if_it_is_harmless(http, sent, kept):
    answer = http.get("/quality", headers={"x-request-id": sent})

    assert (answer.headers["x-request-id"] == sent) == kept


def test_each_request_is_one_line_of_json_in_the_log(service, http):
    id_ = "one-line-please"

    http.post("/decide", json={"text": GOLD_UP, "asset": "XAU"}, headers={"x-request-id": id_})
    http.post("/decide", json={"text": " "}, headers={"x-request-id": f"{id_}-2"})

    def lines(wanted: str) -> list[dict]:
        return [event for event in service.events if event.get("request_id") == wanted]

    until(lambda: lines(f"{id_}-2"))
    (good,), (bad,) = lines(id_), lines(f"{id_}-2")
    assert (good["event"], good["method"], good["endpoint"], good["status"]) == ("http.request", "POST", "/decide", 200)
    assert {"took_ms", "decision_id", "path", "asset", "strategy", "timestamp", "level"} <= set(good)
    assert (bad["status"], bad["code"]) == (422, "invalid_text")


def test_what_is_no_http_leaves_the_log_readable(service, http):
    host, port = service.url.removeprefix("http://").split(":")
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00", b"BREW /pot HTCPCP/1.0\r\n\r\n"):
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(garbage)
            raw.shutdown(socket.SHUT_WR)
            raw.recv(1_000)

    assert http.get("/health/live").status_code == 200
    assert all(isinstance(event, dict) for event in service.events)


def test_a_client_that_leaves_while_sending_is_no_defect(service, http):
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(b"POST /insert_data HTTP/1.1\r\nhost: x\r\nx-request-id: left-early\r\ncontent-length: 99\r\n\r\n{")

    until(lambda: [event for event in service.events if event.get("request_id") == "left-early"])
    assert [event for event in service.events if event["event"] == "http.defect"] == []


def test_concurrent_callers_all_get_their_own_answer(http, service):
    insert(http)
    answers: list[dict] = []

    def ask() -> None:
        with service.client as client:
            answers.extend(decide(client) for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({answer["decision_id"] for answer in answers}) == 80
    assert {answer["path"] for answer in answers} == {"exact"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_service_in_order_and_what_it_knew_is_kept(tmp_path, number):
    with served(tmp_path) as service, service.client as http:
        insert(http)
        redis = service.redis_pid
        service.process.send_signal(number)
        code = service.process.wait(30)

    with served(tmp_path) as again, again.client as http:
        path = decide(http)["path"]

    assert (code, path) == (0, "exact")
    assert not _is_redis(redis)
    assert "redis.stopped" in [event["event"] for event in service.events]


def _is_redis(pid: int) -> bool:
    try:
        return b"redis-server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_other_commands_use_the_running_service_s_memory(service: Served, http):
    insert(http, "Cocoa is flat", 0, asset="CC")

    done = run(service.data_dir, "decide", "Cocoa is flat", "--asset", "CC", "--json")

    assert (done.returncode, json.loads(done.stdout)["path"]) == (0, "exact")


def test_a_body_as_large_as_allowed_is_read(http):
    """Last in this file: the encoder is busy with it for some seconds."""
    text = "word " * 199_000
    body = json.dumps({"text": text, "agents": "never", "pad": ""})
    body = body.replace('"pad": ""', '"pad": "' + "x" * (LIMIT - len(body)) + '"')

    answer = send(http, "/decide", body)

    assert (len(body), answer.status_code) == (LIMIT, 200)
