"""The file of providers: what it says, and what it must not say."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from tests.contract.newswire.feeds.site import Site
from tests.contract.newswire.rest.serving import SECRET, recorded, says

from forethought.adapters.newswire.config import load_providers
from forethought.application.ports.news_provider import Configured
from forethought.domain.errors import ConfigurationError

VARIABLES = ("REUTERS_CLIENT_ID", "REUTERS_CLIENT_SECRET", "AP_KEY", "NEWSAPI_KEY", "ALPHA_VANTAGE_KEY", "POLYGON_KEY")
KEYS = {f"FORETHOUGHT_{name}": SECRET for name in VARIABLES}
PACKAGED = (files("forethought.adapters.newswire") / "providers.yaml").read_text()
NEWSAPI = {
    "name": "newsapi",
    "kind": "newsapi",
    "base_url": "https://newsapi.example",
    "key_env": "FORETHOUGHT_NEWSAPI_KEY",
    "query": "stocks",
}
RSS = {"name": "bank", "kind": "rss", "urls": ["https://bank.example/feed.xml"]}
JSON = {
    "name": "notices",
    "kind": "json",
    "url": "https://api.example/notices",
    "items": "data.list",
    "fields": {"id": "id", "headline": "title", "published_at": "time"},
    "headers": {"X-Token": SECRET},
    "params": {"token": SECRET},
}
WEB = {"name": "ministry", "kind": "web", "url": "https://m.example/news", "pattern": r"https://m\.example/news/\d+"}

_READS = """
import os, sys
from forethought.adapters.newswire.config import load_providers

load_providers(None, os.environ)
print([name for name in ("feedparser", "trafilatura") if name in sys.modules])
"""


def _file(folder: Path, *entries: object) -> Path:
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump({"providers": list(entries)}))
    return path


async def _closed(configured: Sequence[Configured]) -> None:
    for each in configured:
        if each.provider is not None:
            await each.provider.close()


async def test_the_packaged_file_lists_every_provider_and_all_are_off_with_their_reasons() -> None:
    configured = load_providers(None, {})

    terms = "its terms of use must be read and accepted first (accept_terms: true)"
    assert [(each.name, each.provider, each.off) for each in configured] == [
        ("reuters", None, "FORETHOUGHT_REUTERS_CLIENT_ID is not set"),
        ("bloomberg", None, terms),
        ("wsj", None, terms),
        ("ft", None, terms),
        ("ap", None, "FORETHOUGHT_AP_KEY is not set"),
        ("newsapi", None, "FORETHOUGHT_NEWSAPI_KEY is not set"),
        ("alpha_vantage", None, "FORETHOUGHT_ALPHA_VANTAGE_KEY is not set"),
        ("polygon", None, "FORETHOUGHT_POLYGON_KEY is not set"),
    ]


async def test_keys_come_from_the_environment_and_are_shown_nowhere() -> None:
    configured = load_providers(None, KEYS)

    assert [each.name for each in configured if each.off is None] == [
        "reuters",
        "ap",
        "newsapi",
        "alpha_vantage",
        "polygon",
    ]
    assert SECRET not in repr(configured)
    assert "zone=UTC" in configured[6].options
    await _closed(configured)


async def test_the_examples_of_the_packaged_file_can_be_used(tmp_path: Path) -> None:
    begin = PACKAGED.index("  # - name:")
    lines = [line.removeprefix("  # ") for line in PACKAGED[begin:].splitlines() if line.startswith("  # ")]
    prose = [line for line in lines if not line.startswith(("- ", "  "))]
    path = tmp_path / "examples.yaml"
    path.write_text("providers:\n" + "\n".join(line for line in lines if line not in prose))

    configured = load_providers(path, {"FORETHOUGHT_NOTICES_KEY": SECRET})

    assert [(each.name, each.off) for each in configured] == [
        ("central-bank", None),
        ("exchange-notices", None),
        ("ministry", None),
    ]
    await _closed(configured)


async def test_any_feed_interface_or_page_can_be_added(tmp_path: Path) -> None:
    configured = load_providers(_file(tmp_path, RSS | {"zone": "Europe/Berlin", "every_s": 7}, JSON, WEB), {})

    assert [(each.name, each.off, each.every_s) for each in configured] == [
        ("bank", None, 7),
        ("notices", None, 60),
        ("ministry", None, 60),
    ]
    assert "urls=bank.example" in configured[0].options
    assert SECRET not in repr([each.options for each in configured]), "headers and parameters may hold a key"
    await _closed(configured)


async def test_a_provider_that_is_on_is_asked_where_the_file_says(tmp_path: Path) -> None:
    with Site() as site:
        site.pages["/v2/everything"] = says(recorded("newsapi"))
        entry = NEWSAPI | {"base_url": site.url, "allow_private": True, "licence": "headline"}
        configured = load_providers(_file(tmp_path, entry), KEYS)

        fetched = await configured[0].provider.fetch(None)
        await _closed(configured)

    assert site.asked[0].headers["X-Api-Key"] == SECRET
    assert {item.licence for item in fetched.items} == {"headline"}


async def test_terms_are_accepted_and_providers_switched_off_by_the_file(tmp_path: Path) -> None:
    accepted = {"name": "ft", "kind": "ft", "accept_terms": True}
    configured = load_providers(_file(tmp_path, accepted, NEWSAPI | {"enabled": False}), KEYS)

    assert [(each.name, each.off) for each in configured] == [("ft", None), ("newsapi", "enabled: false in mine.yaml")]
    await _closed(configured)


@pytest.mark.parametrize("value", ["", "  ", "two\nlines", "ключ"])
def test_a_key_that_is_none_switches_its_provider_off(tmp_path: Path, value: str) -> None:
    (configured,) = load_providers(_file(tmp_path, NEWSAPI), {"FORETHOUGHT_NEWSAPI_KEY": value})

    assert configured.provider is None
    assert configured.off.startswith("FORETHOUGHT_NEWSAPI_KEY ")
    assert not value.strip() or value not in configured.off


@pytest.mark.parametrize(
    ("entry", "field", "said"),
    [
        (NEWSAPI | {"api_key": SECRET}, "api_key", "Extra inputs are not permitted"),
        (NEWSAPI | {"key_env": SECRET}, "key_env", "should match pattern"),
        (NEWSAPI | {"base_url": f"https://me:{SECRET}@newsapi.example"}, "base_url", "neither user nor password"),
        (NEWSAPI | {"base_url": f"https://newsapi.example?apiKey={SECRET}"}, "base_url", "no query"),
        (NEWSAPI | {"base_url": "ftp://newsapi.example"}, "base_url", "http or https"),
        (NEWSAPI | {"every_s": 0}, "every_s", "greater than 0"),
        (NEWSAPI | {"every_s": float("nan")}, "every_s", "less than or equal"),
        (NEWSAPI | {"endpoint": "sources"}, "endpoint", "everything"),
        (NEWSAPI | {"name": "two words"}, "name", "should match pattern"),
        ({name: value for name, value in NEWSAPI.items() if name != "key_env"}, "key_env", "Field required"),
        (RSS | {"zone": "Mars/Olympus"}, "zone", "tz database"),
        (RSS | {"urls": []}, "urls", "at least 1"),
        (RSS | {"licence": "mine"}, "licence", "'full', 'headline' or 'unknown'"),
        (
            JSON | {"fields": {"id": "id", "headline": "h", "published_at": "t", "ticker": "x"}},
            "fields.ticker",
            "Extra",
        ),
        (JSON | {"language": "en"}, "language", "None"),
        (WEB | {"pattern": "("}, "pattern", "regular expression"),
        (RSS | {"kind": "telex"}, "kind", "telex"),
        ({"name": "nothing"}, "kind", "kind"),
    ],
)
def test_a_mistake_names_file_provider_and_field_and_repeats_no_value(
    tmp_path: Path, entry: dict, field: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_providers(_file(tmp_path, RSS | {"name": "first"}, entry), KEYS)

    told = str(raised.value)
    assert told.startswith(f"mine.yaml: provider {entry['name']}: {field}: ")
    assert said in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "entry",
    [
        NEWSAPI | {"base_url": "http://newsapi.example"},
        JSON | {"url": "http://api.example/n", "key_env": "FORETHOUGHT_N_KEY", "key_header": "X-Key"},
    ],
)
def test_a_key_is_never_sent_in_the_clear(tmp_path: Path, entry: dict) -> None:
    with pytest.raises(ConfigurationError, match="https only"):
        load_providers(_file(tmp_path, entry), KEYS)


def test_a_key_that_nothing_carries_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="key_header or key_parameter"):
        load_providers(_file(tmp_path, JSON | {"key_env": "FORETHOUGHT_N_KEY"}), KEYS)


def test_one_name_twice_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"mine\.yaml: provider bank: name: it is there twice"):
        load_providers(_file(tmp_path, RSS, RSS), {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"providers:\n  - name: a\n    key: {SECRET}: {SECRET}\n", "mine.yaml, line 3: not YAML"),
        (f"providers:\n  - name: a\n    name: {SECRET}\n", "mine.yaml, line 2: a key is there twice"),
        (f"providers: !!python/object/apply:os.system [{SECRET}]\n", "mine.yaml, line 1: not YAML"),
        ("- a\n", "mine.yaml: expected one key, `providers`, with a list"),
        ("", "mine.yaml: expected one key, `providers`, with a list"),
        ("providers: []\nprovider: []\n", "mine.yaml: expected one key, `providers`, with a list"),
        ("providers: [a]\n", "mine.yaml: provider (without a name): "),
    ],
)
def test_a_file_that_is_no_list_of_providers_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as raised:
        load_providers(path, {})

    assert str(raised.value).startswith(told)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"mine\.yaml"):
        load_providers(path, {})


def test_whoever_has_no_feed_and_no_site_loads_no_parser_of_them() -> None:
    done = subprocess.run([sys.executable, "-c", _READS], env=KEYS, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
