"""`forethought`: one subcommand each."""

import sys
from importlib import import_module

import typer
from typer.exceptions import TyperException

import forethought
from forethought.domain.errors import ConfigurationError, ForethoughtError

_COMMANDS = {
    "serve": "serving",
    "import": "importing:import_",
    "replay": "replaying",
    "decide": "decide",
    "status": "status",
    "clear": "status:clear",
    "revoke": "revoking",
    "doctor": "doctor",
    "explain": "explain",
    "redteam": "redteam",
    "worker": "worker",
    "llm-sim": "llm_sim:llm_sim",
    "newswire": "newswire",
    "panel": "panel",
    "prices": "prices",
    "lab": "lab",
}
"""Where each is: a module of this package, and what it is called there if not by its own name."""
_LAB = "lab"
_LAB_HELP = "The laboratory: replays, tuning, backtests, adversarial texts, and whether the error budget holds."

app = typer.Typer(
    name="forethought",
    help="Trading decisions thought through beforehand, answered in milliseconds.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _add_commands(asked: str | None) -> None:
    """Add the command that is asked for, or all of them where none is named that there is.

    Nobody waits for the imports of the others. The laboratory needs the packages of its extra, so that those who do not
    ask for it get its line in the list only.

    Raises:
        ConfigurationError: the laboratory's packages are not installed.
    """
    if asked == "--version":
        return
    for name in [asked] if asked in _COMMANDS else _COMMANDS:
        if name == _LAB != asked:
            app.command(_LAB, help=_LAB_HELP)(lambda: None)
        else:
            _add(name)


def _add(name: str) -> None:
    module, _, attribute = _COMMANDS[name].partition(":")
    try:
        found = getattr(import_module(f"forethought.entrypoints.cli.{module}"), attribute or name)
    except ModuleNotFoundError as error:
        if name != _LAB:
            raise
        raise ConfigurationError(
            f"the laboratory needs {error.name}, which is not installed: pip install 'forethought[lab]', or make check"
        ) from error
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)


def _version(value: bool) -> None:
    if value:
        print(forethought.__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Trading decisions thought through beforehand, answered in milliseconds."""


def main() -> None:
    """Run a command; whatever is refused ends in one line and exit code 2."""
    try:
        _add_commands(sys.argv[1] if len(sys.argv) > 1 else None)
        code = app(standalone_mode=False)
    except ForethoughtError as error:
        print(f"forethought: {error}", file=sys.stderr)
        sys.exit(2)
    except TyperException as error:  # a wrong option or argument
        if message := error.format_message():  # none where the help was shown instead
            print(f"forethought: {message} (--help says more)", file=sys.stderr)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
