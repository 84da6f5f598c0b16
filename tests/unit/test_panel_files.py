"""Panel files and what was learned: read strictly, refused in one line that names file and field."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from forethought.adapters.panels.files import PanelFiles, read_learned, write_learned
from forethought.domain.aggregation import Classifier, RoleWeights, fingerprint
from forethought.domain.decision import Signal
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import Role
from forethought.domain.panel import PanelFile

MINIMAL = 'name = "panel"\nversion = "2"\n'
REPORT = {"held_out": {"n": 30}}


def versioned(learned):
    return replace(learned, version=f"2026-03-02.{fingerprint(learned)}")


WEIGHTS = versioned(RoleWeights("desk", "", {Role.NEWS_SENTIMENT: 0.1 + 0.2, Role.RISK_ASSESSMENT: 0.7}))
CLASSIFIER = versioned(
    Classifier(
        name="desk",
        version="",
        signals=(Signal.SELL, Signal.BUY),
        features=("news_sentiment.buy", "rsi_14"),
        mean=(0.0, 1 / 3),
        scale=(1.0, 2.0),
        coefficients=((0.5, -0.5), (1e-9, 0.25)),
        intercepts=(0.0, 0.125),
    )
)


def folder(tmp_path: Path, text: str, name: str = "mine.toml") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path


def test_the_package_brings_its_own():
    assert PanelFiles().all() == {"panel": {"1": PanelFile("panel", "1")}}


def test_a_file_of_one_s_own_adds_a_version(tmp_path):
    text = MINIMAL + (
        'prompts = "v2"\ntemperature = 0.2\nseed = 11\nsoft_timeout_ms = 500\naggregation = "conviction"\n'
        '[models]\nrisk_assessment = "gpt-4o"\n[second_models]\nnews_sentiment = "small"\n'
    )

    found = PanelFiles(folder(tmp_path, text)).all()["panel"]

    assert list(found) == ["1", "2"]
    assert found["2"] == PanelFile(
        name="panel",
        version="2",
        prompts="v2",
        temperature=0.2,
        seed=11,
        models={Role.RISK_ASSESSMENT: "gpt-4o"},
        second_models={Role.NEWS_SENTIMENT: "small"},
        soft_timeout_ms=500,
        aggregation="conviction",
    )


def test_versions_come_lowest_first(tmp_path):
    for version in ("10", "9", "1.5"):
        folder(tmp_path, f'name = "panel"\nversion = "{version}"\n', f"{version}.toml")

    assert list(PanelFiles(tmp_path).all()["panel"]) == ["1", "1.5", "9", "10"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 'mine", "not TOML"),
        ('version = "1"', "name"),
        ('name = "mine"', "version"),
        ('name = "my panel"\nversion = "1"', "name"),
        (MINIMAL + "colour = 1", "colour"),
        (MINIMAL + "prompts = '../v1'", "prompts"),
        (MINIMAL + "temperature = 3.0", "temperature"),
        (MINIMAL + "seed = 'x'", "seed"),
        (MINIMAL + "soft_timeout_ms = 0", "soft_timeout_ms"),
        (MINIMAL + "[models]\nastrology = 'gpt-4o'", "models.astrology"),
        (MINIMAL + "[models]\nrisk_assessment = ''", "models.risk_assessment"),
        (MINIMAL + "[second_models]\nrisk = 'gpt-4o'", "second_models.risk"),
        (MINIMAL + "aggregation = 'magic'", "'magic' is unknown"),
        (MINIMAL + "aggregation = 'weights:nowhere'", "nowhere.learned.json"),
        ('name = "panel"\nversion = "1"', "version 1 already, in panel-1.toml"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(ConfigurationError) as refused:
        PanelFiles(folder(tmp_path, text))

    assert said in str(refused.value)
    assert "mine.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_same_version_in_a_file_of_the_same_name_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="version 1 already"):
        PanelFiles(folder(tmp_path, 'name = "panel"\nversion = "1"', "panel-1.toml"))


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="FORETHOUGHT_LLM__PANELS_DIR"):
        PanelFiles(tmp_path / "nowhere")


@pytest.mark.parametrize("learned", [WEIGHTS, CLASSIFIER], ids=["weights", "classifier"])
def test_what_was_learned_comes_back_to_the_last_digit(tmp_path, learned):
    path = write_learned(tmp_path, learned, report=REPORT)

    assert path.name == "desk.learned.json"
    assert PanelFiles(tmp_path).learned == {"desk": learned}
    assert json.loads(path.read_text())["report"] == REPORT


def test_a_panel_may_use_what_was_learned(tmp_path):
    write_learned(tmp_path, WEIGHTS, report=REPORT)

    found = PanelFiles(folder(tmp_path, MINIMAL + 'aggregation = "weights:desk"'))

    assert found.all()["panel"]["2"].aggregation == "weights:desk"


@pytest.mark.parametrize("name", ["", "../desk", "a b", "x" * 65])
def test_what_is_no_name_is_refused(tmp_path, name):
    with pytest.raises(ConfigurationError, match="a name has"):
        write_learned(tmp_path, replace(WEIGHTS, name=name), report=REPORT)


def test_a_folder_to_write_to_must_be_there(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write_learned(tmp_path / "nowhere", WEIGHTS, report=REPORT)


def test_what_a_panel_may_use_is_never_overwritten(tmp_path):
    path = write_learned(tmp_path, WEIGHTS, report=REPORT)

    with pytest.raises(ConfigurationError, match="choose another name"):
        write_learned(tmp_path, CLASSIFIER, report=REPORT)

    assert read_learned(path) == WEIGHTS


@pytest.mark.parametrize(
    ("learned", "change", "said"),
    [
        (WEIGHTS, {"weights": {"news_sentiment": 0.9}}, "was changed since"),
        (WEIGHTS, {"weights": {"news_sentiment": -1.0}}, "weights.news_sentiment"),
        (WEIGHTS, {"weights": {"news_sentiment": 0.0}}, "above 0"),
        (WEIGHTS, {"weights": {"market_data": 1.0}}, "not market_data"),
        (WEIGHTS, {"weights": {}}, "above 0"),
        (WEIGHTS, {"name": "other"}, "holds 'other'"),
        (WEIGHTS, {"kind": "oracle"}, "kind"),
        (WEIGHTS, {"colour": 1}, "colour"),
        (CLASSIFIER, {"features": ["news_sentiment.buy", "moon"]}, "moon"),
        (CLASSIFIER, {"coefficients": [[1.0], [1.0]]}, "do not fit"),
        (CLASSIFIER, {"intercepts": [1.0]}, "do not fit"),
        (CLASSIFIER, {"scale": [1.0, 0.0]}, "scale"),
        (CLASSIFIER, {"signals": [-1, 7]}, "signals"),
    ],
)
def test_a_wrong_or_changed_learned_file_is_refused_in_one_line(tmp_path, learned, change, said):
    path = write_learned(tmp_path, learned, report=REPORT)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(ConfigurationError) as refused:
        PanelFiles(tmp_path)

    assert said in str(refused.value)
    assert "desk.learned.json" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", ["", "not JSON", "[]", '{"kind": "weights"'])
def test_a_damaged_learned_file_is_refused(tmp_path, content):
    (tmp_path / "desk.learned.json").write_text(content)

    with pytest.raises(ConfigurationError, match=r"desk\.learned\.json"):
        PanelFiles(tmp_path)
