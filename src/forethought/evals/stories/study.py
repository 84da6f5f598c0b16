"""The whole study: replays by several rules, and what judged pairs say of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forethought.application.stories import LATER_COSINE
from forethought.bootstrap import Replacements
from forethought.domain.errors import ConfigurationError
from forethought.domain.story import NEAR_COSINE
from forethought.evals.stories.articles import read_articles
from forethought.evals.stories.figures import Document, document, population
from forethought.evals.stories.judging import Bench, judged
from forethought.evals.stories.labels import Label, look_up
from forethought.evals.stories.living import Life, Report, Rule, Vectors, live
from forethought.evals.stories.pairs import Drawn, all_pairs, draw, strata
from forethought.evals.streams.ground import Progress
from forethought.settings import Settings

SEED = 20250531
"""Drew the pairs that were judged."""
WINDOWS_H = (24.0, 6.0, 1.0)
_ALONE = Rule(24.0, NEAR_COSINE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do."""

    file: Path
    labels: Sequence[Label] = ()
    watch: frozenset[str] = frozenset()
    limit: int | None = None


async def run_plan(settings: Settings, plan: Plan, progress: Progress, *, swap: Replacements | None = None) -> Document:
    """Live through the file by each rule; ask the judged pairs where there are some.

    Raises:
        ConfigurationError: the file cannot be used, or holds none of the judged pairs.
        StoreUnavailable: see `bootstrap.running`.
    """
    raws = read_articles(plan.file, limit=plan.limit)
    rules = [*(Rule(hours, LATER_COSINE) for hours in WINDOWS_H), *([_ALONE] if plan.labels else [])]
    vectors: Vectors = {}
    lives: list[Life] = []
    for rule in rules:
        progress.begin(f"stories, {rule.name}", total=len(raws))
        lives.append(
            await live(settings, raws, rule, watch=plan.watch, vectors=vectors, swap=swap, advance=progress.advance)
        )
    found = document(lives, file=plan.file.name, watch=sorted(plan.watch))
    if plan.labels:
        progress.begin("judged pairs", total=1)
        found |= _judged(plan, lives[0], lives[-1])
        progress.advance(1)
    return found


async def draw_pairs(
    settings: Settings, plan: Plan, progress: Progress, *, swap: Replacements | None = None
) -> list[Document]:
    """Draw pairs to be judged: the fields of `Label` that are known, and the headlines.

    Which pairs are drawn depends on which articles are about an instrument: another gazetteer, other pairs.

    Raises:
        ConfigurationError: the file cannot be used, or holds no two reports that could be one story.
        StoreUnavailable: see `bootstrap.running`.
    """
    raws = read_articles(plan.file, limit=plan.limit)
    progress.begin(f"stories, {_ALONE.name}", total=len(raws))
    life = await live(settings, raws, _ALONE, watch=plan.watch, swap=swap, advance=progress.advance)
    reports = life.reports
    if len(reports) < 2 or not len(pairs := all_pairs(reports)):  # noqa: PLR2004 - a pair
        raise ConfigurationError(f"{plan.file.name} holds no two reports of one day about one instrument")
    drawn = draw(pairs, strata(reports, pairs), seed=SEED)
    middle = sorted(reports[each.second].at for each in drawn)[len(drawn) // 2]
    return [_to_judge(each, reports[each.first], reports[each.second], middle) for each in drawn]


def _to_judge(each: Drawn, one: Report, other: Report, middle: datetime) -> Document:
    return {
        "one": one.text,
        "other": other.text,
        "a": one.sha,
        "a_at": one.at.isoformat(),
        "b": other.sha,
        "b_at": other.at.isoformat(),
        "band": None if each.band < 0 else each.band,
        "stratum": each.stratum,
        "weight": round(each.weight, 6),
        "half": "development" if other.at < middle else "test",
    }


def _judged(plan: Plan, main: Life, alone: Life) -> Document:
    known = look_up(plan.labels, main.reports)
    if not known:
        raise ConfigurationError(f"{plan.file.name} holds none of the judged pairs")
    pairs = all_pairs(alone.reports)
    found = strata(alone.reports, pairs)
    return {
        "seed": SEED,
        "labels": len(plan.labels),
        "judged": judged(Bench(known, main.reports, seed=SEED), main, alone),
        "population": population(pairs, found, main),
    }
