"""What the screen looks for: how sentences that address a model are worded.

Patterns meet folded text (`screening.fold`): lower case, single spaces. Each starts at a word and runs over a bounded
number of characters, so that no text makes them slow. They are kept to what no reporter writes: of 24,237 real
headlines, posts and articles one is touched (docs/guides/prompt-safety.md).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of wording."""

    code: str
    gates: tuple[str, ...]
    """The pattern is tried only where one of these occurs: a plain search takes a tenth of the time."""
    pattern: re.Pattern[str]


def _any(phrases: str | Iterable[str]) -> str:
    """Match one of some phrases; of one string, one of its words."""
    return f"(?:{'|'.join(phrases.split() if isinstance(phrases, str) else phrases)})"


def _rule(code: str, gates: tuple[str, ...], *alternatives: str) -> Rule:
    return Rule(code, gates, re.compile("|".join(alternatives)))


_GAP: Final = r"[\s\"'*_,-]{1,4}"
_FEW_WORDS: Final = rf"(?:[\w'-]{{1,15}}{_GAP}){{0,4}}?"
_IGNORE: Final = r"\b" + _any(
    (
        "ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|overrule|bypass|discard|neglect|skip|cancel|erase",
        "abandon|delete|set aside|pay no attention to|(?:do not|don't) (?:follow|obey)|stop (?:following|obeying)",
    )
)
_EARLIER: Final = _any("previous prior above earlier preceding foregoing")
_WHOSE: Final = _any(
    "all any every your system initial original former other the these those such given safety developer"
)
_INSTRUCTIONS: Final = _any(
    r"instructions? prompts? directions directives? system\smessages? guard\s?rails? programming"
)
_MODEL: Final = _any(
    r"ai llms? (?:large\s)?language\smodels? chat\s?bots? chatgpt gpt assistants? copilot "
    r"ai\s(?:agents?|models?|systems?|assistants?|readers?|analysts?)"
)
_PERSONA: Final = (
    r"(?:an? |the |my )?(?:[\w-]{1,15} ){0,3}"
    + _any("analyst assistant ai model bot trader agent dan officer advis[eo]r expert persona developer chatbot oracle")
    + r"\b"
)
_SPEAK: Final = _any("act answer respond reply output behave say only always")
_TALK: Final = _any("respond reply answer output return print write say")
_ONLY: Final = _any("only just exactly simply solely always exclusively instead")
_REVEAL: Final = _any(
    "reveal repeat print show output display tell quote echo recite disclose leak write include expose dump translate "
    "spell copy paste share append give"
)
_CALL: Final = _any("call use invoke run execute trigger")
_DECODE: Final = r"\b(?:decode|decrypt|decipher)\b"

HARD: Final = (
    _rule(
        "override",
        ("instruction", "prompt", "direction", "directive", "system message", "guardrail", "guard rail", "programming"),
        rf"{_IGNORE}{_GAP}{_FEW_WORDS}(?:{_EARLIER}|{_WHOSE}){_GAP}{_FEW_WORDS}{_INSTRUCTIONS}\b",
    ),
    _rule(
        "override",
        (
            "above",
            "before",
            "told",
            "instructed",
            "so far",
            "rules",
            "guidelines",
            "context",
            "conversation",
            "message",
        ),
        rf"{_IGNORE}{_GAP}{_any('everything anything all whatever what')}{_GAP}(?:of{_GAP})?"
        rf"(?:{_any('the that which was is has text said you were have been')}{_GAP}){{0,5}}"
        rf"{_any(('above', 'before this', 'told', 'instructed', 'so far'))}\b",
        rf"{_IGNORE}{_GAP}(?:(?:all|any){_GAP})?(?:of{_GAP})?(?:your|(?:the{_GAP})?{_EARLIER}){_GAP}(?:[\w-]{{1,15}}{_GAP})?"
        rf"{_any('context conversation messages? guidelines rules text')}\b(?= ?(?:and|[.,;:!]|$))",
    ),
    _rule(
        "override",
        ("instruction", "prompt", "task", "objective", "directive"),
        rf"\b{_any('new updated revised real actual true hidden secret important special additional')} (?:system )?"
        r"(?:instructions?|prompt|directives?)(?: are| is)?(?: as follows)? ?:",
        r"\byour (?:new|real|actual|true|only|primary) (?:tasks?|instructions?|objective|goal) (?:is|are)\b",
        r"\b(?:supersedes?|replaces?|overrides?|takes? precedence over) (?:\w{1,12} ){0,3}"
        r"(?:system prompt|instructions? (?:above|you)|your instructions?|prompt)\b",
    ),
    _rule(
        "override",
        (" mode", "override"),
        rf"\b{_any('developer debug god jailbreak dan unrestricted admin maintenance')} mode(?: is)?(?: now)? "
        r"(?:enabled|activated|active|on\b)",
        r"\b(?:enter|enable|activate|switch to|start) (?:developer|debug|god|jailbreak|dan|unrestricted) mode\b",
        rf"\b{_any('system admin administrator developer safety security operator')} override\b ?[:.!-]",
    ),
    _rule(  # Spanish, French, German, Italian, Portuguese; Chinese and Japanese
        "override",
        ("instru", "anweisung", "istruzion", "\u6307\u4ee4", "\u6307\u793a", "\u63d0\u793a"),
        rf"\b{_any('ignora ignore[zr]? olvida olvide oubliez oublie ignoriere?n? vergiss dimentica desconsidere')}\b"
        r"[^.!?\n]{0,40}\b(?:instrucciones|instructions|anweisungen|istruzioni|instru(?:co|\u00e7\u00f5)es)\b",
        "(?:\u5ffd\u7565|\u65e0\u89c6|\u5fd8\u8bb0|\u7121\u8996)[^\u3002.\n]{0,20}"
        "(?:\u6307\u4ee4|\u6307\u793a|\u63d0\u793a)",
        "(?:\u6307\u4ee4|\u6307\u793a)[^\u3002.\n]{0,10}(?:\u5ffd\u7565|\u7121\u8996|\u65e0\u89c6)",
    ),
    _rule(
        "role",
        ("you are", "you're", "pretend", "from now on", "roleplay", "role-play", "stay in character"),
        rf"\b(?:you are|you're) (?:now|no longer|actually|really) {_PERSONA}",
        rf"\b(?:you are|you're) (?:an? )?{_MODEL}\b",
        rf"\bpretend (?:that )?(?:you are|you're|to be) {_PERSONA}",
        r"\bfrom now on,? you are (?:the|an?|my) ",
        rf"\bfrom now on,? (?:you (?:are|will|must|should|shall) (?:now )?)?{_SPEAK}\b",
        r"\b(?:roleplay|role-play) as\b",
        r"\bstay in character\b",
    ),
    _rule(
        "role",
        (" ai", "llm", "language model", "chatbot", "chat bot", "gpt", "assistant", "copilot"),
        r"\b(?:attention|(?:note|message|instructions?|notice) (?:to|for)|dear|hey|hello),? "
        rf"(?:(?:all|any|the|every) ){{0,2}}{_MODEL}"
        r"(?: ?[:,!-]| (?:reading|processing|that|which|who|analy[sz]ing|summari[sz]ing)\b)",
        rf"\b{_MODEL} (?:reading|processing|analy[sz]ing|evaluating) this\b",
    ),
    _rule(
        "chat_markup",
        ("<|", "inst]", "sys>", "###", "role", "</", "<sys", "<ass", "<use", "<dev", "<ins", "<pro", "<too", "<fun"),
        r"<\|[a-z_]{2,20}\|?>",
        r"\[/?inst\]|<</?sys>>",
        rf"</?{_any('system assistant user developer instructions? prompt tool_?calls? function_?calls? invoke')}\b"
        r"[^<>]{0,60}>",
        rf"###? ?{_any('system assistant user human instructions? response')}\b",
        rf"[\"']role[\"'] ?: ?[\"']{_any('system assistant user developer tool')}[\"']",
    ),
    _rule(
        "chat_markup",
        ("system", "assistant", "developer", "end of "),
        r"(?:^|(?<=[.!?\n\"\])>]) ?)\W{0,3}(?:system|assistant|developer)"
        rf"(?: {_any('message prompt note notice update instruction')})? ?: ",
        r"\b(?:begin|end|start) (?:of )?(?:system|developer) (?:message|prompt)\b",
        r"\bend of (?:the )?(?:untrusted |user )?(?:news|article|input|data)(?: item| text)?[\s.\]:*-]{1,6}"
        r"(?:system|new|instruction|now)",
    ),
    _rule(
        "prompt",
        ("prompt", "instruction", "guideline", "system message", "above", "canary", "your rules", "configuration"),
        rf"\b{_REVEAL} (?:[\w']{{1,12}} ){{0,5}}?(?:"
        r"(?:system|initial|hidden|secret|developer) (?:prompts?|instructions?|messages?)"
        rf"|your (?:[\w-]{{1,12}} ){{0,2}}{_any('prompts? instructions? guidelines rules configuration')}"
        r"|(?:prompt|instructions?|text|words|everything|message) (?:\w{1,8} ){0,2}above|canary)\b",
        r"\bwhat (?:is|are|was|were) your (?:[\w-]{1,12} ){0,2}(?:prompts?|instructions?)\b",
        r"\b(?:everything|all(?: the)? text|the words) above this (?:line|point|sentence|message|text)\b",
    ),
    _rule(
        "tool",
        ("call", "invoke", "trigger", "run ", "execute", "use "),
        rf"{_CALL} (?:the |your )?(?:(?:tool|function|plugin)s? )?[\"'`]?[a-z]{{2,15}}(?:_[a-z]{{2,15}}){{1,3}}\b",
        r"(?:call|invoke|execute|trigger) (?:the |your )?(?:tool|function|plugin)s? [\"'`]?[a-z]",
        r"(?:call|invoke|trigger) (?:the |your )?[\w-]{1,20} (?:tool|function|plugin)s? (?:to|with|and|now|for|on)\b",
    ),
    _rule(
        "tool",
        ("_", "toolcall"),
        r"_[a-z]{2,15}\([^()\n]{0,80}\)",
        r"[\"'](?:tool_?calls?|function_call)[\"'] ?:",
    ),
    _rule(
        "format",
        ("respond", "reply", "answer", "output", "return", "print", "write", "say"),
        rf"\b{_TALK} (?:{_ONLY} ){{0,2}}(?:(?:with|in|by|as) )?(?:(?:only|exactly|just) )?"
        r"(?:(?:the|an?|this|following) ){0,2}(?:(?:valid|single) )?"
        r"(?:json|xml|yaml|base64|plain prose|free text|word [\"']|token|object|string [\"']|\{|signal\b)",
        rf"\b(?:respond|reply|answer) (?:{_ONLY} ){{1,2}}(?:(?:with|in|by) )?[\"']?"
        r"(?:buy|sell|hold|yes|bullish|bearish|[-+]?1)\b",
        r"\byour (?:(?:final|next|only|whole) )?(?:answer|response|output|reply|verdict|signal|conviction|reasoning) "
        r"(?:must|should|shall|has to|needs to|will|is to) "
        r"(?:be|contain|start|begin|include|say|consist|always|read|have)\b",
    ),
    _rule(
        "format",
        ("signal", "conviction", "reasoning", "evidence"),
        rf"\b{_any('set force fix change put make')} (?:(?:the|your|its) )?(?:signal|conviction)(?: field)?"
        r"(?: (?:to|at|as))? ?[\"'=:]? ?[\"']?(?:[-+]?[01]\b|buy|sell|none|max)",
        r"[\"'](?:signal|conviction|reasoning|evidence)[\"'] ?:",
        r"\b(?:signal|conviction) ?= ?[-+]?[01]\b",
        r"\bsignal must be\b",
    ),
    _rule(
        "encoded",
        ("decode", "decrypt", "rot13", "rot-13", "base64", "decipher"),
        rf"{_DECODE}[^.!?\n]{{0,60}}\b(?:and|then) (?:\w{{1,12}} ){{0,3}}(?:follow|obey|execute|do|act|comply|apply)\b",
        rf"{_DECODE}[^.!?\n]{{0,60}}\b(?:base64|rot-?13|hexadecimal|hex|following|this)\b",
        r"\b(?:base64|rot-?13) ?:",
    ),
    # Letters set apart to hide a word; initials ("U. S. A.") and lists of grades are shorter.
    _rule("spaced", (" ", ".", "-", "_", "*"), r"\b[a-z](?:[ ._*-][a-z]){11,200}\b"),
)
"""Wordings by which alone a sentence is removed."""

FOLLOW_UPS: Final = _rule(
    "follow_up",
    ("",),
    rf"\byou {_any('must should shall will are have need may can were')}\b",
    r"\byour (?:answer|task|job|reply|response|output)\b",
    r"\b(?:answer|respond|reply|output|say|return|report|rate|mark|recommend|treat|label|classify|always|never)\b"
    r"[^.!?\n]{0,60}\b(?:buy|sell|hold|bullish|bearish|signal|conviction|confidence|instructions?|1)\b",
)
"""Wordings that belong to an instruction in whose neighbourhood they stand; alone, they are a columnist's."""
