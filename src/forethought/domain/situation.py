"""What is asked, in its parts: the thing that is composed, retrieved, compared and remembered."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from forethought.domain.decision import Scope
from forethought.domain.facts import facts
from forethought.domain.prompt import EventPrompt, decompose
from forethought.domain.text import CleanText, clean, text_id


class ComponentType(StrEnum):
    """What part of a situation a text is. The value is the `type` in `vec_details` and in `/components`."""

    INSTRUCTION = "instruction"
    FRAMEWORK = "framework"
    EXEMPLAR = "exemplar"
    TOOL = "tool"
    TEMPLATE = "template"
    CONTEXT = "context"
    ROW = "row"
    EVOLUTION = "evolution"
    NEWS = "news"
    MARKET = "market"

    @property
    def kind(self) -> str:
        """Which of the three key kinds of the embedding cache holds it: `prompt`, `news` or `context`."""
        return _KINDS[self]

    @property
    def weight_name(self) -> str:
        """Which weight of a strategy applies to it: `instruction`, `context`, `news` or `market`."""
        return _WEIGHTS[self]


_PROMPTS = {
    ComponentType.INSTRUCTION,
    ComponentType.FRAMEWORK,
    ComponentType.EXEMPLAR,
    ComponentType.TOOL,
    ComponentType.TEMPLATE,
}
_NEWS = {ComponentType.NEWS, ComponentType.ROW, ComponentType.EVOLUTION}
_KINDS = {t: "prompt" if t in _PROMPTS else "news" if t in _NEWS else "context" for t in ComponentType}
_WEIGHTS = {t: "instruction" if t in _PROMPTS else "context" for t in ComponentType} | {
    ComponentType.NEWS: "news",
    ComponentType.MARKET: "market",
}


@dataclass(frozen=True, slots=True)
class Component:
    """One text of a situation, known by the sha256 of its normalised text."""

    type: ComponentType
    text: str
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", text_id(self.text))


@dataclass(frozen=True, slots=True)
class News:
    """The runtime news: what was said, and what is left of it for the encoder."""

    component: Component
    """The text as it came; its id is the news' identity."""
    clean: CleanText
    """Without boilerplate, for the encoder and the guard."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A question in its parts."""

    scope: Scope
    news: News
    prompts: tuple[Component, ...]
    """Instruction and the like; from the prompt itself, or from the strategy."""
    context: tuple[Component, ...] = ()
    """Rows and evolutions of an events prompt, or the context that the caller gave."""
    residue: str | None = None
    """sha256 of the whole prompt where it says more than its components (times, expected price changes)."""
    format: str = "text"
    """`events` or `text`."""
    facts: Mapping[str, float] = field(default_factory=dict, compare=False)
    """What an events prompt says in numbers (`domain/facts.py`); empty for any other text."""
    tags: tuple[str, ...] = ()
    location: str | None = None
    id_cache: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def components(self) -> Iterator[Component]:
        """All parts, the news last."""
        yield from self.prompts
        yield from self.context
        yield self.news.component

    @property
    def row_ids(self) -> frozenset[str]:
        """Which events an events prompt shows; empty for any other text."""
        if self.format != "events":
            return frozenset()
        rows = {c.id for c in self.context if c.type is ComponentType.ROW}
        return frozenset(rows | {self.news.component.id})

    def sha(self, model_tag: str) -> str:
        """Name the situation: sha256 of canonical JSON of sorted component ids, scope, embedding model and teacher."""
        if (cached := self.id_cache.get(model_tag)) is None:
            ids = sorted({c.id for c in self.components} | ({self.residue} if self.residue else set()))
            canonical = {
                "components": ids,
                "asset": self.scope.asset,
                "strategy": [self.scope.strategy, self.scope.strategy_version],
                "model": model_tag,
                "teacher": self.scope.teacher,
            }
            raw = json.dumps(canonical, sort_keys=True, separators=(",", ":")).encode()
            cached = self.id_cache[model_tag] = hashlib.sha256(raw).hexdigest()
        return cached


def read_situation(
    text: str,
    *,
    scope: Scope,
    instruction: str,
    context: Sequence[Component] = (),
    tags: Sequence[str] = (),
    location: str | None = None,
) -> Situation:
    """Take a text apart: an events prompt into its components, any other text as one piece of runtime news.

    Args:
        text: What was asked, validated.
        scope: Strategy and asset.
        instruction: The strategy's own, for texts that bring none; may be empty.
        context: What the caller named as context.
        tags: For looking up context by tag.
        location: For looking up context by location.
    """
    labels = {"tags": tuple(tags), "location": location}
    if (prompt := decompose(text)) is not None:
        return _from_events(text, prompt, scope=scope, context=tuple(context), **labels)  # type: ignore[arg-type]
    prompts = (Component(ComponentType.INSTRUCTION, instruction),) if instruction else ()
    news = News(Component(ComponentType.NEWS, text), clean(text))
    return Situation(scope, news, prompts, tuple(context), **labels)  # type: ignore[arg-type]


def _from_events(
    text: str,
    prompt: EventPrompt,
    *,
    scope: Scope,
    context: tuple[Component, ...],
    tags: tuple[str, ...],
    location: str | None,
) -> Situation:
    prompts = [Component(ComponentType.TEMPLATE, prompt.columns)]
    if prompt.instruction:
        prompts.append(Component(ComponentType.INSTRUCTION, prompt.instruction))
    newest = prompt.newest
    rows = [Component(ComponentType.ROW, row.news) for i, row in enumerate(prompt.rows) if i != newest]
    evolutions = [Component(ComponentType.EVOLUTION, row.evolution) for row in prompt.rows if row.evolution]
    said = prompt.rows[newest].news
    news = News(Component(ComponentType.NEWS, said), clean(said))
    return Situation(
        scope,
        news,
        tuple(prompts),
        (*rows, *evolutions, *context),
        residue=text_id(text),
        format="events",
        facts=facts(prompt),
        tags=tags,
        location=location,
    )
