"""A replay as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forethought.application.question import DEFAULT_DEADLINE_MS
from forethought.evals.replay import DEADLINE_MS

Document = Mapping[str, Any]

COVERAGES = (0.80, 0.60, 0.40, 0.20)
"""At which those who have a threshold are put side by side; the first is the seed's hit rate."""

_NAMES = {"df_events.parquet": "the events data set (279 LLM decisions on BTC, March 2025)"}
"""What known files are called on a page."""
_NOTHING = "-"
_LITTLE_FRAC = 0.5
_ALIKE_COSINE = 0.99
_SURPRISING_P = 0.05


def page(found: Document, *, command: str, made_on: str) -> str:
    """Lay a replay out as a page: what it says, the figures, the comparison, and how to reproduce it.

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
        _on_the_same(found),
        _side_by_side(found),
        _sweeps(found),
        _method(found, command),
    )
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def share(found: Document) -> str:
    """Write a share with its interval and its n: `85.6 % [80.4, 89.6] of 222`."""
    if found["frac"] is None:
        return _NOTHING
    return f"{100 * found['frac']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}] of {found['n']}"


def closest(cuts: Sequence[Document], coverage: float) -> Document:
    """Return the cut that answers nearest to a share of all; of equally near ones the strictest."""
    return min(cuts, key=lambda c: (abs((c["answered"]["frac"] or 0.0) - coverage), -c["threshold"]))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _head(found: Document, made_on: str) -> Iterator[str]:
    name = _NAMES.get(found["file"], f"`{found['file']}`")
    labels = ", ".join(f"{each['k']} {label}" for label, each in found["truth"].items())
    yield f"# Replay of {name}"
    yield ""
    yield _folded("""
        Generated; do not edit. Every record is decided before its label is known, then learned, in the order of time.
        Square brackets hold 95 % Wilson intervals, in per cent. *Agreement* is the share of answers that equal the
        label, *opposite* the share that say buy for sell or sell for buy; both are of what was answered.""")
    yield ""
    yield _folded(f"""
        Forethought {found["version"]}, encoder `{found["embedder"]}`, {made_on}. {found["decided"]} records from
        {found["first"]} to {found["last"]}, {len(found["skipped"])} skipped. Labels: {labels}.""")
    if not found["complete"]:
        yield from ("", "**The replay was interrupted, or records were refused: these are the figures up to then.**")
    if found["times_invented"]:
        yield from ("", "The file has no times: its order stands in for them, a minute apart.")


def _reading(found: Document) -> Iterator[str]:
    answered, hit, interim = found["answered"], found["hit"], found["interim"]
    yield "## What it says"
    yield ""
    quality = "There is no agreement to report."
    if answered["n"]:
        quality = f"Agreement: {share(answered['agreed'])}. Opposite: {share(answered['opposite'])}."
    yield f"- From memory, inside its error budget, the service answered {share(hit)} records. {quality}"
    if (hit["frac"] or 0.0) < _LITTLE_FRAC:
        yield _folded("""
            - That is little coverage, and the disappointment of this page. It is what budget and evidence allow: the
            share answered is an outcome here, not a promise.""")
    if interim["n"]:
        yield _folded(f"""
            - The rest got an interim answer (by rule, or for tables of events an abstention), which agrees in
            {share(interim["agreed"])} and is opposite in
            {share(interim["opposite"])}. It is marked `fallback` for that reason; it is no forecast of the label.""")
    yield from _versus(found)
    for sweep in found["sweeps"]:
        if sweep["least_cosine"] is not None and sweep["least_cosine"] > _ALIKE_COSINE:
            yield _folded(f"""
                - *{sweep["name"]}* tells nothing apart: the least cosine between any two prompts is
                {sweep["least_cosine"]:.4f}. Whatever its threshold, it repeats the last answer.""")
    yield _folded("""
        - Records that lie close in time share most of their events, so they are not independent: the true intervals
        are wider than those printed.""")


def _versus(found: Document) -> Iterator[str]:
    """Say how those who look at no threshold do on the records that we answered, or could have."""
    plain = {sweep["name"] for sweep in found["sweeps"] if len(sweep["cuts"]) == 1}
    for each in found["paired"]:
        if each["name"] not in plain or not each["ours"]["n"]:
            continue
        which = "that it answered" if each["on"] == "answered" else "for which it had any candidate"
        yield _folded(f"""
            - On the {each["ours"]["n"]} records {which} (and the other too), the service agrees in
            {_pct(each["ours"])}, *{each["name"]}* in {_pct(each["theirs"])}:
            {_verdict(each, of=len(found["paired"]))}.""")


def _pct(found: Document) -> str:
    return f"{100 * found['frac']:.1f} %"


def _verdict(each: Document, *, of: int) -> str:
    """Say who is ahead, and whether that is more than chance: p is held against .05 shared among all comparisons."""
    mine, theirs = each["only_ours"], each["only_theirs"]
    if mine == theirs:
        return "no difference"
    side = "ahead" if mine > theirs else "behind"
    odds = f"only it is right {mine} times, only the other {theirs} times, p = {each['p']:.2g}"
    return f"{side} ({odds})" if each["p"] < _SURPRISING_P / of else f"{side}, but no difference is shown ({odds})"


def _service(found: Document) -> Iterator[str]:
    latency = found["latency"]
    yield "## What the service answered"
    yield ""
    yield "| path | share of all | agreement | opposite | p50 ms | p95 ms | p99 ms |"
    yield "|---|---|---|---|---|---|---|"
    for path, each in found["paths"].items():
        yield _row(path, each["share"], each, each["latency"])
    yield _row("**from memory**", found["hit"], found["answered"], None)
    yield f"| **all** | | | | {' | '.join(_latency(latency))} |"
    yield ""
    yield _folded(f"""
        Latencies are those of the use case in one process, one question at a time, with the components of a new prompt
        embedded as they come. Later than the service's own deadline of {DEFAULT_DEADLINE_MS} ms:
        {share(found["late"])}.""")


def _row(name: str, part: Document, each: Document, latency: Document | None) -> str:
    took = ["", "", ""] if latency is None else _latency(latency)
    return f"| {name} | {share(part)} | {share(each['agreed'])} | {share(each['opposite'])} | {' | '.join(took)} |"


def _latency(found: Document) -> list[str]:
    values = [found[name] for name in ("p50_ms", "p95_ms", "p99_ms")]
    return [_NOTHING if value is None else f"{value:.1f}" for value in values]


def _evidence(found: Document) -> Iterator[str]:
    yield "## The evidence at the end"
    yield ""
    yield "| scope | state | budget: wrong | opposite | answered | wrong | 95 % below | opposite | 95 % below |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for scope in found["scopes"]:
        tally, budget = scope["answered"], scope["budget"]
        names = ("wrong_frac", "wrong_upper", "opposite_frac", "opposite_upper")
        figures = [_NOTHING if tally[name] is None else f"{tally[name]:.1%}" for name in names]
        allowed = [f"{budget[name]:.0%}" for name in ("delta", "delta_opp")]
        cells = [f"{scope['strategy']}/{scope['asset']}", scope["state"], *allowed, str(tally["n"]), *figures]
        yield f"| {' | '.join(cells)} |"


def _side_by_side(found: Document) -> Iterator[str]:
    yield "## At like coverage"
    yield ""
    yield "For each who has a threshold: agreement, then opposite, at the cut whose share answered is nearest."
    yield ""
    yield f"| who | {' | '.join(f'about {coverage:.0%} answered' for coverage in COVERAGES)} |"
    yield "|---" * (len(COVERAGES) + 1) + "|"
    for sweep in found["sweeps"]:
        if len(sweep["cuts"]) > 1:
            cuts = (closest(sweep["cuts"], coverage) for coverage in COVERAGES)
            yield f"| {sweep['name']} | {' | '.join(_brief(each) for each in cuts)} |"


def _brief(each: Document) -> str:
    answered = f"{each['answered']['k']} answered"
    if not each["answered"]["k"]:
        return answered
    return f"{answered}: {share(each['agreed'])}; {100 * each['opposite']['frac']:.1f} % opposite"


def _on_the_same(found: Document) -> Iterator[str]:
    yield "## On the same records"
    yield ""
    yield _folded("""
        Whoever answers less can pick the easy records. Here both are judged on the records that both answer, the others
        without a threshold. *p* is McNemar's exact test, two-sided, not corrected for the number of lines here (the
        text above is: a difference counts below .05 divided by it); it too takes records as independent.""")
    yield ""
    yield "| other | records | ours agrees | the other agrees | only ours right | only the other right | p |"
    yield "|---|---|---|---|---|---|---|"
    for each in found["paired"]:
        which = "answered from memory" if each["on"] == "answered" else "any candidate of ours"
        shares = f"{share(each['ours'])} | {share(each['theirs'])}"
        yield f"| {each['name']} | {which} | {shares} | {each['only_ours']} | {each['only_theirs']} | {each['p']:.2g} |"


def _sweeps(found: Document) -> Iterator[str]:
    yield "## Thresholds, and others in the same stream"
    yield ""
    yield _folded("""
        Ours is the best candidate of every record at cuts on its `agreement_p`, answered or not: what a larger budget
        would buy. The service also bounds `opposite_p`, so it answers less than the row of its own cut. The others see
        the same records in the same order and learn the same labels; a similarity is the cosine to the nearest one.""")
    for sweep in found["sweeps"]:
        yield from ("", f"### {sweep['name']}", "")
        yield "| from | answered | agreement | opposite |"
        yield "|---|---|---|---|"
        for each in sweep["cuts"]:
            cells = " | ".join(share(each[name]) for name in ("answered", "agreed", "opposite"))
            yield f"| {each['threshold']:g} | {cells} |"


def _method(found: Document, command: str) -> Iterator[str]:
    yield "## How to reproduce it"
    yield ""
    yield f"    {command}"
    yield ""
    yield _folded(f"""
        The real use cases run in a Redis namespace of their own with a virtual clock and no analysts; the namespace is
        deleted at the end. Nothing is drawn at random, so there is no seed. A question's deadline is
        {DEADLINE_MS // 1000} s, so that the figures (latencies apart) do not depend on the load of the machine. A
        record is asked as of its own time, and sees neither itself nor anything decided or known at that time or later.
        """)
    yield ""
    yield _folded(f"""
        Strategies stand as they are in version {found["version"]}. Where their thresholds, priors and budgets were
        chosen with this data in sight, the figures flatter; only data that nobody has seen can tell how much.""")
