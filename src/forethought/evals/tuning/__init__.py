"""Tune what a strategy file says, on the past, and judge it on what came after."""
