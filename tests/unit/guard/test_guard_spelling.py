"""A word that decides, misspelt, joined or parted, never rides along as a detail."""

from collections.abc import Callable

import pytest

from forethought.domain.guard import Refusal, compare, read
from forethought.domain.guard.spelling import garbled, one_slip
from forethought.domain.guard.tokens import tokenise
from forethought.domain.text import clean

STEAL = "Hackers steal 36 million dollars of Solana from exchange"
PROBE = "European Commission opens probe into pricing at Quillon Media"
BAN = "Export ban on silver to last another 40 days, ministry orders"
JURY = "Jury orders Stellan Motors to pay $260 million in patent case"
BOUGHT = "Authorities bought 4 billion dollars' worth of sterling to support it"
SPOT = "FTC approves spot Solana ETF"


@pytest.mark.parametrize(
    ("taught", "asked"),
    [
        (STEAL, "Hackers fial ot steal 36 million dollars of Solana from exchange"),
        (STEAL, "Exchange ednies hackers stole 36 million dollars of Solana"),
        (STEAL, "Hackers fa-il t-o steal 36 million dollars of Solana from exchange"),
        (STEAL, "Hackers retu-rn 36 million dollars of Solana t-o exchange"),
        (STEAL, "Exchange de nies hackers stole 36 million dollars of Solana"),
        (BAN, "Export ban on silver ont to last another 40 days, ministry orders"),
        (PROBE, "European Commission cloes probe into pricing at Quillon Media"),
        (PROBE, "European Commission cl oses probe into pricing at Quillon Media"),
        (PROBE, "European Commission clo<!-- -->ses probe into pricing at Quillon Media"),
        (JURY, "Jury doesnot order Stellan Motors to pay $260 million in patent case"),
        (JURY, "Jury failto order Stellan Motors to pay $260 million in patent case"),
        (BOUGHT, "Authorities denythey bought 4 billion dollars' worth of sterling to support it"),
        (SPOT, "FTC deniesit approved spot Solana ETF"),
        (SPOT, "FTC n o lo nger approves spot Solana ETF"),
        (SPOT, "FTC stopsshort of approving spot Solana ETF"),
    ],
)
def test_a_deciding_word_in_disguise_is_refused(taught: str, asked: str) -> None:
    for one, other in ((asked, taught), (taught, asked)):
        assert not compare(read(clean(one).text), read(clean(other).text)).passed


def test_a_misspelt_word_is_named_with_the_code_of_what_cannot_be_read() -> None:
    finding = compare(read(BAN.replace("to last", "ont to last")), read(BAN))

    assert finding.refusal is Refusal.UNREADABLE
    assert "ont" in finding.detail


@pytest.mark.parametrize("condition", ["Had the vote gone the other way: ", "Were the court to agree, ", "If asked, "])
def test_a_condition_is_not_taken_for_a_fact(condition: str) -> None:
    told = "FTC sues Lumora Health over accounting"

    assert compare(read(condition + told), read(told)).refusal is Refusal.CERTAINTY


@pytest.mark.parametrize("text", ["Tesla had 5,000 workers", "Oil fell, traders had said", "Were prices up?"])
def test_a_verb_inside_a_clause_or_a_question_opens_no_condition(text: str) -> None:
    assert "conditional" not in read(text).certainties


@pytest.mark.parametrize(
    "around",
    [
        "\u201c{taught}\u201d was the headline yesterday; today {asked}",
        "{taught} {asked}",
        "{asked} (earlier: {taught})",
        "low the Euro versus slides to {asked} versus the dollar",
    ],
)
def test_a_text_that_tells_the_other_one_twice_is_refused(around: str) -> None:
    taught = "Euro slides to a nine-month low versus the dollar"
    asked = "Dollar slides to a nine-month low versus the euro"

    assert not compare(read(around.format(taught=taught, asked=asked)), read(taught)).passed


@pytest.mark.parametrize("change", [str.swapcase, lambda text: "".join(map(_every_other, enumerate(text)))])
def test_capitals_in_the_wrong_places_do_not_hide_who_does_it(change: Callable[[str], str]) -> None:
    taught = "Copperline to pay Ashgrove Retail $75 million to end licence dispute"
    asked = "Ashgrove Retail to pay Copperline $75 million to end licence dispute"

    assert not compare(read(change(asked)), read(taught)).passed


def test_a_negation_said_twice_in_a_row_is_one() -> None:
    finding = compare(read("Export ban to last not not 40 days"), read("Export ban to last 40 days"))

    assert finding.refusal is Refusal.NEGATION


def test_an_article_and_a_word_are_no_fragments() -> None:
    assert compare(read("A wait-and-see stance is best for gold"), read("Wait-and-see stance is best for gold")).passed


@pytest.mark.parametrize("form", [str, str.upper, str.lower])
def test_an_unknown_word_that_both_texts_have_is_no_disguise(form: Callable[[str], str]) -> None:
    text = "Vaxart bays approved by the FDA"

    assert compare(read(form(text)), read(f"The {text}")).passed


@pytest.mark.parametrize(
    "text",
    ["Gold falls 2%", "Ai al de la ex tv", "The company opens a plant", "S&P 500 rises"],
)
def test_known_words_are_not_garbled(text: str) -> None:
    assert garbled(tokenise(text)) == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("fial", "fail", True),
        ("cloess", "closes", True),
        ("cloes", "closes", True),
        ("neveer", "never", True),
        ("bay", "buy", True),
        ("buy", "buy", False),
        ("tow", "not", False),
        ("closses", "close", False),
        ("ablc", "bacl", False),
    ],
)
def test_one_slip_is_one_letter_or_two_swapped_ones(one: str, other: str, *, slip: bool) -> None:
    assert one_slip(one, other) is slip
    assert one_slip(other, one) is slip


def _every_other(place: tuple[int, str]) -> str:
    return place[1].upper() if place[0] % 2 else place[1].lower()
