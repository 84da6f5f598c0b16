"""The word tables: every phrase in one place, and reachable."""

from collections.abc import Iterator

from forethought.domain.guard import lexicon
from forethought.domain.guard.words import certainty, compounds, direction, light, negation, topics


def entries() -> Iterator[tuple[str, str, set[str]]]:
    """Every entry in the order in which `lexicon` reads them: where it stands, how it is written, its forms."""
    for table, key, phrases in phrase_tables():
        for phrase in lexicon.split(phrases):
            yield f"{table} {key}".strip(), phrase, {lexicon.words_of(text) for text, _ in lexicon.inflected(phrase)}


def phrase_tables() -> Iterator[tuple[str, str, str]]:
    for axis, pole, phrases in lexicon._rows(compounds.COMPOUNDS):
        yield "compounds", f"{axis}/{pole}", phrases
    for name, phrases in certainty.CERTAINTY.items():
        yield "certainty", name, phrases
    yield "negation", "", negation.NEGATIONS
    for table in ("PHRASES", "OPTIONAL"):
        for module in lexicon._AXES:
            for axis, pole, phrases in lexicon._rows(getattr(module, table)):
                yield f"{module.__name__.rpartition('.')[2]}.{table}", f"{axis}/{pole}", phrases
    for name, phrases in topics.TOPICS.items():
        yield "topics", name, phrases
    for pole, degree, phrases in lexicon._rows(direction.MOVE_PHRASES):
        yield "direction.MOVE_PHRASES", pole + degree, phrases
    for name, phrases in topics.DESCRIPTORS.items():
        yield "descriptors", name, phrases
    yield "bounds", "", light.HARD_BOUNDS
    yield "light", "", light.LIGHT
    yield "common", "", light.COMMON


def test_no_entry_is_hidden_behind_another_one() -> None:
    """A phrase that an earlier table explains in all its forms would be read there; writing it again misleads."""
    claimed: set[str] = set()
    hidden = []
    for where, phrase, forms in entries():
        if forms <= claimed:
            hidden.append((where, phrase))
        claimed |= forms

    assert hidden == []


def test_every_pole_stands_in_one_row_of_a_table() -> None:
    rows = [
        (table, module.__name__, axis, pole)
        for table in ("VERBS", "PHRASES", "OPTIONAL")
        for module in lexicon._AXES
        for axis, pole, _ in lexicon._rows(getattr(module, table))
    ]

    assert len(rows) == len(set(rows))


def test_an_axis_stands_in_one_file() -> None:
    homes: dict[str, set[str]] = {}
    for module in lexicon._AXES:
        for table in ("VERBS", "PHRASES", "OPTIONAL", "GAPPED"):
            for axis, _, _ in lexicon._rows(getattr(module, table)):
                homes.setdefault(axis, set()).add(module.__name__)

    homes.pop("", None)  # an empty table
    assert {axis: files for axis, files in homes.items() if len(files) > 1} == {}
