"""Forms of a verb from its bare form, as far as headlines need them."""

_DOUBLED = frozenset(
    (
        "slip",
        "drop",
        "dip",
        "shed",
        "sag",
        "nab",
        "pop",
        "hit",
        "dim",
        "cut",
        "get",
        "sit",
        "set",
        "top",
        "rip",
        "nip",
        "step",
    )
)


def third_person(verb: str) -> str:
    """Put a verb phrase into the third person: `edge up` becomes `edges up`."""
    head, space, rest = verb.partition(" ")
    if head == "be":
        return f"is{space}{rest}"
    if head.endswith(("sh", "ch", "ss", "x", "zz", "o")):
        head += "es"
    elif head.endswith("y") and head[-2] not in "aeiou":
        head = f"{head[:-1]}ies"
    else:
        head += "s"
    return head + space + rest


def gerund(verb: str) -> str:
    """Put a verb phrase into its -ing form: `slip back` becomes `slipping back`."""
    head, space, rest = verb.partition(" ")
    if head in _DOUBLED:
        head += head[-1]
    elif head.endswith("ie"):
        head = f"{head[:-2]}y"
    elif head.endswith("e") and not head.endswith(("ee", "oe")) and head != "be":
        head = head[:-1]
    return f"{head}ing{space}{rest}"


def ordinal(number: int) -> str:
    """Spell an ordinal up to tenth; above that, as digits."""
    words = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    return words[number] if number < len(words) else f"{number}th"


def cardinal(number: int) -> str:
    """Spell a number up to ten; above that, as digits."""
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if number < len(words) else str(number)
