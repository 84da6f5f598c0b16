"""What goes up or down: moves, extremes, flows, balances, and how a market stands."""

from typing import Final

MOVE_VERBS: Final = """
up: rise(rose/risen) gain climb advance rally rebound recover bounce strengthen firm appreciate improve mount ascend
    increase raise hike lift boost upsize grow(grew/grown) accelerate heighten intensify elevate
    swell(swelled/swollen) widen broaden expand brighten perk add+(added) escalate up+ revive heat hoist enlarge
    augment amplify buoy bump mushroom burgeon inflate
up / +: jump soar surge skyrocket rocket spike leap(leapt/leaped) zoom vault balloon explode catapult pop+
    outperform shoot(shot) moon rip+
down: fall(fell/fallen) drop+ decline decrease slip+ slide(slid) sink(sank/sunk) lower retreat ease fade soften
    eliminate weaken shed+(shed) depreciate cool moderate lessen lose(lost) reduce cut+(cut) trim+
    shrink(shrank/shrunk) contract pare slow drag+ descend deteriorate wane dwindle subside abate curtail downsize
    cheapen recede falter sag+ underperform diminish skid swoon wilt crumple buckle ebb shave lop+ prune chop+ clip+
    sap+ dampen blunt crimp undercut(undercut) whack clobber pummel droop deplete depress cull chill deflate
    downscale
down / -: dip+
down / +: tumble plunge plummet crash slump crater nosedive collapse tank sell(sold)_off dive slash gut+ axe
    slaughter batter crumble implode decimate obliterate
flat: stagnate stall plateau hover stabilise stabilize steady unchange
"""
"""`pole / degree: verbs`; `+` a large move, `-` a small one."""

MOVE_PHRASES: Final = """
down / +: sharply lower|sell off|selloff|sell offs|selloffs|rout|*halve|bloodbath|meltdown|free fall|freefall|
    *wipe out|*nose dive|carnage|capitulation|*melt down|*take a plunge|*take a nosedive|*crash lower|*plunge lower|
    *dive lower|*go into freefall|in freefall|*fall off a cliff|*go off a cliff|*bomb out|*get hammered|
    *get crushed|*get slammed|*get clobbered|*get walloped|*be hammered|price collapse|*come crashing down|tailspin|
    rout in
down / -: *tick down|*edge down|*inch down|*edge lower|*inch lower|*tick lower|*creep lower|*nudge lower|
    *drift lower|slightly lower|modestly lower
down: down|lower|loser|losers|downtick|downswing|downturn|downtrend|downward|downwards|in the red|red|
    *give up gains|*extend losses|*extend decline|*extend slide|*extend fall|losing streak|weaker|softer|*move down|
    *go down|*step back|*scale back|*scale down|*slow down|slowdown|*pull back|pullback|*cut back|cutback|cutbacks|
    *dial back|*wind down|*turn negative|*turn lower|*break below|*cross below|south of|selling pressure|
    *snap winning streak|*end winning streak|rundown|downside|weakness|smaller|*pare back|*downward revision|
    *revise down|*revise downward|*revise downwards|cheaper|contraction|depreciation|slowing|cooldown|*cool off|
    *back off|*taper|correction territory|*cool down|*drop off|*fall back|*fall off|*come down|*bring down|
    *drag down|*weigh on|*pressure|*dent|*hurt|*hit hard|*erode|erosion|shrinkage|downward pressure|
    *give back gains|*give back|cooler|*water down|*lose ground|*lose steam|*draw down|drawdown|*roll back|*narrow|
    fewer|weakening|*squeeze|dovish pressure|less|slower|bust|deflation|disinflation|reduction|reductions|
    *step down from|deceleration|shortening|*knock down|*send lower|*take a hit|*take a beating|*bring lower|
    *hammer|*go lower|*move lower|*push lower|*trade lower|*close lower|*end lower|*finish lower|*open lower|
    *wobble|*snap rally|*end rally|*halt rally|*snap winning run|*end winning run|*break winning streak|
    *halt winning streak|*snap advance|*snap gains|*lose altitude|*lose momentum|*give ground|*give up ground|*cede|
    *cede ground|*surrender|*surrender gains|*slide lower|*slip lower|*spiral lower|*spiral down|*swing lower|
    *sink lower|*grind lower|*head lower|*head south|*turn south|*go south|*lurch lower|*trend lower|*trend down|
    *turn red|*go into reverse|in negative territory|negative territory|*end in the red|*close in the red|
    *finish in the red|*take a knock|*take a tumble|*take a dive|*take a step back|*stumble|leg lower|leg down|
    headwind|headwinds|*tail off|*peter out|*rein back|*knock off|*lop off|*shave off|*wipe off|*chip away|
    *chip away at|*eat into|*eat away at|*bite into|*whittle down|*whittle|*pare down|*trim back|*slim down|
    *slash back|*knock|*dial down|*ratchet down|*ease back|*ease off|*slip back|*drop back|*sink back|back below|
    back under|*break support|*lose support|*slip below support|*fall through support|*break below support|
    *break through support|economy loses|economy lost|economy sheds|economy shed|lower by|down by|
    longest losing run|losing run|downward trend|downward trajectory|*put a dent in|*make a dent in|
    *take the shine off|*let go of|*cast shadow over|on the decline|*take a haircut|haircut|haircuts|*tighten belt|
    belt tightening|austerity|cost cutting|*cost cut
extreme / high: highest close|highest closing level|record close|highest finish
extreme / low: lowest close|lowest closing level|lowest finish
flat: unchanged|flat|steady|little changed|*hold steady|*hold|*keep on hold|on hold|*leave unchanged|
    *keep unchanged|*stay put|*stand pat|*maintain|*reaffirm|*reiterate|*affirm|*keep|sideways|*tread water|
    *remain steady|rangebound|range bound|*hold firm|*stay flat|in a holding pattern|*consolidate|stagnant|
    stagnation|*stick with|*stick to|*retain|*back unchanged|*move sideways|little change|no change|
    *confirm guidance|*leave alone|*sit tight|*stay on hold|*stay pat|*sit on hands|*stay unchanged|*end flat|
    *close flat|*finish flat|*end little changed|no changes|*keep as is|*leave as is|*mark time|*go nowhere|
    *move little|in a tight range|unrevised|status quo|*keep intact|*leave intact|*stay steady|*stay the course|
    *stay the same|*remain flat|*remain unchanged|*remain the same|*hold the line|*keep the same|*leave at|
    *level off|*level out|*flatline|*freeze prices
off highs: *pare gains|*trim gains|*erase gains|*cut gains|*reverse gains|*narrow gains|*pare early gains|off highs|
    *erase early gains|*pare advance|*trim advance|*retreat from highs|*ease from highs|*pull back from highs|
    *back away from highs|*surrender early gains|*come off highs|*pull back from record|*retreat from record
off lows: *pare losses|*trim losses|*cut losses|*erase losses|*recoup losses|*reverse losses|*narrow losses|
    *limit losses|*pare loss|off lows|off session lows|*recover losses|pares early losses|*pare early losses|
    *erase early losses|*pare declines|*trim declines|*claw back losses|*recover from lows|*rebound from lows|
    *bounce off lows
up / +: sharply higher|*fly|*go parabolic|*take off|to the moon|*blast off|*double|*triple|*quadruple|twofold|
    threefold|*shoot higher|*rocket higher|*rocket up|*surge higher|*soar higher|*rip higher|*go through the roof|
    *hit the roof|moonshot|melt up|*roar|*storm higher
up / -: *tick up|*edge up|*inch up|*edge higher|*inch higher|*tick higher|*creep up|*creep higher|*nudge higher|
    *nudge up|slightly higher|modestly higher
up: up|higher|gainer|gainers|uptick|upswing|upturn|uptrend|upward|upwards|higher levels|in the green|green|
    *add to gains|*extend gains|*extend rally|*extend advance|winning streak|stronger|firmer|brighter|on the rise|
    *pick up|*build up|*move up|*go up|*step up|*ramp up|*scale up|*speed up|*heat up|*bounce back|*bid up|*push up|
    *ratchet up|*turn positive|*turn higher|*break out|breakout|*break above|*cross above|*reclaim|north of|
    *snap losing streak|*end losing streak|run up|upside|strength|gains|*top up|rate rise|rate rises|larger|bigger|
    faster|*beef up|*upward revision|*revise up|*revise upward|*revise upwards|upwardly revised|dearer|costlier|
    expansion|appreciation|improvement|reacceleration|expansionary|*come back|comeback|*shore up|more expensive|
    hotter|*cross|*reach above|upward pressure|recovery|recoveries|increment|acceleration|*send higher|*quicken|
    *prop up|*bump up|*jack up|*go higher|*move higher|*push higher|*climb back|*trade higher|*close higher|
    *end higher|*finish higher|*open higher|resurgence|*bolster|*snap losing run|*end losing run|
    *break losing streak|*halt losing streak|*snap slide|*halt slide|*snap decline|*gain ground|*regain ground|
    *make gains|*post gains|*notch gains|*book gains|*add ground|*claw back|*claw higher|*march higher|
    *power higher|*power ahead|*charge higher|*race higher|*grind higher|*drift higher|*spike higher|*swing higher|
    *jump higher|*climb higher|*rise higher|*head higher|*head north|*turn north|*turn green|in positive territory|
    positive territory|*end in the green|*close in the green|*finish in the green|*get a lift|*get a boost|
    *get a bump|*get lift|*get boost|a lift|a boost|*give a lift|*give a boost|*stage rally|*stage a rally|
    *stage comeback|*stage a comeback|*snap back|leg higher|leg up|tailwind|tailwinds|*pile on gains|*firm up|
    *shoot up|*rev up|*crank up|*gear up production|*ratchet higher|*trend higher|*trend up|*turn up|*perk up|
    back above|back over|*go north|*break resistance|*clear resistance|*break through resistance|*sweeten|
    *sweeten offer|*sweeten bid|twice as much|twice as many|twice what|twice the|over twice|more than twice|
    is over twice|was over twice|were over twice|are over twice|*put up|*push past|*storm past|*bulk up|*amp up|
    *dial up|*turbocharge|*supercharge|*tack on|economy adds|economy added|economy creates|economy created|
    economy gains|economy gained|*regain|*retake|longest winning run|winning run|higher by|up by|upward trend|
    upward trajectory|*raise bar|*hit the gas|on the up|*return to growth|pickup in|pick up in|renewed expansion|
    renewed growth
"""

VERBS: Final = """
split / split: split+(split)
supply / burn: burn
supply / mint: mint
"""

PHRASES: Final = """
balance / deficit: supply shortfall|deficit|deficits|shortage|shortages|undersupply|scarcity|shortfall|shortfalls|
    tightness|supply crunch|supply squeeze|supply gap|*run short|*run short of|*run low|*sell out|supply shortage|
    supply deficit|scarcities|dearth|crunch
balance / surplus: surplus|surpluses|oversupply|glut|overhang|excess supply|supply glut|abundance|*outstrip demand|
    overcapacity|excess inventory
extreme / high: record high|record highs|all time high|all time highs|all time peak|record peak|new high|new highs|
    fresh high|fresh highs|high|highs|peak|peaks|*peak|highest|highest level|highest ever|ath|new peak|fresh peak|
    fresh record|record level|lifetime high|multi year high|yearly high|highest on record|highest in history|
    all time record|historic high|historic highs|historical high|record setting high|record territory|
    uncharted territory|unprecedented high|never been higher|has never been higher|have never been higher|
    never higher|never been stronger|never stronger|loftiest|has never been stronger|this high|so high|
    strongest since|strongest level|strongest levels|most ever|best ever level|new record|new records|fresh records|
    another record|all time best|cycle high|session high|session highs|day high|intraday high|multi month high|
    multi month highs|multi week high|multi decade high|multi year highs|multi decade highs|zenith|pinnacle|
    summit level|record peaks|all time peaks|record breaking high
extreme / low: record low|record lows|all time low|all time lows|new low|new lows|fresh low|fresh lows|low|lows|
    lowest|lowest level|lowest ever|trough|*bottom|*bottom out|lifetime low|multi year low|yearly low|nadir|
    lowest on record|lowest in history|historic low|historic lows|historical low|never been lower|
    has never been lower|have never been lower|never lower|never been weaker|has never been weaker|never weaker|
    have never been weaker|this low|so low|weakest since|weakest level|weakest levels|softest since|softest level|
    weakest reading|softest reading|fewest since|fewest on record|all time worst|cycle low|session low|session lows|
    day low|intraday low|multi month low|multi month lows|multi week low|multi decade low|multi year lows|
    multi decade lows|rock bottom|record bottom|rock bottom level|*trough|*find a floor|*hit a floor|*hit bottom
flow / in: inflow|inflows|*pour into|*flow into|influx|money pours into|*attract|buildup|stockpile build|*pour in|
    *flow in|*pull in|*draw in|injection|inventory build|stock build|net buying|*take in|net inflow|net inflows|
    net subscriptions|cash pours into|cash floods into|money flows into|*rake in|*haul in|*funnel into|
    *plough money into|*plow money into|*flock to|*flock into|*flood into|*pile in|*stream into|*gush into|*suck in|
    *shovel into|investors pour|investors add|*put money into|*pump money into|*pour money into|*pour cash into|
    *rush into|stock building|stockbuild|stockpiling|*take in cash|*see inflows
flow / out: outflow|outflows|redemptions|*flow out|*pull from|*bleed|exodus|withdrawals|inventory draw|
    stockpile draw|stock draw|*pull money|net selling|*flee|*pour out|*flow out of|*pull out money|*yank|
    net outflow|net outflows|net redemptions|investors pull|investors pulled|investors yank|investors yanked|
    investors withdraw|investors withdrew|investors withdrawn|traders pull|traders pulled|investors exit|
    investors flee|*gush out|*stream out|*pull cash|*pull money from|*pull cash from|*yank money|*yank cash|
    money flees|*withdraw money|*withdraw cash|*bleed assets|*lose assets|*flood out|*rush out|stampede|
    redemption requests|*redeem shares|capital flight|bank run|*run on bank|*run for the *head for the exits|
    destocking|stockdraw|drawdown in stocks|*exit funds
move / volatile: volatile|*whipsaw|*swing|mixed|*fluctuate|choppy|*gyrate
oversold / overbought: overbought|overvalued|expensive|pricey|bubble
oversold / oversold: oversold|undervalued|cheap
position / long: long|longs|*go long|long position|long positions|net long|net longs|bullish bets|long bets|
    bullish bet
position / short: short|shorts|*go short|short position|short positions|net short|net shorts|bearish bets|
    short bets|short selling|short seller|short sellers|*bet against|bearish bet|short interest|*sell short
premium / discount: discount|discounts|contango|markdown
premium / premium: premium|backwardation
side / dead cross: death cross
side / golden cross: golden cross
split / reverse: reverse split|reverse stock split|reverse share split
split / split: stock split|share split|*split stock|*split shares|*break up|breakup|*break itself up|*break into
supply / burn: token burn|coin burn|burns|*destroy tokens
supply / mint: *print money|token issuance
yield curve / inverted: *invert|inversion
yield curve / steep: *steepen|uninverted|*uninvert|disinversion
"""

OPTIONAL: Final = """
extreme / high: record|*see record
"""

GAPPED: Final = """
move / off highs: erase pare trim+ reverse surrender give(gave/given)_up wipe_out lose(lost) > gain gains advance rally
move / off lows: erase pare trim+ reverse recover recoup wipe_out > loss losses decline declines slide
move / down: let(let)_go > workforce staff workers employees
move / down: fire sack dismiss furlough cull shed+(shed) > workers employees staff staffers people jobs positions
    roles
move / flat: leave(left) keep(kept) hold(held) maintain > unchanged steady alone intact
move / flat: leave(left) hold(held) keep(kept) > rate rates
move / flat: back affirm reaffirm confirm reiterate maintain keep(kept) > forecast guidance outlook view forecasts
move / up: hire recruit > workers employees staff staffers people engineers jobs
move / up: create generate > jobs positions roles
move / up: hike raise lift boost increase > stakes
"""
"""Verbs and nouns a few words on: `closes its long-awaited takeover`."""

# Parts of the phrases that `lexicon` builds: touches a record high.
RECORDS: Final = (
    "record high|all time high|record peak|all time peak|lifetime high|new high|fresh high|record|high|peak"
)
RECORD_LOWS: Final = "record low|all time low|lifetime low|new low|fresh low|low|trough"
ARTICLES: Final = ("", "a ", "an ", "another ", "a new ")
REACH: Final = "hit+(hit) reach touch notch set+(set) post mark scale register log+"

IMPLIES: Final = {("extreme", "high"): "up", ("extreme", "low"): "down"}
"""An extreme that both texts name carries the move to it, which one of them may leave unsaid."""

LEVELS: Final = """
up: above|*top|*surpass|*exceed|beyond|*outpace|*overshoot|higher than|*climb past|past
down: below|under|beneath|lower than|shy of|*undershoot
"""
"""Through a price level, or against estimates: what stands behind tells."""
