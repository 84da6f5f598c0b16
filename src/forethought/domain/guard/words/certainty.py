"""How sure a text is: corrections, denials, rumours, hopes, plans, conditions."""

from typing import Final

from forethought.domain.guard.inflect import listed

CERTAINTY: Final = {
    "correction": """corrected|*clarify|*recant|*backtrack|*backpedal|*walk back|*row back|*reverse course|
        *reverse decision|*reverse itself|
        reversed|reverses|u turn|about face|erroneous|erroneously|in error|mistaken|mistakenly|wrong|wrongly|
        *disregard|advisory story|*take back|misreported|misquoted|*misstate|not as reported|
        correction|*retract|retraction|*withdraw story|*withdraw report|clarification|corrects|
        erratum|
        *delete tweet|story withdrawn|report withdrawn""",
    "denial": """satire|satirical|parody|spoof|april fools|*deny|denial|*refute|*dismiss report|*dismiss reports|
        *dismiss rumors|*dismiss rumours|
        *dismiss speculation|*debunk|
        *dispute|*reject report|*reject reports|*reject rumors|*reject rumours|*dismiss rumor|*dismiss talk|no truth|
        *deny report|*deny reports|
        *dismiss rumour|*quash rumors|*quash rumours|*quash speculation|fake|false report|hoax|inaccurate|incorrect|
        false|without foundation|wide of the mark|not true|untrue|*rubbish|*dismiss claims|
        *pour cold water on|*deny rumors|*deny rumours|*dismiss talk of|*knock down report|*knock down reports|
        fake news|unfounded|baseless|*rebut|*disavow|
        *reject claims|*deny claims|*deny talk|groundless|without merit|*reject speculation|*deny speculation""",
    "rumour": """reportedly|report says|reports say|sources say|sources|source says|rumor|rumors|rumour|rumours|
        rumored|rumoured|
        people familiar|people familiar with the matter|familiar with the matter|sources familiar|said to|is said to|
        unconfirmed|allegedly|alleged|insiders say|speculation|in talks|in talks to|in discussions|in negotiations|
        in talks with|*hold talks|in advanced talks|in advanced talks to|in early talks|according to reports|
        according to a report|according to report|according to sources|*near deal|close to deal|*near agreement|
        whispers|close to a deal|*near a deal|*close in on|media reports|bloomberg reports|reuters reports|
        wsj reports|cnbc reports|ft reports|sources said|people with knowledge|person familiar|*hear|chatter|*leak|
        in discussions to|in negotiations to|in exclusive talks|talks|*discuss|*negotiate|negotiations|discussions|
        *approach|people close to|sources close to|insider says|insiders|*speculate|supposedly|purportedly|
        a report says|reports claim|report claims|exploratory talks|is in talks|reports suggest|report suggests|
        claimed|claiming|claims that|claims to|understood to|is understood to|per sources|person briefed|
        people briefed|briefed on the matter|sources tell|sources told|according to people|according to insiders|
        said to be|unnamed sources|anonymous sources|word is|scuttlebutt|grapevine|wsj says|ft says|bloomberg says|
        reuters says|nikkei says|the information reports|the information says|local media|media say|press reports|
        newspaper reports""",
    "possible": """might|could|*consider|*mull|*weigh|*explore|*eye|*contemplate|*ponder|*look at|possible|possibly|
        potential|
        potentially|perhaps|maybe|*flirt with|*think about|*evaluate|*assess|option|*float|*hint at|*hint|*signal|
        *suggest|*indicate|can|*propose|proposal|would|*debate|*review|*look to|*open to|*be open to|
        *leave door open|*toy with|possibility|*look into buying|chance|chances|odds|risks|risking|at risk of|
        in danger of|studies|studying|*seek|offer|offers|offered|*bid|tentative|tentatively|preliminary|*apply|
        application|*request|*push for|*call for|*petition|in principle|*draft|interested in|*pursue|pending|
        *raise possibility|*raise prospect|prospect of|hypothetical|*vie|*lobby|*entertain|*moot|under consideration|
        on the table|*canvass|prospective|in the running|in the frame|would consider|*weigh up|*sound out""",
    "expected": """expected|*expect|likely|*predict|prediction|*forecast that|*anticipate|seen|sees|poised|poised to|
        *project|set for|
        *bet|targeting|*price in|on track|on track to|hoped|hoping|hopes to|hope to|*foresee|bound to|due|on course|
        on course to|*reckon|*believe|*think|*brace|probably|likelihood|likely to|expected to|is expected to|
        is likely to|seen as|looks set to|may be about to|set to see|*envision|*envisage|on the verge of|
        on the brink of|on the cusp of|verge|brink|*wager|predictions|looming|close to acquiring|close to buying|
        close to selling|close to signing|close to announcing|close to agreeing|close to launching|
        close to approving|close to cutting|close to raising|close to finalizing|close to finalising|
        close to reaching|close to completing|close to merging|in final talks|*loom|about to|imminent|*head for|
        *await|in sight|on the horizon|*look for|overdue|tipped to|all but certain|on pace|on pace to|on pace for|
        on track for|*stand to|should|ought to|*bank on|*count on|in store|looks likely to|look likely to|
        looks likely|is tipped to|sees itself""",
    "planned": """will|plans|plan|planned|planning|plans to|plan to|planning to|set to|*aim|*aim to|*intend|
        *intend to|*vow|*pledge|*promise|*commit|to be|
        going to|scheduled|slated|upcoming|*schedule|*slate|shall|*gear up|*ready|preparing to|on the way|intention|
        intentions|we'll|they'll|it'll|
        next up|in the works|*opt to|*vow to|*pledge to|forthcoming|roadmap|*prepare to|*prepare|'ll|he'll|she'll|
        ready to""",
    "conditional": """if|unless|provided|assuming|contingent|subject to|conditional|conditionally|in case|depending|
        depends|hinges|*hinge|whether|
        *depend|in the event|were to|conditions|with conditions""",
}
"""How sure a text is, strongest first: the first class present is the text's class."""

PLAIN_VERBS: Final = """
relocate repurchase host hand(handed) debut guide rename rebrand resell price file report announce unveil publish
invest redeploy redesign test trial list relist supply export import manufacture assemble produce ship+ deploy install
replace restructure reorganise reorganize overhaul revamp simplify separate spin+(spun) split+(split) merge combine
acquire issue float raise borrow lend(lent) refinance repay(repaid) convert swap+ double triple halve require
mandate order ask seek(sought) sue appeal testify face fight(fought) defend investigate inspect review regulate
tax exempt subsidise subsidize nationalise nationalize privatise privatize auction license lease rent hire train
move visit meet(met) discuss attend address speak(spoke) testify step+ stand(stood) run+(ran/run) head lead(led)
offer charge collect distribute allocate return stream air broadcast cover carry hold(held) keep(kept) stay
leave(left) withdraw(withdrew) retire wind(wound) phase roll scale ramp+ speed(sped) add build(built) expand
construct integrate adopt embrace accept reject allow permit+ bar+ limit cap+ curb ease tighten loosen
intervene buy(bought) sell(sold) offload mine stake burn mint unlock lock unwind(unwound) rebalance join
"""
"""Verbs that another table explains, or none, and that a headline's `to` makes a plan: `Meta to host`."""

IMPLICATIVES: Final = frozenset(
    listed("""force forces forced forcing compel compels compelled prompt prompts prompted prompting lead leads led
    leading     cause causes caused causing oblige obliges obliged""")
)
"""What it leads somebody to do is done: `injury leads Pfizer to abandon the pill` is no plan."""

OUTLOOK_VERBS: Final = frozenset(listed("sees expects forecasts guides projects predicts anticipates saw guided"))
"""Right after a company's name, these are its own outlook, all alike."""
