"""Every key, field, index and channel name, in one place.

Cluster-safe: no command touches two keys, no script more than one.
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
        return f"{self.namespace}decision:{decision_id}"

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

    def decision_index(self, space: str) -> str:
        """RediSearch index over one vector space."""
        return f"{self.namespace}idx:sc:v{SCHEMA_VERSION}:{space}"

    @property
    def component_index(self) -> str:
        """RediSearch index over the embedding cache's labels."""
        return f"{self.namespace}idx:ec:v{SCHEMA_VERSION}"


def scope_tag(scope: Scope) -> str:
    """Name a scope in 16 hex digits: a TAG that needs no escaping."""
    raw = f"{scope.strategy}\x1f{scope.strategy_version}\x1f{scope.asset}\x1f{scope.teacher}"
    return hashlib.sha256(raw.encode()).hexdigest()[:16]
