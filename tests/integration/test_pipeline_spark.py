"""The same pipeline through Spark Connect: its tables are equal to those of delta-rs."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from pipelines.databricks import pipeline

from forethought.adapters.delta.local import LocalLake

SCRIPT = Path(pipeline.__file__).with_name("spark_check.py")
SPARK_PYTHON = os.environ.get("FORETHOUGHT_SPARK_PYTHON")
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
OF_THE_RUN = {"at", "_ingested_at"}
TABLES = ("bronze_news", "bronze_decisions", "silver_news", "silver_decisions", "gold", "quarantine", "state", "files")

pytestmark = [
    pytest.mark.skipif(
        SPARK_PYTHON is None,
        reason="FORETHOUGHT_SPARK_PYTHON names no Python with Spark Connect: run pipelines/databricks/spark_check.sh",
    ),
    pytest.mark.timeout(300),  # Python and its workers start several times on a busy machine
]


def an_article(name: str, **fields):
    return {
        "native_id": name,
        "headline": f"Apple raises its quarterly dividend by {name} cents a share",
        "body": "The board approved the increase on Thursday, the company said.",
        "published_at": NOON.isoformat(),
        "received_at": (NOON + timedelta(seconds=int(name))).isoformat(),
        "topics": ["dividends"],
        **fields,
    }


def a_decision(name: str, **fields):
    return {
        "input_report": f"Gold rises {name} percent as the dollar weakens",
        "signal": 1,
        "conviction": 0.75,
        "asset": "XAU",
        "datetime_est": NOON.isoformat(),
        "article_id": f"reuters:{name}",
        "context": [{"text": "The dollar has been weak for weeks."}],
        "tags": ["gold"],
        **fields,
    }


def land(part: Path, news, decisions) -> None:
    for folder, items in ((part / "news" / "reuters", news), (part / "decisions", decisions)):
        folder.mkdir(parents=True)
        (folder / f"{part.name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))


class Made(NamedTuple):
    local: LocalLake
    spark: LocalLake
    """Spark's tables, read without Spark."""
    on_path: dict[str, int]
    """Rows of gold in its version 1 and now, as Spark reads them."""
    in_catalogue: dict[str, int]


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """What delta-rs made and what Spark made of the same two landed parts, the second one taken twice."""
    landing = tmp_path_factory.mktemp("landing")
    first = [*(an_article(str(n)) for n in range(1, 40)), an_article("3"), an_article("40", headline="")]
    land(landing / "1", first, [a_decision(str(n)) for n in range(1, 10)])
    second = [
        an_article("50", desk="metals", reach=7),
        an_article("51", kind="retraction", corrects="1"),
        an_article("2", version="2", headline="Apple cuts its quarterly dividend", received_at=(NOON).isoformat()),
        an_article("53", topics="dividends"),
        an_article("54", language="de"),
    ]
    land(landing / "2", second, [a_decision("1", signal=-1), a_decision("60"), a_decision("61", signal=None)])
    local = LocalLake(tmp_path_factory.mktemp("local"))
    normalise = pipeline.normaliser()
    for part in (landing / "1", landing / "2", landing / "2"):
        pipeline.extract_from_news(local, part)
        pipeline.transform(local, normalise=normalise)
    spark = tmp_path_factory.mktemp("spark")
    done = subprocess.run(  # noqa: S603 - our own
        [SPARK_PYTHON, SCRIPT, landing, spark, "forethought_check"],
        cwd=tmp_path_factory.mktemp("catalogue"),
        check=True,
        timeout=240,
        capture_output=True,
        text=True,
    )
    return Made(local, LocalLake(spark), *map(json.loads, done.stdout.splitlines()))


def content(lake: LocalLake, table: str):
    found = [{name: row[name] for name in row if name not in OF_THE_RUN} for row in lake.read(table).to_pylist()]
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True, default=str))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_made_by_spark_equals_that_of_delta_rs(lakes, table):
    assert content(lakes.spark, table) == content(lakes.local, table)
    assert content(lakes.local, table)


@pytest.mark.parametrize("table", TABLES)
def test_spark_writes_no_version_where_nothing_is_new(lakes, table):
    """As delta-rs: an empty version, then one for each merge; Spark adds a column in a commit of its own."""
    grown = 1 if table in {"bronze_news", "silver_news"} else 0

    assert lakes.spark.version(table) == lakes.local.version(table) + grown


def test_spark_counts_the_same(lakes):
    measured = [
        sorted(
            (row["task"], row["feed"], row["measure"], row["value"]) for row in content(lake, "metrics") if row["feed"]
        )
        for lake in lakes[:2]
    ]

    assert measured[0] == measured[1]


def test_spark_reads_gold_as_it_was_by_path_and_by_name(lakes):
    expected = {"1": lakes.local.read("gold", as_of=1).num_rows, "None": lakes.local.read("gold").num_rows}

    assert lakes.on_path == lakes.in_catalogue == expected
    assert expected["1"] < expected["None"]
