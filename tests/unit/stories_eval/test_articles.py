from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from forethought.domain.errors import ConfigurationError
from forethought.evals.stories.articles import read_articles

NOON = datetime(2025, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def written(tmp_path):
    def write(*rows, name="news.parquet"):
        path = tmp_path / name
        pd.DataFrame(list(rows)).to_parquet(path)
        return path

    return write


def a_row(headline="Gold rises", minutes=0, **more):
    return {"headline": headline, "url": f"https://a/{headline}", "datetime": NOON + timedelta(minutes=minutes), **more}


def test_articles_come_in_the_order_of_time_as_a_connector_gives_them(written):
    path = written(a_row("B", 5, source="The Wire!", summary="b"), a_row("A", 0, source=None, summary=None))

    first, second = read_articles(path)

    assert [first.headline, second.headline] == ["A", "B"]
    assert (first.provider, first.body) == ("unknown", "")
    assert (second.provider, second.body, second.received_at) == ("The-Wire-", "b", NOON + timedelta(minutes=5))


def test_a_limit_takes_the_first_in_time_not_in_the_file(written):
    assert [each.headline for each in read_articles(written(a_row("B", 5), a_row("A", 0)), limit=1)] == ["A"]


def test_other_names_of_columns_are_known_and_tickers_taken(written):
    row = {"title": "Apple rises", "url": "u", "published_at": NOON, "description": "d", "company": "AAPL"}

    (found,) = read_articles(written(row))

    assert (found.headline, found.body, found.tickers) == ("Apple rises", "d", ("AAPL",))


def test_a_row_without_a_time_is_left_to_the_normaliser(written):
    found = read_articles(written(a_row("A"), {**a_row("B"), "datetime": None}))

    assert {each.headline: each.published_at is None for each in found} == {"A": False, "B": True}


def test_a_file_without_a_needed_column_is_refused_by_name(written):
    with pytest.raises(ConfigurationError, match=r"no column headline or title.*found text"):
        read_articles(written({"text": "a", "url": "u", "datetime": NOON}))


def test_what_is_no_parquet_file_is_refused(tmp_path):
    path = tmp_path / "news.parquet"
    path.write_text("headline,url")
    with pytest.raises(ConfigurationError, match="parquet"):
        read_articles(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_articles(tmp_path / "none.parquet")


def test_a_file_without_rows_is_refused(tmp_path):
    path = tmp_path / "news.parquet"
    pd.DataFrame([a_row()]).head(0).to_parquet(path)
    with pytest.raises(ConfigurationError, match="holds no articles"):
        read_articles(path)
