"""Mark-up to plain text. Linear in the text: libxml2's tokeniser is that of HTML 5, and no tree is built."""

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree  # type: ignore[import-untyped]

_INLINE: Final = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "time tt u var wbr"
)
_BLOCK: Final = (
    "address area article aside base blockquote body br caption center col colgroup data datalist dd details dialog "
    "div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr html img "
    "input label legend li link main map menu meta meter nav ol optgroup option output p param picture pre progress "
    "section source summary table tbody td tfoot th thead tr track ul"
)
_DROPPED: Final = (
    "audio button canvas head iframe noscript object script select style svg template textarea title video"
)
"""What no reader of an article reads, with all that is inside."""
_WITHIN: Final = frozenset(f"{_INLINE} script style noscript template".split())
_UNREAD: Final = frozenset(_DROPPED.split())
_KNOWN: Final = rf"(?i:{'|'.join(f'{_INLINE} {_BLOCK} {_DROPPED}'.split())})(?=[\s/>])"
_CUSTOM: Final = r"[a-z][a-z0-9]{0,30}[:-][a-z0-9:-]{1,60}(?=[\s/>])"
# A reader's agency writes <AAPL.O>, a trader "EPS <5" and "a <b and c> d": only what can be mark-up is.
_MARKUP: Final = re.compile(rf"<(?:/?(?:{_KNOWN}|{_CUSTOM})|!--|!(?i:doctype)\b|!\[CDATA\[|\?xml\b)")
_NO_MARKUP: Final = re.compile(rf"<(?:(?![!?/a-zA-Z])|(?=[abiqsu]\s[^<>=]{{0,200}}>)|(?!{_MARKUP.pattern[1:]}))")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NO_ENTITY: Final = re.compile(rf"&(?!{_ENTITY.pattern[1:]})")
_HIDING: Final = re.compile(r"(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden)", re.IGNORECASE)
_LONGEST_STYLE: Final = 2_000

# Controls but white space, soft hyphens, zero width, bidi, byte order marks, tags, lone surrogates: nobody sees them.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)
_LINE_END: Final = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\u2028\u2029]")
_MOST_ROUNDS: Final = 5


def plain_text(column: Sequence[str]) -> list[str | None]:
    """Bring texts with or without mark-up to what a reader reads; doing it again changes nothing.

    Scripts, styles, hidden elements and unseen characters go, entities are resolved, blocks become lines, white space
    is folded. Names in angle brackets that are no elements stay: `<AAPL.O>`. Text that was escaped several times is
    unescaped as often. `None` where that does not come to an end in five rounds: nobody writes so in good faith.
    """
    return [_settle(text) for text in column]


def _settle(text: str) -> str | None:
    for _ in range(_MOST_ROUNDS):
        read = _read(text)
        if read == text:
            return text
        text = read
    return text if _read(text) == text else None


def _read(text: str) -> str:
    text = _LINE_END.sub("\n", _UNSEEN.sub("", text))
    if _MARKUP.search(text) is not None:
        text = _parse(text.replace("\n", " "))
    elif _ENTITY.search(text) is not None:
        text = _parse(text, lines=True)
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def _parse(text: str, *, lines: bool = False) -> str:
    """Read as HTML; with `lines` line ends are kept, since nothing else marks them."""
    end = text.rfind(">") + 1  # what is not closed is no mark-up
    text = _NO_ENTITY.sub("&amp;", _NO_MARKUP.sub("&lt;", text[:end]) + text[end:].replace("<", "&lt;"))
    parser = etree.HTMLParser(target=_Reader(lines=lines))
    # In a body, as the parser would take the first lines of a bare text for a head. One call, as pieces would be
    # joined with what it has read already.
    parser.feed(f"<body>{text}")
    return str(parser.close())


class _Reader:
    """Gathers text from lxml's events."""

    def __init__(self, *, lines: bool) -> None:
        self._lines = lines
        self._found: list[str] = []
        self._inside = 0
        """How many elements are open since one began that is dropped."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._inside or tag in _UNREAD or _hidden(attributes):
            self._inside += 1
        self._part(tag)

    def end(self, tag: str) -> None:
        self._inside -= bool(self._inside)
        self._part(tag)

    def data(self, text: str) -> None:
        if not self._inside:
            self._found.append(text if self._lines else text.replace("\n", " "))

    def comment(self, text: str) -> None:
        """Drop it. A word that it parts is shown as one."""

    def pi(self, target: str, data: str | None) -> None:
        """Drop it."""

    def close(self) -> str:
        return "".join(self._found)

    def _part(self, tag: str) -> None:
        if tag not in _WITHIN:
            self._found.append("\n")


def _hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or _HIDING.search(attributes.get("style", "")[:_LONGEST_STYLE]) is not None
