"""How an answer came about: the answer as it stands, with the deliberation behind it."""

from typing import Any

from forethought.application.parts import Parts


class Explain:
    """The use case behind `GET /decisions/{id}` and `forethought explain`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, decision_id: str) -> dict[str, Any] | None:
        """Return the answer, with its `deliberation` where there was one, or `None` for an unknown id.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        found = await self._parts.answers.read(decision_id)
        if found is None:
            return None
        job_id = found["upgrade"].get("job_id")
        heard = await self._parts.transcripts.read(job_id) if job_id else None
        return found if heard is None else {**found, "deliberation": heard}
