"""The newsroom: providers, the queue of articles, the archive, and those who work on them."""

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from forethought.adapters.language.langid import LangId
from forethought.adapters.newswire.config import load_providers
from forethought.adapters.redis.archive import RedisArchive
from forethought.adapters.redis.decision_cache import Space
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.news_queue import RedisNewsQueue
from forethought.adapters.redis.store import Store
from forethought.application.analyse import Analyse, Beat
from forethought.application.decide import Decide
from forethought.application.ingest import Ingest
from forethought.application.intake import Intake
from forethought.application.parts import Parts
from forethought.application.poll import Poll
from forethought.application.ports.archive import Archive
from forethought.application.ports.news_queue import NewsQueue
from forethought.application.revoke import Revoke
from forethought.application.stories import Stories
from forethought.domain.news.chunks import chunks
from forethought.domain.news.gazetteer import Gazetteer
from forethought.domain.news.normalise import normalise
from forethought.settings import NewsSettings

_LANGUAGES = LangId()
"""One a process: its model takes a second to load, when the first article without a language comes."""


@dataclass(frozen=True)
class Newsroom:
    """What serves news."""

    queue: NewsQueue
    archive: Archive
    ingest: Ingest
    poll: Poll
    intake: Intake

    async def run(self, *, poll: bool) -> None:
        """Work the queue, and ask the providers, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.intake.run(), name="intake")
            if poll:
                group.create_task(self.poll.run(), name="poll")


def build_newsroom(
    set_to: NewsSettings,
    parts: Parts,
    *,
    store: Store,
    keys: Keys,
    space: Space,
    gazetteer: Gazetteer,
    decide: Decide,
    revoke: Revoke,
) -> Newsroom:
    """Build it; nothing is asked yet.

    Raises:
        ConfigurationError: the file of providers or of instruments is wrong.
    """
    configured = load_providers(set_to.providers_file, os.environ)
    queue = RedisNewsQueue(store, keys)
    archive = RedisArchive(store, keys, space=space, ttl_s=set_to.keep_days * 86_400)
    normaliser = partial(normalise, identify=_LANGUAGES.identify, gazetteer=gazetteer, languages=set_to.languages)
    known = frozenset(each.name for each in configured)
    ingest = Ingest(queue, normaliser, parts.metrics, known=known)
    analyse = Analyse(
        parts,
        archive,
        decide=decide,
        revoke=revoke,
        stories=Stories(archive, parts.identifiers, window=timedelta(hours=set_to.story_window_h)),
        chunk=chunks,
        beat=Beat(set_to.strategies, frozenset(each.upper() for each in set_to.watch), set_to.queue_limit),
    )
    intake = Intake(
        queue,
        analyse,
        name=parts.identifiers.new(),
        clock=parts.clock,
        metrics=parts.metrics,
        at_once=set_to.at_once,
    )
    return Newsroom(
        queue, archive, ingest, Poll(configured, ingest, queue, parts.clock, owner=parts.identifiers.new()), intake
    )
