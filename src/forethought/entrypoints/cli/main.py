"""`forethought`: one subcommand each."""

import sys

import typer
from typer.exceptions import TyperException

import forethought
from forethought.domain.errors import ConfigurationError, ForethoughtError
from forethought.entrypoints.cli.decide import decide
from forethought.entrypoints.cli.doctor import doctor
from forethought.entrypoints.cli.explain import explain
from forethought.entrypoints.cli.importing import import_
from forethought.entrypoints.cli.llm_sim import llm_sim
from forethought.entrypoints.cli.newswire import newswire
from forethought.entrypoints.cli.panel import panel
from forethought.entrypoints.cli.prices import prices
from forethought.entrypoints.cli.redteam import redteam
from forethought.entrypoints.cli.replaying import replay
from forethought.entrypoints.cli.revoking import revoke
from forethought.entrypoints.cli.serving import serve
from forethought.entrypoints.cli.status import clear, status
from forethought.entrypoints.cli.worker import worker

app = typer.Typer(
    name="forethought",
    help="Trading decisions thought through beforehand, answered in milliseconds.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve)
app.command("import")(import_)
app.command("replay")(replay)
app.command("decide")(decide)
app.command("status")(status)
app.command("clear")(clear)
app.command("revoke")(revoke)
app.command("doctor")(doctor)
app.command("explain")(explain)
app.command("redteam")(redteam)
app.command("worker")(worker)
app.command("llm-sim")(llm_sim)
app.command("newswire")(newswire)
app.add_typer(panel, name="panel")
app.add_typer(prices, name="prices")

_LAB = "lab"
_LAB_HELP = "The laboratory: replays, tuning, backtests, adversarial texts, and whether the error budget holds."


def _add_lab() -> None:
    """Add the laboratory: only those who ask for it wait for its imports, and need the packages of its extra.

    Raises:
        ConfigurationError: they are not installed.
    """
    if sys.argv[1:2] != [_LAB]:
        app.command(_LAB, help=_LAB_HELP)(lambda: None)  # its line in the list of commands
        return
    try:
        from forethought.entrypoints.cli.lab import lab  # noqa: PLC0415 - see above
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"the laboratory needs {error.name}, which is not installed: pip install 'forethought[lab]', or make check"
        ) from error
    app.add_typer(lab, name=_LAB)


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
        _add_lab()
        code = app(standalone_mode=False)
    except ForethoughtError as error:
        print(f"forethought: {error}", file=sys.stderr)
        sys.exit(2)
    except TyperException as error:  # a wrong option or argument
        print(f"forethought: {error.format_message()} (--help says more)", file=sys.stderr)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
