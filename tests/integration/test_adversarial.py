"""The adversarial suite, end to end at default settings."""

import asyncio
from pathlib import Path

import pytest

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli.lab.adversarial import adversarial
from forethought.evals.adversarial.figures import figures
from forethought.evals.adversarial.frames import Split, read_split
from forethought.evals.adversarial.generator import generate
from forethought.evals.adversarial.page import draw
from forethought.evals.adversarial.perturb import perturb
from forethought.evals.adversarial.suite import GENERATED, PERTURBED, Notebook, PairSet, document, play
from forethought.settings import Settings

SHARED = Path(__file__).parents[3] / "shared" / "data"
SEED = 7


@pytest.fixture
def settings(redis_server, tmp_path):
    return Settings(data_dir=tmp_path, redis_url=redis_server)


def generated(split, n=None):
    return PairSet(GENERATED, split, tuple(generate(read_split(split), split, seed=SEED))[:n])


async def judged(settings, pairs):
    ((found,), _) = await play(settings, [pairs], Notebook(None, ""), lambda _: None)
    return figures(found.outcomes)


@pytest.mark.parametrize("split", Split)
async def test_no_generated_text_gets_the_opposite_answer_and_half_of_the_paraphrases_are_reused(settings, split):
    found = await judged(settings, generated(split))

    # Counts only: what fails in the test split is nobody's to see.
    assert found["opposite"]["k"] == 0
    assert found["paraphrases"]["reused"]["frac"] >= 0.5


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the data in ../shared/data")
@pytest.mark.parametrize("split", Split)
async def test_no_perturbed_headline_gets_the_opposite_answer(settings, split):
    pairs = perturb(SHARED, read_split(split), split, seed=SEED)[::4]  # all of them take a minute; the report has them

    found = await judged(settings, PairSet(PERTURBED, split, tuple(pairs)))

    assert found["opposite"]["k"] == 0
    assert found["paraphrases"]["reused"]["frac"] >= 0.5


async def test_a_stopped_run_goes_on_where_it_was_and_finds_the_same(settings, tmp_path, redis_client):
    pairs = generated(Split.DEVELOPMENT, 24)
    whole, _ = await play(settings, [pairs], Notebook(None, ""), lambda _: None)
    asked = []

    def stop(n):
        asked.append(n)
        if sum(asked) == 10:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await play(settings, [pairs], Notebook.opened(tmp_path / "notes.json", [pairs]), stop)
    resumed = Notebook.opened(tmp_path / "notes.json", [pairs])
    again, _ = await play(settings, [pairs], resumed, lambda _: None)

    assert len(Notebook.opened(tmp_path / "notes.json", [pairs]).known(pairs)) == 24
    assert again == whole
    assert [key async for key in redis_client.scan_iter(match="adversarial:*")] == []


async def test_the_same_figures_draw_the_same_plot_without_a_date(settings, tmp_path):
    judgement, encoder = await play(settings, [generated(Split.TEST, 12)], Notebook(None, ""), lambda _: None)
    found = document(judgement, seed=SEED, encoder=encoder)

    draw(found, tmp_path / "one.svg")
    draw(found, tmp_path / "two.svg")

    text = (tmp_path / "one.svg").read_text()
    assert text == (tmp_path / "two.svg").read_text()
    assert "dc:date" not in text


def test_a_report_in_no_folder_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="no folder"):
        adversarial(report=tmp_path / "none" / "page.md")
