"""Which panels there are, without building them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from forethought.adapters.panels.files import PanelFiles
from forethought.application.ports.analysts import Analysts
from forethought.settings import Settings


@dataclass(frozen=True, slots=True)
class Versions:
    """The panels of one process."""

    default: Mapping[str, Analysts] = field(default_factory=dict)
    """By name: the version that answers while nobody has promoted another."""
    versions: Mapping[str, Mapping[str, Analysts]] = field(default_factory=dict)
    """By name and version of the panel file."""
    names: frozenset[str] = frozenset()
    """Of the panels that may be asked, here or elsewhere."""
    closers: Sequence[Callable[[], Awaitable[None]]] = ()

    @staticmethod
    def of(panels: Sequence[Analysts]) -> "Versions":
        """Take panels as they are; the first of a name is its default."""
        versions: dict[str, dict[str, Analysts]] = {}
        for panel in panels:
            versions.setdefault(panel.name, {})[panel.version] = panel
        default = {name: next(iter(known.values())) for name, known in versions.items()}
        return Versions(default, versions, frozenset(n for n, panel in default.items() if not panel.interim_only))

    async def close(self) -> None:
        """End their connections."""
        await asyncio.gather(*(close() for close in self.closers))


def known_panels(settings: Settings) -> frozenset[str]:
    """Return the names of the panels that the files describe.

    Raises:
        ConfigurationError: a file is wrong.
    """
    return frozenset(PanelFiles(settings.llm.panels_dir).all())
