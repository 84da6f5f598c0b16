"""Texts that were decoded with the wrong table, and back, where that is certain."""

import re
from collections.abc import Sequence
from typing import Final

_MOST_ROUNDS: Final = 3


def _table() -> dict[int, str]:
    """Return what Windows-1252 shows for the bytes 0x80 to 0x9F; five of them stand for nothing."""
    return {code: shown for code in range(0x80, 0xA0) if (shown := bytes([code]).decode("cp1252", "ignore"))}


_SHOWN: Final = _table()
_BYTES: Final = {ord(shown): code for code, shown in _SHOWN.items()}
_CONTROLS: Final = re.compile("[\x80-\x84\x86-\x9f]")
_TAIL: Final = f"[\x80-\xbf{''.join(map(re.escape, _SHOWN.values()))}]"
# UTF-8 read as Latin-1 or Windows-1252: two bytes behind Â and Ã, three behind â, four behind ð, the byte order mark.
_MOJIBAKE: Final = re.compile(
    f"[\u00c2\u00c3]{_TAIL}|\u00e2[\x80-\x84\u20ac\u201a\u0192\u201e\u2020]{_TAIL}|\u00f0[\x9f\u0178]{_TAIL}{_TAIL}|\u00ef\u00bb\u00bf"
)
_LOST: Final = re.compile("[\ufffd\ud800-\udfff]")


def repair(column: Sequence[str]) -> list[str | None]:
    """Undo a wrong decoding where the whole text proves it; `None` where a text is damaged and cannot be repaired.

    Damaged is what holds U+FFFD, half a surrogate pair, a C1 control, or UTF-8 shown as Windows-1252 (`Ã©`, `â€™`). It
    is repaired if all of it can be written in that table and read as UTF-8 with nothing damaged left, as often as three
    times; C1 controls alone are Windows-1252 labelled as Latin-1, which is how browsers read them too.
    """
    return [_repair(text) for text in column]


def damage(text: str) -> str | None:
    """Say what is wrong with a text that `repair` gave up; `None` for nothing."""
    if (found := _LOST.search(text) or _CONTROLS.search(text) or _MOJIBAKE.search(text)) is None:
        return None
    signs = " ".join(f"U+{ord(sign):04X}" for sign in found[0])
    return f"{signs} at {found.start()} in {text[max(found.start() - 20, 0) : found.end() + 20]!a}"


def _repair(text: str) -> str | None:
    if text.isascii() or damage(text) is None:
        return text
    if _LOST.search(text) is not None:
        return None
    for _ in range(_MOST_ROUNDS):
        decoded = _again(text)
        if decoded is None:
            break
        text = decoded
        if damage(text) is None:
            return text
    if _MOJIBAKE.search(text) is not None:
        return None
    shown = text.translate(_SHOWN)
    return shown if damage(shown) is None else None


def _again(text: str) -> str | None:
    """Write as Windows-1252, where that shows nothing as Latin-1, and read as UTF-8."""
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
