import json
from datetime import UTC, datetime, timedelta

import pytest

from forethought.application.insert import Record
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.evals.labelled import Labelled, read_labelled, steps

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def a_row(row, *, hours=0, known_after_hours=0):
    decided = NOON + timedelta(hours=hours)
    known = decided + timedelta(hours=known_after_hours)
    return Labelled(row, Record("text", "", 1, decided_at=decided, known_at=known), decided, known, Signal.BUY)


def lived(rows):
    return [([each.row for each in step.decide], [each.row for each in step.learn]) for step in steps(rows)]


def a_file(tmp_path, *rows):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_what_is_learned_comes_after_what_is_decided_at_the_same_moment():
    assert lived([a_row(1), a_row(2, hours=1)]) == [([1], []), ([], [1]), ([2], []), ([], [2])]


def test_records_of_one_instant_are_all_decided_before_any_is_learned():
    assert lived([a_row(1), a_row(2)]) == [([1, 2], []), ([], [1, 2])]


def test_a_label_that_comes_late_is_learned_when_it_was_known():
    rows = [a_row(1, known_after_hours=3), a_row(2, hours=1), a_row(3, hours=4)]

    assert lived(rows) == [([1], []), ([2], []), ([], [2]), ([], [1]), ([3], []), ([], [3])]


def test_a_label_known_at_the_very_moment_of_a_question_does_not_serve_it():
    assert lived([a_row(1, known_after_hours=1), a_row(2, hours=1)])[1] == ([2], [])


def test_a_file_is_put_in_the_order_of_time(tmp_path):
    path = a_file(
        tmp_path,
        {"input_report": "later", "signal": 1, "datetime_est": "2025-03-02 09:00:00"},
        {"input_report": "earlier", "signal": -1, "datetime_est": "2025-03-01 09:00:00"},
    )

    data = read_labelled(path)

    assert [(each.row, each.truth) for each in data.rows] == [(2, Signal.SELL), (1, Signal.BUY)]
    assert data.rows[0].decided_at == datetime(2025, 3, 1, 14, tzinfo=UTC)


def test_rows_without_a_label_or_a_time_are_skipped_and_said(tmp_path):
    path = a_file(
        tmp_path,
        {"input_report": "good", "signal": 1, "datetime_est": "2025-03-02 09:00:00"},
        {"input_report": "no label", "datetime_est": "2025-03-02 09:00:00"},
        {"input_report": "no time", "signal": 1},
        {"signal": 1},
    )

    data = read_labelled(path)

    assert [each.row for each in data.rows] == [1]
    assert {(each.row, each.code) for each in data.skipped} == {(2, "no_label"), (3, "no_time"), (4, "invalid_text")}


def test_a_file_without_times_keeps_its_order(tmp_path):
    data = read_labelled(a_file(tmp_path, *({"input_report": f"text {i}", "signal": 0} for i in range(3))))

    assert data.times_invented
    assert [each.record.input_report for each in data.rows] == ["text 0", "text 1", "text 2"]
    assert data.rows[0].decided_at < data.rows[1].decided_at


def test_a_limit_takes_the_earliest(tmp_path):
    path = a_file(
        tmp_path,
        *({"input_report": f"day {day}", "signal": 0, "datetime_est": f"2025-03-0{day} 09:00:00"} for day in (3, 1, 2)),
    )

    assert [each.record.input_report for each in read_labelled(path, limit=2).rows] == ["day 1", "day 2"]


def test_a_file_without_any_label_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="no row with a label"):
        read_labelled(a_file(tmp_path, {"input_report": "no label"}))
