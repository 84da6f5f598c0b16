"""Times of feeds and pages: a zone that is not said, or not known, is not made up."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_LONGEST = 64
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d")
_CLOCK = re.compile(r"\d[T ]\s*\d\d?:?\d\d")
_NAMED_ZONE = re.compile(r"[A-Za-z/_]{1,32}$")


def moment(text: str | None, zone: ZoneInfo | None = None) -> datetime | None:
    """Read a time of RFC 822 or ISO 8601.

    Args:
        text: As the provider wrote it.
        zone: What the provider documents for times that name none.

    Returns:
        Aware where the text names a zone (or says -0000, which is UTC by RFC 5322), or where `zone` is given. Naive
        where the zone is missing or has an unknown name, where there is a date without a time, and where the clocks of
        `zone` show the time twice or never. `None` for what is no date.
    """
    text = (text or "").strip()[:_LONGEST]
    iso = _ISO.match(text) is not None
    try:
        read = datetime.fromisoformat(text) if iso else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if read.tzinfo is not None:
        return read
    if text.endswith("-0000"):
        return read.replace(tzinfo=UTC)
    if zone is None or not _CLOCK.search(text) or (not iso and _NAMED_ZONE.search(text)):
        return read
    return _placed(read, zone)


def _placed(read: datetime, zone: ZoneInfo) -> datetime:
    first, second = read.replace(tzinfo=zone), read.replace(tzinfo=zone, fold=1)
    return first if first.utcoffset() == second.utcoffset() else read
