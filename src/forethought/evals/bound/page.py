"""The study as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence

from forethought.evals.bound.figures import PARTS, WINDOW, Document
from forethought.evals.bound.sampling import TOPICS, Variant

_PART_NAMES = {"whole": "whole stream", "second_half": "second half"}
_TIMES = ("records_to_stop", "records_to_budget", "records_to_half_coverage")


def page(found: Document, *, command: str, made_on: str, plots: Mapping[str, Sequence[str]]) -> str:
    """Lay a study out: what it says, the figures of each source, and how it was made.

    Args:
        found: What `figures.document` returned.
        command: As a reader would type it.
        made_on: Date, ISO 8601.
        plots: File names of plots beside the page, by source.
    """
    lines = [*_head(found, made_on), "## What it says", ""]
    for source in found["sources"]:
        lines += [*_says(source, found), ""]
    for source in found["sources"]:
        lines += _source(source, found, plots.get(source["name"], ()))
    lines += _method(found, command)
    return "\n".join(lines) + "\n"


def _head(found: Document, made_on: str) -> Iterator[str]:
    budget, claim = found["budget"], found["claim"]
    yield "# Does the error budget hold?"
    yield ""
    yield (
        "Generated; do not edit. The reflex (the distilled model, its calibration and its modes) lives through many "
        "resampled streams, each from a cold start: a miss is labelled, a hit only when it is audited "
        f"({_pct(found['audit'])} of hits). *Wrong* and *opposite* are shares of all answers of a replay, the early "
        f"ones included. The budget is {_pct(budget['wrong'])} wrong and {_pct(budget['opposite'])} opposite. The "
        f"claim: in at least {_pct(claim['held_share'], 0)} of replays the realised error stays within the budget; "
        f"it is rejected where an exact binomial test has p < {claim['level']}."
    )
    yield ""
    yield f"Encoder `{found['encoder']}`, seed {found['seed']}, {made_on}."
    yield ""


def _says(source: Document, found: Document) -> Iterator[str]:
    yield f"**{source['title']}.**"
    yield ""
    for variant in source["variants"]:
        for part in PARTS:
            yield f"- {variant['name'].capitalize()}, {_PART_NAMES[part]}: {_verdict(variant[part], found)}"
    for line in _flip_verdicts(source):
        yield f"- {line}"


def _verdict(part: Document, found: Document) -> str:
    said = [f"answered {_pct(part['coverage']['mean'])} on average"]
    for error in ("wrong", "opposite"):
        tested, level = part[error], found["claim"]["level"]
        claim = "**claim rejected**" if tested["held_p"] < level else "claim not rejected"
        pooled = "**over the budget**" if tested["pooled_p"] < level else "not over the budget"
        held = tested["held"]
        said.append(
            f"{error} {_pct(tested['spread']['mean'], 2)}, within the budget in {held['k']} of {held['n']} replays "
            f"({claim}), pooled {pooled}"
        )
    return "; ".join(said) + "."


def _flip_verdicts(source: Document) -> Iterator[str]:
    flips = source["flips"]
    if not flips:
        return
    said = {name: ", ".join(_when(flip[name]) for flip in flips) for name in _TIMES}
    yield (
        f"Labels flip at the middle ({len(flips)} streams): stopped after {said['records_to_stop']} records; the error "
        f"of the last {WINDOW} records is back within both budgets after {said['records_to_budget']}, half of the "
        f"coverage after {said['records_to_half_coverage']}."
    )


def _source(source: Document, found: Document, plots: Sequence[str]) -> Iterator[str]:
    yield f"## {source['title']}"
    yield ""
    yield (
        f"Each replay draws {found['records']} different records in blocks of {source['block']} neighbours from "
        f"{source['records']}."
    )
    yield ""
    for name in plots:
        yield f"![{name.removesuffix('.svg')}]({name})"
        yield ""
    for error in ("wrong", "opposite"):
        yield f"### {error.capitalize()}, budget {_pct(found['budget'][error])}"
        yield ""
        yield (
            "| labels | part | replays | answered, mean (5th to 95th percentile) | error, mean (5th to 95th) | within "
            "budget | p of the claim | significantly over, replays | p | pooled errors | p |"
        )
        yield "|---|---|---|---|---|---|---|---|---|---|---|"
        for variant in source["variants"]:
            for part in PARTS:
                yield _row(variant, part, error)
        yield ""
    yield from _modes(source)
    yield from _flips(source)


def _row(variant: Document, part: str, error: str) -> str:
    at, tested = variant[part], variant[part][error]
    cells = (
        variant["name"],
        _PART_NAMES[part],
        str(variant["replays"]),
        _spread(at["coverage"], 1),
        _spread(tested["spread"], 2),
        _share(tested["held"]),
        _p(tested["held_p"]),
        _share(tested["broken"]),
        _p(tested["broken_p"]),
        _share(tested["pooled"], 2),
        _p(tested["pooled_p"]),
    )
    return f"| {' | '.join(cells)} |"


def _modes(source: Document) -> Iterator[str]:
    yield "### How freely it was answered"
    yield ""
    yield "| labels | no model yet | open | tight | stopped | labels seen, of all records |"
    yield "|---|---|---|---|---|---|"
    for variant in source["variants"]:
        shares = (variant["modes"][name] for name in ("no model", "open", "tight", "stopped"))
        yield f"| {variant['name']} | {' | '.join(_pct(share) for share in shares)} | {_pct(variant['labels'])} |"
    yield ""


def _flips(source: Document) -> Iterator[str]:
    if not source["flips"]:
        return
    yield f"### {Variant.FLIPPED.value.capitalize()}"
    yield ""
    yield (
        "| stream | 500 records before: answered, wrong, opposite | 500 after | last 500 | stopped after | error back "
        "within both budgets after | half of the coverage back after |"
    )
    yield "|---|---|---|---|---|---|---|"
    for i, flip in enumerate(source["flips"], start=1):
        parts = (_three(flip[name]) for name in ("before", "first_500_after", "last_500_after"))
        yield f"| {i} | {' | '.join(parts)} | {' | '.join(_when(flip[name]) for name in _TIMES)} |"
    yield ""


def _method(found: Document, command: str) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    yield f"`{command}`"
    yield ""
    yield (
        "- Blocks: moving-block bootstrap (Künsch 1989). A block is twice the lag beyond which signal, presence of a "
        "signal and text vector are no longer correlated (after Politis and White 2004), at most 2 % of the stream. A "
        "record that a replay holds already is left out: its own label would answer it."
    )
    yield (
        "- *Within budget*: the realised share, not a bound on it. A replay has some hundred answers, so a true error "
        "just below the budget exceeds it in up to half of the replays by chance; to hold in "
        f"{_pct(found['claim']['held_share'], 0)} of them the true error must lie well below. A replay without "
        "answers counts as within it."
    )
    yield (
        "- *Significantly over*: replays in which an exact binomial test rejects error <= budget at 5 %; beside it, "
        "the p of more than 5 % of replays doing so. It takes the answers of a replay as independent."
    )
    yield (
        "- *Pooled*: errors among the answers of all replays, tested one-sided against the budget. Replays share "
        "records, and neighbours are alike, so these answers are not independent: the p is too small where the share "
        "is over the budget, and the intervals (Wilson, 95 %) are too narrow. Replays of one source share it: they "
        "speak for streams like this one."
    )
    yield (
        f"- Swapped labels: k-means sorts the vectors into {TOPICS} topics; in half of them, drawn anew for each "
        "replay, every label is negated. The same words then mean opposite things in two topics. Replays of the "
        "same number hold the same records in every variant."
    )
    yield (
        "- Not part of this: exact repeats, precedents and the slow vote of the whole ladder; neighbours are exact "
        "ones, not an index's. A new model is fitted after every 50 labels and serves at once."
    )


def _spread(found: Document, digits: int) -> str:
    return f"{_pct(found['mean'], digits)} ({100 * found['p5']:.{digits}f} to {100 * found['p95']:.{digits}f})"


def _share(found: Document, digits: int = 1) -> str:
    if not found["n"]:
        return "-"
    low, high = (f"{100 * found[edge]:.{digits}f}" for edge in ("low", "high"))
    return f"{_pct(found['frac'], digits)} [{low}, {high}] of {found['n']}"


def _three(found: Document) -> str:
    return ", ".join(_pct(found[name]["frac"]) for name in ("answered", "wrong", "opposite"))


def _when(records: int | None) -> str:
    return "never" if records is None else str(records)


def _p(value: float) -> str:
    return f"{value:.2g}"


def _pct(share: float | None, digits: int = 1) -> str:
    return "-" if share is None else f"{100 * share:.{digits}f} %"
