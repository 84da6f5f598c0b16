"""Put a case before the analysts: what strangers wrote is cleaned, cut, screened and fenced."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Final

from forethought.agents.roles.spec import Facts, RoleSpec, prompt
from forethought.agents.screening import REMOVED, Screened, screen
from forethought.application.ports.analysts import Case
from forethought.application.ports.thinker import Request, Tool
from forethought.domain.opinion import Role
from forethought.domain.text import clean


class Defence(StrEnum):
    """What stands between a text that strangers wrote and a decision. Only tests take one away."""

    USER_MESSAGE_ONLY = "user_message_only"
    """Nothing from outside is in the system message."""
    FENCE = "fence"
    """It stands between lines that nobody outside can know."""
    STRIP_CONTROLS = "strip_controls"
    """Mark-up and invisible characters are dropped, and the rest is normalised."""
    LENGTH_BOUND = "length_bound"
    SCREEN = "screen"
    """Sentences that address a model are taken out."""
    SCHEMA = "schema"
    """The answer is one JSON object of the form that was asked for."""
    EVIDENCE = "evidence"
    """What is quoted stands in the briefing."""
    TOOLS = "tools"
    """Only tools that were given are called."""
    LEAK = "leak"
    """The answer repeats nothing of the system message."""


ALL: Final = frozenset(Defence)

UNQUOTABLE: Final = "\0"
"""Parts what evidence may quote: no quote runs over a gap or from one source into another."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """A case as analysts are shown it."""

    head: str
    """Asset and moment."""
    facts: tuple[Facts, ...]
    material: str
    """Context and news, fenced."""
    news: str
    """As shown, without its fence."""
    quotable: str
    """News, context and facts as shown, without the marks that say that something was removed or cut."""
    screened: tuple[str, ...]
    """Why parts of news and context were removed, one code for each (`screening.Screened.codes`)."""
    nothing_left: bool
    """The news says nothing but what was removed: there is nothing to judge."""
    instruction: str
    """The strategy's, for the system message."""

    @property
    def text(self) -> str:
        """The user message of a role that wants all facts."""
        return self.shown_to(tuple(Role))

    def shown_to(self, wants: tuple[Role, ...]) -> str:
        """Return the user message of a role that wants facts from some."""
        stated = [_stated(each) for each in self.facts if each.role in wants]
        return "\n\n".join([self.head, *stated, self.material])


def brief(
    case: Case,
    facts: Sequence[Facts],
    *,
    nonce: str,
    max_news_chars: int,
    max_context_chars: int,
    defences: frozenset[Defence] = ALL,
) -> Briefing:
    """Write the briefing of a case.

    Args:
        case: Its news and context are not trusted; its instruction must be the strategy's own.
        facts: Of all roles that supply any; a role is shown those that it wants.
        nonce: Random, letters and digits, new for every deliberation: it names the fences.
        max_news_chars: Most characters of the news that are shown, counted after cleaning.
        max_context_chars: The same for all pieces of context together; the first ones go first.
        defences: All but in tests.
    """
    news = _prepared(_cleaned(case.news, defences), max_news_chars, defences)
    context = _prepared("\n".join(_cleaned(each, defences) for each in case.context), max_context_chars, defences)
    parts: list[str] = []
    if context.text:
        parts += ["Context, written by others:", *_fenced("CONTEXT", context.text, nonce, defences), ""]
    parts += ["The news to judge, written by others:", *_fenced("NEWS", news.text, nonce, defences)]
    parts += ["", "Judge the news above for the asset above."]
    sources = (_quotable(news.text), _quotable(context.text), *map(_stated, facts))
    return Briefing(
        head=f"Asset: {case.asset}\nAs of: {case.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        facts=tuple(facts),
        material="\n".join(parts),
        news=news.text,
        quotable=UNQUOTABLE.join(sources),
        screened=news.codes + context.codes,
        nothing_left=news.empty,
        instruction=case.instruction,
    )


def request(
    spec: RoleSpec,
    briefing: Briefing,
    *,
    prompt_version: str,
    canary: str,
    tools: tuple[Tool, ...],
    defences: frozenset[Defence] = ALL,
) -> Request:
    """Ask one role.

    Args:
        spec: The role.
        briefing: What it is shown.
        prompt_version: Of `roles.spec.versions()`.
        canary: Random, at least 12 letters and digits, new for every deliberation: an answer that holds it leaks.
        tools: What the role may call; mostly `spec.tools(box)`.
        defences: All but in tests.

    Raises:
        ConfigurationError: there is no such prompt.
    """
    user = briefing.shown_to(spec.wants)
    parts = [f"Role: {spec.role}", f"Canary: {canary}", "", prompt(spec.role, prompt_version)]
    if briefing.instruction.strip():
        parts += ["", "The strategy says:", briefing.instruction.strip()]
    if Defence.USER_MESSAGE_ONLY not in defences:
        parts += ["", user]
    return Request(
        role=spec.role,
        system="\n".join(parts),
        user=user,
        answer=spec.answer,
        tools=tools,
        max_tokens=spec.max_tokens,
    )


# --- texts of strangers -----------------------------------------------------------------------------------------------

_CUT: Final = re.compile(r"\[cut: \d+ characters left out\]")
_OPENING: Final = "<\u2039\u00ab\u226a\u22d8\u27e8\u27ea\u2329\u3008\u300a"
_CLOSING: Final = ">\u203a\u00bb\u226b\u22d9\u27e9\u27eb\u232a\u3009\u300b"
# Two or more together, or one sign that looks like several.
_FENCE_LIKE: Final = re.compile(f"[{_OPENING}{_CLOSING}]{{2,}}|[\u226a\u226b\u22d8\u22d9]")


@dataclass(frozen=True, slots=True)
class _Prepared:
    text: str
    codes: tuple[str, ...]
    empty: bool


def _cleaned(text: str, defences: frozenset[Defence]) -> str:
    """Fold to one line what the guard and the encoder read too."""
    return clean(text).text if Defence.STRIP_CONTROLS in defences else text


def _prepared(text: str, max_chars: int, defences: frozenset[Defence]) -> _Prepared:
    """Cut, screen and break up what looks like a fence, in this order: mark-up of chats may look like one too."""
    left_out = len(text) - max_chars if Defence.LENGTH_BOUND in defences else 0
    if left_out > 0:
        text = text[:max_chars]
    found = screen(text) if Defence.SCREEN in defences else Screened(text, ())
    shown = _FENCE_LIKE.sub(_broken_up, found.text) if Defence.FENCE in defences else found.text
    if left_out > 0:
        shown = f"{shown} [cut: {left_out} characters left out]"
    return _Prepared(shown, found.codes, found.empty)


def _broken_up(run: re.Match[str]) -> str:
    return " ".join("<" if sign in _OPENING else ">" for sign in run[0])


def _fenced(name: str, text: str, nonce: str, defences: frozenset[Defence]) -> tuple[str, ...]:
    return (f"<<<{name}:{nonce}", text, f"{name}:{nonce}>>>") if Defence.FENCE in defences else (text,)


def _stated(facts: Facts) -> str:
    return "\n".join([f"Facts from {facts.role}:", *(f"- {line}" for line in facts.lines)])


def _quotable(shown: str) -> str:
    return _CUT.sub(UNQUOTABLE, shown.replace(REMOVED, UNQUOTABLE))
