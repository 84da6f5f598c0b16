"""`forethought lab`: measure, tune and attack the service offline. Nothing here touches what it remembers."""

import typer

from forethought.entrypoints.cli.lab.adversarial import adversarial
from forethought.entrypoints.cli.lab.backtest import backtest
from forethought.entrypoints.cli.lab.replay import replay

lab = typer.Typer(
    help="The laboratory: replays of labelled streams, backtests, adversarial texts. Each runs in a namespace of its "
    "own, shows its progress, can be taken up again where it was stopped, and writes a report with plots.",
    no_args_is_help=True,
)
lab.command("replay")(replay)
lab.command("backtest")(backtest)
lab.command("adversarial")(adversarial)
