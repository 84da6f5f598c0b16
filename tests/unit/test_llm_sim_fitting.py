"""Filling any JSON schema with what is meant."""

from enum import IntEnum, StrEnum
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import given, strategies as st
from pydantic import BaseModel, Field

from forethought.entrypoints.llm_sim.fitting import BadSchema, check_strict, fit

SELL = {
    "signal": (-1, "sell", "-1"),
    "label": ("sell", -1),
    "conviction": (0.61, 61),
    "reasoning": ("Simulated: the wording is negative.",),
    "evidence": (["Profit falls 8%.", "Shares slide."], "Profit falls 8%."),
}


class Number(IntEnum):
    SELL = -1
    NONE = 0
    BUY = 1


class Word(StrEnum):
    BUY = "BUY"
    HOLD = "HOLD"
    SELL = "SELL"


class Quote(BaseModel):
    source: Literal["news", "context"]
    text: str


class Node(BaseModel):
    name: str
    children: list["Node"]
    parent: "Node | None"


def of(kind: Any, **more: Any) -> Any:
    """Fill the schema of a one-field model."""
    model = type("Asked", (BaseModel,), {"__annotations__": {"signal": kind}, **more})
    return model.model_validate(fit(model.model_json_schema(), SELL), strict=False).signal


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        (Literal[-1, 0, 1], -1),
        (Literal["buy", "none", "sell"], "sell"),
        (Literal["1", "0", "-1"], "-1"),
        (Number, Number.SELL),
        (Word, Word.SELL),
        (int, -1),
        (float, -1),
        (str, "sell"),
        (int | None, -1),
        (None | Word, Word.SELL),
        (bool, False),
    ],
)
def test_a_signal_takes_the_form_that_is_asked_for(kind: Any, meant: object) -> None:
    assert of(kind) == meant


def test_none_may_be_called_hold() -> None:
    schema = {"properties": {"signal": {"enum": ["buy", "hold", "sell"]}}}

    assert fit(schema, {"signal": (0, "none", "hold")}) == {"signal": "hold"}


def test_quotes_are_put_where_text_is_asked_for() -> None:
    class Asked(BaseModel):
        evidence: list[Quote] = Field(max_length=1)
        conviction: int = Field(le=100)
        reasoning: str = Field(max_length=20)

    assert fit(Asked.model_json_schema(), SELL) == {
        "evidence": [{"source": "news", "text": "Profit falls 8%."}],
        "conviction": 61,
        "reasoning": "Simulated: the",
    }


def test_a_schema_that_refers_to_itself_is_filled_with_an_end() -> None:
    tree = Node.model_validate(fit(Node.model_json_schema(), {}))

    assert tree.children[0].children == []


def test_all_of_its_parts_are_one_schema() -> None:
    parts = [
        {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}}, "required": ["a"]},
        {"properties": {"b": {"const": "x"}}, "required": ["b"]},
    ]

    assert fit({"allOf": parts}, {}) == {"a": 3, "b": "x"}


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "https://example.com/schema"},
        {"$ref": "#"},
        {"type": "verdict"},
        {"type": []},
        {"enum": []},
        {"anyOf": {"type": "string"}},
        {"type": "array", "minItems": 10**9},
        {"type": "integer", "minimum": 1e300},
        {"type": "object", "properties": ["signal"]},
        {"type": "array", "items": {"type": "array", "items": 7}},
        {"const": 2**70},
    ],
)
def test_what_is_no_schema_or_has_no_end_is_refused(schema: dict) -> None:
    with pytest.raises(BadSchema):
        fit(schema, SELL)


PLAIN = st.one_of(
    st.fixed_dictionaries({"type": st.sampled_from(["string", "boolean", "null"])}),
    st.fixed_dictionaries({"type": st.just("string"), "minLength": st.integers(0, 9), "maxLength": st.integers(9, 40)}),
    st.fixed_dictionaries({"type": st.sampled_from(["integer", "number"]), "minimum": st.integers(-5, 5)}),
    st.fixed_dictionaries({"type": st.just("integer"), "exclusiveMaximum": st.integers(-5, 5)}),
    st.fixed_dictionaries({"enum": st.lists(st.sampled_from(["buy", "sell", 1, -1, None, "x"]), min_size=1)}),
)
NAMES = st.sampled_from([*SELL, "horizon", "notes"])


def nested(inner: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
    properties = st.dictionaries(NAMES, inner, min_size=1, max_size=4)
    arrays = {"type": st.just("array"), "items": inner, "minItems": st.integers(0, 2), "maxItems": st.integers(2, 3)}
    return st.one_of(
        properties.map(lambda p: {"type": "object", "properties": p, "required": [*p], "additionalProperties": False}),
        st.fixed_dictionaries(arrays),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)}),
    )


@given(st.recursive(PLAIN, nested, max_leaves=12))
def test_what_is_filled_is_valid(schema: dict) -> None:
    jsonschema.validate(fit(schema, SELL), schema)


def test_a_model_that_forbids_others_is_strict_and_one_that_does_not_is_not() -> None:
    class Closed(BaseModel, extra="forbid"):
        signal: int

    class Open(BaseModel):
        verdict: Closed

    check_strict(Closed.model_json_schema())
    with pytest.raises(BadSchema, match="additionalProperties"):
        check_strict(Open.model_json_schema())
