"""Models that read two texts together."""
