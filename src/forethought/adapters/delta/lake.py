"""What the pipeline asks of an engine."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

import pyarrow as pa

Frame = TypeVar("Frame")
"""Rows in the hands of an engine: an Arrow table, or a Spark DataFrame."""

Transform = Callable[[pa.Table], pa.Table]
AsOf = int | datetime
"""A version of a table, or a moment."""


class Lake(Protocol[Frame]):
    """Delta tables by name. Methods raise `Unavailable` when the engine or the storage fails.

    There is one writer: the job does not run twice at a time.
    """

    def schema(self, table: str) -> pa.Schema:
        """Return the columns that a table has now; those of `SCHEMAS` while it does not exist."""
        ...

    def read(self, table: str, *, after: tuple[str, int] | None = None, as_of: AsOf | None = None) -> Frame:
        """Read a table, or its rows where a number is above another; without rows while it does not exist.

        Raises:
            ConfigurationError: `as_of` names no version that there is.
        """
        ...

    def highest(self, table: str, column: str) -> int:
        """Return the highest number of a column; 0 for none."""
        ...

    def frame(self, rows: pa.Table) -> Frame:
        """Hand rows to the engine."""
        ...

    def arrow(self, frame: Frame) -> pa.Table:
        """Take rows from the engine into memory."""
        ...

    def map(self, frame: Frame, transform: Transform, schema: pa.Schema) -> Frame:
        """Transform rows, each by itself: the engine cuts them into batches as it likes."""
        ...

    def map_groups(self, frame: Frame, key: str, transform: Transform, schema: pa.Schema) -> Frame:
        """Transform rows, those of one key always together in one call."""
        ...

    def where_null(self, frame: Frame, column: str, *, null: bool) -> Frame:
        """Keep the rows where a column is null, or those where it is not."""
        ...

    def having(self, frame: Frame, other: Frame, column: str) -> Frame:
        """Keep the rows whose value of a column stands in the other frame too."""
        ...

    def select(self, frame: Frame, columns: Sequence[str]) -> Frame:
        """Keep some columns."""
        ...

    def union(self, one: Frame, other: Frame) -> Frame:
        """Put rows of equal columns together."""
        ...

    def one_each(self, frame: Frame, keys: Sequence[str], order: Sequence[str], *, last: bool) -> Frame:
        """Keep one row for each key: the first, or the last, in an order of number columns."""
        ...

    def append(self, table: str, frame: Frame) -> None:
        """Add rows."""
        ...

    def merge(self, table: str, frame: Frame) -> int:
        """Add rows whose key is new and replace those that differ, in one commit; keys of `frame` are distinct.

        Columns that the table lacks are added to it. Where nothing is new nothing is committed.

        Returns:
            How many rows were new or differed.
        """
        ...
