"""Generators of labelled headlines: the development stand-in for streams that people have labelled."""

from forethought.evals.headlines.broad import broad
from forethought.evals.headlines.headline import AssetProfile, Headline, Split
from forethought.evals.headlines.profiles import PROFILES
from forethought.evals.headlines.streams import stream

__all__ = ["PROFILES", "AssetProfile", "Headline", "Split", "broad", "stream"]
