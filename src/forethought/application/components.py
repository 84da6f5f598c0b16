"""Put texts into the embedding cache, and look them up by tag, location and recency."""

from collections.abc import Sequence
from dataclasses import dataclass

from forethought.application.encode import Encode
from forethought.application.parts import Parts
from forethought.application.ports.embedding_cache import CachedComponent
from forethought.application.question import MAX_TEXT_CHARS
from forethought.domain.situation import Component, ComponentType
from forethought.domain.text import clean, require_text

MAX_LATEST = 1_000


@dataclass(frozen=True, slots=True)
class NewComponent:
    """What is put in."""

    text: str
    type: ComponentType = ComponentType.CONTEXT
    tags: tuple[str, ...] = ()
    location: str | None = None
    meta: dict[str, str] | None = None


class Components:
    """The embedding cache from outside."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._encode: Encode = parts.encode

    async def put(self, items: Sequence[NewComponent]) -> list[CachedComponent]:
        """Embed texts, long ones in overlapping chunks, and keep their vectors.

        Raises:
            InvalidText: empty, too long or not text.
            StoreUnavailable, EmbedderUnavailable, Overloaded: see the ports.
        """
        made = []
        for item in items:
            text = require_text(item.text, max_chars=MAX_TEXT_CHARS, field="text")
            # What a question would embed of it: its vector is found under the same id.
            read = clean(text).text if item.type is ComponentType.NEWS else text
            vector, chunks = await self._encode.in_chunks(require_text(read, max_chars=MAX_TEXT_CHARS, field="text"))
            made.append(
                CachedComponent(
                    Component(item.type, text),
                    vector,
                    self._parts.clock.now(),
                    chunks=chunks,
                    tags=item.tags,
                    location=item.location,
                    meta=item.meta or {},
                )
            )
        await self._parts.components.put(made)
        return made

    async def find(
        self, *, tag: str | None, location: str | None, type_: ComponentType | None, latest: int
    ) -> list[CachedComponent]:
        """Return the newest components that match, newest first."""
        wanted = type_.value if type_ is not None else None
        return await self._parts.components.find(tag=tag, location=location, type_=wanted, latest=latest)
