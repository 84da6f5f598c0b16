"""Prometheus: the seed's names beside ours. Every label is bounded."""

from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Metric = TypeVar("Metric", Counter, Gauge, Histogram)

_LATENCY_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
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

    def store_up(self, *, up: bool) -> None:
        """See the port."""
        self._store_up.set(int(up))
