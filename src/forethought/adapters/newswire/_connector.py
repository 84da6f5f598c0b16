"""What all connectors share."""

from zoneinfo import ZoneInfo

from forethought.adapters.newswire.http import Fetcher
from forethought.domain.news import Licence


class Connector:
    """One provider, and what is known of all its articles."""

    def __init__(
        self,
        name: str,
        fetcher: Fetcher,
        *,
        zone: ZoneInfo | None = None,
        licence: Licence = Licence.UNKNOWN,
        language: str | None = None,
    ) -> None:
        """Ask nothing yet.

        Args:
            name: Becomes `RawArticle.provider`.
            fetcher: Closed with this connector.
            zone: Of times that name none.
            licence: Of all articles.
            language: Of articles that do not say, or of all of them: as each connector documents.
        """
        self._name = name
        self._fetcher = fetcher
        self._zone = zone
        self._licence = licence
        self._language = language

    @property
    def name(self) -> str:
        """See the port."""
        return self._name

    async def close(self) -> None:
        """See the port."""
        await self._fetcher.close()
