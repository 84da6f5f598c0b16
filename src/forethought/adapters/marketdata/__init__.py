"""Prices, indicators and calendars."""
