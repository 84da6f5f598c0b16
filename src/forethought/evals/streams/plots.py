"""Curves and the time line as SVG: the same figures give the same file."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from forethought.domain.errors import ConfigurationError
from forethought.evals.streams.figures import PARTS

Document = Mapping[str, Any]

_TITLES = {"whole": "whole stream", "second_half": "second half"}
_FEWEST = 10
"""Points of fewer answers are not drawn: their interval is the whole plot."""
_SALT = "forethought"
_SIZE = (11.0, 4.6)


def draw(found: Document, page: Path) -> dict[str, list[str]]:
    """Draw what a page shows beside it; return the names of the files by protocol.

    Raises:
        ConfigurationError: matplotlib is not installed, or a file cannot be written.
    """
    names: dict[str, list[str]] = {}
    for protocol in found["protocols"]:
        stem = f"{page.stem}-{protocol['labels'].replace(':', '-').replace('.', '')}"
        drawn = {
            "error": partial(_curves, protocol=protocol, rate="wrong", allowed=found["budget"]["delta"]),
            "opposite": partial(_curves, protocol=protocol, rate="opposite", allowed=found["budget"]["delta_opp"]),
            "timeline": partial(_timeline, protocol=protocol, found=found),
        }
        files = {page.with_name(f"{stem}-{what}.svg"): paint for what, paint in drawn.items()}
        for file, paint in files.items():
            _written(paint, file)
        names[protocol["labels"]] = [file.name for file in files]
    return names


def _written(paint: Callable[[Any], None], file: Path) -> None:
    try:
        # A second to import, and only the laboratory needs it.
        import matplotlib as mpl  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("plots need matplotlib, which is not installed") from error
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        paint(figure)
        try:
            figure.savefig(file, format="svg", metadata={"Date": None})
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be written: {error}") from error


def _curves(figure: Any, protocol: Document, rate: str, allowed: float) -> None:  # noqa: ANN401 - matplotlib's figure
    axes = figure.subplots(1, len(PARTS), sharey=True)
    for axis, part in zip(axes, PARTS, strict=True):
        for number, each in enumerate(protocol["contenders"]):
            _curve(axis, each, part, rate, f"C{number}")
        axis.axhline(100 * allowed, color="black", linewidth=0.8, linestyle=":")
        axis.set(title=_TITLES[part], xlabel="answered from memory, % of all", xlim=(0, 100))
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel(f"{rate}, % of those answered")
    figure.suptitle("bands and bars: 95 % Wilson; large dots: as it comes; dotted: the budget", fontsize=8)
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)


def _curve(axis: Any, each: Document, part: str, rate: str, color: str) -> None:  # noqa: ANN401 - matplotlib's axes
    points = [point[part] for point in each["curve"] if point[part]["answered"]["k"] >= _FEWEST]
    points.sort(key=lambda point: point["answered"]["frac"])
    xs = [100 * point["answered"]["frac"] for point in points]
    ys, lows, highs = ([100 * point[rate][name] for point in points] for name in ("frac", "low", "high"))
    axis.plot(xs, ys, color=color, marker=".", markersize=3, linewidth=1.2, label=each["name"])
    axis.fill_between(xs, lows, highs, color=color, alpha=0.12, linewidth=0)
    comes = each["operating"]
    if comes is not None and comes[part]["answered"]["k"]:
        at, y = 100 * comes[part]["answered"]["frac"], 100 * comes[part][rate]["frac"]
        below, above = y - 100 * comes[part][rate]["low"], 100 * comes[part][rate]["high"] - y
        spread = [[max(0.0, below)], [max(0.0, above)]]
        axis.errorbar([at], [y], yerr=spread, color=color, marker="o", markersize=5, capsize=2)


def _timeline(figure: Any, protocol: Document, found: Document) -> None:  # noqa: ANN401 - matplotlib's figure
    line, budget = protocol["timeline"], found["budget"]
    above, below = figure.subplots(2, 1, sharex=True)
    shown = [
        (above, "coverage", "C0", None),
        (below, "wrong", "C3", budget["delta"]),
        (below, "opposite", "C1", budget["delta_opp"]),
    ]
    for axis, name, color, allowed in shown:
        ys = [float("nan") if value is None else 100 * value for value in line[name]]
        axis.plot(line["ends"], ys, color=color, linewidth=1.1, label=name)
        if allowed is not None:
            axis.axhline(100 * allowed, color=color, linewidth=0.8, linestyle=":")
    above.set(ylabel="answered, %", ylim=(0, 100), title=f"the whole ladder, the last {line['window']} records")
    below.set(ylabel="% of those answered", xlabel="records")
    below.set_ylim(bottom=0)
    below.legend(frameon=False)
    for axis in (above, below):
        axis.grid(alpha=0.3)
        if found["flip_index"] is not None:
            axis.axvline(found["flip_index"], color="black", linewidth=0.8, linestyle="--")
