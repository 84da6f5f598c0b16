"""Rights that one process has at a time, and that end by themselves."""

from forethought.adapters.redis.store import Store

_CLAIM = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""


async def claim(store: Store, key: str, *, owner: str, for_s: float) -> bool:
    """Take a right, or keep it for so long from now; False while another one has it.

    Raises:
        StoreUnavailable: the store does not answer.
    """
    return bool(await store.ask("EVAL", _CLAIM, 1, key, owner, int(for_s * 1000)))
