"""What market news tells, as wires and papers word it: kinds of event, each with poles that exclude each other."""

import re
from functools import lru_cache
from typing import Final

_CUT: Final = (
    "cut(?:s|ting)?|lower(?:s|ed|ing)?|reduc\\w+|trim\\w*|slash\\w*|eas(?:es|ed|ing)|pare[sd]?|shav\\w+|decreas\\w+"
)
_RAISE: Final = "rais\\w+|hik\\w+|increas\\w+|lift(?:s|ed|ing)?|boost\\w*|hoist\\w*|up(?:s|ped)|bump\\w*"
_KEEP: Final = (
    "hold(?:s|ing)?|held|keep(?:s|ing)?|kept|leav(?:e|es|ing)|left|maintain\\w*|affirm\\w*|reiterat\\w+|reaffirm\\w*"
)
_GRANT: Final = (
    "approv\\w+|greenlight\\w*|green light|clear(?:s|ed|ing)?|nod|blessing|go ahead"
    "|okay(?:s|ed)?|authori[sz]\\w+|backs?"
)
_REFUSE: Final = (
    "reject\\w*|declin\\w+|turn(?:s|ed)? down|den(?:y|ies|ied)|refus\\w+|block\\w*|snub\\w*|disapprov\\w+|rebuff\\w*"
    "|knock\\w* back|sh(?:oots?|ot) down|bar(?:s|red)|prohibit\\w*|no to|thwart\\w*"
)
_DROP: Final = (
    "scrap\\w*|drop(?:s|ped|ping)?|abandon\\w*|terminat\\w+|call(?:s|ed)? off|cancel\\w*|walk(?:s|ed)? away|ditch\\w*"
    "|withdr[ae]w\\w*|pull(?:s|ed)? out|axe[sd]?|shelv\\w+|suspend\\w*|paus\\w+|halt\\w*"
)
_LIFT: Final = (
    "lift\\w*|remov\\w+|suspend\\w*|paus\\w+|scrap\\w*|drop\\w*|exempt\\w*|delay\\w*"
    "|roll\\w* back|waiv\\w+|eas(?:e|es|ed)|halv\\w+"
)
_RETURN: Final = "recover\\w*|return\\w*|refund\\w*|reimburs\\w+|restor\\w+|retriev\\w+"
_VIEW: Final = "outlook|forecasts?|guidance|view|guide|projections?"
_BAR: Final = "estimates?|ests?|expectations|forecasts?|consensus|targets?|views|projections|street"
_DEAL: Final = (
    "acqui\\w+|takeover|merg\\w+|purchas\\w+|buyout|buy(?:s|ing)?|bought|deal|combin\\w+"
    "|sale|bid|tie up|take over|snap(?:s)? up"
)
_SHARES: Final = "shares?|stock"
_OIL: Final = "output|production|supply|supplies|pumping|taps|barrels"
_CHIEF: Final = "ceo|chief|boss|head|chair\\w*|cfo|president|founder|executive"
_LEAVE: Final = (
    "step(?:s|ped|ping)? down|step(?:s|ped|ping)? aside|resign\\w*|leav(?:e|es|ing)"
    "|depart\\w*|exit\\w*|out|oust\\w*|retir\\w+|fire[sd]|quit(?:s|ting)?"
    "|replac\\w+|swap\\w*|remov\\w+|sack\\w*|succe(?:ed\\w*|ssor)|dismiss\\w*"
)
_PLANT: Final = "production|output|plants?|factory|factories|operations|refinery|mine|mill|smelter|pipeline|port"
_INFLATION: Final = "inflation|price growth"
_RISE: Final = (
    "rises?|rose|rising|climb\\w*|jump\\w*|gr[eo]w\\w*|gain\\w*|up|increas\\w+|add\\w*"
    "|surg\\w+|accelerat\\w+|soar\\w*|higher|hotter|stronger|above"
)
_FALL: Final = (
    "falls?|fell|drop\\w*|shr[iau]nk\\w*|contract\\w*|declin\\w+|slow\\w*|cool\\w*"
    "|eas\\w+|down|slip\\w*|lower|softer|weaker"
)
_FORECAST: Final = "(?:expected|forecast|estimated|predicted|anticipated|thought|exp|feared)"


def _near(one: str, other: str, gap: int = 5) -> str:
    """Return a pattern for two words in this order with few between them."""
    return rf"(?:{one})(?: \S+){{0,{gap}}}? (?:{other})"


def _beside(one: str, other: str, gap: int = 4) -> str:
    """Return a pattern for two words in either order."""
    return f"{_near(one, other, gap)}|{_near(other, one, gap)}"


_FRAMES: Final = {
    "rate": {
        "down": _near(_CUT, "rates?|borrowing costs|bps|basis points?|percentage point|easing")
        + "|rate (?:cut|reduction)|point (?:\\S+ )?(?:cut|reduction)|easing",
        "up": _near(_RAISE, "rates?|borrowing costs|bps|basis points?")
        + "|(?:rate|point) (?:hike|rise|increase)|tightens policy",
        "hold": _near(_KEEP, "rates?|borrowing costs")
        + "|"
        + _near("rates?", "unchanged|steady|on hold", 2)
        + "|stands? pat|"
        + _near("no change", "rates?"),
    },
    "outlook": {
        "up": _near(_RAISE, _VIEW) + "|guid\\w+ higher|(?:expects|sees) (?:higher|more|stronger)",
        "down": _near(_CUT, _VIEW)
        + (
            "|guid\\w+ lower|(?:expects|sees) (?:lower|less|weaker)|warns? (?:on"
            "|of) \\S*(?: \\S+)? ?(?:profits?|sales|revenue)|profit warning"
        ),
        "keep": _near(_KEEP, _VIEW),
    },
    "results": {
        "beat": _near(
            "tops?|topp\\w+|beat(?:s|ing)?|exceed\\w*|surpass\\w*|outpac\\w+|above|ahead of|past|crush\\w*", _BAR
        )
        + (
            f"|(?:better|stronger|hotter|higher|faster) than {_FORECAST}|(?:earnings|revenue"
            f"|profit) beat|beat(?:s|ing)? on|"
        )
        + _near(_RISE, f"more than {_FORECAST}")
        + "|"
        + _near(_FALL, f"less than {_FORECAST}"),
        "miss": _near("miss(?:es|ed|ing)?|short of|below|undersho\\w+|trail\\w*|lag\\w*|under", _BAR)
        + (
            f"|f[ae]ll(?:s|ing)? short|(?:weaker|worse|lower|softer|cooler"
            f"|slower) than {_FORECAST}|disappoint\\w*|(?:earnings|revenue|profit) miss|miss(?:es"
            f"|ed|ing)? on|"
        )
        + _near(_RISE, f"less than {_FORECAST}")
        + "|"
        + _near(_FALL, f"more than {_FORECAST}")
        + f"|less than the (?:\\S+ ){{1,6}}{_FORECAST}",
    },
    "merger": {
        "make": _near(
            "to|will|agree\\w*|strik\\w+|reach\\w*|ink\\w*|clinch\\w*|sign\\w*|announc\\w+|in|near|enter\\w*", _DEAL, 6
        )
        + (
            "|be (?:acquired|bought)|(?:is|are) (?:buying|acquiring)|buys|acquires|buying"
            "|acquiring|snaps up|takeover of|acquisition of|merger agreement"
        ),
        "off": _near(_DROP, _DEAL),
        "block": _near(_REFUSE, _DEAL) + "|" + _near(_DEAL, "blocked|rejected|barred"),
        "clear": _near("approv\\w+|clear\\w*|greenlight\\w*|green light|go ahead|nod", _DEAL)
        + "|"
        + _near(_DEAL, "approved|cleared"),
    },
    "hack": {
        "hit": (
            "hack(?:s|ed|ers?|ing)?|exploit(?:s|ed)?|breach(?:ed|es)?|stolen|steals?|theft|heist"
            "|drain(?:s|ed)?|attackers?|cyber ?attack|loot\\w*"
        ),
        "back": _beside(_RETURN, "funds|crypto|ether|bitcoin|million|billion|stolen|assets|hackers?"),
    },
    "recall": {
        "call": (
            "recall(?:s|ed|ing)?|call(?:s|ed|ing)? back|pull(?:s|ed|ing)? (?:back|\\S+ from (?:shelves|sale|market))"
        )
    },
    "head": {
        "leave": _beside(_CHIEF, _LEAVE, 5),
        "stay": _beside(_CHIEF, "stays?|remains?|backs?|extends?|keeps?|retains?|extension", 4),
        "join": _near(
            "names?|named|appoint\\w*|hir(?:es|ed)|taps?|tapped|pick(?:s|ed)?|poach\\w*|recruit\\w*|install\\w*",
            _CHIEF,
            4,
        ),
    },
    "oil": {
        "cut": _near(_CUT + "|curb\\w*", _OIL) + "|(?:output|production|supply) (?:\\S+ )?(?:cuts?|curbs?|reductions?)",
        "extend": _near(
            "extend\\w*|prolong\\w*|roll\\w* over|keep\\w*|maintain\\w*|stick\\w*", "cuts?|curbs?|reductions?|cutting"
        ),
        "raise": _near(_RAISE + "|add\\w*|open\\w*", _OIL)
        + "|(?:output|production|supply) (?:\\S+ )?(?:hikes?|increases?|boost|rise)|pumps? more|"
        + _near("ends?|ending|unwind\\w*|revers\\w+|phas\\w+ out", "cuts?|curbs?"),
        "hold": _near(_KEEP, "(?:output|production|supply)(?: policy)? (?:unchanged|steady|flat)"),
    },
    "inflation": {
        "": "consumer prices?|cpi",
        "up": _near(
            _INFLATION,
            (
                "rises|rose|jump\\w*|surg\\w+|accelerat\\w+|climb\\w*|soar\\w*|picks? up|picked up"
                "|hott?\\w*|quicken\\w*|heats?|up"
            ),
            3,
        )
        + "|hot(?:ter)? (?:\\S+ )?(?:inflation|cpi)",
        "down": _near(
            _INFLATION,
            (
                "cool\\w*|slow\\w*|eas(?:es|ed|ing)|drop\\w*|fall\\w*|fell|soft\\w*|slip\\w*|dip\\w*"
                "|decelerat\\w+|moderat\\w+"
            ),
            4,
        )
        + "|(?:cool|soft)(?:er|ing)? (?:\\S+ )?(?:inflation|cpi)|"
        + _near("consumer prices?|cpi", "falls?|fell|drop\\w*|declin\\w+", 3),
    },
    "rating": {
        "up": "upgrad\\w+|turns? bullish|" + _near(_RAISE, "rating|buy|overweight|outperform"),
        "down": "downgrad\\w+|turns? bearish|"
        + _near(_CUT, "rating|neutral|underweight|sell|hold|underperform|equal weight"),
        "keep": _near(_KEEP, "rating|buy|overweight|outperform|neutral|underweight|sell|underperform"),
    },
    "jobs": {
        "cut": _near(
            _CUT + "|shed\\w*|axe\\w*|eliminat\\w+", "jobs|staff|workforce|positions|roles|workers|employees|headcount"
        )
        + "|lay(?:s|ing)? off|laid off|layoffs|job cuts",
        "add": _near("add(?:s|ed)?|creat\\w+|hir\\w+", "jobs|staff|workers|employees|positions")
        + "|"
        + _near("payrolls", "rose|rise|up|jump\\w*|surge\\w*"),
    },
    "equity": {
        "sell": _near("sell|sells|selling|issu\\w+|offer\\w*|sale", _SHARES, 8)
        + f"|(?:{_SHARES}) (?:offering|sale|issue)|raises? capital",
        "buy": "buy ?backs?|repurchas\\w+|buy(?:s|ing)? back",
    },
    "dividend": {
        "down": _near(_CUT + "|halv\\w+", "dividends?|payout") + "|dividend (?:\\S+ )?(?:cut|reduction)",
        "up": _near(_RAISE, "dividends?|payout") + "|dividend (?:hike|increase|boost)",
        "off": _near("suspend\\w*|scrap\\w*|omit\\w*|skip\\w*|cancel\\w*", "dividends?|payout"),
    },
    "split": {
        "split": "(?:stock|share|1) split|splits? (?:its )?(?:stock|shares)",
        "reverse": "reverse (?:stock |share )?split",
    },
    "bankruptcy": {
        "in": "bankrupt\\w*|chapter (?:11|7)|insolven\\w+",
        "out": _near("emerg\\w+|exit\\w*|avoid\\w*|avert\\w*|escap\\w+", "bankrupt\\w*|chapter (?:11|7)|insolven\\w+"),
    },
    "default": {
        "in": "default(?:s|ed)?|" + _near("miss\\w*|fail\\w* to|skip\\w*", "payment|pay|coupon"),
        "out": _near("emerg\\w+|exit\\w*|avoid\\w*|avert\\w*|out of|escap\\w+", "default")
        + "|"
        + _near("pays|paid|makes|made", "coupon|payment"),
    },
    "tariff": {"on": "tariffs?|dut(?:y|ies)", "off": _near(_LIFT, "tariffs?|dut(?:y|ies)")},
    "sanction": {"on": "sanction\\w*", "off": _near(_LIFT, "sanctions?")},
    "service": {
        "down": "outages?|offline|disrupt\\w*|knock\\w* out|go(?:es)? dark|went dark|"
        + _near("is|are|were|services?|cloud|platform|network|site|app", "down", 2),
        "up": "back (?:online|up)|"
        + _near("restor\\w+|resum\\w+|recover\\w*", "services?|cloud|platform|network|site|app|operations"),
    },
    "approval": {
        "yes": _GRANT + "|" + _near("wins?|won|gets?|secur\\w+|receiv\\w+|gains?", "approval"),
        "no": _REFUSE + "|complete response letter|" + _near("fail\\w*|lose[sd]?", "approval|approve"),
        "delay": "delay\\w*|postpon\\w+|push\\w* back|defer\\w*",
    },
    "trial": {
        "fail": _beside(
            "trial|study|drug|endpoint|goal|treatment|phase", "fail\\w*|miss\\w*|flop\\w*|not meet|setback", 5
        ),
        "win": _beside("trial|study|endpoint|goal", "meets?|met|succeed\\w*|success\\w*|hits?|positive", 4),
    },
    "suit": {
        "sue": "sue[sd]?|suing|lawsuits?|suits?|litigation|claims",
        "settle": "settl\\w+|" + _near("end|ends|resolv\\w+", "lawsuits?|suits?|litigation|claims"),
        "off": _near("dismiss\\w*|toss\\w*|thr[oe]ws? out|drop\\w*|wins?", "lawsuits?|suits?|case"),
    },
    "fine": {
        "on": "fine[sd]?|fining|penalt\\w+|penali[sz]\\w+",
        "off": _near(
            "overturn\\w*|annul\\w*|scrap\\w*|quash\\w*|void\\w*|thr[eo]ws? out|cancel\\w*|cut\\w*|wins?",
            "fines?|penalt\\w+",
        ),
    },
    "probe": {
        "on": "prob(?:e[sd]?|ing)|investigat\\w+|inquiry|look(?:s|ing)? into|scrutini[sz]\\w+",
        "off": _near("clos\\w+|drop\\w*|end(?:s|ed)|cleared|clears", "probe|investigation|inquiry"),
    },
    "strike": {
        "on": "strikes?(?! (?:\\S+ ){0,3}(?:deal|agreement|accord|pact))|walk(?:s|ed|ing)? (?:out|off)|walkout",
        "off": _near(
            "end(?:s|ed|ing)?|avert\\w*|avoid\\w*|call\\w* off|settl\\w+|suspend\\w*|resolv\\w+", "strike|walkout"
        )
        + "|return to work|back to work",
    },
    "plant": {
        "stop": _beside(
            "halt\\w*|stop(?:s|ped|ping)?|shut\\w*|suspend\\w*|clos(?:e|es|ed|ing)|idl(?:es|ed|ing)|down", _PLANT
        ),
        "go": _beside("restart\\w*|resum\\w+|reopen\\w*|restor\\w+|back online", _PLANT),
    },
    "fire": {"fire": "fire|blaze"},
    "peg": {
        "lost": "depeg\\w*|" + _beside("los(?:es|t|ing)|break\\w*|broke|below|slip\\w*|under|snap\\w*", "peg"),
        "kept": "repeg\\w*|" + _near("regain\\w*|restor\\w+|recover\\w*|back to|holds?|keeps?", "peg|dollar"),
    },
    "economy": {
        "down": _near("economy|gdp|output", "shr[iau]nk\\w*|contract\\w*|fell|falls?|declin\\w+|drops?|dropped", 4)
        + "|recession",
        "up": _near("economy|gdp", "gr[eo]w\\w*|expand\\w*|rises?|rose|rebound\\w*", 4),
    },
    "contract": {
        "win": _near(
            "wins?|won|land(?:s|ed)?|gets?|got|award\\w*|secur\\w+|receiv\\w+|clinch\\w*|bag(?:s|ged)",
            "contracts?|orders?",
        ),
        "lose": _near("los(?:es|t|ing)|cancel\\w*", "contracts?|orders?"),
    },
    "deliveries": {"": "deliver(?:s|ed|ies|y)"},
    "exports": {
        "curb": _near(
            "restrict\\w*|curb\\w*|bar(?:s|red|ring)?|bans?|banned|limit\\w*|block\\w*"
            "|tighten\\w*|clamp\\w*|requir\\w+",
            "exports?|sales?|selling|shipments?",
        ),
        "allow": _near(
            "allow\\w*|permit\\w*|let(?:s|ting)?|eas(?:e|es|ed|ing)|lift\\w*|resum\\w+|clear\\w*",
            "exports?|sales?|sell|selling|shipments?|ship",
        ),
    },
    "stake": {
        "buy": _near(
            "buy(?:s|ing)?|bought|tak(?:es|ing)|took|acquir\\w+|build\\w*|disclos\\w+|rais\\w+|boost\\w*", "stake"
        ),
        "sell": _near("sell(?:s|ing)?|sold|cut(?:s|ting)?|dump\\w*|exit\\w*|trim\\w*|reduc\\w+", "stake"),
    },
    "peace": {
        "peace": "ceasefire|truce|peace deal",
        "war": _near("collaps\\w+|break\\w*|violat\\w+|end\\w*|reject\\w*", "ceasefire|truce"),
    },
}
"""Per kind its poles. The first is what another pole may be about (blocks the *takeover*): beside one it does not
count. The pole without a name leaves the direction open."""
_COMPILED: Final = tuple(
    (kind, pole, place, re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"))
    for kind, poles in _FRAMES.items()
    for place, (pole, pattern) in enumerate(poles.items())
)
_ABOUT: Final = frozenset(
    {
        "merger",
        "hack",
        "oil",
        "bankruptcy",
        "default",
        "tariff",
        "sanction",
        "approval",
        "suit",
        "fine",
        "probe",
        "strike",
        "split",
        "inflation",
        "peace",
    }
)
"""Kinds whose first pole is also what the others are about."""
_MEMO: Final = 65_536
_ENDS_ITSELF: Final = frozenset(
    {
        "rate",
        "outlook",
        "results",
        "head",
        "oil",
        "jobs",
        "dividend",
        "plant",
        "service",
        "rating",
        "exports",
        "approval",
        "hack",
        "trial",
        "fire",
        "peg",
    }
)
"""Kinds whose words for an end are poles of their own, or that can be an end of something else."""
_CLEARED: Final = frozenset({"make", "clear"})
"""Of a merger; the first is what the second is about."""
_DENIED: Final = re.compile(
    r"(?<!\S)(?:not|no|never|wont|cannot|isnt|didnt|doesnt|without|nor|arent|wasnt|hasnt"
    r"|neither|den(?:y|ies|ied))(?: \S+){0,3}$"
    r"|(?<!\S)(?:fail\w*|declin\w+|refus\w+|rules? out|ruled out)(?: \S+){0,2}$"
)
_ENDED: Final = re.compile(
    r"(?<!\S)(?:scrap\w*|drop(?:s|ped)?|cancel\w*|suspend\w*|end(?:s|ed)?|avoid\w*"
    r"|avert\w*|call\w* off|thr[eo]ws? out|halt\w*|delay\w*|postpon\w+"
    r"|withdr[ae]w\w*|abandon\w*|shelv\w+|revers\w+|undo\w*|lifts?|block\w*|paus\w+)(?: \S+){0,3}$"
)
"""Before the words of an event: what takes it back."""
_SURPRISE: Final = re.compile(
    r"([+-]?)[$\u20ac\u00a3]?(\d+(?:\.\d+)?)(%|[a-z]*) (?:[^\d\s]+ ){0,2}?(?:est|exp"
    r"|estimate|consensus|vs|v|versus|forecast) ([+-]?)[$\u20ac\u00a3]?(\d+(?:\.\d+)?)(%"
    r"|[a-z]*)(?= |$)(.*)"
)
_SET_AGAINST: Final = re.compile(r"(?<!\S)(?:est|exp|estimates?|expected|consensus|forecasts?)(?!\S)")


def _surprise(key: str) -> str:
    """Return `beat` or `miss` for a figure that is set beside the one that was expected."""
    if (found := _SURPRISE.search(key)) is None or _SET_AGAINST.search(key) is None or found[3] != found[6]:
        return ""
    told, hoped = float(found[1] + found[2]), float(found[4] + found[5])
    return "beat" if told > hoped else "miss" if told < hoped else ""


@lru_cache(_MEMO)
def frames(key: str) -> dict[str, frozenset[str]]:
    """Return the poles that a text tells per kind of event; `not` and `no more` before a pole make others of it.

    Args:
        key: The folded text: small letters, no punctuation.
    """
    found: dict[str, set[str]] = {}
    for kind, pole, place, pattern in _COMPILED:
        if (match := pattern.search(key)) is None:
            continue
        before = key[: match.start()].rstrip()
        if _DENIED.search(before):
            found.setdefault(kind, set()).add(f"not {pole}")
        elif place == 0 and kind not in _ENDS_ITSELF and _ENDED.search(before):
            found.setdefault(kind, set()).add(f"no more {pole}")
        else:
            found.setdefault(kind, set()).add(pole)
    if "rating" in found:
        found.pop("merger", None)  # upgraded to buy
    if pole := _surprise(key):
        found.setdefault("results", set()).add(pole)
    for kind, poles in found.items():
        if kind in _ABOUT and len(poles) > 1:
            poles.discard(next(iter(_FRAMES[kind])))
    return {kind: frozenset(poles) for kind, poles in found.items()}


def agree(one: str, other: str) -> set[str]:
    """Return the kinds of event that both texts tell, and tell alike."""
    a, b = frames(one), frames(other)
    return {kind for kind in a if kind in b and a[kind] & b[kind] - {""}}


def oppose(one: str, other: str) -> set[str]:
    """Return the kinds of which the texts tell poles that exclude each other."""
    a, b = frames(one), frames(other)
    return {
        kind
        for kind in a
        if kind in b and a[kind] - {""} and b[kind] - {""} and not a[kind] & b[kind] and a[kind] | b[kind] != _CLEARED
    }
