"""Take away what a replay or another trial wrote in a namespace of its own."""

from datetime import UTC, datetime, timedelta

from ulid import ULID

from forethought.adapters.redis.keys import Keys
from forethought.adapters.redis.store import Store
from forethought.domain.errors import ConfigurationError

_GLOB = str.maketrans({char: f"\\{char}" for char in r"*?[]^\-"})
_PAGE = 1_000


def namespace_of_its_own(purpose: str) -> str:
    """Return a namespace that nobody else has, such as `replay:01J…:`."""
    return f"{purpose}:{ULID()}:"


async def forget_namespace(store: Store, keys: Keys) -> int:
    """Drop the indexes of a namespace and delete its keys; return how many keys. Safe to repeat.

    Raises:
        ConfigurationError: the namespace is empty: that is the live data.
        StoreUnavailable: part of it may be left; ask again.
    """
    if not keys.namespace.endswith(":"):
        raise ConfigurationError(f"only a namespace that ends with a colon can be forgotten, got {keys.namespace!r}")
    for index in await _indexes(store):
        if index.startswith(keys.namespace):
            await store.ask("FT.DROPINDEX", index)  # the keys go below, all in the same way
    removed = 0
    found: list[bytes] = []
    async for key in store.client.scan_iter(match=f"{keys.namespace.translate(_GLOB)}*", count=_PAGE):
        found.append(key)
        if len(found) >= _PAGE:
            removed += await _unlink(store, found)
            found = []
    return removed + await _unlink(store, found)


async def forget_abandoned(store: Store, purpose: str, *, older_than: timedelta) -> list[str]:
    """Forget the namespaces of one purpose whose program died before it could; return their names.

    Args:
        store: Where.
        purpose: What they begin with.
        older_than: Younger ones may still be in use.
    """
    limit = datetime.now(UTC) - older_than
    names = {_namespace(index, purpose) for index in await _indexes(store)}
    old = sorted(name for name in names if name is not None and _made_at(name) < limit)
    for name in old:
        await forget_namespace(store, Keys(name))
    return old


async def _indexes(store: Store) -> list[str]:
    return [name.decode() for name in await store.ask("FT._LIST")]


async def _unlink(store: Store, keys: list[bytes]) -> int:
    if not keys:
        return 0
    # One key a command: in a cluster they live on different nodes.
    return sum(await store.write([("UNLINK", key) for key in keys]))


def _namespace(index: str, purpose: str) -> str | None:
    head, _, rest = index.partition(":")
    ulid, colon, _ = rest.partition(":")
    return f"{head}:{ulid}:" if head == purpose and colon else None


def _made_at(namespace: str) -> datetime:
    """Read the time out of the namespace's ULID; what has none is never old."""
    try:
        return ULID.from_str(namespace.split(":")[1]).datetime
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
