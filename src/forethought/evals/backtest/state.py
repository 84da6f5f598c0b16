"""What a run that was stopped has finished, beside its report."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import forethought
from forethought.domain.decision import Path as Rung, Signal
from forethought.domain.errors import LookAhead
from forethought.evals.backtest.cuts import Compared
from forethought.evals.backtest.remembered import Answer


def key_of(files: list[Path], options: str) -> str:
    """Name a run by the contents of its files, its options and the version."""
    digest = hashlib.sha256(f"{forethought.__version__}\n{options}".encode())
    for path in files:
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


class State:
    """Finished answers and cuts; written whole or not at all."""

    def __init__(self, path: Path | None, key: str) -> None:
        """Take up what the same run left there; anything else is ignored.

        Args:
            path: `None` keeps nothing.
            key: Names the run.
        """
        self._path = path
        self._key = key
        self.answers: dict[int, Answer] = {}
        self.cuts: dict[int, Compared] = {}
        if path is not None and path.is_file():
            self._read(path)

    def save(self) -> None:
        """Write it down."""
        if self._path is None:
            return
        content = {
            "key": self._key,
            "answers": [asdict(each) for each in self.answers.values()],
            "cuts": [asdict(each) for each in self.cuts.values()],
        }
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        beside.write_text(json.dumps(content), encoding="utf-8")
        beside.replace(self._path)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write it down however the work ends; a look-ahead leaves nothing to go on from."""
        try:
            yield
        except LookAhead:
            self.forget()
            raise
        except BaseException:
            self.save()
            raise
        self.save()

    def forget(self) -> None:
        """Remove the file: the run is finished."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _read(self, path: Path) -> None:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["key"] != self._key:
                return
            answers = [
                Answer(**each | {"path": Rung(each["path"]), "signal": Signal(each["signal"])})
                for each in found["answers"]
            ]
            cuts = [
                Compared(each["row"], tuple(each["whole"]), tuple(each["cut"]) if each["cut"] else None)
                for each in found["cuts"]
            ]
        except (OSError, ValueError, KeyError, TypeError):
            return
        self.answers = {each.row: each for each in answers}
        self.cuts = {each.row: each for each in cuts}
