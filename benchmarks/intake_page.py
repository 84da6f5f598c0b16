"""The page of benchmarks/intake.py."""

import os
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intake import Run

_LAG = "forethought_news_lag_seconds_bucket"


def share(ordered: Sequence[float], quantile: float) -> float:
    """Return a quantile of ordered values."""
    return ordered[int(quantile * (len(ordered) - 1))] if ordered else 0.0


def by_label(run: "Run", name: str, label: str) -> dict[str, float]:
    """Add up a counter by one of its labels."""
    found: dict[str, float] = {}
    for key, value in run.metrics.items():
        if key.startswith(f"{name}{{") and value:
            (said,) = (
                part.split("=")[1].strip('"') for part in key[len(name) + 1 : -1].split(",") if part.startswith(label)
            )
            found[said] = found.get(said, 0.0) + value
    return found


def lag_s(run: "Run", quantile: float) -> str:
    """Return the bucket of the histogram in which a quantile of the lag lies."""
    buckets = sorted((float(le.strip('"')), n) for le, n in by_label(run, _LAG, "le").items())
    total = buckets[-1][1] if buckets else 0
    return next((f"≤ {le:g}" for le, n in buckets if n >= quantile * total), "-") if total else "-"


def problems(run: "Run") -> str:
    """Say what is wrong with the books; `none` is what is expected."""
    books = run.books
    if books is None:
        return "not compared"
    said = [
        f"{len(found)} {name} ({', '.join(map(':'.join, found[:3]))})"
        for name in ("lost", "overtaken", "doubled", "stale", "unknown", "unaccounted")
        if (found := getattr(books, name))
    ]
    said += [f"{number} {name}" for name, number in (("queued", books.queued), ("dead", books.dead)) if number]
    return "; ".join(said) or "none"


def summary(run: "Run") -> dict[str, str]:
    """Say all of one run by line of the table."""
    books, ledger = run.books, run.ledger
    if books is None:
        return {}
    times = sorted(run.took_ms)
    marks, passed_min = ledger["by_mark"], run.published_s / 60
    outcomes = by_label(run, "forethought_news_analysed_total", "outcome")
    items = by_label(run, "forethought_news_items_total", "outcome")
    rows: dict[str, str] = {
        "published, all": f"{ledger['published']:,} ({ledger['published'] / passed_min:,.0f} a minute)",
        "of these good (provider, id, version)": f"{books.published:,}",
        "kept of them": f"{books.kept:,}",
        "**lost**": str(len(books.lost)),
        "**doubled**": str(len(books.doubled)),
        "other differences": problems(run),
        "appended to the queue": f"{books.appended:,} = {books.kept:,} good + {books.repaired} malformed but usable",
        "duplicates sent": f"{marks['repeat']:,} the same item, {marks['repost']:,} under a new id (kept)",
        "corrections, updates, retractions": f"{marks['correction']:,}, {marks['update']:,}, {marks['retraction']:,}",
        "malformed sent": f"{marks['malformed']:,}",
        "what became of them": "; ".join(f"{how}: {_counts(codes)}" for how, codes in sorted(books.malformed.items())),
        "refused, by code": _counts(books.refusals),
        "items counted by the service": _counts(items),
        "answers of the wire that failed": f"{_counts(ledger['faults'])} (of {sum(ledger['requests'].values()):,})",
        "worked articles, by outcome": _counts(outcomes),
        "publication to arrival p50 / p95 / max": " / ".join(_quantiles(books.delays_s, "s")),
        "arrival to end of work p50 / p95 / max": f"{lag_s(run, 0.5)} / {lag_s(run, 0.95)} / {lag_s(run, 1.0)} s",
        "most that waited; oldest": f"{run.waiting_max:,}; {run.oldest_max_s:.1f} s",
        "intake drained after the last article": _after(run.intake_drained_s),
        "analysts' queue empty after that": _after(run.panel_drained_s),
        "/decide asked": f"{sum(run.statuses.values()):,} ({_counts(run.paths)})",
        "/decide p50 / p95 / p99 / max": " / ".join(_quantiles(times, "ms", 0.5, 0.95, 0.99, 1.0)),
        "/decide not answered 200": _counts({k: n for k, n in run.statuses.items() if k != 200}) or "none",  # noqa: PLR2004
        "cores used while it published": _each(run.cpu_s, lambda s: f"{s / run.published_s:.2f}"),
        "memory at most, MiB": _each(run.rss_mib, lambda mib: f"{mib:,.0f}"),
        "warnings logged": _counts(run.warnings) or "none",
    }
    return rows


def page(runs: "Sequence[Run]", *, latency: str, remark: str) -> str:
    """Lay the page out."""
    rows = [summary(run) for run in runs]
    head = "| | " + " | ".join(f"{run.rate:,} a minute" for run in runs) + " |"
    lines = [head, "|" + "---|" * (len(runs) + 1)]
    lines += ["| " + " | ".join([name, *(row[name] for row in rows)]) + " |" for name in rows[0]]
    minutes = " and ".join(dict.fromkeys(f"{run.minutes:g}" for run in runs))
    return _PAGE.format(table="\n".join(lines), minutes=minutes, latency=latency, remark=remark, machine=_machine())


def _counts(counts: "dict[str, float] | dict[str, int] | dict[int, int]") -> str:
    return ", ".join(f"{name} {n:,.0f}" for name, n in sorted(counts.items(), key=lambda pair: -pair[1]) if n)


def _quantiles(ordered: Sequence[float], unit: str, *quantiles: float) -> Iterable[str]:
    return (f"{share(ordered, each):.1f} {unit}" for each in quantiles or (0.5, 0.95, 1.0))


def _after(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.1f} s"


def _each(values: dict[str, float], said: Callable[[float], str]) -> str:
    return ", ".join(f"{name} {said(value)}" for name, value in values.items())


def _machine() -> str:
    names = (
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    )
    load = statistics.fmean(os.getloadavg())
    return f"{next(names, 'unknown')}, {os.cpu_count()} cores; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f}"


_PAGE = """<!-- written by benchmarks/intake.py -->
# The intake under load

Five providers publish for {minutes} min at each rate over HTTP: Reuters and AP by REST with pages and tokens,
Bloomberg, WSJ and FT by RSS with ETags. 5 % of the items came before, 3 % are malformed, 5 % of the answers fail
(429, 500, late, cut, token taken back). The newswire and the model (`llm-sim --latency {latency}`) are **simulated**;
all else is as it runs: one `forethought serve` with poll, intake and panel inside, and its embedded Redis with
`appendfsync always`. A caller asks `/decide` every 100 ms: half of it what the wire has told, half new; one in ten of
the new ones goes to the analysts, too. All of it, caller included, shares the machine: {machine}. {remark}

{table}

*lost*: good reports of the wire's ledger of which a version (REST) or everything (RSS) is missing in the archive once
all is quiet. *doubled*: reports of which the archive has more versions than were published. *overtaken*: an RSS feed
shows only the last version; a former one that was replaced between two looks at the feed (2 s, longer after a failed
answer) was on no wire to be read. *stale*: not the last version stands. *unknown*: published by nobody.
*unaccounted*: malformed, and neither refused nor usable. All of these are compared as sets of (provider, id,
version), read from Redis, not from counters. What a document was refused for as a whole (`bad_item`: not well-formed,
read as far as it goes) is among the codes but is no item. The same item twice in one RSS document is refused as
`bad_id`; after that it is the same item again. *arrival to end of work* is a histogram: bounds, not values.

*asked*: a deliberation was begun. *same_story*: another provider's wording of a story that is known. *shed*: the
analysts' queue had no room for its urgency; the article is kept, its story too. *text_shed*: too much waited for the
body to be embedded. *known*: answered from memory. *stale*, *retracted*: nothing to think about. *no_instrument*,
*round_up*: filed only.
"""
