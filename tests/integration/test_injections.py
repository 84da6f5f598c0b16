"""The table of injected texts over the real way: AutoGen, HTTP, and a model server that does what it is told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pandas as pd
import pytest
from tests.fakes.injections import ROWS, Ask, breach
from tests.fakes.llm_sim import llm_sim

from forethought.adapters.llm.autogen import AutoGenThinker
from forethought.adapters.llm.endpoint import Endpoint
from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.agents.briefing import ALL, Defence
from forethought.agents.screening import screen
from forethought.application.ports.thinker import Reply, Request
from forethought.domain.text import clean

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    with llm_sim(obedient=True, tool_share=0) as sim:
        endpoint = Endpoint(provider="first", metrics=PrometheusMetrics(), requests_per_min=100_000)
        thinker = AutoGenThinker(endpoint, kind="openai", model="gullible", base_url=sim.base_url)

        async def ask(asked: Request) -> Reply:
            return await thinker.think(asked, timeout_s=60)

        yield ask
        await thinker.close()


async def test_no_attack_changes_a_verdict_a_role_or_leaks(ask: Ask) -> None:
    found = await asyncio.gather(*(breach(row, ask) for row in ROWS))

    assert {row.id: how for row, how in zip(ROWS, found, strict=True) if how is not None} == {}


@pytest.mark.parametrize("defence", sorted(Defence))
async def test_without_a_defence_what_it_stops_gets_through(ask: Ask, defence: Defence) -> None:
    rows = [row for row in ROWS if row.needs == defence][:6]

    found = await asyncio.gather(*(breach(row, ask, defences=ALL - {defence}) for row in rows))

    assert rows
    assert None not in found


@pytest.mark.skipif(not SHARED.is_dir(), reason="the development data (../shared/data) is not here")
def test_real_news_is_left_alone() -> None:
    """Of 24,237 headlines, posts and articles one is touched: it tells readers to "write your prompt"."""
    texts = [*pd.read_parquet(SHARED / "labelled" / "twitter_financial_news.parquet")["text"]]
    for name, head, body in (
        ("btc_news_2025-05", "headline", "summary"),
        ("us_stock_news_2022q4", "title", "description"),
    ):
        frame = pd.read_parquet(SHARED / "news" / f"{name}.parquet", columns=[head, body]).astype("str")
        texts += [f"{one}. {more}" for one, more in zip(frame[head], frame[body], strict=True)]

    touched = [text for text in texts if screen(clean(text).text).codes]

    assert len(texts) > 24_000
    assert len(touched) <= 1
