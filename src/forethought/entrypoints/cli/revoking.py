"""`forethought revoke`."""

from typing import Annotated

import typer

from forethought.application.revoke import Revoked
from forethought.bootstrap import running
from forethought.entrypoints.cli._common import console, prepared, print_json, run, wants_json
from forethought.settings import Settings


def revoke(
    decision_id: Annotated[str, typer.Argument(metavar="ID", help="The decision_id of an answer or of a record.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why: it stands in every answer that is revoked.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Take a decision back: out of the memory, what was learned, and every answer derived from it.

    Example: forethought revoke 01M803ZYJF3JGK56T5PPS30RNN --reason "the wire retracted the story"
    """
    done = run(_revoke(prepared(), decision_id, reason))
    if wants_json(as_json):
        print_json(
            {"decision_id": decision_id, "decisions": done.decisions, "lessons": done.lessons, "answers": done.answers}
        )
        return
    console.print(
        f"Revoked since {done.revocation.at:%Y-%m-%d %H:%M:%S} UTC: {done.decisions} remembered decisions and "
        f"{done.lessons} lessons are gone, {len(done.answers)} answers are marked.",
        highlight=False,
    )


async def _revoke(settings: Settings, decision_id: str, reason: str) -> Revoked:
    async with running(settings) as service:
        return await service.revoke(decision_id, reason=reason)
