"""What replays say, as SVG: the same figures give the same file."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from forethought.domain.errors import ConfigurationError
from forethought.domain.learning import Mode
from forethought.evals.bound.figures import WINDOW, Document, timeline
from forethought.evals.bound.replaying import MODES, Life
from forethought.evals.bound.sampling import Variant

_STYLE: Any = {"svg.hashsalt": "forethought", "svg.fonttype": "none", "font.size": 8}
_SHADES = {MODES[Mode.TIGHT]: "gold", MODES[Mode.STOPPED]: "tab:red", MODES[None]: "lightgray"}
_POINTS = 400
"""Of a time line; more cannot be seen."""


def draw(found: Document, page: Path) -> dict[str, list[str]]:
    """Draw what a page shows beside it; return the names of the files by source.

    Raises:
        ConfigurationError: matplotlib is not installed.
    """
    names: dict[str, list[str]] = {}
    for source in found["sources"]:
        drawn: dict[str, Callable[[Any], None]] = {
            "errors": partial(_errors, source=source, budget=found["budget"]),
        }
        if source["flips"]:
            drawn["flips"] = partial(_flips, source=source, budget=found["budget"])
        files = {page.with_name(f"{page.stem}-{source['name']}-{what}.svg"): paint for what, paint in drawn.items()}
        for file, paint in files.items():
            _written(paint, file)
        names[source["name"]] = [file.name for file in files]
    return names


def _written(paint: Callable[[Any], None], file: Path) -> None:
    try:
        import matplotlib as mpl  # noqa: PLC0415 - a second to import, and only the laboratory needs it
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("plots need the extra `lab`: pip install 'forethought[lab]'") from error
    with mpl.rc_context(_STYLE):
        figure = Figure(layout="constrained")
        paint(figure)
        figure.savefig(file, format="svg", metadata={"Date": None})


def _errors(figure: Any, source: Document, budget: Document) -> None:  # noqa: ANN401 - matplotlib's figure
    figure.set_size_inches(9.0, 3.6)
    for axis, error in zip(figure.subplots(1, 2), ("wrong", "opposite"), strict=True):
        for variant in source["variants"]:
            rates = 100 * np.sort(variant["whole"][error]["rates"])
            ranks = 100 * np.arange(1, len(rates) + 1) / len(rates)
            style = "-" if variant["name"] == Variant.AS_THEY_ARE else "--"
            axis.step(rates, ranks, style, where="post", label=f"{variant['name']} ({len(rates)})")
        axis.axvline(100 * budget[error], color="black", linewidth=0.8, linestyle=":")
        axis.set(xlabel=f"{error}, % of all answers of a replay", ylabel="% of replays with at most so much")
        axis.set(xlim=(0, None), ylim=(0, 100))
        axis.grid(alpha=0.3)
    axis.legend(loc="lower right", fontsize=7)


def _flips(figure: Any, source: Document, budget: Document) -> None:  # noqa: ANN401 - matplotlib's figure
    flips = source["flips"]
    figure.set_size_inches(9.0, 2.2 * len(flips) + 0.6)
    axes = np.atleast_1d(figure.subplots(len(flips), 1, sharex=True))
    drawn = [_flip(axis, flip, budget) for axis, flip in zip(axes, flips, strict=True)]
    axes[-1].set_xlabel(f"record; each point looks back on {WINDOW}. Yellow: tight, red: stopped, grey: no model yet")
    figure.legend(handles=drawn[0], loc="outside upper center", ncols=3, frameon=False)


def _flip(axis: Any, flip: Document, budget: Document) -> list[Any]:  # noqa: ANN401 - matplotlib's axes
    """Draw one stream; return what a legend names."""
    line = timeline(Life(flip["fate"], flip["mode"], 0))
    shown = np.unique(np.linspace(0, len(flip["fate"]) - 1, _POINTS).astype(int))
    _shade(axis, flip["mode"])
    drawn = axis.plot(shown, 100 * line["coverage"][shown], color="tab:blue", label="answered, % of records (left)")
    axis.set(ylabel="answered, %", ylim=(0, 100))
    axis.axvline(flip["flip_at"], color="black", linewidth=1, linestyle="--")
    other = axis.twinx()
    for error, color in (("wrong", "tab:red"), ("opposite", "tab:purple")):
        name = f"{error}, % of answers (right)"
        drawn += other.plot(shown, 100 * line[error][shown], color=color, linewidth=1, label=name)
        other.axhline(100 * budget[error], color=color, linewidth=0.7, linestyle=":")
    other.set(ylim=(0, 40), ylabel="error, %")
    return list(drawn)


def _shade(axis: Any, mode: str) -> None:  # noqa: ANN401 - matplotlib's axes
    start = 0
    for sign, run in groupby(mode):
        end = start + len(list(run))
        if sign in _SHADES:
            axis.axvspan(start, end, color=_SHADES[sign], alpha=0.18, linewidth=0)
        start = end
