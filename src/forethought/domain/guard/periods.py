"""Times that a text names: quarters, years, months, days, sessions, bases of comparison."""

import re
from collections.abc import Sequence
from typing import Final

from forethought.domain.guard.facts import Period
from forethought.domain.guard.inflect import listed
from forethought.domain.guard.tokens import Token

_MONTHS: Final = {
    name: str(number)
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_AMBIGUOUS_MONTHS: Final = frozenset({"may", "march", "mar", "dec", "jan", "sep"})
_BEFORE_MONTH: Final = frozenset(listed("in since for by until till of during through last next from early late mid"))
_AFTER_MONTH: Final = frozenset(
    listed("sales cpi inflation jobs payrolls retail data meeting deliveries quarter pmi output exports revenue report")
)
_DAYS: Final = frozenset(listed("monday tuesday wednesday thursday friday saturday sunday"))
_DAY_CASED: Final = {"mon": "monday", "tue": "tuesday", "wed": "wednesday", "thu": "thursday", "fri": "friday"}
"""Days only where they are written with a capital, and do not open the text."""
_DAY_SHORT: Final = {"tues": "tuesday", "thurs": "thursday", "weds": "wednesday"}
_ORDINALS: Final = {
    word: number
    for number, word in enumerate(
        listed("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"), start=1
    )
}
_COUNTS: Final = {
    word: number
    for number, word in enumerate(listed("one two three four five six seven eight nine ten eleven twelve"), start=1)
} | {"single": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_UNITS: Final = {
    **{
        unit + ending: unit
        for unit in listed("day week month quarter year hour minute session decade meeting")
        for ending in ("", "s")
    },
    "yr": "year", "yrs": "year", "hrs": "hour", "mo": "month",
    "mth": "month", "mths": "month", "wk": "week", "wks": "week",
}  # fmt: skip
_EVERY: Final = {"weekly": "week", "monthly": "month", "quarterly": "quarter", "annual": "year", "yearly": "year"}
_STREAK: Final = frozenset({"straight", "consecutive", "successive"})
_RELATIVE: Final = {
    "last": "last",
    "past": "last",
    "previous": "last",
    "prior": "last",
    "this": "this",
    "current": "this",
    "next": "next",
    "coming": "next",
}
_PHRASES: Final = {
    text: period
    for period, texts in {
        ("day", "today"): """today""",
        ("day", "yesterday"): """yesterday""",
        ("day", "tomorrow"): """tomorrow""",
        ("day", "tonight"): """tonight""",
        ("basis", "year"): """year on year|year over year|y y|from a year earlier|from a year ago|year earlier|
            a year earlier|a year ago|
            over a year ago|a year before|year before|on the year|from last year|on year|annually|
            compared with a year earlier|versus a year ago|year ago|from the previous year|
            from the prior year|than a year ago|than a year earlier|same period last year|same quarter last year|
            on an annual basis|yoy|over twelve months|over 12 months|
            in the past 12 months|in the past twelve months|from the same period a year earlier|
            from the same quarter a year earlier|from the same period last year|from the same quarter last year|
            from the year earlier period|from the year ago period|versus a year earlier|against a year earlier|
            compared with last year|compared to last year|compared to a year earlier|compared with a year ago|
            compared to a year ago|on a year earlier|on a year ago|on last year|than last year|than a year before|
            from twelve months earlier|from 12 months earlier|over the year|vs last year|versus last year|
            against last year|year to year|year prior|a year prior|from a year prior|from year ago|annual basis|
            than in the same period last year|over last year|from the prior year quarter|year ago quarter|
            from the same month last year|from the same month a year earlier|the year before|it was a year earlier""",
        ("basis", "month"): """month on month|month over month|m m|on the month|from the previous month|
            from a month earlier|from a month ago|
            from the prior month|from last month|on month|month to month|a month earlier|mom|
            compared with the previous month|compared to the previous month|
            than the previous month|than a month earlier|from the month before|over the month|versus the prior month|
            on the previous month|month before""",
        ("basis", "quarter"): """quarter on quarter|quarter over quarter|q q|on the quarter|from the previous quarter|
            from the prior quarter|
            from a quarter earlier|sequentially|from last quarter|on quarter|qoq|
            from the three months before|from the preceding quarter|compared with the previous quarter|
            compared to the previous quarter|than the previous quarter|over the previous quarter|quarter to quarter|
            on the previous quarter|from the prior three months|versus the prior quarter""",
        ("basis", "week"): """week on week|week over week|w w|from the previous week|from a week earlier|
            from the prior week|on the week|wow|week to week|from last week|than a week earlier|
            compared with the previous week""",
        ("span", "ytd"): """year to date|so far this year|since the start of the year|this year so far|ytd|
            since the year began|since the start of january|since the beginning of the year|
            for the year so far|since the turn of the year""",
        ("session", "pre"): """premarket|pre market|before the bell|pre bell|before the open|premarket trading|
            pre market trading|premarket trade|pre market trade|ahead of the bell|ahead of the open|
            before the market opens|before markets open|before the market opened|before markets opened|
            before the opening bell|ahead of the opening bell|ahead of the market open|before market open|
            before trading began|before trading starts|pre open|in premarket|premarket hours""",
        ("session", "post"): """ah|after hours|afterhours|extended trading|post market|postmarket|after the bell|
            after market|after the close|
            aftermarket|extended hours|after hours trading|late trading|post close|
            after hours trade|extended hours trading|extended trade|after market close|after the market close|
            after the market closed|after markets closed|after the closing bell|post market trading|postmarket trading|
            aftermarket trading|after the bell trading|following the close|following the closing bell""",
        ("session", "overnight"): """overnight""",
        ("session", "intraday"): """intraday|midday|mid day""",
        ("session", "early"): """early trade|early trading|early deals|early dealings|early session|morning trade|
            morning trading|morning session|morning|in early trade|at the open|opening bell""",
        ("session", "late"): """afternoon|afternoon trade|afternoon trading|afternoon session|evening|at the close|
            closing bell""",
        ("frequency", "year"): """annual|yearly|annualised|annualized|full year|fiscal year|whole year|financial year|
            fy""",
        ("point", "year end"): """year end|end of the year|end of year|end of this year|close of the year|years end|
            year is out|
            the year is out|end of the calendar year|late december""",
        ("point", "mid year"): """mid year|middle of the year""",
        ("point", "month end"): """month end|end of the month|end of this month""",
        ("point", "quarter end"): """quarter end|end of the quarter|end of this quarter""",
        ("duration", "24 hour"): """in a day|in one day|over a day|in a single day|past 24 hours|last 24 hours|
            in 24 hours|over 24 hours""",
        ("duration", "1 week"): """in a week|in one week|one week|a week|week long|weeklong|seven day|seven days""",
        ("duration", "1 month"): """in a month|in one month|one month|month long|monthlong|four weeks|four week""",
        ("duration", "1 year"): """in a year|in one year|one year|year long|yearlong|12 month|12 months|
            twelve month|twelve months|52 week|52 weeks|in 12 months|in 52 weeks""",
        ("duration", "10 year"): """in a decade|a decade|decade|decade long|one decade""",
        ("duration", "20 year"): """two decades|two decade|in two decades""",
        ("duration", "30 year"): """three decades|three decade|in three decades""",
        ("duration", "40 year"): """four decades|four decade|in four decades""",
        ("duration", "25 year"): """quarter century|quarter of a century|a quarter century|a quarter of a century""",
        ("duration", "50 year"): """half century|half a century|in half a century""",
        ("duration", "100 year"): """century|a century|in a century""",
        ("duration", "6 month"): """half a year|six month|six months|6 month|6 months""",
        ("duration", "2 week"): """fortnight|a fortnight|two week|two weeks""",
        ("duration", "2 year"): """24 months|two years|two year|24 month""",
        ("frequency", "quarter"): """quarterly""",
        ("frequency", "month"): """monthly""",
        ("frequency", "week"): """weekly|jobless claims week""",
        ("frequency", "day"): """daily""",
        ("half", "1"): """first half|first six months|six months to june|six months ended june|opening half|front half|
            1h|h1|1st half""",
        ("half", "2"): """second half|last six months of the year|final six months|back half|2h|h2|2nd half""",
        ("quarter", "1"): """first three months|opening quarter|march quarter|three months to march|
            three months ended march|three months through march|january march quarter|january to march|january march""",
        ("quarter", "2"): """june quarter|three months to june|three months ended june|april to june|april june|
            april june quarter""",
        ("quarter", "3"): """september quarter|three months to september|three months ended september|
            july to september|july september|july september quarter""",
        ("quarter", "4"): """final quarter|closing quarter|december quarter|three months to december|
            three months ended december|october to december|october december|final three months|
            october december quarter""",
        ("quarter", "holiday"): """holiday quarter|holiday season|holiday shopping season""",
        ("season", "summer"): """summer""",
        ("season", "winter"): """winter""",
        ("season", "spring"): """this spring""",
        ("season", "autumn"): """autumn""",
        ("relative", "this year"): """of the year|this calendar year""",
        ("weekend", ""): """weekend|the weekend""",
    }.items()
    for text in " ".join(texts.split()).replace("| ", "|").split("|")
}  # fmt: skip
_MAX_WORDS: Final = max(text.count(" ") for text in _PHRASES) + 1
_LONG: Final = 3
_FIRST: Final = frozenset(text.split(" ", 1)[0] for text in _PHRASES)
_QUARTER: Final = re.compile(r"^(?:q([1-4])|([1-4])q)(?:fy)?(\d{2}|(?:19|20)\d{2})?$")
_FISCAL: Final = re.compile(r"^(?:fy|cy)(\d{2}|(?:19|20)\d{2})e?$")
_YEAR: Final = re.compile(r"^(?:19[5-9]|20[0-6])\d$")
_HALF: Final = re.compile(r"^(?:h([12])|([12])h)(\d{2}|(?:19|20)\d{2})?$")
_NOT_AFTER_YEAR: Final = frozenset(
    listed(
        """jobs points people employees million billion thousand trillion barrels shares contracts workers btc eth
        dollars percent"""
    )
)

PERIOD_WORDS: Final = frozenset(
    {
        *_FIRST,
        *_MONTHS,
        *_DAYS,
        *_DAY_SHORT,
        *_DAY_CASED,
        *(day + "s" for day in _DAYS),
        *_RELATIVE,
        *_ORDINALS,
        *_COUNTS,
        "fiscal",
        "fy",
    }
)
"""Words that may open a time."""
Found = tuple[tuple[Period, ...], int]


def read_period(tokens: Sequence[Token], at: int) -> Found | None:
    """Read the time that starts at `at`.

    Returns:
        What it names and the index after it, or None.
    """
    token = tokens[at]
    word = token.norm
    if word in _FIRST and (found := _phrase(tokens, at)):
        return found
    if token.kind == "alnum":
        return _code(word, at)
    if token.kind in {"iso", "slash"}:
        return _date(token, at)
    if token.number:
        return _from_number(tokens, at)
    if token.kind != "word":
        return None
    if word in _DAY_CASED and token.cap and at:
        word = _DAY_CASED[word]
    return _day(word, at) or _relative(tokens, at) or _ordinal(tokens, at) or _month(tokens, at) or _fiscal(tokens, at)


def long_phrase(tokens: Sequence[Token], at: int) -> Found | None:
    """Read a time of three words or more, which counts before what its first words may mean: ahead of the open."""
    if tokens[at].norm not in _FIRST:
        return None
    found = _phrase(tokens, at)
    return found if found is not None and found[1] - at >= _LONG else None


def _phrase(tokens: Sequence[Token], at: int) -> Found | None:
    words = [token.norm for token in tokens[at : at + _MAX_WORDS] if token.norm != "/"]
    slashed = len(tokens) > at + 1 and tokens[at + 1].norm == "/"
    for count in range(len(words), 0, -1):
        period = _PHRASES.get(" ".join(words[:count]))
        if period is not None and not (period[0] == "season" and tokens[at].cap and at):
            return (period,), at + count + (1 if slashed and count > 1 else 0)
    return None


def _code(word: str, at: int) -> Found | None:
    if match := _QUARTER.match(word):
        periods: tuple[Period, ...] = (("quarter", match[1] or match[2]),)
        return (periods + ((("year", _year(match[3])),) if match[3] else ())), at + 1
    if match := _FISCAL.match(word):
        return (("year", _year(match[1])),), at + 1
    if match := _HALF.match(word):
        half: tuple[Period, ...] = (("half", match[1] or match[2]),)
        return (half + ((("year", _year(match[3])),) if match[3] else ())), at + 1
    return None


def _year(digits: str) -> str:
    return digits if len(digits) > 2 else f"20{digits}"  # noqa: PLR2004 -- two digits


def _date(token: Token, at: int) -> Found | None:
    parts = re.split(r"[-/]", token.norm)
    if token.kind == "iso":
        return (("year", parts[0]), ("month", parts[1].lstrip("0")), ("date", parts[2].lstrip("0"))), at + 1
    return (("slash", "/".join(part.lstrip("0") for part in parts)),), at + 1


def _from_number(tokens: Sequence[Token], at: int) -> Found | None:
    token = tokens[at]
    following = [one.norm for one in tokens[at + 1 : at + 4]]
    first = following[0] if following else ""
    if token.currency or token.suffix not in {"", "st", "nd", "rd", "th"} or token.sign:
        return None
    if token.suffix == "" and _YEAR.match(token.value) and first not in _NOT_AFTER_YEAR:
        return (("year", token.value),), at + 1
    if token.suffix and token.value.isdigit() and first not in _MONTHS:
        return _counted(int(token.value), tokens, at + 1, ordinal=True) or ((("ordinal", token.value),), at + 1)
    if first in _MONTHS and token.value.isdigit() and int(token.value) <= 31:  # noqa: PLR2004 -- days of a month
        return (("month", _MONTHS[first]), ("date", token.value)), at + 2
    if token.value.replace(".", "").isdigit():
        return _counted(float(token.value), tokens, at + 1, ordinal=False)
    return None


def _counted(count: float, tokens: Sequence[Token], at: int, *, ordinal: bool) -> Found | None:
    """Read what follows a count: `-year`, `straight weeks`, `weeks in a row`, `quarter`."""
    if at < len(tokens) and tokens[at].norm == "fiscal":
        at += 1
    words = [token.norm for token in tokens[at : at + 4]] + [""] * 4
    unit, next_unit = _UNITS.get(words[0], ""), _UNITS.get(words[1]) or _EVERY.get(words[1], "")
    streak = f"{count:g} {(next_unit or 'time') if words[0] in _STREAK else unit}"
    if words[0] in _STREAK:
        return (("streak", streak),), at + (2 if next_unit else 1)
    if ordinal and words[0] in _EVERY:
        return (("nth", f"{count:g} {_EVERY[words[0]]}"),), at + 1
    if unit and (length := _streak_words(words)):
        return (("streak", streak),), at + length
    if not unit:
        return None
    if ordinal and unit == "quarter":
        return (("quarter", f"{count:g}"),), at + 1
    spell = "24 hour" if (unit, count, ordinal) == ("day", 1, False) else f"{count:g} {unit}"
    return (("nth" if ordinal else "duration", spell),), at + 1


def _streak_words(words: Sequence[str]) -> int:
    """Count the words of `weeks in a row`, `week running`, `day winning`; 0 where it is no streak."""
    if list(words[1:4]) == ["in", "a", "row"]:
        return 4
    if words[1] in {"running", *_STREAK}:
        return 2
    return int(words[1] in {"winning", "losing"})


def _day(word: str, at: int) -> Found | None:
    day = word[:-1] if word.endswith("s") and word[:-1] in _DAYS else _DAY_SHORT.get(word, word)
    return ((("weekday", day),), at + 1) if day in _DAYS else None


def _relative(tokens: Sequence[Token], at: int) -> Found | None:
    which = _RELATIVE.get(tokens[at].norm)
    if which is None or at + 1 >= len(tokens):
        return None
    unit = tokens[at + 1].norm
    if unit in {"day", "week", "month", "quarter", "year", "night", "session", "meeting", "decade"}:
        return (("relative", f"{which} {unit}"),), at + 2
    return None


def _ordinal(tokens: Sequence[Token], at: int) -> Found | None:
    word = tokens[at].norm
    number = _ORDINALS.get(word)
    if number is not None:
        if word == "second" and at + 1 < len(tokens) and tokens[at + 1].norm in {"largest", "biggest"}:
            return None
        found = _counted(number, tokens, at + 1, ordinal=True)
        if found is not None:
            return found
        return None if number == 1 else ((("ordinal", str(number)),), at + 1)
    count = _COUNTS.get(word)
    return None if count is None else _counted(count, tokens, at + 1, ordinal=False)


def _month(tokens: Sequence[Token], at: int) -> Found | None:
    token = tokens[at]
    month = _MONTHS.get(token.norm)
    if month is None:
        return None
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    has_day = (
        following is not None
        and following.number
        and not following.currency
        and following.suffix in {"", "st", "nd", "rd", "th"}
    )
    before = tokens[at - 1].norm if at else ""
    if (
        token.norm in _AMBIGUOUS_MONTHS
        and not (token.norm == "march" and token.cap and not token.upper)
        and not (
            has_day
            or before in _BEFORE_MONTH
            or (following is not None and following.norm in _AFTER_MONTH and token.cap)
        )
    ):
        return None
    if has_day and following is not None and following.value.isdigit() and int(following.value) <= 31:  # noqa: PLR2004 -- days of a month
        return (("month", month), ("date", following.value)), at + 2
    return (("month", month),), at + 1


def _fiscal(tokens: Sequence[Token], at: int) -> Found | None:
    if tokens[at].norm not in {"fiscal", "fy"} or at + 1 >= len(tokens):
        return None
    following = tokens[at + 1]
    return ((("year", _year(following.value)),), at + 2) if following.number and _YEAR.match(following.value) else None


def month_named(word: str) -> bool:
    """Tell whether a word can be the name of a month."""
    return word in _MONTHS
