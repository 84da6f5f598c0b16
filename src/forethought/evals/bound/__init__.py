"""Does the error budget hold? Many resampled streams, each lived through from a cold start."""
