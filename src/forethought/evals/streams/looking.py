"""Look once at every record of a stream, in every way that somebody who competes needs."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from forethought.adapters.redis.namespace import forget_namespace, namespace_of_its_own
from forethought.bootstrap import Replacements, Service, running
from forethought.domain.errors import InvalidInput
from forethought.evals.baselines import view_of
from forethought.evals.labelled import Labelled
from forethought.evals.streams.vectors import Looks, Vectors
from forethought.settings import Settings

_AT_ONCE = 16
_SAVE_EVERY = 2_000


async def look(
    settings: Settings,
    rows: Sequence[Labelled],
    vectors: Vectors,
    *,
    swap: Replacements,
    advance: Callable[[int], None],
) -> None:
    """Look at the records that were not looked at before; the file of vectors is up to date even when this is stopped.

    A record that the service would refuse is noted as such, so that it takes part for nobody.

    Raises:
        Unavailable: the store or the encoder went away.
    """
    missing = [each for each in rows if each.row not in vectors.looks]
    advance(len(rows) - len(missing))
    if not missing:
        return
    parts = replace(swap, namespace=namespace_of_its_own("look"), embedder=vectors.embedder)
    async with running(settings, replace=parts) as service:
        try:
            for start in range(0, len(missing), _AT_ONCE):
                group = missing[start : start + _AT_ONCE]
                found = await asyncio.gather(*(_look(service, each) for each in group))
                vectors.looks.update(zip((each.row for each in group), found, strict=True))
                advance(len(group))
                if start // _SAVE_EVERY != (start + _AT_ONCE) // _SAVE_EVERY:
                    vectors.save()
        finally:
            vectors.save()
            await service.drain()
            await forget_namespace(service.store, service.keys)


async def _look(service: Service, each: Labelled) -> Looks:
    try:
        previewed = await service.insert.preview(replace(each.record, known_at=each.decided_at))
        view = await view_of(service, each.record.input_report, previewed)
    except InvalidInput as error:
        return Looks("", {}, (error.code, str(error)))
    return Looks(repr(view.same), dict(view.vectors))
