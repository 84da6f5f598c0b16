"""What an event happens to, and what somebody is. Phrases are parted by `|`; `*` inflects the first word."""

from typing import Final

from forethought.domain.guard.inflect import listed

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
        job gains|job creation|jobs data|employers|workforce|staff|workers|employees|headcount|positions|roles|
        staffers|
        payroll|non farm payroll|nonfarm payroll|jobs growth|staff numbers|
        personnel|worker|employee|staffing""",
    "wages": """wages|wage|salary|salaries|regular pay|average pay|base pay|weekly earnings|average earnings|pay deal|
        pay offer|
        worker pay|wage bill|take home pay|wage inflation|pay settlement|pay packets|hourly earnings|
        average hourly earnings""",
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
    "tax": """tax|taxes|corporate tax""",
    "tariff": """tariff|tariffs|duties|import duties|import taxes|import tariffs|customs duties""",
    "debt": """debt|debts|borrowing|borrowings|leverage|loan|loans|lending|liabilities""",
    "credit rating": """credit rating|debt rating|credit ratings|sovereign rating|bond rating|credit score""",
    "rating outlook": """rating outlook|credit outlook|ratings outlook""",
    "bond": """treasury note|treasury notes|bond|bonds|treasuries|treasurys|notes|gilts|bunds|treasury bonds|
        government bonds|bond prices|
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
    "volatility": """volatility""",
    "options": """options|puts|calls""",
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
    "analyst": """analyst|analysts|pollsters|economists polled|broker|brokers|brokerage|brokerages|economists|
        economist|
        strategist|strategists|
        forecasters""",
    "trader": """investor|investors|trader|traders|shareholder|shareholders|speculators|market participants|
        institutional investors|holders|institutions|bondholders|stockholders|stockholder|fund managers|
        market players|
        retail investors|punters|
        stakeholders|unitholders|equity holders""",
    "boss": """ceo|chief executive|chief executive officer|boss|chief|head|chair|founder|co founder|
        executive|
        executives|director|top job|top post|top role|corner office|helm|top boss|leadership|management|board|
        governor|
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

CIRCUMSTANCES: Final = frozenset(
    (
        *listed("ad privacy antitrust fraud safety meeting law ai chip cloud car drug network mining contract"),
        "credit rating",
    )
)
"""Topics that only say what a suit, a deal or a ruling is about, where the parties and the event are the same."""

CIRCUMSTANTIAL: Final = frozenset(
    {
        "suit",
        "penalty",
        "guilt",
        "probe",
        "hack",
        "merge",
        "pact",
        "win",
        "member",
        "recall",
        "finish",
        "verdict",
        "rating",
    }
)
"""Axes on which such a topic may stand in one text only."""
