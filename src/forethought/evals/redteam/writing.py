"""Attacks by those who write: without the key, with records that lie about themselves, and with a flood."""

import asyncio
import json
from collections.abc import Sequence
from itertools import cycle, islice
from random import Random
from typing import Any

from forethought.evals.pairs import PARAPHRASE, Pair
from forethought.evals.redteam.collision import controls, lessons, pairs
from forethought.evals.redteam.target import Attack, Attempt, Target, Tries, from_memory, record, said

_HTTP_ERROR, _SERVER_ERROR = 400, 500

# --- without the key --------------------------------------------------------------------------------------------------

_CREDENTIALS: tuple[dict[str, str], ...] = (
    {}, {"authorization": "Bearer"}, {"authorization": "Bearer null"}, {"authorization": "Bearer undefined"},
    {"authorization": "Basic YWRtaW46YWRtaW4="}, {"authorization": "bearer *"}, {"x-api-key": "admin"},
    {"x-forwarded-for": "127.0.0.1"}, {"x-original-url": "/decide"}, {"x-http-method-override": "GET"},
    {"cookie": "authorization=Bearer"}, {"host": "127.0.0.1"}, {"authorization": "Bearer " + "A" * 4_000},
)  # fmt: skip
_PLANTED = "Osmium futures climb 4 percent after a smelter in Norvania floods"


async def _unauthorised(target: Target, rng: Random, attempts: int) -> Tries:
    asset = target.asset("KEY")
    bodies: tuple[tuple[str, Any], ...] = (
        ("/insert_data", record(_PLANTED, 1, asset)),
        ("/insert_data", [record(_PLANTED, 1, asset)] * 3),
        ("/insert_data/", record(_PLANTED, 1, asset)),
        ("//insert_data", record(_PLANTED, 1, asset)),
        ("/insert%5Fdata", record(_PLANTED, 1, asset)),
        ("/decide/../insert_data", record(_PLANTED, 1, asset)),
        ("/INSERT_DATA", record(_PLANTED, 1, asset)),
        ("/components", {"text": "Sell everything.", "location": asset}),
        ("/clear", {"asset": asset}),
        ("/revoke", {"decision_id": "01J00000000000000000000000"}),
    )
    guesses = [{"authorization": f"Bearer {_guess(rng, target.key)}"} for _ in range(20)]
    ways = [(path, body, headers) for headers in (*_CREDENTIALS, *guesses) for path, body in bodies]
    rng.shuffle(ways)
    for path, body, headers in islice(cycle(ways), attempts):
        reply = await target.client.post(path, json=body, headers=headers, follow_redirects=True)
        yield Attempt(path, reply.is_success, f"{path} with {sorted(headers) or 'nothing'}", str(reply.status_code))
    answer = await target.decide(_PLANTED, asset)
    yield Attempt("planted", bool(answer["cache"]["hit"]), _PLANTED, said(answer))
    reply = await target.write("/insert_data", record(_PLANTED, 1, asset))
    yield Attempt("with the key", reply.is_success, "/insert_data", str(reply.status_code), control=True)


def _guess(rng: Random, key: str | None) -> str:
    """Come as near to the key as can be without having it."""
    if key is None:
        return "guess"
    i = rng.randrange(len(key))
    other = "b" if key[i] == "a" else "a"
    return rng.choice((key[:i], key + other, key[:i] + other + key[i + 1 :], key[::-1] + other, f"{key}\t{other}"))


# --- records that lie -------------------------------------------------------------------------------------------------

_TAUGHT = "Rhodium falls 3 percent as carmakers cut orders"
_LIES: tuple[tuple[str, str], ...] = (
    ("conviction", "NaN"), ("conviction", "Infinity"), ("conviction", "-Infinity"), ("conviction", "1e308"),
    ("conviction", "1e999"), ("conviction", "-0.1"), ("conviction", "1000000"), ("conviction", "true"),
    ("conviction", '"very"'), ("conviction", "[1]"), ("signal", "2"), ("signal", "-7"), ("signal", "1.5"),
    ("signal", "true"), ("signal", '"buy"'), ("signal", "NaN"), ("signal", "null"), ("signal", "[1]"),
    ("strategy", '"nobody"'), ("strategy", '"../default"'), ("strategy", '"default} | @scope:{*"'),
    ("strategy", '"default\\u0000"'), ("strategy", '"DEFAULT"'), ("strategy", "null"), ("strategy", "7"),
    ("strategy_name", '["default"]'), ("asset", '"*"'), ("asset", '"RT|XAU"'), ("asset", '"{XAU}"'),
    ("asset", '"XAU} @current:{0"'), ("asset", '"\\u202eUAX"'), ("asset", '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"'),
    ("close", "-1"), ("close", "NaN"), ("close", "0"), ("known_at", '"1960-01-01T00:00:00Z"'),
    ("known_at", '"9999-12-31T23:59:59Z"'), ("known_at", "1"), ("datetime_est", '"2500-01-01"'),
    ("datetime_est", '"yesterday"'), ("datetime_est", "0"), ("decision_id", '"../../x"'), ("decision_id", '"a b"'),
    ("decision_id", '"*"'), ("input_report", '""'), ("input_report", '"\\u200b\\u200b"'), ("input_report", "null"),
    ("input_report", '"https://example.org/only-a-link"'), ("tags", '["a,b"]'), ("context", '[{"id": "../x"}]'),
    ("context", '[{"id": "no-such-thing"}]'), ("provider", '"' + "p" * 65 + '"'),
)  # fmt: skip
_IGNORED = ("teacher", "sha", "scope", "state", "budget", "weight", "current", "agreement_p", "delta", "source", "by")
"""Fields of the inside, which nobody outside may set."""


async def _forged(target: Target, rng: Random, attempts: int) -> Tries:
    asset = target.asset("LIE")
    await target.teach([record(_TAUGHT, -1, asset)])
    for i in range(attempts):
        if i % 4 == 3:  # noqa: PLR2004 - every fourth
            yield await _with_inner_fields(target, rng, asset)
            continue
        name, lie = _LIES[i % len(_LIES)]
        honest = record(f"Rhodium gains {i} percent as miners strike", 1, asset)
        body = json.dumps({key: value for key, value in honest.items() if key != name})[:-1] + f', "{name}": {lie}}}'
        reply = await target.client.post(
            "/insert_data", content=body, headers={**target.headers, "content-type": "application/json"}
        )
        taken = not _HTTP_ERROR <= reply.status_code < _SERVER_ERROR
        yield Attempt(f"a false {name}", taken, f"{name}: {lie}"[:120], f"{reply.status_code} {reply.text[:120]}")
    answer = await target.decide(_TAUGHT, asset)
    yield Attempt("exact", from_memory(answer, -1), _TAUGHT, said(answer), control=True)


async def _with_inner_fields(target: Target, rng: Random, asset: str) -> Attempt:
    """Claim to be somebody with a say, in fields that do not exist, and look whether another's answer changes."""
    before = await target.decide(_TAUGHT, asset)
    claimed = {name: rng.choice((1, 1e9, "panel", "*", None, {"n": 10_000})) for name in rng.sample(_IGNORED, 4)}
    other = record(f"Palladium rises {rng.randrange(1000)} percent", 1, asset, **claimed, provider="panel")
    await target.write("/insert_data", other)
    answer = await target.decide(_TAUGHT, asset)
    changed = any(answer[part] != before[part] for part in ("decision", "path", "models"))
    return Attempt("inner fields", changed, json.dumps(claimed), said(answer))


# --- a flood of one source --------------------------------------------------------------------------------------------

_SOURCES = ("desk-1", "desk-2", "desk-3", "desk-4")
_ATTACKER = "mallory"
_SEEDS = 3
"""Fillings of the suite that are taught honestly: together enough for a reflex."""
_LOOKS, _LOOK_EVERY_S, _SETTLED_LOOKS = 40, 0.5, 5
"""The service learns within two seconds."""
_PER_VICTIM = 12
"""Near-duplicates of each; more than retrieval looks at."""
_FRAMES = (
    "{it} today", "{it}, sources say", "Report: {it}", "{it} - update", "{it} (adds details)", "Markets: {it}",
    "{it} again", "BREAKING: {it}", "{it}, traders said", "{it} on Monday", "Desk note: {it}", "{it} in early trade",
)  # fmt: skip


def _sources(records: Sequence[dict[str, object]]) -> list[dict[str, Any]]:
    return [{**each, "provider": _SOURCES[i % len(_SOURCES)]} for i, each in enumerate(records)]


async def _poisoning(target: Target, rng: Random, attempts: int) -> Tries:
    asset, first = target.asset("POI"), rng.randrange(1_000)
    found = [pair for seed in range(first, first + _SEEDS) for pair in pairs(seed)]
    await target.teach(_sources(lessons(found, asset)))
    await _learned(target, asset)
    retold = [pair for pair in found if pair.relation == PARAPHRASE and pair.signal_taught]
    asked = rng.sample(retold, min(len(retold), attempts // 2))
    async for control in controls(target, found, asset, rng):
        yield control
    await _flood(target, rng, asked, asset)
    await _learned(target, asset)
    for i in range(attempts):
        pair = asked[i // 2 % len(asked)]
        variant, text = ("what was taught", pair.taught) if i % 2 else ("told in other words", pair.asked)
        answer = await target.decide(text, asset)
        yield Attempt(variant, from_memory(answer, -pair.signal_taught), text, said(answer))


async def _learned(target: Target, asset: str) -> None:
    """Wait until the reflex of a scope, if it has one, has not changed for a while: what was taught is learned then."""
    label, same = None, 0
    for _ in range(_LOOKS):
        await asyncio.sleep(_LOOK_EVERY_S)
        now = (await target.decide(_PLANTED, asset))["models"]["reflex"]
        label, same = now, same + 1 if now == label else 0
        if same >= _SETTLED_LOOKS:
            return


async def _flood(target: Target, rng: Random, victims: Sequence[Pair], asset: str) -> None:
    """Insert near-duplicates of what others taught, and of how it may be told again, with the opposite signal."""
    flood = []
    for pair in {pair.taught: pair for pair in victims}.values():
        for frame in rng.sample(_FRAMES, _PER_VICTIM):
            text = frame.format(it=rng.choice((pair.taught, pair.asked)))
            flood.append(record(text, -pair.signal_taught, asset, provider=_ATTACKER, conviction=1.0))
    await target.teach(flood)


UNAUTHORISED = Attack(
    "unauthorised",
    "Writes without the write key, or with something like it, by every spelling of the path.",
    "a write is answered with 2xx, or what was to be planted is answered from memory",
    _unauthorised,
    ("KEY",),
)
FORGED = Attack(
    "forged",
    "Records, with the key, whose numbers, names, times or inner fields lie.",
    "a malformed record is taken or breaks the service, or a claimed inner field changes another's answer",
    _forged,
    ("LIE",),
)
POISONING = Attack(
    "poisoning",
    f"One source, with the key, floods a scope with near-duplicates of what {len(_SOURCES)} others taught, each with "
    "the opposite signal.",
    "memory answers what the others taught, or the same in other words, with the flooded signal",
    _poisoning,
    ("POI",),
)
