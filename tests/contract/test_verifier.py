"""What a verifier does: the ONNX one, on graphs that these tests build."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from forethought.adapters.verifier.onnx import OnnxVerifier
from forethought.application.ports.verifier import Verifier
from forethought.domain.errors import ConfigurationError, VerifierUnavailable

WORDS = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "gold", "rises", "falls", "3", "today"]
RISES, FALLS = WORDS.index("rises"), WORDS.index("falls")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer of nine words that asks for truncation, as published ones do."""
    built = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    built.normalizer = normalizers.Lowercase()
    built.pre_tokenizer = pre_tokenizers.Whitespace()
    built.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    built.enable_truncation(6)
    path = tmp_path_factory.mktemp("verifier") / "tokenizer.json"
    built.save(str(path))
    return path


def a_passage(path: Path, *names: str) -> None:
    """A graph that hands its first input on: no classifier."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.INT64, ["batch", "tokens"])]
    graph = helper.make_graph([helper.make_node("Identity", [names[0]], ["logits"])], "passage", inputs, outputs)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))


def a_model(path: Path, *, weights: list[list[float]], typed: bool = True) -> Path:
    """A graph that adds up one row of `weights` a token, tokens of the second text counted threefold.

    Args:
        path: Where to write it.
        weights: For each word of `WORDS` its logits, one a label.
        typed: Whether the graph takes `token_type_ids`.
    """
    table = np.asarray(weights, dtype=np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
    ]
    scale = "mask"
    if typed:
        nodes += [
            helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["second", "two"], ["twice"]),
            helper.make_node("Add", ["twice", "mask"], ["weight"]),
        ]
        scale = "weight"
    nodes += [
        helper.make_node("Unsqueeze", [scale, "last"], ["column"]),
        helper.make_node("Mul", ["each", "column"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "middle"], ["logits"], keepdims=0),
    ]
    names = ["input_ids", "attention_mask", *(["token_type_ids"] if typed else [])]
    graph = helper.make_graph(
        nodes,
        "pairs",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", table.shape[1]])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([2.0], dtype=np.float32), "two"),
            numpy_helper.from_array(np.array([-1]), "last"),
            numpy_helper.from_array(np.array([1]), "middle"),
        ],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path


def table(labels: int, **logits: list[float]) -> list[list[float]]:
    """Logits by word, 0 for the others."""
    return [logits.get(word, [0.0] * labels) for word in WORDS]


@pytest.fixture
async def make(tmp_path: Path, tokenizer: Path):
    """Build verifiers and close them afterwards."""
    built: list[OnnxVerifier] = []

    def build(weights: list[list[float]], *, typed: bool = True, **options: object) -> Verifier:
        model = a_model(tmp_path / f"model-{len(built)}.onnx", weights=weights, typed=typed)
        built.append(OnnxVerifier(model=model, tokenizer=tokenizer, **{"timeout_s": 30.0} | options))
        return built[-1]

    yield build
    for verifier in built:
        await verifier.close()


Make = Callable[..., Verifier]


async def test_each_remembered_text_is_judged_in_order(make: Make) -> None:
    verifier = make(table(2, falls=[0.0, -4.0]), entailment=1)

    judged = await verifier.verify("gold rises", ["gold rises", "gold falls", "gold rises 3"])

    assert judged[0] == judged[2] == pytest.approx(0.5)
    assert judged[1] < 0.02


async def test_a_pair_is_asked_both_ways_and_the_smaller_probability_stands(make: Make) -> None:
    """In the graph a word of the second text weighs three times: `today` entails less there."""
    verifier = make(table(2, today=[0.0, -1.0]), entailment=1)

    [one] = await verifier.verify("gold rises today", ["gold rises"])
    [other] = await verifier.verify("gold rises", ["gold rises today"])

    assert one == other == pytest.approx(1 / (1 + np.exp(3.0)))


async def test_the_label_of_entailment_is_chosen_by_its_index(make: Make) -> None:
    weights = table(3, gold=[1.0, 2.0, 3.0])
    both = np.exp([4.0 * 1.0, 4.0 * 2.0, 4.0 * 3.0])  # once in the first text, threefold in the second

    for label in range(3):
        [judged] = await make(weights, entailment=label).verify("gold", ["gold"])
        assert judged == pytest.approx(both[label] / both.sum(), rel=1e-5)


async def test_a_model_with_one_label_gives_its_sigmoid(make: Make) -> None:
    [judged] = await make(table(1, gold=[0.5])).verify("gold", ["gold"])

    assert judged == pytest.approx(1 / (1 + np.exp(-2.0)))


async def test_company_in_the_batch_changes_nothing(make: Make) -> None:
    verifier = make(table(2, falls=[0.0, -4.0], today=[0.3, 0.1]), entailment=1, batch=3)
    texts = ["gold rises", "gold falls today 3", "gold", "today today today rises"]

    together = await verifier.verify("gold rises 3", texts)
    alone = [(await verifier.verify("gold rises 3", [text]))[0] for text in texts]

    assert together == pytest.approx(alone)


async def test_a_model_without_token_types_is_fed_without_them(make: Make) -> None:
    [judged] = await make(table(1, gold=[1.0]), typed=False).verify("gold", ["gold"])

    assert judged == pytest.approx(1 / (1 + np.exp(-2.0)))


async def test_a_pair_longer_than_the_model_reads_is_doubted(make: Make) -> None:
    """What was cut away may contradict, so neither the tokenizer's own truncation nor ours makes it pass."""
    verifier = make(table(1, gold=[9.0]), max_tokens=9)

    assert await verifier.verify("gold rises", ["gold rises 3 today today", "gold"]) == [0.0, pytest.approx(1.0)]


async def test_nothing_remembered_gives_nothing(make: Make) -> None:
    assert await make(table(1)).verify("gold", []) == []


@pytest.mark.parametrize("logit", [float("nan"), float("inf")])
async def test_a_model_that_gives_no_number_is_unavailable(make: Make, logit: float) -> None:
    with pytest.raises(VerifierUnavailable, match="no number"):
        await make(table(2, gold=[logit, 0.0])).verify("gold", ["gold"])


async def test_a_late_answer_is_no_answer(make: Make) -> None:
    verifier = make(table(1), timeout_s=0.000_001)

    with pytest.raises(VerifierUnavailable, match="within"):
        await verifier.verify("gold", ["gold"] * 200)


async def test_a_model_that_fails_is_unavailable(make: Make) -> None:
    """A token that the model has no row for: its own tokenizer would never give it."""
    verifier = make(table(1)[:4])

    with pytest.raises(VerifierUnavailable) as caught:
        await verifier.verify("gold", ["gold"])

    assert (caught.value.code, caught.value.retryable) == ("verifier_unavailable", True)


async def test_a_closed_verifier_is_unavailable_and_closes_again(make: Make) -> None:
    verifier = make(table(1))
    await verifier.close()
    await verifier.close()

    with pytest.raises(VerifierUnavailable):
        await verifier.verify("gold", ["gold"])


async def test_callers_at_once_get_their_own_answers(make: Make) -> None:
    verifier = make(table(1, rises=[1.0], falls=[-1.0]))

    up, down = await asyncio.gather(verifier.verify("rises", ["rises"]), verifier.verify("falls", ["falls"]))

    assert up[0] > 0.9
    assert down[0] < 0.1


def test_a_model_is_named_by_its_file_and_its_weights(tmp_path: Path, tokenizer: Path) -> None:
    one = OnnxVerifier(model=a_model(tmp_path / "a.onnx", weights=table(1)), tokenizer=tokenizer)
    two = OnnxVerifier(model=a_model(tmp_path / "b.onnx", weights=table(1, gold=[1.0])), tokenizer=tokenizer)

    assert one.model.startswith("a@")
    assert one.model.partition("@")[2] != two.model.partition("@")[2]


def test_the_runtime_sends_no_telemetry() -> None:
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model": "missing.onnx"}, "cannot read the model"),
        ({"tokenizer": "missing.json"}, "cannot read the tokenizer"),
        ({"model": "broken"}, "cannot load"),
        ({"tokenizer": "broken"}, r"no tokenizer\.json"),
        ({"entailment": 2}, "label 2"),
        ({"entailment": -1}, "label -1"),
        ({"model": "other.onnx"}, "expected input_ids"),
        ({"model": "tokens.onnx"}, "fixed number"),
    ],
)
def test_a_wrong_file_is_refused_at_the_start(
    tmp_path: Path, tokenizer: Path, change: dict[str, object], told: str
) -> None:
    a_model(tmp_path / "model.onnx", weights=table(2))
    a_passage(tmp_path / "other.onnx", "pixels", "attention_mask")
    a_passage(tmp_path / "tokens.onnx", "input_ids", "attention_mask")
    (tmp_path / "broken").write_text("no graph, no JSON", encoding="utf-8")
    options: dict[str, object] = {"model": "model.onnx", "tokenizer": tokenizer} | change
    paths = {name: tmp_path / str(options[name]) for name in ("model", "tokenizer")}

    with pytest.raises(ConfigurationError, match=told):
        OnnxVerifier(**options | paths)
