"""A roll-out in memory, for the use case that needs no store."""

from dataclasses import dataclass, field, fields

from forethought.application.ports.rollout import Compared, Standing


@dataclass
class FakeRollout:
    """Implements `Rollout`."""

    standings: dict[str, Standing] = field(default_factory=dict)
    comparisons: dict[str, dict[tuple[str, str], Compared]] = field(default_factory=dict)

    async def read(self, panel: str) -> Standing:
        return self.standings.get(panel, Standing())

    async def write(self, panel: str, standing: Standing) -> None:
        self.standings[panel] = standing

    async def count(self, panel: str, *, current: str, candidate: str, compared: Compared) -> None:
        pairs = self.comparisons.setdefault(panel, {})
        before = pairs.get((current, candidate), Compared())
        pairs[current, candidate] = Compared(
            *(getattr(before, each.name) + getattr(compared, each.name) for each in fields(Compared))
        )

    async def compared(self, panel: str) -> dict[tuple[str, str], Compared]:
        return self.comparisons.get(panel, {})
