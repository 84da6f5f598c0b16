"""The names of assets."""

from forethought.domain.guard.lexicon import CASED, CASHTAGS, PHRASES, Kind
from forethought.domain.guard.words.markets import COIN_QUOTES, FX_CODES


def asset_name(asset: str | None) -> str | None:
    """Bring an asset's symbol to the name that the tables use: `BTC-USD` and `Bitcoin` are `bitcoin`."""
    if not asset or not (symbol := asset.strip()):
        return None
    upper = symbol.upper()
    base, _, quote = upper.replace("/", "-").partition("-")
    if upper in CASHTAGS:
        return CASHTAGS[upper]
    if base in CASHTAGS and quote in COIN_QUOTES:
        return CASHTAGS[base]
    for ending in ("USDT", "USDC", "USD"):
        if upper.endswith(ending) and upper[: -len(ending)] in CASHTAGS and upper[: -len(ending)] not in FX_CODES:
            return CASHTAGS[upper[: -len(ending)]]
    marks = PHRASES.get(symbol.casefold()) or CASED.get(symbol.casefold())
    return marks[0].name if marks and marks[0].kind is Kind.NAME else upper
