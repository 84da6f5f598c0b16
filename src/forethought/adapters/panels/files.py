"""Panels from TOML files and learned aggregations from JSON: the package's own, and those of a folder of the user's."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter, ValidationError, model_validator

from forethought.domain.aggregation import FEATURES, Classifier, Learned, RoleWeights, aggregation, fingerprint, kind_of
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import DECIDING, Role
from forethought.domain.panel import PanelFile, in_order

LEARNED_SUFFIX: Final = ".learned.json"
NAME_PATTERN: Final = r"[A-Za-z0-9_.\-]{1,64}"

_STRICT = ConfigDict(extra="forbid", frozen=True)
_Model = Annotated[str, Field(min_length=1, max_length=128)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Panel(BaseModel):
    model_config = _STRICT
    name: str = Field(pattern=f"^{NAME_PATTERN}$")
    version: str = Field(pattern=r"^[A-Za-z0-9_.\-]{1,32}$")
    prompts: str = Field(default="v1", pattern=r"^[A-Za-z0-9_\-]{1,32}$")
    temperature: float | None = Field(default=None, ge=0, le=2)
    seed: int | None = None
    models: dict[Role, _Model] = Field(default_factory=dict)
    second_models: dict[Role, _Model] = Field(default_factory=dict)
    soft_timeout_ms: PositiveInt | None = None
    aggregation: str | None = None


class _Weights(BaseModel):
    model_config = _STRICT
    kind: Literal["weights"]
    name: str
    version: str
    weights: dict[Role, Annotated[_Finite, Field(ge=0)]]
    report: dict[str, Any]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if unknown := set(self.weights) - set(DECIDING):
            raise ValueError(f"weights are of {', '.join(DECIDING)}, not {', '.join(sorted(unknown))}")
        if not any(self.weights.values()):
            raise ValueError("no role has a weight above 0")
        return self

    def learned(self) -> Learned:
        """Return it as the domain knows it."""
        return RoleWeights(self.name, self.version, self.weights)


class _Classifier(BaseModel):
    model_config = _STRICT
    kind: Literal["classifier"]
    name: str
    version: str
    signals: tuple[Signal, ...] = Field(min_length=2, max_length=3)
    features: tuple[str, ...]
    mean: tuple[_Finite, ...]
    scale: tuple[Annotated[_Finite, Field(gt=0)], ...]
    coefficients: tuple[tuple[_Finite, ...], ...]
    intercepts: tuple[_Finite, ...]
    report: dict[str, Any]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if unknown := [name for name in self.features if name not in FEATURES]:
            raise ValueError(f"unknown features: {', '.join(unknown)}")
        widths = {len(row) for row in (self.mean, self.scale, *self.coefficients)}
        heights = {len(self.coefficients), len(self.intercepts)}
        if widths != {len(self.features)} or heights != {len(self.signals)}:
            raise ValueError("coefficients do not fit signals and features")
        return self

    def learned(self) -> Learned:
        """Return it as the domain knows it."""
        return Classifier(
            self.name,
            self.version,
            self.signals,
            self.features,
            self.mean,
            self.scale,
            self.coefficients,
            self.intercepts,
        )


_PANEL = TypeAdapter(_Panel)
_LEARNED: TypeAdapter[_Weights | _Classifier] = TypeAdapter(
    Annotated[_Weights | _Classifier, Field(discriminator="kind")]
)


class PanelFiles:
    """All versions of all panels, and all that was learned, read once."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read all files.

        Args:
            folder: `*.toml` of further panels and versions, and `*.learned.json`.

        Raises:
            ConfigurationError: the folder or a file is wrong, a version is there twice, or a panel's aggregation was
                not learned; the message names the file.
        """
        if folder is not None and not folder.is_dir():
            raise ConfigurationError(f"FORETHOUGHT_LLM__PANELS_DIR={folder} is no folder")
        folders: list[Traversable] = [files("forethought") / "panels", *([] if folder is None else [folder])]
        self._learned = {
            found.name: found for place in folders for found in map(read_learned, _ending(place, LEARNED_SUFFIX))
        }
        self._panels: dict[str, dict[str, PanelFile]] = {}
        origin: dict[tuple[str, str], str] = {}
        for place in folders:
            for file in _ending(place, ".toml"):
                panel = read_panel(file, self._learned)
                if (first := origin.get((panel.name, panel.version))) is not None:
                    raise ConfigurationError(
                        f"panel file {file.name}: {panel.name} has a version {panel.version} already, in {first}: "
                        "give every change a version of its own"
                    )
                origin[panel.name, panel.version] = file.name
                self._panels.setdefault(panel.name, {})[panel.version] = panel

    @property
    def learned(self) -> Mapping[str, Learned]:
        """What was learned, by name."""
        return self._learned

    def all(self) -> Mapping[str, Mapping[str, PanelFile]]:
        """Return all files, by panel and version, the lowest version first."""
        return {
            name: {version: versions[version] for version in sorted(versions, key=in_order)}
            for name, versions in sorted(self._panels.items())
        }


def _ending(folder: Traversable, suffix: str) -> Iterator[Traversable]:
    yield from sorted((f for f in folder.iterdir() if f.name.endswith(suffix)), key=lambda f: f.name)


def read_panel(file: Traversable, learned: Mapping[str, Learned]) -> PanelFile:
    """Read one panel file.

    Raises:
        ConfigurationError: not TOML, an unknown or missing field or role, a value out of range, or an aggregation that
            is not there.
    """
    try:
        found = _PANEL.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
        if found.aggregation is not None:
            aggregation(found.aggregation, learned)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"panel file {file.name}: not TOML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(f"panel file {file.name}: {_first(error)}") from error
    except ConfigurationError as error:
        raise ConfigurationError(f"panel file {file.name}: {error}") from error
    return PanelFile(**found.model_dump())


def read_learned(file: Traversable) -> Learned:
    """Read what was learned.

    Raises:
        ConfigurationError: not JSON of this form, named otherwise than its file, or changed since it was learned.
    """
    try:
        found = _LEARNED.validate_json(file.read_bytes()).learned()
    except ValidationError as error:
        raise ConfigurationError(f"{file.name} holds nothing learned: {_first(error)}") from error
    if file.name != f"{found.name}{LEARNED_SUFFIX}":
        raise ConfigurationError(f"{file.name} holds {found.name!r}: a file is named as what it holds")
    if not found.version.endswith(f".{fingerprint(found)}"):
        raise ConfigurationError(f"{file.name} was changed since it was learned: its version says {found.version}")
    return found


def write_learned(folder: Path, learned: Learned, *, report: Mapping[str, Any]) -> Path:
    """Write what was learned for `read_learned`, and return the file.

    Args:
        folder: Where to.
        learned: Its name becomes the file's.
        report: From which records, and how well it does; JSON types.

    Raises:
        ConfigurationError: the name is no name, or the file is there already or cannot be written.
    """
    if not re.fullmatch(NAME_PATTERN, learned.name):
        raise ConfigurationError(f"a name has up to 64 letters, digits, dots and hyphens, got {learned.name[:80]!r}")
    path = folder / f"{learned.name}{LEARNED_SUFFIX}"
    model = _Weights if isinstance(learned, RoleWeights) else _Classifier
    content = {"kind": kind_of(learned), **{name: getattr(learned, name) for name in learned.__slots__}}
    found = model.model_validate({**content, "report": dict(report)})
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(json.dumps(found.model_dump(mode="json"), indent=2) + "\n")
    except FileExistsError as error:
        raise ConfigurationError(f"{path} is there already: a panel may use it, so choose another name") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    return path


def _first(error: ValidationError) -> str:
    """Say pydantic's first complaint in one line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ").splitlines()[0]
    return f"{where}: {said}" if where else said
