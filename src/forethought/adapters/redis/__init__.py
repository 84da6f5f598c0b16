"""State in Redis with Search, JSON, TimeSeries and Bloom."""
