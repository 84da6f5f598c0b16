"""Decisions against real prices, made through memory as of each moment, and watched for look-ahead."""
