"""Fitting in a process of its own, so that an answer never waits for it."""

import asyncio
import multiprocessing
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from forethought.adapters.learning.model import dump, load
from forethought.application.ports.learner import Reflex
from forethought.domain.decision import Scope
from forethought.domain.learning import Lesson
from forethought.domain.strategy import ErrorBudget, ReflexRule, Strategy

if TYPE_CHECKING:
    from forethought.adapters.learning.fitting import Fitter

_log = structlog.get_logger(__name__)

_PARENT_EVERY_S = 0.5
_NICENESS = 5
"""The process gives way to those who answer."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What the process is sent."""

    scope: Scope
    rule: ReflexRule
    budget: ErrorBudget
    start: int
    """How many lessons it holds already."""
    new: list[Lesson]
    epoch: int
    version: int


class ForgottenError(Exception):
    """The process does not hold the lessons that it is supposed to hold: it was started anew."""


class ProcessLearner:
    """Implements `Learner`.

    Args:
        apart: In a process of its own; False fits in a thread of this one, which is enough for replays and tests.
    """

    def __init__(self, *, apart: bool = True) -> None:
        self._apart = apart
        self._pool: Executor | None = None
        self._sent: dict[Scope, tuple[int, int]] = {}
        self._here = _Bench()

    async def fit(
        self, scope: Scope, strategy: Strategy, lessons: Sequence[Lesson], *, epoch: int, version: int
    ) -> bytes | None:
        """See the port."""
        rule, budget = strategy.reflex, strategy.budget
        if not self._apart:
            work = _Work(scope, rule, budget, 0, list(lessons), epoch, version)
            return await asyncio.to_thread(self._here.fit, work)
        known, of_epoch = self._sent.get(scope, (0, epoch))
        start = known if of_epoch == epoch and known <= len(lessons) else 0
        try:
            found = await self._fit_apart(_Work(scope, rule, budget, start, list(lessons[start:]), epoch, version))
        except (ForgottenError, BrokenProcessPool) as error:
            _log.warning("learner.restarted", reason=f"{type(error).__name__}: {error}")
            await self.close()
            found = await self._fit_apart(_Work(scope, rule, budget, 0, list(lessons), epoch, version))
        self._sent[scope] = (len(lessons), epoch)
        return found

    async def _fit_apart(self, work: _Work) -> bytes | None:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")  # a fork would copy locks that threads hold
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_settle_in, initargs=(os.getpid(),))
        return await asyncio.get_running_loop().run_in_executor(self._pool, _fit, work)

    def load(self, model: bytes) -> Reflex:
        """See the port."""
        return load(model)

    async def close(self) -> None:
        """See the port."""
        pool, self._pool = self._pool, None
        self._sent.clear()
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


class _Bench:
    """What is kept of every scope between two fits."""

    def __init__(self) -> None:
        self._fitters: dict[Scope, Fitter] = {}
        self._lessons: dict[Scope, list[Lesson]] = {}

    def fit(self, work: _Work) -> bytes | None:
        """Fit on what is held and what is new.

        Raises:
            ForgottenError: the lessons that should be held are not.
        """
        # Over a second of scikit-learn and river, which only those pay who fit.
        from forethought.adapters.learning.fitting import Fitter  # noqa: PLC0415

        held = self._lessons.setdefault(work.scope, [])
        if work.start > len(held):
            raise ForgottenError(f"{len(held)} lessons are held, {work.start} expected")
        held[work.start :] = work.new
        fitter = self._fitters.get(work.scope)
        if fitter is None or (fitter.rule, fitter.budget) != (work.rule, work.budget):
            fitter = self._fitters[work.scope] = Fitter(work.rule, work.budget)
        model = fitter.fit(held, epoch=work.epoch, version=work.version)
        return None if model is None else dump(model)


_bench = _Bench()


def _settle_in(parent: int) -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    """A service that is killed must not leave this process behind: nothing would ever tell it to end.

    It may be dead by the time that this process has started, so its number is brought along.
    """
    while os.getppid() == parent:
        time.sleep(_PARENT_EVERY_S)
    os._exit(1)


def _fit(work: _Work) -> bytes | None:
    return _bench.fit(work)
