"""Articles come out in order or are refused with a reason, and the rest goes on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st

from forethought.adapters.instruments.files import read_gazetteer
from forethought.domain.news import Article, Kind, Licence, RawArticle, Refused, Ticker, columns
from forethought.domain.news.normalise import normalise
from forethought.domain.text import text_id

GAZETTEER = read_gazetteer()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RAW = RawArticle(
    provider="wire",
    native_id="tag:1",
    headline="Apple <AAPL.O> beats &amp; raises",
    published_at=datetime(2026, 3, 2, 6, 59, tzinfo=timezone(timedelta(hours=-5))),
    received_at=NOON,
    body="<p>Apple Inc. rose.</p><script>x()</script><p>Bitcoin fell.</p>",
    language="en-US",
    tickers=("CRYPTO:BTC", "ZZZ.O", "not a symbol", "AAPL.O"),
    topics=("Earnings", "Earnings", "\x00"),
    url="https://example.com/1",
)


def english(texts):
    return ["en"] * len(texts)


def run(*raws: RawArticle, identify=english, **options) -> tuple[list[Article], list[Refused]]:
    return normalise(raws, identify=identify, gazetteer=GAZETTEER, **options)


def refused(raw: RawArticle, **options) -> tuple[str, str]:
    articles, (one,) = run(raw, **options)
    assert articles == []
    assert (one.provider, one.received_at) == (raw.provider, raw.received_at)
    return one.code, one.detail


def test_an_article_comes_out_whole():
    headline, body = "Apple <AAPL.O> beats & raises", "Apple Inc. rose.\nBitcoin fell."

    assert run(RAW) == (
        [
            Article(
                provider="wire",
                native_id="tag:1",
                version="1",
                kind=Kind.NEWS,
                corrects=None,
                headline=headline,
                body=body,
                body_sha=text_id(f"{headline}\n{body}"),
                language="en",
                tickers=(Ticker("BTC", "provider"), Ticker("ZZZ", "provider"), Ticker("AAPL", "provider")),
                topics=("Earnings",),
                published_at=NOON - timedelta(minutes=1),
                received_at=NOON,
                url="https://example.com/1",
            )
        ],
        [],
    )


def test_what_the_gazetteer_finds_comes_after_what_the_provider_says():
    (article,), _ = run(replace(RAW, tickers=("MSFT",)))

    assert article.tickers == (Ticker("MSFT", "provider"), Ticker("AAPL", "gazetteer"), Ticker("BTC", "gazetteer"))


def test_the_gazetteer_reads_no_further_than_the_lead():
    (article,), _ = run(replace(RAW, tickers=(), body="word " * 70 + "Bitcoin"))

    assert article.tickers == (Ticker("AAPL", "gazetteer"),)


@pytest.mark.parametrize(
    ("change", "code", "detail"),
    [
        ({"native_id": None}, "bad_id", "native_id: expected an id"),
        ({"native_id": " \n"}, "bad_id", "native_id"),
        ({"native_id": "x" * 513}, "bad_id", "found 513"),
        ({"native_id": "a\x07b"}, "bad_id", r"found 'a\x07b'"),
        ({"version": ""}, "bad_id", "version"),
        ({"corrects": "\ud800"}, "bad_id", "corrects"),
        ({"provider": "a:b"}, "bad_item", "provider"),
        ({"received_at": datetime(2026, 3, 2)}, "bad_item", "received_at"),  # noqa: DTZ001 - that is the fault
        ({"published_at": None}, "no_date", "published_at"),
        ({"published_at": datetime(1970, 1, 1, tzinfo=UTC)}, "no_date", "1970-01-01"),
        ({"published_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))}, "no_date", "0001-01-01"),
        ({"published_at": datetime(2026, 3, 2)}, "no_timezone", "2026-03-02T00:00:00"),  # noqa: DTZ001
        ({"published_at": NOON + timedelta(seconds=301)}, "future_date", "12:05:01"),
        ({"published_at": datetime.max.replace(tzinfo=UTC)}, "future_date", "9999"),
        ({"headline": " <b> </b>\u200b"}, "no_headline", "headline"),
        ({"headline": "x" * 1_001}, "too_long", "found 1001"),
        ({"headline": "<b></b>" * 300_000}, "too_long", "headline"),
        ({"body": "x" * 200_001}, "too_long", "body: expected at most 200000"),
        ({"headline": "Oil \ufffd fell"}, "bad_encoding", "headline: U+FFFD at 4"),
        ({"body": "\u201cSoci\u00c3\u00a9t\u00c3\u00a9\u201d"}, "bad_encoding", "body: U+00C3 U+00A9"),
        ({"body": "\u201cSoci&Atilde;&copy;t\u201d"}, "bad_encoding", "body"),
        ({"body": "&" + "amp;" * 9 + "lt;"}, "hostile_markup", "body"),
        ({"language": "de-AT"}, "unsupported_language", "expected en, found de"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(change, code, detail):
    found, said = refused(replace(RAW, **change))

    assert found == code
    assert detail in said
    assert len(said) < 300


def test_the_rest_goes_on_in_order():
    raws = [replace(RAW, native_id=str(i), published_at=None if i % 2 else NOON) for i in range(6)]
    raws[4] = replace(raws[4], language="fr")

    articles, refusals = run(*raws)

    assert [article.native_id for article in articles] == ["0", "2"]
    assert [refusal.native_id for refusal in refusals] == ["1", "3", "4", "5"]


def test_a_clock_may_differ_by_five_minutes():
    (article,), _ = run(replace(RAW, published_at=NOON + timedelta(minutes=5)))

    assert article.published_at == NOON + timedelta(minutes=5)


def test_a_repaired_text_is_used():
    (article,), _ = run(replace(RAW, headline="Soci\u00c3\u00a9t\u00c3\u00a9 rises"))

    assert article.headline == "Soci\u00e9t\u00e9 rises"


@pytest.mark.parametrize(
    ("says", "language"),
    [("en-US", "en"), ("EN_gb", "en"), ("eng", "en"), ("und", "xx"), ("English!", "xx"), (None, "xx")],
)
def test_the_provider_s_word_on_the_language_goes_first(says, language):
    (article,), _ = run(
        replace(RAW, language=says), identify=lambda texts: ["xx"] * len(texts), languages=frozenset({"en", "xx"})
    )

    assert article.language == language


def test_the_language_is_asked_of_those_only_that_do_not_say():
    asked = []

    def identify(texts):
        asked.extend(texts)
        return ["en"] * len(texts)

    run(RAW, replace(RAW, language=None, headline="Oil fell", body="Much."), identify=identify)

    assert asked == ["Oil fell\nMuch."]


def test_an_unknown_language_passes_as_english_in_latin_letters_only():
    def silent(texts):
        return [None] * len(texts)

    unknown = replace(RAW, language=None, body="")

    (article,), _ = run(replace(unknown, headline="TSLA +4% pre-mkt"), identify=silent)
    assert article.language == "en"
    assert refused(replace(unknown, headline="\u6bd4\u7279\u5e01"), identify=silent)[0] == "unsupported_language"
    assert refused(unknown, identify=silent, languages=frozenset({"de"}))[0] == "unsupported_language"


def test_what_may_not_be_kept_is_not():
    (article,), _ = run(replace(RAW, licence=Licence.HEADLINE))

    assert (article.body, article.body_sha) == ("", text_id(article.headline))


@pytest.mark.parametrize("kind", [Kind.CORRECTION, Kind.RETRACTION])
def test_a_correction_without_a_target_corrects_itself(kind):
    (itself, another), _ = run(replace(RAW, kind=kind), replace(RAW, kind=kind, corrects="tag:0"))

    assert (itself.corrects, another.corrects) == ("tag:1", "tag:0")


def test_a_retraction_is_not_lost_for_its_text_or_its_time():
    poor = replace(RAW, kind=Kind.RETRACTION, headline="", body="\ufffd", published_at=None, language="fr")

    (article,), refusals = run(poor)

    assert (article.target, article.headline, article.body, article.published_at) == ("wire:tag:1", "", "", NOON)
    assert refusals == []
    assert refused(replace(poor, native_id=None))[0] == "bad_id"


@pytest.mark.parametrize(
    ("change", "field", "kept"),
    [
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"url": "https://" + "x" * 2_048}, "url", None),
        ({"urgency": 9}, "urgency", 3),
        ({"topics": tuple(map(str, range(60)))}, "topics", tuple(map(str, range(50)))),
        ({"topics": ("x" * 101, " oil ")}, "topics", ("oil",)),
    ],
)
def test_trimmings_that_cannot_be_used_are_left_out(change, field, kept):
    (article,), _ = run(replace(RAW, **change))

    assert getattr(article, field) == kept


def test_equal_words_have_an_equal_hash():
    (one, other), _ = run(RAW, replace(RAW, native_id="2", body="Apple  Inc.\nrose. <b>Bitcoin</b> fell."))

    assert one.body_sha == other.body_sha


def test_nothing_comes_of_nothing():
    assert run() == ([], [])


@given(
    st.builds(
        RawArticle,
        provider=st.one_of(st.just("wire"), st.text()),
        native_id=st.one_of(st.none(), st.text()),
        headline=st.text(st.characters()),
        published_at=st.one_of(st.none(), st.datetimes(timezones=st.one_of(st.none(), st.timezones()))),
        received_at=st.just(NOON),
        version=st.text(),
        kind=st.sampled_from(Kind),
        corrects=st.one_of(st.none(), st.text()),
        body=st.text(st.characters()),
        language=st.one_of(st.none(), st.text()),
        tickers=st.lists(st.text(), max_size=3).map(tuple),
        topics=st.lists(st.text(), max_size=3).map(tuple),
        url=st.one_of(st.none(), st.text()),
        licence=st.sampled_from(Licence),
        urgency=st.integers(),
    )
)
@settings(deadline=None)
def test_whatever_comes_is_either_taken_or_refused(raw):
    articles, refusals = run(raw)

    assert len(articles) + len(refusals) == 1
    assert all(columns.plain_text([a.headline, a.body]) == [a.headline, a.body] for a in articles)
