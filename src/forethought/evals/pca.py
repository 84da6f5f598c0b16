"""Fit the `concat_pca` reduction offline, on the first part of a labelled file in time, and judge it on the rest.

Run as `python -m forethought.evals.pca FILE --name NAME --dim 128 --out DIR`.
"""

import asyncio
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer
from rich.console import Console
from rich.progress import track
from sklearn.decomposition import PCA

from forethought.adapters.redis.namespace import forget_namespace, namespace_of_its_own
from forethought.adapters.strategies.files import write_reduction
from forethought.adapters.system.clock import VirtualClock
from forethought.bootstrap import Replacements, Service, running
from forethought.domain.composition import Reduction, concatenated
from forethought.domain.decision import Scope, Signal
from forethought.domain.errors import ConfigurationError, ForethoughtError
from forethought.domain.similarity import Vector, normalise
from forethought.evals.baselines import Cut, Nearest, Outcome, View, cut, parts_of
from forethought.evals.labelled import Labelled, read_labelled
from forethought.logs import configure
from forethought.settings import Settings, read_settings

SEED = 0
"""Of the randomised solver, which scikit-learn takes for large data."""
_PURPOSE = "pca"


@dataclass(frozen=True, slots=True)
class Point:
    """One situation: its slots side by side, and what the strategy's own rule composes."""

    scope: Scope
    truth: Signal
    long: npt.NDArray[np.float32]
    composed: Vector


@dataclass(frozen=True, slots=True)
class Fitted:
    """A reduction with what is known of it."""

    reduction: Reduction
    fitted_on: int
    explained_frac: float
    """Share of the variance that is kept, on what it was fitted on."""
    reduced: Cut
    """How the nearest earlier neighbour answers on the second part, in the reduced space."""
    composed: Cut
    """The same in the space that the strategy composes now."""

    def document(self) -> dict[str, Any]:
        """Lay it out as JSON types."""
        found = {"reduced": self.reduced, "composed": self.composed}
        quality = {
            name: {"agreed": each.agreed.document(), "opposite": each.opposite.document()}
            for name, each in found.items()
        }
        return {
            "name": self.reduction.name,
            "dim": int(self.reduction.axes.shape[0]),
            "of_dim": int(self.reduction.axes.shape[1]),
            "fitted_on": self.fitted_on,
            "explained_frac": round(self.explained_frac, 4),
            "nearest": quality,
        }


def fit(points: list[Point], *, name: str, model_tag: str, dim: int, until_frac: float) -> Fitted:
    """Fit on the first part, judge on the second.

    Args:
        points: Earliest first.
        name: Of the reduction.
        model_tag: The embedding model's.
        dim: Dimensions that are kept.
        until_frac: Share of the points that belongs to the first part, in (0, 1].

    Raises:
        ConfigurationError: the first part has fewer points than `dim`.
    """
    first = round(len(points) * until_frac)
    if first < dim:
        raise ConfigurationError(f"{dim} dimensions need at least as many situations, the first part has {first}")
    solver = PCA(n_components=dim, random_state=SEED).fit(np.stack([point.long for point in points[:first]]))
    mean, axes = solver.mean_.astype(np.float32), solver.components_.astype(np.float32)
    reduction = Reduction(name, model_tag, mean, axes)
    reduced = [normalise((axes @ (point.long - mean)).astype(np.float32)) for point in points]
    return Fitted(
        reduction,
        first,
        float(solver.explained_variance_ratio_.sum()),
        _nearest(points, reduced, first),
        _nearest(points, [point.composed for point in points], first),
    )


def _nearest(points: list[Point], vectors: list[Vector], first: int) -> Cut:
    """Let the nearest earlier situation answer every one of the second part."""
    peer = Nearest("nearest", "vector")
    outcomes = []
    for index, (point, vector) in enumerate(zip(points, vectors, strict=True)):
        view = View(point.scope, None, {"vector": vector})
        if index >= first:
            outcomes.append(Outcome(peer.guess(view), point.truth))
        peer.learn(view, point.truth)
    return cut(outcomes, -1.0)


async def points_of(
    settings: Settings, rows: tuple[Labelled, ...], swap: Replacements | None = None
) -> tuple[list[Point], str]:
    """Encode situations by the service's own rule, in a namespace of their own that is deleted at the end.

    Returns:
        One point a row, and the tag of the embedding model.

    Raises:
        ConfigurationError: the rows belong to strategies with different weights, which one reduction cannot serve.
        InvalidInput, Unavailable: a row cannot be encoded.
    """
    names = {row.record.strategy for row in rows}
    if len(names) > 1:
        raise ConfigurationError(f"one reduction serves one strategy, the file has {', '.join(sorted(names))}")
    clock = VirtualClock(rows[0].decided_at)
    parts = replace(swap or Replacements(), namespace=namespace_of_its_own(_PURPOSE), clock=clock)
    async with running(settings, replace=parts) as service:
        try:
            shown = track(rows, "encode", console=Console(stderr=True), transient=True)
            return [await _point(service, row) for row in shown], service.embedder.model.tag
        finally:
            await service.drain()
            await forget_namespace(service.store, service.keys)


async def _point(service: Service, row: Labelled) -> Point:
    previewed = await service.insert.preview(row.record)
    weights = service.parts.strategies.get(row.record.strategy).composition.weights
    long = concatenated(await parts_of(service, previewed), weights)
    return Point(previewed.situation.scope, row.truth, long, previewed.encoded.composed)


def main(
    file: Annotated[Path, typer.Argument(help="Parquet, CSV or JSON lines in the format of the events data.")],
    *,
    name: Annotated[str, typer.Option("--name", help="Of the reduction: the strategy file says pca = NAME.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of your strategy files.", file_okay=False)],
    dim: Annotated[int, typer.Option("--dim", min=1, help="Dimensions that are kept.")] = 128,
    until_frac: Annotated[
        float,
        typer.Option("--until-frac", min=0.01, max=1.0, help="Fit on this first part in time, judge on the rest."),
    ] = 0.5,
    strategy: Annotated[
        str | None, typer.Option("--strategy", "-s", help="Instead of the strategy that the records name.")
    ] = None,
) -> None:
    """Fit a reduction for `method = "concat_pca"` and write NAME.npz."""
    settings = read_settings()
    configure(level="warning", format_=settings.log.format)
    try:
        data = read_labelled(file, strategy=strategy)
        points, tag = asyncio.run(points_of(settings, data.rows))
        fitted = fit(points, name=name, model_tag=tag, dim=dim, until_frac=until_frac)
    except ForethoughtError as error:
        Console(stderr=True).print(f"pca: {error}", highlight=False)
        raise typer.Exit(2) from error
    out.mkdir(parents=True, exist_ok=True)
    write_reduction(out / f"{name}.npz", fitted.reduction)
    Console(soft_wrap=True).print_json(json.dumps(fitted.document()))


if __name__ == "__main__":
    typer.run(main)
