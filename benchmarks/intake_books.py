"""Count what a newswire published against what a service keeps of it, item by item."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from redis import Redis

from forethought.adapters.redis.data_folder import DataFolder
from forethought.adapters.redis.keys import Keys

REST = ("reuters", "ap")
"""They send versions by number; of RSS a version is known by its words."""
_KEYS = Keys("")
_PAGE = 10_000

Item = tuple[str, str]
"""Provider and id."""


@dataclass(slots=True)
class Published:
    """What the wire says that it published."""

    good: dict[Item, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Versions, oldest first."""
    malformed: dict[Item, str] = field(default_factory=dict)


@dataclass(slots=True)
class Kept:
    """What the service has."""

    versions: dict[Item, list[str]] = field(default_factory=dict)
    headlines: dict[Item, str] = field(default_factory=dict)
    """Of the latest version."""
    delays_s: list[float] = field(default_factory=list)
    """Between publication and arrival, of the latest versions."""
    refused: dict[Item, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Codes."""
    refusals: Counter[str] = field(default_factory=Counter)
    """All of them, by code; documents that were spoilt as a whole are among them."""
    appended: int = 0
    """Articles that were ever put into the queue."""
    queued: int = 0
    """That are still there."""
    dead: int = 0


@dataclass(slots=True)
class Books:
    """How the two compare; all but the counts should be empty."""

    published: int
    """Versions of good reports."""
    kept: int
    """Of them, those that the service has."""
    appended: int
    repaired: int
    """Malformed items that could be used all the same."""
    lost: list[Item]
    """Reports of which nothing is there."""
    overtaken: list[Item]
    """Reports in RSS of which a former version is not there, but the last one is."""
    doubled: list[Item]
    """Reports of which there is more than was published."""
    stale: list[Item]
    """Reports whose last version is not the one that was published last."""
    unknown: list[Item]
    """Reports that nobody published."""
    unaccounted: list[Item]
    """Malformed items that are neither refused nor there."""
    malformed: dict[str, Counter[str]]
    """By how they are wrong: codes, or `repaired`."""
    refusals: Counter[str]
    dead: int
    queued: int
    delays_s: list[float]


def read_ledger(url: str) -> Published:
    """Ask a newswire for all that it published."""
    found = Published()
    with httpx.Client(base_url=url, timeout=60) as client:
        for malformed in (0, 1):
            place, more = 0, True
            while more:
                query = {"cursor": place, "limit": _PAGE, "malformed": malformed}
                answer = client.get("/ledger/items", params=query).raise_for_status().json()
                for row in answer["items"]:
                    if malformed:
                        found.malformed[row["provider"], row["id"]] = row["malformed"]
                    else:
                        found.good[row["provider"], row["id"]].append(row)
                place, more = answer["next"], answer["more"]
    return found


def read_kept(data_dir: Path) -> Kept:
    """Ask the embedded Redis of a running service."""
    found = Kept()
    with Redis(unix_socket_path=str(DataFolder(data_dir).socket())) as client:
        for key in client.scan_iter(match="article:*", count=1_000):
            fields = client.hgetall(key)
            if b"article" not in fields:
                continue
            article = orjson.loads(fields[b"article"])
            item = article["provider"], article["native_id"]
            found.versions[item] = [name[2:].decode() for name in fields if name.startswith(b"v:")]
            found.headlines[item] = article["headline"]
            received, published = (datetime.fromisoformat(article[at]) for at in ("received_at", "published_at"))
            found.delays_s.append((received - published).total_seconds())
        for _, letter in client.xrange(_KEYS.news_refused):
            refused = orjson.loads(letter[b"refused"])
            if refused["native_id"] is not None:
                found.refused[refused["provider"], refused["native_id"]].add(refused["code"])
        for name, count in client.hgetall(_KEYS.news_refusals).items():
            found.refusals[name.decode().partition("|")[0]] += int(count)
        stream = client.xinfo_stream(_KEYS.news)
        found.appended, found.queued = int(stream["entries-added"]), int(stream["length"])
        found.dead = int(client.xlen(_KEYS.news_dead))
    return found


def compare(said: Published, has: Kept) -> Books:
    """Compare, item by item."""
    good = {item: len({row["version"] for row in rows}) for item, rows in said.good.items()}
    counted = {item: len(has.versions[item]) for item in good if item in has.versions}
    short = [item for item, number in counted.items() if number < good[item]]
    ways: dict[str, Counter[str]] = defaultdict(Counter)
    unaccounted = []
    for item, how in said.malformed.items():
        codes = sorted(has.refused.get(item, ()))
        if item in has.versions:
            ways[how]["repaired"] += 1
        elif codes:
            ways[how][codes[0]] += 1
        else:
            unaccounted.append(item)
    return Books(
        published=sum(good.values()),
        kept=sum(min(good[item], number) for item, number in counted.items()),
        appended=has.appended,
        repaired=sum(item in has.versions for item in said.malformed),
        lost=[item for item in good if item not in has.versions] + [item for item in short if item[0] in REST],
        overtaken=[item for item in short if item[0] not in REST],
        doubled=[item for item, number in counted.items() if number > good[item]],
        stale=[item for item in counted if not _is_latest(said.good[item], item, has)],
        unknown=[item for item in has.versions if item not in said.good and item not in said.malformed],
        unaccounted=unaccounted,
        malformed=dict(ways),
        refusals=has.refusals,
        dead=has.dead,
        queued=has.queued,
        delays_s=sorted(has.delays_s),
    )


def _is_latest(rows: list[dict[str, Any]], item: Item, has: Kept) -> bool:
    """Compare the last version by its number, or by its headline; of a retraction the headline may be left out."""
    if item[0] in REST:
        return str(rows[-1]["version"]) in has.versions[item]
    return has.headlines[item].split() == rows[-1]["headline"].split()


def read_books(url: str, data_dir: Path) -> Books:
    """Compare a newswire that is silent with a service that is idle."""
    return compare(read_ledger(url), read_kept(data_dir))


def read_queue(data_dir: Path) -> int:
    """Count the articles that wait or are in work."""
    with Redis(unix_socket_path=str(DataFolder(data_dir).socket())) as client:
        return int(client.xlen(_KEYS.news))
