"""Forethought: trading decisions thought through by analysts beforehand, answered from memory in milliseconds."""

from importlib.metadata import version

__version__ = version("forethought")
__all__ = ["__version__"]
