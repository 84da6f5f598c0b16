"""Articles of a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.newswire import replayed
from forethought.entrypoints.newswire.newswire import Newswire
from forethought.entrypoints.newswire.options import Options

STARTED = datetime(2026, 3, 2, 12, tzinfo=UTC)
OLD = datetime(2022, 10, 1, tzinfo=UTC)
REAL = Path(__file__).parents[4] / "shared" / "data" / "news"


def a_file(folder: Path, **columns: list[object]) -> Path:
    path = folder / "articles.parquet"
    pyarrow.parquet.write_table(pa.table(columns), path)
    return path


def test_articles_come_in_time_order_at_the_rate_with_their_words(tmp_path: Path) -> None:
    path = a_file(
        tmp_path,
        title=["Second", "First", None],
        description=[None, "The summary", "x"],
        published_at=[OLD + timedelta(hours=2), OLD, OLD],
        source=["reuters.com", "Bloomberg", "x"],
        url=["https://a.example/2", "https://a.example/1", "x"],
        company=["AAPL", "MSFT", "x"],
    )

    items = list(replayed.items(replayed.read(path), STARTED, rate=60))

    assert [(at_s, item.provider, item.text.headline, item.symbol) for at_s, item in items] == [
        (0, "bloomberg", "First", "MSFT"),
        (1, "reuters", "Second", "AAPL"),
    ]
    assert [item.published for _, item in items] == [STARTED, STARTED + timedelta(seconds=1)]
    assert items[0][1].text.paragraphs == ("The summary",)


def test_an_outlet_is_always_published_by_the_same_provider() -> None:
    assert replayed.provider_of("CoinDesk") == replayed.provider_of("coindesk")
    assert len({replayed.provider_of(f"outlet {n}") for n in range(100)}) == 5


def test_a_file_without_headlines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no column headline"):
        replayed.read(a_file(tmp_path, published_at=[OLD]))


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("no")

    with pytest.raises(ConfigurationError, match="cannot be read"):
        replayed.read(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("name", "rows"), [("btc_news_2025-05.parquet", 5_767), ("us_stock_news_2022q4.parquet", 6_539)]
)
def test_real_articles_are_all_published(name: str, rows: int) -> None:
    if not (REAL / name).is_file():
        pytest.skip(f"../shared/data/news/{name} is absent")
    wire = Newswire(Options(rate=10_000), started=STARTED, rows=replayed.read(REAL / name))

    while wire.advance(STARTED + timedelta(hours=1)):
        pass

    counts = wire.ledger.counts()
    assert wire.finished
    assert counts["published"] == counts["unique"] == rows
    assert all(counts["providers"][provider]["unique"] > 100 for provider in counts["providers"])
