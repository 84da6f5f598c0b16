"""Strategy files: read strictly, refused in one line that names file and field."""

from pathlib import Path

import numpy as np
import pytest

from forethought.adapters.strategies.files import StrategyFiles, write_reduction
from forethought.domain.composition import Reduction
from forethought.domain.errors import ConfigurationError, InvalidAsset, UnknownStrategy

MINIMAL = 'name = "mine"\nversion = "1"\n'


def folder(tmp_path: Path, text: str, name: str = "mine.toml") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path


def test_the_package_brings_its_own():
    assert set(StrategyFiles().all()) >= {"default", "events_impacts_v1_vp"}


def test_the_budgets_are_those_of_the_design():
    found = StrategyFiles().all()

    budgets = {
        name: (found[name].budget.delta, found[name].budget.delta_opp) for name in ("default", "events_impacts_v1_vp")
    }
    assert budgets == {"default": (0.05, 0.01), "events_impacts_v1_vp": (0.09, 0.05)}


def test_what_a_file_leaves_out_has_a_default(tmp_path):
    found = StrategyFiles(folder(tmp_path, MINIMAL)).get("mine")

    assert (found.teacher, found.instruction, found.assets) == ("inserted", "", None)
    assert set(found.composition.weights.values()) == {1.0}


def test_one_s_own_file_overrides_the_package_s(tmp_path):
    found = StrategyFiles(folder(tmp_path, 'name = "default"\nversion = "77"\n'))

    assert found.get("default").version == "77"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 'mine", "not TOML"),
        ("\x00", "not TOML"),
        ('version = "1"', "name"),
        ('name = "mine"', "version"),
        ('name = "my strategy"\nversion = "1"', "name"),
        (MINIMAL + "colour = 1", "colour"),
        (MINIMAL + "[budget]\ndelta = 0.0", "budget.delta"),
        (MINIMAL + "[budget]\ndelta = 1.5", "budget.delta"),
        (MINIMAL + "[retrieval]\nk = 0", "retrieval.k"),
        (MINIMAL + "[retrieval]\ntau = 2.0", "retrieval.tau"),
        (MINIMAL + "[retrieval]\ntao = 0.9", "retrieval.tao"),
        (MINIMAL + "[validity]\nmax_age_s = -1", "validity.max_age_s"),
        (MINIMAL + "[composition]\nmethod = 'magic'", "composition.method"),
        (MINIMAL + "[composition]\nmethod = 'concat_pca'", "pca"),
        (MINIMAL + "[composition]\nweights = { news = -1.0 }", "weights"),
        (MINIMAL + "[composition]\nweights = { news = 0.0 }", "weights"),
        (MINIMAL + "[composition]\nweights = { gossip = 1.0 }", "gossip"),
        (MINIMAL + "[composition]\nweights = { news = 'much' }", "weights"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path, text, said):
    with pytest.raises(ConfigurationError) as refused:
        StrategyFiles(folder(tmp_path, text))

    assert said in str(refused.value)
    assert "mine" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="FORETHOUGHT_STRATEGIES_DIR"):
        StrategyFiles(tmp_path / "nowhere")


def test_an_unknown_strategy_is_refused_with_those_that_are_known():
    with pytest.raises(UnknownStrategy, match="default"):
        StrategyFiles().get("nope")


@pytest.mark.parametrize("symbol", ["BTC", " btc ", "BRK.B", "BTC-USD", "GC=F", "EUR/USD", "^GSPC"[1:]])
def test_symbols_as_exchanges_write_them_are_taken(symbol):
    assert StrategyFiles().get("default").check_asset(symbol) == symbol.strip().upper()


@pytest.mark.parametrize("symbol", ["", " ", "A B", "A" * 21, "*", "BTC}", "{BTC", "B|C", "ÄX", "BTC\n\nX"])
def test_anything_else_is_no_symbol(symbol):
    with pytest.raises(InvalidAsset):
        StrategyFiles().get("default").check_asset(symbol)


def test_an_asset_that_is_not_served_is_refused():
    with pytest.raises(InvalidAsset, match="serves BTC, not XAU"):
        StrategyFiles().get("events_impacts_v1_vp").check_asset("XAU")


def test_a_fitted_reduction_comes_back(tmp_path):
    made = Reduction("pca-1", "tag", np.arange(8, dtype=np.float32), np.eye(3, 8, dtype=np.float32))
    write_reduction(tmp_path / "pca-1.npz", made)

    found = StrategyFiles(tmp_path).reduction("pca-1")

    assert (found.name, found.model_tag) == ("pca-1", "tag")
    np.testing.assert_array_equal(found.mean, made.mean)
    np.testing.assert_array_equal(found.axes, made.axes)


@pytest.mark.parametrize("name", ["missing", "../secret", "a/b", ""])
def test_a_reduction_that_is_not_there_is_refused(tmp_path, name):
    with pytest.raises(ConfigurationError):
        StrategyFiles(tmp_path).reduction(name)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", b"PK\x03\x04half"],
)
def test_a_damaged_reduction_is_refused(tmp_path, content):
    (tmp_path / "pca-1.npz").write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"pca-1\.npz"):
        StrategyFiles(tmp_path).reduction("pca-1")
