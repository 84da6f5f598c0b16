"""Bring a new version of a panel into use: beside the current one first, then in its place, and back if need be."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from forethought.application.ports.rollout import Rollout, Standing
from forethought.domain.errors import InvalidInput, InvalidNumber, NotFound
from forethought.domain.panel import in_order


def current_of(standing: Standing, versions: Collection[str]) -> str:
    """Return the version that answers: the one that was promoted while its file is there, else the lowest.

    Args:
        standing: Of the panel.
        versions: That are there; at least one.
    """
    if standing.current is not None and standing.current in versions:
        return standing.current
    return min(versions, key=in_order)


class RollOut:
    """What an operator may do with the versions of panels. Workers follow within a second."""

    def __init__(self, rollout: Rollout, versions: Mapping[str, Collection[str]]) -> None:
        """Take the port, and the versions that are there by panel."""
        self._rollout = rollout
        self._versions = versions

    async def standing(self, panel: str) -> Standing:
        """Return the state of a panel, with the version that answers named in any case.

        Raises:
            NotFound: no such panel.
            StoreUnavailable: the store does not answer.
        """
        versions = self._known(panel)
        standing = await self._rollout.read(panel)
        return replace(standing, current=current_of(standing, versions))

    async def shadow(self, panel: str, version: str, *, share: float) -> Standing:
        """Ask a version beside the current one: never answering, never remembered, its answers compared.

        Args:
            panel: Its name.
            version: The candidate; it takes the place of a former one.
            share: Of the deliberations, in (0, 1].

        Raises:
            NotFound: no such panel or version.
            InvalidInput: it is the current one, or the share is out of range.
            StoreUnavailable: not confirmed.
        """
        if not 0 < share <= 1:
            raise InvalidNumber(f"share must lie in (0, 1], got {share}", field="share")
        standing = await self.standing(panel)
        self._require(panel, version)
        if version == standing.current:
            raise InvalidInput(f"{panel} version {version} answers already: a shadow is another version")
        return await self._write(panel, replace(standing, candidate=version, share=share))

    async def promote(self, panel: str, version: str | None = None) -> Standing:
        """Let a version answer from now on; the one that answered so far is kept for `rollback`.

        Args:
            panel: Its name.
            version: `None` takes the candidate. Where there is another candidate, that stays in shadow.

        Raises:
            NotFound: no such panel or version.
            InvalidInput: it is the current one, or no version is given and none is in shadow.
            StoreUnavailable: not confirmed.
        """
        standing = await self.standing(panel)
        chosen = version if version is not None else standing.candidate
        if chosen is None:
            raise InvalidInput(f"no version of {panel} is in shadow: say which one to promote")
        self._require(panel, chosen)
        if chosen == standing.current:
            raise InvalidInput(f"{panel} version {chosen} answers already")
        return await self._write(panel, _switched(standing, chosen))

    async def rollback(self, panel: str) -> Standing:
        """Let the previous version answer again; rolling back once more swaps them again.

        Raises:
            NotFound: no such panel, or the previous version's file is gone.
            InvalidInput: there was no promotion.
            StoreUnavailable: not confirmed.
        """
        standing = await self.standing(panel)
        if standing.previous is None:
            raise InvalidInput(f"{panel} has no previous version to return to")
        self._require(panel, standing.previous)
        return await self._write(panel, _switched(standing, standing.previous))

    async def stop(self, panel: str) -> Standing:
        """End the shadow; its comparison is kept.

        Raises:
            NotFound: no such panel.
            InvalidInput: no version is in shadow.
            StoreUnavailable: not confirmed.
        """
        standing = await self.standing(panel)
        if standing.candidate is None:
            raise InvalidInput(f"no version of {panel} is in shadow")
        return await self._write(panel, replace(standing, candidate=None, share=0.0))

    async def _write(self, panel: str, standing: Standing) -> Standing:
        await self._rollout.write(panel, standing)
        return standing

    def _known(self, panel: str) -> Collection[str]:
        if not (versions := self._versions.get(panel)):
            known = ", ".join(sorted(self._versions)) or "none, as no model is configured"
            raise NotFound(f"panel {panel[:64]!r} is unknown; known: {known}", field="panel")
        return versions

    def _require(self, panel: str, version: str) -> None:
        versions = self._known(panel)
        if version not in versions:
            known = ", ".join(sorted(versions, key=in_order))
            raise NotFound(f"{panel} has no version {version[:32]!r}; it has {known}", field="version")


def _switched(standing: Standing, version: str) -> Standing:
    """Return the state in which another version answers; one that answers is no candidate any more."""
    kept = standing.candidate != version
    return Standing(
        current=version,
        previous=standing.current,
        candidate=standing.candidate if kept else None,
        share=standing.share if kept else 0.0,
    )
