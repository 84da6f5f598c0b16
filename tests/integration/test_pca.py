import json

import numpy as np
import pytest

from forethought.adapters.embedding.minilm import MiniLmEmbedder
from forethought.adapters.strategies.files import write_reduction
from forethought.application.insert import Record
from forethought.application.question import Question
from forethought.bootstrap import Replacements, running
from forethought.domain.decision import AgentsMode
from forethought.domain.errors import ConfigurationError
from forethought.evals.labelled import read_labelled
from forethought.evals.pca import fit, points_of
from forethought.settings import Settings

DIM = 4
STRATEGY = """
name = "reduced"
version = "1"
instruction = "Judge what this news means for the price."
[composition]
method = "concat_pca"
weights = { instruction = 1.0, context = 1.0, news = 1.0, market = 1.0 }
pca = "small"
"""


@pytest.fixture(scope="module")
def embedder(tmp_path_factory):
    return MiniLmEmbedder(cache_dir=tmp_path_factory.mktemp("models"))


@pytest.fixture
def rows(tmp_path):
    subjects = ("Gold", "Oil", "Copper", "Silver", "Wheat", "Corn")
    lines = [
        {"input_report": f"{subject} {verb} 2 percent", "signal": signal, "asset": "XAU",
         "datetime_est": f"2025-03-{day:02d} 09:00:00"}
        for day, (verb, signal) in enumerate([("rises", 1), ("falls", -1)], start=1) for subject in subjects
    ]  # fmt: skip
    path = tmp_path / "stream.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return read_labelled(path).rows


async def fitted(tmp_path, rows, swap, *, dim=DIM):
    points, tag = await points_of(Settings(data_dir=tmp_path / "data"), rows, swap)
    return fit(points, name="small", model_tag=tag, dim=dim, until_frac=0.5)


async def test_a_fitted_reduction_serves_a_strategy(tmp_path, rows, redis_server, embedder, key_prefix):
    swap = Replacements(redis_url=redis_server, embedder=embedder)
    found = await fitted(tmp_path, rows, swap)
    folder = tmp_path / "strategies"
    folder.mkdir()
    write_reduction(folder / "small.npz", found.reduction)
    (folder / "reduced.toml").write_text(STRATEGY, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", strategies_dir=folder)

    live = Replacements(redis_url=redis_server, embedder=embedder, namespace=key_prefix)
    async with running(settings, replace=live) as service:
        record = Record("Gold rises 2 percent", "", 1, asset="XAU", strategy="reduced")
        await service.insert([record])
        question = Question("Gold climbs 2 percent", asset="XAU", strategy="reduced", agents=AgentsMode.NEVER)
        near = await service.decide(question)
        indexes = await service.store.ask("FT._LIST")
        for name in indexes:
            if name.startswith(key_prefix.encode()):
                await service.store.ask("FT.DROPINDEX", name)

    assert f"{key_prefix}sc:combo:" in near["cache"]["key"]
    assert any(name.endswith(f"-{DIM}-small".encode()) for name in indexes)


async def test_only_the_first_part_of_the_time_is_fitted_on(tmp_path, rows, redis_server, embedder):
    swap = Replacements(redis_url=redis_server, embedder=embedder)
    points, tag = await points_of(Settings(data_dir=tmp_path / "data"), rows, swap)

    found = fit(points, name="small", model_tag=tag, dim=DIM, until_frac=0.5)

    early = np.mean([point.long for point in points[:6]], axis=0)
    assert found.fitted_on == 6
    assert found.reduction.mean == pytest.approx(early, abs=1e-6)
    assert found.reduction.axes.shape == (DIM, 4 * embedder.model.dim)
    assert 0 < found.explained_frac <= 1


async def test_neighbours_are_judged_on_the_second_part_only(tmp_path, rows, redis_server, embedder):
    found = await fitted(tmp_path, rows, Replacements(redis_url=redis_server, embedder=embedder))

    for each in (found.reduced, found.composed):
        assert (each.answered.k, each.answered.n) == (6, 6)


async def test_two_fits_are_the_same(tmp_path, rows, redis_server, embedder):
    swap = Replacements(redis_url=redis_server, embedder=embedder)

    one, other = [await fitted(tmp_path, rows, swap) for _ in range(2)]

    assert np.array_equal(one.reduction.axes, other.reduction.axes)


async def test_more_dimensions_than_situations_are_refused(tmp_path, rows, redis_server, embedder):
    with pytest.raises(ConfigurationError, match="at least as many situations"):
        await fitted(tmp_path, rows, Replacements(redis_url=redis_server, embedder=embedder), dim=7)


async def test_nothing_is_left_of_a_fit(tmp_path, rows, redis_server, embedder, redis_client):
    await fitted(tmp_path, rows, Replacements(redis_url=redis_server, embedder=embedder))

    assert [key async for key in redis_client.scan_iter(match="pca:*")] == []
    assert not [name for name in await redis_client.execute_command("FT._LIST") if name.startswith(b"pca:")]
