"""A laboratory's replay as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forethought.application.question import DEFAULT_DEADLINE_MS
from forethought.evals.replay import DEADLINE_MS
from forethought.evals.streams.figures import PARTS

Document = Mapping[str, Any]

COVERAGES = (0.80, 0.60, 0.40, 0.20)
"""At which those who have a threshold are put side by side; the first is the seed's hit rate."""

_NAMES = {
    "df_events.parquet": "the events data set (279 LLM decisions on BTC, March 2025)",
    "twitter_financial_news.parquet": "short finance texts with labels by people",
}
"""What known files are called on a page."""
_PART_NAMES = {"whole": "whole stream", "second_half": "second half"}
_NOTHING = "-"
_SURPRISING_P = 0.05
_ALIKE_COSINE = 0.99
_WAYS = {"head": "The head of the full text", "chunks": "The mean of the chunks", "seed": "The seed's composition"}


def page(found: Document, *, command: str, made_on: str, plots: Mapping[str, Sequence[str]]) -> str:
    """Lay a replay out as a page: what it says, the figures by protocol, and how to reproduce it.

    Args:
        found: What `laboratory.run_plan` returned.
        command: As a reader would type it.
        made_on: Date, ISO 8601.
        plots: File names of plots beside the page, by protocol.
    """
    sections = [_head(found, made_on), _reading(found)]
    for protocol in found["protocols"]:
        sections += [
            _protocol(protocol, plots.get(protocol["labels"], ())),
            _operating(protocol),
            _within(protocol, found["budget"]),
            _side_by_side(protocol),
            _timeline(protocol, found),
            _service(protocol["service"]),
            _on_the_same(protocol),
            _thresholds(protocol),
        ]
    sections.append(_method(found, command))
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def share(found: Document) -> str:
    """Write a share with its interval and its n: `85.6 % [80.4, 89.6] of 222`."""
    if found["frac"] is None:
        return _NOTHING
    return f"{100 * found['frac']:.1f} % [{100 * found['low']:.1f}, {100 * found['high']:.1f}] of {found['n']}"


def closest(cuts: Sequence[Document], coverage: float) -> Document:
    """Return the cut that answers nearest to a share of all; of equally near ones the strictest."""
    return min(cuts, key=lambda c: (abs((c["whole"]["answered"]["frac"] or 0.0) - coverage), -c["threshold"]))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _pct(found: Document) -> str:
    return _NOTHING if found["frac"] is None else f"{100 * found['frac']:.1f} %"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|---" * len(names) + "|"


def _head(found: Document, made_on: str) -> Iterator[str]:
    name = _NAMES.get(found["file"], f"`{found['file']}`")
    labels = ", ".join(f"{each['k']} {label}" for label, each in found["truth"].items())
    yield f"# Replay of {name}"
    yield ""
    yield _folded("""
        Generated; do not edit. Every record is decided before its label is known, from a cold start, in the order of
        time. Square brackets hold 95 % Wilson intervals, in per cent. *Wrong* is the share of answers that differ from
        the label, *opposite* the share that say buy for sell or sell for buy; both are of what was answered. *Saved* is
        the share of all questions for which no LLM was asked: audits cost a call, labels that come by themselves do
        not.""")
    yield ""
    yield _folded(f"""
        Forethought {found["version"]}, encoder `{found["embedder"]}`, {made_on}. {found["records"]} records from
        {found["first"]} to {found["last"]}, {len(found["skipped"])} skipped. Labels: {labels}. Strategy
        `{found["strategy"]}`, budget: {found["budget"]["delta"]:.0%} wrong, {found["budget"]["delta_opp"]:.0%}
        opposite.""")
    if found["times_invented"]:
        yield from ("", "The file has no times: its order stands in for them, a minute apart.")
    for words in found["shape"]:
        yield from ("", f"**{words}**")


def _reading(found: Document) -> Iterator[str]:
    yield "## What it says"
    yield ""
    for protocol in found["protocols"]:
        ladder = protocol["contenders"][0]
        for part in PARTS:
            each = ladder["operating"][part]
            yield _folded(f"""
                - Labels `{protocol["labels"]}`, {_PART_NAMES[part]}: the whole ladder answered
                {share(each["answered"])} from memory; wrong {share(each["wrong"])}, opposite
                {share(each["opposite"])}. {_held(each, found["budget"])}""")
        yield _rivals(protocol)
        yield from _versus(protocol)
    for way, cosine in found["least_cosines"].items():
        if cosine > _ALIKE_COSINE:
            yield _folded(f"""
                - {_WAYS[way]} tells nothing apart: the least cosine between any two records is {cosine:.4f}. Whatever
                its threshold, a cache over it repeats what it heard last.""")
    yield _folded("""
        - Records that lie close in a stream are alike, so they are not independent: the true intervals are wider than
        those printed.""")


def _held(each: Document, budget: Document) -> str:
    """Say whether the budget holds: as a point, and as the upper end of the interval."""
    if not each["answered"]["k"]:
        return "There is nothing to hold against the budget."
    pairs = ((each["wrong"], budget["delta"]), (each["opposite"], budget["delta_opp"]))
    if any(rate["low"] > allowed for rate, allowed in pairs):
        return "**The budget is broken.**"
    if all(rate["high"] <= allowed for rate, allowed in pairs):
        return "Both intervals lie within the budget."
    if any(rate["frac"] > allowed for rate, allowed in pairs):
        return "**More than the budget allows**, though the intervals do not exclude that it holds."
    return "Both rates lie within the budget, the upper ends of their intervals do not."


def _rivals(protocol: Document) -> str:
    """Say what others would answer within the budget if somebody had known their best threshold."""
    best = {
        each["name"]: each["within_budget"]["second_half"]
        for each in protocol["contenders"]
        if not each["name"].startswith("Forethought")
    }
    fit = {name: cut for name, cut in best.items() if cut is not None}
    if not best:
        return "- No others were measured."
    if not fit:
        return "- None of the others stays within the budget in the second half, whatever its threshold."
    told = ", ".join(f"*{name}* {_pct(cut['answered'])} (from {cut['threshold']:g})" for name, cut in fit.items())
    return f"- Others within the budget in the second half, by the best threshold chosen afterwards: {told}."


def _versus(protocol: Document) -> Iterator[str]:
    """Say how those who look at no threshold do on the records that we answered."""
    plain = {each["name"] for each in protocol["contenders"] if len(each["curve"]) == 1}
    for each in protocol["paired"]:
        if each["name"] in plain and each["on"] == "answered" and each["ours"]["n"]:
            yield _folded(f"""
                - On the {each["ours"]["n"]} records that it answered (and the other too), the service agrees in
                {_pct(each["ours"])}, *{each["name"]}* in {_pct(each["theirs"])}:
                {_verdict(each, of=len(protocol["paired"]))}.""")


def _verdict(each: Document, *, of: int) -> str:
    """Say who is ahead, and whether that is more than chance: p is held against .05 shared among all comparisons."""
    mine, theirs = each["only_ours"], each["only_theirs"]
    if mine == theirs:
        return "no difference"
    side = "ahead" if mine > theirs else "behind"
    odds = f"only it is right {mine} times, only the other {theirs} times, p = {each['p']:.2g}"
    return f"{side} ({odds})" if each["p"] < _SURPRISING_P / of else f"{side}, but no difference is shown ({odds})"


def _protocol(protocol: Document, plots: Sequence[str]) -> Iterator[str]:
    yield f"## Labels `{protocol['labels']}`"
    yield ""
    yield f"Here {protocol['words']}."
    for name in plots:
        yield from ("", f"![{name.removesuffix('.svg')}]({name})")


def _operating(protocol: Document) -> Iterator[str]:
    yield "### As they come"
    yield ""
    yield _folded("""
        Each by its own rule: the ladder by its error budget, the libraries and the static threshold by the libraries'
        default (cosine .90), the seed's composition by its .86, those who look at no text always.""")
    for part in PARTS:
        yield from ("", f"**{_PART_NAMES[part].capitalize()}**", "")
        yield from _table("who", "answered", "wrong", "opposite", "saved")
        for each in protocol["contenders"]:
            if each["operating"] is not None:
                found = each["operating"][part]
                yield _row(each["name"], *(share(found[n]) for n in ("answered", "wrong", "opposite", "saved")))


def _within(protocol: Document, budget: Document) -> Iterator[str]:
    yield "### Most answers within the budget"
    yield ""
    yield _folded(f"""
        The threshold with the most answers while at most {budget["delta"]:.0%} are wrong and at most
        {budget["delta_opp"]:.0%} opposite (at least 30 answers), chosen after the fact: it flatters all, and nobody can
        choose so beforehand. Ours is a cut on `agreement_p`.""")
    for part in PARTS:
        yield from ("", f"**{_PART_NAMES[part].capitalize()}**", "")
        yield from _table("who", "from", "answered", "wrong", "opposite")
        for each in protocol["contenders"]:
            best = each["within_budget"][part]
            if best is None:
                yield _row(each["name"], _NOTHING, "none", _NOTHING, _NOTHING)
            else:
                shares = (share(best[name]) for name in ("answered", "wrong", "opposite"))
                yield _row(each["name"], f"{best['threshold']:g}", *shares)


def _side_by_side(protocol: Document) -> Iterator[str]:
    yield "### At like coverage"
    yield ""
    yield "For each who has a threshold: wrong, then opposite, at the cut whose share answered is nearest."
    yield ""
    yield from _table("who", *(f"about {coverage:.0%} answered" for coverage in COVERAGES))
    for each in protocol["contenders"]:
        if len(each["curve"]) > 1:
            yield _row(each["name"], *(_brief(closest(each["curve"], c)["whole"]) for c in COVERAGES))


def _brief(found: Document) -> str:
    answered = f"{_pct(found['answered'])} answered"
    if not found["answered"]["k"]:
        return answered
    return f"{answered}: {share(found['wrong'])}; {_pct(found['opposite'])} opposite"


def _timeline(protocol: Document, found: Document) -> Iterator[str]:
    yield "### The time line"
    yield ""
    flip = found["flip_index"]
    if flip is not None:
        yield from (f"Labels are negated from record {flip + 1} on.", "")
    yield from _table("records", "answered", "wrong", "opposite")
    for each in protocol["timeline"]["slices"]:
        mark = " (the change)" if flip is not None and each["from"] <= flip < each["to"] else ""
        shares = (share(each[name]) for name in ("answered", "wrong", "opposite"))
        yield _row(f"{each['from'] + 1} to {each['to']}{mark}", *shares)


def _service(found: Document) -> Iterator[str]:
    yield "### What the service answered"
    yield ""
    yield from _table("path", "share of all", "agreement", "opposite", "p50 ms", "p95 ms", "p99 ms")
    for path, each in found["paths"].items():
        shares = (share(each[name]) for name in ("share", "agreed", "opposite"))
        yield _row(path, *shares, *_latency(each["latency"]))
    memory = (found["hit"], found["answered"]["agreed"], found["answered"]["opposite"])
    yield _row("**from memory**", *map(share, memory), "", "", "")
    yield _row("**all**", "", "", "", *_latency(found["latency"]))
    yield ""
    yield _folded(f"""
        Latencies are those of the use case in one process, one question at a time, with vectors that were embedded
        beforehand. Later than the service's own deadline of {DEFAULT_DEADLINE_MS} ms: {share(found["late"])}. An
        interim answer is by rule, or for tables of events an abstention; it is marked so and is no forecast of the
        label. The evidence at the end:""")
    yield ""
    yield from _table(
        "scope", "state", "wrong allowed", "opposite", "answered", "wrong", "95 % below", "opposite", "95 %"
    )
    for scope in found["scopes"]:
        tally, budget = scope["answered"], scope["budget"]
        names = ("wrong_frac", "wrong_upper", "opposite_frac", "opposite_upper")
        figures = [_NOTHING if tally[name] is None else f"{tally[name]:.1%}" for name in names]
        allowed = [f"{budget[name]:.0%}" for name in ("delta", "delta_opp")]
        yield _row(f"{scope['strategy']}/{scope['asset']}", scope["state"], *allowed, str(tally["n"]), *figures)


def _latency(found: Document) -> list[str]:
    values = [found[name] for name in ("p50_ms", "p95_ms", "p99_ms")]
    return [_NOTHING if value is None else f"{value:.1f}" for value in values]


def _on_the_same(protocol: Document) -> Iterator[str]:
    yield "### On the same records"
    yield ""
    yield _folded("""
        Whoever answers less can pick the easy records. Here both are judged on the records that both answer, the others
        at their loosest threshold. *p* is McNemar's exact test, two-sided, not corrected for the number of lines here
        (the text above is: a difference counts below .05 divided by it); it too takes records as independent.""")
    yield ""
    yield from _table("other", "records", "ours agrees", "the other agrees", "only ours right", "only the other", "p")
    for each in protocol["paired"]:
        which = "answered from memory" if each["on"] == "answered" else "any candidate of ours"
        counts = (str(each["only_ours"]), str(each["only_theirs"]), f"{each['p']:.2g}")
        yield _row(each["name"], which, share(each["ours"]), share(each["theirs"]), *counts)


def _thresholds(protocol: Document) -> Iterator[str]:
    yield "### Thresholds"
    yield ""
    yield _folded("""
        Ours are cuts on the `agreement_p` of the best candidate of every record, answered or not, and of what one rung
        alone says: what a larger budget would buy with the memory that the whole ladder made. The service also bounds
        `opposite_p`, so it answers less than the row of its own cut.""")
    if any(each["own_memories"] for each in protocol["contenders"]):
        yield from (
            "",
            "The others have a memory of their own for each threshold: what they answer, they do not learn.",
        )
    for each in protocol["contenders"]:
        yield from ("", f"#### {each['name']}", "")
        yield from _table(
            "from", "answered", "wrong", "opposite", "saved", "wrong, second half", "opposite, second half"
        )
        for cut in each["curve"]:
            shares = (share(cut["whole"][name]) for name in ("answered", "wrong", "opposite"))
            late = (_brief_share(cut["second_half"][name]) for name in ("wrong", "opposite"))
            yield _row(f"{cut['threshold']:g}", *shares, _pct(cut["whole"]["saved"]), *late)


def _brief_share(found: Document) -> str:
    return _NOTHING if found["frac"] is None else f"{_pct(found)} of {found['n']}"


def _method(found: Document, command: str) -> Iterator[str]:
    seeds = ", ".join(sorted({str(protocol["seed"]) for protocol in found["protocols"]}))
    yield "## How to reproduce it"
    yield ""
    yield f"    {command}"
    yield ""
    yield _folded(f"""
        The real use cases run on a Redis of their own with a virtual clock and no analysts. Seed {seeds}: audits are
        drawn from it before anybody plays, so whoever hits the same record is audited alike. A question's deadline is
        {DEADLINE_MS // 1000} s, so that the figures (latencies apart) do not depend on the load of the machine. A
        record is asked as of its own time, and sees neither itself nor anything decided or known at that time or later.
        What is finished is kept in a folder beside the page; ours is replayed again when the code changes.""")
    yield ""
    yield _folded("""
        Everybody has the same encoder and sees the same records in the same order. The libraries are the real ones
        on a Redis with Search, and are given the whole text, long ones as the mean of their chunks.
        Their vectors are handed to them, so nothing is said of their speed.""")
    yield ""
    yield _folded(f"""
        Strategies stand as they are in version {found["version"]}. Where their thresholds, priors and budgets were
        chosen with this data in sight, the figures flatter; only data that nobody has seen can tell how much.""")
