"""Micro-batches in front of any encoder: bounded, without delay at idle, each text in flight once."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import structlog

from forethought.application.ports.embedder import Embedder
from forethought.domain.errors import EmbedderUnavailable, ForethoughtError, InvalidInput, Overloaded
from forethought.domain.similarity import Embedding, EmbeddingModel

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Job:
    """One distinct text on its way."""

    text: str
    done: asyncio.Future[Embedding]
    waiters: int = field(default=0)


@runtime_checkable
class OneByOne(Protocol):
    """An encoder that takes the texts of a batch one after the other."""

    async def embed_each(self, texts: Sequence[str], done: Callable[[int, Embedding], None]) -> None:
        """Embed each text and hand it over, with its index, as soon as it is there."""
        ...


class BatchingEmbedder:
    """Gather the texts that wait while the encoder works, and hand them over together.

    A text that finds the encoder idle starts at once, without a timer. Identical texts in flight are embedded once.
    A waiter that is cancelled leaves the others alone; a text that nobody waits for any more is not embedded.
    One refused text does not fail its neighbours in the batch.

    Args:
        inner: The encoder; closed with this one.
        max_batch: Most texts handed over together. A call with more goes in slices of this size, so that bulk work
            and single texts take turns.
        queue_limit: Most distinct texts that wait, those in hand not counted; at least `max_batch`.
        max_batch_chars: Most characters handed over together; a longer text goes alone.
        concurrency: Batches in hand at the same time; 1 for a local encoder, more for a remote one.
    """

    def __init__(
        self,
        inner: Embedder,
        *,
        max_batch: int = 16,
        queue_limit: int = 256,
        max_batch_chars: int = 8_192,
        concurrency: int = 1,
    ) -> None:
        if not 1 <= max_batch <= queue_limit:
            raise InvalidInput(f"expected 1 <= max_batch <= queue_limit, found {max_batch} and {queue_limit}")
        self._inner = inner
        self._max_batch = max_batch
        self._queue_limit = queue_limit
        self._max_batch_chars = max_batch_chars
        self._concurrency = concurrency
        self._jobs: dict[str, _Job] = {}  # waiting or in hand, by text
        self._waiting: deque[_Job] = deque()
        self._workers: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def model(self) -> EmbeddingModel:
        """What the vectors are made by."""
        return self._inner.model

    @property
    def waiting(self) -> int:
        """Texts that wait for the encoder now."""
        return len(self._waiting)

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed each text, in order.

        Raises:
            Overloaded: the queue is full; nothing of this slice was queued.
            EmbedderUnavailable: closed, or the encoder does not answer.
            InvalidText: the encoder refuses a text.
        """
        results: list[Embedding] = []
        for start in range(0, len(texts), self._max_batch):
            results += await self._embed_slice(texts[start : start + self._max_batch])
        return results

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        """Cut a text into chunks, as the encoder does."""
        return self._inner.split(text, max_tokens=max_tokens, overlap=overlap)

    async def close(self) -> None:
        """Refuse what waits, drop what is in hand, close the encoder."""
        self._closed = True
        self._waiting.clear()
        for job in list(self._jobs.values()):
            self._fail(job, EmbedderUnavailable("the encoder is closed"))
        workers = list(self._workers)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        await self._inner.close()

    async def _embed_slice(self, texts: Sequence[str]) -> list[Embedding]:
        jobs = self._submit(texts)
        try:
            # The shield keeps a cancelled waiter from cancelling the future that others share.
            return [await asyncio.shield(job.done) for job in jobs]
        finally:
            for job in jobs:
                self._leave(job)

    def _submit(self, texts: Sequence[str]) -> list[_Job]:
        if self._closed:
            raise EmbedderUnavailable("the encoder is closed")
        new = {text for text in texts if text not in self._jobs}
        if len(self._waiting) + len(new) > self._queue_limit:
            raise Overloaded(f"{len(self._waiting)} texts wait to be embedded; the limit is {self._queue_limit}")
        jobs = [self._job(text) for text in texts]
        if self._waiting and len(self._workers) < self._concurrency:
            self._workers.add(asyncio.get_running_loop().create_task(self._work()))
        return jobs

    def _job(self, text: str) -> _Job:
        job = self._jobs.get(text)
        if job is None:
            job = self._jobs[text] = _Job(text, asyncio.get_running_loop().create_future())
            self._waiting.append(job)
        job.waiters += 1
        return job

    def _leave(self, job: _Job) -> None:
        job.waiters -= 1
        if job.waiters == 0 and not job.done.done() and job in self._waiting:
            self._waiting.remove(job)
            self._finish(job).cancel()

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._embed_batch(self._next_batch())
        finally:
            # Here, not in a callback: a text that comes between the last look at the queue and a callback would find
            # this worker listed, and wait for ever.
            if (task := asyncio.current_task()) is not None:
                self._workers.discard(task)

    def _next_batch(self) -> list[_Job]:
        batch = [self._waiting.popleft()]
        chars = len(batch[0].text)
        while self._waiting and len(batch) < self._max_batch:
            chars += len(self._waiting[0].text)
            if chars > self._max_batch_chars:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _embed_batch(self, batch: list[_Job]) -> None:
        try:
            await self._embed_each(batch)
        except InvalidInput as error:
            if len(batch) == 1:
                self._fail(batch[0], error)
                return
            for job in batch:  # find the one at fault
                if not job.done.done():
                    await self._embed_batch([job])
        except ForethoughtError as error:
            for job in batch:
                self._fail(job, error)
        except Exception as error:  # noqa: BLE001  the loop's outer edge: a defect must not leave the others waiting
            _log.exception("embedder.defect")
            for job in batch:
                self._fail(job, EmbedderUnavailable(f"the encoder failed: {type(error).__name__}"))

    async def _embed_each(self, batch: list[_Job]) -> None:
        """Hand each vector over as soon as it is there, where the encoder works one by one."""
        texts = [job.text for job in batch]
        if isinstance(self._inner, OneByOne):
            await self._inner.embed_each(texts, lambda index, embedding: self._succeed(batch[index], embedding))
            return
        for job, embedding in zip(batch, await self._inner.embed(texts), strict=True):
            self._succeed(job, embedding)

    def _succeed(self, job: _Job, embedding: Embedding) -> None:
        future = self._finish(job)
        if not future.done():
            future.set_result(embedding)

    def _fail(self, job: _Job, error: ForethoughtError) -> None:
        future = self._finish(job)
        if not future.done():
            future.set_exception(error)
            future.exception()  # looked at, even where every waiter has left

    def _finish(self, job: _Job) -> asyncio.Future[Embedding]:
        if self._jobs.get(job.text) is job:
            del self._jobs[job.text]
        return job.done
