"""Let a panel judge labelled records, each as of its own time, and keep what every role said, to learn from it."""

import asyncio
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from forethought.application.context import resolved
from forethought.application.ports.analysts import Analysts, Case, Deliberation, PanelFailed
from forethought.application.ports.embedding_cache import EmbeddingCache
from forethought.application.ports.strategies import Strategies
from forethought.application.question import MAX_TEXT_CHARS
from forethought.application.survey import Survey
from forethought.domain.decision import Scope, Signal
from forethought.domain.errors import ConfigurationError, InvalidInput, Unavailable
from forethought.domain.market import Indicators, MarketState, Session
from forethought.domain.opinion import DECIDING, Opinion, Role
from forethought.domain.situation import read_situation
from forethought.domain.text import require_text
from forethought.evals.labelled import Labelled, Skipped

TIMEOUT_S = 60.0
"""Of one record: nobody waits for it, so that figures do not depend on a deadline."""
MAX_FAILURES_IN_A_ROW = 10
"""Then the models are taken to be down, and the run ends rather than fail record by record."""


class Voice(BaseModel):
    """What a role said."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    signal: Signal
    conviction: Annotated[float, Field(ge=0, le=1)]


class Judged(BaseModel):
    """One record that a panel has judged: a line of JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    time: AwareDatetime
    asset: str
    opinions: dict[Role, Voice | None]
    """`None` for a role that abstained."""
    truth: Signal
    known_at: AwareDatetime | None = None
    """When the truth could first be known; at `time` where it is not given."""
    indicators: Indicators | None = None
    id: str = ""
    """Of the record: judging goes on where it stopped."""
    panel: str = ""
    """Name and version."""
    strategy: str = ""
    failures: dict[Role, str] = Field(default_factory=dict)
    """Why a role abstained."""
    verdict: Voice | None = None
    """By the aggregation of the panel."""
    aggregation: str = ""
    cost_usd: float = 0.0
    took_ms: float = 0.0
    simulated: bool = False
    """Whether a model said of itself that it simulates."""

    @property
    def learned_at(self) -> datetime:
        """When the truth could first be learned from."""
        return self.time if self.known_at is None else max(self.time, self.known_at)

    @property
    def heard(self) -> list[Opinion]:
        """The opinions of the deciding roles, without their reasoning."""
        said = [(role, self.opinions.get(role)) for role in DECIDING]
        return [Opinion(role, voice.signal, voice.conviction, "") for role, voice in said if voice is not None]

    @property
    def market(self) -> MarketState | None:
        """The market as the panel saw it, as far as an aggregation looks at it."""
        found = self.indicators
        if found is None:
            return None
        return MarketState(found.at, found.close, found.volatility_day_frac, Session.UNKNOWN, found)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a record needs to become a case."""

    strategies: Strategies
    components: EmbeddingCache
    survey: Survey


@dataclass
class Progress:
    """What has been done so far; whole at any moment, so that an interrupted run can be read."""

    judged: int = 0
    already: int = 0
    """Records that an earlier run had judged."""
    failed: list[Skipped] = field(default_factory=list)
    """Without a verdict: asked again when the run is repeated."""
    refused: list[Skipped] = field(default_factory=list)
    """Records that no panel can be asked about."""
    cost_usd: float = 0.0
    """Of this run, failures included as far as they were reported."""
    simulated: int = 0


def read_judged(path: Path) -> list[Judged]:
    """Read a file of judged records; a last line that was not written to its end is left out.

    Raises:
        ConfigurationError: there is no such file, or a line is something else.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Judged.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ConfigurationError(
                f"{path.name}: line {number} is no judged record: {where}: {first['msg']}".replace("\n", " ")
            ) from error
    return found


async def judge(
    rows: Sequence[Labelled],
    out: Path,
    *,
    panel: Analysts,
    sources: Sources,
    concurrency: int,
    progress: Progress,
    advance: Callable[[int], None] = lambda _: None,
) -> None:
    """Judge records, begun in the order of time, and add a line for each to a file as soon as it is there.

    Every record is judged from what was known at its time: indicators and bars are those of then.

    Args:
        rows: Earliest first.
        out: The file; what it holds already is not asked again.
        panel: Who judges.
        sources: Strategies, context and prices.
        concurrency: Records at once.
        progress: Takes what is done.
        advance: Told how many records are done with, for a progress bar.

    Raises:
        ConfigurationError: the file cannot be used, or holds what another panel judged.
        Unavailable: the panel failed on `MAX_FAILURES_IN_A_ROW` records in a row.
    """
    name = f"{panel.name}@{panel.version}"
    done = _resume(out, name)
    left = [(id_, row) for id_, row in ((_id(row), row) for row in rows) if id_ not in done]
    progress.already = len(rows) - len(left)
    advance(progress.already)
    waiting = iter(left)
    with out.open("a", encoding="utf-8") as stream:
        run = _Run(name, panel, sources, stream, progress)

        async def work() -> None:
            for id_, row in waiting:  # shared: each takes the next
                await run.one(id_, row)
                advance(1)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(work())
        except ExceptionGroup as found:
            raise found.exceptions[0] from found


def _resume(out: Path, panel: str) -> set[str]:
    """Return the ids of what is judged already, and cut off a line that was not written to its end."""
    if not out.parent.is_dir():
        raise ConfigurationError(f"--out: {out.parent} is no folder")
    if not out.exists():
        return set()
    found = read_judged(out)
    if others := sorted({each.panel for each in found} - {panel}):
        raise ConfigurationError(f"{out} holds what {others[0]} judged, this is {panel}: write to another file")
    os.truncate(out, out.read_bytes().rfind(b"\n") + 1)
    return {each.id for each in found}


def _id(row: Labelled) -> str:
    record = row.record
    said = [row.decided_at.isoformat(), record.strategy, record.asset, record.input_report, record.signal]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


@dataclass
class _Run:
    name: str
    panel: Analysts
    sources: Sources
    stream: TextIOWrapper
    progress: Progress
    failures_in_a_row: int = 0

    async def one(self, id_: str, row: Labelled) -> None:
        """Judge one record."""
        try:
            case = await case_of(row, self.sources)
        except InvalidInput as error:
            self.progress.refused.append(Skipped(row.row, error.code, str(error)))
            return
        try:
            found = await self.panel.deliberate(case, timeout_s=TIMEOUT_S)
        except (Unavailable, TimeoutError) as error:
            self._failed(row, error)
            return
        self.failures_in_a_row = 0
        line = _line(id_, row, case, found, panel=self.name)
        self.stream.write(line.model_dump_json() + "\n")
        self.stream.flush()
        self.progress.judged += 1
        self.progress.cost_usd += found.cost_usd
        self.progress.simulated += line.simulated

    def _failed(self, row: Labelled, error: Unavailable | TimeoutError) -> None:
        code = error.code if isinstance(error, Unavailable) else "timeout"
        detail = str(error) or f"nothing within {TIMEOUT_S:.0f} s"
        self.progress.failed.append(Skipped(row.row, code, detail))
        if isinstance(error, PanelFailed):
            self.progress.cost_usd += sum(report.usage.cost_usd for report in error.reports)
        self.failures_in_a_row += 1
        if self.failures_in_a_row >= MAX_FAILURES_IN_A_ROW:
            raise Unavailable(f"{self.failures_in_a_row} records in a row failed, the last: {detail}") from error


async def case_of(row: Labelled, sources: Sources) -> Case:
    """Make the case that a panel would have been given at the time of a record.

    Raises:
        InvalidInput: the record would be refused as a question, too.
    """
    record = row.record
    strategy = sources.strategies.get(record.strategy)
    asset = strategy.check_asset(record.asset or (strategy.assets[0] if strategy.assets else "BTC"))
    situation = read_situation(
        require_text(record.input_report, max_chars=MAX_TEXT_CHARS, field="input_report"),
        scope=Scope(strategy.name, strategy.version, asset, strategy.teacher),
        instruction=strategy.instruction,
        context=await resolved(record.context, sources.components),
    )
    return Case(
        asset=asset,
        strategy=strategy.name,
        instruction="\n\n".join(component.text for component in situation.prompts),
        news=situation.news.component.text,
        context=tuple(component.text for component in situation.context),
        as_of=row.decided_at,
        market=await sources.survey(asset, row.decided_at, close=record.close),
        aggregation=strategy.aggregation,
    )


def _line(id_: str, row: Labelled, case: Case, found: Deliberation, *, panel: str) -> Judged:
    opinions: dict[Role, Any] = {report.role: report.opinion for report in found.reports}
    return Judged(
        id=id_,
        panel=panel,
        time=row.decided_at,
        known_at=row.known_at,
        asset=case.asset,
        strategy=case.strategy,
        opinions={
            role: None if said is None else Voice(signal=said.signal, conviction=said.conviction)
            for role, said in opinions.items()
        },
        failures={report.role: report.failure for report in found.reports if report.failure is not None},
        indicators=None if case.market is None else case.market.indicators,
        truth=row.truth,
        verdict=Voice(signal=found.decision.signal, conviction=found.decision.conviction),
        aggregation=found.verdict.aggregation if found.verdict is not None else "",
        cost_usd=found.cost_usd,
        took_ms=round(found.took_ms, 1),
        simulated=any(r.provenance is not None and r.provenance.simulated for r in found.reports),
    )
