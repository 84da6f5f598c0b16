import json
from collections import Counter
from pathlib import Path

import pytest

from forethought.domain.errors import ConfigurationError
from forethought.evals.stories.labels import KINDS, look_up, read_labels

LABELS = Path(__file__).parents[2] / "data" / "story_labels.jsonl"


def test_pairs_are_found_by_headline_and_time(a_report, a_label):
    reports = [a_report("a", 0), a_report("a", 1), a_report("b", 2)]

    found = look_up([a_label(reports[1], reports[2])], reports)

    assert [(each.first, each.second) for each in found] == [(1, 2)]


def test_pairs_that_are_not_in_the_file_are_left_out(a_report, a_label):
    reports = [a_report("a"), a_report("b", 1)]

    assert look_up([a_label(reports[0], a_report("c", 1))], reports) == []


def test_a_bad_line_is_named(tmp_path):
    path = tmp_path / "labels.jsonl"
    first = LABELS.read_text().splitlines()[0]
    path.write_text(f'{first}\n{{"a": 1}}\n')

    with pytest.raises(ConfigurationError, match=r"labels\.jsonl, line 2"):
        read_labels(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe"])
def test_a_file_without_labels_is_refused(tmp_path, content):
    path = tmp_path / "labels.jsonl"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError):
        read_labels(path)


def test_the_judged_pairs_hold_digests_and_no_text():
    lines = [json.loads(line) for line in LABELS.read_text().splitlines()]

    assert len(lines) >= 240
    assert all(len(line[side]) == 64 and int(line[side], 16) >= 0 for line in lines for side in "ab")
    assert {line["stratum"] for line in lines} == {"together", "joined", "apart", "apart, alike"}
    assert {line["kind"] for line in lines} <= {None, *KINDS}


def test_the_judged_pairs_of_a_stratum_weigh_the_same_and_every_error_has_its_kind():
    labels = read_labels(LABELS)
    weights = {(each.stratum, each.band, each.weight) for each in labels}
    halves = Counter(each.half for each in labels)

    assert max(Counter((stratum, band) for stratum, band, _ in weights).values()) == 1
    assert abs(halves["development"] - halves["test"]) <= 2
    assert all(each.kind is not None for each in labels if each.label == "same")
