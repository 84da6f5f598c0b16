"""Prices and what indicators say of them."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from forethought.application.ports.prices import Interval
from forethought.domain.errors import InvalidInput, InvalidTime, NotFound
from forethought.domain.market import Bar
from forethought.entrypoints.api.reading import NOT_FOUND, PROBLEMS, number, rendered, service_of

MAX_BARS = 5_000

router = APIRouter(tags=["market"])

_RESPONSES: dict[int | str, dict[str, Any]] = {**NOT_FOUND, 422: PROBLEMS[422], 503: PROBLEMS[503]}


class BarItem(BaseModel):
    """One bar; prices in the quote currency, adjusted for splits up to the last bar of the answer."""

    opened_at: str
    open: float
    high: float
    low: float
    close: float
    volume: float


class SplitItem(BaseModel):
    """A split: `ratio` new shares for an old one, from the day `on`."""

    on: str
    ratio: float


class PricesResponse(BaseModel):
    """Bars, oldest first; the last one may still be under way."""

    ticker: str
    interval: str
    bars: list[BarItem]
    splits: list[SplitItem]


class IndicatorsResponse(BaseModel):
    """What TA-Lib says of the bars that had closed by then; null where there are too few."""

    ticker: str
    at: str
    """Of the question."""
    known_at: str | None
    """When the last bar that counted closed."""
    close: float | None
    session: str
    regime: str
    indicators: dict[str, float | None]


@router.get("/prices/{ticker}", response_model=PricesResponse, responses=_RESPONSES)
async def prices(  # noqa: PLR0917 - parameters of a query
    request: Request,
    ticker: str,
    interval: str = "1d",
    latest: str = "100",
    start: str | None = None,
    end: str | None = None,
) -> Response:
    """Read the last bars of one length (1m, 5m, 1h, 1d) that opened in [start, end)."""
    use = service_of(request).prices
    try:
        length = Interval(interval)
    except ValueError as error:
        raise InvalidInput(f"interval is one of {', '.join(Interval)}", field="interval") from error
    found = await use.read(
        ticker,
        length,
        start=_moment(start, "start"),
        end=_moment(end, "end"),
        count=number(latest, field="latest", most=MAX_BARS),
    )
    symbol = ticker.strip().upper()
    if not found and symbol not in await use.tickers():
        raise NotFound(f"no prices of {symbol} are held: `forethought prices import` brings some", field="ticker")
    splits = [{"on": each.on.isoformat(), "ratio": each.ratio} for each in await use.splits(ticker)]
    return rendered(
        {"ticker": symbol, "interval": length.value, "bars": [_bar(each) for each in found], "splits": splits}
    )


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        "opened_at": bar.opened_at.isoformat(),
        "open": bar.open,
        "high": bar.high,
        "low": bar.low,
        "close": bar.close,
        "volume": bar.volume,
    }


@router.get("/indicators/{ticker}", response_model=IndicatorsResponse, responses=_RESPONSES)
async def indicators(request: Request, ticker: str, as_of: str | None = None) -> Response:
    """Show indicators and the regime in words, now or as they were known at a moment in the past."""
    service = service_of(request)
    at = _moment(as_of, "as_of") or service.parts.clock.now()
    regime = await service.prices.regime(ticker, at)
    symbol = ticker.strip().upper()
    if regime is None or regime.state.indicators is None:
        raise NotFound(f"no fresh price of {symbol} is known at {at.isoformat()}", field="ticker")
    known = regime.state.indicators
    figures = {name: getattr(known, name) for name in known.__dataclass_fields__ if name not in {"at", "close"}}
    return rendered(
        {
            "ticker": symbol, "at": at.isoformat(), "known_at": known.at.isoformat(), "close": known.close,
            "session": regime.state.session.value, "regime": regime.words, "indicators": figures,
        }
    )  # fmt: skip


def _moment(text: str | None, field: str) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + arrives as a space
    except ValueError as error:
        raise InvalidTime(f"{field} is no ISO 8601 time", field=field) from error
    try:
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
    except OverflowError as error:
        raise InvalidTime(f"{field} lies outside the calendar", field=field) from error
