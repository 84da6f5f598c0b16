"""A cross-encoder in ONNX form, from files that the operator names."""

import asyncio
import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import structlog
from tokenizers import Tokenizer

from forethought.domain.errors import ConfigurationError, VerifierUnavailable

# ONNX Runtime 1.31 sends telemetry from Linux unless this is set before its import; there is no call for it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime as ort

Floats: TypeAlias = npt.NDArray[np.float64]

_IDS, _MASK, _TYPES = "input_ids", "attention_mask", "token_type_ids"

_log = structlog.get_logger(__name__)


class OnnxVerifier:
    """A sequence classifier over pairs of texts, in a thread of its own.

    With several labels (natural language inference) the softmax of label `entailment` counts; each pair is asked in
    both directions and the smaller probability stands, since "gold rises 3 %" entails "gold rises" and not the
    reverse. With one label (a similarity or duplicate head) its sigmoid counts, also in both directions.

    Args:
        model: The `.onnx` file; inputs `input_ids`, `attention_mask` and, where the model has them, `token_type_ids`,
            all int64 (batch, tokens); the first output float (batch, labels), before softmax.
        tokenizer: Its `tokenizer.json`.
        entailment: Index of the label that says the same; 0 for a model with one label.
        max_tokens: Most tokens of a pair, special ones included; a longer pair is judged 0.
        batch: Most pairs that go through the model together.
        threads: Threads that work on one batch.
        timeout_s: Longest wait for an answer, other questions in the thread included.

    Raises:
        ConfigurationError: a file is missing or unreadable, or the model is of another form.
    """

    def __init__(
        self,
        *,
        model: Path,
        tokenizer: Path,
        entailment: int = 0,
        max_tokens: int = 256,
        batch: int = 16,
        threads: int = 1,
        timeout_s: float = 0.2,
    ) -> None:
        weights = _bytes(model, "model")
        self._session = _session(weights, threads, model)
        self._inputs = frozenset(node.name for node in self._session.get_inputs())
        _require_form(self._session, self._inputs, entailment, model)
        self._output = self._session.get_outputs()[0].name
        self._tokenizer = _tokenizer(_bytes(tokenizer, "tokenizer"), tokenizer)
        self._entailment = entailment
        self._max_tokens = max_tokens
        self._batch = batch
        self._timeout_s = timeout_s
        self._model = f"{model.stem}@{hashlib.sha256(weights).hexdigest()[:12]}"
        # One thread: a second one would share the cores that the first already fills.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="verifier")

    @property
    def model(self) -> str:
        """File name and hash of the weights."""
        return self._model

    async def verify(self, asked: str, remembered: Sequence[str]) -> list[float]:
        """Judge each remembered text against the asked one, in order.

        Raises:
            VerifierUnavailable: closed, late, or the model failed.
        """
        if not remembered:
            return []
        try:
            job = asyncio.get_running_loop().run_in_executor(self._executor, self.judge, asked, tuple(remembered))
            return await asyncio.wait_for(job, self._timeout_s)
        except TimeoutError as error:
            raise VerifierUnavailable(f"the verifier did not answer within {self._timeout_s:g} s") from error
        except RuntimeError as error:  # the executor was shut down; ONNX Runtime's own errors are RuntimeErrors too
            raise VerifierUnavailable("the verifier is closed, or its model failed") from error

    def judge(self, asked: str, remembered: Sequence[str]) -> list[float]:
        """Judge in this thread.

        Raises:
            VerifierUnavailable: the model failed, or gave something that is no probability.
        """
        pairs = [pair for text in remembered for pair in ((asked, text), (text, asked))]
        try:
            both = np.concatenate([self._probabilities(part) for part in _parts(pairs, self._batch)])
        except Exception as error:
            _log.exception("verifier.failed", model=self._model)
            raise VerifierUnavailable("the verifier's model failed") from error
        if not np.isfinite(both).all():
            raise VerifierUnavailable("the verifier's model gave something that is no number")
        return [float(least) for least in both.reshape(-1, 2).min(axis=1)]

    async def close(self) -> None:
        """Wait for the batch in hand, then end the thread."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._executor.shutdown)

    def _probabilities(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        encoded = self._tokenizer.encode_batch(list(pairs))
        found = np.zeros(len(pairs))
        read = [at for at, encoding in enumerate(encoded) if len(encoding) <= self._max_tokens]
        if not read:
            return found
        width = max(len(encoded[at]) for at in read)
        rows = {name: np.zeros((len(read), width), dtype=np.int64) for name in (_IDS, _MASK, _TYPES)}
        for row, at in enumerate(read):
            length = len(encoded[at])
            rows[_IDS][row, :length] = encoded[at].ids
            rows[_MASK][row, :length] = 1
            rows[_TYPES][row, :length] = encoded[at].type_ids
        feeds = {name: values for name, values in rows.items() if name in self._inputs}
        found[read] = _share(self._session.run([self._output], feeds)[0].astype(np.float64), self._entailment)
        return found


def _share(logits: Floats, label: int) -> Floats:
    """Return the probability of a label; of a single one its sigmoid; NaN for logits that are no numbers."""
    if not np.isfinite(logits).all():
        return np.full(len(logits), np.nan)
    if logits.shape[1] == 1:
        one: Floats = 1.0 / (1.0 + np.exp(-logits[:, 0]))
        return one
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    many: Floats = raised[:, label] / raised.sum(axis=1)
    return many


def _parts(pairs: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    return (pairs[at : at + size] for at in range(0, len(pairs), size))


def _bytes(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"verifier: cannot read the {what} {path}: {error.strerror or error}") from error


def _tokenizer(raw: bytes, path: Path) -> Any:  # noqa: ANN401  tokenizers carries no types
    try:
        tokenizer: Any = Tokenizer.from_buffer(raw)
    except Exception as error:  # tokenizers raises plain Exception
        raise ConfigurationError(f"verifier: {path} is no tokenizer.json") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()  # a cut pair is not a read one
    return tokenizer


def _session(weights: bytes, threads: int, path: Path) -> Any:  # noqa: ANN401  onnxruntime carries no types
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises a class for each of its status codes
        raise ConfigurationError(f"verifier: ONNX Runtime cannot load {path}") from error


def _require_form(session: Any, inputs: frozenset[str], entailment: int, path: Path) -> None:  # noqa: ANN401  as above
    """Refuse a model that is no classifier of pairs, at start-up rather than at the first question."""
    if not {_IDS, _MASK} <= inputs <= {_IDS, _MASK, _TYPES}:
        raise ConfigurationError(
            f"verifier: {path} takes {sorted(inputs)}, expected {_IDS}, {_MASK} and maybe {_TYPES}"
        )
    shape = session.get_outputs()[0].shape
    labels = shape[-1] if len(shape) == 2 else None  # noqa: PLR2004  (batch, labels)
    if not isinstance(labels, int):
        raise ConfigurationError(
            f"verifier: {path} gives {shape}, expected (batch, labels) with a fixed number of them"
        )
    if not 0 <= entailment < labels:
        raise ConfigurationError(f"verifier: label {entailment} of {path}, which has {labels}")
