"""What is published when: an endless stream of items, all drawn from a seed.

Items come in slots of equal length. What is due is published in the next slot; where nothing is due, a new story
begins. So the rate holds exactly, whatever the shares are.
"""

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import count
from random import Random
from typing import Final

from forethought.entrypoints.newswire import facts, telling
from forethought.entrypoints.newswire.facts import Facts
from forethought.entrypoints.newswire.instruments import INSTRUMENTS, Instrument
from forethought.entrypoints.newswire.options import PROVIDERS, Malformed, Options
from forethought.entrypoints.newswire.telling import Item, Mark, Story
from forethought.entrypoints.newswire.wordings import Kind, kinds

_LATER_S: Final = {"bloomberg": 10.0, "reuters": 10.0, "ap": 45.0, "wsj": 120.0, "ft": 150.0}
"""How long a provider takes on average, in life."""
_TELLS: Final = 0.8
"""Share of the stories that a provider tells."""
_AT_LEAST: Final = 2
"""Providers that tell a story."""
_FOLLOWS_S: Final = {Mark.UPDATE: (60.0, 600.0), Mark.CORRECTION: (60.0, 900.0), Mark.RETRACTION: (120.0, 1_200.0)}
"""After how long a report is followed up, in life: from, to."""
_RECENT: Final = 500
"""Reports that may come again."""
_URGENT: Final = {"central_banks": 1, "inflation": 1, "employment": 1, "earnings": 2, "mergers": 2, "security": 2}


@dataclass(slots=True)
class _Report:
    """What one provider says of a story, in all its versions."""

    provider: str
    story: Story
    kind: Kind
    """Another one than the story's where it contradicts."""
    facts: Facts
    seed: int
    """Of the choice of words: a corrected report keeps them."""
    native_id: str = ""
    created: datetime | None = None
    version: int = 0
    later: deque[tuple[float, Mark]] = field(default_factory=deque)
    """When it is followed up, and by what."""
    last: Item | None = None
    """Its newest version."""

    @property
    def item(self) -> Item:
        """Its newest version, of a report that was published."""
        if self.last is None:
            raise LookupError("nothing was published yet")
        return self.last


@dataclass(order=True, slots=True)
class _Due:
    at_s: float
    order: int
    mark: Mark = field(compare=False)
    report: _Report = field(compare=False)


class Schedule:
    """Draws what comes next."""

    def __init__(self, options: Options, started: datetime) -> None:
        self._options = options
        self._started = started
        self._run = run_of(started)
        self._rng = Random(options.seed)  # noqa: S311 - a simulation
        self._due: list[_Due] = []
        self._order = count()
        self._numbers = count(1)
        self._stories = 0
        self._deck: list[tuple[Kind, Instrument]] = []
        self._recent: deque[_Report] = deque(maxlen=_RECENT)

    @property
    def stories(self) -> int:
        """How many have begun."""
        return self._stories

    def items(self) -> Iterator[tuple[float, Item]]:
        """Draw one item after the other, each with the seconds from the start until it is published."""
        every_s = 60 / self._options.rate
        for slot in count():
            yield slot * every_s, self._next(slot * every_s)

    def _next(self, at_s: float) -> Item:
        published = self._started + timedelta(seconds=at_s)
        drawn = self._rng.random()
        for how, share in self._options.malformed.items():
            if drawn < share:
                return self._malformed(how, published)
            drawn -= share
        if drawn < self._options.duplicates and self._recent:
            report = self._rng.choice(self._recent)
            if drawn < self._options.duplicates / 2:
                return replace(report.item, mark=Mark.REPEAT)
            if report.version == 1:
                return self._posted_again(report, published)
        if not self._due or self._due[0].at_s > at_s:
            self._begin(at_s)
        due = heapq.heappop(self._due)
        return self._published(due.report, due.mark, at_s)

    def _begin(self, at_s: float) -> None:
        """Begin a story: its first report is due at once, the others as their providers are quick."""
        rng, story = self._rng, self._story(at_s)
        tellers = [provider for provider in PROVIDERS if rng.random() < _TELLS]
        if len(tellers) < _AT_LEAST:
            tellers = rng.sample(PROVIDERS, _AT_LEAST)
        delays = sorted((rng.expovariate(1 / _LATER_S[provider]), provider) for provider in tellers)
        liar = None
        if story.kind.opposite is not None and rng.random() < self._options.contradictions:
            liar = rng.choice(tellers)
        first_s = delays[0][0]
        for delay_s, provider in delays:
            mark, kind = Mark.NEWS, story.kind
            if provider == liar and kind.opposite is not None:
                mark, kind = Mark.CONTRADICTION, kinds()[kind.opposite]
            report = _Report(provider, story, kind, story.facts, seed=rng.getrandbits(32))
            self._plan(at_s + (delay_s - first_s) / self._options.speed, mark, report)

    def _story(self, at_s: float) -> Story:
        """Deal from a shuffled deck: nothing happens to the same instrument twice before all else has happened."""
        if not self._deck:
            self._deck = [
                (kind, instrument)
                for kind in kinds().values()
                for instrument in INSTRUMENTS
                if instrument.about == kind.about
            ]
            self._rng.shuffle(self._deck)
        kind, instrument = self._deck.pop()
        self._stories += 1
        drawn = facts.draw(self._rng, instrument, self._started + timedelta(seconds=at_s))
        return Story(self._stories, kind, instrument, drawn)

    def _plan(self, at_s: float, mark: Mark, report: _Report) -> None:
        heapq.heappush(self._due, _Due(at_s, next(self._order), mark, report))

    def _published(self, report: _Report, mark: Mark, at_s: float) -> Item:
        published = self._started + timedelta(seconds=at_s)
        if report.created is None:
            report.created = published
            report.native_id = self._native_id(report.provider)
            report.later = self._later(at_s)
            self._recent.append(report)
        report.version += 1
        if report.later:
            due_s, following = report.later.popleft()
            self._plan(max(due_s, at_s + self._options.apart_s), following, report)
        report.last = self._item(report, mark, published)
        return report.last

    def _later(self, at_s: float) -> deque[tuple[float, Mark]]:
        """Draw how a report is followed up; what is taken back is taken back last."""
        options, later = self._options, deque[tuple[float, Mark]]()
        shares = {
            Mark.UPDATE: options.updates,
            Mark.CORRECTION: options.corrections,
            Mark.RETRACTION: options.retractions,
        }
        for mark, share in shares.items():
            if self._rng.random() < share:
                later.append((at_s + self._rng.uniform(*_FOLLOWS_S[mark]) / options.speed, mark))
        return later

    def _item(self, report: _Report, mark: Mark, published: datetime) -> Item:
        kind, provider, was = report.kind, report.provider, report.facts
        if mark is Mark.CORRECTION:
            report.facts = was.corrected(kind)
        words = Random(report.seed)  # noqa: S311 - a simulation
        text = telling.tell(provider, kind, report.facts, words)
        if mark is Mark.UPDATE:
            text = telling.updated(provider, text, kind, report.facts)
        elif mark is Mark.CORRECTION:
            text = telling.corrected(provider, text, kind, was=was, now=report.facts)
        elif mark is Mark.RETRACTION:
            text = telling.retracted(provider, text)
        instrument = report.story.instrument
        return Item(
            provider=provider,
            native_id=report.native_id,
            version=report.version,
            mark=mark,
            text=text,
            created=report.created or published,
            published=published,
            story=report.story.number,
            kind=kind.name,
            symbol=instrument.symbol,
            ric=instrument.ric,
            topic=kind.topic,
            urgency=_URGENT.get(kind.topic, 3),
            direction=0 if mark is Mark.RETRACTION else kind.direction,
            truth=report.story.kind.direction,
        )

    def _posted_again(self, report: _Report, published: datetime) -> Item:
        former = report.item
        native_id = self._native_id(former.provider)
        item = replace(former, mark=Mark.REPOST, native_id=native_id, created=published, published=published)
        self._recent.append(replace(report, native_id=native_id, later=deque(), last=item))
        return item

    def _malformed(self, how: Malformed, published: datetime) -> Item:
        """Spoil a report of a story of its own, which nobody else tells."""
        rng, provider = self._rng, self._rng.choice(PROVIDERS)
        kind = rng.choice(list(kinds().values()))
        instrument = rng.choice([one for one in INSTRUMENTS if one.about == kind.about])
        story = Story(0, kind, instrument, facts.draw(rng, instrument, published))
        report = _Report(provider, story, kind, story.facts, seed=rng.getrandbits(32))
        report.native_id, report.version = self._native_id(provider), 1
        item = self._item(report, Mark.NEWS, published)
        return replace(item, mark=Mark.MALFORMED, malformed=how, story=None)

    def _native_id(self, provider: str) -> str:
        return native_id(provider, self._run, next(self._numbers))


def run_of(started: datetime) -> str:
    """Name a run, so that its ids are not those of another."""
    return f"{int(started.timestamp()):x}"


def native_id(provider: str, run: str, number: int) -> str:
    """Make an id in a provider's manner, unique over runs: `run` names ours."""
    name = f"sim{run}{number:07d}"
    if provider == "reuters":
        return f"tag:reuters.com,2026:newsml_{name.upper()}"
    if provider in {"ap", "ft"}:
        digest = blake2b(f"{provider}{name}".encode(), digest_size=16).hexdigest()
        return (
            digest if provider == "ap" else f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
        )
    return f"WP-WSJ-{name.upper()}" if provider == "wsj" else f"https://simulated.example/bloomberg/{name}"
