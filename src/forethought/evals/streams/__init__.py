"""Labelled streams: how they are read and shaped, who competes in them, and what comes of it."""
