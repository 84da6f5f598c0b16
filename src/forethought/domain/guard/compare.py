"""Comparing: from the facts of two texts to a finding."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from forethought.domain.guard.details import (
    AGREES,
    agrees_to,
    circumstances,
    compounds,
    figures_tell,
    fund_for_etf,
    joined,
    local_places,
    meant_agencies,
    merged,
    other_grade,
    other_namesake,
    retold,
    rotated,
    same_consensus,
)
from forethought.domain.guard.facts import Event, Facts
from forethought.domain.guard.findings import Alignment, GuardFinding, Refusal
from forethought.domain.guard.kinds import could_turn
from forethought.domain.guard.pairing import (
    Pairing,
    alike,
    explicit,
    fit,
    opposed,
    pair_events,
    pair_numbers,
    same_binding,
    same_sign,
    substituted,
    tied,
)
from forethought.domain.guard.refusals import clash, listing, refuse, spans_clash, times, weighty
from forethought.domain.guard.spelling import hidden
from forethought.domain.guard.words.axes import OPERATORS
from forethought.domain.guard.words.contrasts import CONTRASTS
from forethought.domain.guard.words.direction import IMPLIES
from forethought.domain.guard.words.ratings import GRADES
from forethought.domain.guard.words.topics import OPPOSITE_TOPICS
from forethought.domain.guard.words.world import CENTRAL_BANKS, GENERIC, IMPLIED, INCIDENTAL, REGULATED

_IDENTICAL = GuardFinding(None, Alignment.IDENTICAL, "the same text")
_WEAK = Alignment.WEAK
_TELLING = frozenset({"run", "impose", "pact", "member"})
"""Axes of optional events that still say what the news is."""
_TELLING_ALONE = frozenset({"move", "rating"})
"""Axes that are the news itself: one of them that the other text lacks altogether is no detail."""
_HEDGES = frozenset({"rumour", "possible", "expected"})
"""Beside one of these, a plan adds nothing: is said to plan, is said to."""
_SETTLED = frozenset({("pact", "sign"), ("verdict", "yes")})
_RATE_SETTERS = frozenset(CENTRAL_BANKS.values())
_DEALS = frozenset({"trade", "merge"})
_FREE_TOPICS = frozenset({"share", "price"})
_MAX_DETAILS = 3
"""A text with more that the other lacks is another text."""


def compare(asked: Facts, stored: Facts) -> GuardFinding:
    """Decide whether anything forbids reuse of the stored text's decision for the asked one.

    Symmetric in all but the wording of `detail`.
    """
    if asked.key == stored.key and asked.asset == stored.asset:
        return _IDENTICAL
    for side, facts in (("question", asked), ("precedent", stored)):
        if facts.fault is not None:
            return refuse(Refusal.UNREADABLE, f"{side}: {facts.fault}")
    if asked.asset == stored.asset and rotated(asked.key, stored.key):
        return GuardFinding(None, Alignment.STRONG, "the same clauses in another order")
    found = _Comparison(asked, stored).finding()
    if found.refusal is not None:
        return found
    back = _Comparison(stored, asked).finding()  # which events are paired may hang on the order: the stricter counts
    return back if back.refusal is not None or back.alignment.rank < found.alignment.rank else found


class _Comparison:
    """One comparison; `_weak` gathers what was not recognised, `_details` what only one of the texts tells."""

    __slots__ = ("_a", "_b", "_couples", "_details", "_events", "_figures", "_shared_names", "_weak")

    def __init__(self, asked: Facts, stored: Facts) -> None:
        self._couples = joined(asked, stored)
        self._a, self._b = (
            replace(side, events=merged(side.events, self._couples)) if self._couples else side
            for side in (asked, stored)
        )
        self._weak: list[str] = []
        self._details: list[str] = []
        self._figures: tuple[set[str], set[str]] = (set(), set())
        self._shared_names = set(asked.names) & set(stored.names)
        self._events = Pairing([], [], [])

    def finding(self) -> GuardFinding:
        """Run the checks in their order; the first refusal counts."""
        for check in (
            self._names,
            self._topics,
            self._tickers,
            self._match_events,
            self._roles,
            self._loose_negations,
            self._numbers,
            self._periods,
            self._certainty,
            self._contrasts,
            self._words,
            self._spelling,
            self._both_sides,
        ):
            refused = check()
            if refused is not None:
                return refused
        return self._passed()

    def _passed(self) -> GuardFinding:
        subject = (
            self._shared_names
            or (set(self._a.topics) & set(self._b.topics)) - _FREE_TOPICS
            or (self._a.proper & self._b.proper)
        )
        if not subject:
            self._weak.append("no subject recognised in both")
        known = any(one.axis in _TELLING or not (one.optional and other.optional) for one, other in self._events.pairs)
        if not known and (self._details or not figures_tell(self._a, self._b)):
            self._weak.append("no event recognised in both")
        if self._weak:
            return GuardFinding(None, _WEAK, "; ".join((*self._weak, *self._details)))
        if self._details:
            alignment = Alignment.FAIR if len(self._details) <= _MAX_DETAILS else _WEAK
            return GuardFinding(None, alignment, "; ".join(self._details))
        told = listing({one.label for one, _ in self._events.pairs})
        return GuardFinding(None, Alignment.STRONG, f"{listing(subject)}: {told}")

    # --- who and what ---------------------------------------------------------------------------------------------

    def _names(self) -> GuardFinding | None:
        a, b = set(self._a.names), set(self._b.names)
        if namesake := other_namesake(self._a, self._b):
            return refuse(Refusal.ENTITY, namesake)
        if self._a.asset != self._b.asset:
            return refuse(Refusal.ENTITY, f"asset {self._a.asset} vs {self._b.asset}")
        if a == b:
            return None
        extra_a, extra_b = self._extra(a, b, self._a, self._b), self._extra(b, a, self._b, self._a)
        if extra_a or extra_b:
            return refuse(Refusal.ENTITY, f"{listing(extra_a)} vs {listing(extra_b)}")
        if not a & b and (a - INCIDENTAL or b - INCIDENTAL):
            self._weak.append("no name in both")
        return None

    def _extra(self, mine: set[str], other: set[str], owner: Facts, there: Facts) -> set[str]:
        extra = mine - other - INCIDENTAL
        if not extra:
            return extra
        brought = {implied for name in mine | other for implied in IMPLIED.get(name, ()) if name in other}
        asset = {self._a.asset} if self._a.asset is not None else set()
        rest = extra - brought - asset
        if {"rate", "rrr"} & set(self._a.topics) & set(self._b.topics):
            rest -= {bank for country, bank in CENTRAL_BANKS.items() if country in other}
        for name in list(rest):
            general = GENERIC.get(name)
            if (general in other and not any(GENERIC.get(one) == general for one in other)) or any(
                GENERIC.get(one) == name and one not in mine for one in other
            ):
                rest.discard(name)
                self._details.append(f"{name} is named in one only")
        if owner.consensus and there.consensus:
            rest.discard("wall street")
        told = meant_agencies(rest, owner, there) | local_places(rest, owner, there)
        if told:
            self._details.append(f"{listing(told)} in one only")
        meant = meant_agencies(other, there, owner)
        return rest - told - {REGULATED[agency][0] for agency in meant}

    def _topics(self) -> GuardFinding | None:
        a, b = set(self._a.topics), set(self._b.topics)
        only_a = a - b - _FREE_TOPICS - fund_for_etf(self._a, self._b)
        only_b = b - a - _FREE_TOPICS - fund_for_etf(self._b, self._a)
        if (refused := self._descriptors()) is not None:
            return refused
        if not only_a and not only_b:
            return None
        if (only_a or a & _FREE_TOPICS - b) and (only_b or b & _FREE_TOPICS - a):
            opposite = any({one, other} in OPPOSITE_TOPICS for one in only_a for other in only_b)
            return refuse(
                Refusal.DIRECTION if opposite else Refusal.ENTITY, f"{listing(only_a or a)} vs {listing(only_b or b)}"
            )
        return self._one_sided_topic(only_a or only_b, self._a if only_a else self._b)

    def _descriptors(self) -> GuardFinding | None:
        """Compare what somebody is where no name says who."""
        a, b = self._a.descriptors - self._b.descriptors, self._b.descriptors - self._a.descriptors
        if self._shared_names - INCIDENTAL or self._a.asset is not None or not (a or b):
            return None
        if a and b:
            return refuse(Refusal.ENTITY, f"{listing(a)} vs {listing(b)}")
        self._details.append(f"{listing(a or b)} in one only")
        return None

    def _one_sided_topic(self, extra: set[str], owner: Facts) -> GuardFinding | None:
        if extra == {"rate"} and self._shared_names & _RATE_SETTERS:
            self._details.append("rate in one only")  # what else would the Fed hike
            return None
        shared_main = owner.main_topics - extra - _FREE_TOPICS
        there = self._b if owner is self._a else self._a
        pairs = pair_events(owner.events, there.events).pairs
        if (extra - circumstances(extra, owner, there, pairs)) & owner.main_topics and not shared_main:
            return refuse(Refusal.ENTITY, f"{listing(extra)} in one only")
        self._details.append(f"{listing(extra)} in one only")
        return None

    def _tickers(self) -> GuardFinding | None:
        a, b = self._a.tickers, self._b.tickers
        if a == b:
            return None
        if a and b:
            return refuse(Refusal.ENTITY, f"{listing(a)} vs {listing(b)}")
        if not self._shared_names and not self._a.proper & self._b.proper:
            return refuse(Refusal.ENTITY, f"{listing(a | b)} in one only")
        self._details.append(f"ticker {listing(a | b)} in one only")
        return None

    # --- what happens ---------------------------------------------------------------------------------------------

    def _match_events(self) -> GuardFinding | None:
        self._events = pairing = pair_events(self._a.events, self._b.events)
        asked = [event for event in pairing.asked if not self._excused(event, self._b.events)]
        stored = [event for event in pairing.stored if not self._excused(event, self._a.events)]
        if not (asked and stored and self._told_otherwise(asked, stored)):
            if (asked and pairing.stored) or (stored and pairing.asked) or opposed(pairing):
                return clash(asked or pairing.asked, stored or pairing.stored)
            if asked:
                return self._one_sided(asked, self._b.events, {one.clause for one, _ in pairing.pairs})
            if stored:
                return self._one_sided(stored, self._a.events, {other.clause for _, other in pairing.pairs})
        return self._mixed() or self._modals()

    def _modals(self) -> GuardFinding | None:
        """Compare how sure each event is, and how large."""
        for one, other in self._events.pairs:
            if (
                one.modal != other.modal
                and not (one.optional and other.optional)
                and not ({one.modal, other.modal} == {"", "planned"} and self._settled())
            ):
                return refuse(Refusal.CERTAINTY, f"{one.label}: {one.modal or 'stated'} vs {other.modal or 'stated'}")
            if {one.degree, other.degree} == {"+", "-"}:
                self._weak.append("a large move vs a small one")
        return None

    def _settled(self) -> bool:
        """Tell whether both texts say that it is agreed or allowed: then `to` adds nothing, an extension is agreed."""
        if CONTRASTS["after"] in self._a.contrasts ^ self._b.contrasts:  # cleared after the purchase, not for it
            return False
        if agrees_to(self._a, self._b) and any(one.axis in _DEALS for one, _ in self._events.pairs):
            return True
        agreed = all(AGREES.search(side.key) for side in (self._a, self._b))  # a deal alone may be one that is planned
        return any(
            (one.axis, one.pole) in _SETTLED
            and (agreed or one.axis != "pact")
            and not (one.negated or one.modal or other.modal)
            for one, other in self._events.pairs
        )

    def _told_otherwise(self, asked: Sequence[Event], stored: Sequence[Event]) -> bool:
        """Tell whether what is left over says on one axis what the other text says on another: weak results, a miss."""
        if not any(not (one.optional and other.optional) for one, other in self._events.pairs):
            return False
        if not same_sign(asked, stored):
            return False
        self._details.append(f"{listing(e.label for e in asked)} for {listing(e.label for e in stored)}")
        self._events.asked.clear()
        self._events.stored.clear()
        return True

    def _mixed(self) -> GuardFinding | None:
        """Refuse opposite poles of one axis unless both texts tie them to the same things, in the same order or not."""
        for axis in {one.axis for one, _ in self._events.pairs}:
            a = [event.label for event in self._a.events if event.axis == axis]
            b = [event.label for event in self._b.events if event.axis == axis]
            if len({*a, *b}) < 2:  # noqa: PLR2004 -- one pole cannot be mixed up
                continue
            pairs = [pair for pair in self._events.pairs if pair[0].axis == axis]
            loose = any(
                same_binding(event for event in side.events if event.axis == axis) for side in (self._a, self._b)
            )
            if a == b and not loose and all(tied(*pair) for pair in pairs):
                continue
            if a == b or loose or not all(alike(*pair) for pair in pairs):
                return refuse(Refusal.DIRECTION, f"{', '.join(a)} vs {', '.join(b)}")
        return None

    def _excused(self, event: Event, there: Sequence[Event]) -> bool:
        """Tell whether an unmatched event says nothing that the other text does not say too."""
        if event.optional or any(fit(event, other) > 0 for other in there):
            return True
        if (
            event.axis == "beat"
            and not any(other.axis == "beat" for other in there)
            and same_consensus(self._a, self._b)
        ):
            return True
        return event.axis == "move" and any(
            IMPLIES.get((one.axis, one.pole)) == event.pole
            and one.negated == event.negated
            and one.subject in {event.subject, event.object, None}
            for one, _ in self._events.pairs
        )

    def _one_sided(self, extra: Sequence[Event], there: Sequence[Event], inside: set[int]) -> GuardFinding | None:
        """An event in one text only: a detail in a clause of its own, else a reason to refuse.

        Args:
            extra: The events that the other text lacks.
            there: The other text's events.
            inside: The clauses of this text that hold a matched event.
        """
        told = listing({event.label for event in extra})
        if all(one.optional for one, _ in self._events.pairs):
            return refuse(Refusal.DIRECTION, f"{told} in one only")
        for event in extra:
            same = [other for other in there if other.axis == event.axis]
            alone = event.axis in _TELLING_ALONE and not same
            turned = any(other.pole != event.pole for other in same)
            if alone or turned or event.axis in OPERATORS or event.clause in inside or event.negated:
                return refuse(Refusal.NEGATION if event.negated else Refusal.DIRECTION, f"{event.label} in one only")
        self._details.append(f"{told} in one only")
        return None

    def _roles(self) -> GuardFinding | None:
        """Refuse the same names in another order, unless the events say who does what."""
        shared = set(self._a.order) & set(self._b.order)
        if not self._events.pairs and (mixed := self._topic_order()) is not None:
            return mixed
        for name in self._shared_names - set(self._couples):
            here, there = _doings(name, self._a.events), _doings(name, self._b.events)
            if here and there and not here & there:
                return refuse(Refusal.ENTITY, f"{name}: {listing(here)} vs {listing(there)}")
        a = [name for name in self._a.order if name in shared]
        b = [name for name in self._b.order if name in shared]
        turned = _turned(a, b)
        if not turned:
            return None
        explained = {
            name.lstrip("~")
            for one, other in self._events.pairs
            if explicit(one, other)
            for name in {one.subject, one.object} & {other.subject, other.object}
            if name
        }
        untold = all(one.optional and other.optional for one, other in self._events.pairs)
        axes = {event.axis for event in (*self._a.events, *self._b.events)}
        for one, other in turned:
            if self._couples.get(one, one) == self._couples.get(other, other) or {one, other} & GRADES:
                continue
            if not {one, other} <= explained and (untold or any(could_turn(axis, one, other) for axis in axes)):
                return refuse(Refusal.ENTITY, f"roles: {' - '.join(a)} vs {' - '.join(b)}")
        units = [[number.unit for number in side.numbers] for side in (self._a, self._b)]
        if any(len(of) > len(set(of)) for of in units):
            return refuse(Refusal.NUMBER, "figures of names in another order")
        return None

    def _topic_order(self) -> GuardFinding | None:
        """Refuse the same topics in another order where no event binds them: out of shares into bonds."""
        a = [topic for topic in self._a.topics if topic in self._b.topics]
        b = [topic for topic in self._b.topics if topic in self._a.topics]
        if a == b or not (self._a.contrasts or self._b.contrasts):
            return None
        return refuse(Refusal.ENTITY, f"roles: {' - '.join(a)} vs {' - '.join(b)}")

    def _loose_negations(self) -> GuardFinding | None:
        a, b = self._a.loose_negations, self._b.loose_negations
        return None if a == b else refuse(Refusal.NEGATION, f"{a} vs {b} negations")

    # --- how much, when, how sure ---------------------------------------------------------------------------------

    def _numbers(self) -> GuardFinding | None:
        if grades := other_grade(self._a, self._b):
            return refuse(Refusal.NUMBER, grades)
        percent = "rate" in self._a.topics and "rate" in self._b.topics
        left_a, left_b, order = pair_numbers(self._a.numbers, self._b.numbers, points_are_percent=percent)
        if left_a and left_b:
            return refuse(Refusal.NUMBER, f"{listing(n.label for n in left_a)} vs {listing(n.label for n in left_b)}")
        if order:
            return refuse(Refusal.NUMBER, f"{order} in another order")
        self._figures[0].update(number.label for number in left_a)
        self._figures[1].update(number.label for number in left_b)
        if left_a or left_b:
            self._details.append(f"{listing(n.label for n in left_a or left_b)} in one only")
        return None

    def _periods(self) -> GuardFinding | None:
        a, b = self._a.periods, self._b.periods
        if a == b:
            return None
        only_a, only_b = set(a - b), set(b - a)
        if any(one[0] == other[0] for one in only_a for other in only_b) or spans_clash(only_a, only_b):
            return refuse(Refusal.PERIOD, f"{times(only_a)} vs {times(only_b)}")
        only_a, only_b = weighty(only_a), weighty(only_b)
        if only_a and only_b:
            return refuse(Refusal.PERIOD, f"{times(only_a)} vs {times(only_b)}")
        self._figures[0].update(f"{kind} {value}" for kind, value in only_a)
        self._figures[1].update(f"{kind} {value}" for kind, value in only_b)
        if only_a or only_b:
            self._details.append(f"{times(only_a or only_b)} in one only")
        return None

    def _certainty(self) -> GuardFinding | None:
        a, b = self._a.certainties, self._b.certainties
        theirs = self._b if self._a.own_outlook else self._a
        others = theirs.consensus or "analyst" in theirs.descriptors
        if self._a.own_outlook != self._b.own_outlook and "expected" in a & b and others:
            return refuse(Refusal.CERTAINTY, "what the company expects vs what is expected of it")
        if a == b or (a ^ b == {"planned"} and (a & b & _HEDGES or self._settled())):
            return None
        return refuse(
            Refusal.CERTAINTY,
            f"{self._a.certainty or 'stated'} vs {self._b.certainty or 'stated'}"
            if self._a.certainty != self._b.certainty
            else f"{listing(a)} vs {listing(b)}",
        )

    def _contrasts(self) -> GuardFinding | None:
        for pair, pole in self._a.contrasts ^ self._b.contrasts:
            other = (pair, "-" if pole == "+" else "+")
            if other in self._a.contrasts | self._b.contrasts:  # its opposite, or both: all, not only part
                words = [word for word, meaning in CONTRASTS.items() if meaning in {other, (pair, pole)}]
                return refuse(Refusal.DIRECTION, f"small words with opposite sense ({listing(words)})")
        return None

    # --- what nobody understood -----------------------------------------------------------------------------------

    def _words(self) -> GuardFinding | None:
        a, b = set(self._a.words), set(self._b.words)
        if a == b:
            return None
        same = compounds(a - b, self._b.key) | compounds(b - a, self._a.key)
        only_a, only_b = a - b - same, b - a - same
        if not only_a and not only_b:
            return None
        proper = (only_a & self._a.proper) | (only_b & self._b.proper)
        if proper:
            return refuse(Refusal.ENTITY, f"{listing(only_a)} vs {listing(only_b)}")
        if only_a and only_b:
            return refuse(Refusal.UNREADABLE, f"words: {listing(only_a)} vs {listing(only_b)}")
        if not self._shared_names and not a & b:
            return refuse(Refusal.ENTITY, f"{listing(only_a or only_b)} in one only")
        self._details.append(f"{listing(only_a or only_b)} in one only")
        return self._unknown_doing((only_a & self._a.decisive) | (only_b & self._b.decisive))

    def _unknown_doing(self, words: set[str]) -> GuardFinding | None:
        """Refuse a word that may be a verb of its own where the other text says what happens instead."""
        if not words:
            return None
        if self._events.asked or self._events.stored:
            return refuse(Refusal.UNREADABLE, f"{listing(words)} may say what happens")
        self._weak.append(f"{listing(words)} may say what happens")
        return None

    def _spelling(self) -> GuardFinding | None:
        """Refuse a word that may be a deciding one in disguise, and a text that tells the other one twice."""
        if words := hidden(self._a, self._b) | hidden(self._b, self._a):
            return refuse(Refusal.UNREADABLE, f"{listing(words)} may be a misspelt, joined or parted word")
        if again := retold(self._a, self._b):
            return refuse(Refusal.UNREADABLE, f"one has all of the other and tells it again: {again}")
        return None

    def _both_sides(self) -> GuardFinding | None:
        """Refuse when each text has something that the other lacks: a word may stand for its opposite."""
        if (swapped := substituted(self._a.sequence, self._b.sequence)) is not None:
            return refuse(Refusal.UNREADABLE, swapped)
        only_a, only_b = (
            self._only(self._a, self._b, self._events.asked),
            self._only(self._b, self._a, self._events.stored),
        )
        if only_a and only_b:
            return refuse(Refusal.UNREADABLE, f"{listing(only_a)} vs {listing(only_b)}")
        return None

    def _only(self, mine: Facts, other: Facts, events: Sequence[Event]) -> set[str]:
        rest = {event.label for event in events if not event.optional}
        rest |= set(mine.topics) - set(other.topics) - _FREE_TOPICS
        only = set(mine.words) - set(other.words)
        rest |= only - compounds(only, other.key) - compounds(set(other.words) - set(mine.words), mine.key)
        rest |= {mine.asset} & set(mine.names) - set(other.names) if mine.asset else set()
        return rest | self._figures[mine is self._b]


def _doings(name: str, events: Iterable[Event]) -> set[str]:
    """Return what a name does or has done to it."""
    return {event.label for event in events if name in {event.subject, event.object}}


def _turned(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, str]]:
    """Return the pairs of names that stand in the other order."""
    place = {name: index for index, name in enumerate(other)}
    return [(name, later) for index, name in enumerate(one) for later in one[index + 1 :] if place[name] > place[later]]
