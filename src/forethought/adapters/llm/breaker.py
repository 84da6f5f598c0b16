"""The circuit breaker of one endpoint."""

import time
from dataclasses import dataclass

import structlog
from purgatory.domain.messages.events import ContextChanged
from purgatory.domain.model import CLOSED, HALF_OPENED, OPENED, Context

from forethought.application.ports.metrics import Metrics
from forethought.application.ports.thinker import ThinkerUnavailable
from forethought.domain.opinion import Failure

log = structlog.get_logger(__name__)

_NAMES = {CLOSED: "closed", HALF_OPENED: "half_open", OPENED: "open"}


@dataclass(frozen=True, slots=True)
class Admission:
    """A call that the breaker let through."""

    trial: bool
    """It decides whether the breaker closes."""


class Breaker:
    """Opens after failures in a row, and lets a single trial through when its time is over.

    The states are purgatory's. Its factory and its context manager are not used: they count whatever is not a failure
    as a success, so that cancelled calls would hide a provider that hangs; and when half open they let all calls in.

    Args:
        provider: Name of the endpoint in metrics and logs.
        failures: Failures in a row that open it.
        reset_s: How long it stays open before a trial.
        metrics: Told of changes.
    """

    def __init__(self, *, provider: str, failures: int, reset_s: float, metrics: Metrics) -> None:
        self._provider = provider
        self._circuit = Context(provider, failures, reset_s)
        self._metrics = metrics
        self._trial_runs = False

    @property
    def refuses(self) -> bool:
        """Whether a call would be refused now."""
        if self._circuit.state == OPENED:
            return time.time() <= (self._circuit.opened_at or 0.0) + self._circuit.ttl  # purgatory's clock
        return self._trial_runs

    def admit(self) -> Admission:
        """Let a call through; each admission is followed by one of `succeeded`, `failed` and `abandoned`.

        Raises:
            ThinkerUnavailable: open, or half open with a trial under way.
        """
        if self.refuses:
            raise ThinkerUnavailable(
                f"{self._provider}: failed repeatedly and is left alone for a while", failure=Failure.BREAKER_OPEN
            )
        self._circuit.handle_new_request()
        self._trial_runs = self._circuit.state == HALF_OPENED
        self._tell()
        return Admission(trial=self._trial_runs)

    def succeeded(self, admission: Admission) -> None:
        """Note that the endpoint answered."""
        if self._counts(admission):
            self._circuit.handle_end_request()
            self._tell()

    def failed(self, admission: Admission, error: BaseException) -> None:
        """Note that the endpoint did not answer, or with an error of its own."""
        if self._counts(admission):
            self._circuit.handle_exception(error)
            self._tell()

    def abandoned(self, admission: Admission) -> None:
        """Note that the call ended without saying anything about the endpoint."""
        self._counts(admission)

    def _counts(self, admission: Admission) -> bool:
        """Return whether this outcome says something about now: not that of a call from before a trial."""
        if admission.trial:
            self._trial_runs = False
        return admission.trial or self._circuit.state == CLOSED

    def _tell(self) -> None:
        for event in self._circuit.messages:
            if isinstance(event, ContextChanged):
                state = _NAMES[event.state]
                self._metrics.breaker(self._provider, state)
                log.warning("llm.breaker", provider=self._provider, state=state)
        self._circuit.messages.clear()
