"""The pictures of a backtest, as SVG without dates."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from forethought.domain.errors import ConfigurationError

Document = Mapping[str, Any]

_COLOURS = {"analysts": "tab:blue", "memory": "tab:orange", "interim": "tab:gray"}
_PER_CENT = 100
_STYLE: Any = {  # of `rc_context`, whose keys are literals
    "svg.hashsalt": "forethought",
    "figure.figsize": (8.0, 3.6),
    "font.size": 9.0,
    "axes.grid": True,
    "grid.alpha": 0.3,
}


def draw(found: Document, folder: Path) -> list[str]:
    """Draw what there is to draw; return the names of the files.

    Args:
        found: What `run.backtest` returned.
        folder: Made where it is missing.

    Raises:
        ConfigurationError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - an optional extra, and half a second
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("plots need the extra `lab`: pip install 'forethought[lab]'") from error
    folder.mkdir(parents=True, exist_ok=True)
    traded = [each for each in found["sources"] if each["equity"] is not None]
    pictures: dict[str, tuple[Callable[[Any, Document, Sequence[Document]], None], bool]] = {
        "accuracy": (_accuracy, bool(traded)),
        "events": (_events, any(each["events"] for each in traded)),
        "equity": (_equity, bool(traded)),
        "random": (_random, bool(traded)),
    }
    names = []
    with mpl.rc_context(_STYLE):
        for name, (picture, wanted) in pictures.items():
            if wanted:
                figure = Figure(layout="constrained")
                picture(figure, found, traded)
                figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
                names.append(name)
    return names


def _accuracy(figure: Any, _: Document, traded: Sequence[Document]) -> None:  # noqa: ANN401 - matplotlib's
    axes = figure.add_subplot()
    for shift, source in enumerate(traded):
        points = [each for each in source["horizons"] if each["bootstrap"] is not None]
        x = np.arange(len(points)) + 0.12 * (shift - (len(traded) - 1) / 2)
        middle = np.array([each["right"]["frac"] for each in points])
        edges = np.array([each["bootstrap"] for each in points]).T
        bars = np.abs(edges - middle) * _PER_CENT
        axes.errorbar(
            x, middle * _PER_CENT, yerr=bars, fmt="o", capsize=3, label=source["title"], color=_COLOURS[source["name"]]
        )
        axes.set_xticks(np.arange(len(points)), [each["horizon"] for each in points])
    axes.axhline(_PER_CENT / 2, color="black", lw=0.8, ls="--")
    axes.set_ylabel("direction right, %")
    axes.set_title("Right about the direction, 95 % block-bootstrap intervals")
    axes.legend()


def _events(figure: Any, _: Document, traded: Sequence[Document]) -> None:  # noqa: ANN401 - matplotlib's
    axes = figure.subplots(1, 2, sharey=True)
    for panel, label in zip(axes, ("buy", "sell"), strict=True):
        for source in traded:
            for each in source["events"]:
                if each["signal"] == label:
                    colour = _COLOURS[source["name"]]
                    panel.plot(each["at"], each["mean_bps"], color=colour, label=f"{source['title']}, n = {each['n']}")
                    panel.fill_between(each["at"], each["low_bps"], each["high_bps"], color=colour, alpha=0.15, lw=0)
                    panel.set_xlabel(f"{each['unit']} from the entry")
        panel.axhline(0, color="black", lw=0.8)
        panel.axvline(0, color="black", lw=0.8, ls="--")
        panel.set_title(f"around {label} decisions")
        if panel.get_legend_handles_labels()[0]:
            panel.legend(fontsize=7)
    axes[0].set_ylabel("mean return from the entry, bps")


def _equity(figure: Any, found: Document, traded: Sequence[Document]) -> None:  # noqa: ANN401 - matplotlib's
    value, under = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    lines = [(each["title"], _COLOURS[each["name"]], each["equity"]["curve"]) for each in traded]
    lines.append(("buy and hold", "black", found["buy_and_hold"]["curve"]))
    for title, colour, curve in lines:
        at = [datetime.fromisoformat(each) for each in curve["at"]]
        values = np.array(curve["value"])
        value.plot(at, values, color=colour, lw=1, label=title)
        peak = np.maximum(np.maximum.accumulate(values), 1)
        under.plot(at, (values / peak - 1) * _PER_CENT, color=colour, lw=1)
    value.set_ylabel("value of 1, after costs")
    under.set_ylabel("drawdown, %")
    value.legend(fontsize=7)
    figure.autofmt_xdate()


def _random(figure: Any, _: Document, traded: Sequence[Document]) -> None:  # noqa: ANN401 - matplotlib's
    panels = figure.subplots(1, len(traded), sharey=True, squeeze=False)[0]
    for axes, source in zip(panels, traded, strict=True):
        for name, colour in (("shuffled", "tab:green"), ("stretches", "tab:purple")):
            returns = np.array(source["random"][name]["returns"]) * _PER_CENT
            axes.hist(returns, bins=40, histtype="step", color=colour, label=f"random, {name}")
        axes.axvline(source["equity"]["return"] * _PER_CENT, color=_COLOURS[source["name"]], lw=2, label="real")
        axes.set_title(source["title"], fontsize=9)
        axes.set_xlabel("return after costs, %")
        axes.legend(fontsize=7)
    panels[0].set_ylabel("random runs")
