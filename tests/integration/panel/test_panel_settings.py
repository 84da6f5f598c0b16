"""How settings become panels: OpenAI and Azure, models by role, keys, and versions; read from the environment."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from prometheus_client import generate_latest
from tests.fakes.chat_script import ChatScript, Response, chat_script, fails, says
from tests.fakes.llm_sim import LlmSim, llm_sim
from tests.fakes.thinking import LONG_S
from tests.integration.panel.conftest import Desk, a_case

from forethought.adapters.llm.autogen import BASE_URL
from forethought.agents.panel import Panel
from forethought.agents.roles import spec
from forethought.application.ports.analysts import PanelFailed
from forethought.domain.errors import ConfigurationError
from forethought.domain.opinion import DECIDING, Role
from forethought.settings import Settings, read_settings

KEY, OTHER_KEY = "sk-test-a-key-that-must-not-show", "sk-test-another-key-that-must-not-show"
STAYS_OUT = says('{"signal": 0, "conviction": 0.5, "reasoning": "Nothing new.", "evidence": []}')
CHAT = "/v1/chat/completions"

Read = Callable[..., Settings]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read the settings with some variables set; those of the first model by their last name."""

    def read(openai_api_key: str | None = None, **llm: str) -> Settings:
        if openai_api_key is not None:
            monkeypatch.setenv("OPENAI_API_KEY", openai_api_key)
        for name, value in llm.items():
            monkeypatch.setenv(f"FORETHOUGHT_LLM__{name.upper()}", value)
        return read_settings()

    return read


# --- Where requests go ------------------------------------------------------------------------------------------------


async def test_an_openai_endpoint_is_asked_as_openai_is(desk: Desk, read: Read) -> None:
    with llm_sim(key=KEY, tool_share=0.0) as sim:
        panel = desk.panel_of(read(base_url=sim.base_url, api_key=KEY, model="gpt-4o"))
        found = await panel.deliberate(a_case(), timeout_s=LONG_S)
        saw = sim.state()

    assert found.partial is None
    assert saw["last_paths"] == [CHAT] * 3
    assert saw["calls"]["by_model"] == {"gpt-4o": 3}
    assert saw["last_headers"]["authorization"] == "present"
    assert "api-key" not in saw["last_headers"]


async def test_an_azure_endpoint_is_asked_as_azure_is(desk: Desk, read: Read) -> None:
    with llm_sim(key=KEY, tool_share=0.0) as sim:
        settings = read(
            kind="azure",
            base_url=sim.url,
            api_key=KEY,
            model="gpt-4o-mini",
            deployment="desk-mini",
            api_version="2025-01-01-preview",
        )
        found = await desk.panel_of(settings).deliberate(a_case(), timeout_s=LONG_S)
        saw = sim.state()

    path = "/openai/deployments/desk-mini/chat/completions?api-version=2025-01-01-preview"
    assert {report.provenance.model for report in found.reports} == {"gpt-4o-mini"}
    assert saw["last_paths"] == [path] * 3
    assert saw["last_headers"]["api-key"] == "present"
    assert "authorization" not in saw["last_headers"]


async def test_an_azure_deployment_is_named_as_its_model_unless_set(desk: Desk, sim: LlmSim, read: Read) -> None:
    panel = desk.panel_of(read(kind="azure", base_url=sim.url, api_key=KEY, model="gpt-4o"))

    await panel.deliberate(a_case(), timeout_s=LONG_S)

    assert set(sim.state()["calls"]["by_path"]) == {"/openai/deployments/gpt-4o/chat/completions"}


async def test_a_role_with_a_model_of_its_own_does_not_ask_the_deployment_of_another(
    desk: Desk, sim: LlmSim, read: Read
) -> None:
    roles = '{"risk_assessment": {"model": "gpt-4o"}}'
    panel = desk.panel_of(read(kind="azure", base_url=sim.url, api_key=KEY, deployment="desk-mini", roles=roles))

    await panel.deliberate(a_case(), timeout_s=LONG_S)

    azure = "/openai/deployments/{}/chat/completions"
    assert sim.state()["calls"]["by_path"] == {azure.format("desk-mini"): 2, azure.format("gpt-4o"): 1}


async def test_azure_comes_first_and_a_local_server_second_each_with_its_own_key(desk: Desk, read: Read) -> None:
    with llm_sim(key=KEY) as azure, llm_sim(key=OTHER_KEY, tool_share=0.0) as local:
        azure.faults("server_error")
        settings = read(
            kind="azure",
            base_url=azure.url,
            api_key=KEY,
            second__base_url=local.base_url,
            second__api_key=OTHER_KEY,
            second__model="local",
        )
        found = await desk.panel_of(settings).deliberate(a_case(), timeout_s=LONG_S)
        saw = azure.state()["last_paths"], local.state()["last_paths"]

    path = "/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21"
    assert [report.choice for report in found.reports] == [1, 1, 1]
    assert saw == ([path] * 3, [CHAT] * 3)


@pytest.mark.parametrize(
    "llm", [{"kind": "azure", "api_key": KEY}, {"base_url": "localhost:8000"}, {"roles": '{"trader": {}}'}]
)
def test_impossible_settings_are_refused(desk: Desk, read: Read, llm: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        desk.panel_of(read(**llm))


# --- Models by role ---------------------------------------------------------------------------------------------------


async def test_roles_may_have_first_and_second_models_of_their_own(
    desk: Desk, sim: LlmSim, second: LlmSim, read: Read
) -> None:
    sim.faults("server_error")
    settings = read(
        base_url=sim.base_url,
        second__base_url=second.base_url,
        second__model="small",
        roles='{"risk_assessment": {"model": "gpt-4o", "second_model": "large"}}',
    )

    panel = desk.panel_of(settings)
    found = await panel.deliberate(a_case(), timeout_s=LONG_S)

    assert panel.models == {
        Role.NEWS_SENTIMENT: ("gpt-4o-mini", "small"),
        Role.MARKET_CONTEXT: ("gpt-4o-mini", "small"),
        Role.RISK_ASSESSMENT: ("gpt-4o", "large"),
    }
    assert [report.provenance.model for report in found.reports] == ["small", "small", "large"]
    assert sim.state()["calls"]["by_model"] == {"gpt-4o-mini": 2, "gpt-4o": 1}
    assert second.state()["calls"]["by_model"] == {"small": 2, "large": 1}


def test_a_panel_file_goes_before_the_settings(desk: Desk, sim: LlmSim, read: Read, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('name = "panel"\nversion = "2"\n[models]\nrisk_assessment = "gpt-4.1"\n')
    roles = '{"risk_assessment": {"model": "gpt-4o"}, "market_context": {"model": "gpt-4o"}}'

    known = desk.versions(read(base_url=sim.base_url, roles=roles, panels_dir=str(tmp_path))).versions["panel"]

    models = {version: [*panel.models.values()] for version, panel in known.items()}
    assert models["1"] == [("gpt-4o-mini",), ("gpt-4o",), ("gpt-4o",)]
    assert models["2"] == [("gpt-4o-mini",), ("gpt-4o",), ("gpt-4.1",)]


# --- Versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"model": "gpt-4o"},
        {"temperature": "0.5"},
        {"seed": "8"},
        {"roles": '{"market_context": {"model": "gpt-4o"}}'},
        {"second__base_url": "http://127.0.0.1:9/v1"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_version_changes_with_the_models(desk: Desk, sim: LlmSim, read: Read, changed: dict[str, str]) -> None:
    before = desk.panel_of(read(base_url=sim.base_url)).version

    assert desk.panel_of(read(**changed)).version != before


def test_the_version_does_not_change_with_what_judges_the_same(desk: Desk, sim: LlmSim, read: Read) -> None:
    before = desk.panel_of(read(base_url=sim.base_url)).version

    after = desk.panel_of(read(api_key=KEY, soft_timeout_ms="500", concurrency="3", daily_budget_usd="1")).version

    assert after == before
    assert after.startswith("1.")


def test_the_version_changes_with_the_prompts(
    desk: Desk, sim: LlmSim, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version() -> str:
        spec.prompt.cache_clear()
        return desk.panel_of(read(base_url=sim.base_url)).version

    shutil.copytree(Path(str(spec._PROMPTS)), tmp_path / "prompts")
    before = version()

    monkeypatch.setattr(spec, "_PROMPTS", tmp_path / "prompts")
    assert version() == before
    with (tmp_path / "prompts" / "v1" / "market_context.txt").open("a") as stream:
        stream.write("\nThink twice.\n")
    after = version()

    spec.prompt.cache_clear()
    assert after != before


def test_the_version_changes_with_the_aggregation(desk: Desk, sim: LlmSim, read: Read, tmp_path: Path) -> None:
    for version, rule in ("2", "majority"), ("3", "conviction"):
        (tmp_path / f"{version}.toml").write_text(f'name = "panel"\nversion = "{version}"\naggregation = "{rule}"\n')

    known = desk.versions(read(base_url=sim.base_url, panels_dir=str(tmp_path))).versions["panel"]

    hashes = [known[version].version.removeprefix(f"{version}.") for version in ("1", "2", "3")]
    assert hashes[0] == hashes[1] != hashes[2]


# --- Keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [STAYS_OUT, fails(401, message=KEY), fails(429, message=KEY), fails(500, message=KEY)])
@pytest.mark.parametrize("kind", ["openai", "azure"])
async def test_the_key_shows_nowhere(  # noqa: PLR0917 - fixtures
    desk: Desk,
    read: Read,
    kind: str,
    step: Response,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not even where the server quotes it."""
    caplog.set_level("DEBUG")
    async with chat_script(step) as server:
        address = server.url if kind == "azure" else f"{server.url}/v1"
        with structlog.testing.capture_logs() as logs:
            settings = read(kind=kind, base_url=address, api_key=KEY)
            panel = desk.panel_of(settings)
            shown = await all_that_is_said(panel)

    shown += [repr(settings), settings.model_dump_json(), repr(panel), repr(panel._choices), repr(logs)]
    shown += [*caplog.messages, *capfd.readouterr(), generate_latest(desk.metrics.registry).decode()]
    assert len(server.heads) == 3
    assert KEY in server.heads[0]
    assert KEY not in "\n".join(shown)


async def all_that_is_said(panel: Panel) -> list[str]:
    try:
        return [repr(await panel.deliberate(a_case(), timeout_s=LONG_S))]
    except PanelFailed as caught:
        said, error = [repr(caught.reports)], caught
    while error is not None:
        said += [repr(error), str(error)]
        error = error.__cause__ or error.__context__
    return said


async def keys_sent(desk: Desk, server: ChatScript, settings: Settings) -> list[bool]:
    """Deliberate, and return of each request whether the key was in it."""
    await desk.panel_of(settings).deliberate(a_case(), timeout_s=LONG_S)
    return [KEY in head for head in server.heads]


@pytest.mark.parametrize("kind", ["openai", "azure"])
async def test_the_key_of_openai_is_not_sent_to_the_address_of_somebody_else(desk: Desk, read: Read, kind: str) -> None:
    async with chat_script(STAYS_OUT) as server:
        settings = read(openai_api_key=KEY, kind=kind, base_url=f"{server.url}/v1")

        assert await keys_sent(desk, server, settings) == [False] * 3


async def test_nor_is_the_key_of_the_first_choice_sent_to_the_second(desk: Desk, sim: LlmSim, read: Read) -> None:
    sim.faults("server_error")
    async with chat_script(STAYS_OUT) as server:
        settings = read(openai_api_key=KEY, base_url=sim.base_url, api_key=KEY, second__base_url=f"{server.url}/v1")

        assert await keys_sent(desk, server, settings) == [False] * 3


@pytest.mark.parametrize("url", [None, ""])
def test_an_empty_address_counts_as_unset(desk: Desk, read: Read, url: str | None) -> None:
    """Compose files pass on empty variables. Without a key either there is no model; with OpenAI's it is OpenAI."""
    given = {} if url is None else {"base_url": url, "api_key": ""}
    without = read(**given)
    assert (without.llm.base_url, without.has_model, without.asks_panel) == (None, False, False)

    settings = read(openai_api_key=KEY)
    [first] = desk.panel_of(settings)._choices[DECIDING[0]]

    assert (settings.has_model, settings.key_of(settings.llm).get_secret_value()) == (True, KEY)
    assert first.thinker._options["base_url"] == BASE_URL
