"""A tuning as a page of Markdown, and the comment of its strategy file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from forethought.domain.errors import ConfigurationError
from forethought.evals.report import share

Document = Mapping[str, Any]

_NOTHING = "-"
_PARTS = ("answered", "wrong", "opposite")
_SALT = "forethought"
_SHOWN = 10
_EASY = 0.2
"""Below it, one answer to everything is right so often that coverage alone says little."""


def comment(found: Document, *, command: str, made_on: str) -> list[str]:
    """Say above a strategy how it was made, and what it reached where no trial looked."""
    held = found["held_out"]
    lines = [
        f"Made by: {command}",
        f"on {made_on}, Forethought {found['version']}, seed {found['seed']}.",
        f"{len(found['trials'])} trials on the first {found['tuned_on']} of {found['records']} records.",
        f"On the last {_held_n(found)}, which no trial saw (labels {found['labels']}):",
    ]
    lines += [f"  {name}: {_sentence(held[name])}" for name in ("default", "tuned")]
    return [*lines, f"Verdict: {held['verdict']['words']}."]


def page(found: Document, *, command: str, made_on: str, plot: str | None) -> str:
    """Lay a tuning out as a page.

    Args:
        found: What `study.tune` returned.
        command: As a reader would type it.
        made_on: Date, ISO 8601.
        plot: File name of the plot beside the page.
    """
    sections = (_head(found, made_on), _held_out(found), _values(found), _sweep(found), _trials(found, plot))
    method = _method(found, command)
    return "\n\n".join("\n".join(section) for section in (*sections, method)) + "\n"


def draw(found: Document, report: Path) -> str:
    """Draw what the trials reached beside a page; return the name of the file.

    Raises:
        ConfigurationError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        # A second to import, and only the laboratory needs it.
        import matplotlib as mpl  # noqa: PLC0415
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError("plots need matplotlib, which is not installed") from error
    file = report.with_name(f"{report.stem}-trials.svg")
    scores = [trial["score"] for trial in found["trials"]]
    with mpl.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(8.0, 3.6), layout="constrained")
        axis = figure.subplots()
        axis.axhline(0, color="0.6", linewidth=0.8)
        axis.plot(range(1, len(scores) + 1), scores, "o", markersize=3, label="a trial")
        axis.plot(1, scores[0], "s", markersize=6, label="the default")
        best = [max(scores[: n + 1]) for n in range(len(scores))]
        axis.step(range(1, len(scores) + 1), best, where="post", linewidth=1, label="best so far")
        axis.set(xlabel="trial", ylabel="coverage; below 0: over the budget", title="On the part that trials see")
        axis.legend()
        try:
            figure.savefig(file, format="svg", metadata={"Date": None})
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be written: {error}") from error
    return file.name


def _held_n(found: Document) -> int:
    n: int = found["held_out"]["default"]["answered"]["n"]
    return n


def _sentence(worth: Document) -> str:
    return ", ".join(f"{name} {share(worth[name])}" for name in _PARTS)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _table(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _head(found: Document, made_on: str) -> Iterator[str]:
    yield f"# Tuning on `{found['file']}`"
    yield ""
    yield _folded(f"""
        Generated; do not edit. Would other values have served this stream better than those of the strategy
        `{found["tuned_from"]["name"]}` (version {found["tuned_from"]["version"]}), *the default* below?
        {len(found["trials"])} trials by Optuna (TPE, seed {found["seed"]}) on the first {found["tuned_on"]} of
        {found["records"]} records; judged on the last {_held_n(found)}, which no trial saw. Labels:
        `{found["labels"]}`. Budget: {found["budget"]["delta"]:.0%} wrong, {found["budget"]["delta_opp"]:.0%} opposite,
        both of what is answered. Forethought {found["version"]}, encoder `{found["embedder"]}`, {made_on}. Square
        brackets hold 95 % Wilson intervals, in per cent; neighbours in a stream are alike, so the true ones are
        wider.""")
    yield ""
    if found["tuned"] is None:
        yield "**Nothing beat the default on the part that trials see: there is no tuned strategy.**"
        return
    verdict = found["held_out"]["verdict"]
    gain = verdict["gain"]
    yield _folded(f"""
        **Verdict on the held-out part: {verdict["words"]}.** Of its {_held_n(found)} records only the tuned strategy
        answered {verdict["only_tuned"]}, only the default {verdict["only_default"]} ({_p(verdict["p"])}). Coverage
        of the tuned one minus that of the default: {_points(gain["frac"])} [{_points(gain["low"])},
        {_points(gain["high"])}] percentage points.""")
    yield ""
    constant = found["held_out"]["constant"]
    elsewhere, answers = constant["elsewhere"]["tuned"], found["held_out"]["tuned"]["answered"]["k"]
    easy = " So easy a part says little about others." if constant["wrong"]["frac"] < _EASY else ""
    yield _folded(f"""
        How much that is worth: {constant["wrong"]["n"] - constant["wrong"]["k"]} of the {_held_n(found)} held-out
        labels are `{constant["label"]}`, and so are those of {answers - elsewhere["answered"]["k"]} of the {answers}
        records that the tuned strategy answered. Of the {constant["wrong"]["k"]} others it answered
        {elsewhere["answered"]["k"]}, {elsewhere["wrong"]["k"]} of them wrong.{easy}""")


def _p(value: float) -> str:
    return f"p = {value:.2g}" if value else "p < 0.0001"


def _points(frac: float) -> str:
    return f"{100 * frac:+.1f}"


def _held_out(found: Document) -> Iterator[str]:
    yield "## On the held-out part, and on the part that trials saw"
    yield ""
    yield _folded("""
        The tuned strategy is the best of its trials on the first part, so it looks better there than it is: only the
        held-out part tells.""")
    yield ""
    constant = found["held_out"]["constant"]
    always = f"always `{constant['label']}`"
    yield from _table("part", "strategy", *_PARTS, "keeps the budget")
    seen = {"default": found["trials"][0], "tuned": found["trials"][found["best"]]}
    for part, worths in (("held out", {**found["held_out"], always: constant}), ("seen by trials", seen)):
        for name in (*constant["elsewhere"], always):
            if (worth := worths.get(name)) is not None:
                yield _row(part, name, *(share(worth[n]) for n in _PARTS), _kept(worth, found["budget"]))
    yield ""
    elsewhere = "; ".join(f"the {name} strategy {_sentence(worth)}" for name, worth in constant["elsewhere"].items())
    yield _folded(f"""
        `{constant["label"]}` is the commonest label of the first part. Where it dominates the held-out part, coverage
        is easily had: what a strategy is worth shows on the {constant["wrong"]["k"]} held-out records with another
        label. Of those {elsewhere}.""")


def _kept(worth: Document, budget: Document) -> str:
    """Say whether both rates keep a budget, and whether their intervals do."""
    rates = [(worth["wrong"], budget["delta"]), (worth["opposite"], budget["delta_opp"])]
    if not worth["answered"]["k"]:
        return _NOTHING
    if any(rate["frac"] > allowed for rate, allowed in rates):
        return "no"
    return "yes, both intervals" if all(rate["high"] <= allowed for rate, allowed in rates) else "yes, the rates"


def _values(found: Document) -> Iterator[str]:
    yield "## What was searched, and what was found"
    yield ""
    yield _folded("""
        Weights are relative to that of the news. Importance: share of the differences between trials (fANOVA). A value
        that this stream has no use for comes out as it was drawn.""")
    yield ""
    yield from _table("value", "searched", "default", "tuned", "importance")
    for name, value in found["default"].items():
        tuned = _NOTHING if found["tuned"] is None else f"{found['tuned'][name]:g}"
        explained, bounds = found["importances"].get(name), found["space"][name]
        searched = f"{bounds['low']:g} to {bounds['high']:g}{', by logarithm' if bounds['log'] else ''}"
        yield _row(f"`{name}`", searched, f"{value:g}", tuned, _NOTHING if explained is None else f"{explained:.2f}")


def _sweep(found: Document) -> Iterator[str]:
    which = "default" if found["tuned"] is None else "tuned"
    yield "## What another budget would give"
    yield ""
    yield _folded(f"""
        `delta` is the user's choice, so it is not optimised. The {which} strategy on the held-out part, with other
        budgets; `delta_opp` keeps its ratio to `delta`.""")
    yield ""
    yield from _table("delta", "delta_opp", *_PARTS, "keeps the budget")
    for each in found["sweep"]:
        shares = (share(each[part]) for part in _PARTS)
        yield _row(f"{each['delta']:g}", f"{each['delta_opp']:g}", *shares, _kept(each, each))


def _trials(found: Document, plot: str | None) -> Iterator[str]:
    yield "## Trials"
    yield ""
    within = sum(trial["score"] > 0 for trial in found["trials"])
    yield _folded(f"""
        {within} of {len(found["trials"])} answered something within the budget on the part that trials see. The best of
        many looks better there than it is: only the held-out part counts.""")
    if plot is not None:
        yield from ("", f"![trials]({plot})")
    yield ""
    yield from _table("trial", "score", *_PARTS)
    marks = {found["best"]: " (the tuned one)", 0: " (the default)"}
    ranked = sorted(enumerate(found["trials"]), key=lambda each: -each[1]["score"])
    for number, trial in ranked[:_SHOWN]:
        name = f"{number + 1}{marks.get(number, '')}"
        yield _row(name, f"{trial['score']:.3f}", *(share(trial[part]) for part in _PARTS))


def _method(found: Document, command: str) -> Iterator[str]:
    yield "## Method"
    yield ""
    yield _folded(f"""
        A trial lives through the first {found["tuned_on"]} records from a cold start: every record is decided before
        its label is known. It scores its coverage while wrong and opposite answers, as point estimates, keep the
        budget; beyond it the score is minus the excess over it (Deb 2000), where a single error does not count. The
        first trial is the strategy as it is. For the held-out part the service lives through the whole stream, and only
        the last records are counted: it has learned from the first ones by then, as it would have. A gain is called one
        if more records are answered there than chance explains (sign test on the records that only one answered) and
        both rates keep the budget.""")
    yield ""
    yield _folded("""
        It is one search with one seed on one stream: another would find other values. Where the default was chosen with
        this data in sight, it looks better here than it would on data that nobody has seen.""")
    yield ""
    yield f"```sh\n{command}\n```"
