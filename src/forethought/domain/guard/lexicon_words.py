"""Words around the event: what it is about, who is meant, and what says nothing.

Phrases are parted by `|`; `*` inflects the first word.
"""

from typing import Final

TOPICS: Final = {
    "share": """share|shares|stock|stocks|equity|equities|share price|stock price|share prices|stock prices|
        stock market|stock markets|
        equity market|equity markets|market cap|market capitalisation|market capitalization|market value|futures|
        stock index futures""",
    "earnings": """earnings|earn|earns|earned|earning|results|profit|profits|net income|eps|earnings per share|
        bottom line|net profit|
        profitability|earnings report|
        income|quarterly results|quarterly report|earnings season|operating income|operating profit|pretax profit|
        ebitda|net earnings|
        adjusted profit|adjusted earnings|core profit""",
    "loss": """loss|losses|net loss|operating loss|pretax loss|adjusted loss""",
    "revenue": """revenue|revenues|rev|revs|sales|turnover|top line|net sales|takings""",
    "comparable sales": """same store sales|comparable sales|like for like sales|comp sales|comparable store sales|
        comps|organic sales""",
    "rrr": """rrr|reserve requirement ratio|reserve requirement|reserve ratio|reserve requirements""",
    "retail sales": """retail sales|consumer spending|household spending|retail spending|retail receipts|shop sales|
        sales at retailers""",
    "home sales": """home sales|house sales|existing home sales|new home sales|pending home sales""",
    "home price": """home prices|house prices|property prices|home price""",
    "housing": """housing|housing starts|building permits|home building|homebuilding|housing market|property market|
        real estate|property""",
    "margin": """margin|margins|profit margin|profit margins|gross margin|operating margin""",
    "guidance": """guidance|guide|guides|guided|guiding|outlook|forecast|forecasts|projection|projections|
        view|annual forecast|full year forecast|prospects|profit view|forward guidance|company guidance""",
    "dividend": """dividend|dividends|payout|payouts|distribution|shareholder payout|
        distributions|distribution to shareholders|distributions to shareholders|shareholder payouts|dividend payout|
        dividend payouts|dividend payment|dividend payments|quarterly payout|payments to shareholders|
        payment to shareholders|shareholder distribution|shareholder distributions|cash distribution""",
    "buyback": """buyback|buybacks|share repurchase|stock repurchase|repurchase|repurchases|share buyback|
        stock buyback|buy back|
        *repurchase shares|*repurchase stock|*repurchase its own stock|*repurchase its own shares|
        *repurchase its shares|*repurchase its stock|*buy back shares|*buy back stock|*buy back its own shares|
        *buy back its own stock|*buy back its shares|*buy back|*repurchase|share repurchases|stock repurchases|
        repurchase plan|buyback plan|share buyback plan|stock repurchase plan|repurchase authorization|
        share buyback program|stock buyback program|buyback authorization|share repurchase plan|
        repurchase program|buyback program|share repurchase program|stock buybacks|share buybacks|
        stock repurchase program""",
    "target": """price target|target price|price targets|pt|stock price target|share price target|target|targets|goal|
        goals|
        objective|objectives""",
    "rate": """rate|selic|selic rate|official cash rate|overnight cash rate|one year loan prime rate|loan prime rate|
        rates|interest rate|interest rates|borrowing costs|benchmark rate|policy rate|key rate|key interest rate|
        lending rate|
        base rate|cash rate|federal funds rate|fed funds rate|repo rate|deposit rate|main rate|
        benchmark interest rate|benchmark rates|bank rate|
        key rates|policy rates|overnight rate|main interest rate|key policy rate|key lending rate|refinancing rate""",
    "mortgage": """mortgage rates|mortgage rate|mortgage|mortgages|home loan|home loan rates""",
    "inflation": """inflation|consumer prices|cpi|consumer price index|price growth|consumer inflation|
        price pressures|headline inflation|
        consumer price inflation|annual inflation|cost of living""",
    "core inflation": """core inflation|core cpi|core consumer prices|underlying inflation|core prices""",
    "ppi": """ppi|producer prices|producer price index|wholesale prices|factory gate prices|producer inflation|
        producer price inflation""",
    "pce": """pce|core pce|pce price index|personal consumption expenditures""",
    "jobless claims": """jobless claims|unemployment claims|initial claims|initial jobless claims|
        claims for unemployment benefits|
        weekly jobless claims|weekly claims|unemployment benefit claims|first time claims|
        applications for jobless benefits|
        applications for unemployment benefits|jobless aid|unemployment aid|unemployment benefits|
        jobless benefits""",
    "unemployment": """unemployment|unemployment rate|jobless rate|joblessness""",
    "jobs": """jobs|job|payrolls|nonfarm payrolls|non farm payrolls|nfp|jobs report|private payrolls|employment|
        job growth|hiring figures|
        job gains|job creation|jobs data|employers|workforce|staff|workers|employees|headcount|positions|roles|staffers|
        payroll|non farm payroll|nonfarm payroll|jobs growth|staff numbers|
        personnel|worker|employee|staffing""",
    "wages": """wages|wage|salary|salaries|regular pay|average pay|base pay|weekly earnings|average earnings|
        pay deal|pay offer|worker pay|wage bill|take home pay|wage inflation|pay settlement|pay packets|hourly earnings|
        average hourly earnings|wage growth|pay growth""",
    "gdp": """gdp|gross domestic product|economic output|economic growth|economy|gdp growth|economic activity""",
    "growth": """growth""",
    "pmi": """pmi|purchasing managers index|factory activity|manufacturing activity|manufacturing|manufacturing pmi|
        ism|factory output|
        manufacturing sector|industrial production|industrial output""",
    "services pmi": """services pmi|service sector|services sector|services activity|services""",
    "orders": """orders|durable goods|factory orders|durable goods orders|new orders|order|bookings|backlog""",
    "sentiment": """sentiment|consumer mood|mood|consumer sentiment|consumer confidence|business confidence|
        investor sentiment""",
    "trade balance": """trade balance|current account""",
    "exports": """exports|export|shipments|overseas sales""",
    "imports": """imports|import""",
    "budget": """budget|spending|government spending|fiscal""",
    "tax": """tax|taxes|levies|corporate tax""",
    "tariff": """tariff|tariffs|duties|import duties|import taxes|import tariffs|customs duties""",
    "debt": """debt|debts|borrowing|borrowings|leverage|loan|loans|lending|liabilities""",
    "credit rating": """credit rating|debt rating|credit ratings|sovereign rating|bond rating|credit score""",
    "rating outlook": """rating outlook|credit outlook|ratings outlook""",
    "bond": """bond|bonds|treasuries|treasurys|notes|gilts|bunds|treasury bonds|government bonds|bond prices|
        debt securities""",
    "corporate bond": """corporate bonds|junk bonds|high yield bonds|corporate debt""",
    "yield": """yield|yields|bond yields|treasury yields|treasury yield|bond yield""",
    "spread": """spread|spreads|credit spreads|bond spreads""",
    "output": """output|production|oil output|crude output|oil production|crude production|production quotas|
        production target|supply target|
        quota|quotas|pumping""",
    "output cut": """output cuts|production cuts|supply cuts|output cut|production cut|supply curbs|output curbs|
        production curbs""",
    "supply": """supply|supplies""",
    "demand": """demand|appetite|consumption""",
    "inventory": """inventory|inventories|stockpile|stockpiles|
        reserves|gas storage|storage|stocks of crude""",
    "price": """price|prices|pricing|cost of""",
    "cost": """cost|costs|expenses|expense""",
    "capex": """capex|capital expenditure|capital spending|capital expenditures""",
    "volume": """volume|volumes|trading volume|trading volumes|trading activity""",
    "deliveries": """deliveries|delivery|vehicle deliveries|car deliveries""",
    "users": """users|subscribers|customers|customer|client|clients|subscriber|user|user base|subscriptions|
        customer base|client base|subscriber base|user growth|subscriber growth|accounts|
        members""",
    "etf": """etf|etfs|exchange traded fund|exchange traded funds|spot etf|spot etfs""",
    "drug": """drug|drugs|treatment|therapy|medicine|pill|medication""",
    "vaccine": """vaccine|vaccines|jab""",
    "trial": """trial|trials|clinical trial|clinical trials|study|phase|clinical study|clinical studies|
        testing|trial results|trial data""",
    "phase 3": """phase 3|phase iii|phase three|late stage|final stage|pivotal""",
    "phase 2": """phase 2|phase ii|phase two|mid stage|midstage""",
    "phase 1": """phase 1|phase i|phase one|early stage""",
    "obesity": """obesity|weight loss|weight reduction|slimming|anti obesity|obese""",
    "cfo": """cfo|chief financial officer|finance chief|finance head|finance boss""",
    "coo": """coo|chief operating officer|operations chief""",
    "cto": """cto|chief technology officer|technology chief|tech chief""",
    "chair": """chairman|chairwoman|chairperson|board chair""",
    "joint venture": """joint venture|joint ventures|jv|jvs""",
    "headquarters": """headquarters|hq|head office|head offices|home base|corporate base""",
    "debt ceiling": """debt ceiling|debt limit|borrowing limit|borrowing cap|borrowing authority|debt cap""",
    "subsidy": """subsidy|subsidies|in grants|act grants|federal grants|government grants|grant money|grants worth|
        state aid|tax credit|tax credits|of grants|government subsidies|government grant|federal grant""",
    "upgrade": """network upgrade|protocol upgrade|software upgrade|system upgrade""",
    "gpu": """gpu|gpus|graphics chip|graphics chips|graphics processor|graphics processors|graphics cards|
        graphics card""",
    "pc": """pc|pcs|personal computer|personal computers|desktop computers""",
    "drought": """drought|droughts|dry weather|dryness|dry spell""",
    "frost": """frost|frosts|freezing weather""",
    "risk": """risk|risk of""",
    "pensions": """pensions|pension fund|pension funds""",
    "minimum wage": """minimum wage""",
    "strategic reserve": """strategic petroleum reserve|spr""",
    "open interest": """open interest""",
    "hedge": """hedging|hedges""",
    "tourism": """tourism|tourist arrivals|visitor arrivals|travel bookings""",
    "hash rate": """hash rate|hashrate|mining difficulty|difficulty""",
    "mining": """mining|miners|miner|mine|mines""",
    "stablecoin": """stablecoin|stablecoins""",
    "token": """token|tokens""",
    "wallet": """wallet|wallets|address""",
    "staking": """staking""",
    "halving": """halving""",
    "reserve": """reserve|strategic reserve|stockpile reserve|strategic stockpile""",
    "policy": """policy|monetary policy|stance""",
    "balance sheet": """balance sheet|quantitative""",
    "stake": """stake|stakes|holding|holdings|position""",
    "plant": """plant|plants|factory|factories|facility|refinery|smelter|mill""",
    "store": """store|stores|branches|outlets|locations""",
    "chip": """chip|chips|semiconductor|semiconductors""",
    "ai": """ai|artificial intelligence""",
    "iphone": """iphone|iphones|smartphone|smartphones|phone|phones|handset|handsets|mobile phones|mobile phone|
        cellphones""",
    "cloud": """cloud|cloud computing|cloud unit|cloud business""",
    "pipeline": """pipeline|pipelines""",
    "contract": """contract|contracts""",
    "license": """license|licence|licences|licenses|permit|charter""",
    "patent": """patent|patents""",
    "antitrust": """antitrust|competition|monopoly|anti trust|anticompetitive""",
    "fraud": """fraud|scam|ponzi|money laundering|misconduct|manipulation|wrongdoing""",
    "privacy": """privacy|data privacy|personal data""",
    "safety": """safety|defect|defects""",
    "law": """law|legislation|bill|act|legal tender|rule|rules|regulation|regulations|regulatory framework""",
    "election": """election|elections|referendum""",
    "meeting": """meeting|summit""",
    "cash": """cash|liquidity|cash flow|free cash flow|cash pile""",
    "commission": """fees|fee|commission|commissions""",
    "bonus": """bonus|bonuses|compensation""",
    "harvest": """harvest|crop|crops|harvests""",
    "weather": """weather|storm|hurricane|cold snap|heatwave""",
    "air travel": """flights|flight|routes|air travel|passenger|passengers|traffic""",
    "car": """car|cars|vehicle|vehicles|ev|evs|electric vehicles|electric vehicle|electric car|electric cars|trucks|
        truck""",
    "ad": """ad|adtech|ad tech|ads|advertising|ad revenue|advertising revenue|ad sales""",
    "valuation": """valuation|valued""",
    "volatility": """volatility|vix""",
    "options": """options|puts|calls|open interest""",
    "funding rate": """funding rate|funding rates""",
    "tvl": """tvl|total value locked""",
    "network": """network|blockchain|mainnet|protocol|hard fork|fork""",
    "withdrawals": """customer withdrawals|client withdrawals|user withdrawals|withdrawal""",
    "deposits": """bank deposits|customer deposits""",
    "provisions": """provisions|loan loss provisions|bad loans|credit losses|loan losses|
        provision for credit losses|provisions for credit losses|credit loss provisions|loan loss reserves|
        provisions for bad loans|provision for bad loans|bad debt provisions|bad debts|bad debt|soured loans|
        provision|loan loss provision|nonperforming loans|non performing loans|writedown|write down|write off|
        writedowns|impairment|
        impairments|charge offs""",
    "delinquency": """delinquencies|delinquency|default rate|default rates|arrears""",
    "second hand": """used car prices""",
}
"""What an event happens to. A topic that one text names and the other replaces is a contradiction."""

HEAD_TOPICS: Final = frozenset(
    {"guidance", "target", "buyback", "dividend", "output cut", "yield", "credit rating", "margin"}
)
"""In `sales forecast` and `forecast for sales` alike, this is what the event happens to."""

INVERSE_TOPICS: Final = frozenset(
    {
        "jobless claims",
        "unemployment",
        "inflation",
        "core inflation",
        "ppi",
        "pce",
        "loss",
        "cost",
        "debt",
        "delinquency",
        "provisions",
    }
)
"""Less is better: `better than expected` names the other pole than `higher than expected`."""

OPPOSITE_TOPICS: Final = (
    frozenset({"earnings", "loss"}),
    frozenset({"exports", "imports"}),
    frozenset({"supply", "demand"}),
    frozenset({"bond", "yield"}),
    frozenset({"bond", "share"}),
)

DESCRIPTORS: Final = {
    "tech": """tech|technology|tech giant|software|internet|big tech|tech firm|tech company|software giant|
        software maker|magnificent seven|platform""",
    "bank": """bank|banks|lender|lenders|banking|investment bank|wall street bank|bank stocks|banking giant""",
    "auto": """carmaker|carmakers|automaker|automakers|auto|autos|car maker|electric carmaker|ev maker|
        electric vehicle maker|car manufacturer|car company|car giant|auto giant|carmaking|automotive|auto maker""",
    "chipmaker": """chipmaker|chipmakers|chip maker|chip giant|semiconductor maker|semiconductor giant|chip designer|
        chip stocks""",
    "pharma": """drugmaker|drugmakers|pharma|pharmaceutical|biotech|drug maker|pharmaceuticals|biotechnology|
        biopharma|
        healthcare""",
    "retail": """retailer|retailers|retail|e commerce|supermarket|supermarkets|grocer|ecommerce|online retailer|
        retail giant|big box retailer""",
    "energy": """energy|oil major|oil company|oil producer|utility|utilities|energy giant|oil giant|energy company|
        oil firm|oil companies""",
    "airline": """airline|airlines|carrier|carriers|budget airline|planemaker|plane maker|aerospace|jet maker|
        aircraft maker|planemakers|jetmaker|plane manufacturer|aircraft manufacturer""",
    "crypto": """crypto|cryptocurrency|cryptocurrencies|crypto market|digital asset|digital assets|coin|
        digital currency|altcoin|altcoins|crypto token|crypto assets|virtual currency|crypto markets|memecoin|
        meme coin|digital token|crypto currency|blockchain firm""",
    "exchange": """exchange|exchanges|crypto exchange|trading platform|cryptocurrency exchange|crypto exchanges""",
    "miner": """mining giant|mining company|bitcoin miner|gold miner|mining firm""",
    "insurer": """insurer|insurers|insurance""",
    "streaming": """streaming|streaming service|streaming giant|media|entertainment|media giant""",
    "telecom": """telecom|telecoms|wireless""",
    "food": """restaurant|restaurants|fast food|coffee chain|burger chain|snack|snacks|beverage|food""",
    "real": """homebuilder|homebuilders|developer|developers|property developer|landlord""",
    "fund": """fund|funds|hedge fund|hedge funds|asset manager|asset managers|private equity|fund manager|
        money manager|
        activist investor""",
    "metal": """metal|precious metal|metals|precious metals""",
    "commodity": """commodity|commodities""",
    "currency": """currency|currencies|forex|fx|exchange rate""",
    "court": """court|ruling|rulings|verdict|judge|judges|appeals court|federal court|tribunal|supreme court|jury|
        federal judge|high court""",
    "regulator": """regulator|regulators|watchdog|authorities|agency|antitrust regulator|regulatory|
        antitrust regulators|competition watchdog|financial watchdog|securities regulator|market regulator|
        antitrust watchdog|markets regulator|
        securities watchdog|authority""",
    "central bank": """central bank|central banks|central bankers|policymakers|policymaker|rate setters|
        central banker|
        monetary authority""",
    "government": """government|governments|authorities in|lawmakers|lawmaker|congress|parliament|senate|senator|
        senators|house|
        administration|officials|official|president|prime minister|minister|finance minister|finance ministry|
        ministry|cabinet|house of representatives|
        legislators""",
    "analyst": """analyst|analysts|pollsters|economists polled|broker|brokers|brokerage|brokerages|economists|economist|
        strategist|strategists|
        forecasters""",
    "trader": """investor|investors|trader|traders|shareholder|shareholders|speculators|market participants|
        institutional investors|holders|institutions|bondholders|stockholders|stockholder|fund managers|market players|
        retail investors|punters|
        stakeholders|unitholders|equity holders""",
    "boss": """ceo|chief executive|chief executive officer|boss|chief|head|chair|founder|co founder|
        executive|
        executives|director|top job|top post|top role|corner office|helm|top boss|leadership|management|board|governor|
        directors|
        cofounder""",
    "whale": """whale|whales""",
    "union": """union|unions|labor union|trade union""",
    "rival": """rival|rivals|competitor|competitors|peer|peers""",
    "state": """country|nation|state|states|kingdom|countries""",
    "unit": """unit|subsidiary|arm|division|business|operations|affiliate|segment""",
    "consumer": """consumer|consumers|household|households|shoppers""",
}
"""What somebody or something is. Ignored where a name is shared, compared where none is."""

LIGHT: Final = """
a|an|the|this|that|these|those|its|it|his|her|their|our|my|your|he|she|they|we|you|i|him|them|who|whom|whose|which|
what|there|here|of|in|at|by|for|
from|to|into|onto|upon|about|via|per|and|or|than|then|so|such|too|also|both|all|any|some|each|every|other|another|
same|own|very|just|only|even|
is|are|was|were|be|been|being|am|has|have|had|having|do|does|did|doing|done|get|gets|got|getting|gotten|s|vs|versus|
against|between|among|across|
over|within|during|through|toward|towards|around|near|out|off|again|further|once|more|most|much|many|few|several|own|
how|why|where|like|one|ones|
ltd|inc|corp|plc|co|llc|lp|nv|ag|sa|se|incorporated|corporation|limited|company|companies|firm|firms|group|giant|
maker|
mr|ms|mrs|dr|sir|*say|said|*tell|told|*report|*announce|announcement|*post|*show|shown|*note|*add|*reveal|*disclose|
*declare|*decide|
decision|*comment|*speak|spoke|*explain|*log|logged|*notch|*make|made|*take|took|taken|*give|gave|given|*come|came|
*go|went|gone|*put|*turn|
*trade|trading|trade|*print|*mark|*continue|*remain|*stay|*become|became|*see|saw|seen|*look|*find|found|*face|
*follow|*lead to|led to|*bring|brought|
*set|*move|moves|movement|*push|*send|sent|*drive|drove|driven|*help|*use|*deliver|*provide|*hit|*reach|*touch|*near|
*stand|stood|
*stretch|*finish|finished|*notch up|*register|*book|*clock|*generate|*reflect|*result|*experience|*suffer|*enjoy|
*witness|*undergo|*head|*receive|
new|latest|early|late|recent|recently|now|currently|current|already|still|yet|soon|immediately|formally|officially|
breaking|news|update|
update 1|update 2|update 3|exclusive|live|watch|alert|just in|headline|headlines|story|stories|report|reports|
statement|filing|release|
press release|data|number|level|levels|points|figure|reading|print|amount|total|
market|markets|session|trading session|deal value|value|worth|overall|major|big|large|huge|massive|key|main|top|
leading|biggest|
largest|general|world|national|local|international|domestic|public|private|because of|due to|thanks to|owing to|
according to|
based on|ahead of|in response to|as well as|as part of|part of|amount of|number of|terms of|in terms of|regarding|
concerning|related to|including|
excluding|plus|following|percent|per cent|percentage|terms|time|times|way|ways|thing|things|move to|up to|
compared with|compared to|compared|versus last|
move by|as much as|as many as|at least|at most|roughly|approximately|about|around|nearly|almost|just over|just under|
more than|less than|over|
some|circa|close to|up to|an estimated|estimated|on average|average|annual|quarterly|monthly|weekly|daily|yearly|
annualised|annualized|full|
further|additional|extra|again|back|ever|first|straight|consecutive|row|previously|earlier|later|meanwhile|however|
indeed|
estimates|estimate|expectations|expectation|consensus|analyst estimates|street estimates|views|street|
analysts estimates|wall street estimates|
on the|in the|to the|at the|by the|for the|economic|financial|corporate|commercial|step|steps|effort|efforts|
bid to|in a bid to|
in order to|process|program|programme|project|scheme|measure|measures|action|actions|activity|operation|sector|
industry|side|area|region|
sees|amid|well|right|bit|lot|little|no comment|*decline to comment|*refuse to comment|per share|a share|apiece|each|
per barrel|a barrel|per ounce|an ounce|
per ton|per tonne|a tonne|barrels|barrel|bpd|barrels per day|barrels a day|bushel|ounce|tonnes|tons|tonne|coins|units|
mark|*help to|*serve|
rating|ratings|open source|
index|gauge|indicator|gmt|edt|utc|broad|broader|wider|widespread|citing people|in a row|overall|
outright|listed company|listed companies|publicly listed|publicly traded|*bring|holding company|parent|parent company|
of course|moment|*prompt|*cause|*trigger|*spark|*fuel|*underpin|*buoy|*spur|*stoke|*result in|
led by|driven by|fuelled by|fueled by|powered by|buoyed by|helped by|boosted by|supported by|hit by|weighed by|
dragged by|hurt by|in what|*involve|
*relate|*base|*include|*regard|once again|for good|outright|entire|entirely|whole|*own|*total|*amount to|*represent|
*equal|*value|*worth|*price at|
*want|*seek to|*bid to|*try|*attempt|attempt|*end up|worth of|no doubt|no 1|no 2|none other than|*stage|
*pace|
long time|long awaited|longtime|as long as|so long as|long running|long standing|in the long run|
low cost|high end|high profile|high level|high tech|high speed|high street|high frequency|set up to|open market|
open market committee|in short|shortly|
just short of|fall guy|make up|wake up call|follow up|start up company|startup|startups|close up|back to back|
back end|backed by|sign of|signs of|
sign that|signs that|bright spot|win win|cut price|stock exchange|under way|underway|lead time|
no later than|
best known|better known|top executive|top executives|top official|top court|top lawyer|lead investor|settled|
*start to|*begin to|wall street expectations|wall street forecasts|wall street consensus|wall street views|
wall street view|wall street targets|wall street projections|wall street analysts|numbers|figures|statistics|stats|
readings|*state|*remark|*acknowledge|*insist|*argue|*mention|*stress|*emphasise|*highlight|*outline|*observe|*inform|
*notify|*relay|*confirm|confirmation|*force|*compel|*oblige|struck|ruled|has ruled|have ruled|in addition|
in addition to|
not since|not seen since|funding|financing|far|bbl|bbls|mmbtu|ounces|tons of|*file|filings|*lead|*pay|*pay out|
*shell out|*fork out|*fork over|*cough up|payment|payments|*collect|last seen|last seen in|unseen since|back to|back at|
back from|back in|is back|are back|was back|
came back|come back|coming back|official data|official figures|government data|government figures|data show|
data showed|figures show|figures showed|in a statement|in a filing|regulatory filing|spokesman|spokeswoman|
spokesperson|according to data|it said|the company said|marks|*account for|sets aside|set aside|setting aside|
alongside|together with|along with|in addition|a total of|in total|some of|on the order of|in the region of|
on the back of|on news|on word|*attribute|as a whole|in all|*lead to|*land at|*come in at|*come in|*come to|
*double down on|*double down
"""

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

COMMON: Final = """agenda|amount|asset|assets|attention|base|benefit|benefits|board|bottom|building|capital|case|
cases|center|chain|challenge|
challenges|change|changes|city|client|clients|community|condition|control|council|customer|cycle|dates|day|days|
detail|details|
development|developments|digital|document|documents|door|effect|effects|engine|event|events|evidence|family|feature|
features|field|file|files|
form|forum|framework|free|front|full time|game|games|goal|goals|hand|hands|health|history|home|homes|hour|hours|idea|
impact|indexes|indices|
information|infrastructure|issues|item|items|keyword|labor|labour|land|leader|leaders|life|line|lines|man|material|
materials|member|memo|
model|models|momentum|money|month|months|need|needs|night|online|opinion|opportunity|outside|owner|owners|page|panel|
partner|partners|
party|path|people|period|person|picture|place|player|players|pocket|political|portfolio|power|presence|pressure|
problem|problems|product|products|
question|questions|quarter|quarters|race|range|reason|reasons|relation|research|resource|resources|response|
restructuring|revolution|
road|role|round|room|school|science|screen|season|second|security|securities|self|series|server|service|shop|
situation|size|social|society|
solution|solutions|space|speech|standard|station|strategic|strategy|structure|summer|system|systems|task|team|
term|third|title|tool|tools|tour|town|trend|trends|type|version|victim|video|visit|water|week|weeks|winter|woman|
women|word|words|work|
working|year|years|young"""
"""Common words that a headline in title case also capitalises; unlike a name, one of them may be a detail."""
