"""The lake on Spark: the DataFrame API only, so it runs on Databricks, and elsewhere through Spark Connect."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pyarrow as pa
from pyspark.errors import AnalysisException, PySparkException  # type: ignore[import-not-found]
from pyspark.sql import Window, functions as sql  # type: ignore[import-not-found]
from pyspark.sql.pandas.types import from_arrow_schema  # type: ignore[import-not-found]

from forethought.adapters.delta.lake import AsOf
from forethought.adapters.delta.tables import CHANGED_BY, KEYS, SCHEMAS
from forethought.domain.errors import ConfigurationError, Unavailable

DataFrame = Any
"""Classic or of Spark Connect; pyspark is not among our dependencies, Databricks brings it."""


class SparkLake:
    """Tables of a catalogue's schema (`main.forethought`), or folders under a path."""

    def __init__(self, spark: Any, root: str) -> None:  # noqa: ANN401 - see `DataFrame`
        self._spark = spark
        self._root = root.rstrip("/")
        self._on_path = "/" in root

    def schema(self, table: str) -> pa.Schema:
        """See `Lake`."""
        if not self._exists(table):
            return SCHEMAS[table]
        with _translated():
            found: pa.Schema = self._all(table).limit(0).toArrow().schema
            return found

    def read(self, table: str, *, after: tuple[str, int] | None = None, as_of: AsOf | None = None) -> DataFrame:
        """See `Lake`."""
        if not self._exists(table):
            if as_of is not None:
                raise ConfigurationError(f"{table} does not exist yet, so it has no version {as_of}")
            return self._spark.createDataFrame([], from_arrow_schema(SCHEMAS[table]))
        frame = self._all(table, as_of)
        try:
            frame.columns  # noqa: B018 - Spark Connect is lazy: here it notices that there is no such version
        except AnalysisException as error:
            raise ConfigurationError(f"{table} has no version {as_of}: {error}"[:500]) from error
        return frame if after is None else frame.filter(sql.col(after[0]) > after[1])

    def highest(self, table: str, column: str) -> int:
        """See `Lake`."""
        with _translated():
            return self.read(table).agg(sql.max(column)).collect()[0][0] or 0

    def frame(self, rows: pa.Table) -> DataFrame:
        """See `Lake`."""
        schema = from_arrow_schema(rows.schema)
        return self._spark.createDataFrame(rows, schema) if rows.num_rows else self._spark.createDataFrame([], schema)

    def arrow(self, frame: DataFrame) -> pa.Table:
        """See `Lake`."""
        with _translated():
            return frame.toArrow()

    def map(self, frame: DataFrame, transform: Callable[[pa.Table], pa.Table], schema: pa.Schema) -> DataFrame:
        """See `Lake`."""

        def batches(given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in given:
                done = transform(pa.Table.from_batches([batch])).select(schema.names).cast(schema)
                yield from done.to_batches()

        return frame.mapInArrow(batches, from_arrow_schema(schema))

    def map_groups(
        self, frame: DataFrame, key: str, transform: Callable[[pa.Table], pa.Table], schema: pa.Schema
    ) -> DataFrame:
        """See `Lake`."""

        def group(rows: pa.Table) -> pa.Table:
            return transform(rows).select(schema.names).cast(schema)

        return frame.groupBy(key).applyInArrow(group, from_arrow_schema(schema))

    def where_null(self, frame: DataFrame, column: str, *, null: bool) -> DataFrame:
        """See `Lake`."""
        return frame.filter(sql.col(column).isNull() if null else sql.col(column).isNotNull())

    def having(self, frame: DataFrame, other: DataFrame, column: str) -> DataFrame:
        """See `Lake`."""
        return frame.join(other.select(column).distinct(), column, "left_semi").select(*frame.columns)

    def select(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        """See `Lake`."""
        return frame.select(*columns)

    def union(self, one: DataFrame, other: DataFrame) -> DataFrame:
        """See `Lake`."""
        return one.unionByName(other)

    def one_each(self, frame: DataFrame, keys: Sequence[str], order: Sequence[str], *, last: bool) -> DataFrame:
        """See `Lake`."""
        by = [sql.col(name).desc() if last else sql.col(name).asc() for name in order]
        ranked = frame.withColumn("_rank", sql.row_number().over(Window.partitionBy(*keys).orderBy(*by)))
        return ranked.filter("_rank = 1").drop("_rank")

    def append(self, table: str, frame: DataFrame) -> None:
        """See `Lake`."""
        writer = frame.write.format("delta").mode("append").option("mergeSchema", "true")
        with _translated():
            if self._on_path:
                writer.save(self._name(table))
            else:
                writer.saveAsTable(self._name(table))

    def merge(self, table: str, frame: DataFrame) -> int:
        """See `Lake`."""
        keys, changed = KEYS[table], CHANGED_BY.get(table)
        columns = [*keys, *([] if changed is None else [changed])]
        known = self.read(table).select(*columns)
        fresh = frame.join(known, columns, "left_anti").select(*frame.columns)
        with _translated():
            if not (count := int(fresh.count())):
                return 0
            self._grow(table, frame)
            fresh.createOrReplaceTempView("fresh")
            target = f"delta.`{self._name(table)}`" if self._on_path else self._name(table)
            same = " AND ".join(f"t.`{key}` = s.`{key}`" for key in keys)
            names = ", ".join(f"`{name}`" for name in frame.columns)
            values = ", ".join(f"s.`{name}`" for name in frame.columns)
            update = ", ".join(f"t.`{name}` = s.`{name}`" for name in frame.columns)
            matched = "" if changed is None else f"WHEN MATCHED THEN UPDATE SET {update} "
            self._spark.sql(
                f"MERGE INTO {target} t USING fresh s ON {same} {matched}"  # noqa: S608 - names are ours or checked
                f"WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({values})"
            ).collect()
        return count

    def _grow(self, table: str, frame: DataFrame) -> None:
        """Give a table the columns of a frame: no rows are added, and a merge alone would drop what is new."""
        exists = self._exists(table)
        if not exists:
            self.append(table, self._spark.createDataFrame([], from_arrow_schema(SCHEMAS[table])))
        if set(frame.columns) - set(self.schema(table).names):
            self.append(table, self._spark.createDataFrame([], frame.schema))

    def _all(self, table: str, as_of: AsOf | None = None) -> DataFrame:
        reader = self._spark.read.format("delta")
        if isinstance(as_of, datetime):
            reader = reader.option("timestampAsOf", as_of.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
        elif as_of is not None:
            reader = reader.option("versionAsOf", as_of)
        return reader.load(self._name(table)) if self._on_path else reader.table(self._name(table))

    def _exists(self, table: str) -> bool:
        if not self._on_path:
            return bool(self._spark.catalog.tableExists(self._name(table)))
        try:
            return bool(self._all(table).columns)
        except AnalysisException:
            return False

    def _name(self, table: str) -> str:
        return f"{self._root}/{table}" if self._on_path else f"{self._root}.{table}"


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PySparkException as error:
        raise Unavailable(f"the lake does not answer: {error}"[:500]) from error
