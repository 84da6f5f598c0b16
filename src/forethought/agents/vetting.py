"""Accept an analyst's answer as an opinion, or say why not. Nothing that a model says is believed before."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from pydantic import ValidationError

from forethought.agents.briefing import ALL, UNQUOTABLE, Briefing, Defence
from forethought.agents.roles.spec import RoleAnswer
from forethought.agents.screening import readings
from forethought.application.ports.thinker import Reply, Request
from forethought.domain.decision import Signal
from forethought.domain.opinion import Failure, Opinion, Role
from forethought.domain.text import clean, normalise

MAX_ANSWER_CHARS: Final = 20_000
"""Longer answers are not read: 400 tokens are some 2,000 characters."""
MAX_REASONING_CHARS: Final = 600
"""What is kept of the reasoning."""
LEAK_WORDS: Final = 8
"""So many words in a row that stand in our prompts, in an answer, are taken from them."""
INSTRUCTION_LEAK_WORDS: Final = 16
"""The same for the strategy's instruction: an honest answer echoes the question ("the price over the next day")."""
_MIN_QUOTE_CHARS: Final = 3


class Rejected(Exception):
    """An answer came and is not an opinion."""

    def __init__(self, failure: Failure, detail: str) -> None:
        """Remember why; `detail` is for people and holds no text of the model or of the news."""
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail


def vet(
    reply: Reply,
    request: Request,
    briefing: Briefing,
    *,
    role: Role,
    canary: str,
    defences: frozenset[Defence] = ALL,
) -> Opinion:
    """Return the opinion that an answer states.

    Raises:
        Rejected: `TOOL` it called what it was not given, `LEAK` it repeats its instructions, `REFUSED` the model
            declined, `MALFORMED` it is not one JSON object, `SCHEMA` it has another form, `EVIDENCE` it quotes what
            the briefing does not say or what was removed.
    """
    given = {tool.name for tool in request.tools}
    if Defence.TOOLS in defences and (others := [name for name in reply.tool_calls if name not in given]):
        raise Rejected(Failure.TOOL, f"{len(others)} calls of tools that were not given")
    if Defence.LEAK in defences and _leaks(reply.text, request.system, briefing, canary):
        raise Rejected(Failure.LEAK, "it repeats its instructions")
    answer = _answer(reply.text, request) if Defence.SCHEMA in defences else _whatever(reply.text)
    quotes = tuple(quote for quote in (normalise(quote) for quote in answer.evidence) if quote)
    if Defence.EVIDENCE in defences:
        _require_evidence(quotes, answer, briefing)
    reasoning = clean(answer.reasoning).text
    if len(reasoning) > MAX_REASONING_CHARS:
        reasoning = reasoning[: MAX_REASONING_CHARS - 1].rstrip() + "\u2026"
    return Opinion(role, Signal(answer.signal), answer.conviction, reasoning, quotes)


# --- form -------------------------------------------------------------------------------------------------------------

# What models say instead of an answer; only looked for where no JSON came.
_REFUSAL: Final = re.compile(
    r"\b(?:I(?:'m| am) (?:sorry|unable|not able)|I (?:can(?:'t|not)|won't) (?:help|assist|comply|provide|answer|do))\b"
)


def _answer(text: str, request: Request) -> RoleAnswer:
    if len(text) > MAX_ANSWER_CHARS:
        raise Rejected(Failure.MALFORMED, f"{len(text)} characters, expected at most {MAX_ANSWER_CHARS}")
    try:
        data = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_number)
    except (ValueError, RecursionError):
        if _REFUSAL.search(text.replace("\u2019", "'")) is not None:
            raise Rejected(Failure.REFUSED, "the model declined") from None
        raise Rejected(Failure.MALFORMED, "expected one JSON object") from None
    if not isinstance(data, dict):
        raise Rejected(Failure.MALFORMED, f"expected one JSON object, found a {type(data).__name__}")
    try:
        answer = request.answer.model_validate(data)
    except ValidationError as error:
        raise Rejected(Failure.SCHEMA, _at_fault(error, request)) from None
    if not isinstance(answer, RoleAnswer):
        raise TypeError(f"{request.role}: {request.answer.__name__} is no RoleAnswer")
    return answer


def _at_fault(error: ValidationError, request: Request) -> str:
    """Name the fields at fault; a field that the model made up is text of the model."""
    firsts = [each["loc"][0] if each["loc"] else "evidence" for each in error.errors(include_input=False)]
    known = request.answer.model_fields
    return "wrong: " + ", ".join(sorted({str(name) if name in known else "an unknown field" for name in firsts}))


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; two values of one name would leave open which of them counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _whatever(text: str) -> RoleAnswer:
    """Take from a text what can be taken, as code would that trusts a model; for tests of what the schema is for."""
    start = text.find("{")
    data = json.JSONDecoder().raw_decode(text, start)[0] if start >= 0 else {}
    said = data.get("signal", 0)
    direction = float(said) if isinstance(said, int | float) else 1.0 if "buy" in str(said) else -1.0
    return RoleAnswer.model_construct(
        signal=1 if direction > 0 else -1 if direction < 0 else 0,
        conviction=data.get("conviction", 1.0),
        reasoning=str(data.get("reasoning", "")),
        evidence=data.get("evidence", []),
    )


# --- evidence ---------------------------------------------------------------------------------------------------------

_TYPED: Final = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014", "''\"\"----")
"""Quotation marks and dashes, which models type in their own way."""
_AROUND: Final = " \"'.\u2026"
"""What models put around a quote."""


def _require_evidence(quotes: tuple[str, ...], answer: RoleAnswer, briefing: Briefing) -> None:
    if answer.signal and not quotes:
        raise Rejected(Failure.EVIDENCE, "a signal without a quote")
    sources = [_folded(source) for source in briefing.quotable.split(UNQUOTABLE)]
    missing = [quote for quote in quotes if not _stands_in(_folded(quote).strip(_AROUND), sources)]
    if missing:
        raise Rejected(Failure.EVIDENCE, f"{len(missing)} of {len(quotes)} quotes are not in the briefing")


def _stands_in(quote: str, sources: list[str]) -> bool:
    return len(quote) >= _MIN_QUOTE_CHARS and any(quote in source for source in sources)


def _folded(text: str) -> str:
    return normalise(text).translate(_TYPED).casefold()


# --- leaks ------------------------------------------------------------------------------------------------------------

_WORD: Final = re.compile(r"\w+")
_LETTER: Final = re.compile(r"[^\W_]")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt/\"\\]")


def _leaks(text: str, system: str, briefing: Briefing, canary: str) -> bool:
    """Tell whether an answer holds the canary, or many words in a row of the system message.

    Read as it stands, reversed, shifted by 13 letters, and with what is encoded in it; letters that are set apart are
    seen through for the canary.
    """
    instruction = briefing.instruction.strip()
    prompts = _runs(system.replace(instruction, "\n") if instruction else system, LEAK_WORDS)
    asked = _runs(instruction, INSTRUCTION_LEAK_WORDS)
    return any(
        canary.casefold() in "".join(_LETTER.findall(form)).casefold()
        or not prompts.isdisjoint(_runs(form, LEAK_WORDS))
        or not asked.isdisjoint(_runs(form, INSTRUCTION_LEAK_WORDS))
        for form in _said(text[:MAX_ANSWER_CHARS])
    )


def _said(text: str) -> Iterator[str]:
    text = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)) if escape[1] else " ", text)
    for form in (text, *readings(text)):
        yield form
        yield form[::-1]
        yield codecs.encode(form, "rot13")


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = _WORD.findall(normalise(text).casefold())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
