"""All attacks, one after the other; what was found is kept where a run is stopped."""

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

import forethought
from forethought.domain.errors import Unavailable
from forethought.evals.redteam.collision import CLIMBING, DISGUISED
from forethought.evals.redteam.defences import Defence
from forethought.evals.redteam.scopes import AHEAD, FLOODING, LEAKING, SMUGGLING
from forethought.evals.redteam.target import Attack, Attempt, Target
from forethought.evals.redteam.writing import FORGED, POISONING, UNAUTHORISED
from forethought.evals.statistics import share_of

ATTACKS = {
    attack.name: attack
    for attack in (
        DISGUISED,
        CLIMBING,
        UNAUTHORISED,
        POISONING,
        LEAKING,
        SMUGGLING,
        AHEAD,
        FLOODING,
        FORGED,
    )
}
_SHOWN = 20
"""Successes that are kept with their text."""


@dataclass
class Notes:
    """What was found so far, by attack; in a file, if a run is to be taken up again."""

    file: Path | None
    of: str
    """Identifies version, seed, attempts and what was taken away."""
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def opened(cls, file: Path | None, *, seed: int, attempts: int, without: Sequence[Defence]) -> "Notes":
        """Take up the notes of a run of the same settings, or begin new ones."""
        of = f"{forethought.__version__}:{seed}:{attempts}:{','.join(sorted(without))}"
        try:
            kept = json.loads(file.read_text(encoding="utf-8")) if file is not None else {}
        except (OSError, ValueError):
            kept = {}
        return cls(file, of, kept["found"] if kept.get("of") == of else {})

    def keep(self, name: str, found: dict[str, Any]) -> None:
        """Write one attack down, whole or not at all."""
        self.found[name] = found
        if self.file is not None:
            fresh = self.file.with_name(f"{self.file.name}.new")
            fresh.write_text(json.dumps({"of": self.of, "found": self.found}), encoding="utf-8")
            fresh.replace(self.file)

    def close(self) -> None:
        """Take the file away: the report says it all."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


async def play(
    target: Target,
    attacks: Sequence[Attack],
    *,
    attempts: int,
    seed: int,
    notes: Notes,
    advance: Callable[[int], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Try every attack; each has draws and scopes of its own, and its scopes are cleared whatever comes.

    Args:
        target: The service.
        attacks: Which of them.
        attempts: Of each, at least.
        seed: Of all draws.
        notes: Of an earlier run: what stands there is not tried again.
        advance: Told how many attempts were made.

    Raises:
        Unavailable: the service does not answer as it should.
    """
    for attack in attacks:
        if attack.name in notes.found:
            advance(attempts)
            continue
        made: list[Attempt] = []
        try:
            async for attempt in attack.tries(target, Random(f"{seed}:{attack.name}"), attempts):  # noqa: S311 - recorded
                made.append(attempt)
                advance(0 if attempt.control else 1)
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(f"the service at {target.client.base_url} does not answer: {error}") from error
        finally:
            with contextlib.suppress(httpx.HTTPError):  # why it does not answer is told already
                for name in attack.scopes:
                    await target.write("/clear", {"asset": target.asset(name)})
        notes.keep(attack.name, figures(attack, made))
    return [notes.found[attack.name] for attack in attacks]


def figures(attack: Attack, made: Sequence[Attempt]) -> dict[str, Any]:
    """Lay out what an attack came to as JSON types."""
    tried = [each for each in made if not each.control]
    variants = sorted({each.variant for each in tried})
    won = [each for each in tried if each.succeeded]
    return {
        "name": attack.name,
        "does": attack.does,
        "success": attack.success,
        "tried": share_of(each.succeeded for each in tried).document(),
        "control": share_of(each.succeeded for each in made if each.control).document(),
        "variants": {
            name: share_of(each.succeeded for each in tried if each.variant == name).document() for name in variants
        },
        "successes": [{"variant": each.variant, "sent": each.sent, "got": each.got} for each in won[:_SHOWN]],
    }


def document(
    found: Sequence[dict[str, Any]], *, attempts: int, seed: int, without: Sequence[Defence]
) -> dict[str, Any]:
    """Lay a run out as JSON types."""
    return {
        "version": forethought.__version__,
        "seed": seed,
        "attempts": attempts,
        "without": [str(each) for each in without],
        "passed": all(each["tried"]["k"] == 0 for each in found),
        "attacks": list(found),
    }
