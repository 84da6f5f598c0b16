"""Rewordings by class: nouns for verbs, passives without `be`, generic names of agencies.

Written as in `lexicon_events`; what stands here counts before the other tables.
"""

from typing import Final

from forethought.domain.guard.inflect import listed

PHRASES: Final = """
finish / done: deal closes|deal closed|deal has closed|deal is closed|transaction closes|transaction closed|
    deal is complete|deal completed
bankrupt / bust: winding up order|winding up petition|liquidation order|*order to liquidate|ordered to liquidate|
    ordered liquidated|ordered into liquidation|*go into liquidation|*enter liquidation
balance / deficit: supply shortfall
verdict / yes: *get the nod|*get nod
trade / buy: *take ownership of
merge / merge: tie up between
hack / hack: *steal from|stolen from
strike / off: *be over strike|strike comes to an end|*end walkout|walkout over|walkout is over
list / list: first day of trading|trading debut|debut on the|first trading day
run / stop: *knock out|*wind up operations
war / fight: strikes on|airstrikes on|*strike targets
"""

MOVES: Final = """
up: *return to growth|pickup in|pick up in|renewed expansion|return to growth|renewed growth
"""

LIGHT: Final = """multi year|multiyear|multi billion dollar|multibillion dollar|multi billion|multibillion|
multi million dollar|multimillion dollar|oz|per oz|an oz"""

GAPPED: Final = (
    ("hit+(hit)_with slap+_with", "lawsuit lawsuits suit fine fines penalty complaint", "suit", "sue", "w"),
    ("face", "lawsuit lawsuits suit fine fines penalty", "suit", "sue", "w"),
    ("open launch start begin(began/begun) initiate", "probe investigation inquiry", "probe", "probe"),
    ("drop+ abandon withdraw(withdrew/withdrawn)", "appeal appeals", "run", "stop"),
    ("oust eject", "ceo boss chief", "member", "leave"),
    ("strip+", "rating", "rating", "down"),
    ("lose(lost)", "rating", "rating", "down", "w"),
    ("let(let)_go", "workforce staff workers employees", "move", "down"),
)  # fmt: skip
"""As in `lexicon_events`; a verb may ask for the word after it: `hit_with` is what happens to its subject."""

AGENCIES: Final = """
cma: uk competition watchdog|british competition watchdog|britain competition watchdog|uk antitrust regulator|
    uk antitrust watchdog|british competition regulator|britain competition regulator|uk competition authority|
    britain antitrust regulator|british antitrust regulator|uk competition regulators
sec: us securities watchdog|us securities regulators|american securities regulator|wall street watchdog|
    wall street regulator|america securities regulator
fda: us drug regulators|us health regulators|american drug regulator|us food and drug administration|
    us drugs regulator|us drugs watchdog|america drug regulator
ema: eu drug regulator|eu drugs regulator|european drug regulator|european drugs regulator|eu medicines regulator|
    europe drug regulator|europe drugs regulator|european medicines regulator|eu drugs watchdog|
    europe medicines regulator|eu drug agency|european drug agency
faa: us aviation regulator|us aviation regulators|us air safety regulator|us aviation safety regulator|
    us aviation authorities
nhtsa: us auto safety regulator|us auto safety regulators|us road safety regulator|us auto safety agency
fca: uk financial watchdog|uk financial regulator|britain financial watchdog|britain financial regulator|
    british financial watchdog|british financial regulator
bafin: german financial watchdog|german financial regulator|germany financial watchdog|germany financial regulator
snb: swiss central bank
rba: australian central bank
us army: us army
us navy: us navy
us air force: us air force
"""
"""Further names of agencies that stand for one only."""

LOCAL_PLACES: Final = """
Kansas: ^kansas
Kentucky: ^kentucky
Ohio: ^ohio
Michigan: ^michigan
Arizona: ^arizona
Tennessee: ^tennessee
Illinois: ^illinois
Alabama: ^alabama
Pennsylvania: ^pennsylvania
Indiana: ^indiana
Oregon: ^oregon
Nevada: ^nevada
Louisiana: ^louisiana
Oklahoma: ^oklahoma
Minnesota: ^minnesota
Wisconsin: ^wisconsin
Missouri: ^missouri
"""

LOCAL: Final = frozenset(
    {
        "Texas",
        "California",
        "New York",
        "Florida",
        *(line.partition(":")[0] for line in LOCAL_PLACES.split("\n") if line),
    }
)
"""Parts of a country: where it happens, told in one text only, is a detail."""

REGULATED: Final = {"fda": ("US", frozenset({"drug", "vaccine"})), "ema": ("Europe", frozenset({"drug", "vaccine"}))}
"""Agency to its place and to the topics on which the place's regulators can be no other."""

CIRCUMSTANCES: Final = frozenset(
    (
        *listed("ad privacy antitrust fraud safety meeting law ai chip cloud car drug network mining contract"),
        "credit rating",
    )
)
"""Topics that only say what a suit, a deal or a ruling is about, where the parties and the event are the same."""

CIRCUMSTANTIAL: Final = frozenset(
    {"suit", "probe", "hack", "merge", "pact", "win", "member", "recall", "finish", "verdict", "rating"}
)
"""Axes on which such a topic may stand in one text only."""

IMPLICATIVES: Final = frozenset(
    listed("""force forces forced forcing compel compels compelled prompt prompts prompted prompting lead leads led
    leading     cause causes caused causing oblige obliges obliged""")
)
"""What it leads somebody to do is done: `injury leads Pfizer to abandon the pill` is no plan."""

OUTLOOK_VERBS: Final = frozenset(listed("sees expects forecasts guides projects predicts anticipates saw guided"))
"""Right after a company's name, these are its own outlook, all alike."""

GRADES: Final = frozenset(
    listed("""aaa aa1 aa2 aa3 a1 a2 a3 baa1 baa2 baa3 ba1 ba2 ba3 b1 b2 b3 caa1 caa2 caa3 aa bbb bb ccc""")
)
"""Credit grades: raised to one of them is an upgrade."""
