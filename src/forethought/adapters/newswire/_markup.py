"""Feeds are looked over before a parser meets them: no DTD, no depth, no size that costs more than it should."""

import re
from xml.parsers import expat

_MOST_TAGS = 100_000
_MOST_DEEP = 100
_MOST_ATTRIBUTES = 200
_BROKEN_MOST_TAGS = 20_000
"""Of a document that is not well-formed. feedparser's lenient parser is quadratic: 2 s for 100,000 open tags."""
_BROKEN_LONGEST = 2_000_000

_SPACE = re.compile(r"\s+")
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^<>\[\]]{0,500}>", re.IGNORECASE)


class UnsafeMarkupError(ValueError):
    """A document is built to hurt, or to hide."""


def without_prolog(text: str) -> tuple[str, bool]:
    """Cut off what comes before the root: declaration, comments, a plain document type.

    Returns:
        The rest, and whether it is well-formed.

    Raises:
        UnsafeMarkupError: the prolog declares entities or other mark-up, or the document is too deep or too large.
    """
    text = text[_root(text) :]
    tags = text.count("<") + text.count("&")
    if tags > _MOST_TAGS:
        raise UnsafeMarkupError(f"{tags} tags and entities, {_MOST_TAGS} at most")
    if _well_formed(text):
        return text, True
    if tags > _BROKEN_MOST_TAGS or len(text) > _BROKEN_LONGEST:
        raise UnsafeMarkupError("not well-formed, and too large to be read all the same")
    return text, False


def _root(text: str) -> int:
    at = 0
    while True:
        if match := _SPACE.match(text, at):
            at = match.end()
        elif text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _after(text, "-->", at)
        elif match := _DOCTYPE.match(text, at):
            at = match.end()
        elif text.startswith("<!", at):
            raise UnsafeMarkupError("a document type with declarations of its own")
        else:
            return at


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)


def _well_formed(text: str) -> bool:
    depth = 0

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEEP or len(attributes) > _MOST_ATTRIBUTES:
            raise UnsafeMarkupError(f"tags deeper than {_MOST_DEEP} or with more than {_MOST_ATTRIBUTES} attributes")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003  takes no keyword
    except expat.ExpatError:
        return False
    return True
