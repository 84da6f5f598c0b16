"""Settings: read from the environment, refused in one line, secrets never shown."""

import os
from pathlib import Path

import pytest

from forethought.domain.errors import ConfigurationError
from forethought.settings import EmbeddingProvider, Settings, read_settings

SECRET = "sk-a-secret-that-must-not-show"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own."""
    for name in list(os.environ):
        if name.startswith("FORETHOUGHT_") or name in {"REDIS_URL", "APP_PORT", "OPENAI_API_KEY"}:
            monkeypatch.delenv(name)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch):
    """Read the settings with some variables set."""

    def read(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return read_settings()

    return read


def test_the_defaults_are_those_of_the_design(read):
    found = read()

    assert (found.api.host, found.port, found.embedding.provider) == ("127.0.0.1", 8005, EmbeddingProvider.LOCAL)
    assert (found.redis_url, found.redis.durable, found.embedding_key) == (None, True, None)


def test_levels_are_parted_by_two_underscores(read):
    found = read(FORETHOUGHT_API__HOST="::1", FORETHOUGHT_DATA_DIR="/data", FORETHOUGHT_EMBEDDING__PROVIDER="azure")

    assert (found.api.host, found.data_dir, found.embedding.provider) == ("::1", Path("/data"), EmbeddingProvider.AZURE)


@pytest.mark.parametrize(
    ("variables", "port"),
    [
        ({"APP_PORT": "9000"}, 9000),
        ({"FORETHOUGHT_API__PORT": "9001"}, 9001),
        ({"APP_PORT": "9000", "FORETHOUGHT_API__PORT": "9001"}, 9001),
        ({"APP_PORT": "9000", "FORETHOUGHT_API__PORT": "8005"}, 8005),
        ({"APP_PORT": "9000", "FORETHOUGHT_API__HOST": "::1"}, 9000),
    ],
)
def test_the_seed_s_port_is_an_alias_and_ours_goes_first(read, variables, port):
    assert read(**variables).port == port


@pytest.mark.parametrize("name", ["REDIS_URL", "FORETHOUGHT_REDIS_URL"])
def test_redis_url_is_read_as_everywhere(read, name):
    assert read(**{name: "redis://host:1"}).redis_url.get_secret_value() == "redis://host:1"


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "FORETHOUGHT_EMBEDDING__API_KEY"])
def test_the_key_of_the_encoder_has_an_alias(read, name):
    assert read(**{name: SECRET}).embedding_key.get_secret_value() == SECRET


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "FORETHOUGHT_EMBEDDING__API_KEY", "REDIS_URL"])
def test_secrets_are_never_shown(read, name):
    found = read(**{name: f"redis://user:{SECRET}@host"})

    assert SECRET not in repr(found) + str(found) + found.model_dump_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORETHOUGHT_API__PORT", "many"),
        ("FORETHOUGHT_API__PORT", "-1"),
        ("FORETHOUGHT_API__PORT", "65536"),
        ("APP_PORT", "x"),
        ("FORETHOUGHT_API__MAX_BODY_BYTES", "0"),
        ("FORETHOUGHT_API__PROT", "8005"),
        ("FORETHOUGHT_REDIS__DURABLE", "perhaps"),
        ("FORETHOUGHT_REDIS__APPENDFSYNC", "no"),
        ("FORETHOUGHT_EMBEDDING__PROVIDER", "abacus"),
        ("FORETHOUGHT_EMBEDDING__TIMEOUT_S", "nan"),
        ("FORETHOUGHT_LOG__FORMAT", "xml"),
        ("FORETHOUGHT_MARKET__PRICE_FILES", "[]"),
        ("FORETHOUGHT_MARKET__PRICE_FILES", "not JSON"),
        ("FORETHOUGHT_API", "not JSON"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_it(read, name, value):
    with pytest.raises(ConfigurationError) as refused:
        read(**{name: value})

    assert name.removeprefix("FORETHOUGHT_").split("__", maxsplit=1)[0] in str(refused.value).upper()
    assert "\n" not in str(refused.value)


def test_settings_cannot_be_changed_afterwards(read):
    with pytest.raises(ValueError, match="frozen"):
        read().api.port = 1


def test_every_setting_is_described():
    sections = [
        Settings,
        *(f.annotation for f in Settings.model_fields.values() if hasattr(f.annotation, "model_fields")),
    ]

    missing = [
        f"{section.__name__}.{name}"
        for section in sections
        for name, field in section.model_fields.items()
        if not field.description and not hasattr(field.annotation, "model_fields")
    ]
    assert missing == []
