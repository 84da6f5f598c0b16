"""Replays, statistics and reports."""
