# ruff: noqa: INP001 - a script
"""Run the pipeline under Spark Connect (pysail, no JVM), for a comparison with delta-rs.

Needs an environment of its own: requirements-spark.txt. Usage: spark_check.py LANDING FOLDER [CATALOGUE_SCHEMA]
Tables in a schema of the catalogue come to lie under the working directory.
"""

import json
import sys
from pathlib import Path

from pysail.spark import SparkConnectServer  # type: ignore[import-not-found]
from pyspark.sql import SparkSession  # type: ignore[import-not-found]

from forethought.adapters.delta.silver import Normaliser
from forethought.adapters.delta.spark import SparkLake
from forethought.adapters.delta.tables import GOLD

sys.path.insert(0, str(Path(__file__).parent))
import pipeline  # type: ignore[import-not-found]  # a neighbour, wherever this is run


def _ran(lake: SparkLake, landing: Path, normalise: Normaliser) -> dict[str, int]:
    """Extract and transform each landed part in its turn, the last one twice; count gold as it was and as it is."""
    parts = sorted(landing.iterdir())
    for part in [*parts, parts[-1]]:
        pipeline.extract_from_news(lake, part)
        pipeline.transform(lake, normalise=normalise)
    return {str(as_of): lake.arrow(lake.read(GOLD, as_of=as_of)).num_rows for as_of in (1, None)}


def main(landing: Path, *roots: str) -> None:
    """Print the rows of gold for each lake, in its first version and now."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
    normalise = pipeline.normaliser()
    try:
        for root in roots:
            if "/" not in root:
                spark.sql(f"CREATE SCHEMA IF NOT EXISTS {root}").collect()
            sys.stdout.write(json.dumps(_ran(SparkLake(spark, root), landing, normalise)) + "\n")
    finally:
        spark.stop()
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
