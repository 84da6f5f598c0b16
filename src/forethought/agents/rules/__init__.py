"""Analysts by rule. Interim only: their answers never teach."""
