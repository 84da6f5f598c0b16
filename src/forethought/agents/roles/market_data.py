"""What the prices say: facts for those who decide, and a tool with which they can look further back."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated, Final

from forethought.agents.roles.spec import Facts, ToolBox
from forethought.application.ports.analysts import Case
from forethought.application.ports.thinker import Tool
from forethought.domain import regime
from forethought.domain.market import Bar, Session
from forethought.domain.opinion import Role

MAX_HOURS: Final = 168
"""How far back the tool looks, a week: 10,080 bars of a minute."""
_BARS_FOR_LENGTH: Final = 8
"""So many bars hold two neighbours without a weekend between them."""
_SESSIONS: Final = {
    Session.OPEN: "open",
    Session.CLOSED: "closed",
    Session.UNKNOWN: "unknown whether it trades",
}


def facts(case: Case) -> Facts:
    """State price, moves and trading hours of a case's asset, as known at its moment."""
    return Facts(Role.MARKET_DATA, tuple(_lines(case)))


def _lines(case: Case) -> Iterator[str]:
    market = case.market
    if market is None:
        yield f"Prices of {case.asset}: unknown."
        return
    known = market.indicators
    close = "unknown" if market.close is None else f"{market.close:,.6g}, in the quote currency"
    yield f"Last close of {case.asset}: {close}."
    yield f"Move over the last bar: {_move(None if known is None else known.return_1_frac)}."
    yield f"Move over 24 hours: {_move(None if known is None else known.return_day_frac)}."
    usual = market.volatility_day_frac
    said = "unknown" if usual is None else f"{usual:.2%}, {regime.volatility(usual)}"
    yield f"Usual move of a day, one standard deviation: {said}."
    yield f"Market: {_SESSIONS[market.session]}."


def _move(frac: float | None) -> str:
    return "unknown" if frac is None else f"{frac:+.2%}"


def tools(box: ToolBox) -> tuple[Tool, ...]:
    """Give what a role that looks at the market may call."""

    async def price_change(hours: Annotated[int, f"How many hours back, 1 to {MAX_HOURS}"]) -> str:
        return await _price_change(box, hours)

    return (
        Tool(
            name="price_change",
            description="How far the price of the asset moved over the hours before the moment of the briefing.",
            call=price_change,
        ),
    )


async def _price_change(box: ToolBox, hours: int) -> str:
    """Say the move in words; nothing later than the case's moment is looked at."""
    if not 1 <= hours <= MAX_HOURS:
        return f"Ask for 1 to {MAX_HOURS} hours."
    asset, as_of = box.case.asset, box.case.as_of
    span = timedelta(hours=hours)
    length = _bar_length(await box.market_data.bars(asset, as_of=as_of, count=_BARS_FOR_LENGTH))
    if length is None:
        return f"No prices of {asset} are known."
    # One call for both ends: only then is the earlier price adjusted for a split between them.
    bars = await box.market_data.bars(asset, as_of=as_of, count=math.ceil(span / length) + 2)
    before = next((bar for bar in reversed(bars) if bar.opened_at + length <= as_of - span), None)
    if before is None:
        return f"The prices of {asset} do not reach back {hours} hours."
    last = bars[-1]
    return (
        f"{asset} moved {last.close / before.close - 1:+.2%}: from {before.close:,.6g} at {_time(before, length)} "
        f"to {last.close:,.6g} at {_time(last, length)}."
    )


def _bar_length(bars: Sequence[Bar]) -> timedelta | None:
    """Measure how long a bar is: the least distance between two."""
    return min((later.opened_at - earlier.opened_at for earlier, later in pairwise(bars)), default=None)


def _time(bar: Bar, length: timedelta) -> str:
    at: datetime = bar.opened_at + length
    return f"{at:%Y-%m-%dT%H:%MZ}"
