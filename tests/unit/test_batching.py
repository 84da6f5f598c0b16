import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from structlog.testing import capture_logs

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.domain.errors import EmbedderUnavailable, InvalidInput, InvalidText, Overloaded
from forethought.domain.similarity import Embedding, EmbeddingModel


class GatedEmbedder:
    """An encoder that answers a batch when its gate opens, and writes down what it was given."""

    model = EmbeddingModel(name="gated", dim=1, weights_hash="0")

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.failure: Exception | None = None
        self.closed = 0

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        self.batches.append(list(texts))
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if "bad" in texts:
            raise InvalidText("bad")
        return [Embedding(np.array([len(text)], dtype=np.float32), len(text), truncated=False) for text in texts]

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        return [text]

    async def close(self) -> None:
        self.closed += 1


@pytest.fixture
def inner() -> GatedEmbedder:
    return GatedEmbedder()


async def started(embedder: BatchingEmbedder, *texts: str) -> list[asyncio.Task]:
    """Begin one call a text, the first of which the encoder takes in hand."""
    tasks = []
    for text in texts:
        tasks.append(asyncio.create_task(embedder.embed([text])))
        await turns()
    return tasks


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def lengths(embeddings: Sequence[Embedding]) -> list[int]:
    return [e.tokens for e in embeddings]


async def test_an_idle_encoder_gets_a_text_at_once(inner: GatedEmbedder) -> None:
    [task] = await started(BatchingEmbedder(inner), "a")

    assert inner.batches == [["a"]]
    inner.gate.set()
    assert lengths(await task) == [1]


async def test_what_waits_goes_together(inner: GatedEmbedder) -> None:
    tasks = await started(BatchingEmbedder(inner, max_batch=3), "a", "bb", "ccc", "dddd", "eeeee")

    inner.gate.set()

    assert [lengths(await task) for task in tasks] == [[1], [2], [3], [4], [5]]
    assert inner.batches == [["a"], ["bb", "ccc", "dddd"], ["eeeee"]]


async def test_long_texts_do_not_ride_together(inner: GatedEmbedder) -> None:
    tasks = await started(BatchingEmbedder(inner, max_batch_chars=10), "a", "b" * 50, "c", "d" * 9, "e" * 2)

    inner.gate.set()
    await asyncio.gather(*tasks)

    assert [list(map(len, batch)) for batch in inner.batches] == [[1], [50], [1, 9], [2]]


async def test_the_same_text_in_flight_is_embedded_once(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner)
    tasks = await started(embedder, "a", "a", "bb", "bb")
    tasks.append(asyncio.create_task(embedder.embed(["bb", "bb", "a"])))
    await turns()

    inner.gate.set()
    results = await asyncio.gather(*tasks)

    assert [lengths(result) for result in results] == [[1], [1], [2], [2], [2, 2, 1]]
    assert inner.batches == [["a"], ["bb"]]


async def test_a_text_that_comes_while_the_last_answer_goes_out_is_not_forgotten(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner)
    for delay in range(8):  # turns of the loop between the answer and the next text
        inner.gate.clear()
        [task] = await started(embedder, "a")
        inner.gate.set()
        for _ in range(delay):
            await asyncio.sleep(0)

        assert lengths(await embedder.embed(["bb"])) == [2]
        await task


async def test_nothing_is_remembered_after_the_answer(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner)
    inner.gate.set()

    await embedder.embed(["a"])
    await embedder.embed(["a"])

    assert inner.batches == [["a"], ["a"]]
    assert embedder._jobs == {}


async def test_a_full_queue_refuses_and_recovers(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner, max_batch=2, queue_limit=2)
    tasks = await started(embedder, "a", "b", "c")

    with pytest.raises(Overloaded):
        await embedder.embed(["d"])
    same = asyncio.create_task(embedder.embed(["b"]))  # in flight already: takes no place
    await turns()
    inner.gate.set()

    assert len(await asyncio.gather(*tasks, same)) == 4
    assert lengths(await embedder.embed(["dd"])) == [2]


async def test_bulk_work_and_single_texts_take_turns(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner, max_batch=2, queue_limit=3)
    bulk = asyncio.create_task(embedder.embed([f"bulk {n}" for n in range(6)]))
    [single] = await started(embedder, "single")

    inner.gate.set()

    assert len(await bulk) == 6
    assert lengths(await single) == [6]
    assert inner.batches[1][0] == "single"


async def test_a_cancelled_waiter_leaves_the_others_alone(inner: GatedEmbedder) -> None:
    first, second, third = await started(BatchingEmbedder(inner), "a", "a", "b")

    first.cancel()
    await turns()
    inner.gate.set()

    assert [lengths(await second), lengths(await third)] == [[1], [1]]


async def test_a_text_that_nobody_waits_for_any_more_is_not_embedded(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner)
    first, second, third = await started(embedder, "a", "left", "b")

    second.cancel()
    await turns()
    inner.gate.set()
    await asyncio.gather(first, third)

    assert inner.batches == [["a"], ["b"]]
    assert embedder._jobs == {}


async def test_one_refused_text_does_not_fail_its_neighbours(inner: GatedEmbedder) -> None:
    tasks = await started(BatchingEmbedder(inner), "a", "b", "bad", "c")

    inner.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(result) for result in results] == [list, list, InvalidText, list]


async def test_a_failure_reaches_everyone_in_the_batch_and_is_over(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner)
    inner.failure = EmbedderUnavailable("down")
    tasks = await started(embedder, "a", "b")
    inner.gate.set()

    results = await asyncio.gather(*tasks, return_exceptions=True)
    inner.failure = None

    assert [type(result) for result in results] == [EmbedderUnavailable] * 2
    assert lengths(await embedder.embed(["a"])) == [1]


async def test_a_defect_of_the_encoder_is_logged_and_leaves_nobody_waiting(inner: GatedEmbedder) -> None:
    inner.failure = ZeroDivisionError()
    inner.gate.set()

    with capture_logs() as logs, pytest.raises(EmbedderUnavailable):
        await BatchingEmbedder(inner).embed(["a"])

    assert [line["event"] for line in logs] == ["embedder.defect"]


async def test_closing_ends_every_wait(inner: GatedEmbedder) -> None:
    embedder = BatchingEmbedder(inner, max_batch=1)
    tasks = await started(embedder, "a", "b", "c")

    await embedder.close()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(result) for result in results] == [EmbedderUnavailable] * 3
    assert inner.closed == 1
    with pytest.raises(EmbedderUnavailable):
        await embedder.embed(["d"])


async def test_several_batches_can_be_in_hand(inner: GatedEmbedder) -> None:
    tasks = await started(BatchingEmbedder(inner, concurrency=2), "a", "b", "c", "d")

    assert inner.batches == [["a"], ["b"]]
    inner.gate.set()
    await asyncio.gather(*tasks)

    assert inner.batches == [["a"], ["b"], ["c", "d"]]


@pytest.mark.parametrize("options", [{"max_batch": 0}, {"max_batch": 4, "queue_limit": 3}])
def test_impossible_limits_are_refused(options: dict) -> None:
    with pytest.raises(InvalidInput):
        BatchingEmbedder(GatedEmbedder(), **options)
