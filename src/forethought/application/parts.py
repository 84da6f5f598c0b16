"""What the use cases need, put together in `bootstrap`."""

from collections.abc import Mapping
from dataclasses import dataclass

from forethought.application.assess import Assess
from forethought.application.encode import Encode
from forethought.application.ports.analysts import Analysts
from forethought.application.ports.clock import Clock
from forethought.application.ports.decision_cache import DecisionCache
from forethought.application.ports.decision_log import DecisionLog
from forethought.application.ports.deliberations import Deliberations
from forethought.application.ports.embedding_cache import EmbeddingCache
from forethought.application.ports.events import Events
from forethought.application.ports.evidence import EvidenceLedger
from forethought.application.ports.identifiers import Identifiers
from forethought.application.ports.labelling import Labelling
from forethought.application.ports.learner import Learner
from forethought.application.ports.lessons import Lessons
from forethought.application.ports.metrics import Metrics
from forethought.application.ports.provenance import Provenance
from forethought.application.ports.rollout import Rollout
from forethought.application.ports.spending import Spending
from forethought.application.ports.strategies import Strategies
from forethought.application.ports.tasks import Tasks
from forethought.application.ports.transcripts import Transcripts
from forethought.application.ports.verifier import Verifier
from forethought.application.ports.workers import Workers
from forethought.application.reflexes import Reflexes
from forethought.application.survey import Survey


@dataclass(frozen=True, slots=True)
class Memory:
    """Where decisions are remembered, for one strategy's vector space."""

    decisions: DecisionCache
    model_tag: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that can be replaced."""

    strategies: Strategies
    memories: Mapping[str, Memory]
    """By strategy name."""
    components: EmbeddingCache
    evidence: EvidenceLedger
    lessons: Lessons
    learner: Learner
    reflexes: Reflexes
    verifier: Verifier | None
    """A second reader of precedents, where one is set."""
    verifier_min: float
    """Below this probability that two texts say the same, a precedent is refused."""
    answers: DecisionLog
    provenance: Provenance
    labelling: Labelling
    encode: Encode
    survey: Survey
    assess: Assess
    panels: Mapping[str, Analysts]
    """By name; `rules` is always there. Where a panel has several versions it is the one that answers by default."""
    versions: Mapping[str, Mapping[str, Analysts]]
    """Every version of the panels that have more than a name, by name and version."""
    teachers: frozenset[str]
    """Names of the panels that can be asked: by this process, or by the workers that it trusts to be there."""
    deliberations: Deliberations
    tasks: Tasks
    transcripts: Transcripts
    spending: Spending
    rollout: Rollout
    workers: Workers
    clock: Clock
    events: Events
    identifiers: Identifiers
    metrics: Metrics
    embedder_label: str
