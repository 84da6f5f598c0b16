"""Precision and recall of the rules with their intervals, as SVG: the same figures give the same file."""

from pathlib import Path
from typing import Any

from forethought.domain.errors import ConfigurationError
from forethought.evals.stories.judging import ALL, NEAR, Document

_STYLE: Any = {"svg.hashsalt": "forethought", "svg.fonttype": "none", "font.size": 8}


def draw(found: Document, file: Path) -> None:
    """Draw what `judging.judged` returned.

    Raises:
        ConfigurationError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - a second to import, and only the laboratory needs it
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("plots need the extra `lab`: pip install 'forethought[lab]'") from error
    rules = found["rules"][::-1]
    with mpl.rc_context(_STYLE):
        figure = Figure(layout="constrained", figsize=(9.0, 0.3 * len(rules) + 1.0))
        left, right = figure.subplots(1, 2, sharey=True)
        _points(left, rules, ALL, "precision", "precision, all pairs, %")
        _points(right, rules, NEAR, "recall", "recall among pairs with a cosine from .7, %")
        left.set_yticks(range(len(rules)), [rule["name"] for rule in rules])
        figure.savefig(file, format="svg", metadata={"Date": None})


def _points(axis: Any, rules: list[Document], part: str, what: str, label: str) -> None:  # noqa: ANN401 - matplotlib's axes
    for place, rule in enumerate(rules):
        shown = rule[part][what]
        if shown["frac"] is not None:
            axis.hlines(place, 100 * shown["low"], 100 * shown["high"], color="tab:blue", linewidth=1.5)
            axis.plot(100 * shown["frac"], place, "o", color="tab:blue", markersize=4)
    axis.set(xlabel=label, xlim=(-2, 102))
    axis.grid(alpha=0.3)
