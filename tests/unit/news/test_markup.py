"""Mark-up becomes what a reader reads, whatever it holds."""

import pytest
from hypothesis import given, settings, strategies as st

from forethought.domain.news.markup import plain_text

MIB = 1 << 20
HOSTILE = [
    *("<", "<!--", "<script>", "<div>", "<b>", "<a href=", '<a href="', "<p", "&", "&amp;", "&#", "&lt;", "<![CDATA["),
    *("<svg><title>", "<table><td>", "<font><p>", "<select>", "<!DOCTYPE ", "<?xml ", "<x-a ", "</p>", "\n", "\ud83d"),
]
PIECES = [
    "<p>",
    "</p>",
    "<b>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "&lt;",
    "&amp;",
    "b>",
    "<AAPL.O>",
    "\n",
    " ",
    "x <5",
]


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ("Oil fell", "Oil fell"),
        ("<p>Oil <b>fell</b> 3&nbsp;%.</p><p>Gas rose.</p>", "Oil fell 3 %.\nGas rose."),
        ("Oil<br>fell<td>3</td><td>4</td>", "Oil\nfell\n3\n4"),
        ("fa<!-- ad -->lls and r<i>os</i>e", "falls and rose"),
        ("<script>buy()</script>Oil<style>p{}</style> fell<noscript>x</noscript>", "Oil fell"),
        ("Oil fell <script>buy()", "Oil fell"),
        ("Oil fell <SCRIPT SRC=x>a</SCRIPT > now", "Oil fell now"),
        ('<a href="x>y" title="a > b">Oil</a> fell', "Oil fell"),
        ("Oil <span hidden>buy gold</span><p style='Display : none'>now</p> fell", "Oil\nfell"),
        ("AT&T, P&L, H&M &amp; S&amp;amp;P", "AT&T, P&L, H&M & S&P"),
        ("&eacute;&#8217;&#x2019;&#146;", "\u00e9\u2019\u2019\u2019"),
        ("Apple <AAPL.O> and EPS <5, a <b and c> d", "Apple <AAPL.O> and EPS <5, a <b and c> d"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("<p>hard\nwrapped</p>", "hard wrapped"),
        ("Ap\u200bple\u00ad \u202egood", "Apple good"),
        ("a <p unclosed", "a <p unclosed"),
        ("<media:content url='x'/>Oil <o:p></o:p>fell", "Oil\nfell"),
        ("&lt;b&gt;Oil&lt;/b&gt; fell", "Oil fell"),
        ("", ""),
    ],
)
def test_it_reads_as_a_reader_would(given_, read):
    assert plain_text([given_]) == [read]


def test_what_is_escaped_without_end_is_not_read():
    assert plain_text(["&" + "amp;" * 9 + "lt;"]) == [None]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
@settings(max_examples=300, deadline=None)
def test_reading_again_changes_nothing(text):
    (read,) = plain_text([text])

    assert read is None or plain_text([read]) == [read]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_mebibyte_of_anything_is_read_in_linear_time(piece):
    """Quadratic time would run into the suite's limit."""
    plain_text([piece * (MIB // len(piece)) + "END"])
