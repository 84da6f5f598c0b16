"""How likely a remembered answer is to equal what the teacher would say now.

First version. Every candidate falls into a *band* (rung, alignment, similarity, votes). The estimate is the mean of the
band's Beta posterior: a prior worth `PRIOR_WEIGHT` observations, moved by the predictions that were made before their
label was seen. It assumes that a band's past speaks for its future, and that labels come whatever was answered.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scipy.special import betaincinv

from forethought.domain.decision import Signal
from forethought.domain.guard import Alignment
from forethought.domain.learning import Guess
from forethought.domain.strategy import ErrorBudget, ReflexRule

PRIOR_WEIGHT = 12.0
"""Observations that the prior of a band is worth. One opposite label among a few already closes a band whose budget for
opposite answers is 1 %, until about a hundred labels without another one have shown it to be rare."""
EXACT_PRIOR_WEIGHT = 400.0
"""What the prior of exact repeats is worth: the teacher's own words, and a correction now and then closes nothing."""


class BudgetState(StrEnum):
    """How far the evidence of a scope reaches (design, section 2)."""

    COLD = "cold"
    PROVISIONAL = "provisional"
    PROVEN = "proven"


@dataclass(frozen=True, slots=True)
class Tally:
    """Predictions whose label was seen afterwards."""

    n: int = 0
    wrong: int = 0
    opposite: int = 0

    def plus(self, *, wrong: bool, opposite: bool) -> "Tally":
        """Add one observation."""
        return Tally(self.n + 1, self.wrong + wrong, self.opposite + opposite)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a scope: `answered` counts what would have been answered, `bands` every prediction by band."""

    answered: Tally
    bands: Mapping[str, Tally]
    lately: tuple[float, float] = (0.5, 0.5)
    """How often the reflex was wrong on the labels of late: moving averages over about 8 and 33 labels."""
    asked: int = 0
    """Answers from memory, exact ones aside."""
    audited: int = 0
    """Of these, how many had their label seen."""
    distrusted: frozenset[str] = frozenset()
    """Sources whose records answer nothing and teach nothing (`domain/sources`)."""

    @property
    def audit_weight(self) -> float:
        """The inverse of an answer's chance of having its label seen; in [1, 20]."""
        return min(_MAX_AUDIT_WEIGHT, max(1.0, (self.asked + 1) / (self.audited + 1)))


_MAX_AUDIT_WEIGHT = 20.0
"""One label must not speak for more: with fewer audits than one in twenty the estimate would hang on single labels."""
FAST, SLOW = 0.12, 0.03
"""Shares of a new label in `Evidence.lately`. When labels shift (a new topic, another regime) the fast one notices
within about ten labels; without the two, blocks of one label cost 5 % wrong and 1 % opposite instead of 1.4 and .3."""

NO_EVIDENCE = Evidence(Tally(), {})
"""Of a scope that is new."""


@dataclass(frozen=True, slots=True)
class Odds:
    """The estimate for one candidate, both in [0, 1]."""

    agreement_p: float
    opposite_p: float

    def clears(self, budget: ErrorBudget, caution: float = 1.0) -> bool:
        """Tell whether it may be answered, when a mistake costs `caution` times as much as usual."""
        wrong, opposite = 1 - self.agreement_p, self.opposite_p
        return wrong * caution <= budget.delta and opposite * caution <= budget.delta_opp


def caution(notional: float | None, rule: ReflexRule) -> float:
    """Return how much more than usual a mistake costs: 1 with no notional, 2 at `cost_doubles_at`, 1 more a decade."""
    return 1.0 if not notional else 1 + math.log10(1 + 9 * notional / rule.cost_doubles_at)


@dataclass(frozen=True, slots=True)
class Traits:
    """What an estimate depends on."""

    rung: str
    """`exact`, `precedent`, `reflex` or `slow`."""
    alignment: Alignment
    news_similarity: float
    votes_for: int
    """Valid, guard-passing neighbours with the same signal, the candidate included."""
    votes_against: int
    structured: bool
    """Whether the situation is an events prompt: many facts, of which the news is one."""

    @property
    def band(self) -> str:
        """Name the band; bounded to some tens of values."""
        shape = "events" if self.structured else "text"
        if self.rung in {"exact", "reflex"}:
            return f"{self.rung}|{shape}"
        similarity = "high" if self.news_similarity >= _HIGH else "mid" if self.news_similarity >= _MID else "low"
        return f"{self.rung}|{shape}|{self.alignment.value}|{similarity}|{_votes(self.votes_for, self.votes_against)}"


def exact_traits(*, structured: bool) -> Traits:
    """Return the traits of an exact repeat: nothing is compared, so nothing else matters."""
    return Traits("exact", Alignment.IDENTICAL, 1.0, 1, 0, structured=structured)


def reflex_traits(*, structured: bool) -> Traits:
    """Return the traits of a reflex's guess: it is calibrated by itself, so it has one band."""
    return Traits("reflex", Alignment.WEAK, 0.0, 0, 0, structured=structured)


CONTRADICTION = 0.2
"""A precedent whose signal gets less of the reflex than this is not reused: what was learned is a second reader, which
can tell two texts apart where the guard knows no word of theirs."""


def contradicts(guess: Guess | None, signal: Signal) -> bool:
    """Tell whether a calibrated reflex speaks against a precedent."""
    return guess is not None and math.isfinite(guess.risk) and guess.share(signal) < CONTRADICTION


_HIGH, _MID = 0.9, 0.7
_MANY, _SOME = 5, 3


def _votes(votes_for: int, votes_against: int) -> str:
    if votes_against:
        return "split"
    return "5+" if votes_for >= _MANY else "3-4" if votes_for >= _SOME else str(votes_for)


def prior(traits: Traits) -> Odds:
    """Return what is believed of a band before any evidence, on the careful side.

    Texts: on pairs of our own writing the guard let no contradiction pass (tests/data), so aligned texts start just
    inside the default budget; texts of which the guard recognises little start outside it, however similar they are.
    Events prompts: pairs with the same rows agree in 91 % (81 % weighted by group), so nothing but an exact answer
    starts inside a budget of 9 %; how many decided alike before says most (1: 90 %, 2: 93 %, 4: 98 %).
    """
    if traits.rung == "exact":
        return Odds(0.99, 0.002)
    if traits.votes_against:
        return Odds(0.60, 0.15)
    return _prior_of_events(traits) if traits.structured else _prior_of_text(traits)


def _prior_of_events(traits: Traits) -> Odds:
    return Odds(0.90 if traits.votes_for >= _MANY else 0.88 if traits.votes_for >= _SOME else 0.84, 0.06)


def _prior_of_text(traits: Traits) -> Odds:
    if traits.rung == "slow":
        return Odds(0.80, 0.05)
    if traits.alignment is Alignment.IDENTICAL:
        return Odds(0.985, 0.003)
    if traits.alignment is Alignment.STRONG:
        return Odds(0.96, 0.006)
    if traits.alignment is Alignment.FAIR:
        return Odds(0.955, 0.008)
    return Odds(0.80, 0.05)


def estimate(traits: Traits, evidence: Evidence) -> Odds:
    """Return the posterior mean of a candidate's band."""
    start, seen = prior(traits), evidence.bands.get(traits.band, Tally())
    return _posterior(start, seen, EXACT_PRIOR_WEIGHT if traits.rung == "exact" else PRIOR_WEIGHT)


def _posterior(start: Odds, seen: Tally, worth: float) -> Odds:
    return Odds(
        agreement_p=(worth * start.agreement_p + seen.n - seen.wrong) / (worth + seen.n),
        opposite_p=(worth * start.opposite_p + seen.opposite) / (worth + seen.n),
    )


def slow_may_answer(evidence: Evidence, budget: ErrorBudget, *, structured: bool) -> bool:
    """Tell whether any outcome of the slow rung could clear the budget: where none could, it need not be climbed.

    Takes the kindest prior of the rung for every band, so it errs on the side of climbing.
    """
    shape = "events" if structured else "text"
    kindest = prior(Traits("slow", Alignment.IDENTICAL, 1.0, _MANY, 0, structured=structured))
    seen = [tally for band, tally in evidence.bands.items() if band.startswith(f"slow|{shape}|")]
    return any(_posterior(kindest, tally, PRIOR_WEIGHT).clears(budget) for tally in [Tally(), *seen])


def state(answered: Tally, budget: ErrorBudget) -> BudgetState:
    """Return how far the evidence on answered predictions reaches.

    Provisional: the point estimate is <= delta and its 80 % upper bound <= 2 delta. Proven: the 95 % upper bound <=
    delta. Bounds are one-sided Clopper-Pearson.
    """
    if answered.n == 0:
        return BudgetState.COLD
    if upper_bound(answered.wrong, answered.n, confidence=0.95) <= budget.delta:
        return BudgetState.PROVEN
    point = answered.wrong / answered.n
    if point <= budget.delta and upper_bound(answered.wrong, answered.n, confidence=0.80) <= 2 * budget.delta:
        return BudgetState.PROVISIONAL
    return BudgetState.COLD


def upper_bound(errors: int, n: int, *, confidence: float) -> float:
    """Return the one-sided Clopper-Pearson upper bound of a share; 1 without observations."""
    return 1.0 if errors >= n else float(betaincinv(errors + 1, n - errors, confidence))


def lower_bound(errors: int, n: int, *, confidence: float) -> float:
    """Return the one-sided Clopper-Pearson lower bound of a share; 0 without errors."""
    return 0.0 if errors == 0 else float(betaincinv(errors, n - errors + 1, 1 - confidence))
