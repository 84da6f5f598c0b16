"""Attacks on a running service, over HTTP only, and the same with each defence taken away."""
