"""Telling languages apart."""
