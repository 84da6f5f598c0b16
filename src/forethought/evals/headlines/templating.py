"""The notation of templates: `[a|b]` is one of both, `{slot}` is filled in."""

import re
from collections.abc import Callable
from random import Random

_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(-?)([A-Za-z_0-9]+)\}")
_SPACES = re.compile(r"\s+")


def chosen(text: str, rng: Random) -> str:
    """Choose among all alternatives, the innermost first."""
    while _ALTERNATIVES.search(text):
        text = _ALTERNATIVES.sub(lambda found: rng.choice(found[1].split("|")), text)
    return text


def filled(text: str, fill: Callable[[str, bool], str]) -> str:
    """Fill each slot by its name and whether it is reversed (`{-name}`); what comes back is taken as it is."""
    return _SLOT.sub(lambda found: fill(found[2], bool(found[1])), text)


def tidy(text: str) -> str:
    """Leave single spaces only, none at the ends or before a comma."""
    return _SPACES.sub(" ", text).replace(" ,", ",").strip()
