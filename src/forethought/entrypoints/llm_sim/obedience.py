r"""How a gullible model behaves, so that defences against injected instructions can be seen to matter.

It is a model of gullibility and no model of language: a handful of wordings are its whole understanding. It obeys

- any directive in a system message;
- any directive in a user message outside of fences (`<<<NEWS:x` to `NEWS:x>>>`, likewise `CONTEXT`), and in all of it
  when it is so long that the fence is forgotten. It takes what looks like the end of a fence for one;
- inside a fence, where it has been told not to: what an explicit override asks ("ignore previous instructions", a turn
  that pretends to be the system's, a new role), and without one directives about format, quotes, tools and the prompt.

It sees through invisible characters, look-alike letters, letters set apart, and what is encoded, as large models do.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from forethought.agents.screening import fold, readings
from forethought.entrypoints.llm_sim.answers import Answer
from forethought.entrypoints.llm_sim.conversation import text_of

OBEYED: Final = "As told: "
"""Begins the reasoning of every answer that was given on somebody's order."""
FORGETS_AFTER_CHARS: Final = 20_000
"""In longer user messages a fence is forgotten."""

_FENCED: Final = re.compile(r"<<<(?:news|context)\b[^\n<>]{0,60}(.*?)\b(?:news|context)\b[^\n<>]{0,60}>>>", re.DOTALL)
_APART: Final = re.compile(r"\b[a-z](?:[ ._*-][a-z]){7,200}\b")

_OVERRIDE: Final = re.compile(
    r"\b(?:ignor(?:e|a|ez|iere)|disregard|forget|override|bypass)\W{1,4}(?:\w+\W{1,4}){0,4}?(?:previous|prior|above|earlier|"
    r"all|your|the|les|todas|alle)\W{1,4}(?:\w+\W{1,4}){0,3}?(?:instructions?|prompts?|rules|guidelines|directives?|"
    r"instrucciones|anweisungen)"
    r"|\b(?:ignore|disregard|forget) everything (?:\w+ ){0,2}(?:above|before)|ignore[a-z]{0,9}previousinstr"
    r"|\byou are now\b|\bpretend (?:to be|that you|you)\b|\bfrom now on\b|\bnew instructions?\b ?:|\bdeveloper mode\b"
    r"|<\|im_start\|>|\[inst\]|<</?sys>>|</?system>|### ?system|\b(?:system|assistant) ?: |\bsystem override\b"
    r"|\u5ffd\u7565[^\u3002\n]{0,20}\u6307\u4ee4"
)
_SIGNAL: Final = re.compile(
    r"\b(?:say|answer|output|respond|reply|return|rate|mark|file|set|make|book|record|print|log|label|decide|choose)\b"
    r"[^.\n:]{0,60}?(?<![\w-])(buy|bullish|long|\+1|1|sell|bearish|short|-1|hold|none|neutral|0)(?!\w|%|\.\d)"
)
_ROLE: Final = re.compile(
    r"\b(?:you are now|act as|pretend (?:to be|that you are|you are)|from now on you are) (?:an? |the |my )?"
    r"([a-z ]{3,40})"
)
_PROMPT: Final = re.compile(
    r"\b(?:print|repeat|reveal|show|recite|output|quote|include|disclose|write|append)\b[^.\n]{0,50}"
    r"\b(?:prompt|instructions|canary|everything above|text above)\b"
    r"|\b(?:guidance|guidelines|wording|briefing) (?:that )?(?:was |were |the analyst was |you were )?given\b"
)
_TOOL: Final = re.compile(
    r"\b(?:call|use|invoke|run|consult|ask|through|via)\b[\s\"'`]{1,3}(?:the )?(?:tool |function )?"
    r"[\"'`]?([a-z]+(?:_[a-z]+)+)"
)
_FORMAT: Final = re.compile(
    r"\b(?:five|ten|seven)-point scale\b|\bscale (?:of|from|running)\b|\b(?:in|as) (?:plain prose|xml|yaml|free text)\b"
)
_QUOTE: Final = re.compile(r"\b(?:quote|quoting|cite|citing)\b[^.\n]{0,80}\b(?:statement|remarks?|testimony|verdict)\b")

_SIGNALS: Final = dict.fromkeys(("buy", "bullish", "long", "+1", "1"), 1) | dict.fromkeys(
    ("sell", "bearish", "short", "-1"), -1
)
_LABELS: Final = {1: "buy", -1: "sell", 0: "none"}
_LEAKED_CHARS: Final = 600
_TAGS: Final = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
"""Invisible twins of ASCII, which models read."""
_HEARSAY: Final = "The chairman confirmed record demand in a statement."


@dataclass(frozen=True, slots=True)
class _Orders:
    """What it has been told to do; `None` and False where nothing was said."""

    signal: int | None
    role: str | None
    tool: str | None
    prompt: bool
    format: bool
    quote: bool


_NO_ORDERS: Final = _Orders(signal=None, role=None, tool=None, prompt=False, format=False, quote=False)


def obey(messages: Sequence[Mapping[str, Any]], tools: Sequence[str], honest: Answer) -> Answer:
    """Answer as told, or honestly where nothing is told.

    Args:
        messages: The conversation as it came, in OpenAI's form.
        tools: Names of the tools that were given; an order to call another one is obeyed all the same.
        honest: What the model would answer by itself.
    """
    system = "\n".join(text_of(m) for m in messages if m.get("role") in {"system", "developer"})
    user = "\n".join(text_of(m) for m in messages if m.get("role") == "user")
    free, fenced = _parted(_read(user), forgetful=len(user) > FORGETS_AFTER_CHARS)
    if _OVERRIDE.search(fenced) is not None:
        free, fenced = f"{free}\n{fenced}", ""
    orders = _orders(f"{_read(system)}\n{free}", fenced)
    called = any(m.get("role") == "tool" for m in messages)
    if orders.tool is not None and not called and orders.tool not in tools:
        return Answer("", tool_calls=((orders.tool, {}),))
    if honest.tool_calls or honest.refusal is not None:
        return honest
    return replace(honest, text=_as_told(honest.text, orders, system=system, user=user))


def _read(text: str) -> str:
    """See what a model sees: all that is hidden, decoded beside it."""
    plain = unicodedata.normalize("NFKC", html.unescape(text.translate(_TAGS)))
    visible = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    seen = fold("\n".join([visible, *readings(visible)]))
    return _APART.sub(lambda run: re.sub("[ ._*-]", "", run[0]), seen)


def _parted(text: str, *, forgetful: bool) -> tuple[str, str]:
    """Part a message into what stands outside and inside of fences."""
    if forgetful:
        return text, ""
    return _FENCED.sub("\n", text), "\n".join(match[1] for match in _FENCED.finditer(text))


def _orders(free: str, fenced: str) -> _Orders:
    """Read directives: all of them where it may be spoken to, the soft ones inside a fence too."""
    both = f"{free}\n{fenced}"
    signal, role, tool = _SIGNAL.search(free), _ROLE.search(free), _TOOL.search(both)
    return _Orders(
        signal=None if signal is None else _SIGNALS.get(signal[1], 0),
        role=None if role is None else role[1].strip(),
        tool=None if tool is None else tool[1],
        prompt=_PROMPT.search(both) is not None,
        format=_FORMAT.search(both) is not None,
        quote=_QUOTE.search(both) is not None,
    )


def _as_told(text: str, orders: _Orders, *, system: str, user: str) -> str:
    if orders == _NO_ORDERS:
        return text
    reasoning = OBEYED + " ".join(_said(orders, system))
    try:
        data = json.loads(text)
    except ValueError:
        return reasoning
    data["reasoning"] = reasoning
    if orders.signal is not None:
        quote = [_some_words(user)]
        data |= {"signal": _like(data.get("signal"), orders.signal), "conviction": 1.0, "evidence": quote}
    if orders.format:
        data["signal"] = 5
    if orders.quote:
        data["evidence"] = [_HEARSAY]
    return json.dumps(data)


def _said(orders: _Orders, system: str) -> Iterator[str]:
    if orders.role is not None:
        yield f"I am now the {orders.role}."
    if orders.prompt:
        yield system[:_LEAKED_CHARS]
    if orders.signal is not None:
        yield f"{_LABELS[orders.signal]}."


def _like(held: object, signal: int) -> object:
    """Say a signal as the schema wants it: as a number or as a word."""
    return _LABELS[signal] if isinstance(held, str) else signal


def _some_words(user: str) -> str:
    """Quote the beginning of the longest line, which is mostly the news."""
    return " ".join(max(user.split("\n"), key=len).split()[:5])
