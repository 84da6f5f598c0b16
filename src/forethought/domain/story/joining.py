"""Whether a report joins a story: it is near to it, contradicts nobody, tells nothing new, and is recognised."""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

from forethought.domain.guard import Alignment, Facts, Refusal, compare
from forethought.domain.guard.kinds import KINDS
from forethought.domain.guard.words.world import CENTRAL_BANKS, INCIDENTAL
from forethought.domain.story.events import opposite, other_frame, other_topic, undone
from forethought.domain.story.measures import other_certainty, other_figure, other_period, same_print, shared_figures
from forethought.domain.story.parties import other_name, other_party, turned
from forethought.domain.story.shared import BROAD, ONE_WAY, nation_of, shared_events, told_in_both, topics_of
from forethought.domain.story.words import agree, frames

NEAR_COSINE: Final = 0.4
"""A text farther than this from every wording never joins, so the board may be filtered by it. In the 17 events of
`stories.jsonl` marked `development` each of 187 wordings is nearer to one before; a higher bound opens more stories."""
_ONE_WORDING: Final = 0.5
"""From this share of common words on (Jaccard) the difference is what a word or two say, and the guard decides. Of
the guard's minimal pairs, 2,652 that contradict (both ways round), `joins` takes 15, and 121 without this rule."""
_FISCAL: Final = frozenset({"quarter", "half"})
_DATED: Final = _FISCAL | {"year", "month"}


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
        or other_certainty(a, b)
        or a.loose_negations != b.loose_negations
        or other_period(a, b)
        or other_figure(a, b)
        or other_name(a, b)
        or other_frame(a, b)
        or opposite(a, b)
        or undone(a, b)
        or other_party(a, b)
        or other_topic(a, b)
        or turned(a, b)
        or _edited(a, b)
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
        return not any(True for _ in shared_events(a, b)) and not shared_figures(a, b)
    if finding.refusal is Refusal.ENTITY:
        said_a, said_b = _said(a), _said(b)
        if said_a == said_b:
            return set(a.names) == set(b.names)
        return not (said_a < said_b or said_b < said_a)
    return True


def _said(facts: Facts) -> set[str]:
    return ({nation_of(name) for name in facts.names} - {"US"}) | topics_of(facts) | {*facts.words, *facts.tickers}


def _same_subject(a: Facts, b: Facts) -> bool:
    names_a, names_b, words_a, words_b = set(a.names), set(b.names), set(a.words), set(b.words)
    if names_a & names_b - INCIDENTAL or words_a & words_b & {*a.order, *b.order}:
        return True
    if words_a - words_b and words_b - words_a:
        return False
    # English news without a name is about the United States, or the asset
    nation = {name for name in names_a ^ names_b if nation_of(name) == "US" or CENTRAL_BANKS.get("US") == name}
    return bool(topics_of(a) & topics_of(b)) and names_a ^ names_b <= INCIDENTAL | nation | {a.asset}


def _same_event(a: Facts, b: Facts) -> bool:
    """Tell whether both tell one event, or a figure of one topic where one of them has no verb that is recognised."""
    kinds = agree(a.key, b.key)
    if kinds & ONE_WAY or told_in_both(a, b):
        return True
    figures = shared_figures(a, b)
    topical = bool(topics_of(a) & topics_of(b)) or len({*a.order} & {*b.order}) > 1
    common = bool(kinds or (figures and frames(a.key).keys() & frames(b.key).keys()))
    if not common and not (figures and topical):
        return False
    shared = set(a.names) & set(b.names)
    if any(KINDS.get(one) == KINDS.get(other) for one, other in permutations(shared, 2)):
        return False  # nothing says who does it to whom
    if common:
        return True
    moves = [event for event in (*a.events, *b.events) if event.axis in {"move", "beat"}]
    cut = "output cut" in (*a.topics, *b.topics) and all(event.pole == "down" for event in moves)
    return figures > 1 or not moves or cut


def _tells_more(asked: Facts, told: Sequence[Facts]) -> bool:
    """Tell whether a report has its first figure or period, or another thing in the place of a known one."""
    if asked.numbers and not any(shared_figures(asked, one) for one in told):
        return True
    dated = {period for period in asked.periods if period[0] in _DATED}
    fiscal = any(kind in _FISCAL for kind, _ in dated)
    if dated and not any(dated & one.periods or (fiscal and same_print(asked, one)) for one in told):
        return True
    phases = {topic for topic in asked.topics if topic.startswith("phase ")}
    if phases and not any(phases & set(one.topics) for one in told):
        return True
    if any(agree(asked.key, one.key) - BROAD for one in told):
        return False
    words = set().union(*(one.words for one in told))
    core_words = _in_all(one.words for one in told) & set().union(*(one.proper for one in told))
    new_topics = topics_of(asked) - set().union(*map(topics_of, told))
    core_topics = _in_all(map(topics_of, told))
    return bool(new_topics and core_words - set(asked.words)) or bool(
        asked.proper - words and core_topics - topics_of(asked)
    )


def _in_all(told: Iterable[Iterable[str]]) -> set[str]:
    first, *rest = map(set, told)
    return first.intersection(*rest)
