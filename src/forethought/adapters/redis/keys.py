"""Every key, field, index and channel name, in one place.

Cluster-safe: no command touches two keys, no script more than one. The keys of the news queue are the exception: a
script that looks whether an article is known also appends it, so they share a slot by the hash tag `{news}`.
"""

import hashlib
from dataclasses import dataclass

from forethought.domain.decision import Scope

SCHEMA_VERSION = 1
"""Of the hashes and their indexes. Raise it with a migration in `schema.py` when a field changes its meaning."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Key names. A replay has a namespace of its own, so that it never meets live data."""

    namespace: str = ""
    """Empty, or ends with a colon: `replay:01J…:`."""

    def decision(self, sha: str) -> str:
        """Hash: the current decision on a situation."""
        return f"{self.decision_prefix}{sha}"

    def former(self, sha: str, decided_ms: int) -> str:
        """Hash: a decision on that situation which is not, or no longer, the current one."""
        return f"{self.decision_prefix}{sha}:{decided_ms}"

    def component(self, kind: str, id_: str) -> str:
        """Hash: a cached vector; kind is `prompt`, `news` or `context`."""
        return f"{self.namespace}ec:{kind}:{id_}"

    def evidence(self, scope: Scope) -> str:
        """Hash: counts of predictions and their outcomes."""
        return f"{self.namespace}evidence:{scope_tag(scope)}"

    def answer(self, decision_id: str) -> str:
        """String: an answer as JSON."""
        return f"{self.namespace}answer:{decision_id}"

    def upgrade(self, decision_id: str) -> str:
        """Hash: what an upgrade changes in an answer, and its rank among the upgrades of that answer."""
        return f"{self.namespace}upgrade:{decision_id}"

    def derived(self, decision_id: str) -> str:
        """Sorted set: the answers derived from a decision, by time."""
        return f"{self.namespace}derived:{decision_id}"

    def revoked(self, decision_id: str) -> str:
        """Hash: when, why and where a decision was revoked."""
        return f"{self.namespace}revoked:{decision_id}"

    def labelling(self, hour: str) -> str:
        """Hash: what was used of the labelling budget in one hour."""
        return f"{self.namespace}labelling:{hour}"

    @property
    def checked(self) -> str:
        """Hash: what the analysts said of answers from memory, by scope and path."""
        return f"{self.namespace}checked"

    def events(self, type_: str) -> str:
        """Channel: events of one type, to the other processes."""
        return f"{self.namespace}events:{type_}"

    def spend(self, day: str) -> str:
        """Hash: what each provider took on one day."""
        return f"{self.namespace}spend:{day}"

    def price(self, ticker: str, type_: str, interval: str) -> str:
        """Time series: `open`, `high`, `low`, `close` or `volume`; the minutes bear no interval in their name.

        In a cluster the series of one ticker lie on different nodes: see `prices.py` for what that costs.
        """
        base = f"{self.namespace}price:{ticker}:{type_}"
        return base if interval == "1m" else f"{base}:{interval}"

    def splits(self, ticker: str) -> str:
        """Hash: new shares for an old one, by the first day at the new price."""
        return f"{self.namespace}price:{ticker}:splits"

    @property
    def price_tickers(self) -> str:
        """Set: whose prices are held."""
        return f"{self.namespace}price:tickers"

    def rollout(self, panel: str) -> str:
        """Hash: which version of a panel answers, and which one is in shadow."""
        return f"{self.namespace}rollout:{panel}"

    def compared(self, panel: str) -> str:
        """Hash: how versions of a panel did beside each other."""
        return f"{self.namespace}rollout:{panel}:compared"

    def transcript(self, job_id: str) -> str:
        """String: a whole deliberation, compressed JSON."""
        return f"{self.namespace}deliberation:{job_id}"

    @property
    def tasks(self) -> str:
        """Stream: jobs for the analysts. The entry names the job; the job's own hash holds it."""
        return f"{self.namespace}tasks:analysis"

    @property
    def tasks_waiting(self) -> str:
        """Stream: jobs somebody waits for; they go before those of `tasks`."""
        return f"{self.tasks}:waiting"

    @property
    def tasks_shadow(self) -> str:
        """Stream: answers from memory to be checked, when nobody asks anything."""
        return f"{self.tasks}:shadow"

    @property
    def tasks_dead(self) -> str:
        """Stream: copies of jobs that were given up."""
        return f"{self.tasks}:dead"

    @property
    def tasks_starting(self) -> str:
        """Sorted set: jobs on their way to a stream, by the time when they set out."""
        return f"{self.tasks}:starting"

    @property
    def tasks_events(self) -> str:
        """Channel: there is something to do, or something to hear about a job."""
        return f"{self.namespace}tasks:events"

    def job(self, job_id: str) -> str:
        """Hash: a job, who works on it, who waits for it, and what became of it."""
        return f"{self.namespace}job:{job_id}"

    def stories(self, tag: str) -> str:
        """Hash: the stories under way in one scope (by its `scope_tag`), in every wording in which they were told."""
        return f"{self.namespace}stories:{tag}"

    def lessons(self, scope: Scope) -> str:
        """Stream: what was learned in a scope."""
        return f"{self.namespace}lessons:{scope_tag(scope)}"

    @property
    def lessons_due(self) -> str:
        """Hash: by scope, how many lessons no model has seen."""
        return f"{self.namespace}lessons:due"

    @property
    def lessons_epoch(self) -> str:
        """Hash: by scope, how often lessons were struck or forgotten."""
        return f"{self.namespace}lessons:epoch"

    def reflex(self, scope: Scope) -> str:
        """Hash: the model of a scope and its version."""
        return f"{self.namespace}reflex:{scope_tag(scope)}"

    @property
    def reflex_versions(self) -> str:
        """Hash: by scope, the version of its model."""
        return f"{self.namespace}reflex:versions"

    def reflex_claim(self, scope: Scope) -> str:
        """String with a short life: who may fit the scope."""
        return f"{self.namespace}reflex:claim:{scope_tag(scope)}"

    @property
    def news(self) -> str:
        """Stream: articles that wait for their analysis."""
        return f"{self._news}:articles"

    @property
    def news_dead(self) -> str:
        """Stream: articles that were given up, and why."""
        return f"{self._news}:dead"

    @property
    def news_seen(self) -> str:
        """Hash: by report, which versions were put and what the last one says; each field ends by itself."""
        return f"{self._news}:seen"

    @property
    def news_filter(self) -> str:
        """Bloom filter: the reports in `news_seen`, those seen since it was made."""
        return f"{self._news}:filter"

    @property
    def news_filter_former(self) -> str:
        """Bloom filter: the one before."""
        return f"{self._news}:filter:former"

    @property
    def news_cursors(self) -> str:
        """Hash: by provider, where its next page begins."""
        return f"{self._news}:cursors"

    def news_lead(self, provider: str) -> str:
        """String: the process that asks a provider; ends by itself."""
        return f"{self._news}:lead:{provider}"

    @property
    def news_refused(self) -> str:
        """Stream: items of a feed that cannot be used, and why."""
        return f"{self._news}:refused"

    @property
    def news_refusals(self) -> str:
        """Hash: how many were refused, by provider and code."""
        return f"{self._news}:refusals"

    @property
    def _news(self) -> str:
        return f"{self.namespace}{{news}}"

    def article(self, article_id: str) -> str:
        """Hash: a report, its versions, and what came of it. An id is a provider's, so it is not put into a name."""
        digest = hashlib.sha256(article_id.encode(errors="surrogatepass")).hexdigest()[:32]
        return f"{self.namespace}article:{digest}"

    def story(self, story_id: str) -> str:
        """Hash: a story's first wording, which is how it is found."""
        return f"{self.story_prefix}{story_id}"

    def told(self, story_id: str) -> str:
        """Sorted set: how a story was told, by time."""
        return f"{self.namespace}told:{story_id}"

    def latest_stories(self, asset: str | None) -> str:
        """Sorted set: the stories about an asset, or about all, by the time when they began."""
        return f"{self.namespace}latest:stories" + ("" if asset is None else f":{asset}")

    @property
    def story_prefix(self) -> str:
        """What the keys of stories begin with."""
        return f"{self.namespace}story:"

    @property
    def decision_prefix(self) -> str:
        """What the keys of the decision cache begin with."""
        return f"{self.namespace}sc:combo:"

    @property
    def component_prefixes(self) -> tuple[str, ...]:
        """What the keys of the embedding cache begin with."""
        return tuple(f"{self.namespace}ec:{kind}:" for kind in ("prompt", "news", "context"))

    @property
    def evidence_prefix(self) -> str:
        """What the keys of the ledger begin with."""
        return f"{self.namespace}evidence:"

    @property
    def schema(self) -> str:
        """Hash: which schema version the data has."""
        return f"{self.namespace}forethought:schema"

    @property
    def workers(self) -> str:
        """Hash: who works on the queue, by worker."""
        return f"{self.namespace}workers"

    def decision_index(self, space: str) -> str:
        """RediSearch index over one vector space."""
        return f"{self.namespace}idx:sc:v{SCHEMA_VERSION}:{space}"

    def story_index(self, space: str) -> str:
        """RediSearch index over the stories of one vector space."""
        return f"{self.namespace}idx:story:v{SCHEMA_VERSION}:{space}"

    @property
    def component_index(self) -> str:
        """RediSearch index over the embedding cache's labels."""
        return f"{self.namespace}idx:ec:v{SCHEMA_VERSION}"


def scope_tag(scope: Scope) -> str:
    """Name a scope in 16 hex digits: a TAG that needs no escaping."""
    raw = f"{scope.strategy}\x1f{scope.strategy_version}\x1f{scope.asset}\x1f{scope.teacher}"
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
