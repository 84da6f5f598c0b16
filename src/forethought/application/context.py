"""Turn references to context into components."""

from collections.abc import Sequence

from forethought.application.ports.embedding_cache import EmbeddingCache
from forethought.application.question import MAX_TEXT_CHARS, ContextRef
from forethought.domain.errors import NotFound
from forethought.domain.situation import Component, ComponentType
from forethought.domain.text import require_text


async def resolved(refs: Sequence[ContextRef], cache: EmbeddingCache) -> tuple[Component, ...]:
    """Return the components that a caller named by id or gave as text, in order; no round trip without ids.

    Raises:
        InvalidText: a text is empty or not text.
        NotFound: an id is not in the embedding cache.
        StoreUnavailable: ids cannot be looked up now.
    """
    for ref in refs:
        if ref.text is not None:
            require_text(ref.text, max_chars=MAX_TEXT_CHARS, field="context")
    ids = [ref.id for ref in refs if ref.id is not None]
    found = await cache.resolve(ids) if ids else {}
    if unknown := [id_ for id_ in ids if id_ not in found]:
        raise NotFound(
            f"context id {unknown[0]!r} is not in the embedding cache: POST /components first", field="context"
        )
    return tuple(
        found[ref.id].component if ref.id is not None else Component(ComponentType.CONTEXT, ref.text or "")
        for ref in refs
    )
