"""Light rewordings by class: what now passes, and the like of it that must not."""

import pytest

from forethought.domain.guard import Alignment, compare, read

SAME = [
    # verbs of one meaning on different axes
    ("Gold hits record high", "Gold reaches all-time high"),
    ("Disney beats profit estimates", "Disney tops earnings expectations"),
    ("Moody's upgrades Verizon to A3", "Verizon raised to A3 by Moody's"),
    ("Chevron drops appeal in Ecuador case", "Chevron abandons appeal in Ecuador case"),
    ("China opens antitrust probe into Qualcomm", "China launches antitrust investigation into Qualcomm"),
    ("Yen weakens past 155 per dollar", "Yen slides beyond 155 to the dollar"),
    # nouns for verbs
    ("Walgreens to close 1,200 stores", "Walgreens plans closure of 1,200 stores"),
    ("OPEC+ agrees to extend output cuts through March", "OPEC+ agrees extension of output cuts until end-March"),
    ("Judge blocks JetBlue's purchase of Spirit", "Judge blocks JetBlue from buying Spirit"),
    ("Core inflation accelerates to 3.3%", "Pickup in core inflation to 3.3 percent"),
    # outlook
    ("Broadcom sees Q4 revenue of $17.4 billion", "Broadcom forecasts fourth-quarter revenue of $17.4bn"),
    # passives and what is done to somebody
    ("FTC sues Amazon over monopoly", "Amazon hit with FTC lawsuit over monopoly"),
    ("Liver injury leads Pfizer to abandon obesity pill", "Pfizer abandons obesity pill after liver injury"),
    # names that stand for one only
    (
        "CMA clears Microsoft's purchase of Activision",
        "UK competition watchdog clears Microsoft's purchase of Activision",
    ),
    ("FDA approves Pfizer's migraine drug", "U.S. regulators approve Pfizer's migraine drug"),
    ("Kroger and Albertsons call off merger", "Albertsons and Kroger call off merger"),
    # figures and times
    ("Exports fall for fourth month", "Fourth monthly decline in exports"),
    ("XRP soars 25% in 24 hours", "XRP soars 25 percent in a day"),
    ("30-year Treasury yield climbs above 5%", "Thirty-year Treasury yield climbs over 5 percent"),
    ("Ford recalls trucks over seatbelt", "Ford recalls trucks over seat-belt"),
]

OTHER = [
    ("Gold hits record high", "Gold reaches all-time low"),
    ("Disney beats profit estimates", "Disney trails earnings expectations"),
    ("Moody's upgrades Verizon to A3", "Verizon cut to A3 by Moody's"),
    ("Moody's upgrades Verizon to A3", "Verizon raised to A2 by Moody's"),
    ("Chevron drops appeal in Ecuador case", "Chevron launches appeal in Ecuador case"),
    ("China opens antitrust probe into Qualcomm", "China closes antitrust investigation into Qualcomm"),
    ("China opens antitrust probe into Qualcomm", "Qualcomm opens antitrust investigation into China"),
    ("Yen weakens past 155 per dollar", "Yen strengthens past 155 per dollar"),
    ("Walgreens to close 1,200 stores", "Walgreens to open 1,200 stores"),
    ("Walgreens to close 1,200 stores", "Walgreens closes 1,200 stores"),
    ("OPEC+ agrees to extend output cuts", "OPEC+ agrees to end output cuts"),
    ("Judge blocks JetBlue from buying Spirit", "Judge blocks Spirit from buying JetBlue"),
    ("Broadcom sees Q4 revenue of $17.4 billion", "Broadcom posts Q4 revenue of $17.4 billion"),
    ("Broadcom sees Q4 revenue of $17.4 billion", "Analysts see Broadcom Q4 revenue of $17.4 billion"),
    ("Broadcom raises forecast", "Broadcom expected to raise forecast"),
    ("FTC sues Amazon over monopoly", "FTC hit with Amazon lawsuit over monopoly"),
    ("Amazon hit with FTC lawsuit", "Amazon hits FTC with lawsuit"),
    ("Amazon faces FTC lawsuit", "FTC faces Amazon lawsuit"),
    ("Liver injury leads Pfizer to abandon obesity pill", "Pfizer to abandon obesity pill after liver injury"),
    ("Liver injury leads Pfizer to abandon pill", "Liver injury leads calls for Pfizer to abandon pill"),
    ("CMA clears Microsoft deal", "EU competition watchdog clears Microsoft deal"),
    ("CMA clears Microsoft deal", "UK financial watchdog clears Microsoft deal"),
    ("FDA approves Pfizer's migraine drug", "European regulators approve Pfizer's migraine drug"),
    ("FDA approves Pfizer's migraine drug", "Chinese regulators approve Pfizer's migraine drug"),
    ("FDA fines Pfizer", "U.S. regulators fine Pfizer"),
    ("Kroger and Albertsons merge; Kroger falls", "Albertsons and Kroger merge; Albertsons falls"),
    ("Apple and Tesla rise 3% and 5%", "Tesla and Apple rise 3% and 5%"),
    ("Google drops lawsuit against Apple and Tesla sues", "Google drops lawsuit against Tesla and Apple sues"),
    ("After talks with Apple, Tesla falls", "After talks with Tesla, Apple falls"),
    ("Exports fall for fourth month", "Fifth monthly decline in exports"),
    ("Exports fall for fourth month", "Fourth quarterly decline in exports"),
    ("XRP soars 25% in 24 hours", "XRP soars 25 percent in a week"),
    ("30-year Treasury yield climbs above 5%", "Twenty-year Treasury yield climbs over 5 percent"),
    ("Treasury yield climbs above 5%", "Treasury yield stays under 5 percent"),
    ("Chip shortage eases", "Chip shortage worsens"),
    ("Wheat eases on improved supply", "Wheat eases on reduced supply"),
    ("Tesla to build plant in Texas", "Tesla to build plant in California"),
    ("EU fines Google over ad tech", "EU fines Google over privacy"),
    ("Apple buys stake in Globex", "Apple buys Globex"),
    ("Ford expects to lift profit forecast", "Strong demand prompts Ford to lift profit forecast"),
    ("SEC approves bitcoin ETF", "SEC to decide on bitcoin ETF"),
    ("EU clears Microsoft's takeover of Activision", "EU set to clear Microsoft's takeover of Activision"),
    ("US and China agree to cut tariffs", "US and China agree to raise tariffs"),
    ("Zynex and Globex sue Apple", "Zynex sues Globex and Apple"),
    ("Case against Coinbase dropped by SEC", "Case against SEC dropped by Coinbase"),
    ("Moody's strips Zynex of rating", "Zynex strips Moody's of rating"),
    ("Fitch raises Italy to A+", "Fitch raises Italy to A-"),
    ("Fitch raises Italy to BBB", "Fitch raises Italy to BB"),
    ("Court clears Exxon to buy Hess", "Court clears Exxon after buying Hess"),
    ("Analysts expect Ford profit to rise", "Ford expects profit to rise"),
    ("Apple and Samsung: the former gains", "Samsung and Apple: the former gains"),
    ("Biden and Trump meet; former wins vote", "Trump and Biden meet; former wins vote"),
    ("Apple and Tesla sue Google", "Apple and Google sue Tesla"),
    ("EMA rejects Biogen drug", "US regulators reject Biogen drug"),
    ("Tesla to buy Zynex in $5 billion deal", "Tesla bought Zynex in $5 billion deal"),
    ("Verizon debt raised to $3 billion", "Verizon raised to A3"),
]


def finding(one, other):
    return compare(read(one), read(other))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_light_rewording_passes_and_may_be_answered(one, other):
    assert finding(one, other).passed, finding(one, other).detail
    assert finding(one, other).alignment is not Alignment.WEAK, finding(one, other).detail


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_the_like_wording_of_other_news_is_refused_both_ways(one, other):
    assert not finding(one, other).passed
    assert not finding(other, one).passed
