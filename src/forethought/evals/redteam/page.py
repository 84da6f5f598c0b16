"""The report of a run, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from forethought.evals.redteam.defences import Defence

_MAX_SENT = 240
_HEAD = """Version {version}, {made_on}, seed {seed}. Everything is sent and read over HTTP. "At most" is the upper end
of the 95 % interval after Wilson. Controls are honest requests beside the attempts that memory should answer: an attack
that fails where memory never answers shows nothing. What each defence is, and what is not stopped:
[attacks](../guides/attacks.md).
"""
_TABLE = """| attack | succeeds when | successes | controls answered |
|---|---|---|---|
{rows}
"""


def share(found: Mapping[str, Any]) -> str:
    """Print a share with n and the upper end of its 95 % interval after Wilson."""
    if found["frac"] is None:
        return "none tried"
    return f"{found['k']} of {found['n']}, at most {found['high']:.1%}"


def page(found: Mapping[str, Any], removed: Sequence[Mapping[str, Any]], *, command: str, made_on: str) -> str:
    """Write the page.

    Args:
        found: A run with every defence in place.
        removed: Runs of which each lacks one defence.
        command: What made it.
        made_on: Date, ISO 8601.
    """
    parts = [
        f"<!-- written by `{command}` -->\n# Attacks on a running service\n",
        _HEAD.format(**found, made_on=made_on),
        "## With all defences\n",
        _TABLE.format(rows="\n".join(_row(each) for each in found["attacks"])),
        "",
        *(_ways(each) for each in found["attacks"]),
    ]
    if removed:
        parts += ["## With one defence taken away\n", _without(removed), ""]
    return "\n".join(parts) + "\n"


def _row(each: Mapping[str, Any]) -> str:
    control = each["control"]
    return f"| {each['name']} | {each['success']} | {share(each['tried'])} | {control['k']} of {control['n']} |"


def _ways(each: Mapping[str, Any]) -> str:
    ways = "\n".join(f"| {name} | {found['k']} of {found['n']} |" for name, found in each["variants"].items())
    lines = [f"### {each['name']}\n", f"{each['does']}\n", f"| way | successes |\n|---|---|\n{ways}\n"]
    if each["successes"]:
        lines.append("What got through:\n")
        lines += [f"- {won['variant']}: `{_code(won['sent'])}` ({_code(won['got'])})" for won in each["successes"]]
        lines.append("")
    return "\n".join(lines)


def _code(text: str) -> str:
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text.replace("`", "'"))
    return shown if len(shown) <= _MAX_SENT else f"{shown[:_MAX_SENT]}\u2026"


def _without(removed: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        f"| {name} | {Defence(name).does} | {each['name']} | {share(each['tried'])} |"
        for run in removed
        for name in run["without"]
        for each in run["attacks"]
    ]
    return "| taken away | what it does | attack | successes |\n|---|---|---|---|\n" + "\n".join(rows)
