"""How often news is answered with the decision on other news: the service and redisvl's cache on the same texts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forethought.adapters.files.records import sample_file
from services import Running
from texts import Story

DISTANCES = (0.1, 0.2)
"""Thresholds of redisvl's cache; 0.1 is its default."""


@dataclass(slots=True)
class Reuse:
    """What a memory answered, of what it was asked."""

    system: str
    asked: int = 0
    answered: int = 0
    wrong: int = 0
    opposite: int = 0

    def count(self, said: int | None, truth: int) -> None:
        """Count one answer; `None` is a miss."""
        self.asked += 1
        if said is not None:
            self.answered += 1
            self.wrong += said != truth
            self.opposite += said * truth < 0


def stream(service: Running, bare: Running) -> list[Reuse]:
    """Ask each of the samples as news, then teach it, in the order of the file; the memories must be empty before."""
    ours, theirs = Reuse("Forethought"), [Reuse(f"redisvl, distance {d}") for d in DISTANCES]
    for record in _samples():
        asked = {"text": record["input_report"], "asset": record["asset"], "agents": "never"}
        ours.count(_ours(service, asked), record["signal"])
        for distance, reuse in zip(DISTANCES, theirs, strict=True):
            reuse.count(_theirs(bare, asked, distance), record["signal"])
        service.post("/insert_data", record)
        bare.post("/store", [record])
    return [ours, *theirs]


def opposites(service: Running, bare: Running, stories: Iterable[Story]) -> list[Reuse]:
    """Ask the opposite of what is remembered: whatever answers from memory with the old decision is wrong."""
    ours, theirs = Reuse("Forethought"), [Reuse(f"redisvl, distance {d}") for d in DISTANCES]
    for story in stories:
        asked = {"text": story.opposite(), "asset": story.asset, "agents": "never"}
        ours.count(_ours(service, asked), -story.signal)
        for distance, reuse in zip(DISTANCES, theirs, strict=True):
            reuse.count(_theirs(bare, asked, distance), -story.signal)
    return [ours, *theirs]


def _samples() -> list[dict[str, Any]]:
    return [json.loads(line) for line in sample_file().read_text(encoding="utf-8").splitlines()]


def _ours(service: Running, asked: dict[str, Any]) -> int | None:
    answer = service.post("/decide", asked)
    return int(answer["decision"]["signal"]) if answer["cache"]["hit"] else None


def _theirs(bare: Running, asked: dict[str, Any], distance: float) -> int | None:
    answer = bare.post("/redisvl", {**asked, "distance": distance})
    return None if answer["response"] is None else int(answer["response"])
