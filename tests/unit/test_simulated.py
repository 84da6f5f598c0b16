"""When the demo simulates news."""

from pathlib import Path
from typing import Any

import pytest

from forethought.entrypoints.cli.simulated import simulates_news
from forethought.settings import AnalystSettings, NewsSettings, Settings


@pytest.mark.parametrize(
    ("news", "analysts", "simulates"),
    [
        ({}, {}, True),
        ({"providers_file": Path("mine.yaml")}, {}, False),
        ({"poll": False}, {}, False),
        ({}, {"inside": False}, False),
    ],
)
def test_news_is_simulated_where_it_would_be_polled_and_nobody_is_configured(
    news: dict[str, Any], analysts: dict[str, Any], *, simulates: bool
) -> None:
    settings = Settings(news=NewsSettings(**news), analysts=AnalystSettings(**analysts))

    assert simulates_news(settings) is simulates
