import asyncio
import json
from dataclasses import replace

import pytest

from forethought.domain.decision import Path, Signal
from forethought.domain.errors import EmbedderUnavailable
from forethought.evals.labelled import read_labelled
from forethought.evals.replay import Tape, replay
from forethought.evals.streams.labels import ALL, Labels

GOLD, OIL = "Gold rises 0.3 percent as the dollar weakens", "Oil output is cut by two million barrels a day"


def a_record(text, at, signal, **more):
    return {"input_report": text, "signal": signal, "asset": "XAU", "datetime_est": f"2025-03-03 {at}:00", **more}


@pytest.fixture
def a_tape(tmp_path):
    def made(*records, labels=ALL):
        path = tmp_path / "stream.jsonl"
        path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
        return Tape(read_labelled(path), labels)

    return made


def answers(tape):
    """Return by row what was answered from memory; `None` where nothing was."""
    return {shot.row: shot.signal if shot.path.from_memory else None for shot in tape.shots}


async def names_of_replays(client):
    keys = [key async for key in client.scan_iter(match="replay:*", count=1000)]
    indexes = [name for name in await client.execute_command("FT._LIST") if name.startswith(b"replay:")]
    return keys + indexes


async def test_a_label_that_comes_later_is_never_answered(a_tape, swap, settings):
    tape = a_tape(a_record(GOLD, "12:00", 1), a_record(GOLD, "09:00", -1))

    await replay(settings, tape, swap=swap)

    assert answers(tape) == {2: None, 1: Signal.SELL}


async def test_two_records_of_one_instant_do_not_answer_each_other(a_tape, swap, settings):
    tape = a_tape(a_record(GOLD, "09:00", -1), a_record(GOLD, "09:00", 1), a_record(OIL, "09:00", 1))

    await replay(settings, tape, swap=swap)

    assert answers(tape) == {1: None, 2: None, 3: None}
    assert [outcome.guess for outcome in tape.candidates] == [None, None, None]


async def test_a_label_serves_only_once_it_is_known(a_tape, swap, settings):
    tape = a_tape(
        a_record(GOLD, "09:00", -1, known_at="2025-03-03T17:00:00Z"),  # 12:00 in the east
        a_record(GOLD, "11:00", 1, known_at="2025-03-03T20:00:00Z"),
        a_record(GOLD, "13:00", 1, known_at="2025-03-03T20:00:00Z"),
    )

    await replay(settings, tape, swap=swap)

    assert answers(tape) == {1: None, 2: None, 3: Signal.SELL}


async def test_an_exact_repetition_is_answered_from_memory_and_counted(a_tape, swap, settings):
    tape = a_tape(*(a_record(GOLD, f"{hour:02d}:00", 1) for hour in range(9, 14)))

    await replay(settings, tape, swap=swap)

    found = tape.document()
    assert (found["hit"]["k"], found["answered"]["agreed"]["k"]) == (4, 4)
    assert found["paths"][Path.EXACT.value]["n"] == 4
    assert found["scopes"][0]["answered"]["n"] == 4


async def test_nothing_of_a_replay_is_left_and_other_data_is_untouched(
    a_tape, swap, settings, redis_client, key_prefix
):
    await redis_client.set(f"{key_prefix}live", "1")

    await replay(settings, a_tape(a_record(GOLD, "09:00", 1), a_record(GOLD, "10:00", 1)), swap=swap)

    assert await names_of_replays(redis_client) == []
    assert await redis_client.get(f"{key_prefix}live") == b"1"


async def test_nothing_is_left_of_a_replay_that_is_stopped_and_its_figures_stand(a_tape, swap, settings, redis_client):
    tape = a_tape(*(a_record(GOLD, f"{hour:02d}:00", 1) for hour in range(9, 19)))

    def stop_after_three(_decided):
        if len(tape.shots) == 3:
            asyncio.current_task().cancel()

    task = asyncio.create_task(replay(settings, tape, swap=swap, advance=stop_after_three))
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await names_of_replays(redis_client) == []
    found = tape.document()
    assert (found["decided"], found["records"], found["complete"]) == (3, 10, False)


class Failing:
    """The real encoder, until a text comes that it cannot stand."""

    def __init__(self, inner):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    async def embed(self, texts):
        if OIL in texts:
            raise EmbedderUnavailable("the encoder went away")
        return await self._inner.embed(texts)


async def test_nothing_is_left_of_a_replay_that_fails(a_tape, settings, swap, redis_client):
    tape = a_tape(a_record(GOLD, "09:00", 1), a_record(OIL, "10:00", 1))

    with pytest.raises(EmbedderUnavailable):
        await replay(settings, tape, swap=replace(swap, embedder=Failing(swap.embedder)))

    assert await names_of_replays(redis_client) == []
    assert tape.document()["decided"] == 1


async def test_two_replays_of_a_file_find_the_same(a_tape, swap, settings):
    records = [
        a_record(text, f"{hour:02d}:{minute:02d}", signal)
        for hour in range(9, 13)
        for minute, (text, signal) in enumerate([(GOLD, 1), (OIL, 1 if hour % 2 else -1), (f"{GOLD}, again", 0)])
    ]

    found = []
    for _ in range(2):
        tape = a_tape(*records)
        await replay(settings, tape, swap=swap)
        found.append(without_times(tape.document()))

    assert found[0] == found[1]
    assert found[0]["hit"]["k"] > 0


def without_times(document):
    if isinstance(document, dict):
        return {k: without_times(v) for k, v in document.items() if k not in {"latency", "late"}}
    return [without_times(item) for item in document] if isinstance(document, list) else document


async def test_without_audits_the_label_of_an_answered_record_is_not_learned(a_tape, swap, settings):
    records = [a_record(GOLD, "09:00", 1), a_record(GOLD, "10:00", -1), a_record(GOLD, "11:00", -1)]
    audited, unseen = a_tape(*records, labels=Labels(1.0)), a_tape(*records, labels=Labels(0.0))

    await replay(settings, audited, swap=swap)
    await replay(settings, unseen, swap=swap)

    assert answers(unseen) == {1: None, 2: Signal.BUY, 3: Signal.BUY}
    assert answers(audited) == {1: None, 2: Signal.BUY, 3: Signal.SELL}
    assert (unseen.learned, audited.learned) == (1, 3)


async def test_a_tape_tells_what_each_rung_said(a_tape, swap, settings):
    tape = a_tape(a_record(GOLD, "09:00", 1), a_record(GOLD, "10:00", 1))

    await replay(settings, tape, swap=swap)

    assert tape.rungs[0] == {}
    assert tape.rungs[1]["exact"].signal is Signal.BUY


async def test_a_record_that_the_service_refuses_is_reported_and_the_rest_goes_on(a_tape, swap, settings):
    tape = a_tape(a_record(GOLD, "09:00", 1), a_record(GOLD, "10:00", 1, asset="no such!"), a_record(GOLD, "11:00", 1))

    await replay(settings, tape, swap=swap)

    found = tape.document()
    assert [(each["row"], each["code"]) for each in found["skipped"]] == [(2, "invalid_asset")]
    assert (found["decided"], found["learned"]) == (2, 2)
