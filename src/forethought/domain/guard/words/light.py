"""What says nothing, sizes a move or parts clauses. Phrases are parted by `|`; `*` inflects the first word."""

from typing import Final

DEGREES: Final = {
    "+": """sharply|steeply|dramatically|massively|heavily|significantly|substantially|strongly|hugely|drastically|
        steep|sharp|
        dramatic|massive|huge|aggressively|markedly|deeply|deep|greatly|severely|big time|considerably|deeper""",
    "-": """slightly|modestly|marginally|a little|a bit|a touch|mildly|gently|slight|modest|marginal|small|narrowly|
        fractionally|gradually|mild|
        barely|tad|a tad|somewhat|incrementally|tick|*edge|*inch|*nudge|*creep""",
    "": """quickly|slowly|suddenly|unexpectedly|surprisingly|surprise|surprising|surprises|surprised|abruptly|notably|
        finally|
        broadly|steadily|rapidly|swiftly|temporarily|permanently|largely|mostly|partly|partially|mainly|jointly|
        widely|highly|simply|clearly|really|especially|particularly|effectively|shockingly|unanimously|approximately|
        newly|fully|completely|totally|comfortably|handily|easily|fresh|unexpected|record breaking|seriously|
        strategically|successfully|reluctantly|eventually|ultimately|initially|officially|publicly|briefly|
        unanimous""",
}

HARD_BOUNDS: Final = """as|after|while|amid|amidst|despite|but|because|following|although|though|when|since|whereas|
even as|even though|
in spite of|on the back of|thanks to|due to|owing to|upon|on news of|on news that|until|before|in the wake of|
even if|even after|ahead of|versus|yet|so|that|saying|says|said|citing|cites|cited|ahead|which|who|on|with|and then|
then|in response to|as a result of|because of|prompting|leaving|pushing|driving|sparking|triggering|helped by|led by|
driven by|hit by|fueled by|fuelled by|boosted by|supported by|given|including|with respect to"""
"""Words that open a clause of its own."""

LIGHT: Final = """
pts|
multi year|multiyear|multi billion dollar|multibillion dollar|multi billion|multibillion|
multi million dollar|
multimillion dollar|oz|per oz|an oz|a|an|the|this|these|those|its|it|his|her|their|our|my|your|he|she|they|we|you|i|
him|them|whom|whose|what|there|here|of|in|at|by|for|from|to|into|onto|about|via|per|and|or|than|such|too|also|both|
all|any|some|each|every|other|another|same|own|very|just|only|even|is|are|was|were|be|been|being|am|has|have|had|
having|do|does|did|doing|done|get|gets|got|getting|gotten|s|vs|against|between|among|across|over|within|during|
through|toward|towards|around|near|out|off|again|further|once|more|most|much|many|few|several|how|why|where|like|one|
ones|ltd|inc|corp|plc|co|llc|lp|nv|ag|sa|se|incorporated|corporation|limited|company|companies|group|giant|maker|mr|
ms|mrs|dr|sir|*say|*tell|*report|*announce|announcement|*post|*show|shown|*note|*add|*reveal|*disclose|*declare|
*decide|decision|*comment|*speak|*explain|*log|*notch|*make|*take|*give|*come|*go|*put|*turn|*trade|*print|*mark|
*continue|*remain|*stay|*become|*see|*look|*find|*face|*follow|*lead to|*bring|*set|movement|*push|*drive|*help|*use|
*deliver|*provide|*hit|*reach|*touch|*near|*stand|*stretch|*finish|*notch up|*register|*book|*clock|*generate|
*reflect|*result|*experience|*suffer|*enjoy|*witness|*undergo|*head|*receive|new|latest|early|late|recent|recently|
now|currently|current|already|still|soon|immediately|formally|breaking|news|update|update 1|update 2|update 3|
exclusive|live|watch|alert|just in|headline|headlines|story|stories|statement|filing|release|press release|data|
number|level|levels|points|figure|reading|amount|total|market|markets|session|trading session|deal value|value|worth|
overall|major|big|large|key|main|leading|biggest|largest|general|world|national|local|international|domestic|public|
private|according to|based on|as well as|as part of|part of|amount of|number of|terms of|in terms of|regarding|
concerning|related to|excluding|plus|percent|per cent|percentage|terms|time|times|way|ways|thing|things|move to|
up to|compared with|compared to|compared|versus last|move by|as much as|as many as|at least|at most|roughly|nearly|
almost|just over|just under|more than|less than|circa|close to|an estimated|estimated|on average|average|annual|
quarterly|monthly|weekly|daily|yearly|annualised|annualized|full|additional|extra|ever|first|straight|consecutive|
row|previously|earlier|later|meanwhile|however|indeed|estimates|estimate|expectations|expectation|consensus|
analyst estimates|street estimates|views|street|analysts estimates|wall street estimates|on the|in the|to the|at the|
by the|for the|economic|financial|corporate|commercial|step|steps|effort|efforts|bid to|in a bid to|in order to|
process|program|programme|scheme|measure|measures|action|actions|activity|operation|sector|industry|side|area|region|
well|right|bit|lot|little|no comment|*decline to comment|*refuse to comment|per share|a share|apiece|per barrel|
a barrel|per ounce|an ounce|per ton|per tonne|a tonne|barrels|barrel|bpd|barrels per day|barrels a day|bushel|ounce|
tonnes|tons|tonne|coins|units|*help to|*serve|rating|ratings|open source|index|gauge|indicator|gmt|edt|utc|broad|
broader|wider|widespread|citing people|in a row|outright|listed company|listed companies|publicly listed|
publicly traded|holding company|parent|parent company|of course|moment|*prompt|*cause|*trigger|*spark|*fuel|
*underpin|*spur|*stoke|*result in|powered by|buoyed by|weighed by|dragged by|hurt by|in what|*involve|*relate|*base|
*include|*regard|once again|for good|entire|entirely|whole|*own|*total|*amount to|*represent|*equal|*value|*worth|
*price at|*want|*seek to|*bid to|*try|*attempt|*end up|worth of|no doubt|no 1|no 2|none other than|*stage|*pace|
long time|long awaited|longtime|as long as|so long as|long running|long standing|in the long run|low cost|high end|
high profile|high level|high tech|high speed|high street|high frequency|set up to|open market|open market committee|
in short|shortly|just short of|fall guy|make up|wake up call|follow up|start up company|startup|startups|close up|
back to back|back end|backed by|sign of|signs of|sign that|signs that|bright spot|win win|cut price|stock exchange|
under way|underway|lead time|no later than|best known|better known|top executive|top executives|top official|
top court|top lawyer|lead investor|*start to|*begin to|wall street expectations|wall street forecasts|
wall street consensus|wall street views|wall street view|wall street targets|wall street projections|
wall street analysts|numbers|figures|statistics|stats|readings|*state|*remark|*acknowledge|*insist|*argue|*mention|
*stress|*emphasise|*highlight|*outline|*observe|*inform|*notify|*relay|*confirm|confirmation|*force|*compel|*oblige|
struck|ruled|has ruled|have ruled|in addition|in addition to|not since|not seen since|funding|financing|far|bbl|bbls|
mmbtu|ounces|tons of|*file|filings|*lead|*pay|*pay out|*shell out|*fork out|*fork over|*cough up|payment|payments|
*collect|last seen|last seen in|unseen since|back to|back at|back from|back in|is back|are back|was back|
official data|official figures|government data|government figures|data show|data showed|figures show|figures showed|
in a statement|in a filing|regulatory filing|spokesman|spokeswoman|spokesperson|according to data|it said|
the company said|*account for|sets aside|set aside|setting aside|alongside|together with|along with|a total of|
in total|some of|on the order of|in the region of|on news|on word|*attribute|as a whole|in all|*land at|*come in at|
*come in|*come to|*double down on|*double down"""

OUTLETS: Final = """reuters|bloomberg|cnbc|wsj|wall street journal|the wall street journal|financial times|ft|the ft|
marketwatch|barron's|barrons|
forbes|fortune|business insider|yahoo finance|yahoo|benzinga|seeking alpha|marketscreener|coindesk|cointelegraph|
the block|decrypt|axios|politico|
nyt|new york times|the new york times|the times|the guardian|bbc|cnn|fox business|nikkei asia|dow jones newswires|ap|
associated press|afp|
the information|the verge|techcrunch|zacks|motley fool|investing.com|investing com|the economist|washington post|
the telegraph|sky news|cbs|nbc|
handelsblatt|les echos|il sole 24 ore|caixin|xinhua|tass|kyodo|yonhap|globenewswire|pr newswire|prnewswire|
business wire|newswire|streetinsider|
thefly|the fly|tipranks|stocktwits|economic times|the hill|semafor|puck|scmp|south china morning post|der spiegel|
platts|argus"""
"""Who tells it. A teller is no part of the story."""

COMMON: Final = """agenda|asset|assets|attention|benefit|benefits|building|capital|case|cases|center|chain|challenge|
challenges|change|
changes|city|community|condition|control|council|cycle|dates|day|days|detail|details|development|developments|
digital|document|documents|door|effect|effects|engine|event|events|evidence|family|feature|features|field|form|forum|
framework|free|front|full time|game|games|hand|hands|health|history|home|homes|hour|hours|idea|impact|indexes|
indices|information|infrastructure|item|items|keyword|labor|labour|leader|leaders|life|line|lines|man|material|
materials|member|memo|model|models|momentum|money|month|months|need|needs|night|online|opinion|opportunity|outside|
owner|owners|page|panel|party|path|people|period|person|picture|place|player|players|pocket|political|portfolio|
power|presence|problem|problems|product|products|question|questions|quarter|quarters|race|range|reason|reasons|
relation|research|resource|resources|response|restructuring|revolution|road|role|round|room|school|science|screen|
season|second|security|securities|self|series|server|service|shop|situation|size|social|society|solution|solutions|
space|speech|standard|station|strategic|strategy|structure|summer|system|systems|task|team|term|third|title|tool|
tools|tour|town|trend|trends|type|version|victim|video|visit|water|week|weeks|winter|woman|women|word|words|work|
working|year|years|young"""
"""Common words that a headline in title case also capitalises; unlike a name, one of them may be a detail."""
