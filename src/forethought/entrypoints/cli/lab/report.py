"""`forethought lab report`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

import forethought
from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli._common import notes, prepared, print_json, wants_json
from forethought.entrypoints.cli.lab._pages import require_folder
from forethought.entrypoints.cli.lab._playing import ending
from forethought.evals.quality import RECORDS, REPLAYS, Ground, Job, jobs, program, run_jobs
from forethought.evals.quality_page import page, streams


def report(  # noqa: PLR0917 - a command's options
    report: Annotated[Path, typer.Option("--report", help="Write the page there, those of the commands beside it.")],
    data: Annotated[Path, typer.Option("--data", help="The folder of data; what is absent is skipped.")],
    work: Annotated[
        Path | None, typer.Option("--work", help="Keeps what is finished; REPORT.work unless given.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Run only this; finished others are read. Repeat.")
    ] = None,
    records: Annotated[int, typer.Option("--records", min=1, help="The most of each stream.")] = RECORDS,
    replays: Annotated[int, typer.Option("--replays", min=1, help="On which the bound is tested.")] = REPLAYS,
    pairs: Annotated[Path | None, typer.Option("--pairs", help="A folder of written minimal_pairs*.jsonl.")] = None,
    reuse: Annotated[bool, typer.Option("--reuse", help="Take what was finished by other code, and say so.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of each as JSON.")] = False,
) -> None:
    """Run the laboratory's other commands and answer: can decisions from memory be as good as the analysts'?

    What is finished is kept in a folder of work and not run again while command, data and code stay the same. Ctrl-C
    keeps it; the same command goes on from there. Ends with exit code 1 where a command failed; the page says which.

    Example: forethought lab report --data ../shared/data --report docs/reference/quality.md
    """
    prepared()
    require_folder("--report", report)
    if not data.is_dir():
        raise ConfigurationError(f"--data: {data} is no folder")
    ground = Ground(
        data=data,
        pages=report.parent,
        work=work or report.with_suffix(".work"),
        records=records,
        replays=replays,
        pairs=pairs,
    )
    known = jobs(ground)
    names = [job.name for job in known]
    if unknown := set(only or ()) - set(names):
        raise ConfigurationError(f"--only knows {', '.join(names)}, not {', '.join(sorted(unknown))}")
    with ending(ground.work):
        outcomes = run_jobs(ground, known, only=only, reuse=reuse, starts=program(), tell=_tell)
    command = f"forethought lab report --data PATH --report {shlex.quote(report.as_posix())}"
    command += f" --records {records} --replays {replays}{' --pairs PATH' if pairs else ''}"
    report.write_text(page(outcomes, command=command, version=forethought.__version__), encoding="utf-8")
    notes.print(f"the page is {report}", highlight=False)
    if wants_json(as_json):
        verdicts = {each.name: each.verdict for each in streams(outcomes)}
        states = {each.job.name: {"state": each.state, "why": each.why} for each in outcomes}
        print_json({"commands": states, "verdicts": verdicts})
    if any(each.state == "failed" for each in outcomes):
        raise typer.Exit(1)


def _tell(job: Job, what: str) -> None:
    notes.print(f"{job.name}: {what}", highlight=False, soft_wrap=True)
