"""Write the reference pages that follow from the code: `python docs/reference/generate.py`; a test compares them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from forethought.adapters.metrics.prometheus import PrometheusMetrics
from forethought.application.ports import analysts, news_provider, prices, thinker  # noqa: F401 - they hold errors
from forethought.domain import errors
from forethought.domain.guard import Refusal
from forethought.domain.opinion import Failure
from forethought.domain.validity import Expiry
from forethought.entrypoints.api.errors import status_of
from forethought.settings import Settings

HERE = Path(__file__).parent
_PUBLIC = ("forethought.domain.", "forethought.application.", "forethought.entrypoints.")
_NOTE = "<!-- written by docs/reference/generate.py -->\n"


def settings_page() -> str:
    """Return the page of settings."""
    rows = "\n".join(_rows("FORETHOUGHT_", Settings))
    return f"""{_NOTE}# Settings

Read once, at start, from the environment. A wrong value is refused with one line that names it. Secrets are read
from the environment only and never logged.

| variable | default | meaning |
|---|---|---|
{rows}
"""


def _rows(prefix: str, model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if _is_model(kind)]
        if inner and get_origin(field.annotation) is not dict:
            if field.description:
                yield f"| `{prefix}{name.upper()}__…` | | {field.description}: |"
            yield from _rows(f"{prefix}{name.upper()}__", inner[0])
        else:
            yield f"| `{_variable(prefix, name, field)}` | {_default(name, field)} | {field.description} |"


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _variable(prefix: str, name: str, field: FieldInfo) -> str:
    if isinstance(field.validation_alias, AliasChoices):
        return "`, `".join(str(choice) for choice in field.validation_alias.choices)
    return f"{prefix}{name.upper()}"


def _default(name: str, field: FieldInfo) -> str:
    if name == "data_dir":
        return "`~/.local/share/forethought`"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, dict):
        plain = {key: value.model_dump() if isinstance(value, BaseModel) else value for key, value in default.items()}
        return f"`{json.dumps(plain, default=str)}`"
    return "" if default is None else f"`{default.value if hasattr(default, 'value') else default}`"


def metrics_page() -> str:
    """Return the page of metrics."""
    rows = [
        f"| `{metric.name}` | {metric.type} | {metric.documentation} |"
        for metric in sorted(PrometheusMetrics().registry.collect(), key=lambda m: m.name)
    ]
    return f"""{_NOTE}# Metrics

At `/metrics`, in Prometheus format (counters end in `_total`). The names without `forethought_` are those of
the seed's recommended queries; deploy/prometheus has those queries as recording rules.

| name | type | what |
|---|---|---|
{chr(10).join(rows)}
"""


def codes_page() -> str:
    """Return the page of stable codes."""
    kinds = sorted(_tree(errors.ForethoughtError), key=lambda kind: (status_of(kind("")), kind.code))
    rows = [f"| `{kind.code}` | {status_of(kind(''))} | {(kind.__doc__ or '').splitlines()[0]} |" for kind in kinds]
    refusals = [f"| `{code.value}` | guard |" for code in Refusal] + [
        f"| `{code.value}` | validity |" for code in Expiry
    ]
    return f"""{_NOTE}# Codes

## Errors
Bodies are RFC 9457 problem documents (`application/problem+json`); `code` is stable. The command line
prints one line and exits with 2.

| code | status | when |
|---|---|---|
{chr(10).join(rows)}

## Why a precedent was not reused
In `cache.guard` of an answer and the label `reason` of `forethought_guard_refusals_total`.

| code | by |
|---|---|
{chr(10).join(refusals)}
| `news_similarity` | the news lie too far apart for what the guard recognised |
| `context` | the context differs |
| `rows` | an events prompt whose newest row the precedent did not know |
| `budget` | such answers are not known to agree often enough |

## Why an answer is interim
In `fallback.reason`: `no_precedent`, `deadline`, `store_unavailable`, `embedder_unavailable`, `overloaded`,
`analysts_late`, `panel_failed`. `partial` stands in an answer of the analysts where one of them is missing.

## Why an analyst abstains
In `deliberation.roles[].abstained` and the label `outcome` of `forethought_role_calls_total`.

{chr(10).join(f"- `{failure.value}`" for failure in Failure)}
"""


def _tree(root: type[errors.ForethoughtError]) -> Iterator[type[errors.ForethoughtError]]:
    for kind in root.__subclasses__():
        if kind.__module__.startswith(_PUBLIC):  # an adapter's own kind never leaves it
            yield kind
        yield from _tree(kind)


PAGES = {"settings.md": settings_page, "metrics.md": metrics_page, "codes.md": codes_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
