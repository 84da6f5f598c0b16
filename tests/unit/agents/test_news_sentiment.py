"""What the wording of news is taken to mean."""

import pytest
from hypothesis import given, strategies as st

from forethought.agents.rules import lexicon
from forethought.agents.rules.news_sentiment import MAX_READ_CHARS, PIECE_TOKENS, _pieces, judge
from forethought.domain.decision import Signal

THINGS = lexicon.BAD_THINGS | lexicon.PRIZES | lexicon.RISES | lexicon.FALLS
OUR_WORDS = set(" ".join([*lexicon.WORDS, *THINGS]).replace("_", " ").split()) | {"not", "general", "tone"}
BUY, NONE, SELL = Signal.BUY, Signal.NONE, Signal.SELL


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ("Acme beats estimates and raises guidance", BUY),
        ("Acme misses estimates", SELL),
        ("Morgan upgrades Acme to buy", BUY),
        ("Analyst downgrades Acme to sell", SELL),
        ("Bitcoin surges after ETF approval", BUY),
        ("Exchange hacked, coins stolen", SELL),
        ("Bitcoin ETFs see record outflows", SELL),
        ("Bitcoin ETFs see record inflows", BUY),
        ("Gold up 0.3 %", BUY),
        ("Gold down 0.3 %", SELL),
        ("Shares +4%", BUY),
        ("Shares -4%", SELL),
        ("Fed cuts rates", BUY),
        ("Fed hikes rates", SELL),
        ("The board meets on Tuesday", NONE),
        ("", NONE),
    ],
)
def test_clear_words_give_a_signal(news: str, expected: Signal) -> None:
    assert judge(news).signal is expected


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ("Acme did not miss estimates", BUY),
        ("Acme didn't beat estimates", SELL),
        ("Inflation is no longer expected to fall", SELL),
        ("Fed unlikely to cut rates", SELL),
        ("Bitcoin fails to rally", SELL),
    ],
)
def test_a_negation_turns_the_meaning_around(news: str, expected: Signal) -> None:
    opinion = judge(news)

    assert opinion.score * expected > 0
    assert opinion.signal in {expected, NONE}


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ("Unemployment falls to 3.4%", BUY),
        ("Unemployment rises to 4.4%", SELL),
        ("Net loss narrows", BUY),
        ("Loss widens", SELL),
        ("Inflation cools", BUY),
        ("Inflation heats up", SELL),
        ("Treasury yields drop", BUY),
        ("Drop in jobless claims", BUY),
        ("A surge in bankruptcies", SELL),
        ("Acme cuts debt", BUY),
        ("Acme settles the lawsuit", BUY),
    ],
)
def test_bad_things_are_good_when_they_shrink(news: str, expected: Signal) -> None:
    assert judge(news).signal is expected


@pytest.mark.parametrize("news", ["Profit falls 20%", "Growth slows", "Dividend is cut", "Recovery fades"])
def test_good_things_that_shrink_are_bad_and_not_mixed(news: str) -> None:
    assert judge(news).signal is SELL


@pytest.mark.parametrize(
    "news", ["Stocks fall on recession fears", "Inflation fears send stocks lower", "Oil down 2% as worries mount"]
)
def test_a_fall_of_prices_is_not_a_fall_of_the_fears_behind_it(news: str) -> None:
    assert judge(news).signal is SELL


@pytest.mark.parametrize(
    "news",
    [
        "Crude, gross tax and a share of the trust",
        "United Energy to play a great part in security",
        "$BEAT $WIN $FALL",
        "See https://example.org/crash-plunge-collapse",
    ],
)
def test_words_that_mean_nothing_in_finance_and_tickers_and_links_are_not_heard(news: str) -> None:
    opinion = judge(news)

    assert opinion.abstained
    assert opinion.score == 0


def test_what_follows_but_weighs_more() -> None:
    assert judge("Acme beats estimates but cuts guidance").signal is SELL


def test_opposite_news_in_one_text_is_no_signal_but_no_abstention() -> None:
    opinion = judge("Unemployment falls, inflation rises")

    assert opinion.signal is NONE
    assert not opinion.abstained


def test_the_headline_weighs_more_than_the_end() -> None:
    assert judge("Acme plunges. Analysts wait. A rival rises.").score < 0


def test_the_words_that_decided_are_named() -> None:
    assert judge("Acme's net loss narrows; shares did not fall").reasoning == (
        "the wording of the news is positive (net loss narrows, not fall)"
    )


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    filler = "word " * (MAX_READ_CHARS // 5)
    assert judge(filler + "crashes collapses plunges") == judge(filler)


def test_vader_is_never_given_a_long_piece() -> None:
    """It is quadratic: a text without full stops must not reach it whole."""
    pieces = list(_pieces("falls " * 300))

    assert max(map(len, pieces)) == PIECE_TOKENS
    assert sum(map(len, pieces)) == 300


@given(
    st.lists(st.sampled_from(sorted(lexicon.WORDS | dict.fromkeys(THINGS, 0.0))) | st.text(max_size=20), max_size=12)
)
def test_no_text_breaks_it_and_only_our_own_words_are_quoted(words: list[str]) -> None:
    opinion = judge(" ".join(words))

    quoted = opinion.reasoning.partition("(")[2].rstrip(")").replace(",", "").split()
    assert set(quoted) <= OUR_WORDS


@given(st.lists(st.sampled_from(sorted(lexicon.WORDS)), max_size=12))
def test_a_score_stays_within_bounds_whatever_words_meet(words: list[str]) -> None:
    assert -1 <= judge(" ".join(words)).score <= 1


def test_the_lexicon_is_large_enough_and_in_range() -> None:
    assert len(lexicon.WORDS) >= 300
    assert all(-4 <= valence <= 4 for valence in lexicon.WORDS.values())


def test_every_idiom_can_be_reached() -> None:
    """One that holds a filler or a capital would never match."""
    unheard = [idiom for idiom in lexicon.IDIOMS if lexicon.WORDS[idiom] and not _heard(idiom)]
    assert unheard == []


def _heard(idiom: str) -> bool:
    token = lexicon.IDIOMS[idiom]
    texts = [piece_token.text for piece in _pieces(f"acme {idiom} today") for piece_token in piece]
    bound = {lexicon.BAD_FALLS, lexicon.BAD_RISES, lexicon.PRIZE_FALLS, "not"}
    return token in texts or bool(bound & set(texts))


def test_no_word_is_both_neutral_and_felt() -> None:
    assert not lexicon.NEUTRAL_WORDS & lexicon.WORDS.keys()


def test_nothing_rises_and_falls_at_once() -> None:
    assert not lexicon.RISES & lexicon.FALLS
