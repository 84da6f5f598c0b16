"""A backtest as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forethought.evals.backtest.run import PASSES
from forethought.evals.report import share

Document = Mapping[str, Any]

_NOTHING = "-"
_BACKFILLED = "df_events.parquet"
_CAPTIONS = {
    "accuracy": "Direction by horizon",
    "events": "Mean return around decisions",
    "equity": "Equity and drawdown",
    "random": "Against random signals",
}
_NULLS = {
    "shuffled": "the same signals in any order",
    "stretches": "the same signals in stretches as long",
}


def page(found: Document, *, command: str, made_on: str, plots: Sequence[str], folder: str) -> str:
    """Lay a backtest out as a page.

    Args:
        found: What `run.backtest` returned.
        command: As a reader would type it.
        made_on: Date, ISO 8601.
        plots: Names that `plots.draw` returned.
        folder: Where they lie, relative to the page.
    """

    def picture(name: str) -> Iterator[str]:
        if name in plots:
            yield f"![{_CAPTIONS[name]}]({folder}/{name}.svg)"
            yield ""

    sections = (
        _head(found, made_on),
        _reading(found),
        _direction(found, picture("accuracy")),
        _events(found, picture("events")),
        _money(found, picture("equity")),
        _chance(found, picture("random")),
        _auditor(found),
        _method(found, command),
    )
    return "\n\n".join("\n".join(section).strip() for section in sections) + "\n"


def _folded(text: str) -> str:
    return " ".join(text.split())


def _per_cent(frac: float | None) -> str:
    return _NOTHING if frac is None else f"{100 * frac:.1f} %"


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.2f}"


def _elsewhere(found: Document, source: Document) -> Iterator[str]:
    """Name the horizons that look good (or bad) and do not count, beside what always buying would have scored."""
    for each in source["horizons"]:
        if each["horizon"] == found["primary"] or each["bootstrap"] is None:
            continue
        low, high = (100 * edge for edge in each["bootstrap"])
        if low <= 50 <= high:  # noqa: PLR2004 - a coin
            continue
        side = "above" if low > 50 else "below"  # noqa: PLR2004 - a coin
        yield _folded(f"""
            - Not part of the test: {each["horizon"]} after the entry the interval of *{source["title"]}* is
            [{low:.1f}, {high:.1f}], {side} 50 %. Always saying buy at those moments would have been right in
            {_per_cent(each["rose"]["frac"])}, against {_per_cent(each["right"]["frac"])}. That is what the market did
            in the few stretches of time (n = {each["right"]["n"]}, in blocks of {each["block"]}) in which those
            decisions lie, looked up after the fact.""")


def _primary(found: Document, source: Document) -> Document:
    return next(each for each in source["horizons"] if each["horizon"] == found["primary"])


def _head(found: Document, made_on: str) -> Iterator[str]:
    yield f"# Backtest of `{found['file']}`"
    yield ""
    yield _folded("""
        Generated; do not edit. Decisions are held against real prices, entered at the open of the first bar that begins
        after them. Three who decide stand side by side: the file's own analysts; memory, asked for every record as of
        its own moment before its label is known; and the interim answer where memory abstained.""")
    yield ""
    assets = "; ".join(
        f"{each['asset']}: {each['bars']} bars of {_bar(each['bar_s'])}, {each['first'][:10]} to {each['last'][:10]}"
        for each in found["assets"]
    )
    yield _folded(f"""
        Forethought {found["version"]}, encoder `{found["embedder"]}`, {made_on}, seed {found["seed"]}.
        {found["records"]} records from {found["first"]} to {found["last"]}, {found["skipped"]} skipped. Prices:
        {", ".join(f"`{name}`" for name in found["files"])} ({assets}).""")


def _bar(seconds: float) -> str:
    return "a session" if seconds >= 86_400 else f"{seconds / 60:g} min"  # noqa: PLR2004 - a day


def _reading(found: Document) -> Iterator[str]:
    yield "## What it says"
    yield ""
    yield _folded(f"""
        One test decides; it stands in the code and is the same for every file. There is an edge if,
        {found["primary"]} after the entry, the 95 % block-bootstrap interval of the share of right directions lies
        above 50 %, *and* the return after costs lies at or above percentile {100 * PASSES:g} of random signals of the
        same frequencies, in both kinds of randomness. One horizon decides, so that seven do not make one lucky.""")
    yield ""
    for source in found["sources"]:
        yield f"- {_verdict(found, source)}"
        yield from _elsewhere(found, source)
    yield _folded("""
        - Whether memory answers as the analysts would is another question, which the replay answers. To agree with
        analysts who have no edge is to have none.""")
    if found["file"] == _BACKFILLED:
        yield _folded("""
            - This file says of its rows that they were written in August 2025 (`schema_created_at`), five months after
            the moments that they decide. The auditor shows that no row of a prompt is later than its decision; it
            cannot show what the model that decided had read about March 2025. No help of that kind shows in the
            figures.""")
        yield _folded("""
            - For this file the test is not blind: that the direction was right in 45 to 58 % was known from an earlier
            measurement when the horizon was fixed, and the bound on the percentile was written after a first trial run.
            """)


def _verdict(found: Document, source: Document) -> str:
    title = source["title"][0].upper() + source["title"][1:]
    if source["verdict"] == "nothing to judge":
        n = sum(source["signals"].values())
        return f"**{title}: nothing to judge.** Of {n} answers none that can be priced says buy or sell."
    at = _primary(found, source)
    low, high = (100 * edge for edge in at["bootstrap"])
    where = "contains 50 %" if low <= 50 <= high else "lies above 50 %" if low > 50 else "lies below 50 %"  # noqa: PLR2004 - a coin
    ranks = " and ".join(f"{100 * each['percentile']:.0f} ({_NULLS[name]})" for name, each in source["random"].items())
    said = "an edge" if source["verdict"] == "edge" else "no edge is shown"
    return _folded(f"""
        **{title}: {said}.** {found["primary"]} later the direction was right in {_per_cent(at["right"]["frac"])} of
        {at["right"]["n"]}; the interval [{low:.1f}, {high:.1f}] {where}. Following it returned
        {_per_cent(source["equity"]["return"])} after costs, buying and holding
        {_per_cent(found["buy_and_hold"]["return"])}. Among random signals its return is at percentile {ranks}.""")


def _direction(found: Document, picture: Iterator[str]) -> Iterator[str]:
    yield "## Direction by horizon"
    yield ""
    yield from picture
    yield _folded("""
        From the open of the entry bar to the close of the bar that ends the horizon. *Right* has the 95 % Wilson
        interval, which takes decisions as independent; they are not, for horizons overlap, so the moving-block
        bootstrap beside it is the one to believe (*block*: decisions in a block). *Rose* is what always saying buy
        would have scored. A price that did not move counts as not right. `none` says nothing about direction.""")
    for source in found["sources"]:
        signals = ", ".join(f"{n} {label}" for label, n in source["signals"].items())
        yield ""
        yield f"**{source['title'][0].upper()}{source['title'][1:]}**: {signals}; {source['abstained']} abstained."
        if any(each["right"]["n"] for each in source["horizons"]):
            yield ""
            yield "| horizon | right (Wilson) | block bootstrap | block | rose | mean return with the signal, bps |"
            yield "|---|---|---|---|---|---|"
            for each in source["horizons"]:
                yield _horizon(each)
    unpriced = sum(each["unpriced"] for each in found["sources"])
    yield ""
    yield f"Outside the prices: {unpriced} decisions."


def _horizon(each: Document) -> str:
    if each["bootstrap"] is None:
        return f"| {each['horizon']} | {_NOTHING} | | | | |"
    low, high = (f"{100 * edge:.1f}" for edge in each["bootstrap"])
    mean = f"{each['mean_bps']:.1f} [{each['mean_bps_interval'][0]:.1f}, {each['mean_bps_interval'][1]:.1f}]"
    cells = (
        each["horizon"],
        share(each["right"]),
        f"[{low}, {high}]",
        each["block"],
        _per_cent(each["rose"]["frac"]),
        mean,
    )
    return f"| {' | '.join(map(str, cells))} |"


def _events(found: Document, picture: Iterator[str]) -> Iterator[str]:
    yield "## Around decisions"
    yield ""
    yield from picture
    yield _folded("""
        Mean cumulative return relative to the open of the entry, before and after, with a pointwise 95 % moving-block
        band. What lies before the entry is what decisions follow, not what they foresee. A decision needs prices over
        the whole window to be counted.""")
    rows = [(source, each) for source in found["sources"] for each in source["events"]]
    if not rows:
        return
    yield ""
    yield "| who | decision | n | at the start, bps | at the end, bps |"
    yield "|---|---|---|---|---|"
    for source, each in rows:
        first, last = (_point(each, i) for i in (0, -1))
        yield f"| {source['title']} | {each['signal']} | {each['n']} | {first} | {last} |"


def _point(each: Document, i: int) -> str:
    mean, low, high = (each[name][i] for name in ("mean_bps", "low_bps", "high_bps"))
    return f"{mean:.0f} [{low:.0f}, {high:.0f}] at {each['at'][i]:g} {each['unit']}"


def _money(found: Document, picture: Iterator[str]) -> Iterator[str]:
    costs = found["costs"]
    yield "## Following them"
    yield ""
    yield from picture
    hold = found["hold_bars"] * found["bar_s"] / 3600
    held = f"{found['hold_bars']} sessions" if found["bar_s"] >= 86_400 else f"{hold:g} hours"  # noqa: PLR2004 - a day
    yield _folded(f"""
        The whole account follows each signal, long or short without leverage, until the next one, at most {held};
        `none` closes, an abstention leaves things as they are. A repeated signal trades nothing. Each fill is at the
        open of the entry bar, {costs["slippage_bps"]:g} bps worse, and costs {costs["fee_bps"]:g} bps of the trade.
        {_funding(found)} Assets have accounts of equal size. Sharpe and volatility are of daily values, 365 days a
        year; over so few days they say little.""")
    yield ""
    yield "| who | return | largest drawdown | Sharpe | Sortino | volatility a year | days | changes of position |"
    yield "|---|---|---|---|---|---|---|---|"
    lines = [(each["title"], each["equity"]) for each in found["sources"] if each["equity"] is not None]
    for title, each in [*lines, ("buy and hold", found["buy_and_hold"])]:
        cells = (
            title,
            _per_cent(each["return"]),
            _per_cent(each["max_drawdown"]),
            _number(each["sharpe"]),
            _number(each["sortino"]),
            _per_cent(each["volatility_year"]),
            each["days"],
            each["changes"],
        )
        yield f"| {' | '.join(map(str, cells))} |"


def _funding(found: Document) -> str:
    costs = found["costs"]
    if not any(each["perpetual"] for each in found["assets"]):
        return "No funding: no asset is a perpetual. Borrowing for short positions is not charged."
    if costs["funding_series"]:
        return f"Funding is that of `{costs['funding_series']}`."
    return (
        f"No funding series was given: longs pay shorts a constant {costs['funding_bps'] / 100:g} % every 8 hours, "
        "an assumption, not what was charged."
    )


def _chance(found: Document, picture: Iterator[str]) -> Iterator[str]:
    yield "## Against chance"
    yield ""
    yield from picture
    yield _folded("""
        Random signals at the same moments with exactly the same frequencies and the same costs. *Shuffled* changes its
        mind as often as chance does, and pays for it; *stretches* deals the lengths of the real stretches of one signal
        anew and turns the whole, so that it trades about as often as the real one: the fairer rival. *p* is one-sided.
        """)
    yield ""
    yield "| who | random | runs | real return | percentile | p | random: median | 95 % of them |"
    yield "|---|---|---|---|---|---|---|---|"
    for source in found["sources"]:
        for name, each in source["random"].items():
            cells = (
                source["title"],
                name,
                each["runs"],
                _per_cent(source["equity"]["return"]),
                f"{100 * each['percentile']:.1f}",
                f"{each['p']:.3f}",
                _per_cent(each["median"]),
                f"{_per_cent(each['low'])} to {_per_cent(each['high'])}",
            )
            yield f"| {' | '.join(map(str, cells))} |"


def _auditor(found: Document) -> Iterator[str]:
    audit = found["audit"]
    declared = audit["declared"]
    yield "## Look-ahead"
    yield ""
    yield "| declared to the auditor | how many | later than allowed |"
    yield "|---|---|---|"
    for name, n in declared.items():
        yield f"| {name} | {n} | 0 |"
    yield ""
    yield _folded(f"""
        {audit["decisions_that_read_a_price"]} decisions read a price and {audit["decisions_that_read_memory"]} a
        remembered decision. A price is known when its bar has closed. When a remembered decision was known is looked
        up in the file, not in the memory. The events that a prompt lists must not be later than its decision: that
        would show a wrong reading of `datetime_est` (fixed UTC-5 here). A fill must be in a bar that opens after the
        decision. One violation ends the run with exit code 2 and no page.""")
    yield ""
    yield _folded(f"""
        Beside that, without the auditor, {audit["cuts"]} decisions drawn by the seed ({audit["cuts_from_memory"]} of
        them answered from memory) were made again from files in which nothing later than their moment existed:
        {audit["changed_by_a_cut"]} changed.""")
    yield ""
    yield _folded("""
        That the auditor turns red can be tried: `--plant price` (prices five minutes ahead), `--plant remembered`
        (memory learns every decision an hour early), `--plant stamp` (decisions stamped an hour early). The tests plant
        all three, and show the check without the auditor turning red too.""")


def _method(found: Document, command: str) -> Iterator[str]:
    yield "## How to reproduce it"
    yield ""
    yield f"    {command}"
    yield ""
    yield _folded("""
        Daily bars of several tickers go the same way, with horizons of 1, 2 and 5 sessions. There are no decisions on
        shares in the data at hand, so for them only the machinery is shown, in a test with decisions of our own
        writing, and no figure.""")
    yield ""
    yield _folded("""
        Where it flatters: fills take any size at the open; the account never runs out of margin; the costs are options
        with defaults, not what somebody paid. Where it does not: an answer from memory could have been traded some
        milliseconds after its question, and here waits for the next bar.""")
    yield ""
    yield f"Accounts are simulated by vectorbt; {found['runs']} random runs of each kind."
