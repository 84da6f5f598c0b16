"""Spelling that hides what a text says: never a way past the guard."""

import html

import pytest
from hypothesis import given, settings, strategies as st

from forethought.domain.guard import Alignment, compare, read
from forethought.domain.guard.text import MAX_CHARS, fold

UP = ("rises", "climbs", "jumps", "gains", "surges", "rebounds", "advances")
DOWN = ("falls", "drops", "slips", "tumbles", "plunges", "retreats", "slumps")
LOOK_ALIKE = str.maketrans("aeopcxs", "\u0430\u0435\u043e\u0440\u0441\u0445\u0455")  # Cyrillic
LEET = str.maketrans("aeiost", "431057")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
SMALL_CAPITALS = str.maketrans(
    "abcdegijklmnoprstuvwz",
    "\u1d00\u0299\u1d04\u1d05\u1d07\u0262\u026a\u1d0a\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u0280s\u1d1b\u1d1c\u1d20\u1d21\u1d22",
)
DISGUISES = {
    "look-alikes": lambda word, at: word.translate(LOOK_ALIKE),
    "one look-alike": lambda word, at: word[:at] + word[at:].translate(LOOK_ALIKE),
    "leet": lambda word, at: word.translate(LEET),
    "small capitals": lambda word, at: word.translate(SMALL_CAPITALS),
    "full width": lambda word, at: word.translate(FULL_WIDTH),
    "bold": lambda word, at: "".join(chr(0x1D41A + ord(letter) - ord("a")) for letter in word),
    "boxed": lambda word, at: "".join(chr(0x1F170 + ord(letter) - ord("a")) for letter in word),
    "flags": lambda word, at: "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in word),
    "zero width": lambda word, at: f"{word[:at]}\u200b{word[at:]}",
    "soft hyphen": lambda word, at: f"{word[:at]}\u00ad{word[at:]}",
    "tags": lambda word, at: f"{word[:at]}\U000e0061{word[at:]}",
    "overlaid": lambda word, at: f"{word[:at]}\u0336{word[at:]}",
    "accent": lambda word, at: f"{word[:at]}\u0301{word[at:]}",
    "right to left": lambda word, at: f"\u202e{word[::-1]}\u202c",
    "emoji": lambda word, at: f"{word[:at]}\U0001f680{word[at:]}",
    "entity": lambda word, at: f"{word[:at]}&#{ord(word[at])};{word[at + 1 :]}",
    "entity twice": lambda word, at: html.escape(f"{word[:at]}&#{ord(word[at])};{word[at + 1 :]}"),
    "split": lambda word, at: f"{word[:at]} {word[at:]}",
    "hyphens": lambda word, at: "-".join(word),
    "spaces": lambda word, at: " ".join(word),
    "points": lambda word, at: ".".join(word),
    "stars": lambda word, at: "*".join(word),
    "mixed case": lambda word, at: "".join(c.upper() if i % 2 else c for i, c in enumerate(word)),
}
TEMPLATES = ("Apple shares {} 5%", "Gold {} as the dollar weakens", "Kodiak Sciences {} after results", "$GME {}")


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_disguised_verb_never_meets_its_opposite(name: str, template: str) -> None:
    for up, down in zip(UP, DOWN, strict=True):
        for at in (1, 2, len(up) - 2):
            disguised = read(template.format(DISGUISES[name](up, at)))

            assert not compare(disguised, read(template.format(down))).passed


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("template", ["Apple shares {} 5%", "Kodiak Sciences {} after results", "$GME {}"])
def test_a_disguised_verb_is_no_mere_detail_beside_a_text_without_it(name: str, template: str) -> None:
    """What was not understood may be what happens: then only a near-identical text is good enough."""
    finding = compare(read(template.format(DISGUISES[name]("falls", 2))), read(template.format("")))

    assert finding.refusal is not None or finding.alignment is Alignment.WEAK


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguised_tail_does_not_ride_on_an_aligned_text(name: str) -> None:
    tail = DISGUISES[name]("plunges", 3)
    finding = compare(read("Apple shares rise 5%"), read(f"Apple shares rise 5%, then it {tail}"))

    assert finding.refusal is not None or finding.alignment is Alignment.WEAK


@pytest.mark.parametrize(
    "text", ["U.S. GDP rises", "S&P 500 gains", "AT&T and P&G rise", "J.P. Morgan is up", "G-20 meets"]
)
def test_single_letters_of_names_are_read(text: str) -> None:
    assert read(text).fault is None


@pytest.mark.parametrize(
    ("one", "other"), [("EPS 54c", "EPS $0.54"), ("EPS 54C", "EPS 54 cents"), ("EPS 54\u00a2", "EPS 54 cents")]
)
def test_cents_are_read_in_every_form(one: str, other: str) -> None:
    assert compare(read(f"Nike {one}"), read(f"Nike {other}")).passed


@given(st.text(max_size=300))
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    once = fold(text)

    if once.fault is None:
        assert fold(once.text).key == once.key


@given(st.text(max_size=200))
def test_reading_again_finds_the_same(text: str) -> None:
    assert read(text, asset="BTC") == read(text, asset="BTC")


@settings(max_examples=50)
@given(st.sampled_from([" ", "a", "gold falls ", "\u200b", "&amp;", "\U0001f600", "1,", "f-", "(", "e\u0301"]))
def test_a_megabyte_of_anything_is_unreadable_and_meets_only_itself(unit: str) -> None:
    huge = read(unit * (1_000_000 // len(unit)))

    assert huge.fault is not None
    assert compare(huge, read("gold falls")).refusal is not None
    assert len(huge.key) <= 1_000_000
    assert not huge.events


def test_a_text_as_long_as_the_guard_reads_is_read() -> None:
    assert read(("gold falls. " + "word " * MAX_CHARS)[:MAX_CHARS]).events
