"""The word tables, compiled once at import into one table of phrases."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product
from typing import Final

from forethought.domain.guard.inflect import forms, listed, spellings
from forethought.domain.guard.words import (
    certainty,
    companies,
    compounds,
    deals,
    direction,
    light,
    markets,
    negation,
    operations,
    ratings,
    results,
    rulings,
    topics,
    world,
)


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

_AXES: Final = (direction, results, deals, rulings, ratings, operations)
_STOCKS: Final = ("inventories", "stockpiles", "stocks", "stock levels")
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
    for pole, degree, phrases in _rows(direction.MOVE_PHRASES):
        for phrase in split(phrases):
            for text, form in inflected(phrase):
                yield text, (Mark(Kind.EVENT, "move", pole, form, degree),)
    for pole, degree, specs in _rows(direction.MOVE_VERBS):
        yield from _verb_forms(specs, "move", pole, degree)


def _compounds() -> Iterator[tuple[str, Marks]]:
    """Yield phrases that mean an event and what it happens to."""
    for axis, rest, phrases in _rows(compounds.COMPOUNDS):
        pole, _, topic = (part.strip() for part in rest.partition("/"))
        yield from _with(phrases, axis, pole, Mark(Kind.TOPIC, topic))
    for pole, _, phrases in _rows(direction.LEVELS):
        yield from _with(phrases, "level", pole)
    for good, _, aliases in _rows(compounds.STOCKED):
        for alias, stocks in product(split(aliases), _STOCKS):
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
    for pole, levels in (("beat", results.ABOVE), ("miss", results.BELOW), ("inline", results.LEVEL_WITH)):
        for level, whose, goal in product(split(levels), results.WHOSE.split("|"), results.GOALS.split()):
            yield from _with(f"{level} {whose} {goal}", "beat", pole)
    for pole, comparatives in (("beat", results.MORE_THAN), ("miss", results.LESS_THAN)):
        for word, expected in product(comparatives.split(), split(results.EXPECTED)):
            degree = "~" if word in {"better", "worse"} else ""
            yield f"{word} than {expected}", (Mark(Kind.EVENT, "beat", pole, degree=degree),)


def _records() -> Iterator[tuple[str, Marks]]:
    """Yield `touches a record high`."""
    for pole, records in (("high", direction.RECORDS), ("low", direction.RECORD_LOWS)):
        for verb, article, record in product(direction.REACH.split(), direction.ARTICLES, split(records)):
            for word, form in forms(verb):
                yield f"{word} {article}{record}", (Mark(Kind.EVENT, "extreme", pole, form),)


def _leaves() -> Iterator[tuple[str, Marks]]:
    """Yield `wins the green light`, and `approval to`, whose `to` makes no plan."""
    for verb, article, leave in product(rulings.WIN.split(), ("", "the ", "a "), split(rulings.GO_AHEAD)):
        for (word, _), to in product(forms(verb), ("", " to")):
            yield f"{word} {article}{leave}{to}", (Mark(Kind.EVENT, "verdict", "yes", "w"),)
    for leave in split(rulings.LEAVE):
        yield f"{leave} to", (Mark(Kind.EVENT, "verdict", "yes"),)


def _rulings() -> Iterator[tuple[str, Marks]]:
    """Yield `judge rules against`, with who rules; `rules` alone may be laws."""
    court = Mark(Kind.DESCRIPTOR, "court")
    poles = {"": "", " against": "no", " for": "yes", " in favor of": "yes", " in favour of": "yes"}
    for judge, verb, (side, pole) in product(split(rulings.JUDGES), ("rules", "ruled", "has ruled"), poles.items()):
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
    """Yield everything but names; where a phrase stands in several tables, what comes first here counts."""
    yield from _compounds()
    for name, phrases in certainty.CERTAINTY.items():
        yield from _plain(phrases, Kind.CERTAINTY, name)
    yield from _plain(negation.NEGATIONS, Kind.NEGATION)
    for axis in _AXES:
        yield from _events(axis.PHRASES)
    yield from _built()
    for axis in _AXES:
        yield from _events(axis.OPTIONAL, optional=True)
    for name, phrases in topics.TOPICS.items():
        yield from _plain(phrases, Kind.TOPIC, name)
    yield from _moves()
    for axis in _AXES:
        yield from _verbs(axis.VERBS)
    for name, phrases in topics.DESCRIPTORS.items():
        yield from _plain(phrases, Kind.DESCRIPTOR, name)
    for degree, phrases in light.DEGREES.items():
        yield from _plain(phrases, Kind.DEGREE, degree=degree)
    yield from _plain(light.HARD_BOUNDS, Kind.BOUND)
    yield from _plain(light.LIGHT, Kind.LIGHT)
    yield from _plain(light.COMMON, Kind.COMMON)


def _names() -> Iterator[tuple[str, list[str], list[str]]]:
    tables = (
        markets.CRYPTO,
        markets.COMMODITIES,
        markets.CURRENCIES,
        markets.INDICES,
        markets.INSTITUTIONS,
        world.PLACES,
        world.PEOPLE,
        companies.COMPANIES,
        world.LOCAL_PLACES,
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
    for axis, rest, words in (row for table in _AXES for row in _rows(table.GAPPED)):
        pole, _, voice = (part.strip() for part in rest.partition("/"))
        verbs, _, nouns = words.partition(">")
        for spec in verbs.split():
            verb, _, particle = spec.partition("_")
            for word, form in forms(verb):
                table.setdefault(word, []).append(
                    (frozenset(nouns.split()), Mark(Kind.EVENT, axis, pole, voice or form), particle)
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
    for outlet in split(light.OUTLETS):
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
    for line in (world.PLACES + world.LOCAL_PLACES).strip().splitlines()
    if line and not line.startswith(" ")
)
LONGEST: Final = _longest(PHRASES)
"""First word to the length of its longest phrase."""
CASED_LONGEST: Final = _longest(CASED)


_VERB_TABLES: Final = (*(axis.VERBS for axis in _AXES), direction.MOVE_VERBS)
BASES: Final = frozenset(
    text
    for table in (
        *(axis.VERBS for axis in _AXES),
        direction.MOVE_VERBS,
        f"plain: {' '.join(certainty.PLAIN_VERBS.split())}",
    )
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
