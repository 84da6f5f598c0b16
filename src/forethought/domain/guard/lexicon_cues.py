"""Words that turn, hedge, part or weigh what is said; written as in `lexicon_words`."""

from typing import Final

DEGREES: Final = {
    "+": """sharply|steeply|dramatically|massively|heavily|significantly|substantially|strongly|hugely|drastically|
        steep|sharp|dramatic|massive|
        huge|aggressively|markedly|deeply|deep|greatly|severely|surging|big time|considerably|deeper""",
    "-": """slightly|modestly|marginally|a little|a bit|a touch|mildly|gently|slight|modest|marginal|small|narrowly|
        fractionally|gradually|mild|
        barely|tad|a tad|somewhat|incrementally|tick|*edge|*inch|*nudge|*creep""",
    "": """quickly|slowly|suddenly|unexpectedly|surprisingly|surprise|surprising|surprises|surprised|abruptly|notably|
        finally|broadly|steadily|rapidly|swiftly|temporarily|
        permanently|largely|mostly|partly|partially|mainly|jointly|widely|highly|simply|clearly|really|especially|
        particularly|effectively|
        shockingly|unanimously|approximately|newly|fully|completely|totally|comfortably|handily|easily|fresh|
        unexpected|record breaking|
        *end|ended|ends|seriously|strategically|successfully|reluctantly|eventually|ultimately|initially|officially|
        publicly|briefly|unanimous""",
}

NEGATIONS: Final = """
not|no|impossible|never|none|neither|nor|without|cannot|can't|won't|isn't|aren't|wasn't|weren't|doesn't|don't|didn't|
hasn't|haven't|hadn't|wouldn't|
shouldn't|couldn't|ain't|*fail to|unable to|*refuse to|*decline to|*rule out|far from|yet to|no longer|*stop short of|
no plans to|no plan to|
*avoid|instead of|rather than|nothing|nobody|*lack|lack of|absence of|no intention of|no intention to|hardly|scarcely|
*refrain from|
no plans for|*drop plans to|*scrap plans to|*abandon plans to|*drop plan to|*scrap plan to|*halt plan to|
*shelve plans to|*cancel plans to|
*shelve plan to|*abandon plan to|*cancel plan to|*reverse decision to|*backtrack on|*halt plans to|*resist|*skip|
*forgo|
*opt not to|*vote not to|*decide against|*dodge|*avert|*escape|*narrowly avoid|unlikely to|unlikely|no sign of|
no signs of|
*decide not to|*opt against|in no hurry to|in no rush to|nowhere near|*suspend plans to|*delay plans to|
*ditch plans to|*put off plans to|
*renege on|*prevent|*stave off|unwilling to|*drop bid to|*end bid to|*abandon bid to|*hold off on|
cant|wont|isnt|arent|wasnt|doesnt|dont|didnt|hasnt|havent|couldnt|wouldnt|shouldnt|*deny plans to|*swear off|
*have no plans to|non
"""

CERTAINTY: Final = {
    "correction": """corrected|correction|*retract|retraction|*withdraw story|*withdraw report|withdraws story|
        clarification|corrects|erratum|
        *delete tweet|story withdrawn|report withdrawn""",
    "denial": """*deny|denial|*refute|*dismiss report|*dismiss reports|*dismiss rumors|*dismiss rumours|
        *dismiss speculation|*debunk|
        *dispute|*reject report|*reject reports|*reject rumors|*reject rumours|*dismiss rumor|*dismiss talk|no truth|
        *deny report|*deny reports|
        *dismiss rumour|*quash rumors|*quash rumours|*quash speculation|fake|false report|hoax|inaccurate|incorrect|
        false|without foundation|wide of the mark|not true|untrue|*rubbish|*dismiss claims|
        *pour cold water on|*deny rumors|*deny rumours|*dismiss talk of|*knock down report|*knock down reports|
        fake news|unfounded|baseless|*rebut|*disavow|
        *reject claims|*deny claims|*deny talk|groundless|without merit|*reject speculation|*deny speculation""",
    "rumour": """reportedly|report says|reports say|sources say|sources|source says|rumor|rumors|rumour|
        rumours|rumored|rumoured|people familiar|
        people familiar with the matter|familiar with the matter|sources familiar|said to|is said to|unconfirmed|
        allegedly|alleged|insiders say|speculation|
        in talks|in talks to|in discussions|in negotiations|in talks with|*hold talks|in advanced talks|
        in advanced talks to|in early talks|
        according to reports|according to a report|according to report|according to sources|*near deal|close to deal|
        *near agreement|whispers|
        close to a deal|*near a deal|*close in on|media reports|bloomberg reports|reuters reports|wsj reports|
        cnbc reports|ft reports|sources said|
        people with knowledge|person familiar|*hear|chatter|*leak|leaked|in discussions to|in negotiations to|
        in exclusive talks|talks|*discuss|
        *negotiate|negotiations|discussions|*approach|people close to|sources close to|insider says|insiders|
        *speculate|supposedly|purportedly|
        a report says|reports claim|report claims|exploratory talks|is in talks|reports suggest|report suggests|
        claimed|claiming|claims that|claims to|understood to|is understood to|per sources|person briefed|people briefed|
        briefed on the matter|sources tell|sources told|according to people|according to insiders|said to be|
        unnamed sources|anonymous sources|word is|scuttlebutt|grapevine|wsj says|ft says|bloomberg says|
        reuters says|nikkei says|the information reports|the information says|local media|media say|press reports|
        newspaper reports""",
    "possible": """might|could|*consider|*mull|*weigh|*explore|*eye|*contemplate|*ponder|*look at|possible|possibly|
        potential|potentially|
        perhaps|maybe|*flirt with|*think about|*evaluate|*assess|option|*float|*hint at|*hint|*signal|*suggest|
        *indicate|can|*propose|proposal|
        proposed|would|*debate|*review|mulling|*look to|*open to|open to|*be open to|*leave door open|*toy with|
        possibility|*look into buying|
        chance|chances|odds|risks|risking|at risk of|in danger of|studies|studying|*seek|offer|offers|offered|*bid|bids|
        proposes|tentative|tentatively|
        preliminary|*apply|application|
        *request|*push for|*call for|*petition|in principle|*draft|draft|interested in|*pursue|
        pending|*raise possibility|
        *raise prospect|prospect of|hypothetical|*vie|*lobby|*entertain|*moot|mooted|under consideration|
        on the table|*canvass|prospective|in the running|in the frame|would consider|*weigh up|*sound out""",
    "expected": """expected|*expect|likely|*predict|prediction|*forecast that|*anticipate|seen|sees|poised|poised to|
        *project|projected|set for|*bet|
        bets|targeting|*price in|priced in|on track|on track to|hoped|hoping|hopes to|hope to|*foresee|bound to|due|
        on course|
        on course to|*reckon|
        *believe|*think|*brace|probably|likelihood|likely to|expected to|is expected to|is likely to|seen as|
        looks set to|may be about to|set to see|
        *envision|*envisage|on the verge of|on the brink of|on the cusp of|verge|brink|*wager|predictions|anticipated|
        looming|close to acquiring|close to buying|close to selling|close to a deal|close to deal|close to signing|
        close to announcing|close to agreeing|close to launching|close to approving|close to cutting|close to raising|
        close to finalizing|close to finalising|close to reaching|close to completing|close to merging|nearing deal|
        nearing a deal|*near deal|*near a deal|*close in on|in final talks|
        *loom|about to|imminent|*head for|headed for|*await|in sight|on the horizon|*look for|eyed|overdue|tipped to|
        all but certain|on pace|on pace to|on pace for|on track for|*stand to|should|
        ought to|*bank on|*count on|in store|looks likely to|look likely to|looks likely|is tipped to|
        sees itself""",
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

HARD_BOUNDS: Final = """as|after|while|amid|amidst|despite|but|because|following|although|though|when|since|whereas|
even as|even though|in spite of|
on the back of|thanks to|due to|owing to|upon|on news of|on news that|until|before|in the wake of|even if|even after|
ahead of|versus|yet|so|that|saying|says|said|citing|cites|cited|ahead|which|who|on|with|and then|then|
in response to|as a result of|because of|prompting|sending|leaving|pushing|driving|sparking|triggering|weighing|
helped by|led by|driven by|hit by|
fueled by|fuelled by|boosted by|supported by|given|including|with respect to"""
"""Words that open a clause of its own."""

CONTRASTS: Final = {
    word: (str(index), pole)
    for index, (one, other) in enumerate(
        (
            ("after following since", "before until ahead"),
            ("early earlier earliest sooner", "late later latest"),
            ("big bigger biggest large larger largest huge massive major", "small smaller smallest tiny minor little"),
            ("most maximum", "least minimum"),
            ("more", "less fewer"),
            ("over above beyond", "under below beneath"),
            ("first initial", "last final"),
            ("public", "private"),
            ("call calls", "put puts"),
            ("include includes included including", "exclude excludes excluded excluding except"),
            ("with", "without"),
            ("new newer newest", "old older oldest former"),
            ("ahead", "behind"),
            ("for favor favour", "against"),
            ("spot", "futures"),
            ("full fully total entire", "partial partially partly half"),
            ("help helps helped helping aid aids", "hurt hurts hurting harm harms harmed hinder hinders"),
            ("hope hopes", "fear fears"),
            ("inside within", "outside"),
            ("add adds added adding", "remove removes removed removing"),
            ("long", "short"),
            ("always", "never"),
            ("permanent permanently", "temporary temporarily"),
            ("domestic", "foreign overseas international"),
            ("majority", "minority"),
            ("winner winners", "loser losers"),
            ("quick quickly fast faster rapid rapidly", "slow slowly slower"),
            ("borrower borrowers borrow borrows", "lender lenders lend lends"),
            ("income", "expense expenses"),
            ("into", "out"),
            ("buyer buyers", "seller sellers"),
            ("opens open opening", "closes close closing"),
            ("pro", "anti"),
            ("legal lawful", "illegal unlawful"),
            ("online", "offline"),
            ("despite", "because thanks"),
            ("best", "worst"),
            ("good better", "bad worse"),
            ("safe safer", "risky riskier dangerous"),
            ("senior", "junior"),
            ("primary", "secondary"),
            ("official officially formal formally", "unofficial unofficially informal"),
            ("direct directly", "indirect indirectly"),
            ("longer", "shorter"),
            ("north northern", "south southern"),
            ("east eastern", "west western"),
            ("only", "also"),
            ("easy easier", "hard harder difficult"),
            ("all", "none"),
            ("passive", "active"),
            ("gross", "net"),
            ("import imports", "export exports"),
            ("strongly", "weakly"),
            ("up", "down"),
            ("male men man", "female women woman"),
            ("retail", "wholesale institutional"),
            ("investment", "speculative"),
            ("headline", "core"),
            ("developed", "emerging developing"),
            ("value", "growth"),
            ("winning", "losing"),
            ("pay pays paid paying", "receive receives received receiving collect collects collected"),
            ("widens widen widened widening expands expand expanded expanding", "lifts lift lifted lifting"),
            ("starts start started starting", "ends end ended ending"),
            ("begins begin began beginning", "finishes finish finished"),
            ("keeps keep kept keeping", "drops drop dropped"),
            ("hires hire hired hiring", "fires fire fired firing"),
            ("enters enter entered entering", "exits exit exited leaves leave left"),
            ("arrives arrive arrived arrival arrivals", "departs depart departed departure departures"),
            ("accepts accept accepted", "rejects reject rejected refuses refuse refused declines"),
            ("appoints appoint appointed", "dismisses dismiss dismissed"),
            ("builds build built", "demolishes demolish demolished scraps"),
            ("creates create created", "destroys destroy destroyed"),
            ("confirms confirm confirmed", "denies deny denied"),
            ("discovers discover discovered", "abandons abandon abandoned"),
            ("succeeds succeed succeeded success successful", "fails fail failed failure unsuccessful"),
            ("regains regain regained", "loses lose lost"),
            ("unlocks unlock unlocked", "locks lock locked"),
            ("imposes impose imposed", "waives waive waived"),
            ("insources insource", "outsources outsource"),
            ("onshore", "offshore"),
            ("upstream", "downstream"),
            ("inbound incoming", "outbound outgoing"),
            ("internal", "external"),
            ("lender creditor creditors", "debtor debtors"),
            ("employer", "employee"),
            ("landlord landlords", "tenant tenants"),
            ("importer importers", "exporter exporters"),
            ("profitable", "unprofitable"),
            ("ally allies", "enemy enemies foe foes"),
            ("guilty", "innocent"),
            ("pass passes passed", "fail fails failed"),
            ("deny denies", "grant grants"),
            ("optional voluntary", "mandatory compulsory obligatory"),
            ("rural", "urban"),
            ("wet rain rains rainy", "dry drought"),
            ("hot heat heatwave warm warmer", "cold cool frost colder"),
            ("day daytime", "night overnight"),
            ("front", "rear"),
            ("left", "right"),
            ("upper", "lower"),
            ("nominal", "real"),
            ("fixed", "floating variable"),
            ("renewable renewables clean green", "fossil coal"),
            ("democrat democrats democratic", "republican republicans"),
            ("solvent", "insolvent"),
            ("stable", "unstable"),
            ("certain certainty", "uncertain uncertainty"),
            ("liquid", "illiquid"),
            ("friendly", "hostile"),
            ("present", "absent"),
            ("alive", "dead"),
            ("visible", "hidden"),
            ("wins win won", "loses lose lost"),
        )
    )
    for pole, words in (("+", one), ("-", other))
    for word in words.split()
}
"""Small words in opposite pairs. One text with only the one, the other with only the other:
they do not say the same."""
