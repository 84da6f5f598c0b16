"""Companies by their names and tickers.

`name: aliases # tickers`. `^` before an alias: also an ordinary word, so it counts only where its capital marks a name.
A ticker counts in capitals or after a dollar sign; `^` before it: only after a dollar sign or an exchange.
"""

from typing import Final

COMPANIES: Final = """
apple: apple|cupertino|iphone maker # AAPL
microsoft: microsoft|windows maker # MSFT
alphabet: alphabet|google|google parent|google parent alphabet|youtube parent # GOOGL GOOG
amazon: amazon|amazon.com|amazon com # AMZN
meta: ^meta|meta platforms|facebook|facebook parent|facebook parent meta|facebook owner|facebook owner meta # META ^FB
nvidia: nvidia # NVDA
tesla: tesla|tesla motors|musk's ev maker # TSLA
netflix: netflix # NFLX
amd: advanced micro devices|amd # AMD
intel: intel # INTC
qualcomm: qualcomm # QCOM
broadcom: broadcom # AVGO
texas instruments: texas instruments # TXN
micron: micron|micron technology # MU
tsmc: tsmc|taiwan semiconductor|taiwan semiconductor manufacturing # TSM
asml: asml # ASML
arm: ^arm|arm holdings # ^ARM
samsung: samsung|samsung electronics
sk hynix: sk hynix|hynix
sony: sony|playstation maker # SONY
nintendo: nintendo # NTDOY
oracle: ^oracle # ORCL
salesforce: salesforce # CRM
adobe: adobe # ADBE
ibm: ibm|international business machines # IBM
cisco: cisco|cisco systems # CSCO
dell: dell|dell technologies # DELL
hp: hp inc|hewlett packard|hp # HPQ
hpe: hewlett packard enterprise # HPE
palantir: palantir # PLTR
snowflake: ^snowflake # SNOW
servicenow: servicenow # ^NOW
workday: workday # WDAY
intuit: intuit # INTU
paypal: paypal # PYPL
block: ^block # ^SQ XYZ
shopify: shopify # ^SHOP
uber: uber # UBER
lyft: lyft # LYFT
airbnb: airbnb # ABNB
booking: ^booking|booking holdings # BKNG
doordash: doordash # ^DASH
spotify: spotify # ^SPOT
snap: ^snap|snapchat|snapchat parent|snapchat owner # ^SNAP
pinterest: pinterest # PINS
twitter: twitter # TWTR
reddit: reddit # RDDT
zoom: ^zoom video|zoom communications|^zoom # ^ZM
crowdstrike: crowdstrike # CRWD
palo alto: palo alto networks|palo alto # PANW
coinbase: coinbase|coinbase global # ^COIN
robinhood: robinhood|robinhood markets # ^HOOD
microstrategy: microstrategy|^strategy # MSTR
marathon digital: marathon digital|mara holdings # ^MARA
riot: riot platforms|riot blockchain # ^RIOT
gamestop: gamestop # GME
amc: amc|amc entertainment # AMC
super micro: super micro computer|supermicro|super micro # SMCI
jpmorgan: jpmorgan|jpmorgan chase|jp morgan|jp morgan chase|j.p. morgan # JPM
goldman: goldman sachs|goldman # ^GS
morgan stanley: morgan stanley # ^MS
bofa: bank of america|bofa|bofa securities # BAC
citi: citigroup|citi|citibank # ^C
wells fargo: wells fargo # WFC
ubs: ubs # UBS
credit suisse: credit suisse # ^CS
deutsche bank: deutsche bank # ^DB
barclays: barclays # BCS
hsbc: hsbc # HSBC
bnp: bnp paribas
societe generale: societe generale|socgen
santander: santander # ^SAN
standard chartered: standard chartered
nomura: nomura # NMR
lloyds: lloyds|lloyds banking
natwest: natwest
unicredit: unicredit
commerzbank: commerzbank
svb: silicon valley bank|svb # SIVB
first republic: first republic # FRC
signature bank: signature bank # SBNY
silvergate: silvergate # ^SI
blackrock: blackrock # BLK
vanguard: ^vanguard
fidelity: ^fidelity|fidelity investments
blackstone: blackstone # ^BX
kkr: kkr # KKR
apollo: apollo global
carlyle: carlyle
berkshire: berkshire|berkshire hathaway|buffett's berkshire # BRK BRK.A BRK.B
jefferies: jefferies
bernstein: bernstein
wedbush: wedbush
piper sandler: piper sandler
evercore: evercore
needham: needham
raymond james: raymond james
oppenheimer: oppenheimer
cantor: cantor fitzgerald
rbc: rbc|royal bank of canada # ^RY
td: td bank|td cowen # ^TD
schwab: charles schwab|schwab # SCHW
american express: american express|amex # AXP
visa: ^visa # ^V
mastercard: mastercard # ^MA
moodys: moody's|moodys # MCO
s&p ratings: s&p global ratings|standard & poor's ratings|s&p ratings|s&p global
fitch: fitch|fitch ratings
walmart: walmart # WMT
target: ^target|target corp # TGT
costco: costco # ^COST
home depot: home depot # ^HD
lowes: lowe's|lowes # ^LOW
best buy: ^best buy # BBY
macys: macy's # ^M
kroger: kroger # ^KR
nike: nike # NKE
adidas: adidas
starbucks: starbucks # SBUX
mcdonalds: mcdonald's|mcdonalds # MCD
chipotle: chipotle # CMG
coca cola: coca cola|coke # ^KO
pepsico: pepsico|pepsi # ^PEP
procter: procter & gamble|procter and gamble|p&g # ^PG
unilever: unilever # ^UL
nestle: nestle
danone: danone
kraft heinz: kraft heinz # KHC
kellogg: kellogg|kellanova
mondelez: mondelez # MDLZ
disney: disney|walt disney # ^DIS
comcast: comcast # CMCSA
warner: warner bros discovery|warner bros. discovery|warner bros # WBD
paramount: ^paramount|paramount global # ^PARA
fox: fox corp|fox corporation
att: at&t # ^T
verizon: verizon # ^VZ
t mobile: t mobile # TMUS
vodafone: vodafone # VOD
deutsche telekom: deutsche telekom
boeing: boeing # ^BA
airbus: airbus
lockheed: lockheed|lockheed martin # LMT
raytheon: raytheon|rtx # RTX
general electric: general electric|ge|ge aerospace # ^GE
ge healthcare: ge healthcare # GEHC
ge vernova: ge vernova # ^GEV
caterpillar: ^caterpillar # ^CAT
deere: deere|john deere # ^DE
honeywell: honeywell # ^HON
siemens: siemens
ford: ford|ford motor # ^F
gm: general motors|gm # ^GM
stellantis: stellantis # STLA
toyota: toyota # ^TM
honda: honda # HMC
nissan: nissan
volkswagen: volkswagen|vw
bmw: bmw
mercedes: mercedes benz|mercedes|daimler
renault: renault
ferrari: ferrari # ^RACE
porsche: porsche
byd: byd
nio: nio # NIO
xpeng: xpeng # XPEV
li auto: li auto # ^LI
rivian: rivian # RIVN
lucid: ^lucid|lucid motors # LCID
nikola: nikola # NKLA
united airlines: united airlines # ^UAL
delta: ^delta|delta air lines|delta airlines # ^DAL
american airlines: american airlines # AAL
southwest: ^southwest|southwest airlines # LUV
lufthansa: lufthansa
ryanair: ryanair
easyjet: easyjet
jetblue: jetblue # JBLU
spirit: spirit airlines # ^SAVE
fedex: fedex # FDX
ups: united parcel service|^ups # ^UPS
maersk: maersk
exxon: exxon|exxonmobil|exxon mobil # XOM
chevron: chevron # CVX
conocophillips: conocophillips # ^COP
occidental: occidental|occidental petroleum # OXY
shell: ^shell|royal dutch shell # SHEL
bp: bp # ^BP
totalenergies: totalenergies
equinor: equinor
eni: eni
aramco: saudi aramco|aramco
gazprom: gazprom
rosneft: rosneft
petrobras: petrobras # PBR
hess: hess # HES
pioneer: pioneer natural resources # PXD
schlumberger: schlumberger|slb # SLB
halliburton: halliburton # ^HAL
pfizer: pfizer # PFE
moderna: moderna # MRNA
biontech: biontech # BNTX
johnson: johnson & johnson|j&j # JNJ
merck: merck # MRK
eli lilly: eli lilly|lilly # LLY
novo: novo nordisk|novo # NVO
abbvie: abbvie # ABBV
amgen: amgen # AMGN
gilead: gilead|gilead sciences # ^GILD
biogen: biogen # BIIB
bristol: bristol myers squibb|bristol myers|bristol # ^BMY
astrazeneca: astrazeneca # AZN
gsk: gsk|glaxosmithkline|glaxo # GSK
sanofi: sanofi # SNY
novartis: novartis # NVS
roche: roche
bayer: bayer
regeneron: regeneron # REGN
vertex: ^vertex|vertex pharmaceuticals # VRTX
unitedhealth: unitedhealth # UNH
cvs: cvs|cvs health # CVS
walgreens: walgreens # WBA
cigna: cigna
humana: humana # ^HUM
hca: hca
abbott: abbott # ^ABT
medtronic: medtronic # MDT
thermo fisher: thermo fisher # TMO
alibaba: alibaba # BABA
tencent: tencent # TCEHY
baidu: baidu # BIDU
jd: jd.com|jd com # ^JD
pinduoduo: pinduoduo|pdd # PDD
huawei: huawei
xiaomi: xiaomi
smic: smic
bytedance: bytedance
tiktok: tiktok
evergrande: evergrande|china evergrande
country garden: country garden
foxconn: foxconn|hon hai
softbank: softbank
reliance: reliance industries
tata motors: tata motors
adani: adani|adani group
infosys: infosys # INFY
sap: ^sap # ^SAP
spacex: spacex
openai: openai|chatgpt maker
anthropic: anthropic
activision: activision|activision blizzard # ATVI
electronic arts: electronic arts
figma: figma
vmware: vmware # VMW
us steel: u.s. steel|us steel|united states steel
nippon steel: nippon steel
albertsons: albertsons # ACI
capital one: capital one # COF
discover: ^discover financial|discover financial services # ^DFS
rio tinto: rio tinto # ^RIO
bhp: bhp # BHP
anglo american: anglo american
glencore: glencore
vale: vale # ^VALE
newmont: newmont # ^NEM
barrick: barrick|barrick gold
freeport: freeport mcmoran|freeport # FCX
lvmh: lvmh
hermes: hermes
kering: kering
gap: ^gap|gap inc # ^GPS
peloton: peloton # PTON
beyond meat: beyond meat # BYND
wework: wework
carvana: carvana # CVNA
lehman: lehman|lehman brothers
pg&e: pg&e
nextera: nextera|nextera energy # ^NEE
duke energy: duke energy
rolls royce: rolls royce
bae: bae systems
thyssenkrupp: thyssenkrupp
basf: basf
vestas: vestas
orsted: orsted
northvolt: northvolt
ericsson: ericsson # ERIC
nokia: nokia # ^NOK
philips: philips
linkedin: linkedin
instagram: instagram
whatsapp: whatsapp
youtube: youtube
waymo: waymo
dropbox: dropbox # DBX
etsy: etsy # ETSY
ebay: ebay # EBAY
wayfair: wayfair
chewy: chewy # CHWY
roku: roku # ROKU
unity: ^unity software
electrolux: electrolux
h&m: h&m
zara owner: inditex
tesco: tesco
sainsburys: sainsbury's|sainsburys
marks: marks & spencer|marks and spencer
diageo: diageo
heineken: heineken
ab inbev: ab inbev|anheuser busch|anheuser busch inbev # ^BUD
philip morris: philip morris
altria: altria
aws: amazon web services|aws
fifth third: fifth third|fifth third bancorp
pnc: pnc
truist: truist
keycorp: keycorp
dollar general: dollar general # ^DG
dollar tree: dollar tree # DLTR
"""
