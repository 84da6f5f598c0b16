"""Fit what is meant into any JSON schema.

Properties of known names get their meaning, all others a plain value of their type. `pattern`, `multipleOf`,
`uniqueItems`, `not` and `if` are not heeded.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import orjson

Schema = Mapping[str, Any]
Said = Sequence[object]
"""What a value should say, in the forms that it may take, best first: `(1, "buy")`."""

_MAX_DEPTH: Final = 48
_MAX_VALUES: Final = 2_000
_MAX_BOUND: Final = 1e15
_FORMATS: Final = {"date-time": "2000-01-01T00:00:00Z", "date": "2000-01-01", "time": "00:00:00Z"}
_PLAIN: Final = "simulated"
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


class BadSchema(ValueError):
    """A schema that cannot be read or filled."""


def fit(schema: Schema, meanings: Mapping[str, Said]) -> Any:  # noqa: ANN401 - JSON of any form
    """Return a value of the schema.

    Raises:
        BadSchema: it is not a schema, refers to nothing, or has no end.
    """
    filled = _Filler(schema, meanings).value(schema, (), 0)
    try:
        orjson.dumps(filled)
    except orjson.JSONEncodeError as error:  # a constant nested without end, or a number beyond 64 bits
        raise BadSchema(f"a value that it names cannot be written: {error}") from error
    return filled


class _Filler:
    def __init__(self, root: Schema, meanings: Mapping[str, Said]) -> None:
        self._root = root
        self._meanings = meanings
        self._expanding: list[str] = []
        """The references in whose midst we are: met again, they are filled with as little as may be."""
        self._left = _MAX_VALUES

    def value(self, schema: object, said: Said, depth: int) -> object:
        """Fill one schema."""
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            raise BadSchema("the schema is too deep or too large")
        if isinstance(schema, bool):
            return next(iter(said), _PLAIN)
        if not isinstance(schema, Mapping):
            raise BadSchema("a schema must be an object")
        if "$ref" in schema:
            return self._referred(schema, said, depth)
        if (inner := self._inner(schema, said)) is not None:
            return self.value(inner, said, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return _chosen(schema["enum"], said)
        return self._typed(_type(schema, said, scarce=self._scarce), schema, said, depth)

    @property
    def _scarce(self) -> bool:
        """We are inside a reference to itself."""
        return len(self._expanding) != len(set(self._expanding))

    def _referred(self, schema: Schema, said: Said, depth: int) -> object:
        pointer = schema["$ref"]
        target: object = self._root
        if not isinstance(pointer, str) or not pointer.startswith("#"):
            raise BadSchema(f"cannot follow the reference {pointer!r}")
        for step in pointer.split("/")[1:]:
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        if target is None:
            raise BadSchema(f"the reference {pointer!r} leads nowhere")
        self._expanding.append(pointer)
        filled = self.value(target, said, depth + 1)
        self._expanding.pop()
        return filled

    def _inner(self, schema: Schema, said: Said) -> object:
        """Return the schema to fill instead of one that is made of others; `None` for any other."""
        if branches := schema.get("anyOf") or schema.get("oneOf"):
            return self._branch(branches, said)
        if parts := schema.get("allOf"):
            return _merged(schema, parts)
        return None

    def _branch(self, branches: object, said: Said) -> object:
        """Choose the first branch that can say it, else the first that says something."""
        if not isinstance(branches, list):
            raise BadSchema("anyOf and oneOf must be lists")
        nulls = [b for b in branches if isinstance(b, Mapping) and b.get("type") == "null"]
        if self._scarce and nulls:
            return nulls[0]
        able = [b for b in branches if isinstance(b, Mapping) and self._can_say(b, said)]
        return next(iter([*able, *(b for b in branches if b not in nulls), *nulls]))

    def _can_say(self, branch: Schema, said: Said) -> bool:
        if "const" in branch:
            return any(_same(branch["const"], form) for form in said)
        if isinstance(branch.get("enum"), list):
            return any(_same(value, form) for form in said for value in branch["enum"])
        return any(_is(form, name) for form in said for name in _type_names(branch))

    def _typed(self, name: str, schema: Schema, said: Said, depth: int) -> object:
        if name == "object":
            return self._object(schema, said, depth)
        if name == "array":
            return self._array(schema, said, depth)
        form = next((form for form in said if _is(form, name)), None)
        if name == "string":
            return _string(schema, form)
        if name in {"integer", "number"}:
            return _number(schema, form, whole=name == "integer")
        return form if name == "boolean" and form is not None else {"boolean": False, "null": None}[name]

    def _object(self, schema: Schema, said: Said, depth: int) -> dict[str, object]:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if not isinstance(properties, Mapping) or not isinstance(required, list):
            raise BadSchema("properties must be an object and required a list")
        wanted = [name for name in properties if name in required or not self._scarce]
        named = [name for name in required if isinstance(name, str) and name not in properties]
        return {
            name: self.value(properties.get(name, True), self._meanings.get(name, said), depth + 1)
            for name in [*wanted, *named]
        }

    def _array(self, schema: Schema, said: Said, depth: int) -> list[object]:
        least, most = _count(schema, "minItems", 0), _count(schema, "maxItems", _MAX_VALUES)
        heads, rest = schema.get("prefixItems", []), schema.get("items", True)
        if not isinstance(heads, list):
            raise BadSchema("prefixItems must be a list")
        listed = next((form for form in said if isinstance(form, list)), None)
        items: list[Said] = [] if self._scarce else [said]
        if listed is not None:
            items = [(form,) for form in listed]
        items += [()] * (max(least, len(heads)) - len(items))
        return [
            self.value(heads[i] if i < len(heads) else rest, form, depth + 1) for i, form in enumerate(items[:most])
        ]


def _type(schema: Schema, said: Said, *, scarce: bool) -> str:
    """Choose a type: one that can say it, else the first that is not null."""
    names = _type_names(schema)
    if scarce and "null" in names:
        return "null"
    able = (name for form in said for name in names if _is(form, name))
    return next(able, None) or next((name for name in names if name != "null"), "null")


def _type_names(schema: Schema) -> list[str]:
    given = schema.get("type")
    if given is None:
        given = "object" if "properties" in schema else "array" if "items" in schema else "string"
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(name, str) and name in _TYPES for name in names):
        raise BadSchema(f"unknown type {given!r}")
    return names


def _is(form: object, name: str) -> bool:
    """Tell whether a value is of a JSON type; `True` is no number."""
    return isinstance(form, _TYPES[name]) and (isinstance(form, bool) == (name == "boolean"))


def _same(value: object, form: object) -> bool:
    if isinstance(value, str) and isinstance(form, str):
        return value.casefold() == form.casefold()
    return type(value) is type(form) and value == form


def _chosen(values: object, said: Said) -> object:
    if not isinstance(values, list) or not values:
        raise BadSchema("enum must be a list with values")
    return next((value for form in said for value in values if _same(value, form)), values[0])


def _merged(schema: Schema, parts: object) -> Schema:
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise BadSchema("allOf must be a list of schemas")
    merged = {name: value for name, value in schema.items() if name != "allOf"}
    for part in parts:
        for name, value in part.items():
            held = merged.get(name)
            if isinstance(held, Mapping) and isinstance(value, Mapping):
                merged[name] = {**held, **value}
            elif isinstance(held, list) and isinstance(value, list):
                merged[name] = [*held, *value]
            else:
                merged[name] = value
    return merged


def _count(schema: Schema, name: str, default: int) -> int:
    count = schema.get(name, default)
    if not _is(count, "integer") or not 0 <= count <= _MAX_VALUES:
        raise BadSchema(f"{name} must be a number of 0 to {_MAX_VALUES}")
    return int(count)


def _string(schema: Schema, form: object) -> str:
    least, most = _count(schema, "minLength", 0), _count(schema, "maxLength", _MAX_VALUES)
    text = str(form) if form is not None else _FORMATS.get(str(schema.get("format")), _PLAIN)
    if len(text) > most:
        text = text[: most + 1].rpartition(" ")[0].rstrip() or text[:most]
    return text.ljust(least, ".")


def _number(schema: Schema, form: object, *, whole: bool) -> float:
    value = form if isinstance(form, int | float) else 1
    beside = 1 if whole else 1e-6
    value = max(value, _bound(schema, "minimum", value), _bound(schema, "exclusiveMinimum", value, away=beside))
    value = min(value, _bound(schema, "maximum", value), _bound(schema, "exclusiveMaximum", value, away=-beside))
    return round(value) if whole else value


def _bound(schema: Schema, name: str, default: float, *, away: float = 0) -> float:
    bound: object = schema.get(name)
    if bound is None:
        return default
    if isinstance(bound, bool) or not isinstance(bound, int | float) or abs(bound) > _MAX_BOUND:
        raise BadSchema(f"{name} must be a number of at most {_MAX_BOUND:g}")
    return bound + away


def subschemas(schema: object) -> Iterator[Schema]:
    """Yield a schema and all schemas in it, not following references."""
    pending = [schema]
    while pending:
        one = pending.pop()
        if not isinstance(one, Mapping):
            continue
        yield one
        for name in ("properties", "$defs", "definitions"):
            held = one.get(name)
            pending += held.values() if isinstance(held, Mapping) else []
        for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
            held = one.get(name)
            pending += held if isinstance(held, list) else []
        pending.append(one.get("items"))


def check_strict(schema: object) -> None:
    """Check what OpenAI asks of an object in strict mode: all its properties are required, and there are no others.

    Raises:
        BadSchema: it is otherwise.
    """
    for one in subschemas(schema):
        if one.get("type") != "object" and "properties" not in one:
            continue
        if one.get("additionalProperties") is not False:
            raise BadSchema("'additionalProperties' is required to be supplied and to be false")
        properties, required = one.get("properties", {}), one.get("required", [])
        if not isinstance(properties, Mapping) or not isinstance(required, list):
            raise BadSchema("'properties' must be an object and 'required' a list")
        if missing := [name for name in properties if name not in required]:
            raise BadSchema(f"'required' must name every property; missing: {', '.join(missing)}")
