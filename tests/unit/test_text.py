import hashlib
import unicodedata

import pytest
from hypothesis import given, strategies as st

from forethought.domain.errors import InvalidText
from forethought.domain.text import clean, normalise, require_text, text_id

MIB = 1 << 20
HOSTILE = [
    *("<", "<a ", "<a =", "<!--", "<script>", "<p", "&amp;", "amp;", "&", "(", "\n", " ", "x", "1,", " | "),
    *("(c) 2024 ", "Copyright 2024 ", "www.", "http://", "RT @", " via @", "(Reuters)", "(Reuters) ", "A B, "),
    *("Reporting by ", "(Reporting by ", "Reporting by a; Editing by ", "Click here to ", "Read more "),
    *("Subscribe to our ", "LONDON, March 3 ", "\u0315\u0300", "1\u00bd", "\u0301"),
]


class TestClean:
    @pytest.mark.parametrize(
        ("raw", "text", "rules"),
        [
            ("NEW YORK, March 3 (Reuters) - Oil fell", "Oil fell", ["dateline"]),
            ("March 3, 2025 (Reuters) - Oil fell", "Oil fell", ["dateline"]),
            ("(Bloomberg) -- Oil fell", "Oil fell", ["dateline"]),
            ("LONDON (AP) \u2014 Oil fell", "LONDON Oil fell", ["dateline"]),
            ("Oil fell (Reporting by A. Smith; Editing by B. Jones)", "Oil fell", ["byline", "whitespace"]),
            ("Oil fell. Reporting by A. Smith in Paris; Editing by Bo Jones", "Oil fell.", ["byline", "whitespace"]),
            ("Oil fell\nCopyright 2025 Acme News. All rights reserved.", "Oil fell", ["legal", "whitespace"]),
            ("Oil fell\n\u00a9 2025 Acme News", "Oil fell", ["legal", "whitespace"]),
            ("Oil fell. Our Standards: The Thomson Reuters Trust Principles.", "Oil fell.", ["legal", "whitespace"]),
            ("Oil fell. Click here to see the chart.", "Oil fell.", ["call_to_action", "whitespace"]),
            ("Oil fell\nRead more", "Oil fell", ["call_to_action", "whitespace"]),
            ("Oil fell https://example.com/a?b=1#c", "Oil fell", ["links", "whitespace"]),
            ("Oil fell pic.twitter.com/aBc1", "Oil fell", ["links", "whitespace"]),
            ("RT @desk: Oil fell via @wire", "Oil fell", ["handles"]),
            ("Oil fell | Reuters", "Oil fell", ["source"]),
            ("S&amp;amp;P 500 &lt; 5,000", "S&P 500 < 5,000", ["entities"]),
            ("<p>Oil <b>fell</b></p><script>x<y</script>", "Oil fell", ["tags", "whitespace"]),
            ('<a href="x">Oil</a> fell<!-- ad -->', "Oil fell", ["tags", "whitespace"]),
            ("Oil\u200b fe\u00adll\u202e", "Oil fell", ["invisible"]),
            ("\uff2f\uff49\uff4c fell", "Oil fell", ["nfkc"]),
            ("  Oil \n\n fell\t", "Oil fell", ["whitespace"]),
            ("Oil fell", "Oil fell", []),
        ],
    )
    def test_what_is_not_news_goes(self, raw: str, text: str, rules: list[str]) -> None:
        cleaned = clean(raw)

        assert (cleaned.text, list(cleaned.rules)) == (text, rules)

    @pytest.mark.parametrize(
        "text",
        [
            "Shares of Apple (NASDAQ: AAPL) and $MSFT; VOD.L, AAPL.O",
            "Gold -0.3%, +1.2%, \u20ac1.2bn, \u00a3-4, $1,234.56, (5)% and 3\u20135%",
            "EPS <5 and margin >3; a <b and c> d",
            "P&L, AT&T, R&D and S&P",
            "Click here to see why oil fell 5.5%",
            "Click here to 0.3 and Copyright 2024 -0.3% and Reporting by A; Editing by B 0.3",
            "Read more: Apple cuts dividend",
            "Copyright 2024 case: Apple loses",
            "Reporting by segment shows growth",
            "Traders (Reuters poll) expect a cut",
            "@Fed holds; #oil",
        ],
    )
    def test_news_stays_as_it_is(self, text: str) -> None:
        assert clean(text).text == text

    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            ("OIL FALLS (Reuters) - Brent", "OIL FALLS Brent"),
            ("OIL FALLS, March 3 (Reuters) - Brent", "OIL FALLS, March 3 Brent"),
            ("GOLD -0.3%, March 3 (Reuters) - Spot", "GOLD -0.3%, March 3 Spot"),
        ],
    )
    def test_a_dateline_never_takes_a_headline_along(self, raw: str, text: str) -> None:
        assert clean(raw).text == text

    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            ("up 1\u00bd%", "up 1 1\u20442%"),
            ("10\u00b2 lots", "10^2 lots"),
            ("\u22120.3%", "-0.3%"),
            ("<b>-0.3</b>%", "-0.3%"),
            ("&minus;0.3%", "-0.3%"),
            ("\uff0d\uff10.\uff13\uff05", "-0.3%"),
        ],
    )
    def test_figures_keep_their_value(self, raw: str, text: str) -> None:
        assert clean(raw).text == text

    @given(
        st.lists(
            st.sampled_from(["-0.3%", "+12%", "$5bn", "\u20ac1.2m", "1,234", "$AAPL", "(NYSE: T)", "BP.L", "3.5x"]),
            min_size=1,
        ),
        st.lists(
            st.sampled_from(
                [
                    "Oil",
                    "fell",
                    "by",
                    "<p>",
                    "&amp;",
                    "Copyright 2024",
                    "Click here to",
                    "Reporting by A; Editing by B",
                    "Read more",
                    "\u200b",
                    "(Reuters) -",
                    "\n",
                ]
            )
        ),
        st.randoms(),
    )
    def test_no_figure_is_ever_lost(self, figures: list[str], words: list[str], random) -> None:
        parts = [*figures, *words]
        random.shuffle(parts)

        text = clean(" ".join(parts)).text

        assert all(text.count(figure) >= figures.count(figure) for figure in figures)

    @given(st.text())
    def test_any_text_becomes_one_visible_line(self, text: str) -> None:
        cleaned = clean(text).text

        assert cleaned == " ".join(cleaned.split())
        assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in cleaned)

    @pytest.mark.parametrize(
        "unit",
        HOSTILE,
    )
    def test_hostile_text_takes_linear_time(self, unit: str) -> None:
        """A mebibyte of anything takes about a second; a quadratic pattern would run into the suite's time limit."""
        hostile = unit * (MIB // len(unit))

        assert len(clean(hostile).text) <= 3 * len(hostile)
        assert len(clean(f"<a &{hostile}").text) <= 3 * len(hostile) + 4


class TestIdentity:
    def test_white_space_and_width_do_not_matter_but_case_does(self) -> None:
        assert normalise("  Gold\u00a0rises\n\uff15\uff05 ") == "Gold rises 5%"
        assert text_id("Gold  rises") == text_id(" Gold rises\n")
        assert text_id("Gold rises") != text_id("GOLD rises")

    def test_the_id_is_the_sha256_of_the_normalised_text(self) -> None:
        assert text_id(" Gold  rises") == hashlib.sha256(b"Gold rises").hexdigest()

    @given(st.text())
    def test_normalising_twice_changes_nothing(self, text: str) -> None:
        assert normalise(normalise(text)) == normalise(text)

    def test_stacked_marks_take_linear_time(self) -> None:
        assert len(normalise("a" + "\u0315\u0300" * (MIB // 2))) < 20


class TestRequireText:
    def test_a_text_comes_back_unchanged(self) -> None:
        assert require_text(" Gold rises\n", max_chars=20, field="text") == " Gold rises\n"

    @pytest.mark.parametrize("text", ["", " \n\t\u00a0", "too long by one", "a NUL \0", "half \ud83d", "\udc00"])
    def test_what_is_no_text_is_refused_with_its_field(self, text: str) -> None:
        with pytest.raises(InvalidText) as caught:
            require_text(text, max_chars=14, field="headline")

        assert caught.value.field == "headline"
