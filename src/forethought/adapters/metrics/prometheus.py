"""Prometheus: the seed's names beside ours. Every label is bounded."""

import math
from collections.abc import Mapping
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from forethought.domain.learning import Mode, ReflexStanding

Metric = TypeVar("Metric", Counter, Gauge, Histogram)

_LATENCY_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
_THINKING_S = (0.1, 0.25, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0, 60.0)
_LAG_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0)
_DELIBERATIONS = ("queued", "joined", "shed", "done", "failed", "retried", "dead")
_SIMILARITY = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)


class PrometheusMetrics:
    """Implements `Metrics`, and counts HTTP requests for the API."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._children: dict[tuple[object, tuple[str, ...]], Any] = {}
        self._seed(self.registry)
        self._ours(self.registry)

    def _seed(self, registry: CollectorRegistry) -> None:
        """Make what the seed's recommended queries ask for."""
        http = ("method", "endpoint", "status")
        self.http_requests = Counter("http_requests_total", "HTTP requests", http, registry=registry)
        self.http_duration = Histogram(
            "http_request_duration_seconds",
            "Duration of HTTP requests, seconds",
            ("method", "endpoint"),
            buckets=_LATENCY_S,
            registry=registry,
        )
        self.errors = Counter(
            "application_errors_total", "Requests refused or failed", ("endpoint", "status", "code"), registry=registry
        )
        self._check = Histogram(
            "semantic_cache_duration_seconds",
            "Duration of lookups in the decision cache, seconds",
            ("operation",),
            buckets=_LATENCY_S,
            registry=registry,
        )
        self._hits = Counter("semantic_cache_hits_total", "Questions answered from memory", registry=registry)
        self._misses = Counter("semantic_cache_misses_total", "Questions not answered from memory", registry=registry)
        self._embedding = Histogram(
            "openai_embedding_duration_seconds",
            "Duration of embedding what the cache did not know, by whatever encoder is set, seconds",
            ("operation",),
            buckets=_LATENCY_S,
            registry=registry,
        )
        self._inserts = Counter(
            "redis_insert_operations_total", "Records stored", ("operation", "status"), registry=registry
        )
        self._insert_duration = Histogram(
            "redis_insert_duration_seconds",
            "Duration of storing a request's records, seconds",
            ("operation",),
            buckets=_LATENCY_S,
            registry=registry,
        )

    def _ours(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"forethought_{name}", text, labels, registry=registry)

        self._decisions = counter("decisions_total", "Answers by rung of the ladder", "path", "strategy")
        self._fallbacks = counter("fallbacks_total", "Interim answers by reason", "reason")
        self._refusals = counter("guard_refusals_total", "Precedents refused, by reason", "reason")
        self._ec_hits = counter("embedding_cache_hits_total", "Components found in the embedding cache")
        self._ec_misses = counter("embedding_cache_misses_total", "Components not found in the embedding cache")
        self._labels = counter("labels_total", "Labels that came for a prediction", "strategy", "outcome")
        self._deliberations = counter("deliberations_total", "Deliberations by outcome", "outcome")
        self._role_calls = counter("role_calls_total", "Calls of analyst roles", "role", "provider", "outcome")
        self._tokens = counter("llm_tokens_total", "Tokens that models took and gave", "provider", "model", "kind")
        self._cost = counter("llm_cost_usd_total", "What models cost by the price table, USD", "provider", "model")
        self._screened = counter("screened_total", "Attempts in the news to instruct the analysts", "reason")
        self._breaker_changes = counter("breaker_changes_total", "Changes of circuit breakers", "provider", "state")
        self._shadow = counter("shadow_total", "Answers of a candidate panel beside the current", "panel", "outcome")
        for outcome in _DELIBERATIONS:  # from 0, so that a first burst is seen
            self._deliberations.labels(outcome)
        self._panel(registry)
        self._checks(registry)
        self._evaluation(registry)
        self._news(registry)
        self._similarity = Histogram(
            "forethought_news_similarity",
            "Cosine between the news of a question and of its best precedent, ratio",
            buckets=_SIMILARITY,
            registry=registry,
        )
        self._weights = Gauge(
            "forethought_composition_weight",
            "Weight of a kind of component in the composed vector, ratio",
            ("strategy", "component"),
            registry=registry,
        )
        self._steps = Histogram(
            "forethought_step_duration_seconds",
            "Duration of one step of an answer, seconds",
            ("step",),
            buckets=_LATENCY_S,
            registry=registry,
        )
        self._store_up = Gauge("forethought_store_up", "Whether Redis answers, 1 or 0", registry=registry)

    def _panel(self, registry: CollectorRegistry) -> None:
        def seconds(name: str, text: str, *labels: str) -> Histogram:
            return Histogram(f"forethought_{name}", text, labels, buckets=_THINKING_S, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"forethought_{name}", text, labels, registry=registry)

        scope = ("strategy", "asset")
        self._reflex_lessons = gauge("reflex_lessons", "Lessons that the reflex was fitted on", *scope)
        self._reflex_version = gauge("reflex_version", "Fits of this reflex", *scope)
        self._memory_mode = gauge("memory_mode", "Whether memory is in this mode, 1 or 0", *scope, "mode")
        self._reflex_lately = gauge(
            "reflex_lately", "Shares over the labels that drift detection holds to be of one kind", *scope, "what"
        )

        self._role_time = seconds("role_duration_seconds", "Duration of an analyst's call, seconds", "role")
        self._deliberation = seconds(
            "deliberation_duration_seconds", "A deliberation, its slowest role, and its roles in sum, seconds", "of"
        )
        self._breaker = gauge("breaker_open", "Circuit breaker: 0 closed, 0.5 half open, 1 open", "provider")
        self._depth = gauge("tasks", "Deliberations that wait or are dead letters", "kind")
        self._oldest = gauge("task_oldest_seconds", "Age of the oldest deliberation that waits, seconds")

    def _checks(self, registry: CollectorRegistry) -> None:
        self._checked = Counter(
            "forethought_checked_total",
            "Answers from memory that the analysts judged afterwards",
            ("path", "outcome"),
            registry=registry,
        )
        self._shares = Gauge(
            "forethought_checked_ratio",
            "Share of checked answers that the analysts contradict, with its 95 % interval (Wilson), ratio",
            ("strategy", "asset", "path", "of", "bound"),
            registry=registry,
        )
        self._labelling = Gauge(
            "forethought_labelling_budget_used_ratio", "This hour's labelling budget, ratio", ("of",), registry=registry
        )

    def _evaluation(self, registry: CollectorRegistry) -> None:
        window = ("strategy", "asset", "window")
        self._evaluated_labels = Gauge(
            "forethought_evaluation_labels", "Labels that the periodic evaluation looked at", window, registry=registry
        )
        self._evaluated = Gauge(
            "forethought_evaluation_ratio",
            "What the reflex had said of the latest labels, and two baselines on the same ones, with 95 % intervals",
            (*window, "of", "bound"),
            registry=registry,
        )
        self._evaluated_gap = Gauge(
            "forethought_evaluation_calibration_gap",
            "Observed minus foretold share of wrong answers; above 0 it was too sure of itself, ratio",
            window,
            registry=registry,
        )

    def _news(self, registry: CollectorRegistry) -> None:
        self._news_items = Counter(
            "forethought_news_items_total", "Articles that came", ("provider", "outcome"), registry=registry
        )
        self._news_analysed = Counter(
            "forethought_news_analysed_total", "What became of articles", ("outcome",), registry=registry
        )
        self._news_lag = Histogram(
            "forethought_news_lag_seconds",
            "From an article's arrival to the end of its analysis, seconds",
            buckets=_LAG_S,
            registry=registry,
        )
        self._news_queue = Gauge("forethought_news_queue", "Articles in the queue", ("kind",), registry=registry)
        self._news_oldest = Gauge(
            "forethought_news_oldest_seconds",
            "Age of the oldest article that nobody has taken, seconds",
            registry=registry,
        )

    def _child(self, metric: Metric, *labels: str) -> Metric:
        """Return a labelled child; `labels()` costs more than the observation itself."""
        key = (metric, labels)
        if (child := self._children.get(key)) is None:
            child = self._children[key] = metric.labels(*labels)
        return child

    def http(self, method: str, endpoint: str, status: str, took_s: float) -> None:
        """Count and time a request."""
        self._child(self.http_requests, method, endpoint, status).inc()
        self._child(self.http_duration, method, endpoint).observe(took_s)

    def step(self, name: str, took_ms: float) -> None:
        """See the port."""
        self._child(self._steps, name).observe(took_ms / 1000)
        if name in {"exact", "search"}:
            self._child(self._check, "acheck").observe(took_ms / 1000)

    def answered(self, *, path: str, strategy: str, hit: bool) -> None:
        """See the port."""
        self._child(self._decisions, path, strategy).inc()
        (self._hits if hit else self._misses).inc()

    def fallback(self, reason: str) -> None:
        """See the port."""
        self._fallbacks.labels(reason).inc()

    def refused(self, reason: str) -> None:
        """See the port."""
        self._refusals.labels(reason).inc()

    def similarity(self, news_similarity: float) -> None:
        """See the port."""
        self._similarity.observe(news_similarity)

    def components(self, *, hits: int, misses: int) -> None:
        """See the port."""
        self._ec_hits.inc(hits)
        self._ec_misses.inc(misses)

    def weights(self, strategy: str, shares: dict[str, float]) -> None:
        """See the port."""
        for component, share in shares.items():
            self._weights.labels(strategy, component).set(share)

    def embedded(self, took_ms: float) -> None:
        """See the port."""
        self._embedding.labels("embedding").observe(took_ms / 1000)

    def inserted(self, *, count: int, took_ms: float) -> None:
        """See the port."""
        self._inserts.labels("astore", "success").inc(count)
        self._insert_duration.labels("astore").observe(took_ms / 1000)

    def label(self, *, strategy: str, agreed: bool, opposite: bool) -> None:
        """See the port."""
        self._labels.labels(strategy, "agreed" if agreed else "opposite" if opposite else "wrong").inc()

    def deliberation(self, outcome: str) -> None:
        """See the port."""
        self._deliberations.labels(outcome).inc()

    def deliberated(self, *, took_ms: float, slowest_ms: float, summed_ms: float) -> None:
        """See the port."""
        for name, value_ms in (("total", took_ms), ("slowest", slowest_ms), ("sum", summed_ms)):
            self._deliberation.labels(name).observe(value_ms / 1000)

    def role(self, *, role: str, provider: str, outcome: str, took_ms: float) -> None:
        """See the port."""
        self._role_calls.labels(role, provider, outcome).inc()
        self._role_time.labels(role).observe(took_ms / 1000)

    def used(self, *, provider: str, model: str, prompt: int, completion: int, cost_usd: float) -> None:
        """See the port."""
        self._tokens.labels(provider, model, "prompt").inc(prompt)
        self._tokens.labels(provider, model, "completion").inc(completion)
        self._cost.labels(provider, model).inc(cost_usd)

    def screened(self, reason: str) -> None:
        """See the port."""
        self._screened.labels(reason).inc()

    def breaker(self, provider: str, state: str) -> None:
        """See the port."""
        self._breaker.labels(provider).set({"closed": 0.0, "half_open": 0.5}.get(state, 1.0))
        self._breaker_changes.labels(provider, state).inc()

    def queue(self, *, background: int, waiting: int, dead: int, oldest_s: float) -> None:
        """See the port."""
        for kind, count in (("background", background), ("waiting", waiting), ("dead", dead)):
            self._depth.labels(kind).set(count)
        self._oldest.set(oldest_s)

    def news_items(self, *, provider: str, outcome: str, count: int) -> None:
        """See the port."""
        self._news_items.labels(provider, outcome).inc(count)

    def news_analysed(self, outcome: str) -> None:
        """See the port."""
        self._child(self._news_analysed, outcome).inc()

    def news_lag(self, lag_s: float) -> None:
        """See the port."""
        self._news_lag.observe(max(0.0, lag_s))

    def news_backlog(self, *, waiting: int, in_work: int, dead: int, oldest_s: float) -> None:
        """See the port."""
        for kind, count in (("waiting", waiting), ("in_work", in_work), ("dead", dead)):
            self._child(self._news_queue, kind).set(count)
        self._news_oldest.set(oldest_s)

    def shadow(self, *, panel: str, outcome: str) -> None:
        """See the port."""
        self._shadow.labels(panel, outcome).inc()

    def checked(self, outcome: str, *, path: str) -> None:
        """See the port."""
        self._checked.labels(path, outcome).inc()

    def shares(
        self, *, strategy: str, asset: str, path: str, of: str, shares: tuple[float | None, float, float]
    ) -> None:
        """See the port."""
        for bound, share in zip(("point", "low", "high"), shares, strict=True):
            if share is not None:
                self._shares.labels(strategy, asset, path, of, bound).set(share)

    def labelling(self, *, calls_frac: float, cost_frac: float) -> None:
        """See the port."""
        self._labelling.labels("calls").set(calls_frac)
        self._labelling.labels("usd").set(cost_frac)

    def reflex(self, strategy: str, asset: str, standing: ReflexStanding) -> None:
        """See the port."""
        labels = (strategy, asset)
        self._reflex_lessons.labels(*labels).set(standing.lessons)
        self._reflex_version.labels(*labels).set(standing.version)
        for mode in Mode:
            self._memory_mode.labels(*labels, mode.value).set(standing.mode is mode)
        for name, value in (
            ("wrong", standing.wrong_frac), ("opposite", standing.opposite_frac), ("novelty", standing.novelty_frac)
        ):  # fmt: skip
            if value is not None:
                self._reflex_lately.labels(*labels, name).set(value)

    def evaluated(
        self,
        *,
        strategy: str,
        asset: str,
        window: str,
        labels: int,
        shares: Mapping[str, tuple[float | None, float, float]],
        calibration_gap: float | None,
    ) -> None:
        """See the port. What cannot be said any more is NaN, never the figure of yesterday."""
        scope = (strategy, asset, window)
        self._evaluated_labels.labels(*scope).set(labels)
        self._evaluated_gap.labels(*scope).set(math.nan if calibration_gap is None else calibration_gap)
        for of, bounds in shares.items():
            for bound, share in zip(("point", "low", "high"), bounds, strict=True):
                self._evaluated.labels(*scope, of, bound).set(math.nan if share is None else share)

    def store_up(self, *, up: bool) -> None:
        """See the port."""
        self._store_up.set(int(up))
