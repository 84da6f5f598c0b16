"""The parts that use cases are made of."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass

from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.adapters.redis.decision_cache import RedisDecisionCache, Space
from forethought.adapters.redis.decision_log import RedisDecisionLog
from forethought.adapters.redis.deliberations import RedisDeliberations
from forethought.adapters.redis.embedding_cache import RedisEmbeddingCache
from forethought.adapters.redis.evidence import RedisEvidenceLedger
from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.labelling import RedisLabelling
from forethought.adapters.redis.lessons import RedisLessons
from forethought.adapters.redis.provenance import RedisProvenance
from forethought.adapters.redis.rollout import RedisRollout
from forethought.adapters.redis.store import Store
from forethought.adapters.redis.tasks import RedisTasks
from forethought.adapters.redis.transcripts import RedisTranscripts
from forethought.adapters.redis.workers import RedisWorkers
from forethought.adapters.system.identifiers import Ulids
from forethought.adapters.verifier.onnx import OnnxVerifier
from forethought.agents.rules.panel import RulesPanel
from forethought.application.assess import Assess
from forethought.application.encode import Encode
from forethought.application.parts import Memory, Parts
from forethought.application.ports.clock import Clock
from forethought.application.ports.embedder import Embedder
from forethought.application.ports.events import Events
from forethought.application.ports.learner import Learner
from forethought.application.ports.spending import Spending
from forethought.application.ports.strategies import Strategies
from forethought.application.ports.verifier import Verifier
from forethought.application.reflexes import Reflexes
from forethought.bootstrap.market import Market
from forethought.bootstrap.panels import Versions
from forethought.domain.news.gazetteer import Gazetteer
from forethought.settings import Settings, VerifierSettings


@dataclass(frozen=True)
class Ground:
    """What all parts stand on."""

    settings: Settings
    metrics: PrometheusMetrics
    store: Store
    keys: Keys
    clock: Clock
    embedder: Embedder
    gazetteer: Gazetteer
    strategies: Strategies


async def build_parts(
    ground: Ground,
    *,
    spaces: Mapping[str, Space],
    market: Market,
    panels: Versions,
    learner: Learner,
    events: Events,
    spending: Spending,
    stack: AsyncExitStack,
) -> Parts:
    """Build them; `spaces` are by strategy. What has connections or threads of its own is closed with `stack`.

    Raises:
        ConfigurationError: the verifier's model is wrong.
    """
    settings, store, keys = ground.settings, ground.store, ground.keys
    queue = _Queue(settings, store, keys)
    stack.push_async_callback(queue.close)
    components = _components(ground)
    lessons = RedisLessons(store, keys)
    return Parts(
        strategies=ground.strategies,
        memories=_memories(ground, spaces),
        components=components,
        evidence=RedisEvidenceLedger(store, keys),
        lessons=lessons,
        learner=learner,
        reflexes=Reflexes(lessons, learner, ground.clock),
        verifier=await _verifier(settings.verifier, stack),
        verifier_min=settings.verifier.min_same,
        answers=RedisDecisionLog(store, keys, ttl_s=settings.redis.answer_ttl_s),
        provenance=RedisProvenance(store, keys, ttl_s=settings.redis.answer_ttl_s),
        labelling=_labelling(ground),
        encode=_encode(ground, components),
        survey=market.survey,
        assess=Assess(market.calendar),
        panels={"rules": RulesPanel(), **panels.default},
        versions=panels.versions,
        teachers=panels.names,
        deliberations=queue.deliberations,
        tasks=queue.tasks,
        transcripts=RedisTranscripts(store, keys, ttl_s=settings.redis.answer_ttl_s),
        spending=spending,
        rollout=RedisRollout(store, keys),
        workers=RedisWorkers(store, keys),
        clock=ground.clock,
        events=events,
        identifiers=Ulids(),
        metrics=ground.metrics,
        embedder_label=ground.embedder.model.label,
    )


def _memories(ground: Ground, spaces: Mapping[str, Space]) -> dict[str, Memory]:
    """Give each strategy its cache; strategies of one space share it."""
    ef_runtime = ground.settings.redis.hnsw_ef_runtime
    caches = {
        space: RedisDecisionCache(ground.store, ground.keys, space, ef_runtime=ef_runtime)
        for space in set(spaces.values())
    }
    return {name: Memory(caches[space], ground.embedder.model.tag) for name, space in spaces.items()}


def _components(ground: Ground) -> RedisEmbeddingCache:
    set_to = ground.settings.redis
    ttl_s = {"prompt": set_to.prompt_ttl_s, "news": set_to.news_ttl_s, "context": set_to.context_ttl_s}
    return RedisEmbeddingCache(ground.store, ground.keys, ground.embedder.model, ttl_s=ttl_s)


def _encode(ground: Ground, components: RedisEmbeddingCache) -> Encode:
    return Encode(
        embedder=ground.embedder,
        cache=components,
        strategies=ground.strategies,
        clock=ground.clock,
        metrics=ground.metrics,
    )


def _labelling(ground: Ground) -> RedisLabelling:
    set_to = ground.settings.shadow
    return RedisLabelling(
        ground.store,
        ground.keys,
        ground.clock,
        calls_per_hour=set_to.calls_per_hour,
        usd_per_hour=set_to.usd_per_hour,
    )


async def _verifier(set_to: VerifierSettings, stack: AsyncExitStack) -> Verifier | None:
    if set_to.model is None or set_to.tokenizer is None:
        return None
    verifier = await asyncio.to_thread(
        OnnxVerifier,
        model=set_to.model,
        tokenizer=set_to.tokenizer,
        entailment=set_to.entailment,
        max_tokens=set_to.max_tokens,
        batch=set_to.batch,
        threads=set_to.threads,
        timeout_s=set_to.timeout_s,
    )
    stack.push_async_callback(verifier.close)
    return verifier


class _Queue:
    """Both ends of the queue."""

    def __init__(self, settings: Settings, store: Store, keys: Keys) -> None:
        set_to = settings.analysts
        self.deliberations = RedisDeliberations(store, keys, limit=set_to.queue_limit)
        self.tasks = RedisTasks(store, keys, owner=str(Ulids().new()), stale_s=set_to.stale_s)

    async def close(self) -> None:
        """End the connections of their own."""
        await self.deliberations.close()
        await self.tasks.close()
