"""Strategies from TOML files: the package's own, and a folder of the user's that may add to or override them."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter, ValidationError

from forethought.domain.composition import SLOTS, Reduction
from forethought.domain.errors import ConfigurationError, UnknownStrategy
from forethought.domain.strategy import (
    CompositionMethod,
    CompositionRule,
    ErrorBudget,
    ReflexRule,
    RetrievalRule,
    Strategy,
    ValidityRule,
)

_STRICT = ConfigDict(extra="forbid", frozen=True)


class _Composition(BaseModel):
    model_config = _STRICT
    method: CompositionMethod = CompositionMethod.WEIGHTED_SUM
    weights: dict[str, float] = Field(default_factory=lambda: dict.fromkeys(SLOTS, 1.0))
    pca: str | None = None


class _Retrieval(BaseModel):
    model_config = _STRICT
    k: PositiveInt = 8
    slow_k: PositiveInt = 48
    tau: float = Field(default=0.93, ge=0, le=1)
    tau_strong: float = Field(default=0.40, ge=0, le=1)
    tau_fair: float = Field(default=0.50, ge=0, le=1)
    context_min: float = Field(default=0.80, ge=-1, le=1)


class _Validity(BaseModel):
    model_config = _STRICT
    max_age_s: PositiveInt = 7 * 86_400
    expire_at_open: bool = True
    max_move_sigmas: float | None = Field(default=3.0, gt=0)


class _Budget(BaseModel):
    model_config = _STRICT
    delta: float = Field(default=0.05, gt=0, lt=1)
    delta_opp: float = Field(default=0.01, gt=0, lt=1)


class _Reflex(BaseModel):
    model_config = _STRICT
    enabled: bool = True
    half_life: PositiveInt = 4_000
    min_lessons: PositiveInt = 150
    cost_doubles_at: float = Field(default=100_000.0, gt=0)


class _File(BaseModel):
    model_config = _STRICT
    name: str = Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")
    version: str = Field(pattern=r"^[A-Za-z0-9_.\-]{1,32}$")
    teacher: str = Field(default="inserted", pattern=r"^[A-Za-z0-9_.\-]{1,64}$")
    instruction: str = ""
    aggregation: str = Field(default="majority", pattern=r"^[a-z]+(:[A-Za-z0-9_.\-]{1,64})?$")
    assets: list[str] | None = None
    embedding_model: str | None = None
    composition: _Composition = _Composition()
    retrieval: _Retrieval = _Retrieval()
    validity: _Validity = _Validity()
    budget: _Budget = _Budget()
    reflex: _Reflex = _Reflex()


_ADAPTER = TypeAdapter(_File)


class StrategyFiles:
    """Implements `Strategies`."""

    def __init__(self, user_dir: Path | None = None) -> None:
        """Read all files.

        Args:
            user_dir: A folder of `*.toml` and `*.npz`; a strategy there overrides the package's of the same name.

        Raises:
            ConfigurationError: the folder or a file is wrong; the message names the file and the field.
        """
        self._folders: list[Traversable] = [files("forethought") / "strategies"]
        if user_dir is not None:
            if not user_dir.is_dir():
                raise ConfigurationError(f"FORETHOUGHT_STRATEGIES_DIR={user_dir} is no folder")
            self._folders.append(user_dir)
        self._strategies: dict[str, Strategy] = {}
        for folder in self._folders:
            for file in sorted(folder.iterdir(), key=lambda f: f.name):
                if file.name.endswith(".toml"):
                    strategy = read_strategy(file)
                    self._strategies[strategy.name] = strategy
        self._reductions: dict[str, Reduction] = {}

    def get(self, name: str) -> Strategy:
        """See the port."""
        if (found := self._strategies.get(name)) is None:
            raise UnknownStrategy(
                f"strategy {name[:64]!r} is unknown; known: {', '.join(sorted(self._strategies))}", field="strategy"
            )
        return found

    def all(self) -> Mapping[str, Strategy]:
        """See the port."""
        return self._strategies

    def reduction(self, name: str) -> Reduction:
        """See the port."""
        if name not in self._reductions:
            self._reductions[name] = self._load(name)
        return self._reductions[name]

    def _load(self, name: str) -> Reduction:
        if not re.fullmatch(r"[A-Za-z0-9_.\-]{1,64}", name):
            raise ConfigurationError(f"a reduction's name has letters, digits, dots and hyphens, got {name!r}")
        for folder in reversed(self._folders):
            file = folder / f"{name}.npz"
            if file.is_file():
                return read_reduction(file, name)
        raise ConfigurationError(f"no fitted reduction {name}.npz beside the strategy files")


def read_strategy(file: Traversable) -> Strategy:
    """Read one file.

    Raises:
        ConfigurationError: not TOML, an unknown or missing field, or a value out of range.
    """
    try:
        found = _ADAPTER.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"strategy file {file.name}: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"strategy file {file.name}: {where}: {first['msg']}") from error
    if unknown := set(found.composition.weights) - set(SLOTS):
        raise ConfigurationError(
            f"strategy file {file.name}: weights know {', '.join(SLOTS)}, not {', '.join(unknown)}"
        )
    return Strategy(
        name=found.name,
        version=found.version,
        teacher=found.teacher,
        instruction=found.instruction.strip(),
        aggregation=found.aggregation,
        assets=None if found.assets is None else tuple(found.assets),
        composition=CompositionRule(**found.composition.model_dump()),
        retrieval=RetrievalRule(**found.retrieval.model_dump()),
        validity=ValidityRule(**found.validity.model_dump()),
        budget=ErrorBudget(**found.budget.model_dump()),
        reflex=ReflexRule(**found.reflex.model_dump()),
        embedding_model=found.embedding_model,
    )


def read_reduction(file: Traversable, name: str) -> Reduction:
    """Read a fitted reduction; never unpickles.

    Raises:
        ConfigurationError: damaged, or not one of ours.
    """
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            mean, axes = found["mean"].astype(np.float32), found["axes"].astype(np.float32)
            return Reduction(name, str(found["model_tag"]), mean, axes)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise ConfigurationError(f"{file.name} is no fitted reduction: {error}") from error


def write_reduction(path: Path, reduction: Reduction) -> None:
    """Write a fitted reduction for `read_reduction`."""
    arrays: dict[str, Any] = {
        "mean": reduction.mean,
        "axes": reduction.axes,
        "model_tag": np.array(reduction.model_tag),
    }
    np.savez_compressed(path, **arrays)
