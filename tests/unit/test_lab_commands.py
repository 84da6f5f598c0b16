"""What the laboratory's commands share."""

import asyncio
from pathlib import Path

import pytest
import typer

from forethought.domain.errors import ConfigurationError
from forethought.entrypoints.cli.lab._pages import require_folder, typed
from forethought.entrypoints.cli.lab._playing import ending


@pytest.mark.parametrize("stop", [KeyboardInterrupt, asyncio.CancelledError])
@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (None, "nothing was kept"),
        (Path("page.work"), "what is finished is in page.work, the same command goes on from there"),
    ],
)
def test_a_command_that_is_stopped_ends_with_130_and_says_what_it_kept(stop, kept, words, capsys):
    with pytest.raises(typer.Exit) as ended, ending(kept):
        raise stop

    assert ended.value.exit_code == 130
    assert capsys.readouterr().err.replace("\n", " ").strip() == f"stopped; {words}"


def test_a_page_into_a_folder_that_is_not_there_is_refused(tmp_path):
    require_folder("--report", tmp_path / "page.md")
    require_folder("--report", None)

    with pytest.raises(ConfigurationError, match=r"^--report: .*absent is no folder$"):
        require_folder("--report", tmp_path / "absent" / "page.md")


def test_options_that_were_not_given_are_not_typed():
    assert typed(("--limit", 5), ("--asset", None), ("--flip-at", 0.5)) == ["--limit", "5", "--flip-at", "0.5"]
