"""Options that several commands of the laboratory have."""

from pathlib import Path
from typing import Annotated

import typer

LabelledFile = Annotated[
    Path, typer.Argument(help="Parquet, CSV or JSON lines: the events format, or the columns text and label.")
]
Asset = Annotated[str | None, typer.Option("--asset", "-a", help="Instead of the asset that records name.")]
Strategy = Annotated[str | None, typer.Option("--strategy", "-s", help="Instead of the strategy that records name.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first so many, in time.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
