"""What the tests of the connectors share: a site that says what a test wants, and what fetches from it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.contract.newswire.feeds.site import Site, fetcher

from forethought.adapters.newswire.http import Fetcher


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
async def get() -> AsyncIterator[Fetcher]:
    get = fetcher()
    yield get
    await get.close()
