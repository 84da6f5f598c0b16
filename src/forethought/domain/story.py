"""Which reports tell the same story, so that one deliberation answers all of them.

Reports of one event come within seconds and in other words each time. Within seconds two reports on one asset are far
likelier to be about one event than days later, so less must be recognised in both than for the reuse of a precedent.
What contradicts is still forbidden: the answer that all of them get was thought out for the first of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, permutations, product
from typing import Final

from forethought.domain.guard import Alignment, Event, Facts, Number, Refusal, compare
from forethought.domain.guard.kinds import KINDS, could_turn
from forethought.domain.guard.lexicon_world import IMPLIED, INCIDENTAL
from forethought.domain.guard.pairing import pair_numbers, stands_for

NEAR_COSINE: Final = 0.4
"""A text farther than this from every wording never joins, so the board may be filtered by it. In the development half
of `stories.jsonl` each of 187 wordings is nearer to one that came before; a higher bound only opened more stories."""
_ONE_WORDING: Final = 0.5
"""From this share of common words on (Jaccard) the difference is what a word or two say, and the guard decides. Of
the guard's minimal pairs, 2,652 that contradict (both ways round), `joins` takes 14, and 114 without this rule."""

_FREE_TOPICS: Final = frozenset({"share", "price"})
_TOPICS: Final = {"output cut": "output", "supply": "output"}
"""Topics that wires use for each other."""
_BACKGROUND: Final = frozenset({"pact", "war"})
"""Axes that say nothing by themselves: an agreement to do what, a missile contract."""
_UNDOING: Final = frozenset(
    {
        ("ban", "ban"),
        ("ban", "unban"),
        ("bankrupt", "emerge"),
        ("debt", "repay"),
        ("hack", "return"),
        ("impose", "lift"),
        ("impose", "remove"),
        ("list", "delist"),
        ("pact", "break"),
        ("probe", "probe"),
        ("run", "go"),
        ("run", "stop"),
        ("sanction", "off"),
        ("strike", "off"),
        ("suit", "settle"),
        ("support", "against"),
        ("threat", "threat"),
        ("time", "extend"),
        ("verdict", "no"),
        ("war", "peace"),
        ("win", "lose"),
    }
)
"""What turns another event round or falls short of it: suspends the buyback, threatens tariffs."""
_MISHAPS: Final = frozenset({"bankrupt", "debt", "hack", "probe", "recall", "strike", "suit"})
_RELIEF: Final = frozenset({("member", "leave"), ("move", "up"), ("verdict", "yes")})
"""In one clause with a mishap it is the end of it: recovers what was stolen, is cleared in the probe, exits default."""
_RUNS: Final = {("run", "stop"), ("run", "go")}
_FISCAL: Final = frozenset({"quarter", "half"})
_WHOLES: Final = frozenset({"year", "half"})
_SHORT_OF_FACT: Final = re.compile(
    r"\b(?:consider(?:s|ed|ing)?|weigh(?:s|ing)|mull(?:s|ing)?|suspects?|alleges?|wants?|urges?|recommend(?:s|ed)?"
    r"|proposes?|set to|poised to|about to|advis[eo]rs?|panel|prepar(?:es|ing)|lean(?:s|ing) toward|wrong)\b"
)
"""Words of a step before the event, or of another's view of it, that the guard's table of certainty leaves out."""
_REPORTED: Final = re.compile(r"\bsa(?:id|ys)(?: on \w+)? (?:it|he|she|they) would\b")
"""`said on Tuesday it would cut` is `will cut` in reported speech; the guard reads `would` as a mere possibility."""
_ROUNDING_FRAC: Final = 0.02
"""As the guard's tolerance: 42 and 42.5 million, but not 1 and 1.4 billion."""
_SHARES: Final = frozenset({"%", "pp", "x"})
_ONE_SIZE: Final = 100.0
"""Amounts farther apart than this factor measure other things: a profit per share, a revenue."""


def joins(asked: Facts, told: Sequence[Facts], similarities: Sequence[float | None]) -> bool:
    """Tell whether a report only repeats a story.

    It does when it is near to one wording, contradicts none of them (so a story cannot drift from wording to wording),
    shares subject and event with one, and says nothing of weight that nobody has told: a first figure opens a story
    of its own, because the deliberation under way does not know it. A wording that tells less may join.

    Args:
        asked: The new report.
        told: Every wording of the story, in the order of their coming; read for the same asset.
        similarities: Cosines of the news vectors of `asked` and of each of `told`; `None` where one was not encoded,
            then the guard must find a positive match.
    """
    if any(asked.key == one.key and asked.asset == one.asset for one in told):
        return True
    if not told or any(facts.fault is not None for facts in (asked, *told)):
        return False
    return (
        any(_near(asked, one, cosine) for one, cosine in zip(told, similarities, strict=True))
        and not any(_against(asked, one) for one in told)
        and not _tells_more(asked, told)
        and any(_same_subject(asked, one) and _same_event(asked, one) for one in told)
    )


def _near(asked: Facts, one: Facts, cosine: float | None) -> bool:
    if cosine is not None:
        return cosine >= NEAR_COSINE
    finding = compare(asked, one)
    return finding.passed and finding.alignment is not Alignment.WEAK


def _against(a: Facts, b: Facts) -> bool:
    """Tell whether two reports contradict: the cheap and frequent reasons first."""
    return (
        a.asset != b.asset
        or _certainty(a) != _certainty(b)
        or a.loose_negations != b.loose_negations
        or _other_period(a, b)
        or _other_figure(a, b)
        or _other_name(a, b)
        or _opposite(a, b)
        or _undone(a, b)
        or _other_party(a, b)
        or _other_topic(a, b)
        or _turned(a, b)
        or _edited(a, b)
    )


# --- how sure, when, how much ---------------------------------------------------------------------------------------


def _certainty(facts: Facts) -> set[str]:
    """Return how sure a report is; a plan that is announced (`to cut`) is told as done by others."""
    found = set(facts.certainties) - {"planned"}
    if _REPORTED.search(facts.key):
        found.discard("possible")
    return found | set(_SHORT_OF_FACT.findall(facts.key))


def _other_period(a: Facts, b: Facts) -> bool:
    only_a, only_b = a.periods - b.periods, b.periods - a.periods
    if not only_a or not only_b:
        return False
    if any(one[0] == other[0] != "frequency" for one in only_a for other in only_b):
        return True
    for mine, theirs in ((only_a, only_b), (only_b, only_a)):
        whole = any(kind in _WHOLES or (kind, value) == ("frequency", "year") for kind, value in mine)
        if whole and any(kind == "quarter" for kind, _ in theirs):
            return True
    return False


def _other_figure(a: Facts, b: Facts) -> bool:
    percent = "rate" in a.topics and "rate" in b.topics
    left_a, left_b, order = pair_numbers(a.numbers, b.numbers, points_are_percent=percent)
    return bool(order) or any(_conflict(one, other) for one in left_a for other in left_b)


def _conflict(one: Number, other: Number) -> bool:
    """Tell whether two figures that do not agree measure the same thing."""
    if one.role and other.role and one.role != other.role:
        return _rounded(one, other)  # by 5 % and to 5 %
    if (one.unit in _SHARES) != (other.unit in _SHARES):
        return False
    low, high = sorted((abs(one.value), abs(other.value)))
    if one.unit and other.unit and one.unit != other.unit:
        return low == high  # 1.2 billion kronor and dollars
    if _rounded(one, other):
        return False
    return high <= _ONE_SIZE * low or one.unit in _SHARES


def _rounded(one: Number, other: Number) -> bool:
    """Tell whether two figures may be one, cut or rounded to other digits."""
    gap, size = abs(one.value - other.value), max(abs(one.value), abs(other.value))
    signs, units = {one.sign, other.sign} - {""}, {one.unit, other.unit} - {""}
    return len(signs) < 2 and len(units) < 2 and gap <= min(max(one.half, other.half), _ROUNDING_FRAC * size)  # noqa: PLR2004 -- both say it


def _shared_figures(a: Facts, b: Facts) -> int:
    left_a, left_b, _ = pair_numbers(a.numbers, b.numbers, points_are_percent=True)
    again = sum(any(_rounded(one, other) for other in left_b) for one in left_a)
    return len(a.numbers) - len(left_a) + again


# --- who ------------------------------------------------------------------------------------------------------------


def _other_name(a: Facts, b: Facts) -> bool:
    """Tell whether a name stands in another's place, also one that no table knows."""
    for one, other in product(set(a.names) - set(b.names), set(b.names) - set(a.names)):
        implied = other in IMPLIED.get(one, ()) or one in IMPLIED.get(other, ())
        if KINDS.get(one) == KINDS.get(other) and not implied and not stands_for(one, other):
            return True
    if any(KINDS.get(name) == "company" for name in set(a.names) & set(b.names)):
        return False
    return bool(_strange(a) - set(b.words)) and bool(_strange(b) - set(a.words))


def _strange(facts: Facts) -> set[str]:
    """Return the unexplained words that may be names; without small letters each of them may be."""
    return set(facts.order) & set(facts.words)


def _other_party(a: Facts, b: Facts) -> bool:
    """Tell whether the same thing happens to somebody else."""
    for event in a.events:
        like = [other for other in b.events if _what(other) == _what(event)]
        if like and all(_parties_clash(event, other, a, b) for other in like):
            return True
    return False


def _parties_clash(one: Event, other: Event, a: Facts, b: Facts) -> bool:
    slots = ((one.subject, other.subject), (one.object, other.object))
    return any(_clash(mine, theirs, a, b) for mine, theirs in slots)


def _clash(mine: str | None, theirs: str | None, a: Facts, b: Facts) -> bool:
    if mine is None or theirs is None or mine == theirs or "US" in {mine, theirs} or stands_for(mine, theirs):
        return False
    return mine.lstrip("~") not in (*b.names, *b.words) and theirs.lstrip("~") not in (*a.names, *a.words)


def _turned(a: Facts, b: Facts) -> bool:
    """Tell whether the parties have changed places, by the events or, where these leave it open, by their order."""
    for one, other in product(a.events, b.events):
        pair = (one.subject, one.object)
        swapped = _what(one) == _what(other) and one.axis not in _BACKGROUND and pair == (other.object, other.subject)
        if swapped and one.subject and one.object and could_turn(one.axis, one.subject, one.object):
            return True
    order_a, order_b = _named(a), _named(b)
    parties = {
        party.lstrip("~") for event in (*a.events, *b.events) for party in (event.subject, event.object) if party
    }
    place = {name: order_b.index(name) for name in order_a if name in order_b and (name in KINDS or name in parties)}
    if len(place) < 2 or all(x < y for x, y in pairwise(place.values())):  # noqa: PLR2004 -- nothing to put in order
        return False
    explained = {
        _nation(name.lstrip("~"))
        for one, other in _mates(a, b)
        for name in {one.subject, one.object} & {other.subject, other.object}
        if name is not None
    }
    return any(
        place[one] > place[other] and KINDS.get(one) == KINDS.get(other) and not {one, other} & explained
        for here, one in enumerate(place)
        for other in list(place)[here + 1 :]
    )


def _named(facts: Facts) -> list[str]:
    return list(dict.fromkeys(map(_nation, facts.order)))


def _nation(name: str) -> str:
    """Return the United States for those who speak for it: `Trump hits China`, `US hits China`."""
    return "US" if "US" in IMPLIED.get(name, ()) else name


# --- what -----------------------------------------------------------------------------------------------------------


def _what(event: Event) -> tuple[str, str, bool]:
    return event.axis, event.pole, event.negated


def _topics(facts: Facts) -> set[str]:
    return {_TOPICS.get(topic, topic) for topic in facts.topics} - _FREE_TOPICS


def _same_topic(one: str | None, other: str | None) -> bool:
    return one is None or other is None or _TOPICS.get(one, one) == _TOPICS.get(other, other)


def _mates(a: Facts, b: Facts) -> Iterator[tuple[Event, Event]]:
    """Yield the events that both tell: of one topic, or of one party where the reports have a topic in common."""
    common = bool(_topics(a) & _topics(b))
    for one, other in product(a.events, b.events):
        if _what(one) != _what(other) or _parties_clash(one, other, a, b):
            continue
        parties = {one.subject, one.object} & {other.subject, other.object} - {None}
        if _same_topic(one.topic, other.topic) or len(parties) > 1 or (common and parties - INCIDENTAL):
            yield one, other


def _opposite(a: Facts, b: Facts) -> bool:
    for mine, theirs in ((a, b), (b, a)):
        if any(_has_rival(event, theirs.events) for event in mine.events):
            return True
        if "output cut" in mine.topics and any(  # the one topic that has a direction
            event.axis == "move" and event.pole != "down" and _TOPICS.get(event.topic or "", event.topic) == "output"
            for event in theirs.events
        ):
            return True
    return False


def _has_rival(event: Event, there: Sequence[Event]) -> bool:
    """Tell whether others speak of the same thing and all of them say something else of it."""
    parties = {event.subject, event.object} - {None}
    like = [
        other
        for other in there
        if other.axis == event.axis
        and _same_topic(other.topic, event.topic)
        and (None in {other.subject, event.subject} or parties & {other.subject, other.object})
    ]
    return bool(like) and all(_what(other) != _what(event) for other in like)


def _undone(a: Facts, b: Facts) -> bool:
    return any(_turns_round(event, mine, theirs) for mine, theirs in ((a, b), (b, a)) for event in mine.events)


def _turns_round(event: Event, mine: Facts, theirs: Facts) -> bool:
    """Tell whether an event that only one report has may take back, or fall short of, what the other tells."""
    if any(_what(other) == _what(event) for other in theirs.events):
        return False
    kind = (event.axis, event.pole)
    if event.negated:
        return True
    if kind in _RELIEF:
        mishaps = {e.clause for e in mine.events if e.axis in _MISHAPS or (e.axis, e.pole) == ("run", "stop")}
        return event.topic is None and event.clause in mishaps
    if kind not in _UNDOING or event.optional:
        return False
    return kind not in _RUNS or not _is_aside(event, mine, theirs)


def _is_aside(event: Event, mine: Facts, theirs: Facts) -> bool:
    """Tell whether a start or a stop concerns something else than the news: a grace period ends, delivery delays."""
    if not any((event.subject, event.object, event.topic)):
        return bool(mine.names or mine.proper)  # in capitals an unknown name is not bound
    about = _TOPICS.get(event.topic or "", event.topic) in _topics(theirs)
    if event.pole == "go":  # launches a buyback; but not: restores what is out
        return about and not any((e.axis, e.pole) == ("run", "stop") for e in (*mine.events, *theirs.events))
    return event.topic is not None and not about and any(True for _ in _mates(mine, theirs))


def _other_topic(a: Facts, b: Facts) -> bool:
    topics_a, topics_b = _topics(a), _topics(b)
    phases = [{topic for topic in topics if topic.startswith("phase ")} for topics in (topics_a, topics_b)]
    if all(phases) and phases[0] != phases[1]:
        return True
    if not topics_a or not topics_b or topics_a & topics_b:
        return False
    return not any(
        {one.subject, one.object} & {other.subject, other.object} - INCIDENTAL - {None} for one, other in _mates(a, b)
    )


def _edited(a: Facts, b: Facts) -> bool:
    """Tell whether two texts are one but for a word or two, and the guard refuses for more than a detail."""
    words_a, words_b = set(a.key.split()), set(b.key.split())
    if len(words_a & words_b) < _ONE_WORDING * len(words_a | words_b):
        return False
    finding = compare(a, b)
    if finding.passed:
        return False
    if finding.refusal is Refusal.CERTAINTY:  # no more than `to` do it is left
        return not any(True for _ in _mates(a, b)) and not _shared_figures(a, b)
    if finding.refusal is Refusal.ENTITY:
        said_a, said_b = _said(a), _said(b)
        if said_a == said_b:
            return set(a.names) == set(b.names)
        return not (said_a < said_b or said_b < said_a)
    return True


def _said(facts: Facts) -> set[str]:
    return ({_nation(name) for name in facts.names} - {"US"}) | _topics(facts) | {*facts.words, *facts.tickers}


# --- whether it is the same ------------------------------------------------------------------------------------------


def _same_subject(a: Facts, b: Facts) -> bool:
    names_a, names_b, words_a, words_b = set(a.names), set(b.names), set(a.words), set(b.words)
    if names_a & names_b - INCIDENTAL or words_a & words_b & {*a.order, *b.order}:
        return True
    if words_a - words_b and words_b - words_a:
        return False
    # English news without a name is about the United States, or the asset
    return bool(_topics(a) & _topics(b)) and names_a ^ names_b <= INCIDENTAL | {a.asset}


def _same_event(a: Facts, b: Facts) -> bool:
    """Tell whether both tell one event, or a figure of one topic where one of them has no verb that is recognised."""
    if any(one.axis not in _BACKGROUND for one, _ in _mates(a, b)):
        return True
    figures = _shared_figures(a, b)
    if not figures or not (_topics(a) & _topics(b) or len({*a.order} & {*b.order}) > 1):
        return False
    shared = set(a.names) & set(b.names)
    if any(KINDS.get(one) == KINDS.get(other) for one, other in permutations(shared, 2)):
        return False  # nothing says who does it to whom
    moves = [event for event in (*a.events, *b.events) if event.axis in {"move", "beat"}]
    cut = "output cut" in (*a.topics, *b.topics) and all(event.pole == "down" for event in moves)
    return figures > 1 or not moves or cut


def _tells_more(asked: Facts, told: Sequence[Facts]) -> bool:
    """Tell whether a report has its first figure or fiscal period, or another thing in the place of a known one."""
    if asked.numbers and not any(_shared_figures(asked, one) for one in told):
        return True
    fiscal = {period for period in asked.periods if period[0] in _FISCAL}
    if fiscal and not any(fiscal & one.periods for one in told):
        return True
    words = set().union(*(one.words for one in told))
    core_words = _in_all(one.words for one in told) & set().union(*(one.proper for one in told))
    new_topics = _topics(asked) - set().union(*map(_topics, told))
    core_topics = _in_all(map(_topics, told))
    return bool(new_topics and core_words - set(asked.words)) or bool(
        asked.proper - words and core_topics - _topics(asked)
    )


def _in_all(told: Iterable[Iterable[str]]) -> set[str]:
    first, *rest = map(set, told)
    return first.intersection(*rest)
