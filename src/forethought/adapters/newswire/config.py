"""Which providers there are and how they are asked: one YAML file. Keys come from the environment and never from it."""

import re
from collections.abc import Hashable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import httpx
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from forethought.adapters.newswire import bloomberg, ft, wsj
from forethought.adapters.newswire.alpha_vantage import AlphaVantageProvider
from forethought.adapters.newswire.ap import ApProvider
from forethought.adapters.newswire.http import Fetcher, Limits
from forethought.adapters.newswire.json_api import Fields, JsonApi, JsonApiProvider
from forethought.adapters.newswire.newsapi import NewsApiProvider
from forethought.adapters.newswire.polygon import PolygonProvider
from forethought.adapters.newswire.reuters import ReutersProvider
from forethought.adapters.newswire.rss import RssProvider
from forethought.application.ports.news_provider import Configured, NewsProvider
from forethought.domain.errors import ConfigurationError
from forethought.domain.news import Licence

PACKAGED = "providers.yaml"


def _address(text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("expected an address") from None
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.fragment:
        raise ValueError("expected http or https, a host, and neither user nor password")
    return text


def _base(text: str) -> str:
    if "?" in _address(text):
        raise ValueError("expected no query: paths are added at the end")
    return text


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("expected a zone of the tz database, such as America/New_York")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise ValueError("expected a regular expression") from None
    return text


def _encrypted(url: str, *, allow_private: bool) -> None:
    if httpx.URL(url).scheme != "https" and not allow_private:
        raise ValueError("a key is sent by https only, except to a private address with allow_private: true")


_Address = Annotated[str, Field(max_length=2_000), AfterValidator(_address)]
_BaseUrl = Annotated[str, Field(max_length=2_000), AfterValidator(_base)]
_Addresses = Annotated[tuple[_Address, ...], Field(min_length=1, max_length=100)]
_Pattern = Annotated[str, Field(max_length=500), AfterValidator(_pattern)]
_ZoneName = Annotated[str, AfterValidator(_zone)]
_Variable = Annotated[str, Field(pattern=r"^FORETHOUGHT_[A-Z0-9_]{1,80}$")]
"""The prefix is required: a key that was written here by mistake would be shown as a variable that is not set."""
_Words = Annotated[str, Field(min_length=1, max_length=1_000)]


class _Off(Exception):
    """A provider is not asked, and why."""


class _Provider(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")
    enabled: bool = True
    every_s: float = Field(default=60.0, gt=0, le=86_400)
    per_minute: float = Field(default=60.0, gt=0, le=60_000)
    timeout_s: float = Field(default=10.0, gt=0, le=120)
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    allow_private: bool = False

    remark: ClassVar[str | None] = None
    """What people should know of it."""

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        """Make the connector; raise `_Off` where it may not be asked."""
        raise NotImplementedError

    def fetcher(self, *, robots: bool) -> Fetcher:
        """Make what it fetches with."""
        return Fetcher(
            Limits(
                per_minute=self.per_minute,
                timeout_s=self.timeout_s,
                allow_private=self.allow_private,
                robots=robots,
            )
        )

    def options(self) -> tuple[str, ...]:
        """Say what is set; addresses by their hosts only, and no parameters or headers: they may hold keys."""
        unsaid = {"name", "enabled", "params", "headers", "fields"}
        known = self.model_dump(mode="json", exclude=unsaid, exclude_defaults=True) | {"every_s": self.every_s}
        said = [f"{name}={_shown(value)}" for name, value in known.items()]
        return (*said, self.remark) if self.remark else tuple(said)


class _Rest(_Provider):
    """With a key, which travels encrypted or stays at home."""

    base_url: _BaseUrl
    licence: Licence = Licence.UNKNOWN

    @model_validator(mode="after")
    def _safe(self) -> Self:
        for url in (self.base_url, getattr(self, "token_url", self.base_url)):
            _encrypted(url, allow_private=self.allow_private)
        return self


class _Reuters(_Rest):
    kind: Literal["reuters"]
    token_url: _BaseUrl
    client_id_env: _Variable
    client_secret_env: _Variable
    licence: Licence = Licence.FULL

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        client_id, secret = _secret(environ, self.client_id_env), _secret(environ, self.client_secret_env)
        return ReutersProvider(
            self.name,
            self.fetcher(robots=False),
            self.base_url,
            token_url=self.token_url,
            client_id=client_id,
            client_secret=secret,
            licence=self.licence,
            language=self.language,
        )


class _Ap(_Rest):
    kind: Literal["ap"]
    key_env: _Variable
    query: _Words | None = None
    texts: bool = False
    licence: Licence = Licence.FULL
    timeout_s: float = Field(default=30.0, gt=15, le=120)  # the server holds a request for up to 15 s

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        key = _secret(environ, self.key_env)
        return ApProvider(
            self.name,
            self.fetcher(robots=False),
            self.base_url,
            key=key,
            query=self.query,
            texts=self.texts,
            licence=self.licence,
            language=self.language,
        )


class _NewsApi(_Rest):
    remark = "the free plan brings articles 24 hours late, and allows 100 requests a day"
    kind: Literal["newsapi"]
    key_env: _Variable
    endpoint: Literal["everything", "top-headlines"] = "everything"
    query: _Words | None = None
    language: str | None = Field(default="en", pattern=r"^[a-z]{2}$")

    @model_validator(mode="after")
    def _narrow(self) -> Self:
        if self.query is None:
            raise ValueError("query is required: NewsAPI refuses a search for everything")
        return self

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        key = _secret(environ, self.key_env)
        return NewsApiProvider(
            self.name,
            self.fetcher(robots=False),
            self.base_url,
            key=key,
            endpoint=self.endpoint,
            query=self.query,
            licence=self.licence,
            language=self.language,
        )


class _AlphaVantage(_Rest):
    remark = "the provider does not document the zone of its times: `zone` is what this file says"
    kind: Literal["alpha_vantage"]
    key_env: _Variable
    zone: _ZoneName | None = None
    tickers: _Words | None = None
    topics: _Words | None = None

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        key = _secret(environ, self.key_env)
        filters = {name: value for name in ("tickers", "topics") if (value := getattr(self, name)) is not None}
        return AlphaVantageProvider(
            self.name,
            self.fetcher(robots=False),
            self.base_url,
            key=key,
            zone=None if self.zone is None else ZoneInfo(self.zone),
            filters=filters,
            licence=self.licence,
            language=self.language,
        )


class _Polygon(_Rest):
    kind: Literal["polygon"]
    key_env: _Variable
    language: str | None = Field(default="en", pattern=r"^[a-z]{2}$")

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        key = _secret(environ, self.key_env)
        return PolygonProvider(
            self.name,
            self.fetcher(robots=False),
            self.base_url,
            key=key,
            licence=self.licence,
            language=self.language,
        )


class _Published(_Provider):
    """A publisher's own feeds: free to read, under terms."""

    urls: _Addresses
    language: Literal["en"] = "en"
    accept_terms: bool = False

    def agreed(self) -> Fetcher:
        """Make what it fetches with, where somebody took the terms upon them."""
        if not self.accept_terms:
            raise _Off("its terms of use must be read and accepted first (accept_terms: true)")
        return self.fetcher(robots=True)


class _Bloomberg(_Published):
    kind: Literal["bloomberg"]
    urls: _Addresses = bloomberg.FEEDS

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:  # noqa: ARG002  needs no key
        return bloomberg.BloombergProvider(self.agreed(), name=self.name, urls=self.urls)


class _Wsj(_Published):
    kind: Literal["wsj"]
    urls: _Addresses = wsj.FEEDS

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:  # noqa: ARG002  needs no key
        return wsj.WsjProvider(self.agreed(), name=self.name, urls=self.urls)


class _Ft(_Published):
    kind: Literal["ft"]
    urls: _Addresses = ft.FEEDS

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:  # noqa: ARG002  needs no key
        return ft.FtProvider(self.agreed(), name=self.name, urls=self.urls)


class _Rss(_Provider):
    kind: Literal["rss"]
    urls: _Addresses
    zone: _ZoneName | None = None
    licence: Licence = Licence.UNKNOWN

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:  # noqa: ARG002  needs no key
        return RssProvider(
            self.name,
            self.urls,
            self.fetcher(robots=True),
            zone=None if self.zone is None else ZoneInfo(self.zone),
            licence=self.licence,
            language=self.language,
        )


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: _Words
    headline: _Words
    published_at: _Words
    body: str = ""
    url: str = ""
    tickers: str = ""
    language: str = ""
    version: str = ""


class _Json(_Provider):
    kind: Literal["json"]
    url: _Address
    items: str = ""
    fields: _Fields
    dates: _Words = "iso"
    zone: _ZoneName | None = None
    next_page: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    key_env: _Variable | None = None
    key_header: str = ""
    key_parameter: str = ""
    key_prefix: str = ""
    licence: Licence = Licence.UNKNOWN
    language: None = None

    @model_validator(mode="after")
    def _carried(self) -> Self:
        if (self.key_env is not None) != bool(self.key_header or self.key_parameter):
            raise ValueError("key_env goes with key_header or key_parameter")
        if self.key_env is not None:
            _encrypted(self.url, allow_private=self.allow_private)
        return self

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:
        key = None if self.key_env is None else _secret(environ, self.key_env)
        api = JsonApi(
            url=self.url,
            items=self.items,
            fields=Fields(**self.fields.model_dump()),
            dates=self.dates,
            zone=None if self.zone is None else ZoneInfo(self.zone),
            next_page=self.next_page,
            params=self.params,
            headers=self.headers,
            key_variable=self.key_env or "",
            key_header=self.key_header,
            key_parameter=self.key_parameter,
            key_prefix=self.key_prefix,
            licence=self.licence,
        )
        return JsonApiProvider(self.name, api, self.fetcher(robots=key is None), key=key)


class _Web(_Provider):
    kind: Literal["web"]
    url: _Address
    pattern: _Pattern
    most: int = Field(default=20, ge=1, le=100)
    least_characters: int = Field(default=200, ge=1)
    zone: _ZoneName | None = None
    licence: Licence = Licence.UNKNOWN

    def connect(self, environ: Mapping[str, str]) -> NewsProvider:  # noqa: ARG002  needs no key
        from forethought.adapters.newswire.web_page import (  # noqa: PLC0415  loads trafilatura, 0.3 s
            Listing,
            WebPageProvider,
        )

        return WebPageProvider(
            self.name,
            Listing(self.url, self.pattern, self.most, self.least_characters),
            self.fetcher(robots=True),
            zone=None if self.zone is None else ZoneInfo(self.zone),
            licence=self.licence,
            language=self.language,
        )


_Any = _Reuters | _Ap | _NewsApi | _AlphaVantage | _Polygon | _Bloomberg | _Wsj | _Ft | _Rss | _Json | _Web
_PROVIDER: TypeAdapter[_Any] = TypeAdapter(Annotated[_Any, Field(discriminator="kind")])


class _TwiceError(yaml.constructor.ConstructorError):
    """A key is there twice."""


class _Loader(yaml.SafeLoader):
    """Refuses what YAML itself lets pass: one key twice, of which only the last would count."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002  PyYAML's
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            raise _TwiceError(problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def load_providers(path: Path | None, environ: Mapping[str, str]) -> list[Configured]:
    """Read the file and make a connector for each provider that is on. Nothing is asked yet.

    Args:
        path: The file; `None` for the packaged one.
        environ: Holds the keys.

    Raises:
        ConfigurationError: the file cannot be read, or a provider is set wrongly; names file, provider and field, and
            repeats no value.
    """
    file: Traversable = path or files("forethought.adapters.newswire") / PACKAGED
    providers = [_validated(file.name, entry) for entry in _entries(file)]
    names = [provider.name for provider in providers]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ConfigurationError(f"{file.name}: provider {twice}: name: it is there twice")
    return [_configured(provider, environ, file.name) for provider in providers]


def _entries(file: Traversable) -> list[object]:
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        # PyYAML's own words quote the line, in which somebody may have written a key.
        line = mark.line + 1 if (mark := getattr(error, "problem_mark", None)) is not None else 1
        problem = "a key is there twice" if isinstance(error, _TwiceError) else "not YAML"
        raise ConfigurationError(f"{file.name}, line {line}: {problem}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file.name} cannot be read as a file of providers: {type(error).__name__}"
        ) from error
    if not isinstance(found, dict) or set(found) != {"providers"} or not isinstance(found["providers"], list):
        raise ConfigurationError(f"{file.name}: expected one key, `providers`, with a list")
    return found["providers"]


def _validated(file: str, entry: object) -> _Any:
    name = str(entry.get("name", ""))[:64] if isinstance(entry, dict) else ""
    try:
        return _PROVIDER.validate_python(entry)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # The first part of the path is the kind, by which the model was chosen; without a kind there is no path.
        where = ".".join(str(part) for part in first["loc"][1:]) if first["loc"] else "kind"
        said = first["msg"].removeprefix("Value error, ")
        told = ": ".join(part for part in (f"provider {name or '(without a name)'}", where, said) if part)
        raise ConfigurationError(f"{file}: {told}") from None


def _configured(provider: _Any, environ: Mapping[str, str], file: str) -> Configured:
    try:
        if not provider.enabled:
            raise _Off(f"enabled: false in {file}")  # noqa: TRY301  one way out for all reasons
        connector = provider.connect(environ)
    except _Off as off:
        return Configured(provider.name, None, str(off), provider.every_s, provider.options())
    return Configured(provider.name, connector, None, provider.every_s, provider.options())


def _secret(environ: Mapping[str, str], variable: str) -> str:
    value = environ.get(variable, "").strip()
    if not value:
        raise _Off(f"{variable} is not set")
    if not value.isascii() or not value.isprintable():
        raise _Off(f"{variable} holds characters that no key has")
    return value


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(map(_shown, value))
    text = str(value)
    return httpx.URL(text).host if text.startswith(("http://", "https://")) else text
