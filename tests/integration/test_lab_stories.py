import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from forethought.adapters.redis.namespace import forget_namespace, namespace_of_its_own
from forethought.application.stories import LATER_COSINE
from forethought.bootstrap import Replacements, running
from forethought.domain.errors import ConfigurationError
from forethought.domain.story import NEAR_COSINE
from forethought.domain.text import text_id
from forethought.entrypoints.cli.lab.stories import stories
from forethought.evals.stories.articles import read_articles
from forethought.evals.stories.labels import Label, read_labels
from forethought.evals.stories.living import Rule, live
from forethought.evals.stories.page import page
from forethought.evals.stories.study import Plan, run_plan

SHARED = Path(__file__).parents[3] / "shared" / "data" / "news" / "btc_news_2025-05.parquet"
LABELS = Path(__file__).parents[1] / "data" / "story_labels.jsonl"
NINE = datetime(2025, 5, 1, 9, tzinfo=UTC)
RISES = "Gold rises 0.3 percent as the dollar weakens"
CLIMBS = "Gold climbs 0.3% on weaker dollar"
SOFTER = "Gold up 0.3 pct, dollar softer"
"""Its cosine to the first is .63."""
FALLS = "Gold falls 0.3 percent as the dollar strengthens"


@pytest.fixture
def a_file(tmp_path):
    def made(*rows):
        path = tmp_path / "news.parquet"
        keys = ("headline", "minutes", "url")
        given = [dict(zip(keys, row, strict=False)) for row in rows]
        for number, row in enumerate(given):
            row.setdefault("url", str(number))
            row["datetime"] = NINE + timedelta(minutes=row.pop("minutes"))
        pd.DataFrame(given).assign(source="wire").to_parquet(path)
        return path

    return made


class Quiet:
    def begin(self, what, *, total):
        pass

    def advance(self, steps):
        pass


def told(life):
    """Number the stories about gold in the order in which they began."""
    ids = [report.stories["XAU"] for report in life.reports]
    return [sorted(set(ids), key=ids.index).index(each) for each in ids]


async def test_every_article_is_accounted_for(a_file, settings, swap):
    raws = read_articles(
        a_file(
            (RISES, 0, "u1"),
            (RISES, 1, "u1"),  # the same report again
            (RISES, 2, "u2"),  # its words under another id
            ("", 3),
            ("Bakers of the village hold their summer fair", 4),
            ("Gold, silver, bitcoin, ether and Apple shares rise together today", 5),
            (FALLS, 6),
        )
    )

    life = await live(settings, raws, Rule(24.0), swap=swap)

    assert (life.read, life.duplicates, life.same_words, dict(life.refused)) == (7, 1, 1, {"no_headline": 1})
    assert (life.no_instrument, life.round_ups) == (1, 1)
    assert told(life) == [0, 0, 1]


async def test_nothing_of_a_replay_is_left(a_file, settings, swap, redis_client):
    await live(settings, read_articles(a_file((RISES, 0))), Rule(24.0), swap=swap)

    indexes = await redis_client.execute_command("FT._LIST")
    assert [key async for key in redis_client.scan_iter(match="stories:*", count=1000)] == []
    assert [name for name in indexes if name.startswith(b"stories:")] == []


async def test_what_is_less_near_joins_at_once_but_not_hours_later(a_file, settings, swap):
    at_once = await live(settings, read_articles(a_file((RISES, 0), (SOFTER, 4))), Rule(24.0), swap=swap)
    later = read_articles(a_file((RISES, 0), (CLIMBS, 200), (SOFTER, 300)))

    assert told(at_once) == [0, 0]
    assert told(await live(settings, later, Rule(24.0, LATER_COSINE), swap=swap)) == [0, 0, 1]
    assert told(await live(settings, later, Rule(24.0, NEAR_COSINE), swap=swap)) == [0, 0, 0]


async def test_a_story_is_joined_only_within_its_window(a_file, settings, swap):
    raws = read_articles(a_file((RISES, 0), (CLIMBS, 70)))

    assert told(await live(settings, raws, Rule(1.0), swap=swap)) == [0, 1]
    assert told(await live(settings, raws, Rule(2.0), swap=swap)) == [0, 0]


async def test_the_newsroom_itself_finds_the_same_stories(a_file, settings, swap):
    """The replay repeats the steps of `Analyse` without its questions; both must stay one."""
    mixed = [(RISES, 0), (CLIMBS, 10), (FALLS, 20), ("Bakers hold a fair", 30), ("Oil falls 9 percent", 40)]
    raws = read_articles(a_file(*mixed, ("Gold, silver, bitcoin, ether and Apple shares rise together today", 50)))
    life = await live(settings, raws, Rule(settings.news.story_window_h), swap=swap)

    own = Replacements(namespace=namespace_of_its_own("newsroom"), redis_url=swap.redis_url, embedder=swap.embedder)
    async with running(settings, replace=own) as service:
        for raw in raws:
            await service.newsroom.ingest([raw])
            await service.newsroom.intake.once()
        heads = await service.newsroom.archive.stories(asset=None, count=100)
        timelines = [await service.newsroom.archive.timeline(head.story_id) for head in heads]
        await service.drain()
        await forget_namespace(service.store, service.keys)

    gathered: dict[tuple[str, str], list[str]] = {}
    for report in life.reports:
        for story in report.stories.items():
            gathered.setdefault(story, []).append(report.text)
    found = [(head.asset, [each.headline for each in line]) for head, line in zip(heads, timelines, strict=True)]
    assert sorted(found) == sorted((asset, texts) for (asset, _), texts in gathered.items())


async def test_judged_pairs_are_asked_and_the_page_holds_no_text(a_file, settings, swap):
    path = a_file((RISES, 0), (CLIMBS, 10), (FALLS, 20))
    pair = {"a": text_id(RISES), "a_at": NINE, "weight": 1.0, "band": 0.8, "hard": False, "half": "test"}
    labels = [
        Label(**pair, b=text_id(text), b_at=NINE + timedelta(minutes=at), label=label, stratum=stratum, kind=kind)
        for text, at, label, stratum, kind in (
            (CLIMBS, 10, "same", "together", "price"),
            (FALLS, 20, "other", "apart", None),
        )
    ]

    found = await run_plan(settings, Plan(path, labels), Quiet(), swap=swap)

    precision = found["judged"]["rules"][0]["all"]["precision"]
    assert (precision["frac"], found["judged"]["rules"][0]["all"]["recall"]["frac"]) == (1.0, 1.0)
    assert sum(row["pairs"] for row in found["population"]) == 3
    text = page(found, command="forethought lab stories", made_on="2026-01-01", plot="a.svg")
    assert not any(headline in text for headline in (RISES, CLIMBS, FALLS))


async def test_pairs_of_another_file_are_refused(a_file, settings, swap):
    with pytest.raises(ConfigurationError, match="none of the judged pairs"):
        await run_plan(settings, Plan(a_file((RISES, 0)), read_labels(LABELS)), Quiet(), swap=swap)


@pytest.fixture
def command(monkeypatch, tmp_path, redis_server):
    monkeypatch.setenv("FORETHOUGHT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REDIS_URL", redis_server)
    app = typer.Typer()
    app.command()(stories)
    return lambda *given: CliRunner().invoke(app, [str(each) for each in given])


def test_the_command_prints_json_where_nobody_looks_and_writes_a_page(command, a_file, tmp_path):
    done = command(a_file((RISES, 0), (CLIMBS, 10)), "--report", tmp_path / "page.md", "--asset", "xau")

    assert done.exit_code == 0, done.output
    (first, *_) = json.loads(done.stdout)["replays"]
    assert (first["questions"], first["stories"]) == (2, 1)
    assert "## Stories" in (tmp_path / "page.md").read_text()


@pytest.mark.parametrize("wrong", ["file", "labels", "report"])
def test_wrong_input_is_refused_with_its_reason(command, a_file, tmp_path, wrong):
    none = tmp_path / "none" / "none.jsonl"
    given = {
        "file": [none],
        "labels": [a_file((RISES, 0)), "--labels", none],
        "report": [a_file((RISES, 0)), "--report", none],
    }

    done = command(*given[wrong])

    assert isinstance(done.exception, ConfigurationError)


@pytest.mark.skipif(not SHARED.is_file(), reason="the development data (../shared/data) is not here")
def test_real_news_is_gathered_without_losing_an_article(swap, settings):
    raws = read_articles(SHARED, limit=400)

    life = asyncio.run(live(settings, raws, Rule(24.0), swap=swap))

    others = life.duplicates + sum(life.refused.values()) + life.no_instrument + life.round_ups
    assert len(life.reports) + others == life.read == 400
    assert len({story for each in life.reports for story in each.stories.values()}) > 1


def test_pairs_are_drawn_to_be_judged_with_all_that_a_label_needs(command, a_file, tmp_path):
    done = command(a_file((RISES, 0), (CLIMBS, 10), (FALLS, 20)), "--draw", tmp_path / "pairs.jsonl")

    assert done.exit_code == 0, done.output
    drawn = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text().splitlines()]
    assert sorted((each.pop("one"), each.pop("other")) for each in drawn) == sorted(
        [(RISES, CLIMBS), (RISES, FALLS), (CLIMBS, FALLS)]
    )
    assert all(Label(**each, label="same", hard=False, kind=None).weight == 1.0 for each in drawn)


def test_pairs_are_not_drawn_where_there_are_none(command, a_file, tmp_path):
    done = command(a_file((RISES, 0)), "--draw", tmp_path / "pairs.jsonl")

    assert "no two reports" in str(done.exception)
