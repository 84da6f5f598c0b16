"""A replay as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forethought.evals.replay import DEADLINE_MS, OURS

Document = Mapping[str, Any]

_NAMES = {"df_events.parquet": "the events data set (279 LLM decisions on BTC, March 2025)"}
"""What known files are called on a page."""
_DASH = "–"


def page(found: Document, *, command: str, made_on: str) -> str:
    """Lay a replay out as a page: data, result, comparison, how to reproduce it, and what to make of it.

    Args:
        found: What `Tape.document` returned.
        command: As a reader would type it.
        made_on: Date, ISO 8601.
    """
    sections = (
        _head(found, made_on),
        _reading(found),
        _service(found),
        _evidence(found),
        _sweeps(found),
        _method(found, command),
    )
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def share(found: Document) -> str:
    """Write a share with its interval and its n: `85.6 % [80.4, 89.6] of 222`."""
    if found["frac"] is None:
        return _DASH
    return f"{100 * found['frac']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}] of {found['n']}"


def closest(cuts: Sequence[Document], hit_frac: float) -> Document:
    """Return the cut whose coverage is nearest to a hit rate; of equally near ones the stricter."""
    return min(cuts, key=lambda c: (abs((c["answered"]["frac"] or 0.0) - hit_frac), -c["threshold"]))


def _head(found: Document, made_on: str) -> Iterator[str]:
    yield f"# Replay of {_name(found)}"
    yield ""
    yield (
        "Generated; do not edit. Every record is decided before its label is known, then learned, in the order of time. "
        "Square brackets hold 95 % Wilson intervals. *Agreement* is the share of answers that equal the label, *opposite* "
        "the share that say buy for sell or sell for buy; both are of what was answered."
    )
    yield ""
    yield f"Forethought {found['version']}, encoder `{found['embedder']}`, {made_on}. "
    yield (
        f"{found['decided']} records from {found['first']} to {found['last']}, {len(found['skipped'])} skipped; labels: "
        + ", ".join(f"{each['k']} {name}" for name, each in found["truth"].items())
        + "."
    )
    if not found["complete"]:
        yield ""
        yield "**The replay was interrupted: these are the figures up to then.**"
    if found["times_invented"]:
        yield ""
        yield "The file has no times: its order stands in for them, a minute apart."


def _name(found: Document) -> str:
    return _NAMES.get(found["file"], f"`{found['file']}`")


def _reading(found: Document) -> Iterator[str]:
    yield "## What it says"
    yield ""
    answered, hit = found["answered"], found["hit"]
    yield (
        f"- From memory, inside its error budget, the service answered {share(hit)} records. Of those answers "
        f"{share(answered['agreed'])} agree with the label and {share(answered['opposite'])} are opposite."
    )
    if (hit["frac"] or 0.0) < 0.5:
        yield (
            "- That is little coverage, and the disappointment of this page. It is what the budget and the evidence allow: "
            "the share answered is an outcome here, not a promise."
        )
    interim = found["interim"]
    if interim["n"]:
        yield (
            f"- The rest got the rule-based interim answer, which agrees in {share(interim['agreed'])} and is opposite in "
            f"{share(interim['opposite'])}. It is marked `fallback` for a reason: do not trade on it."
        )
    yield from _versus(found)
    for sweep in found["sweeps"]:
        if sweep["least_cosine"] is not None and sweep["least_cosine"] > 0.99:
            yield (
                f"- *{sweep['name']}* tells nothing apart: the least cosine between any two prompts is "
                f"{sweep['least_cosine']:.4f}. Whatever its threshold, it repeats an old answer."
            )
    yield (
        "- Records that lie close in time share most of their events, so they are not independent: the true intervals are "
        "wider than those printed."
    )


def _versus(found: Document) -> Iterator[str]:
    """Compare at equal coverage: at our hit rate, and at the hit rate that each peer has."""
    by_name = {sweep["name"]: sweep["cuts"] for sweep in found["sweeps"]}
    ours = by_name.pop(OURS)
    for name, cuts in by_name.items():
        if len(cuts) > 1 or not cuts[0]["answered"]["k"]:
            continue
        theirs = cuts[0]
        mine = closest(ours, theirs["answered"]["frac"])
        yield (
            f"- *{name}* answers {share(theirs['answered'])} and agrees in {share(theirs['agreed'])}; our candidates "
            f"nearest to that coverage (agreement_p ≥ {mine['threshold']:g}, {share(mine['answered'])}) agree in "
            f"{share(mine['agreed'])}: {_verdict(mine['agreed'], theirs['agreed'])}."
        )


def _verdict(mine: Document, theirs: Document) -> str:
    if mine["frac"] is None or theirs["frac"] is None:
        return "nothing to compare"
    if mine["low"] > theirs["high"]:
        return "better, and the intervals do not overlap"
    if mine["high"] < theirs["low"]:
        return "worse, and the intervals do not overlap"
    side = "ahead" if mine["frac"] > theirs["frac"] else "behind" if mine["frac"] < theirs["frac"] else "level"
    return f"{side}, but the intervals overlap: no difference is shown"


def _service(found: Document) -> Iterator[str]:
    yield "## What the service answered"
    yield ""
    yield "| path | share of all | agreement | opposite | p50 ms | p95 ms | p99 ms |"
    yield "|---|---|---|---|---|---|---|"
    for path, each in found["paths"].items():
        yield _row(path, share(each["share"]), each, each["latency"])
    yield _row("**from memory**", share(found["hit"]), found["answered"], None)
    latency = found["latency"]
    yield f"| **all** | | | | {_ms(latency['p50_ms'])} | {_ms(latency['p95_ms'])} | {_ms(latency['p99_ms'])} |"
    yield ""
    yield (
        f"Latencies are those of the use case in one process, one question at a time, components of a new prompt embedded "
        f"as they come; later than the service's own deadline of 500 ms: {share(found['late'])}."
    )


def _row(name: str, part: str, each: Document, latency: Document | None) -> str:
    took = ["", "", ""] if latency is None else [_ms(latency[p]) for p in ("p50_ms", "p95_ms", "p99_ms")]
    return f"| {name} | {part} | {share(each['agreed'])} | {share(each['opposite'])} | {' | '.join(took)} |"


def _ms(value: float | None) -> str:
    return _DASH if value is None else f"{value:.1f}"


def _evidence(found: Document) -> Iterator[str]:
    yield "## The evidence at the end"
    yield ""
    yield "| scope | state | budget (wrong, opposite) | answered, labelled | wrong | 95 % below | opposite | 95 % below |"
    yield "|---|---|---|---|---|---|---|---|"
    for scope in found["scopes"]:
        tally, budget = scope["answered"], scope["budget"]
        names = ("wrong_frac", "wrong_upper", "opposite_frac", "opposite_upper")
        figures = " | ".join(_DASH if tally[name] is None else f"{tally[name]:.1%}" for name in names)
        yield (
            f"| {scope['strategy']}/{scope['asset']} | {scope['state']} | {budget['delta']:.0%}, {budget['delta_opp']:.0%} "
            f"| {tally['n']} | {figures} |"
        )


def _sweeps(found: Document) -> Iterator[str]:
    yield "## Thresholds, and others in the same stream"
    yield ""
    yield (
        "Ours is the best candidate of every record at cuts on its `agreement_p`, answered or not: what a larger budget "
        "would buy. The service also bounds `opposite_p`, so it answers less than the row of its own cut. The others see "
        "the same records in the same order and learn the same labels; a similarity is the cosine to the nearest one."
    )
    for sweep in found["sweeps"]:
        yield ""
        yield f"### {sweep['name']}"
        yield ""
        yield "| from | answered | agreement | opposite |"
        yield "|---|---|---|---|"
        for each in sweep["cuts"]:
            cells = " | ".join(share(each[name]) for name in ("answered", "agreed", "opposite"))
            yield f"| {each['threshold']:g} | {cells} |"


def _method(found: Document, command: str) -> Iterator[str]:
    yield "## How to reproduce it"
    yield ""
    yield "```"
    yield command
    yield "```"
    yield ""
    yield (
        "The real use cases run in a Redis namespace of their own with a virtual clock and no analysts; the namespace is "
        f"deleted at the end. Nothing is drawn at random, so there is no seed. The deadline of a question is {DEADLINE_MS // 1000} s, so "
        "that the figures (latencies apart) do not depend on the load of the machine. A record is asked as of its own time "
        "and sees neither itself nor anything decided or known at that time or later. "
        f"Strategies stand as they are in version {found['version']}; their thresholds and budgets were chosen with this "
        "month of data in sight, so the figures flatter: only data that nobody has seen can tell how much."
    )
