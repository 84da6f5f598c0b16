"""Put the suite together, ask it end to end, and keep what was found where a run is stopped."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import forethought
from forethought.adapters.redis.namespace import forget_namespace, namespace_of_its_own
from forethought.bootstrap import Replacements, running
from forethought.evals.adversarial.figures import figures
from forethought.evals.adversarial.frames import Split, read_split
from forethought.evals.adversarial.generator import generate
from forethought.evals.adversarial.perturb import perturb
from forethought.evals.pairs import PARAPHRASE, Outcome, Pair, judge, read_pairs
from forethought.settings import Settings

GENERATED, PERTURBED, WRITTEN = "generated", "perturbed", "written"
_SAVE_EVERY = 50
"""Answers; each takes some 10 ms."""


@dataclass(frozen=True, slots=True)
class PairSet:
    """Pairs that are judged in one memory."""

    origin: str
    split: str
    """Development or test; the name of the file of written pairs."""
    pairs: tuple[Pair, ...]

    @property
    def name(self) -> str:
        """What it is called on the page and in the notes."""
        return f"{self.origin}, {self.split}"


def sets_of(seed: int, *, real: Path | None, files: Sequence[Path]) -> list[PairSet]:
    """Return all sets of a run: the same for the same seed, data and files.

    Args:
        seed: Of every draw.
        real: A folder of data with real headlines; without it nothing is perturbed.
        files: JSON lines of written pairs.

    Raises:
        ConfigurationError: a file is missing or holds something else.
    """
    found = []
    for split in Split:
        texts = read_split(split)
        found.append(PairSet(GENERATED, split, tuple(generate(texts, split, seed=seed))))
        if real is not None:
            found.append(PairSet(PERTURBED, split, tuple(perturb(real, texts, split, seed=seed))))
    return [*found, *(PairSet(WRITTEN, file.stem, tuple(read_pairs(file))) for file in files)]


@dataclass
class Notebook:
    """What was answered so far; in a file, if a run is to be taken up again."""

    file: Path | None
    of: str
    """Identifies the suite and the code that answers: notes of others are not used."""
    answers: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def opened(cls, file: Path | None, sets: Sequence[PairSet]) -> "Notebook":
        """Take up the notes of a run of the same suite by the same code, or begin new ones."""
        of = _fingerprint(sets)
        try:
            kept = json.loads(file.read_text(encoding="utf-8")) if file is not None else {}
        except (OSError, ValueError):
            kept = {}
        if kept.get("of") != of:
            return cls(file, of)
        answers = {name: {int(place): each for place, each in found.items()} for name, found in kept["answers"].items()}
        return cls(file, of, answers)

    def known(self, pairs: PairSet) -> dict[int, Outcome]:
        """Return the outcomes of a set by the pair's place."""
        return {place: Outcome(pairs.pairs[place], **each) for place, each in self.answers.get(pairs.name, {}).items()}

    def note(self, pairs: PairSet, place: int, outcome: Outcome) -> None:
        """Write an outcome down."""
        found = {name: value for name, value in asdict(outcome).items() if name != "pair"}
        mine = self.answers.setdefault(pairs.name, {})
        mine[place] = found
        if len(mine) % _SAVE_EVERY == 0:
            self.save()

    def save(self) -> None:
        """Write the file, whole or not at all."""
        if self.file is not None:
            fresh = self.file.with_name(f"{self.file.name}.new")
            fresh.write_text(json.dumps({"of": self.of, "answers": self.answers}), encoding="utf-8")
            fresh.replace(self.file)

    def close(self) -> None:
        """Take the file away: the report says it all."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Judged:
    """A set and what became of its pairs."""

    pairs: PairSet
    outcomes: Sequence[Outcome]


async def play(
    settings: Settings, sets: Sequence[PairSet], notebook: Notebook, advance: Callable[[int], None]
) -> tuple[list[Judged], str]:
    """Judge every set in a namespace of its own; return the outcomes and the encoder's label."""
    judged, encoder = [], ""
    for each in sets:
        known = notebook.known(each)
        advance(len(known))

        def note(place: int, outcome: Outcome, each: PairSet = each) -> None:
            notebook.note(each, place, outcome)
            advance(1)

        async with running(settings, replace=Replacements(namespace=namespace_of_its_own("adversarial"))) as service:
            encoder = service.embedder.model.label
            try:
                judged.append(Judged(each, await judge(service, each.pairs, known=known, note=note)))
            finally:
                notebook.save()
                await service.drain()
                await forget_namespace(service.store, service.keys)
    return judged, encoder


def document(judged: Sequence[Judged], *, seed: int, encoder: str) -> dict[str, Any]:
    """Lay the figures out as JSON types."""
    return {
        "version": forethought.__version__,
        "encoder": encoder,
        "seed": seed,
        "sets": [
            {"name": each.pairs.name, "origin": each.pairs.origin, "split": each.pairs.split, **figures(each.outcomes)}
            for each in judged
        ],
    }


def failures(judged: Sequence[Judged]) -> Iterator[Mapping[str, Any]]:
    """Yield what went wrong in the development split, as lines of a file of pairs, each with its reason.

    Of the test split there is none to be had: nobody tunes on it.
    """
    for each in judged:
        if each.pairs.split != Split.DEVELOPMENT:
            continue
        for place, outcome in enumerate(each.outcomes):
            if (why := _why(outcome)) is not None:
                pair = outcome.pair
                yield {
                    "id": f"adv-{each.pairs.origin}-{place:04}",
                    "asset": pair.asset,
                    "a": pair.taught,
                    "b": pair.asked,
                    "relation": pair.relation,
                    "signal_a": pair.signal_taught,
                    "signal_b": pair.signal_asked,
                    "why": why,
                }


def _why(outcome: Outcome) -> str | None:
    if outcome.opposite:
        return f"answered with the opposite sign, by {outcome.path}"
    if outcome.pair.relation != PARAPHRASE:
        return "reused, though it says something else" if outcome.reused else None
    if outcome.retrieved and not outcome.reused:
        return f"a paraphrase that was not reused: {outcome.guard}"
    return None


def _fingerprint(sets: Sequence[PairSet]) -> str:
    digest = hashlib.sha256()
    root = Path(forethought.__file__).parent
    for file in sorted(each for kind in ("*.py", "*.toml") for each in root.rglob(kind)):
        digest.update(file.read_bytes())
    digest.update(repr([(each.name, each.pairs) for each in sets]).encode())
    return digest.hexdigest()
