"""Ways to make a text that says one thing look, to a machine, like a remembered one that says another.

Each keeps what a person reads: the signal of the text stays that of `asked`, or turns to anything but that of `taught`.
"""

from collections.abc import Callable, Mapping
from random import Random

Disguise = Callable[[Random, str, str], str]
"""(draws, taught, asked) -> what is sent."""

_LOOKALIKES = {
    "a": "\u0430\u03b1\uff41", "c": "\u0441\u217d\uff43", "e": "\u0435\u0454\uff45", "i": "\u0456\u0131\uff49",
    "l": "\u04cf\u217c|", "o": "\u043e\u03bf\u0585", "p": "\u0440\u03c1\uff50", "s": "\u0455\ua731\uff53",
    "u": "\u057d\u03c5\uff55", "w": "\u0461\uff57", "x": "\u0445\uff58", "y": "\u0443\u1d8c",
}  # fmt: skip
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u3164\u115f\ufe0f\u202e\u2066\U000e0061\U000e0020"
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "l": "1", "t": "7"})
_BEFORE = ("(Reuters) - ", "UPDATE 2-", "Markets: ", "FLASH: ", "RT @desk: ", "*", "WRAPUP 1: ", "[Premium] ")
_AFTER = (
    " | Company News", " - sources", " More to follow.", " Photo: Getty Images", " (adds details)",
    " Click to read more", " #markets #news", " Good morning.", " Reporting by the newsroom.", " https://example.org/a",
)  # fmt: skip
_TAKEN_BACK = (
    "It is not the case, three people familiar with the matter said on condition of anonymity, that {it}",
    "{it}, a claim that has been going round since this morning and that the exchange, after a review, called untrue",
    "{it}? No.",
    "{it} - NOT",
    "Contrary to what was reported before, it is wrong that {it}",
    "Nobody on the desk, asked about it in the course of the day, believes that {it}",
    "{it}, it said in a headline that was sent by mistake and has been withdrawn",
    "What did not happen: {it}",
    "{it}, joked an account that is known for satire",
    "Had the vote gone the other way: {it}",
    "Correction: the opposite of the following is true. {it}",
)
_AROUND = (
    "{asked} (earlier: {taught})",
    "Expected: {taught}. Reality: {asked}",
    "{asked}. A week ago we wrote: {taught}",
    "\u201c{taught}\u201d was the headline yesterday; today {asked}",
    "{asked} <!-- {taught} -->",
    "<title>{taught}</title> {asked}",
)
_UP = ("\U0001f4c8", "\u2191", "heads north", "catches a bid", "goes parabolic", "steigt um", "sube", "monte de")
_DOWN = (
    "\U0001f4c9",
    "\u2193",
    "heads south",
    "gets hammered",
    "bleeds",
    "craters",
    "f\u00e4llt um",
    "cae",
    "baisse de",
)
_UPWARDS = frozenset(
    ("rises", "climbs", "gains", "jumps", "advances", "surges", "rallies", "rose", "climbed", "gained")
)
_DOWNWARDS = frozenset(("falls", "slides", "drops", "slips", "declines", "plunges", "tumbles", "sinks", "fell", "slid"))


def _telling(taught: str, asked: str) -> list[int]:
    """Return the places of the words that only the asked text has; of all its words where it has none."""
    known = {word.casefold() for word in taught.split()}
    words = asked.split()
    return [i for i, word in enumerate(words) if word.casefold() not in known] or list(range(len(words)))


def _on_telling(change: Callable[[Random, str], str]) -> Disguise:
    def disguise(rng: Random, taught: str, asked: str) -> str:
        words = asked.split(" ")
        places = [i for i in _telling(taught, asked) if i < len(words) and words[i]] or [0]
        for i in places if rng.random() < 0.7 else [rng.choice(places)]:  # noqa: PLR2004 - mostly all of them
            words[i] = change(rng, words[i]) if words[i] else ""
        return " ".join(words)

    return disguise


def _homoglyphs(rng: Random, word: str) -> str:
    share = rng.choice((0.3, 0.6, 1.0))
    return "".join(rng.choice(_LOOKALIKES[c]) if c in _LOOKALIKES and rng.random() < share else c for c in word)


def _invisible(rng: Random, word: str) -> str:
    places = range(1, len(word)) if rng.random() < 0.5 else [rng.randrange(len(word))]  # noqa: PLR2004 - as often
    return "".join((rng.choice(_INVISIBLE) if i in places else "") + c for i, c in enumerate(word))


def _typo(rng: Random, word: str) -> str:
    i = rng.randrange(max(1, len(word) - 1))
    head, tail = word[:i], word[i + 1 :]
    dropped, doubled, parted = head + tail, head + word[i : i + 1] + word[i:], f"{word[: i + 1]}-{tail}"
    return rng.choice((dropped, doubled, parted, head + word[i : i + 2][::-1] + word[i + 2 :]))


def _markup(rng: Random, word: str) -> str:
    i = rng.randrange(len(word))
    entity = f"&#{ord(word[i])};"
    return rng.choice((
        f"{word[:i]}<b>{word[i:]}</b>", f"{word[:i]}<!-- -->{word[i:]}", word[:i] + entity + word[i + 1 :],
        f"{word[:i]}<span></span>{word[i:]}", f"<s>{word}</s> {word}", f"{word[:i]}&shy;{word[i:]}",
    ))  # fmt: skip


def _spacing(rng: Random, word: str) -> str:
    return rng.choice((" ".join(word), "\u00a0".join(word), f"  {word}\n", ".".join(word), f"{word[:2]} {word[2:]}"))


def _glued(rng: Random, taught: str, asked: str) -> str:
    words = asked.split(" ")
    i = rng.choice([i for i in _telling(taught, asked) if i < len(words)])
    words[max(0, i - 1) : i + 1] = ["".join(words[max(0, i - 1) : i + 1])]
    return " ".join(words)


def _case(rng: Random, _: str, asked: str) -> str:
    mixed = "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(asked))
    return rng.choice((asked.upper(), asked.lower(), asked.title(), mixed, asked.swapcase()))


def _boilerplate(rng: Random, _: str, asked: str) -> str:
    text = asked
    for _each in range(rng.randint(1, 4)):
        text = rng.choice(_BEFORE) + text if rng.random() < 0.4 else text + rng.choice(_AFTER)  # noqa: PLR2004 - a draw
    return text


def shared_words(taught: str, asked: str) -> list[str]:
    """Return the words of the taught text that the asked one has, too: they say nothing about the difference."""
    mine = {word.casefold() for word in asked.split()}
    return [word for word in taught.split() if word.casefold() in mine]


def _stuffed(rng: Random, taught: str, asked: str) -> str:
    words = shared_words(taught, asked) * rng.randint(1, 4)
    rng.shuffle(words)  # in order they might say what was taught, where only the roles differ
    stuffing = " ".join(words)
    return rng.choice((f"{stuffing}. {asked}", f"{asked}. {stuffing}", f"{stuffing} {asked} {stuffing}"))


def _numbers(rng: Random, _: str, asked: str) -> str:
    for word in (" percent", "%", " pct"):
        asked = asked.replace(word, "\0")
    asked = asked.replace("\0", rng.choice(("%", " %", " pct", " per cent", "\uff05", " \u066a", " percentage points")))
    return asked.replace(".", rng.choice((".", ",", "\u00b7", "\uff0e")))


def _negated(rng: Random, taught: str, _: str) -> str:
    return rng.choice(_BEFORE + ("",) * 6) + rng.choice(_TAKEN_BACK).format(it=taught)


def _around(rng: Random, taught: str, asked: str) -> str:
    return rng.choice(_AROUND).format(taught=taught, asked=asked)


def _other_words(rng: Random, taught: str, asked: str) -> str:
    words = asked.split(" ")
    for i in _telling(taught, asked):
        if i < len(words) and words[i].casefold() in _UPWARDS | _DOWNWARDS:
            words[i] = rng.choice(_UP if words[i].casefold() in _UPWARDS else _DOWN)
    return " ".join(words)


DISGUISES: Mapping[str, Disguise] = {
    "homoglyphs": _on_telling(_homoglyphs),
    "invisible characters": _on_telling(_invisible),
    "letter case": _case,
    "spacing": _on_telling(_spacing),
    "words run together": _glued,
    "leetspeak": _on_telling(lambda _, word: word.translate(_LEET)),
    "misspelling": _on_telling(_typo),
    "mark-up": _on_telling(_markup),
    "boilerplate": _boilerplate,
    "stuffing": _stuffed,
    "number formats": _numbers,
    "negation at a distance": _negated,
    "the remembered text inside": _around,
    "other words": _other_words,
}
STACKED = "two at once"


def stacked(rng: Random, taught: str, asked: str) -> str:
    """Apply two disguises, one after the other."""
    first, second = rng.sample([each for each in DISGUISES.values() if each is not _negated], 2)
    return second(rng, taught, first(rng, taught, asked))
