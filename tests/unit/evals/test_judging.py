"""A panel judges labelled records, each as of its own time; what it said is on file at once and never asked twice."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from forethought.adapters.marketdata.calendars import ExchangeCalendars
from forethought.adapters.marketdata.file import FileMarketData, PriceFile
from forethought.adapters.strategies.files import StrategyFiles
from forethought.application.insert import Record
from forethought.application.ports.analysts import Case, Deliberation, PanelFailed
from forethought.application.question import ContextRef
from forethought.application.survey import Survey
from forethought.domain.decision import Decision, Signal
from forethought.domain.errors import ConfigurationError, Unavailable
from forethought.domain.opinion import DECIDING, Failure, Opinion, Provenance, RoleReport, Usage, Verdict
from forethought.evals.judging import MAX_FAILURES_IN_A_ROW, Progress, Sources, Voice, judge, read_judged
from forethought.evals.labelled import Labelled

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
NEWS, CONTEXT, RISK = DECIDING
PROVENANCE = Provenance("first", "small", "small-1", 0.0, 7, "v1", simulated=True)


@dataclass
class Talking:
    """A panel whose risk role abstains, and that fails on news that says so."""

    name: str = "panel"
    version: str = "1.abc"
    interim_only: bool = False
    cases: list[Case] = field(default_factory=list)
    together: asyncio.Barrier | None = None
    """When set, cases wait for each other until so many are there."""
    at_once: int = 0
    most_at_once: int = 0

    async def deliberate(self, case: Case, *, timeout_s: float, early=None) -> Deliberation:
        self.cases.append(case)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.together is not None:
            await self.together.wait()
        self.at_once -= 1
        abstained = RoleReport(RISK, None, Failure.TIMEOUT, "too slow", 900.0, Usage(1, 10, 0, 0.25))
        if "panel fails" in case.news:
            raise PanelFailed("two of three failed", reports=[abstained])
        if "late" in case.news:
            raise TimeoutError
        said = [Opinion(role, Signal.BUY, 0.8, "why") for role in (NEWS, CONTEXT)]
        reports = [RoleReport(o.role, o, None, "", 5.0, Usage(), PROVENANCE) for o in said]
        verdict = Verdict(Signal.BUY, 0.8, "why", "majority", 0.0)
        decision = Decision(Signal.BUY, 0.8, "why")
        return Deliberation(decision, 0.01, 12.34, (*reports, abstained), verdict)


class NoComponents:
    """An embedding cache that holds nothing."""

    async def resolve(self, ids):
        return {}


@pytest.fixture
def sources(tmp_path):
    """The package's strategies, and five-minute prices of BTC that rise by one a bar."""
    bars = tmp_path / "btc.csv"
    rows = (
        f"{(NOON + timedelta(minutes=5 * i - 500)).isoformat()},{i + 1},{i + 1},{i + 1},{i + 1},1" for i in range(300)
    )
    bars.write_text("ts,open,high,low,close,volume\n" + "\n".join(rows))
    survey = Survey(FileMarketData([PriceFile(bars, asset="BTC")]), ExchangeCalendars(background=True))
    return Sources(StrategyFiles(), NoComponents(), survey)


def a_row(number, text="Bitcoin rises", *, truth=1, **fields):
    at = NOON + timedelta(minutes=5 * number)
    record = Record(text, "Because it rose.", truth, decided_at=at, known_at=at, asset="BTC", **fields)
    return Labelled(number, record, at, at + timedelta(hours=1), Signal(truth))


async def judged(rows, out, sources, *, panel=None, concurrency=1):
    progress = Progress()
    await judge(rows, out, panel=panel or Talking(), sources=sources, concurrency=concurrency, progress=progress)
    return progress


@pytest.fixture
def out(tmp_path):
    return tmp_path / "judged.jsonl"


async def test_a_line_says_what_every_role_said_and_what_was_known(out, sources):
    await judged([a_row(1, truth=-1)], out, sources)

    (line,) = read_judged(out)
    assert line.opinions == {NEWS: (said := Voice(signal=1, conviction=0.8)), CONTEXT: said, RISK: None}
    assert line.failures == {RISK: "timeout"}
    assert (line.time, line.learned_at) == (NOON + timedelta(minutes=5), NOON + timedelta(minutes=65))
    assert (line.asset, line.strategy, line.panel, line.truth) == ("BTC", "default", "panel@1.abc", Signal.SELL)
    assert (line.verdict, line.aggregation) == (said, "majority")
    assert (line.cost_usd, line.took_ms, line.simulated) == (0.01, 12.3, True)
    assert [o.role for o in line.heard] == [NEWS, CONTEXT]


async def test_a_record_is_judged_as_of_its_own_time_and_never_sees_its_label(out, sources):
    panel = Talking()

    await judged([a_row(1), a_row(9)], out, sources, panel=panel)

    assert [case.as_of for case in panel.cases] == [NOON + timedelta(minutes=5), NOON + timedelta(minutes=45)]
    assert [case.market.close for case in panel.cases] == [101.0, 109.0]
    assert [line.market.indicators.close for line in read_judged(out)] == [101.0, 109.0]
    assert not any("Because" in repr(case) for case in panel.cases)


async def test_the_strategy_says_what_is_asked_and_how_opinions_are_brought_together(out, sources):
    panel, strategy = Talking(), sources.strategies.get("default")

    await judged([a_row(1, context=(ContextRef(text="The Fed meets."),))], out, sources, panel=panel)

    (case,) = panel.cases
    assert (case.instruction, case.aggregation) == (strategy.instruction, strategy.aggregation)
    assert case.context == ("The Fed meets.",)


async def test_what_is_on_file_is_not_asked_again(out, sources):
    await judged([a_row(1), a_row(2)], out, sources)
    panel = Talking()

    progress = await judged([a_row(1), a_row(2), a_row(3)], out, sources, panel=panel)

    assert len(panel.cases) == 1
    assert (progress.judged, progress.already) == (1, 2)
    assert [line.time.minute for line in read_judged(out)] == [5, 10, 15]


async def test_a_line_that_a_crash_cut_off_is_judged_again(out, sources):
    await judged([a_row(1), a_row(2)], out, sources)
    whole = out.read_bytes()
    out.write_bytes(whole[:-20])

    progress = await judged([a_row(1), a_row(2)], out, sources)

    assert (progress.judged, progress.already) == (1, 1)
    assert out.read_bytes() == whole


async def test_a_failure_is_counted_with_its_cost_and_asked_again_next_time(out, sources):
    rows = [a_row(1), a_row(2, "the panel fails here"), a_row(3, "it is late")]

    first = await judged(rows, out, sources)
    second = await judged(rows, out, sources)

    assert [(each.row, each.code) for each in first.failed] == [(2, "panel_failed"), (3, "timeout")]
    assert first.cost_usd == pytest.approx(0.01 + 0.25)
    assert (second.already, len(second.failed)) == (1, 2)


async def test_a_record_that_cannot_be_asked_is_refused_and_the_others_are_judged(out, sources):
    rows = [a_row(1, strategy="nowhere"), a_row(2, context=(ContextRef(id="gone"),)), a_row(3, " "), a_row(4)]

    progress = await judged(rows, out, sources)

    assert [(each.row, each.code) for each in progress.refused] == [
        (1, "unknown_strategy"),
        (2, "not_found"),
        (3, "invalid_text"),
    ]
    assert progress.judged == 1


async def test_models_that_are_down_end_the_run(out, sources):
    panel, rows = Talking(), [a_row(i, "it is late") for i in range(50)]

    with pytest.raises(Unavailable, match=f"{MAX_FAILURES_IN_A_ROW} records in a row"):
        await judged(rows, out, sources, panel=panel)

    assert len(panel.cases) == MAX_FAILURES_IN_A_ROW


async def test_failures_with_answers_between_them_do_not_end_it(out, sources):
    rows = [a_row(i, "it is late" if i % 3 else "Bitcoin rises") for i in range(60)]

    progress = await judged(rows, out, sources)

    assert (progress.judged, len(progress.failed)) == (20, 40)


async def test_as_many_are_judged_at_once_as_was_asked_for(out, sources):
    panel = Talking(together=asyncio.Barrier(4))

    progress = await judged([a_row(i) for i in range(20)], out, sources, panel=panel, concurrency=4)

    assert (progress.judged, panel.most_at_once) == (20, 4)


async def test_two_panels_do_not_share_a_file(out, sources):
    await judged([a_row(1)], out, sources)

    with pytest.raises(ConfigurationError, match=r"panel@1\.abc judged, this is panel@2\.def"):
        await judged([a_row(2)], out, sources, panel=Talking(version="2.def"))


async def test_a_folder_that_is_none_is_refused_before_anything_is_asked(tmp_path, sources):
    panel = Talking()

    with pytest.raises(ConfigurationError, match="is no folder"):
        await judged([a_row(1)], tmp_path / "nowhere" / "judged.jsonl", sources, panel=panel)

    assert panel.cases == []
