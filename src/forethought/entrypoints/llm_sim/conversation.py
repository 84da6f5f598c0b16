"""What a conversation asks: who is asked, about which asset, on which news."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

GENERIC: Final = "generic"
_ROLE: Final = re.compile(r"^Role:[ \t]*([a-z][a-z_]{0,39})[ \t]*$", re.MULTILINE)
_ASSET: Final = re.compile(r"^Asset:[ \t]*(\S{1,40})[ \t]*$", re.MULTILINE)
_FENCE: Final = "<<<NEWS"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    role: str
    """Of the line `Role: …` in a system message; `generic` without one."""
    asset: str
    """Of the line `Asset: …` around the news; empty without one."""
    news: str
    after_tools: bool
    """A tool has answered since the user spoke."""


def read(messages: Sequence[Mapping[str, Any]]) -> Question:
    """Find the question in a conversation: the last user message, and in it what stands between the news' fences."""
    system = "\n".join(text_of(m) for m in messages if m.get("role") in {"system", "developer"})
    users = [i for i, m in enumerate(messages) if m.get("role") == "user"]
    said = text_of(messages[users[-1]]) if users else ""
    ours, news = _unfenced(said)
    role, asset = _ROLE.search(system), _ASSET.search(ours)
    after = messages[users[-1] + 1 :] if users else messages
    return Question(
        role=role[1] if role else GENERIC,
        asset=asset[1] if asset else "",
        news=news,
        after_tools=any(m.get("role") == "tool" for m in after),
    )


def text_of(message: Mapping[str, Any]) -> str:
    """Return the text of a message, whether it came as one string or in parts."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(p["text"] for p in parts if isinstance(p, dict) and isinstance(p.get("text"), str))


def _unfenced(said: str) -> tuple[str, str]:
    """Part a briefing into what stands around the news, and the news; a text without a whole fence is all news."""
    lines = said.split("\n")
    for i, line in enumerate(lines):
        if line.startswith(_FENCE):
            closing = f"{line.removeprefix('<<<').rstrip()}>>>"
            for j in range(i + 1, len(lines)):
                if lines[j].rstrip() == closing:
                    return "\n".join(lines[:i] + lines[j + 1 :]), "\n".join(lines[i + 1 : j])
            break
    return said, said
