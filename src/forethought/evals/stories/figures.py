"""What replays of a file found, as JSON types."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import forethought
from forethought.evals.statistics import percentiles, share_of
from forethought.evals.stories.living import Life, Report
from forethought.evals.stories.pairs import BANDS, Pairs, together

Document = dict[str, Any]
LARGEST = 15
SIZES = (1, 2, 3, 4, 5, 10, 20)
"""Lower bounds of the classes in which stories are counted by their reports."""


def document(lives: Sequence[Life], *, file: str, watch: Sequence[str]) -> Document:
    """Lay the replays out; the first is the one that the service is set to."""
    main = lives[0]
    return {
        "file": file,
        "version": forethought.__version__,
        "embedder": main.embedder,
        "watch": list(watch),
        "articles": main.read,
        "first": main.reports[0].at.isoformat() if main.reports else None,
        "last": main.reports[-1].at.isoformat() if main.reports else None,
        "refused": dict(sorted(main.refused.items())),
        "duplicates": main.duplicates,
        "same_words": main.same_words,
        "no_instrument": main.no_instrument,
        "round_ups": main.round_ups,
        "told": len(main.reports),
        "replays": [_replay(each) for each in lives],
        "largest": _largest(main),
        "times": {
            "queue": percentiles(main.queue_ms).document(),
            "embed": percentiles(main.embed_ms).document(),
            "story": percentiles(main.story_ms).document(),
        },
    }


def population(pairs: Pairs, found: Mapping[tuple[str, float], Sequence[int]], main: Life) -> list[Document]:
    """Count all pairs of a file by band and by what becomes of them; exact, nothing is estimated.

    Args:
        pairs: Of the reports of any life of the file.
        found: `pairs.strata`, by the panel's rule alone.
        main: Of the rule that the service has.
    """
    rows = []
    for band in BANDS:
        kinds = {kind: places for (kind, at), places in found.items() if at == band}
        now = sum(
            together(main.reports[pairs.first[place]], main.reports[pairs.second[place]])
            for places in kinds.values()
            for place in places
        )
        counts = {kind: len(places) for kind, places in kinds.items()}
        rows.append({"from": band, "pairs": sum(counts.values()), "together": now, "strata": counts})
    return rows


def _replay(life: Life) -> Document:
    told = sum(len(each.stories) for each in life.reports)
    sizes = Counter(_tellings(life.reports).values())
    stories = sum(sizes.values())
    return {
        "name": life.rule.name,
        "window_h": life.rule.window_h,
        "later_cosine": life.rule.later_cosine,
        "questions": told,
        "stories": stories,
        "saved": share_of([True] * (told - stories) + [False] * stories).document(),
        "articles_asked": _that_begin(life.reports),
        "sizes": {str(low): _between(sizes, low, high) for low, high in zip(SIZES, (*SIZES[1:], None), strict=True)},
    }


def _tellings(reports: Sequence[Report]) -> Counter[tuple[str, str]]:
    return Counter(told for each in reports for told in each.stories.items())


def _that_begin(reports: Sequence[Report]) -> int:
    """Count the reports that begin a story about any instrument."""
    known: set[str] = set()
    count = 0
    for each in reports:
        count += not known.issuperset(each.stories.values())
        known.update(each.stories.values())
    return count


def _between(sizes: Counter[int], low: int, high: int | None) -> int:
    return sum(count for size, count in sizes.items() if size >= low and (high is None or size < high))


def _largest(life: Life) -> list[Document]:
    """Return the largest stories by size and time; what publishers wrote stays in the file."""
    times: dict[tuple[str, str], list[Any]] = {}
    for report in life.reports:
        for told in report.stories.items():
            times.setdefault(told, []).append(report.at)
    ordered = sorted(times.items(), key=lambda item: (-len(item[1]), item[1][0]))[:LARGEST]
    return [
        {"asset": asset, "reports": len(at), "begun": at[0].isoformat(), "last": at[-1].isoformat()}
        for (asset, _), at in ordered
        if len(at) > 1
    ]
