"""Quantities: digits, words, scales, units, signs and roles."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from forethought.domain.guard.facts import Number
from forethought.domain.guard.inflect import listed
from forethought.domain.guard.tokens import Token

_SCALES = {
    "k": 1e3, "thousand": 1e3, "thousands": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6,
    "millions": 1e6,
    "b": 1e9, "bn": 1e9, "bln": 1e9, "billion": 1e9, "billions": 1e9, "t": 1e12, "tn": 1e12, "trn": 1e12,
    "trillion": 1e12,
    "hundred": 1e2, "dozen": 12.0, "mil": 1e6, "bil": 1e9,
}  # fmt: skip
_UNITS = {
    "%": ("%", 1.0), "pct": ("%", 1.0), "percent": ("%", 1.0), "percentage": ("%", 1.0), "pp": ("pp", 1.0),
    "pps": ("pp", 1.0),
    "bps": ("pp", 0.01), "bp": ("pp", 0.01), "x": ("x", 1.0), "times": ("x", 1.0), "fold": ("x", 1.0),
}  # fmt: skip
_POINTS = frozenset({"point", "points"})
_CURRENCIES = {
    "$": "USD", "us$": "USD", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY", "\u20b9": "INR", "\u20a9": "KRW",
    "\u20bf": "BTC",
    "hk$": "HKD", "nz$": "NZD", "a$": "AUD", "c$": "CAD", "s$": "SGD", "usd": "USD", "eur": "EUR", "gbp": "GBP",
    "jpy": "JPY",
    "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP", "yen": "JPY", "yuan": "CNY",
    "rupees": "INR",
    "cny": "CNY", "chf": "CHF", "btc": "BTC", "eth": "ETH", "xrp": "XRP", "won": "KRW",
    "francs": "CHF",
    "bitcoins": "BTC", "bitcoin": "BTC", "ether": "ETH", "usdt": "USDT", "usdc": "USDC", "rmb": "CNY",
    "reais": "BRL", "pesos": "MXN", "roubles": "RUB", "rubles": "RUB", "lira": "TRY", "rand": "ZAR", "renminbi": "CNY",
    "rupee": "INR", "pound": "GBP",
}  # fmt: skip
_COINS_OF: Final = {
    "cents": ("USD", 0.01), "cent": ("USD", 0.01), "pence": ("GBP", 0.01), "c": ("USD", 0.01),
    "\u00a2": ("USD", 0.01), "p": ("GBP", 0.01),
}  # fmt: skip
"""Hundredths of a currency: 50 cents is $0.50, 54C too."""
_MEASURES: Final = {
    "barrel": "bbl", "barrels": "bbl", "bbl": "bbl", "bbls": "bbl", "bpd": "bbl a day", "mbpd": "bbl a day",
    "bopd": "bbl a day", "boepd": "boe a day", "boe": "boe", "tonne": "t", "tonnes": "t", "tons": "t", "ton": "t",
    "ounce": "oz", "ounces": "oz", "oz": "oz", "bushel": "bu", "bushels": "bu", "bcf": "bcf", "tcf": "tcf",
    "bcm": "bcm", "megawatt": "mw", "megawatts": "mw", "gigawatt": "gw", "gigawatts": "gw",
    "mw": "mw", "gw": "gw", "mwh": "mwh", "gwh": "gwh", "twh": "twh", "mmbtu": "mmbtu", "gallons": "gal",
}  # fmt: skip
"""What is counted; a stock is no flow: a million barrels, a million a day."""
_EACH: Final = frozenset({"a", "per", "an", "each"})
_SPANS: Final = frozenset({"day", "week", "month", "year"})
_WORDS = {
    word: float(value)
    for value, word in enumerate(
        listed(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty"""
        )
    )
} | {"thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0}
_FRACTIONS = {
    "half": 0.5,
    "quarter": 0.25,
    "third": 1 / 3,
    "thirds": 1 / 3,
    "fifth": 0.2,
    "quarters": 0.25,
    "tenth": 0.1,
    "fifths": 0.2,
}
_LINKS = frozenset({"a", "of", "its", "their", "his", "her", "the", "full"})
_RATIOS = {
    "double": 2.0, "doubles": 2.0, "doubled": 2.0, "doubling": 2.0, "twofold": 2.0, "triple": 3.0, "triples": 3.0,
    "tripled": 3.0,
    "tripling": 3.0, "threefold": 3.0, "quadruple": 4.0, "quadruples": 4.0, "quadrupled": 4.0, "fourfold": 4.0,
    "fivefold": 5.0,
    "tenfold": 10.0, "halve": 0.5, "halves": 0.5, "halved": 0.5, "halving": 0.5, "twice": 2.0, "quintuple": 5.0,
    "quintuples": 5.0, "quintupled": 5.0, "sixfold": 6.0, "sevenfold": 7.0, "eightfold": 8.0, "quadrupling": 4.0,
}  # fmt: skip
_SCALE_WORDS = frozenset({"million", "billion", "trillion", "hundred", "thousand", "dozen"})
_SEQUENCE = frozenset(listed("straight consecutive successive day week month quarter year time times"))
"""After `a third`: an ordinal, not a fraction."""
_SHARE_HALF: Final = 0.5
"""A fraction in words stands for a percentage without decimals: a third is 33 %."""
_FUZZY = frozenset(
    listed(
        """nearly almost about around roughly approximately circa some over under just than close estimated least most
    up"""
    )
)
REL_TOLERANCE_FRAC = 0.02
"""Two figures that rounding explains may still differ by at most this share: 1 and 1.4 billion are not the same."""
FUZZY_TOLERANCE_FRAC = 0.03


NUMBER_WORDS: Final = frozenset({"a", "half", "quarter", *_WORDS, *_CURRENCIES})
"""Words that may open a figure."""


def ratio_of(text: str) -> Number | None:
    """Read `doubled`, `over twice`, `halves`: a ratio beside the direction that the word also gives."""
    value = next((_RATIOS[word] for word in text.split(" ") if word in _RATIOS), None)
    if value is None:
        return None
    return _share(value) if value < 1 else Number(value, 0.0, "x", "", "", fuzzy=False)


def _share(value: float) -> Number:
    return Number(100 * value, _SHARE_HALF, "%", "", "", fuzzy=False)


def read_number(tokens: Sequence[Token], at: int) -> tuple[Number, int] | None:
    """Read the quantity that starts at `at`.

    Returns:
        The number and the index after it, or None when no quantity starts there.
    """
    found = _digits(tokens, at) or _in_words(tokens, at)
    if found is None:
        return None
    value, half, unit, sign, end = found
    while (
        end < len(tokens)
        and len(tokens[end].norm) > 1
        and (scale := _SCALES.get(tokens[end].norm)) is not None
        and unit not in {"%", "pp"}
    ):
        value, half, end = value * scale, half * scale, end + 1
    if not unit or (unit in _CURRENCIES.values() and tokens[end - 1].norm not in _COINS_OF):
        more, factor, end = _unit(tokens, end)
        value, half, unit = value * factor, half * factor, more or unit
    return Number(value, half, unit, _role(tokens, at), sign, fuzzy=_is_fuzzy(tokens, at)), end


_Found = tuple[float, float, str, str, int]


def _digits(tokens: Sequence[Token], at: int) -> _Found | None:
    token = tokens[at]
    if (
        token.norm in _CURRENCIES
        and not token.number
        and at + 1 < len(tokens)
        and tokens[at + 1].number
        and token.upper
    ):
        inner = _digits(tokens, at + 1)
        return None if inner is None else (*inner[:2], _CURRENCIES[token.norm], *inner[3:])
    if not token.number:
        return None
    text = token.value
    decimals = text.partition(".")[2]
    value, half = float(text), 0.5 * 10.0 ** -len(decimals)
    unit = _CURRENCIES.get(token.currency, "")
    suffix = token.suffix
    if suffix in _SCALES:
        value, half = value * _SCALES[suffix], half * _SCALES[suffix]
    elif suffix in _UNITS or (suffix in _COINS_OF and not unit):
        unit, factor = _UNITS.get(suffix) or _COINS_OF[suffix]
        value, half = value * factor, half * factor
    return value, half, unit, token.sign, at + 1


def _in_words(tokens: Sequence[Token], at: int) -> _Found | None:
    word = tokens[at].norm
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    if word in {"half", "quarter"} or (word in {"a", "one"} and following in _FRACTIONS):
        return _fraction(tokens, at)
    if word == "a" and following in _SCALE_WORDS:
        return 1.0, 0.5, "", "", at + 1
    if word not in _WORDS or (word == "one" and following not in _SCALES and following not in _UNITS):
        return _one_in(tokens, at)
    value, end = _WORDS[word], at + 1
    if following in _FRACTIONS and following.endswith("s"):
        return 100 * value * _FRACTIONS[following], _SHARE_HALF, "%", "", end + 1
    if value >= 20 and _WORDS.get(following, 10) < 10:  # noqa: PLR2004 -- twenty-five
        return value + _WORDS[following], 0.5, "", "", end + 1
    return value, 0.5, "", "", end


def _one_in(tokens: Sequence[Token], at: int) -> _Found | None:
    """Read `one in five`."""
    if [token.norm for token in tokens[at : at + 2]] != ["one", "in"]:
        return None
    many = _WORDS.get(tokens[at + 2].norm, 0.0) if at + 2 < len(tokens) else 0.0
    return (100 / many, _SHARE_HALF, "%", "", at + 3) if many > 1 else None


def _fraction(tokens: Sequence[Token], at: int) -> _Found | None:
    """Read half of, half its, half a, a third of, quarter-point; a bare `quarter` or `half` is a period."""
    start = at + (tokens[at].norm in {"a", "one"})
    if start + 1 < len(tokens) and tokens[start + 1].norm in _SEQUENCE:
        return None
    value = _FRACTIONS[tokens[start].norm]
    end = start + 1
    rest = [token.norm for token in tokens[end : end + 5]]
    skip = next((i for i, word in enumerate(rest) if word not in _LINKS), len(rest))
    word = rest[skip] if len(rest) > skip else ""
    if word in _POINTS or (word == "percentage" and len(rest) > skip + 1 and rest[skip + 1] in _POINTS):
        return value, 0.0, "pp", "", end + skip + (1 if word in _POINTS else 2)
    if word in _UNITS or word in _SCALES:
        return value, 0.0, "", "", end + skip
    before = tokens[at - 1].norm if at else ""
    whole = bool(skip) and rest[0] not in {"a", "full"}
    by_half = tokens[start].norm == "half" and before in {"by", "in"}
    if whole or by_half or (tokens[start].norm in {"third", "fifth", "tenth"} and start > at):
        return 100 * value, _SHARE_HALF, "%", "", end + whole
    return None


def _unit(tokens: Sequence[Token], at: int) -> tuple[str, float, int]:
    word = tokens[at].norm if at < len(tokens) else ""
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    if word in {"percentage", "basis"} and following in _POINTS:
        return "pp", 1.0 if word == "percentage" else 0.01, at + 2
    if word == "per" and following == "cent":
        return "%", 1.0, at + 2
    if word != "percentage" and (unit := _UNITS.get(word) or _COINS_OF.get(word)) is not None:
        return *unit, at + 1
    if word in _CURRENCIES and not tokens[at].number:
        return _CURRENCIES[word], 1.0, at + 1
    if word in _MEASURES:
        return _measure(tokens, at)
    return "", 1.0, at


def _measure(tokens: Sequence[Token], at: int) -> tuple[str, float, int]:
    """Read `barrels`, `barrels a day`."""
    measure = _MEASURES[tokens[at].norm]
    each = [token.norm for token in tokens[at + 1 : at + 3]]
    if len(each) > 1 and each[0] in _EACH and each[1] in _SPANS:
        return f"{measure} a {each[1]}", 1.0, at + 3
    return measure, 1.0, at + 1


def _role(tokens: Sequence[Token], at: int) -> str:
    for back in range(1, 4):
        word = tokens[at - back].norm if at >= back else ""
        if word in {"from", "to", "at", "by"}:
            return "to" if word == "at" else word
        if word in {"vs", "versus", "against", "compared"}:
            return "vs"
        if word not in {
            "about",
            "around",
            "nearly",
            "almost",
            "a",
            "an",
            "just",
            "over",
            "under",
            "the",
            "record",
            "below",
            "above",
            "as",
        }:
            return ""
    return ""


def _is_fuzzy(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].norm if at else ""
    if before == "up":
        return False
    return before in _FUZZY or tokens[at].suffix == "+"


def share_units(numbers: Sequence[Number], joined: frozenset[int]) -> tuple[Number, ...]:
    """Give the unit of a range or of a from-to pair to the figure that leaves it out: `4.25-4.50%`, `to 2.6% from 2.8`.

    Args:
        numbers: The figures of a text in order.
        joined: Indices of figures that open a range.
    """
    done = list(numbers)
    for here, number in enumerate(done):
        if number.unit or (here not in joined and number.role not in {"from", "to"}):
            continue
        near = [done[there] for there in (here + 1, here - 1) if 0 <= there < len(done) and done[there].unit]
        if near and (here in joined or near[0].role in {"from", "to", ""}) and number.half * 100 >= near[0].half:
            done[here] = replace(number, unit=near[0].unit)
    return tuple(done)


_OTHER_ROLES = ({"from", "to"}, {"by", "to"}, {"by", "from"})
"""A size is no level: cut by 5 %, cut to 5 %."""


def agree(one: Number, other: Number, *, points_are_percent: bool) -> bool:
    """Tell whether two figures may be the same one, written with more or fewer digits."""
    one, other = _as_rise(one, other), _as_rise(other, one)
    if not _units_agree(one.unit, other.unit, points_are_percent=points_are_percent):
        return False
    if one.sign and other.sign and one.sign != other.sign:
        return False
    if {one.role, other.role} in _OTHER_ROLES:
        return False
    gap, size = abs(one.value - other.value), max(abs(one.value), abs(other.value))
    if gap <= 1e-9 * size:
        return True
    if one.fuzzy or other.fuzzy:
        return gap <= FUZZY_TOLERANCE_FRAC * size
    return gap < max(one.half, other.half) and gap <= REL_TOLERANCE_FRAC * size


def _as_rise(number: Number, beside: Number) -> Number:
    """Bring a doubling beside a percentage to the percentage: twice as much is 100 % more."""
    if number.unit != "x" or beside.unit != "%" or number.value <= 1:
        return number
    return replace(number, value=100 * (number.value - 1), half=_SHARE_HALF, unit="%")


def _units_agree(one: str, other: str, *, points_are_percent: bool) -> bool:
    if one == other:
        return True
    pair = {one, other}
    if pair == {"%", "pp"}:
        return points_are_percent
    return "" in pair and not pair & {"%", "pp", "x"}
