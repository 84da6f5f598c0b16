"""A backtest from its files to its figures."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

import forethought
from forethought.adapters.marketdata.file import PriceFile
from forethought.adapters.strategies.files import StrategyFiles
from forethought.application.ports.embedder import Embedder
from forethought.bootstrap import Replacements
from forethought.bootstrap.embedder import build_embedder
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError, LookAhead
from forethought.evals.backtest import equity
from forethought.evals.backtest.auditor import Audit, Used, utc
from forethought.evals.backtest.calls import Source, sources
from forethought.evals.backtest.cuts import Memoised, compare, sampled
from forethought.evals.backtest.equity import Costs, Market, Window
from forethought.evals.backtest.event_study import around
from forethought.evals.backtest.horizons import by_horizon, horizons, primary
from forethought.evals.backtest.prices import Prices, read_prices
from forethought.evals.backtest.remembered import Answer, Leak, World, play, stamped_early
from forethought.evals.backtest.resampling import interval, rerun, shuffled
from forethought.evals.backtest.state import State, key_of
from forethought.evals.labelled import Labelled, LabelledFile, read_labelled
from forethought.evals.replay import asset_of
from forethought.settings import Settings

Document = dict[str, Any]
Advance = Callable[[str, int, int], None]
"""Told a stage, how much of it is done, and of how much."""

NULLS = (("shuffled", shuffled), ("stretches", rerun))
"""How chance calls: the same signals in any order, and in stretches as long as the real ones."""
PASSES = 0.975
"""The percentile among random signals that an edge must reach, in both: one side of the usual 5 %."""
_SAVE_EVERY = 20
_CURVE_POINTS = 800
_DRAWN_AT_ONCE = 500


@dataclass(frozen=True)
class Options:
    """What is asked for."""

    file: Path
    prices: Sequence[PriceFile]
    costs: Costs = field(default_factory=Costs)
    funding: Path | None = None
    limit: int | None = None
    strategy: str | None = None
    seed: int = 7
    runs: int = 1_000
    """Random runs of each kind."""
    cuts: int = 5
    """Decisions that are made again without what came after them."""
    leak: Leak | None = None

    @property
    def key(self) -> str:
        """Name the run for those who take it up again."""
        files = [self.file, *(each.path for each in self.prices), *([self.funding] if self.funding else [])]
        missing = next((path for path in files if not path.is_file()), None)
        if missing is not None:
            raise ConfigurationError(f"{missing} is no file")
        return key_of(files, repr(replace(self, file=Path(self.file.name), runs=0)))


async def backtest(
    settings: Settings,
    options: Options,
    *,
    state: State,
    swap: Replacements | None = None,
    advance: Advance = lambda *_: None,
) -> Document:
    """Decide a file through memory, hold everybody's decisions against the prices, and measure.

    Args:
        settings: As the service has them; no analysts are asked whatever they say.
        options: What is asked for.
        state: Takes what is finished.
        swap: Parts of one's own.
        advance: For a progress bar.

    Raises:
        LookAhead: a decision used something later than itself.
        ConfigurationError, Unavailable: a file or a part is missing.
    """
    data = read_labelled(options.file, limit=options.limit, strategy=options.strategy)
    if data.times_invented:
        raise ConfigurationError(
            f"{options.file.name} has no times: decisions without them cannot be held against prices"
        )
    rows = stamped_early(data.rows) if options.leak is Leak.STAMP else data.rows
    strategies = StrategyFiles(settings.strategies_dir)

    def asset(each: Labelled) -> str:
        strategy = strategies.get(each.record.strategy)
        return strategy.check_asset(asset_of(each.record, strategy.assets))

    prices = await read_prices(options.prices, (asset(each) for each in rows))
    audit = Audit({each.row: each.known_at for each in data.rows})
    for each in rows:
        audit.text(each)
    audit.require_clean()
    parts, bars = swap or Replacements(), {name: each.bar for name, each in prices.items()}
    async with _encoder(settings, parts.embedder) as embedder:
        world = World(settings, options.prices, bars, replace(parts, embedder=embedder), options.leak)
        with state.kept():
            await _remember(world, rows, audit, state, advance)
            await _cut(world, rows, options, state, advance)
    found = sources(rows, state.answers, asset, prices, audit)
    audit.require_clean()
    document = _head(data, options, prices) | {"audit": _audited(audit, state), "embedder": embedder.model.label}
    return document | await asyncio.to_thread(_measured, found, options, prices, advance)


@asynccontextmanager
async def _encoder(settings: Settings, given: Embedder | None) -> AsyncIterator[Memoised]:
    """Take the given encoder, which is its owner's to close, or the service's own."""
    embedder = await asyncio.to_thread(build_embedder, settings) if given is None else given
    try:
        yield Memoised(embedder)
    finally:
        if given is None:
            await embedder.close()


async def _remember(world: World, rows: Sequence[Labelled], audit: Audit, state: State, advance: Advance) -> None:
    def note(answer: Answer) -> None:
        state.answers[answer.row] = answer
        advance("decide as of each moment", len(state.answers), len(rows))
        if len(state.answers) % _SAVE_EVERY == 0:
            state.save()

    advance("decide as of each moment", len(state.answers), len(rows))
    known = frozenset(state.answers)
    for each in state.answers.values():
        audit.counts.setdefault(each.row, Counter()).update({Used.PRICE: each.prices, Used.REMEMBERED: each.remembered})
    if len(known) < len(rows):
        await play(world, rows, audit, wanted=lambda row: row not in known, note=note)


async def _cut(world: World, rows: Sequence[Labelled], options: Options, state: State, advance: Advance) -> None:
    chosen = sampled(state.answers, options.cuts, np.random.default_rng(options.seed))
    for i, row in enumerate(chosen):
        advance("decide again without the future", i, len(chosen))
        if row not in state.cuts:
            state.cuts[row] = await compare(world, rows, state.answers, row)
            state.save()
        if not (found := state.cuts[row]).same:
            raise LookAhead(f"look-ahead: row {row} is {found.whole} with, and {found.cut} without what came after it")


def _audited(audit: Audit, state: State) -> Document:
    counts = sum(audit.counts.values(), Counter())
    answers = state.answers.values()
    return {
        "declared": {used.value: n for used, n in sorted(counts.items())},
        "decisions_that_read_a_price": sum(each.prices > 0 for each in answers),
        "decisions_that_read_memory": sum(each.remembered > 0 for each in answers),
        "violations": len(audit.violations),
        "cuts": len(state.cuts),
        "cuts_from_memory": sum(state.answers[row].path.from_memory for row in state.cuts),
        "changed_by_a_cut": sum(not each.same for each in state.cuts.values()),
    }


def _head(data: LabelledFile, options: Options, prices: Mapping[str, Prices]) -> Document:
    return {
        "file": data.name,
        "version": forethought.__version__,
        "seed": options.seed,
        "records": len(data.rows),
        "skipped": len(data.skipped),
        "first": data.rows[0].decided_at.isoformat(),
        "last": data.rows[-1].decided_at.isoformat(),
        "costs": asdict(options.costs) | {"funding_series": None if options.funding is None else options.funding.name},
        "assets": [
            {
                "asset": each.asset,
                "bar_s": each.bar.total_seconds(),
                "bars": len(each.open),
                "perpetual": each.perpetual,
                "first": utc(int(each.opened_us[0])).isoformat(),
                "last": utc(int(each.opened_us[-1])).isoformat(),
            }
            for each in prices.values()
        ],
        "files": [each.path.name for each in options.prices],
    }


def _measured(found: Sequence[Source], options: Options, prices: Mapping[str, Prices], advance: Advance) -> Document:
    costs = options.costs
    funding = None if options.funding is None else equity.read_funding(options.funding)
    markets = {name: equity.market(each, costs, funding) for name, each in prices.items()}
    bar = min(each.bar for each in prices.values())
    if any(each.bar != bar for each in prices.values()):
        raise ConfigurationError("--prices: all bars must be of one length")
    over = equity.windows(found[0].calls, markets)
    if not over:
        raise ConfigurationError("no decision lies inside the prices")
    bought = equity.hold_all(markets, over, costs)
    desk = _Desk(markets, over, options, horizons(bar), primary(bar), advance)
    return {
        "bar_s": bar.total_seconds(),
        "hold_bars": next(iter(markets.values())).hold,
        "primary": desk.primary,
        "runs": options.runs,
        "sources": [desk.judged(each) for each in found],
        "buy_and_hold": equity.figures(bought, 2 * len(over)) | {"curve": _curve(bought)},
    }


@dataclass(frozen=True)
class _Desk:
    """Where everybody is measured alike."""

    markets: Mapping[str, Market]
    over: Mapping[str, Window]
    options: Options
    horizons: Sequence[Any]
    primary: str
    advance: Advance

    def judged(self, source: Source) -> Document:
        """Measure one of those who decide."""
        calls, prices = source.calls, {name: each.prices for name, each in self.markets.items()}
        rng = np.random.default_rng((self.options.seed, *source.name.encode()))
        document: Document = {
            "name": source.name,
            "title": source.title,
            "signals": {s.label: sum(call.signal is s for call in calls) for s in reversed(Signal)},
            "abstained": source.abstained,
            "unpriced": source.unpriced,
            "horizons": by_horizon(calls, prices, self.horizons, rng),
            "events": [e for s in (Signal.BUY, Signal.SELL) if (e := around(calls, prices, s, rng)) is not None],
            "equity": None,
            "random": {},
            "verdict": "nothing to judge",
        }
        if not any(call.signal is not Signal.NONE for call in calls):
            return document
        value = equity.curve(calls, self.markets, self.over, self.options.costs)
        changes = equity.changes(calls, self.markets, self.over)
        document["equity"] = equity.figures(value, changes) | {"curve": _curve(value)}
        for name, draw in NULLS:
            document["random"][name] = self._against(source, name, draw, rng)
        document["verdict"] = self._verdict(document)
        return document

    def _against(self, source: Source, name: str, draw: Any, rng: np.random.Generator) -> Document:  # noqa: ANN401 - one of NULLS
        signals = {
            asset: np.array([int(call.signal) for call in source.calls if call.asset == asset], dtype=np.int8)
            for asset in self.over
        }
        ours = self._ends(source, {asset: each[:, None] for asset, each in signals.items()})[0]
        ends: list[float] = []
        stage = f"{source.name} against random signals, {name}"
        while len(ends) < self.options.runs:
            self.advance(stage, len(ends), self.options.runs)
            count = min(_DRAWN_AT_ONCE, self.options.runs - len(ends))
            drawn = {
                asset: np.stack([draw(each, rng) for _ in range(count)], axis=1) if len(each) else each[:, None]
                for asset, each in signals.items()
            }
            ends.extend(self._ends(source, drawn).tolist())
        self.advance(stage, len(ends), self.options.runs)
        returns = np.array(ends) - 1
        below, equal = float((returns < ours - 1).mean()), float((returns == ours - 1).mean())
        low, high = interval(returns)
        return {
            "runs": len(ends),
            "percentile": round(below + equal / 2, 4),
            "p": round((1 + int((returns >= ours - 1).sum())) / (1 + len(ends)), 4),
            "median": round(float(np.median(returns)), 6),
            "low": round(low, 6),
            "high": round(high, 6),
            "returns": [round(float(each), 5) for each in returns],
        }

    def _ends(self, source: Source, drawn: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an array
        return equity.ends(source.calls, drawn, self.markets, self.over, self.options.costs)

    def _verdict(self, document: Document) -> str:
        """Judge by the one test there is, whatever the file."""
        at = next(each for each in document["horizons"] if each["horizon"] == self.primary)
        if at["bootstrap"] is None:
            return "nothing to judge"
        directed = at["bootstrap"][0] > 0.5  # noqa: PLR2004 - a coin
        ahead = all(each["percentile"] >= PASSES for each in document["random"].values())
        return "edge" if directed and ahead else "no edge"


def _curve(value: Any) -> Document:  # noqa: ANN401 - a pandas series
    kept = value.iloc[:: max(1, len(value) // _CURVE_POINTS)]
    return {"at": [each.isoformat() for each in kept.index], "value": [round(float(each), 5) for each in kept]}


def brief(document: Document) -> Document:
    """Leave out what is only drawn."""

    def cut(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            return {name: cut(each) for name, each in value.items() if name not in {"curve", "returns", "events"}}
        return [cut(each) for each in value] if isinstance(value, list) else value

    return {name: cut(each) for name, each in document.items()}


def partial_beside(report: Path | None) -> Path | None:
    """Return where a run that is stopped leaves what it has finished."""
    return None if report is None else report.with_suffix(".partial.json")
