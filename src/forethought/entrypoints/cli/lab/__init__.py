"""`forethought lab`: measure, tune and attack the service offline. Nothing here touches what it remembers."""

import typer

from forethought.entrypoints.cli.lab.adversarial import adversarial
from forethought.entrypoints.cli.lab.backtest import backtest
from forethought.entrypoints.cli.lab.bound import bound
from forethought.entrypoints.cli.lab.replay import replay
from forethought.entrypoints.cli.lab.report import report
from forethought.entrypoints.cli.lab.stories import stories
from forethought.entrypoints.cli.lab.tune import tune

lab = typer.Typer(
    help="The laboratory: replays, tuning, backtests, adversarial texts, and whether the error budget holds. Each "
    "command has a namespace of its own, shows its progress, goes on where it was stopped, and writes a page.",
    no_args_is_help=True,
)
lab.command("replay")(replay)
lab.command("stories")(stories)
lab.command("bound")(bound)
lab.command("tune")(tune)
lab.command("backtest")(backtest)
lab.command("adversarial")(adversarial)
lab.command("report")(report)
