"""The lakehouse pipeline under delta-rs: landed files to gold, and gold into a running service."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pipelines.databricks import pipeline
from tests.fakes.served import Served, served

from forethought.adapters.delta.local import LocalLake
from forethought.domain.errors import ConfigurationError, Unavailable

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
KEY = "an-open-sesame-of-forty-thieves"
REAL = Path(__file__).parents[3] / "shared" / "data" / "news" / "btc_news_2025-05.parquet"
SOON = (NOON + timedelta(minutes=10)).isoformat()
"""When questions are asked: what was decided at noon is not too old yet."""
NORMALISE = pipeline.normaliser()


def an_article(name: str = "1", **fields):
    return {
        "native_id": name,
        "headline": f"Apple raises its quarterly dividend by {name} cents a share",
        "body": "The board approved the increase on Thursday, the company said in a statement.",
        "published_at": NOON.isoformat(),
        "received_at": (NOON + timedelta(seconds=5)).isoformat(),
        "language": "en",
        **fields,
    }


def a_decision(name: str = "1", **fields):
    return {
        "input_report": f"Gold rises {name} percent as the dollar weakens",
        "output_report": "A weaker dollar supports gold.",
        "signal": 1,
        "conviction": 0.8,
        "asset": "XAU",
        "datetime_est": NOON.isoformat(),
        **fields,
    }


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    (tmp_path / "landing" / "news" / "reuters").mkdir(parents=True)
    (tmp_path / "landing" / "decisions").mkdir()
    return tmp_path / "landing"


@pytest.fixture
def lake(tmp_path: Path) -> LocalLake:
    return LocalLake(tmp_path / "lake")


def land(path: Path, *items) -> None:
    path.write_text("".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in items))


def ran(lake: LocalLake, landing: Path):
    """Extract and transform; return what transform counted."""
    pipeline.extract_from_news(lake, landing)
    return pipeline.transform(lake, normalise=NORMALISE)


def rows(lake: LocalLake, table: str, **options):
    return lake.read(table, **options).to_pylist()


def codes(lake: LocalLake) -> Counter:
    return Counter(row["code"] for row in rows(lake, "quarantine"))


def test_news_and_decisions_come_to_gold(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article())
    land(landing / "decisions" / "a.jsonl", a_decision())

    ran(lake, landing)

    news, decision = sorted(rows(lake, "gold"), key=lambda row: row["kind"], reverse=True)
    assert (news["text"], news["provider"], news["tags"]) == (an_article()["headline"], "reuters", ["AAPL"])
    assert news["known_at"] == NOON + timedelta(seconds=5)
    assert (decision["text"], decision["signal"], decision["decided_at"]) == (a_decision()["input_report"], 1, NOON)


def test_a_second_run_changes_nothing(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article(), an_article("2"), "{", an_article("3", headline=""))
    land(landing / "decisions" / "a.jsonl", a_decision(), a_decision(signal=None))
    ran(lake, landing)
    quiet = {table.name for table in (lake._root).iterdir()} - {"metrics"}
    before = {table: lake.version(table) for table in quiet}

    ran(lake, landing)

    assert {table: lake.version(table) for table in quiet} == before


def test_a_run_that_died_before_it_noted_its_end_is_done_again_without_effect(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article(), an_article("2"))
    ran(lake, landing)
    tables = ("bronze_news", "silver_news", "gold")
    before = {table: lake.version(table) for table in tables}
    for table in ("state", "files"):
        lake._open(table).delete()

    ran(lake, landing)

    assert {table: lake.version(table) for table in tables} == before


def test_only_new_files_and_new_rows_are_worked_on(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article(), an_article("2"))
    ran(lake, landing)
    land(landing / "news" / "reuters" / "b.jsonl", an_article("3"))

    extracted = pipeline.extract_from_news(lake, landing)
    counted = pipeline.transform(lake, normalise=NORMALISE)

    assert (extracted["news"]["files"], extracted["news"]["rows_in"]) == (1, 1)
    assert (counted["news"]["rows_in"], counted["news"]["rows_out"], counted["gold"]["rows_out"]) == (1, 1, 1)


def test_a_file_that_grew_gives_its_new_lines(lake: LocalLake, landing: Path):
    file = landing / "news" / "reuters" / "a.jsonl"
    land(file, an_article())
    ran(lake, landing)
    land(file, an_article(), an_article("2"))

    ran(lake, landing)

    assert sorted(row["native_id"] for row in rows(lake, "bronze_news")) == ["1", "2"]


def test_the_same_version_of_a_report_counts_once(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article(), an_article(), an_article(version="2"))

    counted = ran(lake, landing)

    assert sorted(row["version"] for row in rows(lake, "silver_news")) == ["1", "2"]
    assert counted["news"]["rows_duplicate"] == 1


def test_what_cannot_be_used_is_in_quarantine_with_its_reason_and_is_counted(lake: LocalLake, landing: Path):
    bad = [
        "not json",
        "[1]",
        an_article("a", native_id=None),
        an_article("b", published_at=None),
        an_article("c", published_at="2026-10-01T12:00:00"),
        an_article("d", published_at="yesterday"),
        an_article("e", headline=""),
        an_article("f", language="de"),
        an_article("g", kind="rumour"),
        an_article("h", tickers="AAPL"),
        an_article("i", **{"a column; DROP TABLE": 1}),
    ]
    land(landing / "news" / "reuters" / "a.jsonl", *bad, an_article())
    land(
        landing / "decisions" / "a.jsonl", a_decision(signal=2), a_decision(datetime_est=None), a_decision(conviction=2)
    )

    extracted = pipeline.extract_from_news(lake, landing)
    counted = pipeline.transform(lake, normalise=NORMALISE)

    assert codes(lake) == {
        "bad_item": 4,
        "bad_id": 1,
        "no_date": 2,
        "no_timezone": 1,
        "no_headline": 1,
        "unsupported_language": 1,
        "type_conflict": 2,
        "invalid_number": 2,
    }
    assert [row["native_id"] for row in rows(lake, "silver_news")] == ["1"]
    assert {row["file"] for row in rows(lake, "quarantine")} == {"news/reuters/a.jsonl", "decisions/a.jsonl"}
    assert extracted["news"]["expect.types_as_before.failed"] == 2
    assert counted["news"]["expect.language_supported.failed"] == 1
    assert counted["news"]["expect.language_supported.passed"] == 7
    measured = {(row["task"], row["feed"], row["measure"]): row["value"] for row in rows(lake, "metrics")}
    assert measured["transform", "decisions", "expect.item_is_well_formed.failed"] == 2


def test_a_column_that_upstream_adds_is_added_down_to_silver(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article())
    ran(lake, landing)
    land(
        landing / "news" / "reuters" / "b.jsonl",
        an_article("2", desk="metals", reach=7, id="x", people=[{"name": "A"}]),
    )

    ran(lake, landing)

    old, new = sorted(rows(lake, "silver_news"), key=lambda row: row["native_id"])
    assert (new["desk"], new["reach"], new["raw_id"], new["people"]) == ("metals", 7.0, "x", '[{"name": "A"}]')
    assert (old["desk"], old["id"], new["id"]) == (None, "reuters:1", "reuters:2")


def test_a_value_of_another_type_than_before_is_refused_and_the_rest_goes_on(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", an_article(reach=7))
    land(landing / "news" / "reuters" / "b.jsonl", an_article("2", reach="wide"), an_article("3", reach=8))

    ran(lake, landing)

    (refused,) = rows(lake, "quarantine")
    assert (refused["code"], refused["line"]) == ("type_conflict", 1)
    assert refused["detail"] == "reach: expected a number, found str"
    assert '"wide"' in refused["payload"]
    assert sorted(row["native_id"] for row in rows(lake, "silver_news")) == ["1", "3"]


def test_what_was_decided_on_a_report_is_withdrawn_when_it_is_corrected_or_taken_back(lake: LocalLake, landing: Path):
    land(landing / "news" / "reuters" / "a.jsonl", *(an_article(name) for name in "123"))
    land(
        landing / "decisions" / "a.jsonl",
        *(a_decision(name, article_id=f"reuters:{name}", known_at=NOON.isoformat()) for name in "123"),
    )
    ran(lake, landing)
    later = (NOON + timedelta(minutes=5)).isoformat()
    land(
        landing / "news" / "reuters" / "b.jsonl",
        an_article("9", kind="retraction", corrects="1", received_at=later),
        an_article("2", version="2", headline="Apple cuts its quarterly dividend, corrects", received_at=later),
    )

    ran(lake, landing)

    found = {(row["kind"], row["report"]): (row["text"], row["withdrawn"]) for row in rows(lake, "gold")}
    assert found["news", "reuters:1"][1] == "retracted"
    assert found["news", "reuters:2"] == ("Apple cuts its quarterly dividend, corrects", None)
    assert [found["decision", f"reuters:{name}"][1] for name in "123"] == ["retracted", "corrected", None]


def test_a_decision_that_was_corrected_replaces_the_former(lake: LocalLake, landing: Path):
    land(landing / "decisions" / "a.jsonl", a_decision())
    ran(lake, landing)
    land(landing / "decisions" / "b.jsonl", a_decision(signal=-1))

    ran(lake, landing)

    (row,) = rows(lake, "gold")
    assert (row["signal"], row["seq"]) == (-1, 2)


def test_parquet_with_other_names_is_read(lake: LocalLake, landing: Path):
    item = {
        "title": "Apple raises its dividend by four cents a share",
        "datetime": NOON,
        "url": "https://example.org/1",
    }
    pq.write_table(pa.Table.from_pylist([item]), landing / "news" / "reuters" / "a.parquet")

    pipeline.extract_from_news(
        lake, landing, renamed={"title": "headline", "datetime": "published_at", "url": "native_id"}
    )
    pipeline.transform(lake, normalise=NORMALISE)

    (row,) = rows(lake, "silver_news")
    assert (row["native_id"], row["published_at"]) == ("https://example.org/1", NOON)


def test_a_broken_parquet_file_is_refused_and_the_others_are_read(lake: LocalLake, landing: Path):
    (landing / "news" / "reuters" / "a.parquet").write_bytes(b"PAR1 no more")
    land(landing / "news" / "reuters" / "b.jsonl", an_article())

    ran(lake, landing)

    assert codes(lake) == {"bad_item": 1}
    assert len(rows(lake, "silver_news")) == 1


def test_gold_is_read_as_it_was(lake: LocalLake, landing: Path):
    land(landing / "decisions" / "a.jsonl", a_decision())
    ran(lake, landing)
    first, then = lake.version("gold"), datetime.now(UTC)
    land(landing / "decisions" / "b.jsonl", a_decision("2"))
    ran(lake, landing)

    assert len(rows(lake, "gold")) == 2
    assert len(rows(lake, "gold", as_of=first)) == 1
    assert len(rows(lake, "gold", as_of=then)) == 1


@pytest.mark.parametrize("as_of", [99, NOON - timedelta(days=9_000)])
def test_a_version_that_never_was_is_refused(lake: LocalLake, landing: Path, as_of):
    land(landing / "decisions" / "a.jsonl", a_decision())
    ran(lake, landing)

    with pytest.raises(ConfigurationError, match="gold has"):
        lake.read("gold", as_of=as_of)


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} is not here")
def test_real_news_come_to_gold(lake: LocalLake, landing: Path):
    table = pq.read_table(REAL).slice(0, 300)
    pq.write_table(table, landing / "news" / "reuters" / "real.parquet")

    pipeline.extract_from_news(
        lake, landing, renamed={"datetime": "published_at", "summary": "body", "url": "native_id"}
    )
    counted = pipeline.transform(lake, normalise=NORMALISE)["news"]

    assert counted["rows_in"] == 300
    assert counted["rows_in"] == counted["rows_out"] + counted["rows_refused"] + counted["rows_duplicate"]
    assert counted["rows_out"] > 200


# --- into a service ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory):
    with served(tmp_path_factory.mktemp("served"), FORETHOUGHT_API__WRITE_KEY=KEY) as running:
        yield running


@pytest.fixture
def emptied(service: Served) -> Served:
    with service.client as client:
        client.post("/clear", headers={"authorization": f"Bearer {KEY}"}).raise_for_status()
    return service


def answered(service: Served, text: str):
    with service.client as client:
        return client.post("/decide", json={"text": text, "asset": "XAU", "agents": "never", "as_of": SOON}).json()


def asked(service: Served, text: str) -> tuple[str, int]:
    answer = answered(service, text)
    return answer["path"], answer["decision"]["signal"]


def remembered(service: Served) -> set[str]:
    """Keys of the entries, as an exact answer names them."""
    found = [answered(service, a_decision(name)["input_report"]) for name in "1234"]
    return {answer["cache"]["key"] for answer in found if answer["path"] == "exact"}


def test_gold_warms_both_caches_and_loading_again_changes_nothing(lake: LocalLake, landing: Path, emptied: Served):
    land(landing / "news" / "reuters" / "a.jsonl", an_article())
    land(landing / "decisions" / "a.jsonl", a_decision(), a_decision("2", asset="NOT AN ASSET"))
    ran(lake, landing)

    first = pipeline.load_to_cache(lake, emptied.url, write_key=KEY)
    again = pipeline.load_to_cache(lake, emptied.url, write_key=KEY)
    whole = pipeline.load_to_cache(lake, emptied.url, write_key=KEY, everything=True)

    assert (first["gold"]["rows_out"], first["gold"]["rows_refused"]) == (2, 1)
    assert codes(lake) == {"invalid_asset": 1}
    assert (again["gold"]["rows_in"], whole["gold"]["rows_out"]) == (0, 2)
    assert asked(emptied, a_decision()["input_report"]) == ("exact", 1)
    with emptied.client as client:
        texts = [each["text"] for each in client.get("/components?tag=AAPL&type=news").json()["components"]]
    assert sorted(texts) == sorted([an_article()["headline"], an_article()["body"]])


def test_yesterdays_gold_makes_yesterdays_cache(lake: LocalLake, landing: Path, emptied: Served, tmp_path: Path):
    land(landing / "decisions" / "a.jsonl", a_decision("1"), a_decision("2"))
    ran(lake, landing)
    yesterday = lake.version("gold")
    pipeline.load_to_cache(lake, emptied.url, write_key=KEY)
    expected = {n: asked(emptied, a_decision(n)["input_report"]) for n in "123"}
    entries = remembered(emptied)
    land(landing / "decisions" / "b.jsonl", a_decision("1", signal=-1), a_decision("3"))
    ran(lake, landing)

    with served(tmp_path / "other", FORETHOUGHT_API__WRITE_KEY=KEY) as other:
        pipeline.load_to_cache(lake, other.url, write_key=KEY, as_of=yesterday)
        found = {n: asked(other, a_decision(n)["input_report"]) for n in "123"}
        found_entries = remembered(other)

    assert expected["1"] == expected["2"] == ("exact", 1)
    assert expected["3"][0] != "exact"
    assert found == expected
    assert found_entries == entries
    assert len(entries) == 2


def test_a_decision_whose_article_was_taken_back_is_revoked(lake: LocalLake, landing: Path, emptied: Served):
    land(landing / "news" / "reuters" / "a.jsonl", an_article())
    land(landing / "decisions" / "a.jsonl", a_decision("4", article_id="reuters:1"))
    ran(lake, landing)
    pipeline.load_to_cache(lake, emptied.url, write_key=KEY)
    before = asked(emptied, a_decision("4")["input_report"])
    later = (NOON + timedelta(minutes=5)).isoformat()
    land(landing / "news" / "reuters" / "b.jsonl", an_article("9", kind="retraction", corrects="1", received_at=later))
    ran(lake, landing)

    done = pipeline.load_to_cache(lake, emptied.url, write_key=KEY)

    assert before == ("exact", 1)
    assert done["gold"]["rows_revoked"] == 1
    assert asked(emptied, a_decision("4")["input_report"])[0] != "exact"


def test_a_wrong_key_is_a_configuration_error(lake: LocalLake, landing: Path, service: Served):
    land(landing / "decisions" / "a.jsonl", a_decision())
    ran(lake, landing)

    with pytest.raises(ConfigurationError, match="write key"):
        pipeline.load_to_cache(lake, service.url, write_key="wrong")


def test_a_load_that_failed_is_made_good_by_the_next(lake: LocalLake, landing: Path, emptied: Served):
    land(landing / "decisions" / "a.jsonl", a_decision())
    ran(lake, landing)
    with pytest.raises(Unavailable):
        pipeline.load_to_cache(lake, "http://127.0.0.1:9", write_key=KEY, patience_s=0.2)

    pipeline.load_to_cache(lake, emptied.url, write_key=KEY)

    assert asked(emptied, a_decision()["input_report"]) == ("exact", 1)


def test_a_service_that_is_busy_is_asked_again(lake: LocalLake, landing: Path):
    land(landing / "decisions" / "a.jsonl", a_decision())
    ran(lake, landing)
    replies = [(503, {"code": "overloaded", "detail": "later"}), (200, {"rejected": [], "decision_ids": ["01J"]})]

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            status, body = replies.pop(0)
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        done = pipeline.load_to_cache(lake, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()

    assert (replies, done["gold"]["rows_out"]) == ([], 1)


# --- the command ------------------------------------------------------------------------------------------------------


def test_each_task_runs_by_itself(landing: Path, tmp_path: Path, emptied: Served, monkeypatch, capsys):
    monkeypatch.setenv("FORETHOUGHT_WRITE_KEY", KEY)
    land(landing / "decisions" / "a.jsonl", a_decision())
    where = ["--lake", str(tmp_path / "lake")]

    done = [
        pipeline.main(["extract", *where, "--landing", str(landing)]),
        pipeline.main(["transform", *where]),
        pipeline.main(["load", *where, "--url", emptied.url]),
    ]

    assert done == [0, 0, 0]
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["gold"]["rows_out"] == 1


def test_what_is_wrong_for_good_ends_with_2(tmp_path: Path, capsys):
    code = pipeline.main(["extract", "--lake", str(tmp_path / "lake"), "--landing", str(tmp_path / "nowhere")])

    assert code == 2
    assert capsys.readouterr().err.endswith("nowhere is no folder\n")


@pytest.mark.parametrize(
    ("at", "trades"),
    [
        ("2026-11-25T15:00:00+00:00", True),
        ("2026-11-26T15:00:00+00:00", False),
        ("2026-11-28T15:00:00+00:00", False),
        ("2026-11-26T02:00:00+00:00", True),
    ],
    ids=["wednesday", "thanksgiving", "saturday", "still wednesday in New York"],
)
def test_a_holiday_is_one_where_the_exchange_is(at, trades):
    assert pipeline.is_session("XNYS", datetime.fromisoformat(at), zone="America/New_York") is trades


@pytest.mark.parametrize(("exchange", "zone"), [("NOWHERE", "America/New_York"), ("XNYS", "Atlantis/Capital")])
def test_an_exchange_or_zone_that_nobody_knows_is_a_configuration_error(exchange, zone):
    with pytest.raises(ConfigurationError, match="there is no"):
        pipeline.is_session(exchange, NOON, zone=zone)
