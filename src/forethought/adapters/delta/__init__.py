"""The lakehouse: Delta tables from landed files to what warms the cache, by delta-rs or by Spark."""
