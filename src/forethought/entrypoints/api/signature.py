"""Who may push news without the write key: whoever signs it."""

import hashlib
import hmac
from datetime import datetime

from forethought.domain.errors import Unauthorised

HEADER = "x-forethought-signature"
"""`t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`."""
TOLERANCE_S = 300
"""An older or later signature is refused, so that a recorded one cannot be sent again for ever; what is sent again
sooner is a duplicate."""


def sign(body: bytes, *, secret: str, at: datetime) -> str:
    """Return the header's value."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_digest(body, secret, str(seconds))}"


def require_signature(given: str, body: bytes, *, secret: str | None, now: datetime) -> None:
    """Check a signature in constant time.

    Raises:
        Unauthorised: it is not one of ours, is out of date, or no secret is set here.
    """
    if secret is None:
        raise Unauthorised("signed news is not taken here: FORETHOUGHT_NEWS__WEBHOOK_SECRET is not set")
    parts = dict(part.strip().partition("=")[::2] for part in given.split(",")[:4])
    seconds, digest = parts.get("t", ""), parts.get("v1", "")
    is_ours = hmac.compare_digest(_digest(body, secret, seconds).encode(), digest.encode("utf-8", "replace"))
    if not (is_ours and seconds.isascii() and seconds.isdigit() and len(seconds) < 12):  # noqa: PLR2004 - digits
        raise Unauthorised(f"{HEADER}: expected t=<seconds>,v1=<HMAC-SHA256 of '<t>.<body>'> with the shared secret")
    if abs(now.timestamp() - int(seconds)) > TOLERANCE_S:
        raise Unauthorised(f"{HEADER}: signed more than {TOLERANCE_S} s ago or ahead; check the clocks")


def _digest(body: bytes, secret: str, seconds: str) -> str:
    return hmac.new(secret.encode(), seconds.encode("utf-8", "replace") + b"." + body, hashlib.sha256).hexdigest()
