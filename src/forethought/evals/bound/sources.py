"""Where records come from: our own headlines, or a file of labelled texts; and their vectors."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forethought.application.insert import Record
from forethought.application.ports.embedder import Embedder
from forethought.domain.errors import ConfigurationError
from forethought.domain.text import clean
from forethought.evals.bound.sampling import Signals, Vectors
from forethought.evals.headlines import PROFILES, stream
from forethought.evals.streams.texts import holds_texts, read_texts
from forethought.evals.streams.vectors import RecordedEmbedder, Vectors as VectorFile

HEADLINES = "headlines"
_ASSET = "gold"
_AT_ONCE = 100
"""Texts embedded between two steps of the progress bar."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A labelled stream."""

    name: str
    title: str
    texts: list[str]
    """Cleaned, as a reflex reads them."""
    signals: Signals

    @property
    def digest(self) -> str:
        """Tell one stream from another."""
        content = "\n".join(f"{signal}\t{text}" for signal, text in zip(self.signals, self.texts, strict=True))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def generated(n: int, seed: int) -> Texts:
    """Write headlines about one asset, in words that the product was not developed on."""
    found = stream(PROFILES[_ASSET], n, seed, split="test")
    title = f"{n} generated headlines about {_ASSET} (test half of the templates, seed {seed}, 2.5 % of labels wrong)"
    return Texts(HEADLINES, title, *_columns([(each.text, int(each.signal)) for each in found]))


def from_file(path: Path) -> Texts:
    """Read a file with the columns `text` and `label`, in its order; rows that cannot be used are left out.

    Raises:
        ConfigurationError: it cannot be read, lacks a column or has no usable row.
    """
    if not path.is_file():
        raise ConfigurationError(f"{path} is no file")
    if not holds_texts(path):
        raise ConfigurationError(f"{path.name}: the columns text and label are needed")
    found = [row for _, row in read_texts(path) if isinstance(row, Record)]
    rows = [(row.input_report, row.signal) for row in found if row.signal is not None]
    if not rows:
        raise ConfigurationError(f"{path.name} has no usable row")
    return Texts(path.stem, f"{len(rows)} labelled texts of {path.name}, in its order", *_columns(rows))


def _columns(rows: Sequence[tuple[str, int]]) -> tuple[list[str], Signals]:
    texts = [clean(text).text or text for text, _ in rows]
    return texts, np.array([signal for _, signal in rows], dtype=np.int8)


async def embedded(texts: Sequence[str], embedder: Embedder, file: Path, *, advance: Callable[[int], None]) -> Vectors:
    """Embed texts, none twice, in this run or in an earlier one.

    Args:
        texts: Cleaned.
        embedder: Whose vectors are wanted.
        file: Keeps them; another model's file is written anew.
        advance: Told how many more texts are done.

    Returns:
        float32, shape (n, d), unit norm.
    """
    kept = VectorFile(file, embedder.model.tag, RecordedEmbedder(embedder))
    kept.load()
    known = len(kept.embedder.known)
    found: list[Vectors] = []
    try:
        for start in range(0, len(texts), _AT_ONCE):
            part = texts[start : start + _AT_ONCE]
            found += [each.vector for each in await kept.embedder.embed(part)]
            advance(len(part))
    finally:
        if len(kept.embedder.known) > known:
            kept.save()
    return np.stack(found)
