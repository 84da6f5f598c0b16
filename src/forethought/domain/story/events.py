"""What happens: whether two reports tell opposite things, one takes back the other, or each tells another thing."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from forethought.domain.guard import Event, Facts
from forethought.domain.guard.words.world import INCIDENTAL
from forethought.domain.story.measures import same_print, shared_figures
from forethought.domain.story.shared import (
    BROAD,
    TOPICS,
    meaning,
    same_topic,
    shared_events,
    told_in_both,
    topics_of,
    unexplained,
)
from forethought.domain.story.words import agree, frames, oppose

_UNDOING: Final = frozenset(
    {
        ("ban", "ban"),
        ("ban", "unban"),
        ("bankrupt", "emerge"),
        ("debt", "repay"),
        ("guilt", "cleared"),
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
_POSTS: Final = {
    "first": re.compile(r"(?<!\S)(?:ceo|chief executive)(?!\S)"),
    "finance": re.compile(r"(?<!\S)(?:cfo|finance chief|chief financial)(?!\S)"),
    "operations": re.compile(r"(?<!\S)(?:coo|chief operating|cto|chief technology)(?!\S)"),
}
_AXES: Final = {
    "rating": "rating",
    "head": "member",
    "trial": "win",
    "bankruptcy": "bankrupt",
    "approval": "verdict",
    "merger": "verdict",
    "inflation": "move",
    "oil": "time",
    "plant": "run",
    "rate": "move",
    "outlook": "move",
}
"""Which axis of the guard says the same as the words of a kind of event."""
_TAKES_BACK: Final = frozenset(
    {
        ("ban", "unban"),
        ("debt", "repay"),
        ("hack", "return"),
        ("impose", "lift"),
        ("pact", "break"),
        ("sanction", "off"),
        ("strike", "off"),
        ("suit", "settle"),
    }
)
"""What counts in a later clause too; the rest there is about something else."""
_EXCUSED: Final = {
    "approval": frozenset({("win", "lose"), ("ban", "ban"), ("verdict", "no")}),
    "equity": frozenset({("run", "go")}),
    "exports": frozenset({("ban", "ban")}),
    "fire": frozenset({("member", "leave")}),
    "hack": frozenset({("run", "stop")}),
    "merger": frozenset({("verdict", "no"), ("win", "lose"), ("ban", "ban")}),
    "oil": frozenset({("ban", "ban"), ("time", "extend"), ("run", "stop"), ("run", "go")}),
    "plant": frozenset({("run", "stop"), ("run", "go"), ("member", "leave")}),
    "rate": frozenset({("run", "go")}),
    "service": frozenset({("run", "stop")}),
    "strike": frozenset({("run", "stop")}),
    "trial": frozenset({("win", "lose"), ("win", "win")}),
}
"""What undoes nothing where both texts tell the kind of event alike."""
_GRADED: Final = frozenset({"rating", "member"})
"""Axes of which one text may tell two poles: from neutral, to buy; one leaves, another comes."""
_MISHAPS: Final = frozenset({"bankrupt", "debt", "guilt", "hack", "penalty", "probe", "recall", "strike", "suit"})
_RELIEF: Final = frozenset({("member", "leave"), ("move", "up"), ("verdict", "yes")})
"""In one clause with a mishap it is the end of it: recovers what was stolen, is cleared in the probe, exits default."""
_RUNS: Final = {("run", "stop"), ("run", "go")}


def other_frame(a: Facts, b: Facts) -> bool:
    """Tell whether the words of one kind of event point different ways, or tell of different posts at the top."""
    kinds = oppose(a.key, b.key)
    if "head" in kinds and {"leave", "join"} == frames(a.key)["head"] | frames(b.key)["head"]:
        return bool(unexplained(a) & unexplained(b) & (a.proper | b.proper)) or len(kinds) > 1
    if "head" in frames(a.key) and "head" in frames(b.key):
        posts_a, posts_b = _posts(a.key), _posts(b.key)
        if posts_a and posts_b and not posts_a & posts_b:
            return True
    return bool(kinds)


def _posts(key: str) -> set[str]:
    return {post for post, pattern in _POSTS.items() if pattern.search(key)}


def opposite(a: Facts, b: Facts) -> bool:
    """Tell whether one says of a thing what the other does not: up and down, yes and no."""
    kinds = agree(a.key, b.key)
    told_alike = {_AXES.get(kind) for kind in kinds}
    if "oil" in kinds and "extend" in frames(a.key)["oil"] & frames(b.key)["oil"]:
        told_alike.add("move")  # keeping a cut is no change and a cut
    if shared_figures(a, b) and "inflation" in frames(a.key) and "inflation" in frames(b.key):
        told_alike.add("move")
    for mine, theirs in ((a, b), (b, a)):
        if any(_has_rival(event, mine.events, theirs.events, told_alike) for event in mine.events):
            return True
        if (
            "output cut" in mine.topics
            and "oil" not in agree(a.key, b.key)
            and any(  # the one topic that has a direction
                event.axis == "move" and event.pole != "down" and TOPICS.get(event.topic or "", event.topic) == "output"
                for event in theirs.events
            )
        ):
            return True
    return False


def _has_rival(event: Event, here: Sequence[Event], there: Sequence[Event], told_alike: Collection[str | None]) -> bool:
    """Tell whether others speak of the same thing and all of them say something else of it.

    Not so where the same text says that something else of it too: from neutral, to buy.
    """
    parties = {event.subject, event.object} - {None}
    like = [
        other
        for other in there
        if other.axis == event.axis
        and same_topic(other.topic, event.topic)
        and (None in {other.subject, event.subject} or parties & {other.subject, other.object})
        and (event.axis not in told_alike or other.negated != event.negated)
    ]
    if not like or any(_meant(other) == _meant(event) for other in like):
        return False
    return event.axis not in _GRADED or not any(_meant(other) == _meant(one) for other in like for one in here)


def _meant(event: Event) -> tuple[str, str, bool]:
    """Return what an event comes to: not to meet a goal is to miss it."""
    return ("win", "lose", False) if meaning(event) == ("win", "win", True) else meaning(event)


def undone(a: Facts, b: Facts) -> bool:
    """Tell whether one report takes back, or falls short of, what the other tells."""
    kinds = agree(a.key, b.key)
    excused = frozenset().union(*(_EXCUSED.get(kind, frozenset()) for kind in kinds))
    return any(_turns_round(event, mine, theirs, excused) for mine, theirs in ((a, b), (b, a)) for event in mine.events)


def _turns_round(event: Event, mine: Facts, theirs: Facts, excused: frozenset[tuple[str, str]]) -> bool:
    """Tell whether an event that only one report has may take back, or fall short of, what the other tells."""
    kind = (event.axis, event.pole)
    known = any(_meant(other) == _meant(event) for other in theirs.events) or (kind in excused and not event.negated)
    if known or (kind not in _TAKES_BACK and _is_later(event, mine, theirs)):
        return False
    if event.negated:
        return True
    if kind in _RELIEF:
        mishaps = {e.clause for e in mine.events if e.axis in _MISHAPS or (e.axis, e.pole) == ("run", "stop")}
        return event.topic is None and event.clause in mishaps
    if kind not in _UNDOING or event.optional:
        return False
    return kind not in _RUNS or not _is_aside(event, mine, theirs)


def _is_later(event: Event, mine: Facts, theirs: Facts) -> bool:
    """Tell whether an event comes in a later clause than one that both reports tell."""
    return any(one.clause < event.clause for one, _ in told_in_both(mine, theirs))


def _is_aside(event: Event, mine: Facts, theirs: Facts) -> bool:
    """Tell whether a start or a stop concerns something else than the news: a grace period ends, delivery delays."""
    if not any((event.subject, event.object, event.topic)):
        return bool(mine.names or mine.proper)  # in capitals an unknown name is not bound
    about = TOPICS.get(event.topic or "", event.topic) in topics_of(theirs)
    if event.pole == "go":  # launches a buyback; but not: restores what is out
        return about and not any((e.axis, e.pole) == ("run", "stop") for e in (*mine.events, *theirs.events))
    return event.topic is not None and not about and any(True for _ in shared_events(mine, theirs))


def other_topic(a: Facts, b: Facts) -> bool:
    """Tell whether the two speak of different things, and tell nothing in common of one party."""
    topics_a, topics_b = topics_of(a), topics_of(b)
    phases = [{topic for topic in topics if topic.startswith("phase ")} for topics in (topics_a, topics_b)]
    if all(phases) and phases[0] != phases[1]:
        return True
    if not topics_a or not topics_b or topics_a & topics_b:
        return False
    kinds = agree(a.key, b.key)
    if kinds - BROAD or ("results" in kinds and "earnings" in topics_a | topics_b):
        return False
    if same_print(a, b) and frames(a.key).keys() & frames(b.key).keys():
        return False
    return not any(
        {one.subject, one.object} & {other.subject, other.object} - INCIDENTAL - {None}
        for one, other in shared_events(a, b)
    )
