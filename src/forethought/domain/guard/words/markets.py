"""Coins, exchanges, commodities, currencies, indices and institutions; written as in `companies`."""

from typing import Final

from forethought.domain.guard.inflect import listed

CRYPTO: Final = """
bitcoin: bitcoin|btc|world's largest cryptocurrency|world's biggest cryptocurrency|largest cryptocurrency|
    biggest cryptocurrency|xbt # BTC XBT
ethereum: ethereum|ether|eth|second largest cryptocurrency # ETH
solana: solana # SOL
ripple: ripple|ripple labs
xrp: xrp # XRP
cardano: cardano # ADA
dogecoin: dogecoin|doge # DOGE
shiba: shiba inu|shib # SHIB
litecoin: litecoin|ltc # LTC
bitcoin cash: bitcoin cash # BCH
polkadot: polkadot # ^DOT
avalanche: ^avalanche|avax # AVAX
chainlink: chainlink # ^LINK
polygon: ^polygon|matic # MATIC
tron: tron|trx # TRX
bnb: bnb|binance coin # BNB
toncoin: toncoin # ^TON
uniswap: uniswap # ^UNI
aave: aave # AAVE
cosmos: ^cosmos # ^ATOM
near: near protocol # ^NEAR
stellar: ^stellar lumens|stellar lumens # XLM
monero: monero # XMR
pepe: pepe # PEPE
aptos: aptos # ^APT
sui: ^sui # ^SUI
arbitrum: arbitrum # ^ARB
optimism token: # ^OP
worldcoin: worldcoin # WLD
trump coin: trump coin|trump memecoin # TRUMP
terra: ^terra|terrausd|terra luna|luna # LUNA UST
tether: tether|usdt # USDT
usdc: usdc|usd coin # USDC
dai: ^dai # ^DAI
busd: busd # BUSD
cronos: cronos # CRO
ethena: ethena|usde # ENA
celsius: ^celsius|celsius network # ^CEL
hyperliquid: hyperliquid # HYPE
binance: binance
kraken: kraken
bybit: bybit
okx: okx
ftx: ftx # FTT
gemini: ^gemini
bitfinex: bitfinex
bitstamp: bitstamp
upbit: upbit
crypto.com: crypto.com
mt gox: mt. gox|mt gox|mtgox
kucoin: kucoin
huobi: huobi|htx
genesis: ^genesis|genesis global
grayscale: grayscale|gbtc # GBTC
circle: ^circle|circle internet # CRCL
bitgo: bitgo
celestia: celestia # TIA
three arrows: three arrows capital|three arrows|3ac
blockfi: blockfi
voyager: voyager digital
alameda: alameda|alameda research
metaplanet: metaplanet
ark: ark invest
vaneck: vaneck
lazarus: lazarus|lazarus group
curve: curve finance
makerdao: makerdao # MKR
ronin: ronin network|ronin bridge
"""

COMMODITIES: Final = """
gold: gold|bullion|xau|spot gold|gold prices|yellow metal|comex gold|gold price # XAU
silver: silver|xag|spot silver|silver prices # XAG
platinum: platinum # XPT
palladium: palladium # XPD
copper: copper|lme copper
aluminium: aluminium|aluminum
nickel: nickel
zinc: zinc
iron ore: iron ore
steel: steel
lithium: lithium
cobalt: cobalt
uranium: uranium
coal: coal
oil: oil|crude|crude oil|oil prices|crude prices|crude futures|oil futures|oil price|black gold
brent: brent|brent crude|brent oil|brent futures|brent crude oil|brent crude futures
wti: wti|west texas intermediate|wti crude|us crude|u.s. crude|nymex crude|us crude oil|u.s. crude oil
natgas: natural gas|natgas|nat gas|gas prices|henry hub|european gas|gas futures|natural gas futures
lng: lng|liquefied natural gas
gasoline: gasoline|petrol|pump prices
diesel: diesel
heating oil: heating oil
wheat: wheat
corn: corn|maize
soybean: soybeans|soybean|soy
coffee: coffee|arabica|robusta
cocoa: cocoa
sugar: sugar
cotton: cotton
palm oil: palm oil
rice: ^rice
orange juice: orange juice
cattle: cattle
hogs: hogs|lean hogs
lumber: lumber
carbon: carbon permits|carbon allowances
"""

CURRENCIES: Final = """
USD: dollar|u.s. dollar|us dollar|greenback|usd|dollar index|dxy|buck # USD
EUR: euro|eur|single currency # EUR
JPY: yen|jpy|japanese yen|japan's yen # JPY
GBP: sterling|british pound|gbp|pound| # GBP
CHF: swiss franc|chf|franc # CHF
CNY: yuan|renminbi|cny|cnh|rmb|chinese yuan|china's yuan|offshore yuan # CNY CNH
AUD: aussie dollar|australian dollar|aud # AUD
CAD: loonie|canadian dollar|cad # CAD
NZD: kiwi|new zealand dollar|nzd # NZD
INR: rupee|indian rupee|inr # INR
BRL: brazilian real|brl # BRL
MXN: mexican peso|mxn # MXN
TRY: turkish lira|lira # ^TRY
RUB: ruble|rouble|russian ruble|russian rouble # RUB
KRW: korean won|south korean won # KRW
ZAR: rand|south african rand # ZAR
SEK: swedish krona|krona # SEK
NOK: norwegian krone|norwegian crown
ARS: argentine peso
peso: peso
NGN: naira
EGP: egyptian pound
"""

INDICES: Final = """
spx: s&p 500|s&p500|s&p|spx|spy|s&p 500 index|standard & poor's 500|s & p 500 # SPX SPY
s&p 400: s&p 400|s&p midcap 400
s&p 600: s&p 600|s&p smallcap 600
dow: dow|dow jones|dow jones industrial average|djia|dow industrials|blue chip dow # DJIA DIA
nasdaq: nasdaq|nasdaq composite|tech heavy nasdaq|nasdaq 100|qqq # NDX QQQ IXIC
russell: russell 2000|russell # IWM RUT
vix: vix|wall street's fear gauge|cboe volatility index|fear gauge # VIX
ftse: ftse 100|ftse|ftse100|footsie
dax: dax
cac: cac 40|cac
stoxx: stoxx 600|stoxx europe 600|euro stoxx 50|stoxx
nikkei: nikkei|nikkei 225|topix
hang seng: hang seng|hang seng index
csi: csi 300|csi300
shanghai composite: shanghai composite
kospi: kospi
sensex: sensex
nifty: nifty|nifty 50
asx: asx 200|asx200
bovespa: bovespa|ibovespa
tsx: tsx
msci em: msci emerging markets
sox: philadelphia semiconductor index|sox index
"""

INSTITUTIONS: Final = """
fed: fed|federal reserve|fomc|the fed|us central bank|u.s. central bank|us federal reserve|u.s. federal reserve|
    us fed|american central bank|federal open market committee|fed officials|fed policymakers
ecb: ecb|european central bank
boe: bank of england|boe|uk central bank|british central bank
boj: bank of japan|boj|japan's central bank|japanese central bank
pboc: pboc|people's bank of china|china's central bank|chinese central bank
snb: swiss national bank|snb|swiss central bank
rba: reserve bank of australia|rba|australian central bank
rbnz: reserve bank of new zealand|rbnz
boc: bank of canada|boc
rbi: reserve bank of india|rbi
riksbank: riksbank
norges bank: norges bank
bok: bank of korea
cbr: bank of russia|russian central bank|russia's central bank
cbrt: turkish central bank|turkey's central bank
banxico: banxico|bank of mexico
copom: copom|brazil's central bank|brazilian central bank
sarb: south african reserve bank
bis: bank for international settlements
imf: imf|international monetary fund
world bank: world bank
wto: wto|world trade organization
opec: opec|opec+|opec plus|oil cartel
iea: iea|international energy agency
eia: eia|energy information administration
nato: nato
un: united nations
g7: g7|group of seven
g20: g20
brics: brics
sec: sec|securities and exchange commission|securities & exchange commission|us securities regulator|
    u.s. securities regulator|u.s. securities and exchange commission|us securities watchdog|
    us securities regulators|american securities regulator|wall street watchdog|wall street regulator|
    america securities regulator
cftc: cftc|commodity futures trading commission
ftc: ftc|federal trade commission
fda: fda|food and drug administration|us drug regulator|u.s. drug regulator|us health regulator|
    u.s. health regulator|us drug regulators|us health regulators|american drug regulator|
    us food and drug administration|us drugs regulator|us drugs watchdog|america drug regulator
ema: ema|european medicines agency|eu drug regulator|eu drugs regulator|european drug regulator|
    european drugs regulator|eu medicines regulator|europe drug regulator|europe drugs regulator|
    european medicines regulator|eu drugs watchdog|europe medicines regulator|eu drug agency|european drug agency
doj: doj|justice department|department of justice|us justice department
treasury: treasury|treasury department|us treasury
commerce: commerce department|us commerce department
fdic: fdic
fca: fca|financial conduct authority|uk financial watchdog|uk financial regulator|britain financial watchdog|
    britain financial regulator|british financial watchdog|british financial regulator
cma: cma|competition and markets authority|uk competition regulator|uk competition watchdog|
    british competition watchdog|britain competition watchdog|uk antitrust regulator|uk antitrust watchdog|
    british competition regulator|britain competition regulator|uk competition authority|
    britain antitrust regulator|british antitrust regulator|uk competition regulators
european commission: european commission|eu commission|eu antitrust regulators|eu antitrust regulator
faa: faa|federal aviation administration|us aviation regulator|us aviation regulators|us air safety regulator|
    us aviation safety regulator|us aviation authorities
epa: epa|environmental protection agency
nhtsa: nhtsa|us auto safety regulator|us auto safety regulators|us road safety regulator|us auto safety agency
cfpb: cfpb
finra: finra
occ: occ|comptroller of the currency|office of the comptroller of the currency
bafin: bafin|german financial watchdog|german financial regulator|germany financial watchdog|
    germany financial regulator
mas: monetary authority of singapore
sfc: hong kong sfc
esma: esma
irs: irs
pentagon: pentagon
cdc: cdc
who: world health organization
supreme court: us supreme court|u.s. supreme court
white house: white house|trump administration|biden administration|us administration|u.s. administration
wall street: wall street
nyse: nyse|new york stock exchange
lse: london stock exchange
cme: cme
cboe: cboe
lme: lme|london metal exchange
uaw: uaw|united auto workers
bls: bureau of labor statistics|labor department
ons: ons
michigan survey: university of michigan
adp: adp
norway fund: norway's wealth fund|norway wealth fund
hamas: hamas
hezbollah: hezbollah
houthi: houthi|houthis
tepco: tepco
doge dept: department of government efficiency
us army: us army
us navy: us navy
us air force: us air force
"""

FX_CODES: Final = frozenset(
    listed(
        """USD EUR JPY GBP CHF CNY CNH AUD CAD NZD INR BRL MXN TRY RUB KRW ZAR SEK NOK DKK PLN HUF SGD HKD THB IDR XAU
    XAG"""
    )
)
COIN_QUOTES: Final = frozenset({"USD", "USDT", "USDC", "EUR", "PERP"})
"""What a coin is priced in; naming it says nothing about the coin."""
