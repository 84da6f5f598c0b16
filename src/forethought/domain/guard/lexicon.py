"""The word tables, compiled once at import into one table of phrases."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product
from typing import Final

from forethought.domain.guard import (
    lexicon_cues as cu,
    lexicon_desks as dk,
    lexicon_events as ev,
    lexicon_markets as mk,
    lexicon_more as mo,
    lexicon_words as wd,
    lexicon_world as wo,
)
from forethought.domain.guard.inflect import forms, listed, spellings
from forethought.domain.guard.lexicon_companies import COMPANIES


class Kind(Enum):
    """What a word does in a sentence."""

    NAME = auto()
    EVENT = auto()
    TOPIC = auto()
    DESCRIPTOR = auto()
    LIGHT = auto()
    DEGREE = auto()
    NEGATION = auto()
    CERTAINTY = auto()
    BOUND = auto()
    COMMON = auto()
    TICKER = auto()
    WORD = auto()
    JOIN = auto()


@dataclass(frozen=True, slots=True)
class Mark:
    """One meaning of a phrase."""

    kind: Kind
    name: str = ""
    pole: str = ""
    form: str = "n"
    """Of an event: `b` base, `s` third person, `d` past, `g` -ing, `n` a noun or a fixed phrase, `w` an active verb
    whose subject is the one it happens to: wins approval."""
    degree: str = ""
    """Of a move: `+` large, `-` small. Of a beat or a miss: `~` where it depends on whether less is better."""
    optional: bool = False


Marks = tuple[Mark, ...]
_BOUND: Final = Mark(Kind.BOUND)
_LIGHT: Final = Mark(Kind.LIGHT)

_LAYOFF: Final = """*lay off|layoffs|layoff|job cuts|job cut|redundancies|job losses|*cut jobs|*axe jobs|*shed jobs|
*slash jobs|*eliminate jobs|*trim jobs|workforce reduction|workforce reductions|*cut staff|*cut workforce|staff cuts|
*reduce workforce|
*fire workers|*fire staff|*fire employees|*axe workers|retrenchment|retrenchments|*cull jobs|*slash workforce|
workforce cuts|headcount cuts|
*dismiss workers|*dismiss employees|*dismiss staff|*trim workforce|*cut headcount|*reduce headcount|*make redundant|
job reductions|staff reductions|staffing cuts|headcount reduction|headcount reductions|downsizing|pink slips|
workforce cut|*cut positions|*cut roles|*cut employees|*cut workers|*eliminate positions|*eliminate roles|*shed staff|
*shed workers|*shed workforce|*trim staff|*trim headcount|*slash headcount|*slash staff|*axe staff|*axe positions|
*axe roles|*hand out pink slips|*thin ranks|*ax jobs|*retrench|*furlough|furloughs|*shrink workforce|*shrink headcount|
*pare workforce|*pare jobs|*cull workforce|position cuts|positions cut|redundancy"""
_PAY_RISE: Final = """pay rise|pay raise|pay hike|pay increase|pay rises|pay hikes|pay raises|pay increases|wage hike|
wage rise|wage increase|wage hikes|wage rises|wage increases|salary increase|pay growth|wage growth|pay gains|
wage gains"""
_PAY_CUT: Final = "pay cut|pay cuts|wage cut|wage cuts|salary cut|salary cuts"
_MOVE_HOUSE: Final = """*move headquarters|*move hq|*move its headquarters|*shift headquarters|*move base|*shift base|
*move head office|*move its hq|*shift hq"""
_MORE_STRICT: Final = """stricter rules|tougher rules|tighter rules|stricter regulation|tougher regulation|
tighter regulation|stricter regulations|tougher regulations|tighter regulations|stricter controls|tougher controls|
tighter controls|stricter oversight|tougher oversight|tighter oversight|stricter limits|tougher limits|tighter limits"""
_LESS_STRICT: Final = """looser rules|laxer rules|softer rules|easier rules|looser regulation|lighter regulation|
looser regulations|lighter regulations|looser controls|lighter rules|lighter oversight|looser oversight|looser limits"""
_STORED: Final = {
    "oil": "crude|crude oil|oil|us crude|us crude oil|us oil",
    "gasoline": "gasoline|petrol",
    "natgas": "natural gas|natgas",
    "copper": "copper|lme copper",
    "aluminium": "aluminium|aluminum",
    "wheat": "wheat",
    "corn": "corn",
    "soybean": "soybean",
    "coffee": "coffee",
    "cocoa": "cocoa",
    "sugar": "sugar",
}
"""Goods whose stocks are no shares."""
_RATE_HOLD: Final = """*hold rates|*hold interest rates|*keep rates unchanged|*leave rates unchanged|
*keep rates steady|*hold rates steady|*keep rates on hold|
*leave interest rates unchanged|*keep interest rates unchanged|*keep interest rates on hold|*maintain rates|
*hold interest rates steady|*stand pat on rates|
*leave rates on hold|*leave rates steady|rate hold|*keep interest rates steady|*hold borrowing costs|
*leave borrowing costs unchanged|*leave benchmark rate unchanged|
*keep benchmark rate unchanged|*keep policy rate unchanged|rate pause"""
_LEVELS: Final = {
    "up": "above|*top|*surpass|*exceed|beyond|*outpace|*overshoot|higher than|*climb past|past",
    "down": "below|under|beneath|lower than|shy of|*undershoot",
}
LEVEL_VERBS: Final = frozenset(
    word for base in ("top+", "surpass", "exceed", "outpace", "overshoot", "undershoot") for word, _ in forms(base)
)


def words_of(phrase: str) -> str:
    """Bring a table's phrase to the form in which texts are looked up: no hyphens, points or possessives."""
    parts = phrase.replace("-", " ").split()
    return " ".join(part if part in _KEEP else _bare(part) for part in parts)


_KEEP: Final = frozenset({"s&p", "&", "opec+"})


def _bare(part: str) -> str:
    part = part.removesuffix("'s")
    if part.count(".") > 1 or (part.count(".") == 1 and part.endswith(".")):
        part = part.replace(".", "")
    return part.replace(".", " ").replace("+", "")


def split(table: str) -> Iterator[str]:
    """Yield the phrases of a table."""
    for phrase in table.replace("\n", " ").split("|"):
        if text := " ".join(phrase.split()):
            yield text


def inflected(phrase: str) -> Iterator[tuple[str, str]]:
    """Yield a phrase's forms with their kind; only a phrase that starts with `*` has more than one."""
    if not phrase.startswith("*"):
        yield phrase, "n"
        return
    first, _, rest = phrase[1:].partition(" ")
    for word, form in forms(_IRREGULAR.get(first, first)):
        yield f"{word} {rest}".strip(), form


_IRREGULAR: Final = {
    word.split("(")[0].rstrip("+"): word
    for word in listed(
        """fall(fell/fallen) rise(rose/risen) sell(sold) buy(bought) take(took/taken) give(gave/given) come(came)
    go(went/gone) make(made) get(got/gotten) hit+(hit) cut+(cut) set+(set) keep(kept) leave(left) hold(held)
    lose(lost) win(won) break(broke/broken) build(built) begin+(began/begun) bring(brought) put+(put) let+(let)
    shut+(shut) run+(ran/run) speed(sped) swing(swung) stand(stood) withdraw(withdrew/withdrawn)
    draw(drew/drawn) grow(grew/grown) see(saw/seen) find(found) say(said) tell(told) speak(spoke/spoken)
    shrink(shrank/shrunk) pay(paid) drive(drove/driven) become(became/become) think(thought) hear(heard)
    strike(struck) stick(stuck) wind(wound) fly(flew/flown) send(sent) meet(met) beat(beat/beaten)
    throw(threw/thrown) shoot(shot) tear(tore/torn) rip+ drop+ step+ slip+ snap+ trim+ stop+ ship+ plan+ scrap+
    sign top+ pick ramp+ bet+(bet) lie lay(laid) lag+ sag+ slap+ join bail hinge wrap+
    undergo(underwent/undergone) steal(stole/stolen) overtake(overtook/overtaken) fuel lead(led) seek(sought)
    foresee(foresaw/foreseen) opt+ dip+ undershoot(undershot) be(been/is/was) rid nod+ commit+ forgo(forwent)
    kick spur+ log+ quit+(quit) swear(swore/sworn) overshoot(overshot) shrug+ flee(fled) bleed(bled)
    understand(understood) bid+(bid) renege drag+ dig have(had) signal pin+ tank admit+ wane"""
    )
}


def _rows(table: str) -> Iterator[tuple[str, str, str]]:
    """Yield `(axis, pole, words)` of a table; an indented line continues the one before."""
    for row in re.split(r"\n(?! )", table.strip("\n")):
        key, _, words = row.partition(":")
        first, _, second = key.partition("/")
        yield first.strip(), second.strip(), words


def _events(table: str, *, optional: bool = False) -> Iterator[tuple[str, Marks]]:
    for axis, pole, phrases in _rows(table):
        for phrase in split(phrases):
            for text, form in inflected(phrase):
                degree = "~" if axis == "beat" and text.startswith(("better", "worse")) else ""
                yield text, (Mark(Kind.EVENT, axis, pole, form, degree, optional),)


def _verbs(table: str) -> Iterator[tuple[str, Marks]]:
    for axis, pole, specs in _rows(table):
        yield from _verb_forms(specs, axis, pole, "")


def _verb_forms(specs: str, axis: str, pole: str, degree: str) -> Iterator[tuple[str, Marks]]:
    for spec in specs.split():
        verb, _, particle = spec.partition("_")
        for word, form in forms(verb):
            text = f"{word} {particle.replace('_', ' ')}".strip()
            yield text, (Mark(Kind.EVENT, axis, pole, form, degree),)


def _moves() -> Iterator[tuple[str, Marks]]:
    for pole, degree, phrases in (*_rows(ev.MOVE_PHRASES), *_rows(dk.MOVES), *_rows(mo.MOVES)):
        for phrase in split(phrases):
            for text, form in inflected(phrase):
                yield text, (Mark(Kind.EVENT, "move", pole, form, degree),)
    for pole, degree, specs in (*_rows(ev.MOVE_VERBS), *_rows(dk.VERBS)):
        yield from _verb_forms(specs, "move", pole, degree)


def _special() -> Iterator[tuple[str, Marks]]:
    """Yield phrases that mean an event and what it happens to."""
    jobs, rate = Mark(Kind.TOPIC, "jobs"), Mark(Kind.TOPIC, "rate")
    yield from _with(_LAYOFF, "move", "down", jobs)
    yield from _with(_RATE_HOLD, "move", "flat", rate)
    for pole, phrases in _LEVELS.items():
        yield from _with(phrases, "level", pole)
    yield from _with("trade deficit|trade gap", "balance", "deficit", Mark(Kind.TOPIC, "trade balance"))
    yield from _with("trade surplus", "balance", "surplus", Mark(Kind.TOPIC, "trade balance"))
    yield from _with("economy contracts|gdp contracts", "move", "down", Mark(Kind.TOPIC, "gdp"))
    yield from _with("activity contracts|sector contracts", "move", "down", Mark(Kind.TOPIC, "pmi"))
    wages, law = Mark(Kind.TOPIC, "wages"), Mark(Kind.TOPIC, "law")
    yield from _with(_PAY_RISE, "move", "up", wages)
    yield from _with(_PAY_CUT, "move", "down", wages)
    yield from _with(_MORE_STRICT, "ban", "ban", law)
    yield from _with(_LESS_STRICT, "ban", "unban", law)
    yield from _with(_MOVE_HOUSE, "place", "go", Mark(Kind.TOPIC, "headquarters"))
    yield from _with("new cfo|new finance chief|new chief financial officer", "member", "join", Mark(Kind.TOPIC, "cfo"))
    for good, aliases in _STORED.items():
        for alias, stocks in product(split(aliases), ("inventories", "stockpiles", "stocks", "stock levels")):
            yield f"{alias} {stocks}", (Mark(Kind.NAME, good), Mark(Kind.TOPIC, "inventory"))


def _built() -> Iterator[tuple[str, Marks]]:
    """Yield phrases that follow a pattern."""
    yield from _against_estimates()
    yield from _records()
    yield from _leaves()
    yield from _rulings()
    planned = Mark(Kind.CERTAINTY, "planned")
    for who in ("it", "they", "he", "she", "that it"):
        yield f"said {who} would", (_BOUND, planned)


def _against_estimates() -> Iterator[tuple[str, Marks]]:
    """Yield `above analysts' estimates`, `stronger than forecast`."""
    for pole, levels in (("beat", dk.ABOVE), ("miss", dk.BELOW), ("inline", dk.LEVEL_WITH)):
        for level, whose, goal in product(split(levels), dk.WHOSE.split("|"), dk.GOALS.split()):
            yield from _with(f"{level} {whose} {goal}", "beat", pole)
    for pole, comparatives in (("beat", dk.MORE_THAN), ("miss", dk.LESS_THAN)):
        for word, expected in product(comparatives.split(), split(dk.EXPECTED)):
            degree = "~" if word in {"better", "worse"} else ""
            yield f"{word} than {expected}", (Mark(Kind.EVENT, "beat", pole, degree=degree),)


def _records() -> Iterator[tuple[str, Marks]]:
    """Yield `touches a record high`."""
    for pole, records in (("high", dk.RECORDS), ("low", dk.RECORD_LOWS)):
        for verb, article, record in product(dk.REACH.split(), dk.ARTICLES, split(records)):
            for word, form in forms(verb):
                yield f"{word} {article}{record}", (Mark(Kind.EVENT, "extreme", pole, form),)


def _leaves() -> Iterator[tuple[str, Marks]]:
    """Yield `wins the green light`, and `approval to`, whose `to` makes no plan."""
    for verb, article, leave in product(dk.WIN.split(), ("", "the ", "a "), split(dk.GO_AHEAD)):
        for (word, _), to in product(forms(verb), ("", " to")):
            yield f"{word} {article}{leave}{to}", (Mark(Kind.EVENT, "verdict", "yes", "w"),)
    for leave in split(dk.LEAVE):
        yield f"{leave} to", (Mark(Kind.EVENT, "verdict", "yes"),)


def _rulings() -> Iterator[tuple[str, Marks]]:
    """Yield `judge rules against`, with who rules; `rules` alone may be laws."""
    court = Mark(Kind.DESCRIPTOR, "court")
    poles = {"": "", " against": "no", " for": "yes", " in favor of": "yes", " in favour of": "yes"}
    for judge, verb, (side, pole) in product(split(dk.JUDGES), ("rules", "ruled", "has ruled"), poles.items()):
        event = (Mark(Kind.EVENT, "verdict", pole, "d" if verb != "rules" else "s"),) if pole else ()
        yield f"{judge} {verb}{side}", (*event, court)


def _with(phrases: str, axis: str, pole: str, *topics: Mark) -> Iterator[tuple[str, Marks]]:
    for phrase in split(phrases):
        for text, form in inflected(phrase):
            yield text, (Mark(Kind.EVENT, axis, pole, form), *topics)


def _plain(phrases: str, kind: Kind, name: str = "", degree: str = "") -> Iterator[tuple[str, Marks]]:
    mark = (Mark(kind, name, degree=degree),)
    for phrase in split(phrases):
        for text, _ in inflected(phrase):
            yield text, mark


def _words() -> Iterator[tuple[str, Marks]]:
    yield from _special()
    for name, phrases in cu.CERTAINTY.items():
        yield from _plain(phrases, Kind.CERTAINTY, name)
    yield from _plain(cu.NEGATIONS, Kind.NEGATION)
    yield from _events(mo.PHRASES)
    yield from _plain(mo.LIGHT, Kind.LIGHT)
    yield from _events(ev.PHRASES)
    yield from _built()
    yield from _events(dk.PHRASES)
    yield from _events(ev.OPTIONAL_PHRASES, optional=True)
    yield from _events(dk.OPTIONAL_PHRASES, optional=True)
    for name, phrases in wd.TOPICS.items():
        yield from _plain(phrases, Kind.TOPIC, name)
    yield from _moves()
    yield from _verbs(ev.VERBS)
    for name, phrases in wd.DESCRIPTORS.items():
        yield from _plain(phrases, Kind.DESCRIPTOR, name)
    for degree, phrases in cu.DEGREES.items():
        yield from _plain(phrases, Kind.DEGREE, degree=degree)
    yield from _plain(cu.HARD_BOUNDS, Kind.BOUND)
    yield from _plain(wd.LIGHT, Kind.LIGHT)
    yield from _plain(wd.COMMON, Kind.COMMON)


def _names() -> Iterator[tuple[str, list[str], list[str]]]:
    tables = (
        mk.CRYPTO,
        mk.COMMODITIES,
        mk.CURRENCIES,
        mk.INDICES,
        mk.INSTITUTIONS,
        wo.PLACES,
        wo.PEOPLE,
        COMPANIES,
        mo.AGENCIES,
        mo.LOCAL_PLACES,
    )
    for line in re.split(r"\n(?! )", "\n".join(tables)):
        if line.strip():
            name, _, rest = line.partition(": ")
            aliases, _, tickers = rest.partition("#")
            yield name, list(split(aliases)), tickers.split()


def _first(entries: Iterable[tuple[str, Marks]]) -> dict[str, Marks]:
    table: dict[str, Marks] = {}
    for text, marks in entries:
        table.setdefault(words_of(text), marks)
    return table


def _gapped() -> dict[str, list[tuple[frozenset[str], Mark, str]]]:
    table: dict[str, list[tuple[frozenset[str], Mark, str]]] = {}
    for verbs, nouns, axis, pole, *voice in (*mo.GAPPED, *ev.GAPPED, *dk.GAPPED):
        for spec in verbs.split():
            verb, _, particle = spec.partition("_")
            for word, form in forms(verb):
                table.setdefault(word, []).append(
                    (frozenset(nouns.split()), Mark(Kind.EVENT, axis, pole, voice[0] if voice else form), particle)
                )
    return table


GAPPED: Final = _gapped()
"""Form of a verb to the nouns that, a few words on, make one event with it, and the word that must follow it."""


def _compile() -> tuple[dict[str, Marks], dict[str, Marks], dict[str, str], dict[str, str]]:
    table: dict[str, Marks] = {}
    cased: dict[str, Marks] = {}
    tickers: dict[str, str] = {}
    cashtags: dict[str, str] = {}
    for name, aliases, symbols in _names():
        mark = (Mark(Kind.NAME, name),)
        for alias in aliases:
            (cased if alias.startswith("^") else table).setdefault(words_of(alias.lstrip("^")), mark)
        for symbol in symbols:
            cashtags.setdefault(symbol.lstrip("^"), name)
            if not symbol.startswith("^"):
                tickers.setdefault(symbol, name)
    for outlet in split(wd.OUTLETS):
        table.setdefault(words_of(outlet), (_LIGHT,))
    for text, marks in _first(_words()).items():
        table.setdefault(text, marks)
    for verb in GAPPED:
        table.setdefault(verb, (Mark(Kind.COMMON),))
    for text, marks in list(table.items()):
        for spelling in spellings(text):
            table.setdefault(spelling, marks)
    return table, cased, tickers, cashtags


PHRASES, CASED, TICKERS, CASHTAGS = _compile()
"""Phrase to marks; phrases that need a capital; symbols that stand alone; symbols after `$` or an exchange."""


def _longest(table: dict[str, Marks]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in table:
        first = phrase.split(" ", 1)[0]
        longest[first] = max(longest.get(first, 1), phrase.count(" ") + 1)
    return longest


PLACE_NAMES: Final = frozenset(
    line.partition(":")[0]
    for line in (wo.PLACES + mo.LOCAL_PLACES).strip().splitlines()
    if line and not line.startswith(" ")
)
LONGEST: Final = _longest(PHRASES)
"""First word to the length of its longest phrase."""
CASED_LONGEST: Final = _longest(CASED)


BASES: Final = frozenset(
    text
    for table in (ev.VERBS, ev.MOVE_VERBS, dk.VERBS, f"plain: {' '.join(cu.PLAIN_VERBS.split())}")
    for _, _, specs in _rows(table)
    for text, marks in _verb_forms(specs, "", "", "")
    if marks[0].form == "b"
)
"""Base forms, also of verbs that another meaning hides: `to lower`."""
EXCHANGES: Final = frozenset(
    listed(
        """nasdaq nyse nysearca nysemkt amex otc otcmkts otcqb otcqx otcbb tsx tsxv lse lon asx crypto nasdaqgs
    nasdaqgm nasdaqcm cboe hkex hkg hkse six bme fra xetra nse bse euronext epa ams bit tyo tse bats aim jse sgx
    krx lse cve etr sto"""
    )
)
