"""Embeddings of words alone: they know no meaning, but equal words lie near each other."""

import hashlib
import re
from typing import Any, Final

import numpy as np

_WORD: Final = re.compile(r"\w+")
_COORDINATES: Final = 8
"""Of a word's vector that are not zero."""


def vector(text: str, dim: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Embed a text by its words alone: each adds or takes 1 at a few hashed places; unit norm."""
    summed = np.zeros(dim, dtype=np.float32)
    for word in _WORD.findall(text.lower()) or [text]:
        digest = hashlib.blake2b(word.encode(errors="surrogatepass"), digest_size=4 * _COORDINATES).digest()
        places = np.frombuffer(digest, dtype="<u4")
        np.add.at(summed, places // 2 % dim, np.where(places % 2, np.float32(1), np.float32(-1)))
    norm = float(np.linalg.norm(summed))
    if norm == 0:  # the words took each other away
        summed[0] = norm = 1.0
    return (summed / norm).astype(np.float32)
