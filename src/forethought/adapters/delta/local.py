"""The lake on files, by delta-rs: development, tests, and one machine."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from forethought.adapters.delta.lake import AsOf
from forethought.adapters.delta.tables import CHANGED_BY, KEYS, SCHEMAS
from forethought.domain.errors import ConfigurationError, Unavailable


class LocalLake:
    """Tables are folders; frames are Arrow tables."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def version(self, table: str) -> int | None:
        """Return the number of a table's last commit; `None` while it does not exist."""
        found = self._open(table)
        return None if found is None else found.version()

    def schema(self, table: str) -> pa.Schema:
        """See `Lake`."""
        found = self._open(table)
        return SCHEMAS[table] if found is None else pa.schema(found.schema())

    def read(self, table: str, *, after: tuple[str, int] | None = None, as_of: AsOf | None = None) -> pa.Table:
        """See `Lake`."""
        found = self._open(table)
        if found is None:
            if as_of is not None:
                raise ConfigurationError(f"{table} does not exist yet, so it has no version {as_of}")
            return SCHEMAS[table].empty_table()
        if as_of is not None:
            _go_back(found, table, as_of)
        chosen = None if after is None else ds.field(after[0]) > after[1]
        with _translated():
            return found.to_pyarrow_dataset().to_table(filter=chosen)

    def highest(self, table: str, column: str) -> int:
        """See `Lake`."""
        found = self._open(table)
        if found is None:
            return 0
        with _translated():
            rows = found.to_pyarrow_dataset().to_table(columns=[column])
        return pc.max(rows[column]).as_py() or 0

    def frame(self, rows: pa.Table) -> pa.Table:
        """See `Lake`."""
        return rows

    def arrow(self, frame: pa.Table) -> pa.Table:
        """See `Lake`."""
        return frame

    def map(self, frame: pa.Table, transform: Callable[[pa.Table], pa.Table], schema: pa.Schema) -> pa.Table:
        """See `Lake`."""
        return transform(frame).select(schema.names).cast(schema)

    def map_groups(
        self,
        frame: pa.Table,
        key: str,  # noqa: ARG002 - all are together here
        transform: Callable[[pa.Table], pa.Table],
        schema: pa.Schema,
    ) -> pa.Table:
        """See `Lake`."""
        return self.map(frame, transform, schema)

    def where_null(self, frame: pa.Table, column: str, *, null: bool) -> pa.Table:
        """See `Lake`."""
        return frame.filter(frame[column].is_null() if null else frame[column].is_valid())

    def having(self, frame: pa.Table, other: pa.Table, column: str) -> pa.Table:
        """See `Lake`."""
        return frame.filter(pc.is_in(frame[column], value_set=other[column].combine_chunks()))

    def select(self, frame: pa.Table, columns: Sequence[str]) -> pa.Table:
        """See `Lake`."""
        return frame.select(list(columns))

    def union(self, one: pa.Table, other: pa.Table) -> pa.Table:
        """See `Lake`."""
        return pa.concat_tables([one, other.select(one.column_names)])

    def one_each(self, frame: pa.Table, keys: Sequence[str], order: Sequence[str], *, last: bool) -> pa.Table:
        """See `Lake`."""
        ordered = frame.sort_by([(name, "descending" if last else "ascending") for name in order])
        numbered = ordered.select(list(keys)).append_column("_row", pa.array(range(ordered.num_rows), pa.int64()))
        kept = numbered.group_by(list(keys)).aggregate([("_row", "min")])
        return ordered.take(kept["_row_min"].combine_chunks())

    def append(self, table: str, frame: pa.Table) -> None:
        """See `Lake`."""
        self._require(table)
        with _translated():
            write_deltalake(self._path(table), frame, mode="append", schema_mode="merge")

    def merge(self, table: str, frame: pa.Table) -> int:
        """See `Lake`."""
        keys, changed = KEYS[table], CHANGED_BY.get(table)
        fresh = frame.take(_fresh(frame, self._known(table, keys, changed), keys, changed))
        if not fresh.num_rows:
            return 0
        target = self._require(table)
        with _translated():
            merger = target.merge(
                fresh,
                " AND ".join(f"t.`{key}` = s.`{key}`" for key in keys),
                source_alias="s",
                target_alias="t",
                merge_schema=True,
            ).when_not_matched_insert_all()
            (merger if changed is None else merger.when_matched_update_all()).execute()
        return int(fresh.num_rows)

    def _known(self, table: str, keys: Sequence[str], changed: str | None) -> pa.Table:
        columns = [*keys, *([] if changed is None else [changed])]
        found = self._open(table)
        if found is None:
            return SCHEMAS[table].empty_table().select(columns)
        with _translated():
            return found.to_pyarrow_dataset().to_table(columns=columns)

    def _require(self, table: str) -> DeltaTable:
        found = self._open(table)
        if found is not None:
            return found
        with _translated():
            return DeltaTable.create(self._path(table), SCHEMAS[table])

    def _open(self, table: str) -> DeltaTable | None:
        try:
            with _translated():
                return DeltaTable(self._path(table))
        except _Missing:
            return None

    def _path(self, table: str) -> str:
        return str(self._root / table)


class _Missing(Exception):
    """Not an error: a table comes with its first rows."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except TableNotFoundError as error:
        raise _Missing from error
    except (DeltaError, OSError, pa.ArrowException) as error:
        raise Unavailable(f"the lake does not answer: {error}"[:500]) from error


def _go_back(found: DeltaTable, table: str, as_of: AsOf) -> None:
    if isinstance(as_of, datetime):
        # delta-rs answers with the first version for any time before it.
        begun = min(commit["timestamp"] for commit in found.history())
        if as_of < datetime.fromtimestamp(begun / 1000, UTC):
            raise ConfigurationError(f"{table} has no version as old as {as_of.isoformat()}")
    elif not 0 <= as_of <= found.version():
        raise ConfigurationError(f"{table} has the versions 0 to {found.version()}, not {as_of}")
    with _translated():
        found.load_as_version(as_of)


def _fresh(frame: pa.Table, known: pa.Table, keys: Sequence[str], changed: str | None) -> pa.Array:
    """Return the positions of rows that are not known, or that differ."""
    columns = [*keys, *([] if changed is None else [changed])]
    numbered = frame.select(columns).append_column("_row", pa.array(range(frame.num_rows), pa.int64()))
    return numbered.join(known, columns, join_type="left anti")["_row"].combine_chunks().sort()
