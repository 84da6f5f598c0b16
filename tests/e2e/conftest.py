"""One running service for each module."""

from collections.abc import Iterator

import httpx
import pytest
from tests.fakes.served import Served, served


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service of the module's own, with an empty memory."""
    with served(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="module")
def http(service: Served) -> Iterator[httpx.Client]:
    """A client of it."""
    with service.client as client:
        yield client
