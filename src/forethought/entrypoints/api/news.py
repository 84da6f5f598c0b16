"""News from outside, and the stories that it tells."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from forethought.application.messages import from_validation
from forethought.application.news_messages import PushedArticle
from forethought.application.poll import Feed
from forethought.application.ports.archive import StoryHead, Telling
from forethought.bootstrap import Service
from forethought.domain.errors import InvalidInput, NotFound
from forethought.domain.news import RawArticle
from forethought.entrypoints.api.reading import (
    NOT_FOUND,
    PROBLEMS,
    body_of,
    described,
    items_of,
    number,
    rendered,
    service_of,
)
from forethought.entrypoints.api.signature import HEADER, require_signature

MAX_ARTICLES = 1_000
"""In one list."""
MAX_STORIES = 200

router = APIRouter(tags=["news"])


class RefusedItem(BaseModel):
    """What was not taken, and why."""

    index: int
    code: str
    detail: str


class NewsResponse(BaseModel):
    """What became of the articles; what counts as accepted is on disk."""

    accepted: int
    duplicates: int
    refused: list[RefusedItem]


class FeedItem(BaseModel):
    """How a provider stands."""

    name: str
    off: str | None
    """Why it is not asked; null for one that is."""
    options: list[str]
    polled_at: str | None
    new: int
    duplicates: int
    refused: int
    failures: int
    problem: str | None
    elsewhere: bool
    """Whether another process asks this provider: its figures are there."""


class ProvidersResponse(BaseModel):
    """The providers of the configuration."""

    providers: list[FeedItem]
    waiting: int
    """Articles that nobody has worked yet."""
    oldest_s: float
    dead: int


class TellingItem(BaseModel):
    """One wording of a story."""

    article_id: str
    provider: str
    headline: str
    at: str
    kind: str


class StoryItem(BaseModel):
    """A story; how it was told is there when it is asked for by its id."""

    story_id: str
    asset: str
    headline: str
    begun_at: str
    tellings: list[TellingItem] | None = None


class StoriesResponse(BaseModel):
    """The latest stories."""

    stories: list[StoryItem]


@router.post(
    "/news",
    status_code=202,
    response_model=NewsResponse,
    responses=PROBLEMS,
    openapi_extra=described(PushedArticle, most=MAX_ARTICLES),
)
async def push(request: Request) -> Response:
    """Take articles: one, or a list of which the bad ones are reported and the others are taken.

    With the write key, or signed: `X-Forethought-Signature: t=<seconds>,v1=<HMAC-SHA256 of "<t>.<body>">`.
    """
    service = service_of(request)
    body = await body_of(request)
    if (given := request.headers.get(HEADER)) is not None:
        secret = service.settings.news.webhook_secret
        told = None if secret is None else secret.get_secret_value()
        require_signature(given, body, secret=told, now=service.parts.clock.now())
    items, single = items_of(body, most=MAX_ARTICLES, what="articles")
    return rendered(await _push(service, items, single=single), 202)


async def _push(service: Service, items: list[Any], *, single: bool) -> dict[str, Any]:
    now = service.parts.clock.now()
    raws: list[RawArticle] = []
    positions: list[int] = []
    refused: list[dict[str, Any]] = []
    for index, item in enumerate(items):
        try:
            raws.append(PushedArticle.model_validate(item).raw(now))
            positions.append(index)
        except ValidationError as error:
            bad = from_validation(error)
            if single:
                raise bad from error
            refused.append({"index": index, "code": bad.code, "detail": str(bad)})
    done = await service.newsroom.ingest(raws)
    by_item = {id(raw): position for raw, position in zip(raws, positions, strict=True)}
    names = {(raw.provider, raw.native_id): by_item[id(raw)] for raw in raws}
    for each in done.refused:
        if single:
            raise InvalidInput(f"{each.code}: {each.detail}")
        refused.append(
            {"index": names.get((each.provider, each.native_id), -1), "code": each.code, "detail": each.detail}
        )
    refused.sort(key=lambda item: item["index"])
    return {"accepted": done.new, "duplicates": done.duplicates, "refused": refused}


@router.get("/news/providers", response_model=ProvidersResponse, responses={503: PROBLEMS[503]})
async def providers(request: Request) -> Response:
    """Show the news providers: which are asked, which are off and why, and how much waits to be worked."""
    newsroom = service_of(request).newsroom
    backlog = await newsroom.queue.backlog()
    found = ProvidersResponse(
        providers=[_feed(each) for each in newsroom.poll.feeds.values()],
        waiting=backlog.waiting,
        oldest_s=round(backlog.oldest_s, 3),
        dead=backlog.dead,
    )
    return rendered(found.model_dump())


def _feed(feed: Feed) -> FeedItem:
    return FeedItem(
        name=feed.name,
        off=feed.off,
        options=list(feed.options),
        polled_at=None if feed.polled_at is None else feed.polled_at.isoformat(),
        new=feed.new,
        duplicates=feed.duplicates,
        refused=feed.refused,
        failures=feed.failures,
        problem=feed.problem,
        elsewhere=feed.elsewhere,
    )


@router.get("/stories", response_model=StoriesResponse, responses={422: PROBLEMS[422], 503: PROBLEMS[503]})
async def stories(request: Request, asset: str | None = None, latest: str = "20") -> Response:
    """Show the latest stories, of one instrument or of all."""
    count = number(latest, field="latest", most=MAX_STORIES)
    archive = service_of(request).newsroom.archive
    found = await archive.stories(asset=asset.strip().upper() if asset else None, count=count)
    return rendered({"stories": [_story(each).model_dump(exclude={"tellings"}) for each in found]})


@router.get("/stories/{story_id}", response_model=StoryItem, responses={**NOT_FOUND, 503: PROBLEMS[503]})
async def story(request: Request, story_id: str) -> Response:
    """Show how a story was told: by whom, when, in which words, and what was corrected or taken back."""
    archive = service_of(request).newsroom.archive
    head = await archive.head(story_id)
    if head is None:
        raise NotFound(f"no story has the id {story_id[:64]!r} (any more)", field="story_id")
    told = [_telling(each) for each in await archive.timeline(story_id)]
    return rendered(_story(head).model_copy(update={"tellings": told}).model_dump())


def _story(head: StoryHead) -> StoryItem:
    return StoryItem(story_id=head.story_id, asset=head.asset, headline=head.text, begun_at=head.begun_at.isoformat())


def _telling(each: Telling) -> TellingItem:
    return TellingItem(
        article_id=each.article_id,
        provider=each.provider,
        headline=each.headline,
        at=each.at.isoformat(),
        kind=each.kind,
    )
