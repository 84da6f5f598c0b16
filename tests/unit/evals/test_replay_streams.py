import json

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from forethought.domain.errors import ConfigurationError
from forethought.evals.labelled import read_labelled
from forethought.evals.streams.labels import ALL, Labels
from forethought.evals.streams.shaping import Shape, shaped

ROWS = [{"text": f"text {i}", "label": label} for i, label in enumerate(["bullish", "neutral", "bearish", "bullish"])]


def a_file(tmp_path, suffix, rows=ROWS):
    path = tmp_path / f"texts{suffix}"
    table = pd.DataFrame(rows)
    if suffix == ".parquet":
        table.to_parquet(path)
    elif suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def signals(data):
    return [int(each.truth) for each in data.rows]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_plain_texts_are_read_in_the_order_of_the_file(tmp_path, suffix):
    data = read_labelled(a_file(tmp_path, suffix), asset="XAU")

    assert [each.record.input_report for each in data.rows] == ["text 0", "text 1", "text 2", "text 3"]
    assert signals(data) == [1, 0, -1, 1]
    assert {(each.record.strategy, each.record.asset) for each in data.rows} == {("default", "XAU")}
    assert data.times_invented


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
@pytest.mark.parametrize(
    "labels", [["buy", "none", "sell"], [1, 0, -1], [1.0, 0.0, -1.0], ["BULLISH", "Neutral", "bearish"]]
)
def test_labels_are_understood_in_words_and_numbers(tmp_path, suffix, labels):
    rows = [{"text": f"text {i}", "label": label} for i, label in enumerate(labels)]

    data = read_labelled(a_file(tmp_path, suffix, rows))

    assert signals(data) == [1, 0, -1]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_a_text_without_a_label_is_reported_in_its_place(tmp_path, suffix):
    data = read_labelled(
        a_file(tmp_path, suffix, [*ROWS, {"text": "odd", "label": "sideways"}, {"text": " ", "label": "buy"}])
    )

    assert len(data.rows) == 4
    assert [(each.row, each.code) for each in data.skipped] == [(5, "invalid_number"), (6, "invalid_text")]


def test_a_table_that_is_neither_format_is_refused(tmp_path):
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1 is not enough")

    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_labelled(path)


def test_negating_twice_gives_the_stream_back(tmp_path):
    data = read_labelled(a_file(tmp_path, ".jsonl"))

    once = shaped(data, Shape(negate=True))

    assert signals(once) == [-1, 0, 1, -1]
    assert [each.record.signal for each in once.rows] == [-1, 0, 1, -1]
    assert shaped(once, Shape(negate=True)) == data


def test_a_regime_change_negates_what_comes_after_it(tmp_path):
    data = read_labelled(a_file(tmp_path, ".jsonl"))

    assert signals(shaped(data, Shape(flip_at_frac=0.5))) == [1, 0, 1, -1]
    assert signals(shaped(data, Shape(flip_at_frac=0.5, negate=True))) == [-1, 0, -1, 1]


@given(seed=st.integers(0, 50))
def test_another_order_keeps_every_record_with_its_label_and_the_times_in_order(tmp_path_factory, seed):
    data = read_labelled(a_file(tmp_path_factory.mktemp("order"), ".jsonl"))

    found = shaped(data, Shape(shuffle_seed=seed))

    assert sorted((each.row, int(each.truth)) for each in found.rows) == [(1, 1), (2, 0), (3, -1), (4, 1)]
    assert [each.decided_at for each in found.rows] == [each.decided_at for each in data.rows]
    assert all(each.record.decided_at == each.decided_at for each in found.rows)


@pytest.mark.parametrize("frac", [0.0, 1.0, -0.5])
def test_a_regime_change_outside_the_stream_is_refused(frac):
    with pytest.raises(ConfigurationError, match="regime change"):
        Shape(flip_at_frac=frac)


def test_a_protocol_is_read_as_it_is_written():
    assert Labels.read("all", seed=0) == ALL
    assert Labels.read("audit:0.1", seed=7) == Labels(0.1, 7)
    assert Labels.read("audit:0.1", seed=7).name == "audit:0.1"


@pytest.mark.parametrize("text", ["some", "audit", "audit:2", "audit:-1", "audit:nan", ""])
def test_an_unknown_protocol_is_refused(text):
    with pytest.raises(ConfigurationError, match="labels must be"):
        Labels.read(text, seed=0)


def test_audits_are_drawn_from_the_seed_at_about_their_rate():
    drawn = Labels(0.1, seed=3).audited(20_000)

    assert 0.09 < drawn.mean() < 0.11
    assert (drawn == Labels(0.1, seed=3).audited(20_000)).all()
    assert (drawn != Labels(0.1, seed=4).audited(20_000)).any()
    assert ALL.audited(5).all()
