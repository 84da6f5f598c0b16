"""Bytes to text by the charset that the sender declares; never by a guess."""

import codecs
import re
from encodings import normalize_encoding
from encodings.aliases import aliases

_DECLARED_IN = 1_024
"""Where HTML's own rule looks for a declaration, bytes."""
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_HTML = re.compile(rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEADER = re.compile(r""";\s*charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)

_ISO = (*range(2, 12), *range(13, 17))
_SINGLE_BYTE = frozenset(
    {f"iso8859_{part}" for part in _ISO} | {f"cp125{page}" for page in range(9)} | {"koi8_r", "koi8_u"}
)
_MANY_BYTES = frozenset(
    "ascii utf_8 utf_16_le utf_16_be gb2312 gbk gb18030 big5 euc_jp shift_jis cp932 euc_kr cp949 iso2022_jp".split()  # noqa: SIM905  one line
)
_MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)


class BadEncodingError(ValueError):
    """Bytes are not in the charset that is declared for them, or two are declared that differ."""


def decode(body: bytes, content_type: str = "") -> str:
    """Decode strictly.

    A byte order mark wins, as both XML and HTML have it. Else the header and the declaration in the document must
    give the same text; with neither it is UTF-8. `iso-8859-1` is read as windows-1252, as the Encoding Standard says.
    What claims to be of a single-byte charset and is valid UTF-8 beyond ASCII is refused: any bytes pass there.

    Args:
        body: As received, decompressed.
        content_type: Value of the header `Content-Type`.

    Raises:
        BadEncodingError: for all the rest, unknown charsets included.
    """
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise BadEncodingError("UTF-32 is not read")
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _strictly(body[len(mark) :], codec, "byte order mark")
    texts = [
        _strictly(body, _codec(label, where), f"{where}: {label}") for label, where in _declared(body, content_type)
    ]
    if not texts:
        return _strictly(body, "utf_8", "none declared")
    if texts[0] != texts[-1]:
        raise BadEncodingError("the header declares another charset than the document, and they differ in effect")
    return texts[0]


def _declared(body: bytes, content_type: str) -> list[tuple[str, str]]:
    found = []
    if match := _HEADER.search(content_type):
        found.append((match.group(1), "header"))
    head = body[:_DECLARED_IN]
    if head.lstrip()[:1] == b"<" and (inside := _XML.search(head) or _HTML.search(head)):
        found.append((inside.group(1).decode("ascii", "replace"), "document"))
    return found


def _codec(label: str, where: str) -> str:
    # The alias table instead of `codecs.lookup`: that imports modules by a stranger's name, and knows `idna`.
    name = normalize_encoding(label.lower())
    name = aliases.get(name, name)
    if name in {"latin_1", "iso8859_1"}:
        return "cp1252"
    if name == "utf_8_sig":
        return "utf_8"
    if name.startswith("utf_16") and where == "document":
        raise BadEncodingError(f"declares {label} in bytes that are not")  # it was read as ASCII
    if name not in _SINGLE_BYTE and name not in _MANY_BYTES:
        raise BadEncodingError(f"declares the charset {label}, which is not read here")
    return name


def _strictly(body: bytes, codec: str, source: str) -> str:
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        raise BadEncodingError(f"byte {error.start} is not {codec} ({source})") from None
    if codec in _SINGLE_BYTE and not body.isascii() and _is_utf8(body):
        raise BadEncodingError(f"declared as {codec} ({source}), but the bytes are UTF-8")
    return text


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_utf8_declared(body: bytes, content_type: str) -> bool:
    """Tell whether UTF-8 is declared, or nothing is: then what is between two broken places can still be read."""
    if body.startswith(tuple(mark for mark, codec in _MARKS if codec != "utf_8")):
        return False
    try:
        return {_codec(*each) for each in _declared(body, content_type)} <= {"utf_8"}
    except BadEncodingError:
        return False
