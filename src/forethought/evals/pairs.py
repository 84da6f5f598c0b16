"""Ask the second text of pairs after the first was taught: what is reused, and what of it must not be."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forethought.application.insert import Record
from forethought.application.question import Question
from forethought.bootstrap import Service
from forethought.domain.decision import AgentsMode, Signal
from forethought.domain.errors import ConfigurationError

PARAPHRASE = "paraphrase"
_TEACH_CONVICTION = 0.8


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of which one is taught and the other is asked."""

    taught: str
    asked: str
    asset: str
    relation: str
    signal_taught: int
    signal_asked: int
    style: str = ""
    """How a paraphrase tells it again, or what else the text is about; for the report."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a pair."""

    pair: Pair
    retrieved: bool
    """Whether retrieval returned the taught text at all."""
    reused: bool
    """Whether the taught decision was the answer, or among those that made it."""
    opposite: bool
    """Whether an answer from memory, from whatever text, says buy for sell or sell for buy."""
    guard: str | None
    """What it said of the nearest candidate that was judged; `passed`, or why not."""
    path: str
    """The rung that answered."""


def read_pairs(path: Path) -> list[Pair]:
    """Read JSON lines of `a`, `b`, `asset`, `relation`, `signal_a`, `signal_b`.

    Raises:
        ConfigurationError: the file cannot be read, or a line is no pair.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [Pair(r["a"], r["b"], r["asset"], r["relation"], r["signal_a"], r["signal_b"]) for r in rows]
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} holds a line that is no pair: {error}") from error


async def judge(
    service: Service,
    pairs: Sequence[Pair],
    *,
    known: Mapping[int, Outcome] | None = None,
    note: Callable[[int, Outcome], None] | None = None,
) -> list[Outcome]:
    """Teach every first text, then ask every second one; the service's memory must be empty.

    Args:
        service: With default settings, or whatever is to be measured.
        pairs: All of one memory: the first texts of the others are there, too.
        known: Outcomes of an earlier run by the pair's place, which are not asked again.
        note: Told every new outcome, and its place, as it comes.
    """
    keys = await _teach(service, pairs)
    outcomes = dict(known or {})
    for place, pair in enumerate(pairs):
        if place not in outcomes:
            outcomes[place] = await _ask(service, pair, keys[pair.taught, pair.asset])
            if note is not None:
                note(place, outcomes[place])
    return [outcomes[place] for place in range(len(pairs))]


async def _teach(service: Service, pairs: Sequence[Pair]) -> Mapping[tuple[str, str], str]:
    """Teach every first text once; return where it is kept, by text and asset."""
    # Taught again, a text would be a new version of itself, and its first key would lead to no candidate.
    first = {(p.taught, p.asset): p for p in pairs}
    records = [
        Record(p.taught, "", signal=p.signal_taught, conviction=_TEACH_CONVICTION, asset=p.asset)
        for p in first.values()
    ]
    taught = await service.insert(records)
    keys = await _keys(service)
    return {scope: keys[decision_id] for scope, decision_id in zip(first, taught.decision_ids, strict=True)}


async def _ask(service: Service, pair: Pair, key: str) -> Outcome:
    question = Question(pair.asked, asset=pair.asset, agents=AgentsMode.NEVER)
    answer = await service.decide(question)
    hit = answer["cache"]["hit"]
    said = Signal(answer["decision"]["signal"])
    return Outcome(
        pair,
        retrieved=key in await _retrieved(service, pair),
        reused=hit and key in answer["cache"]["precedents"],
        opposite=hit and said.opposes(Signal(pair.signal_asked)),
        guard=answer["cache"]["guard"],
        path=answer["path"],
    )


async def _retrieved(service: Service, pair: Pair) -> set[str]:
    """Return the keys that the first retrieval gives."""
    preview = await service.insert.preview(
        Record(pair.asked, "", signal=pair.signal_asked, conviction=_TEACH_CONVICTION, asset=pair.asset)
    )
    scope = preview.situation.scope
    rule = service.parts.strategies.get(scope.strategy).retrieval
    memory = service.parts.memories[scope.strategy].decisions
    found = await memory.nearest(preview.encoded.composed, scope=scope, k=rule.k, as_of=None)
    return {candidate.key for candidate in found}


async def _keys(service: Service) -> dict[str, str]:
    """Return where each decision is kept, by its id."""
    found = {}
    for key in await service.store.scan(f"{service.keys.decision_prefix}*"):
        (decision_id,) = await service.store.ask("HMGET", key, "decision_id")
        found[decision_id.decode()] = key.decode()
    return found
