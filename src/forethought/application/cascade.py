"""Undo what a report taught, when it is corrected or retracted."""

import asyncio
import contextlib
from dataclasses import dataclass

import structlog

from forethought.application.parts import Parts
from forethought.application.ports.archive import Archive, Filed, Telling
from forethought.application.revoke import Revoke
from forethought.domain.errors import NotFound
from forethought.domain.news import Article, Kind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Undone:
    """What a correction or a retraction took with it."""

    decisions: tuple[str, ...]
    """That were asked for because of the story."""
    answers: int
    lessons: int
    standing: tuple[str, ...]
    """Other reports that still tell the story: it has to be thought through again from them."""


class Cascade:
    """Story version, agents' answers, remembered decisions, lessons of the reflex: everything is revoked.

    The whole story's decisions go, whichever of its reports had caused them: they were thought out for wording that
    joined because it said the same, so what is wrong in one is wrong in all of them until somebody thinks again.
    """

    def __init__(self, parts: Parts, archive: Archive, revoke: Revoke) -> None:
        self._parts = parts
        self._archive = archive
        self._revoke = revoke

    async def __call__(self, article: Article) -> Undone:
        """Undo what the report before this one has led to; doing it again does what is missing.

        Raises:
            StoreUnavailable: a part may be done.
        """
        if article.kind is Kind.RETRACTION:
            await self._archive.retract(article.target)
        filed = await self._archive.find(article.target)
        if filed is None:
            return Undone((), 0, 0, ())
        reports = await self._reports(filed)
        decisions = tuple(dict.fromkeys(each for report in reports for each in report.decisions))
        reason = f"{article.kind.value} of {article.target} by {article.provider}"
        done = await asyncio.gather(*(self._undo(each, reason) for each in decisions))
        for story_id in filed.stories:
            kind = "retracted" if article.kind is Kind.RETRACTION else "corrected"
            telling = Telling(article.id, article.provider, article.headline, article.received_at, kind)
            await self._archive.tell(story_id, telling, text="")
        standing = tuple(r.article.id for r in reports if r.article.id != filed.article.id and not r.retracted)
        undone = Undone(decisions, sum(a for a, _ in done), sum(n for _, n in done), standing)
        self._alert(article, filed, undone)
        return undone

    async def _reports(self, filed: Filed) -> list[Filed]:
        """Return the report and all others of its stories."""
        tellings = [each for story in filed.stories for each in await self._archive.timeline(story)]
        others = dict.fromkeys(each.article_id for each in tellings if each.article_id != filed.article.id)
        found = await asyncio.gather(*(self._archive.find(each) for each in others))
        return [filed, *(each for each in found if each is not None)]

    async def _undo(self, decision_id: str, reason: str) -> tuple[int, int]:
        """Revoke a decision, and the one of the deliberation that it had joined."""
        answers = lessons = 0
        for each in dict.fromkeys((decision_id, *await self._joined(decision_id))):
            with contextlib.suppress(NotFound):
                done = await self._revoke(each, reason=reason)
                answers, lessons = answers + len(done.answers), lessons + done.lessons
        return answers, lessons

    async def _joined(self, decision_id: str) -> list[str]:
        answer = await self._parts.answers.read(decision_id)
        job_id = None if answer is None else answer.get("upgrade", {}).get("job_id")
        if not job_id:
            return []
        transcript = await self._parts.transcripts.read(job_id)
        return [] if transcript is None or "decision_id" not in transcript else [str(transcript["decision_id"])]

    def _alert(self, article: Article, filed: Filed, undone: Undone) -> None:
        log.info(
            "news.undone",
            report=article.target,
            kind=article.kind.value,
            decisions=len(undone.decisions),
            answers=undone.answers,
            lessons=undone.lessons,
        )
        for ticker in {each.symbol for each in filed.article.tickers}:
            alert = {
                "kind": article.kind.value,
                "asset": ticker,
                "report": article.target,
                "provider": article.provider,
                "headline": article.headline,
                "was": filed.article.headline,
                "decision_ids": list(undone.decisions),
                "at": article.received_at.isoformat(),
            }
            self._parts.events.publish("alert", ticker, alert)
