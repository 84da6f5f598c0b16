# ruff: noqa: INP001 - a script
"""Run the pipeline twice under Spark Connect (pysail, no JVM), for a comparison with delta-rs.

Needs an environment of its own: requirements-spark.txt. Usage: spark_check.py LANDING LAKE
"""

import sys
from pathlib import Path

from pysail.spark import SparkConnectServer  # type: ignore[import-not-found]
from pyspark.sql import SparkSession  # type: ignore[import-not-found]

from forethought.adapters.delta.spark import SparkLake
from forethought.adapters.delta.tables import GOLD

sys.path.insert(0, str(Path(__file__).parent))
import pipeline  # type: ignore[import-not-found]  # noqa: E402 - a neighbour, wherever this is run


def main(landing: Path, lake_path: str) -> None:
    """Extract and transform each landed part in its turn, then all again."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
    try:
        lake = SparkLake(spark, lake_path)
        normalise = pipeline.normaliser()
        for part in [*sorted(landing.iterdir()), sorted(landing.iterdir())[-1]]:
            pipeline.extract_from_news(lake, part)
            pipeline.transform(lake, normalise=normalise)
        rows = {as_of: lake.arrow(lake.read(GOLD, as_of=as_of)).num_rows for as_of in (1, None)}
        sys.stdout.write(f"gold: {rows[1]} rows in version 1, {rows[None]} now\n")
    finally:
        spark.stop()
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
