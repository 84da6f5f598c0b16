import pyarrow as pa
import pyarrow.parquet
import pytest

from forethought.domain.errors import ConfigurationError
from forethought.evals.adversarial.frames import Split, read_split
from forethought.evals.adversarial.perturb import perturb

OTHER = "Nothing here can be changed by a rule"


@pytest.fixture
def perturbed(tmp_path):
    """What the rules make of one headline, by kind and rule, when it is in the development half."""

    def _perturbed(text, *, label="bullish", company=None):
        texts = [text, OTHER] if company is None else [OTHER, f"{OTHER} either"]
        _write(tmp_path / "labelled/twitter_financial_news.parquet", text=texts, label=[label, "neutral"])
        stock = [text if company else OTHER, f"{OTHER} either"]
        days = ["2022-10-01", "2022-10-02"]
        _write(
            tmp_path / "news/us_stock_news_2022q4.parquet",
            title=stock,
            company=[company or "AMD"] * 2,
            published_at=days,
        )
        _write(tmp_path / "news/btc_news_2025-05.parquet", headline=[OTHER, f"{OTHER} either"], datetime=days)
        pairs = perturb(tmp_path, read_split(Split.DEVELOPMENT), Split.DEVELOPMENT, seed=7)
        return {(p.relation, p.style): (p.asked, p.signal_taught, p.signal_asked) for p in pairs}

    return _perturbed


def _write(file, **columns):
    file.parent.mkdir(exist_ok=True)
    pyarrow.parquet.write_table(pa.table(columns), file)


def test_a_move_is_turned_negated_doubted_and_told_again(perturbed):
    found = perturbed("Copper rises 3% after strike at mine")

    assert found["direction", "moves"] == ("Copper falls 3% after strike at mine", 1, -1)
    assert found["negation", "not"] == ("Copper does not rise 3% after strike at mine", 1, 0)
    assert found["certainty", "maybe"] == ("Copper could rise 3% after strike at mine", 1, 0)
    assert found["number", "figure"] == ("Copper rises 4% after strike at mine", 1, 1)
    assert found["unit", "%"] == ("Copper rises 3 basis points after strike at mine", 1, 1)
    assert found["paraphrase", "number"] == ("Copper rises 3 percent after strike at mine", 1, 1)
    assert found["paraphrase", "synonym"] == ("Copper climbs 3% after strike at mine", 1, 1)
    assert found["paraphrase", "order"] == ("After strike at mine, Copper rises 3%", 1, 1)


def test_a_side_of_a_level_turns_with_the_direction_and_the_case_stays(perturbed):
    found = perturbed("Copper Drops Below $4,100 on Weak Demand", label="bearish")

    assert found["direction", "moves"] == ("Copper Gains Above $4,100 on Weak Demand", -1, 1)


def test_a_change_from_one_figure_to_another_turns_with_both(perturbed):
    found = perturbed("Acme stock price target raised to $50 from $40 at Broker")

    assert found["direction", "is"] == ("Acme stock price target cut to $40 from $50 at Broker", 1, -1)
    assert found["number", "figure"] == ("Acme stock price target raised to $60 from $50 at Broker", 1, 1)


def test_figures_whose_order_could_turn_are_left_alone(perturbed):
    assert ("number", "figure") not in perturbed("Acme stock price target raised to $104 from $95 at Broker")


def test_a_plan_is_denied(perturbed):
    found = perturbed("Acme to buy a maker of pumps in Ohio")

    assert found["certainty", "denied"] == ("Acme denies it plans to buy a maker of pumps in Ohio", 1, 0)
    assert ("direction", "plans") not in found


def test_news_of_a_company_is_changed_only_where_the_company_moves(perturbed):
    assert perturbed("Nvidia stock climbs after strong sales", company="NVDA")
    assert not perturbed("Intel stock climbs after strong sales", company="NVDA")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Copper rises 3% after strike at mine", "bearish"),  # its reader saw something else
        ("Copper rises 3% as dollar falls on data", "bullish"),  # two moves
        ("Will copper gain if copper rises 3%?", "bullish"),
        ("Copper rises 3% but could not hold", "bullish"),
        ("Acme climbs mountain of debt this year", "bullish"),  # nothing says that the price climbs
        ("Tesla resumes rise after strike at mine", "bullish"),  # a noun
        ("Copper rises 3% after strike at mi…", "bullish"),
    ],
)
def test_where_a_rule_may_not_apply_nothing_is_changed(perturbed, text, label):
    assert perturbed(text, label=label) == {}


def test_the_later_half_is_for_the_test_split(perturbed, tmp_path):
    perturbed("Copper rises 3% after strike at mine")

    assert perturb(tmp_path, read_split(Split.TEST), Split.TEST, seed=7) == []


def test_a_folder_without_the_data_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="--real"):
        perturb(tmp_path, read_split(Split.TEST), Split.TEST, seed=7)
