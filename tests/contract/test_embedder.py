"""What every encoder does: the local one, OpenAI and Azure over HTTP, each alone and behind the batching one."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator

import numpy as np
import openai
import pytest
from pydantic import SecretStr
from tests.fakes.openai_server import KEY, FakeOpenAi, vector

from forethought.adapters.embedding.batching import BatchingEmbedder
from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.embedding.openai import ERRORS, AzureOpenAiEmbedder, OpenAiEmbedder
from forethought.application.ports.embedder import Embedder
from forethought.domain.errors import ConfigurationError, EmbedderUnavailable, InvalidInput, InvalidText, Overloaded

HEADLINES = [
    "Oil rises 2% as OPEC+ cuts output",
    "Fed holds rates steady",
    "Apple (NASDAQ: AAPL) beats estimates on iPhone sales",
    "Gold falls 0.3% on a firmer dollar",
]
ARTICLE = "\n\n".join(
    f"{number}. {headline}; naïve “quotes” and 黄金 stay." for number in range(40) for headline in HEADLINES
)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAi]:
    with FakeOpenAi() as running:
        yield running


@pytest.fixture
def scripted(server: FakeOpenAi) -> Iterator[FakeOpenAi]:
    """The server with an empty script before and after."""
    server.script.clear()
    server.requests.clear()
    server.paths.clear()
    yield server
    server.script.clear()


def remote(kind: str, url: str, **options) -> OpenAiEmbedder:
    options = {"api_key": SecretStr(KEY), "max_retries": 0, "timeout_s": 10} | options
    if kind == "azure":
        return AzureOpenAiEmbedder(endpoint=url, deployment="embed-small", **options)
    return OpenAiEmbedder(base_url=f"{url}/v1", **options)


@pytest.fixture(params=["minilm", "minilm_shipped", "openai", "azure", "minilm_batched", "openai_batched"])
async def embedder(request: pytest.FixtureRequest, scripted: FakeOpenAi) -> AsyncIterator[Embedder]:
    kind, _, wrapped = request.param.partition("_")
    local = MiniLmEmbedder(variant="shipped" if wrapped == "shipped" else "int8") if kind == "minilm" else None
    inner = local or remote(kind, scripted.url)
    built = BatchingEmbedder(inner, max_batch=4, queue_limit=8) if wrapped == "batched" else inner
    yield built
    await built.close()


async def test_vectors_have_unit_norm_and_the_dimension_of_the_model(embedder: Embedder) -> None:
    embeddings = await embedder.embed(HEADLINES)

    assert [e.vector.shape for e in embeddings] == [(embedder.model.dim,)] * len(HEADLINES)
    assert {e.vector.dtype for e in embeddings} == {np.dtype(np.float32)}
    assert [float(np.linalg.norm(e.vector)) for e in embeddings] == pytest.approx([1.0] * len(HEADLINES), abs=1e-5)
    assert all(e.tokens > 3 and not e.truncated for e in embeddings)


async def test_order_is_kept_and_company_changes_nothing(embedder: Embedder) -> None:
    together = await embedder.embed([*HEADLINES, HEADLINES[0]])
    alone = [(await embedder.embed([text]))[0] for text in HEADLINES]

    for left, right in zip(together, [*alone, alone[0]], strict=True):
        np.testing.assert_array_equal(left.vector, right.vector)


async def test_more_texts_than_the_queue_holds_are_embedded_by_turns(embedder: Embedder) -> None:
    texts = [f"{headline} ({number})" for number in range(5) for headline in HEADLINES]

    embeddings = await embedder.embed(texts)

    last = (await embedder.embed(texts[-1:]))[0]
    assert len(embeddings) == len(texts)
    np.testing.assert_array_equal(embeddings[-1].vector, last.vector)


async def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert await embedder.embed([]) == []


async def test_a_long_text_is_flagged_with_its_length_before_the_cut(embedder: Embedder) -> None:
    [embedding] = await embedder.embed(["gold rises " * 10_000])

    assert embedding.truncated
    assert embedding.tokens >= 20_000


@pytest.mark.parametrize("text", ["", " \n\t", "a lone surrogate \ud800"])
async def test_what_cannot_be_embedded_is_refused(embedder: Embedder, text: str) -> None:
    with pytest.raises(InvalidText):
        await embedder.embed([text])


async def test_a_refused_text_leaves_the_encoder_usable(embedder: Embedder) -> None:
    with pytest.raises(InvalidText):
        await embedder.embed([""])

    assert len(await embedder.embed(HEADLINES)) == len(HEADLINES)


@pytest.mark.parametrize(("max_tokens", "overlap"), [(256, 64), (32, 8), (5, 0), (1, 0)])
def test_chunks_cover_the_text_and_overlap(embedder: Embedder, max_tokens: int, overlap: int) -> None:
    chunks = embedder.split(ARTICLE, max_tokens=max_tokens, overlap=overlap)

    start = end = 0
    for chunk in chunks:
        start = ARTICLE.rindex(chunk, start, end + len(chunk))
        assert start <= end
        end = start + len(chunk)
    assert end == len(ARTICLE)
    assert (sum(map(len, chunks)) > len(ARTICLE)) == (overlap > 0)


def test_the_empty_text_has_no_chunks(embedder: Embedder) -> None:
    assert embedder.split("", max_tokens=10, overlap=2) == []


@pytest.mark.parametrize(("max_tokens", "overlap"), [(0, 0), (4, 4), (4, -1)])
def test_impossible_chunk_sizes_are_refused(embedder: Embedder, max_tokens: int, overlap: int) -> None:
    with pytest.raises(InvalidInput):
        embedder.split(ARTICLE, max_tokens=max_tokens, overlap=overlap)


async def test_a_closed_encoder_says_so_and_closes_twice(embedder: Embedder) -> None:
    await embedder.embed(HEADLINES)

    await embedder.close()
    await embedder.close()

    with pytest.raises(EmbedderUnavailable):
        await embedder.embed(HEADLINES)


async def test_the_loop_runs_on_while_texts_are_embedded(embedder: Embedder) -> None:
    turns = 0
    task = asyncio.ensure_future(embedder.embed(HEADLINES * 4))
    while not task.done():
        turns += 1
        await asyncio.sleep(0)

    assert len(await task) == 16
    assert turns > 10


# --- remote only ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["openai", "azure"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("400", ConfigurationError),
        ("401", ConfigurationError),
        ("403", ConfigurationError),
        ("404", ConfigurationError),
        ("408", EmbedderUnavailable),
        ("409", EmbedderUnavailable),
        ("418", EmbedderUnavailable),
        ("422", ConfigurationError),
        ("429", Overloaded),
        ("quota", ConfigurationError),
        ("500", EmbedderUnavailable),
        ("503", EmbedderUnavailable),
        ("cut", EmbedderUnavailable),
        ("html", EmbedderUnavailable),
        ("short", EmbedderUnavailable),
        ("narrow", EmbedderUnavailable),
        ("nan", EmbedderUnavailable),
    ],
)
async def test_vendor_errors_become_ours(kind: str, scripted: FakeOpenAi, step: str, error: type[Exception]) -> None:
    scripted.script.append(step)
    embedder = remote(kind, scripted.url)

    with pytest.raises(error) as caught:
        await embedder.embed(HEADLINES)
    await embedder.close()

    assert type(caught.value) is error


async def test_a_hanging_service_is_unavailable_after_the_timeout(kind: str, scripted: FakeOpenAi) -> None:
    scripted.script.append("hang")
    embedder = remote(kind, scripted.url, timeout_s=0.2)

    with pytest.raises(EmbedderUnavailable):
        await embedder.embed(HEADLINES)
    await embedder.close()


async def test_a_refused_connection_is_unavailable(kind: str) -> None:
    with FakeOpenAi() as gone:
        url = gone.url
    embedder = remote(kind, url)

    with pytest.raises(EmbedderUnavailable) as caught:
        await embedder.embed(HEADLINES)
    await embedder.close()

    assert isinstance(caught.value.__cause__, openai.APIConnectionError)


async def test_a_passing_failure_is_repeated(kind: str, scripted: FakeOpenAi) -> None:
    scripted.script.append("500")
    embedder = remote(kind, scripted.url, max_retries=1)

    assert len(await embedder.embed(HEADLINES)) == len(HEADLINES)
    await embedder.close()

    assert len(scripted.requests) == 2


@pytest.mark.parametrize("step", ["echo_key", "401", "429", "html", "cut"])
async def test_the_key_shows_nowhere(
    kind: str, scripted: FakeOpenAi, step: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    scripted.script.append(step)
    embedder = remote(kind, scripted.url)

    with pytest.raises(Exception, match="embedding service") as caught:
        await embedder.embed(HEADLINES)
    await embedder.close()

    shown: list[str] = [repr(embedder), str(embedder.model), *caplog.messages]
    error: BaseException | None = caught.value
    while error is not None:
        shown += [repr(error), str(error)]
        error = error.__cause__ or error.__context__
    assert KEY not in "\n".join(shown)


@pytest.mark.parametrize("step", ["floats", "reversed"])
async def test_servers_that_answer_their_own_way_are_understood(kind: str, scripted: FakeOpenAi, step: str) -> None:
    scripted.script.append(step)
    embedder = remote(kind, scripted.url)

    embeddings = await embedder.embed(HEADLINES)
    await embedder.close()

    for text, embedding in zip(HEADLINES, embeddings, strict=True):
        np.testing.assert_allclose(embedding.vector, vector(text, 1_536), atol=1e-6)


async def test_another_dimension_is_asked_for_and_is_another_model(kind: str, scripted: FakeOpenAi) -> None:
    small = remote(kind, scripted.url, dim=256)
    large = remote(kind, scripted.url, model="text-embedding-3-large")

    [embedding] = await small.embed(HEADLINES[:1])
    [wide] = await large.embed(HEADLINES[:1])
    await small.close()
    await large.close()

    assert (embedding.vector.shape, wide.vector.shape) == ((256,), (3_072,))
    assert [request.get("dimensions") for request in scripted.requests] == [256, None]
    assert small.model.tag != large.model.tag


async def test_the_count_of_a_single_text_is_the_providers(kind: str, scripted: FakeOpenAi) -> None:
    embedder = remote(kind, scripted.url)

    [embedding] = await embedder.embed(["Incomprehensibilities"])
    await embedder.close()

    assert embedding.tokens == 6  # the fake counts four letters a token


async def test_a_text_that_the_provider_finds_too_long_is_cut_and_flagged(kind: str, scripted: FakeOpenAi) -> None:
    """We count 7,500 tokens (a quarter of the bytes), the fake provider 10,000."""
    text = "house " * 5_000
    embedder = remote(kind, scripted.url)

    long, short = await embedder.embed([text, HEADLINES[0]])
    await embedder.close()

    assert (long.truncated, short.truncated) == (True, False)
    assert len(scripted.requests) == 2


async def test_many_texts_go_in_several_requests(kind: str, scripted: FakeOpenAi) -> None:
    texts = [f"headline {number}" for number in range(300)]
    embedder = remote(kind, scripted.url, dim=8)

    embeddings = await embedder.embed(texts)
    await embedder.close()

    assert [len(request["input"]) for request in scripted.requests] == [256, 44]
    np.testing.assert_allclose(embeddings[299].vector, vector(texts[299], 8), atol=1e-6)


async def test_azure_calls_its_deployment(scripted: FakeOpenAi) -> None:
    embedder = remote("azure", scripted.url, api_version="2024-10-21")

    await embedder.embed(HEADLINES)
    await embedder.close()

    assert scripted.paths == ["/openai/deployments/embed-small/embeddings?api-version=2024-10-21"]


@pytest.mark.parametrize("options", [{"model": "unheard-of"}, {"dim": 4_000}, {"dim": 0}, {"api_key": SecretStr("")}])
def test_impossible_settings_are_refused(kind: str, options: dict) -> None:
    with pytest.raises(ConfigurationError):
        remote(kind, "http://127.0.0.1:9", **options)


def test_every_vendor_error_is_mapped() -> None:
    """A new class in the vendor's package must be given its place; these few cannot come from embeddings."""
    elsewhere = {
        openai.ContentFilterFinishReasonError,
        openai.LengthFinishReasonError,
        openai.OAuthError,
        openai.WebSocketConnectionClosedError,
        openai.WebSocketQueueFullError,
    }
    exported = {value for value in list(vars(openai).values()) if inspect.isclass(value)}
    errors = {
        value for value in exported if issubclass(value, openai.OpenAIError) and not value.__name__.startswith("_")
    }

    assert errors - elsewhere == set(ERRORS)
