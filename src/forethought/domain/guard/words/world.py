"""Places and people, and what a name brings with it; written as in `companies`."""

from typing import Final

PLACES: Final = """
US: u.s.|us|usa|united states|america|american|americans|u.s.a.|washington|federal|federal government|u.s. government|
    us government|uncle sam
China: china|chinese|beijing|china's|mainland china
Japan: japan|japanese|tokyo
UK: uk|u.k.|britain|british|united kingdom|england|london
Eurozone: eurozone|euro zone|euro area
EU: eu|e.u.|european union|brussels
Europe: europe|european|pan european
Germany: germany|german|berlin
France: france|french|paris
Italy: italy|italian|rome
Spain: spain|spanish|madrid
Netherlands: netherlands|dutch
Switzerland: switzerland|swiss
Sweden: sweden|swedish
Norway: norway|norwegian
Denmark: denmark|danish
Finland: finland|finnish
Ireland: ireland|irish
Portugal: portugal|portuguese
Greece: greece|greek
Poland: poland|^polish
Hungary: hungary|hungarian
Czech: czech republic|czech
Romania: romania|romanian
Austria: austria|austrian
Belgium: belgium|belgian
Turkey: ^turkey|turkish|ankara|turkiye
Russia: russia|russian|moscow|kremlin
Ukraine: ukraine|ukrainian|kyiv
Israel: israel|israeli
Iran: iran|iranian|tehran
Iraq: iraq|iraqi
Saudi: saudi arabia|saudi|riyadh|saudis
UAE: uae|united arab emirates|dubai|abu dhabi
Qatar: qatar
Kuwait: kuwait
Libya: libya|libyan
Nigeria: nigeria|nigerian
Egypt: egypt|egyptian
South Africa: south africa|south african
Kenya: kenya
India: india|indian|new delhi
Pakistan: pakistan
Sri Lanka: sri lanka
Bangladesh: bangladesh
Indonesia: indonesia|indonesian
Malaysia: malaysia|malaysian
Singapore: singapore
Thailand: thailand|thai
Vietnam: vietnam|vietnamese
Philippines: philippines|philippine
Taiwan: taiwan|taiwanese
South Korea: south korea|south korean|korea|korean|seoul
North Korea: north korea|north korean|pyongyang
Hong Kong: hong kong
Australia: australia|australian|aussie
New Zealand: new zealand
Canada: canada|canadian|ottawa
Mexico: mexico|mexican
Brazil: brazil|brazilian
Argentina: argentina|argentine|argentinian
Chile: chile|chilean
Colombia: colombia|colombian
Peru: peru|peruvian
Venezuela: venezuela|venezuelan
El Salvador: el salvador
Panama: panama
Cuba: cuba
Syria: syria
Yemen: yemen
Lebanon: lebanon
Gaza: gaza
Kazakhstan: kazakhstan
Ghana: ghana
Zambia: zambia
Ethiopia: ethiopia
California: california
Texas: texas|texan
New York: new york
Florida: florida
Asia: asia|asian|asia pacific
Africa: africa|african
Latin America: latin america|latin american
Middle East: middle east|mideast|middle eastern
Red Sea: red sea
Hormuz: strait of hormuz|hormuz
Permian: permian
North Sea: north sea
emerging markets: emerging markets|emerging market
Gulf: ^gulf
"""

PEOPLE: Final = """
powell: powell|jerome powell|fed chair powell|fed chair jerome powell|fed chief powell|fed chairman powell
yellen: yellen|janet yellen
bessent: bessent|scott bessent
lagarde: lagarde|christine lagarde
bailey: ^bailey|andrew bailey
ueda: ueda|kazuo ueda
kuroda: kuroda
waller: waller
williams: ^williams
bostic: bostic
kashkari: kashkari
daly: ^daly
goolsbee: goolsbee
bullard: bullard
barkin: barkin
bowman: ^bowman
mester: mester
musk: musk|elon musk
cook: ^cook|tim cook
nadella: nadella|satya nadella
pichai: pichai|sundar pichai
bezos: bezos|jeff bezos
zuckerberg: zuckerberg|mark zuckerberg
huang: jensen huang
buffett: buffett|warren buffett
dimon: dimon|jamie dimon
ackman: ackman|bill ackman
icahn: icahn|carl icahn
burry: burry|michael burry
dalio: dalio|ray dalio
wood: cathie wood
saylor: saylor|michael saylor
cz: changpeng zhao|cz
sbf: sam bankman fried|bankman fried|sbf
do kwon: do kwon
altman: sam altman|altman
gensler: gensler|gary gensler
atkins: paul atkins
trump: trump|donald trump|president trump
biden: biden|joe biden|president biden
harris: kamala harris
xi: xi jinping|president xi
putin: putin|vladimir putin
zelensky: zelensky|zelenskiy|zelenskyy
sunak: sunak
starmer: starmer
reeves: ^reeves|rachel reeves
macron: macron
scholz: scholz
merz: merz
modi: modi
erdogan: erdogan
milei: milei
lula: lula
bukele: bukele|nayib bukele
netanyahu: netanyahu
khan: lina khan
warren: elizabeth warren|senator warren
lummis: lummis|cynthia lummis
"""

IMPLIED: Final = {
    "powell": ("fed", "US"),
    "fed": ("US",),
    "wall street": ("US",),
    "waller": ("fed",),
    "williams": ("fed",),
    "bostic": ("fed",),
    "kashkari": ("fed",),
    "daly": ("fed",),
    "goolsbee": ("fed",),
    "bullard": ("fed",),
    "barkin": ("fed",),
    "bowman": ("fed",),
    "mester": ("fed",),
    "yellen": ("US", "treasury"),
    "bessent": ("US", "treasury"),
    "lagarde": ("ecb", "Eurozone", "Europe"),
    "ecb": ("Eurozone", "Europe"),
    "bailey": ("boe", "UK"),
    "boe": ("UK",),
    "ueda": ("boj", "Japan"),
    "boj": ("Japan",),
    "JPY": ("Japan",),
    "pboc": ("China",),
    "CNY": ("China",),
    "snb": ("Switzerland",),
    "riksbank": ("Sweden",),
    "norges bank": ("Norway",),
    "bok": ("South Korea",),
    "sarb": ("South Africa",),
    "rba": ("Australia",),
    "AUD": ("Australia",),
    "rbnz": ("New Zealand",),
    "boc": ("Canada",),
    "rbi": ("India",),
    "INR": ("India",),
    "cbr": ("Russia",),
    "cbrt": ("Turkey",),
    "TRY": ("Turkey",),
    "banxico": ("Mexico",),
    "copom": ("Brazil",),
    "usdc": ("circle",),
    "aws": ("amazon",),
    "sec": ("US",),
    "cftc": ("US",),
    "ftc": ("US",),
    "fda": ("US",),
    "doj": ("US",),
    "treasury": ("US",),
    "commerce": ("US",),
    "bls": ("US",),
    "eia": ("US",),
    "white house": ("US",),
    "fca": ("UK",),
    "cma": ("UK",),
    "ons": ("UK",),
    "european commission": ("EU", "Europe"),
    "EU": ("Europe",),
    "spx": ("US", "wall street"),
    "dow": ("US", "wall street"),
    "nasdaq": ("US", "wall street"),
    "nikkei": ("Japan",),
    "dax": ("Germany",),
    "cac": ("France",),
    "ftse": ("UK",),
    "hang seng": ("Hong Kong",),
    "kospi": ("South Korea",),
    "sensex": ("India",),
    "nifty": ("India",),
    "brent": ("oil",),
    "wti": ("oil", "US"),
    "cook": ("apple",),
    "nadella": ("microsoft",),
    "pichai": ("alphabet",),
    "zuckerberg": ("meta",),
    "huang": ("nvidia",),
    "dimon": ("jpmorgan",),
    "buffett": ("berkshire",),
    "saylor": ("microstrategy",),
    "gensler": ("sec",),
    "sbf": ("ftx",),
    "altman": ("openai",),
    "bukele": ("El Salvador",),
    "trump": ("US", "white house"),
    "biden": ("US", "white house"),
    "aramco": ("Saudi",),
}
"""What a name brings with it: naming the implied thing beside it adds nothing."""

INCIDENTAL: Final = frozenset({"US", "nyse", "eia", "bls", "ons", "lme", "cme"})
"""May stand in one text only: English market news is about the United States unless it says otherwise, and a
bureau only counts what happened."""

CENTRAL_BANKS: Final = {
    "US": "fed",
    "Eurozone": "ecb",
    "Europe": "ecb",
    "UK": "boe",
    "Japan": "boj",
    "China": "pboc",
    "Switzerland": "snb",
    "Australia": "rba",
    "New Zealand": "rbnz",
    "Canada": "boc",
    "India": "rbi",
    "Sweden": "riksbank",
    "Norway": "norges bank",
    "South Korea": "bok",
    "Russia": "cbr",
    "Turkey": "cbrt",
    "Mexico": "banxico",
    "Brazil": "copom",
    "South Africa": "sarb",
}
"""Whose central bank is meant by `India's central bank`."""

GENERIC: Final = {"brent": "oil", "wti": "oil"}
"""The general name may meet the special one, weakly; two special ones do not meet."""

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
