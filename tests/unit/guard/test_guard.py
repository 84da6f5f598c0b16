"""What the guard refuses, and why."""

import pytest

from forethought.domain.guard import Alignment, Refusal, compare, read
from forethought.domain.guard.inflect import forms, stem
from forethought.domain.guard.text import MAX_CHARS


def finding(one, other, asset=None):
    return compare(read(one, asset=asset), read(other, asset=asset))


def test_a_finding_tells_people_what_differs():
    assert finding("Gold up 0.3 %", "gold falls 0.3 %").detail == "direction: up vs down"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple shares climb after earnings beat", "Apple stock rises following better-than-expected results"),
        ("Fed raises rates by 25 basis points", "Federal Reserve hikes interest rates a quarter point"),
        ("Microsoft to buy Activision for $69 billion", "Activision to be acquired by Microsoft for $69bn"),
        ("gold up as dollar falls", "dollar falls as gold rises"),
        ("Gold rises as the dollar weakens", "A weaker dollar lifts gold"),
        ("Regulator drops its lawsuit against Coinbase", "The lawsuit against Coinbase was dropped by the regulator"),
        ("UBS downgrades Nike to sell", "Nike cut to sell by UBS"),
        ("$TSLA up 5% premarket", "Tesla shares rise 5 percent before the bell"),
        ("India's central bank cuts rates", "RBI lowers interest rates"),
        ("NIKE 2Q EPS 54C, EST. 66C", "Nike second-quarter EPS $0.54 vs. estimate of $0.66"),
        ("Chevron agrees to buy Hess", "Chevron buys Hess"),
        ("Kodiak Sciences halts trial", "Trial halted by Kodiak Sciences"),
        ("Zynex Health jumps 20%", "Zynex shares jump 20 percent"),
        ("Gold rises after dollar falls", "After dollar falls, gold rises"),
        ("Walmart: Goldman Sachs upgrades to buy from hold", "Goldman Sachs upgrades Walmart to buy from hold"),
        ("Nike price target cut to $64 at Goldman Sachs", "Goldman Sachs cuts Nike price target to $64"),
        ("Microsoft raises sales goal to 7% from 5%", "Microsoft raises sales goal from 5% to 7%"),
        ("Copper down over 8% Mon", "Copper drops more than 8% on Monday"),
    ],
)
def test_the_same_news_in_other_words_passes_strongly(one, other):
    assert finding(one, other).alignment is Alignment.STRONG
    assert finding(one, other).passed


@pytest.mark.parametrize(
    ("one", "other", "refusal"),
    [
        ("Microsoft to buy Activision", "Activision to buy Microsoft", Refusal.ENTITY),
        ("EUR/USD rises", "USD/EUR rises", Refusal.ENTITY),
        ("Inovalon (NASDAQ: INOV) gains", "Inovalon (NASDAQ: INVA) gains", Refusal.ENTITY),
        ("Brent rises 2%", "WTI rises 2%", Refusal.ENTITY),
        ("GE Aerospace lifts outlook", "GE HealthCare lifts outlook", Refusal.ENTITY),
        ("gold up as dollar falls", "gold falls as dollar up", Refusal.DIRECTION),
        ("Cisco beats on revenue, misses on EPS", "Cisco misses on revenue, beats on EPS", Refusal.DIRECTION),
        ("Jobless claims better than expected", "Jobless claims higher than expected", Refusal.DIRECTION),
        ("Stocks pare losses", "Stocks pare gains", Refusal.DIRECTION),
        ("Profits up, churn down", "Churn up, profits down", Refusal.DIRECTION),
        ("Court lifts Apple ban", "Court upholds Apple ban", Refusal.DIRECTION),
        ("Bitcoin \U0001f4c8", "Bitcoin \U0001f4c9", Refusal.DIRECTION),
        ("Oil closes higher", "Oil closes lower", Refusal.DIRECTION),
        ("Apple did miss estimates", "Apple did not miss estimates", Refusal.NEGATION),
        ("Netflix raises prices", "Netflix fails to raise prices", Refusal.NEGATION),
        ("Fed raises rates to 5% from 4%", "Fed raises rates to 4% from 5%", Refusal.NUMBER),
        ("Binance fined $4.3 million", "Binance fined $4.3 billion", Refusal.NUMBER),
        ("EU fines Meta 1.2 billion euros", "EU fines Meta $1.2 billion", Refusal.NUMBER),
        ("US CPI up 1,5 %", "US CPI up 15 %", Refusal.NUMBER),
        ("Apple up 3%, Tesla up 5%", "Tesla up 3%, Apple up 5%", Refusal.NUMBER),
        ("Apple Q2 revenue beats", "Apple Q3 revenue beats", Refusal.PERIOD),
        ("Nvidia jumps premarket", "Nvidia jumps after hours", Refusal.PERIOD),
        ("Apple raises full-year guidance", "Apple raises second-quarter guidance", Refusal.PERIOD),
        ("Copper hits three-month low", "Copper hits three-year low", Refusal.PERIOD),
        ("Fed cuts rates", "Will the Fed cut rates?", Refusal.CERTAINTY),
        ("Binance halts withdrawals", "CORRECTED: Binance halts withdrawals", Refusal.CERTAINTY),
        ("Shell sells refinery", "Shell sells refinery if regulators agree", Refusal.CERTAINTY),
        ("Whales move bitcoin to exchanges", "Whales move bitcoin off exchanges", Refusal.UNREADABLE),
        ("zynex kabooms", "zynex frizzles", Refusal.UNREADABLE),
        ("NIKE 2Q EPS 54C, EST. 66C", "NIKE 2Q EPS 66C, EST. 54C", Refusal.NUMBER),
        ("OPEC cuts output by 1 million barrels", "OPEC cuts output by 1 million bpd", Refusal.NUMBER),
        ("Ripple hit with fine", "Ripple hit with lawsuit", Refusal.DIRECTION),
        ("Judge convicts Meta boss", "Judge fines Meta boss", Refusal.DIRECTION),
        ("Evergrove Energy jumps", "Evergrove Health jumps", Refusal.ENTITY),
        ("FDA approves Pfizer drug", "FDA almost approves Pfizer drug", Refusal.NEGATION),
        ("FDA approves Pfizer drug", "FDA un-approves Pfizer drug", Refusal.NEGATION),
        ("S&P 500 futures gain 430 points", "S&P 500 futures erase a gain of 430 points", Refusal.DIRECTION),
        ("Binance halts withdrawals", "Retracted: Binance halts withdrawals", Refusal.CERTAINTY),
        ("Binance halts withdrawals", "Binance clarifies it halts withdrawals", Refusal.CERTAINTY),
        ("Binance halts withdrawals", "Binance halts withdrawals (story withdrawn)", Refusal.CERTAINTY),
        ("Fed raises rates", "Fed raises rates. Officials later reversed the decision.", Refusal.CERTAINTY),
        ("Bitcoin rises 5%", "Bitcoin rises 5%, report was wrong", Refusal.CERTAINTY),
        ("Binance denies hack", "Binance denies that it denied hack", Refusal.CERTAINTY),
        ("Chevron agrees to buy Hess", "Chevron completes purchase of Hess", Refusal.DIRECTION),
        ("Chevron agrees to buy Hess", "Chevron bought Hess", Refusal.CERTAINTY),
        ("Chevron agrees to buy Hess", "Hess agrees to buy Chevron", Refusal.ENTITY),
    ],
)
def test_a_difference_in_meaning_is_refused(one, other, refusal):
    assert finding(one, other).refusal is refusal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple shares rise", "Apple shares rise 5%"),
        ("Tesla recalls trucks", "Tesla recalls trucks on Friday"),
        ("Apple shares climb after earnings beat", "Apple shares climb"),
    ],
)
def test_a_detail_in_one_text_only_passes_fairly(one, other):
    assert (finding(one, other).passed, finding(one, other).alignment) == (True, Alignment.FAIR)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Brent crude rises 2%", "Oil rises 2%"),
        ("Apple shares edge up", "Apple shares soar"),
    ],
)
def test_a_subject_or_a_size_that_is_only_nearly_the_same_passes_weakly(one, other):
    assert (finding(one, other).passed, finding(one, other).alignment) == (True, Alignment.WEAK)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("$65,000", "65K", True),
        ("4.97%", "5%", True),
        ("4.6%", "5%", False),
        ("nearly 5%", "4.9%", True),
        ("$1 billion", "$1.4 billion", False),
        ("0.25 percentage points", "25 bps", True),
        ("1,234.5", "1234.5", True),
        ("65,000", "65,100", False),
        ("4.25-4.50%", "4.25%-4.50%", True),
        ("USD 5 bn", "$5,000 million", True),
        ("half a million", "500,000", True),
        ("twelve", "12", True),
    ],
)
def test_figures_agree_where_rounding_explains_the_difference(one, other, agree):
    assert finding(f"Bitcoin trades at {one}", f"Bitcoin trades at {other}").passed is agree


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oil up for third straight week", "Oil up for 3 weeks in a row"),
        ("Nvidia beats in first quarter", "Nvidia beats in Q1"),
        ("FOMC cuts rates on July 21", "FOMC cuts rates on 21 July"),
        ("US CPI up 3% year-on-year", "US CPI up 3% from a year earlier"),
    ],
)
def test_the_same_time_in_other_words_passes_strongly(one, other):
    assert finding(one, other).alignment is Alignment.STRONG


def test_may_is_a_month_or_a_hedge_by_what_stands_around_it():
    assert read("US inflation rises in May").periods == {("month", "5")}
    assert read("Fed may cut rates").certainty == "possible"


@pytest.mark.parametrize("tail", ["and vanquishes rivals", "and was smitten", "then it vanquish"])
def test_a_word_that_may_be_what_happens_needs_a_near_identical_text(tail):
    assert finding("Apple shares rise", f"Apple shares rise {tail}").alignment is Alignment.WEAK


def test_a_word_that_may_be_what_happens_does_not_meet_an_event_it_replaces():
    assert not finding("Apple raises prices and buys Zynex", "Apple raises prices and vanquishes Zynex").passed


def test_the_symbol_of_the_asset_is_its_name_however_common_the_word():
    assert finding("CAT shares drop 9%", "Caterpillar shares drop 9%", asset="CAT").alignment is Alignment.STRONG


def test_the_asset_need_not_be_named_in_both():
    assert finding("Shares climb after earnings beat", "Apple shares climb after earnings beat", asset="AAPL").passed
    assert not finding("Shares climb", "Tesla shares climb", asset="AAPL").passed


@pytest.mark.parametrize("symbol", ["BTC", "btc-usd", "BTCUSDT", "Bitcoin", "BTC/USD"])
def test_an_asset_goes_by_any_of_its_symbols(symbol):
    assert read("x", asset=symbol).asset == "bitcoin"


def test_decisions_about_different_assets_are_not_exchanged():
    assert compare(read("Fed cuts rates", asset="BTC"), read("Fed cuts rates", asset="SPY")).refusal is Refusal.ENTITY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345 %%",
        "\u0410APL up 5%",
        "\u0430\u043a\u0446\u0438\u0438 \u0440\u0430\u0441\u0442\u0443\u0442",
        "Apple \u202eup",
        "x" * (MAX_CHARS + 1),
        "gold up 5%, " * 200,
    ],
)
def test_an_unreadable_text_meets_only_itself(text):
    unreadable = read(text)

    assert unreadable.fault is not None
    assert compare(unreadable, read(text)).alignment is Alignment.IDENTICAL
    assert compare(unreadable, read("Apple up 5%")).refusal is Refusal.UNREADABLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gold UP 0.3 %!", "gold up 0.3%"),
        ("Apple\u2019s profit rises", "Apple's profit  rises"),
        ("App\u200ble rises", "Apple rises"),
        ("\uff21pple rises", "Apple rises"),
        ("S&amp;P 500 rises", "S&P 500 rises"),
    ],
)
def test_spelling_of_the_same_characters_is_identity(one, other):
    assert finding(one, other).alignment is Alignment.IDENTICAL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gold at -0.3%", "Gold at 0.3%"),
        ("EPS of ($0.30)", "EPS of $0.30"),
        ("Gold at 1.5", "Gold at 15"),
        ("Tesla to buy Ford", "Tesla to buy Ford?"),
    ],
)
def test_a_sign_or_a_point_is_no_mere_punctuation(one, other):
    assert not finding(one, other).passed


def test_a_long_hostile_text_is_read_in_bounded_work():
    for unit in ("(", "-1", "a1", "$A", "no ", "as ", "gold ", "A.", "from 1 to ", "Zq "):
        facts = read(unit * (MAX_CHARS // len(unit)))

        assert compare(facts, read("Gold rises")).refusal is not None


def test_inflection_follows_the_spelling_rules():
    assert set(forms("drop+")) == {("drop", "b"), ("drops", "s"), ("dropping", "g"), ("dropped", "d")}
    assert ("carries", "s") in set(forms("carry"))
    assert ("rose", "d") in set(forms("rise(rose/risen)"))


def test_a_malformed_verb_is_refused():
    with pytest.raises(ValueError, match="base"):
        list(forms("rise!"))


def test_words_that_differ_by_an_ending_share_a_stem():
    assert stem("warehouses") == stem("warehouse")
    assert stem("subscribing") == stem("subscribed")
